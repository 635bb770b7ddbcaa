import type { InnerColumn, Step } from '../plan/step.ts';
import type { SqlWriter } from './dialect.ts';
import { comparablePair, expressionSql } from './expression.ts';
import { freeName, type Rows, scopeOf, settled, tail, wrappedRows } from './rows.ts';
import { fromWhere } from './scan.ts';
import type { InnerRows, TypedSql } from './types.ts';

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** The rows of a compiled plan as those of an inner one. Times stay numbers, so that they compare. */
export function innerRows(rows: Rows): InnerRows {
  const scope = scopeOf(rows);
  return {
    names: [...rows.columns.keys()],
    select: (names, isNumbered = false) => {
      const source = isNumbered ? settled(rows) : rows;
      const inner = isNumbered ? scopeOf(source) : scope;
      const taken = new Set(source.taken);
      const items: string[] = [];
      const columns = names.map((name): TypedSql => {
        const value = inner.column(name) ?? { sql: 'NULL', type: 'none' };
        const out = freeName('inner', taken);
        items.push(`${value.sql} AS ${out}`);
        return { ...value, sql: out };
      });
      const place = freeName('inner_place', taken);
      if (isNumbered) items.push(`${placeOf(source)} AS ${place}`);
      // An order without a count says nothing here.
      const end = source.count === null ? '' : tail(source);
      return { sql: `SELECT ${items.join(', ') || '1'} ${fromWhere(source)}${end}`, columns, place };
    },
  };
}

/** Rows beside those of an inner plan whose keys are equal. */
export function joinRows(step: StepOf<'join'>, rows: Rows, writer: SqlWriter): Rows {
  const scope = scopeOf(rows);
  const picked = writer
    .inner(step.inner)
    .select([...step.keys.map((key) => key.column), ...step.columns.map((entry) => entry.column)]);
  const pairs = step.keys.map((key, i) =>
    comparablePair(expressionSql(key.value, writer, scope), picked.columns[i] ?? NOTHING, writer),
  );
  const ready = wrappedRows(
    rows,
    pairs.map(({ left }, i) => ({ name: `join_key_${i + 1}`, value: { sql: left, type: 'text' } })),
    true,
  );
  const columns = new Map(ready.columns);
  const taken = new Set(ready.taken);
  const keys = pairs.map(({ right }, i) => ({ sql: right, out: freeName(`joined_key_${i + 1}`, taken) }));
  const on = keys.map(({ out }, i) => {
    const left = columns.get(`join_key_${i + 1}`)?.sql ?? 'NULL';
    columns.delete(`join_key_${i + 1}`);
    return `r.${left} = j.${out}`;
  });
  const items = [
    ...keys.map(({ sql, out }) => `${sql} AS ${out}`),
    ...added(step.columns, picked.columns.slice(step.keys.length), columns, taken),
  ];
  const way = step.way === 'left' ? 'LEFT' : 'INNER';
  const right = `(SELECT ${items.join(', ')} FROM (${picked.sql}) AS s) AS j`;
  return { ...ready, from: `${ready.from} ${way} JOIN ${right} ON ${on.join(' AND ')}`, columns, taken };
}

/** Rows beside those of an inner plan at the same place. Rows that one side has too many of stay alone or fall away. */
export function appendRows(step: StepOf<'append'>, rows: Rows, writer: SqlWriter): Rows {
  const picked = writer.inner(step.inner).select(
    step.columns.map((entry) => entry.column),
    true,
  );
  const ready = wrappedRows(
    rows,
    [{ name: 'row_place', value: { sql: placeOf(rows), type: 'number' } }],
    true,
  );
  const columns = new Map(ready.columns);
  const taken = new Set(ready.taken);
  const left = columns.get('row_place')?.sql ?? '0';
  columns.delete('row_place');
  const place = freeName('appended_place', taken);
  const items = [`${picked.place} AS ${place}`, ...added(step.columns, picked.columns, columns, taken)];
  const right = `(SELECT ${items.join(', ')} FROM (${picked.sql}) AS s WHERE ${picked.place} <= ${step.most}) AS j`;
  return { ...ready, from: `${ready.from} LEFT JOIN ${right} ON r.${left} = j.${place}`, columns, taken };
}

/** One row per tuple of keys on either side. A union, because not every engine joins fully where keys may be missing. */
export function compareRows(step: StepOf<'compare'>, rows: Rows, writer: SqlWriter): Rows {
  const names = [...step.keys, ...step.values.map((entry) => entry.column)];
  const picked = writer.inner(step.inner).select(names);
  const taken = new Set<string>();
  const columns = new Map<string, TypedSql>();
  const sides: [string[], string[]] = [[], []];
  const outs = names.map((name, i) => {
    const value = rows.columns.get(name) ?? NOTHING;
    const other = picked.columns[i] ?? NOTHING;
    const out = freeName(name, taken);
    sides[0].push(`${value.sql} AS ${out}`);
    sides[1].push(`${other.sql} AS ${out}`);
    columns.set(name, { sql: out, type: value.type === 'none' ? other.type : value.type });
    return out;
  });
  const flag = freeName('is_earlier', taken);
  const union =
    `SELECT ${[...sides[0], `0 AS ${flag}`].join(', ')} ${fromWhere(rows)} UNION ALL ` +
    `SELECT ${[...sides[1], `1 AS ${flag}`].join(', ')} FROM (${picked.sql}) AS s`;
  const keys = outs.slice(0, step.keys.length);
  const of = (out: string, side: number): string => `max(CASE WHEN ${flag} = ${side} THEN ${out} END)`;
  const values = step.values.flatMap(({ column, name }, i) => {
    const out = outs[step.keys.length + i] ?? 'NULL';
    const previous = freeName(name, taken);
    columns.set(name, { sql: previous, type: columns.get(column)?.type ?? 'none' });
    return [`${of(out, 0)} AS ${out}`, `${of(out, 1)} AS ${previous}`];
  });
  const groups = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}`;
  const from = `(SELECT ${[...keys, ...values].join(', ')} FROM (${union}) AS u${groups}) AS r`;
  return { from, conditions: [], columns, base: null, order: [], count: null, taken };
}

const NOTHING: TypedSql = { sql: 'NULL', type: 'none' };

/** The SELECT items of inner columns, which become known under the names they get. */
function added(
  entries: readonly InnerColumn[],
  values: readonly TypedSql[],
  columns: Map<string, TypedSql>,
  taken: Set<string>,
): readonly string[] {
  return entries.map(({ name }, i) => {
    const value = values[i] ?? NOTHING;
    const out = freeName(name, taken);
    columns.set(name, { ...value, sql: out });
    return `${value.sql} AS ${out}`;
  });
}

function placeOf(rows: Rows): string {
  return `row_number() OVER (${rows.order.length === 0 ? '' : `ORDER BY ${rows.order.join(', ')}`})`;
}
