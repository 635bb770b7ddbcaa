import { sqlIdentifier, sqlString } from '../base/index.ts';
import { type Table, type TableName, tableOf } from '../record/index.ts';
import { sumSql } from './stage-sql.ts';

/** `hour` in a table's sort order means the hour of `start`; every other entry is a column. */
function sortExpression(name: string): string {
  return name === 'hour' ? 'start // 3600' : sqlIdentifier(name);
}

/** The expression by which a partition too large for one file is cut, its parts in sort order. */
export function cutExpression(table: TableName): string {
  return sortExpression(tableOf(table).sort[0] ?? '');
}

/** True for tables whose rows merge by key. */
export function isRollup(table: Table): boolean {
  return table.columns.some(({ merge }) => merge !== 'key');
}

/**
 * The rows of one compacted file: in the table's order, rows of rollups with equal keys merged by the catalogue's rules.
 * `columns` are those the source files have; `where` picks the part of the partition.
 */
export function compactSql(
  name: TableName,
  source: string,
  columns: readonly string[],
  where: string | null,
): string {
  const table = tableOf(name);
  const filter = where === null ? '' : ` WHERE ${where}`;
  const order = table.sort.map((entry) => sortExpression(entry)).join(', ');
  if (!isRollup(table)) {
    const list = columns.map((column) => sqlIdentifier(column)).join(', ');
    return `SELECT ${list} FROM ${source}${filter} ORDER BY ${order}`;
  }
  return `${mergeSql(table, source, filter)} ORDER BY ${order}`;
}

/** All days of `ip_day` that `source` gives as rows of `ip_month`. */
export function monthSql(source: string, month: string): string {
  const table = tableOf('ip_month');
  const merged = table.columns
    .filter(({ name }) => name !== table.partition)
    .map(({ name, merge }) => mergedColumn(name, merge));
  const order = table.sort.map((entry) => sortExpression(entry)).join(', ');
  return `SELECT DATE ${sqlString(month)} AS month, ${merged.join(', ')} FROM ${source} GROUP BY ALL ORDER BY ${order}`;
}

function mergeSql(table: Table, source: string, filter: string): string {
  const list = table.columns.map(({ name, merge }) => mergedColumn(name, merge));
  return `SELECT ${list.join(', ')} FROM ${source}${filter} GROUP BY ALL`;
}

function mergedColumn(name: string, merge: Table['columns'][number]['merge']): string {
  const column = sqlIdentifier(name);
  if (merge === 'key') return column;
  return merge === 'sum' ? `${sumSql(column)} AS ${column}` : `${merge}(${column}) AS ${column}`;
}
