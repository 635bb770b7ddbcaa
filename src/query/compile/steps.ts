import type { Step } from '../plan/step.ts';
import { measureSql } from './aggregate.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import { conditionSql, expressionSql, valueSql } from './expression.ts';
import { fillRows } from './fill.ts';
import { appendRows, compareRows, joinRows } from './inner.ts';
import { lookupRows } from './lookup.ts';
import { naturalOrder } from './order.ts';
import { freeName, type Rows, scopeOf, settled, shortened, tail, wrappedRows } from './rows.ts';
import { fromWhere, wrapped } from './scan.ts';
import { sessionRows, totalsRows, windowRows } from './series.ts';
import type { TypedSql } from './types.ts';

/** The steps that make rows of rows; an estimate looks at none. */
type RowStep = Exclude<Step, { kind: 'estimate' }>;

type StepCompilers = {
  readonly [K in RowStep['kind']]: (step: Extract<Step, { kind: K }>, rows: Rows, writer: SqlWriter) => Rows;
};

const STEPS: StepCompilers = {
  where: ({ condition }, rows, writer) => {
    const ready = settled(rows);
    return {
      ...ready,
      conditions: [...ready.conditions, wrapped(conditionSql(condition, writer, scopeOf(ready)))],
    };
  },
  extend: ({ columns }, rows, writer) => {
    let next = rows;
    for (const { name, value } of columns) {
      const compiled = valueSql(value, writer, scopeOf(next));
      next = shortened({ ...next, columns: new Map(next.columns).set(name, compiled) });
    }
    return next;
  },
  group: (step, rows, writer) => groupRows(step, settled(rows), writer),
  sort: ({ keys }, rows, writer) => {
    const ready = settled(rows);
    return { ...ready, order: orderOf(keys, ready, writer) };
  },
  limit: ({ count }, rows) => ({ ...rows, count: rows.count === null ? count : Math.min(rows.count, count) }),
  dedup: (step, rows, writer) => dedupRows(step, settled(rows), writer),
  unnest: (step, rows, writer) => unnestRows(step, settled(rows), writer),
  lookup: (step, rows, writer) => lookupRows(step, wrappedRows(settled(rows)), writer),
  fill: (step, rows, writer) => fillRows(step, wrappedRows(settled(rows)), writer),
  window: (step, rows, writer) => windowRows(step, settled(rows), writer),
  join: (step, rows, writer) => joinRows(step, settled(rows), writer),
  append: (step, rows, writer) => appendRows(step, settled(rows), writer),
  compare: (step, rows, writer) => compareRows(step, settled(rows), writer),
  session: (step, rows, writer) => sessionRows(step, settled(rows), writer),
  totals: (step, rows, writer) => totalsRows(step, settled(rows), writer),
  project: ({ columns }, rows, writer) => {
    const scope = scopeOf(rows);
    const named = columns.map(({ name, value }): [string, TypedSql] => [
      name,
      valueSql(value, writer, scope),
    ]);
    return { ...rows, columns: new Map(named), base: null };
  },
};

/** Applies one step to rows. */
export function stepRows(step: RowStep, rows: Rows, writer: SqlWriter): Rows {
  const compiler = STEPS[step.kind] as (s: Step, r: Rows, w: SqlWriter) => Rows;
  return compiler(step, rows, writer);
}

function groupRows(step: Extract<Step, { kind: 'group' }>, rows: Rows, writer: SqlWriter): Rows {
  const scope = scopeOf(rows);
  const taken = new Set<string>();
  const columns = new Map<string, TypedSql>();
  const items: string[] = [];
  const add = (name: string, value: TypedSql): void => {
    const inner = freeName(name, taken);
    items.push(value.sql === inner ? inner : `${value.sql} AS ${inner}`);
    columns.set(name, { ...value, sql: inner });
  };
  for (const key of step.keys) add(key.name, valueSql(key.value, writer, scope));
  for (const measure of step.measures) add(measure.name, measureSql(measure, writer, scope));
  const groups = step.keys.length === 0 ? '' : ` GROUP BY ${step.keys.map((_, i) => i + 1).join(', ')}`;
  const from = `(SELECT ${items.join(', ') || '1 AS one'} ${fromWhere(rows)}${groups}) AS r`;
  const grouped: Rows = { from, conditions: [], columns, base: null, order: [], count: null, taken };
  return step.after.length === 0
    ? grouped
    : stepRows({ kind: 'extend', columns: step.after }, grouped, writer);
}

function orderOf(
  keys: Extract<Step, { kind: 'sort' }>['keys'],
  rows: Rows,
  writer: SqlWriter,
): readonly string[] {
  return keys.flatMap((key) => {
    const value = expressionSql(key.value, writer, scopeOf(rows));
    if (value.type === 'none') return [];
    const parts = key.natural ? naturalOrder(value, writer) : [value.sql];
    const missingLast = parts.length > 1 ? [`(${value.sql} IS NULL)`] : [];
    return [...missingLast, ...parts.map((sql) => `${sql}${key.descending ? ' DESC' : ''} NULLS LAST`)];
  });
}

/** Rows with a missing key are all kept: nothing says that they are the same. */
function dedupRows(step: Extract<Step, { kind: 'dedup' }>, rows: Rows, writer: SqlWriter): Rows {
  const scope = scopeOf(rows);
  const keys = step.keys.map((key) => expressionSql(key, writer, scope).sql);
  const order = rows.order.length > 0 ? rows.order : orderOf(step.order, rows, writer);
  const rank = `row_number() OVER (PARTITION BY ${keys.join(', ')}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`})`;
  const isMissing = keys.map((key) => `${key} IS NULL`).join(' OR ');
  const sql = `CASE WHEN ${isMissing} THEN 1 ELSE ${rank} END`;
  const ranked = wrappedRows({ ...rows, order }, [{ name: 'dedup_rank', value: { sql, type: 'number' } }]);
  const inner = ranked.columns.get('dedup_rank')?.sql ?? '1';
  const columns = new Map(ranked.columns);
  columns.delete('dedup_rank');
  return { ...ranked, columns, conditions: [`${inner} = 1`] };
}

function unnestRows(step: Extract<Step, { kind: 'unnest' }>, rows: Rows, writer: SqlWriter): Rows {
  const value = expressionSql(step.list, writer, scopeOf(rows));
  if (value.type !== 'list' && value.type !== 'map')
    return { ...rows, columns: new Map(rows.columns).set(step.name, value) };
  const ready = wrappedRows(rows, [{ name: 'unnest_list', value }]);
  const list = ready.columns.get('unnest_list')?.sql ?? 'NULL';
  const items = value.type === 'map' ? writer.fact('list.of-json', list) : list;
  const taken = new Set(ready.taken);
  const inner = freeName(step.name, taken);
  const from = `${ready.from} ${writer.fact('list.unnest', items, 'u', inner)}`;
  const columns = new Map(ready.columns).set(step.name, { sql: inner, type: 'text' });
  columns.delete('unnest_list');
  return { ...ready, from, columns, taken };
}

/** The statement of rows: their columns under their names, in order; times as text. */
export function selectOf(
  rows: Rows,
  writer: SqlWriter,
): { readonly sql: string; readonly columns: readonly OutputColumn[] } {
  const ready = withClearOrder(rows);
  const items = [...ready.columns].map(([name, value]) => {
    const quoted = quoteName(name);
    const sql = value.type === 'time' ? writer.fact('time.text', value.sql) : value.sql;
    return sql === quoted ? quoted : `${sql} AS ${quoted}`;
  });
  const columns = [...rows.columns].map(([name, value]): OutputColumn => ({ name, type: value.type }));
  return { sql: `SELECT ${items.join(', ') || '*'} ${fromWhere(ready)}${tail(ready)}`, columns };
}

/**
 * In ORDER BY a name means the column of the answer before that of the relation. Where both exist and differ, the keys
 * become columns of their own.
 */
function withClearOrder(rows: Rows): Rows {
  const renamed = [...rows.columns].filter(
    ([name, value]) => value.type === 'time' || value.sql.toLowerCase() !== quoteName(name).toLowerCase(),
  );
  const order = rows.order.join(', ').toLowerCase();
  if (!renamed.some(([name]) => order.includes(quoteName(name).toLowerCase()))) return rows;
  const keys = rows.order.map((key) => /^(.*?)((?: DESC)?(?: NULLS LAST)?)$/s.exec(key) ?? [key, key, '']);
  const extra = keys.map(([, sql = ''], i) => ({
    name: `order_${i + 1}`,
    value: { sql, type: 'text' as const },
  }));
  const inner = wrappedRows({ ...rows, order: [], count: null }, extra, true);
  return {
    ...inner,
    columns: new Map(
      [...rows.columns.keys()].map((name) => [
        name,
        inner.columns.get(name) ?? { sql: 'NULL', type: 'none' },
      ]),
    ),
    order: keys.map(([, , way = ''], i) => `${inner.columns.get(`order_${i + 1}`)?.sql ?? '1'}${way}`),
    count: rows.count,
  };
}

/** A column of an answer. */
export interface OutputColumn {
  readonly name: string;
  readonly type: TypedSql['type'];
}
