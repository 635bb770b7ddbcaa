import type { ValueType } from '../compile/types.ts';

/** What a function wants of an argument; other values are cast, and text that is no number becomes missing. */
export type ParameterKind =
  | 'number'
  | 'text'
  | 'any'
  | 'condition'
  | 'list'
  | 'map'
  | 'period'
  | 'block'
  | 'regex';

/**
 * One function. Its SQL is the dialect fact `call.<name>`. `least` and `most` count arguments, the last parameter
 * kind standing for all further ones. `result: 'first'` is the type of the first argument that has one. `null` in a
 * result: an invalid argument gives the missing value unless `meaning` says otherwise.
 */
export interface FunctionRow {
  /** The name in plans and, in any letter case, in Logs Insights. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly parameters: readonly ParameterKind[];
  readonly least: number;
  readonly most: number;
  readonly result: ValueType | 'first';
  readonly meaning: string;
  /** True for rows that plans use and no language offers by name. */
  readonly internal: boolean;
}

interface RowOptions {
  readonly aliases?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  readonly internal?: boolean;
}

/** Makes a row; the argument count is that of the parameters unless options say otherwise. */
export function row(
  name: string,
  parameters: readonly ParameterKind[],
  result: ValueType | 'first',
  meaning: string,
  options: RowOptions = {},
): FunctionRow {
  return {
    name,
    aliases: options.aliases ?? [],
    parameters,
    least: options.least ?? parameters.length,
    most: options.most ?? parameters.length,
    result,
    meaning,
    internal: options.internal ?? false,
  };
}
