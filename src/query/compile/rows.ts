import { quoteName } from './dialect.ts';
import { fromWhere, type Relation } from './scan.ts';
import type { Scope, TypedSql } from './types.ts';

/** Longer expressions become columns of a subquery, so that text does not grow with each use. */
const LONG = 400;

/**
 * Rows on their way through the steps of a plan: a relation, conditions not applied yet, and columns by the names
 * that the plan knows. `base` finds columns of records below them; `order` is what the last sort asked for.
 */
export interface Rows extends Relation {
  readonly columns: ReadonlyMap<string, TypedSql>;
  readonly base: Scope | null;
  readonly order: readonly string[];
  readonly count: number | null;
  /** Names in use inside, lower case: engines do not tell `a` from `A`. */
  readonly taken: ReadonlySet<string>;
}

/** The columns that the steps see: computed ones first, then those of records. */
export function scopeOf(rows: Rows): Scope {
  return { column: (name) => rows.columns.get(name) ?? rows.base?.column(name) };
}

/** Rows whose count is part of the relation, so that what follows works on the rows that are left. */
export function settled(rows: Rows): Rows {
  return rows.count === null ? shortened(rows) : wrappedRows(rows);
}

/** Rows whose long expressions are columns of the relation. */
export function shortened(rows: Rows): Rows {
  const isLong = [...rows.columns.values()].some((value) => value.sql.length > LONG);
  return isLong
    ? { ...wrappedRows({ ...rows, order: [], count: null }), order: rows.order, count: rows.count }
    : rows;
}

/**
 * Rows as a subquery that keeps every column it has and adds the computed ones, so that SQL over the inner columns
 * stays valid outside. `extra` columns are added under free names near to their own; with `always` even where they
 * are a plain column already.
 */
export function wrappedRows(rows: Rows, extra: readonly NamedSql[] = [], always = false): Rows {
  const taken = new Set(rows.taken);
  const columns = new Map(rows.columns);
  const items: string[] = [];
  for (const [name, value] of [...rows.columns, ...extra.map((item) => [item.name, item.value] as const)]) {
    const isExtra = extra.some((item) => item.name === name);
    if (PLAIN_NAME.test(value.sql) && !(always && isExtra)) {
      columns.set(name, value);
      continue;
    }
    const inner = freeName(name, taken);
    items.push(`, ${value.sql} AS ${inner}`);
    columns.set(name, { ...value, sql: inner });
  }
  const from = `(SELECT *${items.join('')} ${fromWhere(rows)}${rows.count === null ? '' : tail(rows)}) AS r`;
  return { ...rows, from, conditions: [], columns, count: null, taken };
}

const PLAIN_NAME = /^"(?:[^"]|"")*"$/;

/** A column under a name, as SQL. */
export interface NamedSql {
  readonly name: string;
  readonly value: TypedSql;
}

/** A quoted name that nothing inside uses yet, as near to the wanted one as can be; it is taken then. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name}_${i}`;
  taken.add(free.toLowerCase());
  return quoteName(free);
}

/** `ORDER BY … LIMIT …` of rows; empty without either. */
export function tail(rows: Rows): string {
  const order = rows.order.length === 0 ? '' : ` ORDER BY ${rows.order.join(', ')}`;
  return `${order}${rows.count === null ? '' : ` LIMIT ${rows.count}`}`;
}

/** A grouped SELECT, with the columns it gives in order. */
export interface GroupedSql {
  readonly sql: string;
  readonly columns: ReadonlyMap<string, TypedSql>;
}
