import { ARITHMETIC, NUMERIC } from './arithmetic.ts';
import { DATE } from './date.ts';
import { ADDRESS, GENERAL, JSON_FUNCTIONS } from './general.ts';
import type { FunctionRow } from './row.ts';
import { TEXT } from './text.ts';

/** Every function, family after family. */
export const FUNCTIONS: readonly FunctionRow[] = [
  ...ARITHMETIC,
  ...NUMERIC,
  ...DATE,
  ...GENERAL,
  ...ADDRESS,
  ...TEXT,
  ...JSON_FUNCTIONS,
];

const byName = new Map<string, FunctionRow>(
  FUNCTIONS.flatMap((entry) =>
    [entry.name, ...entry.aliases].map((name): [string, FunctionRow] => [name, entry]),
  ),
);

/** The function of a name in any letter case. */
export function functionByName(name: string): FunctionRow | undefined {
  return byName.get(name.toLowerCase());
}
