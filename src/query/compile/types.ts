import type { ColumnType } from '../../record/index.ts';

/**
 * What is known of a value before the query runs. `time` is milliseconds since 1970 as a number, `seconds` Unix seconds;
 * `map` is JSON text; `none` is the missing value itself.
 */
export type ValueType =
  | 'number'
  | 'text'
  | 'boolean'
  | 'time'
  | 'seconds'
  | 'timestamp'
  | 'date'
  | 'list'
  | 'map'
  | 'none';

/** SQL text with what is known of its value. */
export interface TypedSql {
  readonly sql: string;
  readonly type: ValueType;
  /** True for numbers known to be whole, whose sums are then whole too; absent when nobody knows. */
  readonly isWhole?: boolean;
}

/** The value of a lake column. */
export function storedValue(sql: string, type: ColumnType): TypedSql {
  const isWhole = type === 'INTEGER' || type === 'BIGINT';
  return isWhole ? { sql, type: 'number', isWhole } : { sql, type: typeOfColumn(type) };
}

/** The rows of an inner plan, for the expressions and steps that read them. */
export interface InnerRows {
  /** Its columns, in order. */
  readonly names: readonly string[];
  /**
   * A SELECT of some of its columns, each under a name of its own: `columns` are as many as `names`, NULL for one that
   * is not there. With `isNumbered` the column `place` counts the rows in their order, from 1.
   */
  select(
    names: readonly string[],
    isNumbered?: boolean,
  ): { readonly sql: string; readonly columns: readonly TypedSql[]; readonly place: string };
}

/** Finds the SQL of a column that an expression names; undefined when the rows at hand have no such column. */
export interface Scope {
  column(name: string): TypedSql | undefined;
  /** How an address column answers a test, when it has a better way than its text; undefined for the plain way. */
  readonly addressKey?: (name: string) => string | undefined;
}

/** The value type of a lake column. */
export function typeOfColumn(type: ColumnType): ValueType {
  switch (type) {
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
      return 'number';
    case 'VARCHAR':
      return 'text';
    case 'BOOLEAN':
      return 'boolean';
    case 'DATE':
      return 'date';
    case 'TIMESTAMPTZ':
      return 'timestamp';
  }
}

/** True for types that arithmetic accepts as they are. */
export function isNumeric(type: ValueType): boolean {
  return type === 'number' || type === 'time' || type === 'seconds';
}
