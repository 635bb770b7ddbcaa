import type { SqlWriter } from './dialect.ts';
import { isNumeric, type TypedSql } from './types.ts';
import { textOf } from './value-test.ts';

/**
 * The keys of the order of Logs Insights, ascending: text before pure numbers; in text, runs of digits compare by
 * their number and all else by code point.
 */
export function naturalOrder(value: TypedSql, writer: SqlWriter): readonly string[] {
  if (isNumeric(value.type) || value.type === 'boolean' || value.type === 'list') return [value.sql];
  const text = textOf(writer, value);
  const number = writer.fact('cast.number', text);
  return [`CASE WHEN ${number} IS NULL THEN 0 ELSE 1 END`, number, writer.fact('sort.chunks', text), text];
}

/** The same order as one comparable value without missing parts. */
export function naturalKey(value: TypedSql, writer: SqlWriter): string {
  const keys = naturalOrder(value, writer);
  const [only, number, ...rest] = keys;
  if (number === undefined) return only ?? 'NULL';
  return `ROW(${[only, `COALESCE(${number}, 0)`, ...rest].join(', ')})`;
}
