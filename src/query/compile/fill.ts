import type { Step } from '../plan/step.ts';
import type { SqlWriter } from './dialect.ts';
import { freeName, type Rows } from './rows.ts';
import { fromWhere } from './scan.ts';
import type { TypedSql } from './types.ts';

/**
 * Adds the buckets that had no rows, between the first and the last one, for each group. Their other columns are
 * missing, or hold the values given.
 */
export function fillRows(step: Extract<Step, { kind: 'fill' }>, rows: Rows, writer: SqlWriter): Rows {
  const time = rows.columns.get(step.time);
  if (time === undefined) return rows;
  const keys = step.keys.flatMap((name) => rows.columns.get(name)?.sql ?? []);
  const inner = `SELECT * ${fromWhere(rows)}`;
  const bounds = `SELECT min(${time.sql}) AS low, max(${time.sql}) AS high FROM (${inner}) AS b`;
  const times = writer.fact(
    'list.unnest',
    writer.fact('list.sequence', 'low', 'high', String(step.stepMs)),
    's',
    'bucket_time',
  );
  const groups =
    keys.length === 0 ? '' : ` CROSS JOIN (SELECT DISTINCT ${keys.join(', ')} FROM (${inner}) AS k) AS k`;
  const grid = `SELECT * FROM (SELECT CAST(bucket_time AS BIGINT) AS bucket_time FROM (${bounds}) AS w ${times}) AS t${groups}`;
  const taken = new Set(rows.taken);
  const columns = new Map<string, TypedSql>();
  const items: string[] = [];
  for (const [name, value] of rows.columns) {
    const out = freeName(`filled_${name}`, taken);
    const source =
      name === step.time
        ? 'g.bucket_time'
        : step.keys.includes(name)
          ? `g.${value.sql}`
          : filled(name, value, step, writer);
    items.push(`${source} AS ${out}`);
    columns.set(name, { ...value, sql: out });
  }
  const on = [
    `d.${time.sql} = g.bucket_time`,
    ...keys.map((key) => `d.${key} IS NOT DISTINCT FROM g.${key}`),
  ];
  const from = `(SELECT ${items.join(', ')} FROM (${grid}) AS g LEFT JOIN (${inner}) AS d ON ${on.join(' AND ')}) AS r`;
  const order = [step.time, ...step.keys].flatMap((name) => {
    const value = columns.get(name);
    return value === undefined ? [] : [`${value.sql} NULLS LAST`];
  });
  return { from, conditions: [], columns, base: null, order, count: null, taken };
}

function filled(
  name: string,
  value: TypedSql,
  step: Extract<Step, { kind: 'fill' }>,
  writer: SqlWriter,
): string {
  const wanted = step.values[name];
  return wanted === undefined ? `d.${value.sql}` : `COALESCE(d.${value.sql}, ${writer.bind(wanted)})`;
}
