import type { Step } from '../plan/step.ts';
import { numberOf } from './aggregate.ts';
import type { SqlWriter } from './dialect.ts';
import { expressionSql, valueSql } from './expression.ts';
import { freeName, type Rows, scopeOf, wrappedRows } from './rows.ts';
import { fromWhere } from './scan.ts';
import type { TypedSql } from './types.ts';

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** Running values follow the order of the last sort; without one the order of the rows is not known. */
export function windowRows(step: StepOf<'window'>, rows: Rows, writer: SqlWriter): Rows {
  const over = rows.order.length === 0 ? '' : `ORDER BY ${rows.order.join(', ')} `;
  const toHere = `OVER (${over}ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const scope = scopeOf(rows);
  const columns = step.columns.map((entry) => {
    const value = expressionSql(entry.value, writer, scope);
    const number = numberOf(value, writer);
    const compiled: Readonly<Record<typeof entry.function, TypedSql>> = {
      sum: { sql: `sum(${number}) ${toHere}`, type: 'number' },
      lag: { sql: `lag(${value.sql}, ${entry.parameter}) OVER (${over.trim()})`, type: value.type },
      filldown: { sql: `${writer.fact('window.last-present', value.sql)} ${toHere}`, type: value.type },
      total: { sql: `sum(${number}) OVER ()`, type: 'number' },
      percentile: {
        sql: `${writer.fact('aggregate.percentile', number, String(entry.parameter))} OVER ()`,
        type: 'number',
      },
    };
    return { name: entry.name, value: compiled[entry.function] };
  });
  return wrappedRows(rows, columns);
}

/**
 * Numbers the sessions: a row begins one when it is the first of its keys or comes too long after the row before. Rows
 * of one time are peers, so that all of them get the number that the first begins.
 */
export function sessionRows(step: StepOf<'session'>, rows: Rows, writer: SqlWriter): Rows {
  const scope = scopeOf(rows);
  const keys = step.keys.map((key) => expressionSql(key, writer, scope).sql);
  const time = expressionSql(step.time, writer, scope).sql;
  const isMissing = [...keys, time].map((key) => `${key} IS NULL`).join(' OR ');
  const gap = `${time} - lag(${time}) OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${time})`;
  const begins = `CASE WHEN ${isMissing} THEN 0 WHEN COALESCE(${gap}, ${step.gapMs + 1}) > ${step.gapMs} THEN 1 ELSE 0 END`;
  const flagged = wrappedRows(rows, [{ name: 'session_begins', value: { sql: begins, type: 'number' } }]);
  const flag = flagged.columns.get('session_begins')?.sql ?? '0';
  const inner = scopeOf(flagged);
  const again = step.keys.map((key) => expressionSql(key, writer, inner).sql);
  const timeAgain = expressionSql(step.time, writer, inner).sql;
  const missingAgain = [...again, timeAgain].map((key) => `${key} IS NULL`).join(' OR ');
  const number = `sum(${flag}) OVER (ORDER BY ${[...again, timeAgain].join(', ')})`;
  const columns = new Map(flagged.columns);
  columns.delete('session_begins');
  return wrappedRows({ ...flagged, columns }, [
    {
      name: step.name,
      value: {
        sql: `CASE WHEN ${missingAgain} THEN NULL ELSE ${writer.fact('aggregate.whole', number)} END`,
        type: 'number',
      },
    },
  ]);
}

/** The rows, and below them one with the sums; its other columns are missing. */
export function totalsRows(step: StepOf<'totals'>, rows: Rows, writer: SqlWriter): Rows {
  const scope = scopeOf(rows);
  const taken = new Set<string>();
  const columns = new Map<string, TypedSql>();
  const each: string[] = [];
  const sums: string[] = [];
  for (const { name, value } of step.columns) {
    const compiled = valueSql(value, writer, scope);
    const out = freeName(name, taken);
    const isSummed = step.sums.includes(name) && compiled.type !== 'none' && compiled.type !== 'time';
    const type = isSummed ? 'number' : compiled.type;
    each.push(`${isSummed ? numberOf(compiled, writer) : compiled.sql} AS ${out}`);
    sums.push(isSummed ? `sum(${out})` : 'NULL');
    columns.set(name, { sql: out, type });
  }
  const keys = rows.order.map((key) => /^(.*?)((?: DESC)?(?: NULLS LAST)?)$/s.exec(key) ?? [key, key, '']);
  const orders = keys.map(([, sql = '']) => {
    const out = freeName('order_key', taken);
    each.push(`${sql} AS ${out}`);
    sums.push('NULL');
    return out;
  });
  const last = freeName('is_total', taken);
  const inner = `SELECT ${each.join(', ')}, 0 AS ${last} ${fromWhere(rows)}`;
  const from = `(WITH t AS (${inner}) SELECT * FROM t UNION ALL SELECT ${[...sums, '1'].join(', ')} FROM t) AS r`;
  return {
    from,
    conditions: [],
    columns,
    base: null,
    order: [last, ...keys.map(([, , way = ''], i) => `${orders[i] ?? '1'}${way}`)],
    count: null,
    taken,
  };
}
