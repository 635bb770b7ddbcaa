import { formatDay } from '../../base/index.ts';
import { tableOf } from '../../record/index.ts';
import type { Expression } from '../plan/expression.ts';
import type { Plan, PlanSource } from '../plan/plan.ts';
import { armsOf } from './arms.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import { conditionSql } from './expression.ts';
import { type Scope, storedValue, type TypedSql } from './types.ts';

/** Columns computed from others, over any rows that hold the fields of a record. */
const RATES: Readonly<Record<string, string>> = {
  duration: '("end" - "start")',
  bps: '("bytes" * 8 / CAST(greatest("end" - "start", 1) AS DOUBLE))',
  pps: '("packets" / CAST(greatest("end" - "start", 1) AS DOUBLE))',
  bpp: '("bytes" / CAST(NULLIF("packets", 0) AS DOUBLE))',
};

const recordScopes = new Map<PlanSource, Scope>();

/** The columns of records: those of the table, rates, and `event_time`, the start in milliseconds. */
export function recordScope(source: PlanSource): Scope {
  const known = recordScopes.get(source);
  if (known !== undefined) return known;
  const columns = new Map<string, TypedSql>(
    tableOf(source).columns.map((entry) => [entry.name, storedValue(quoteName(entry.name), entry.type)]),
  );
  for (const [name, sql] of Object.entries(RATES)) columns.set(name, { sql, type: 'number' });
  columns.set('event_time', { sql: '("start" * 1000)', type: 'time' });
  const scope: Scope = { column: (name) => columns.get(name) };
  recordScopes.set(source, scope);
  return scope;
}

/** The names of the columns of records, which computed columns must not take. */
export function recordNames(source: PlanSource): ReadonlySet<string> {
  return new Set(tableOf(source).columns.map((entry) => entry.name));
}

/** A relation after FROM, with the conditions that are not part of it yet. */
export interface Relation {
  readonly from: string;
  readonly conditions: readonly string[];
}

/** The records that a plan asks about. Either-side conditions become a union of arms that prune. `hasStatuses` is the fact of the choice. */
export function recordRelation(plan: Plan, hasStatuses: boolean, writer: SqlWriter): Relation {
  const scope = recordScope(plan.source);
  const fixed = [...recordTimeConditions(plan, writer), ...statusConditions(plan, hasStatuses)];
  const table = quoteName(plan.source);
  const conditionsOf = (arm: Expression): readonly string[] =>
    arm.kind === 'and'
      ? arm.terms.map((term) => wrapped(conditionSql(term, writer, scope)))
      : [wrapped(conditionSql(arm, writer, scope))];
  const arms = armsOf(plan.filter);
  const [only] = arms;
  if (arms.length === 1 && only !== undefined)
    return { from: table, conditions: [...fixed, ...conditionsOf(only)] };
  const selects = arms.map(
    (arm) => `SELECT * FROM ${table} WHERE ${[...fixed, ...conditionsOf(arm)].join(' AND ')}`,
  );
  return { from: `(${selects.join(' UNION ALL ')}) AS ${table}`, conditions: [] };
}

/** The partition days of a time range, so that whole files are left out. */
export function partitionConditions(
  name: string,
  plan: Plan,
  roundDown: (seconds: number) => number,
  writer: SqlWriter,
): readonly string[] {
  const { startSeconds, endSeconds } = plan.time;
  const dateOf = (seconds: number): string =>
    writer.fact('date.of-text', writer.bind(formatDay(roundDown(seconds))));
  return [
    ...(startSeconds === null ? [] : [`${quoteName(name)} >= ${dateOf(startSeconds)}`]),
    ...(endSeconds === null ? [] : [`${quoteName(name)} <= ${dateOf(Math.ceil(endSeconds) - 1)}`]),
  ];
}

/** `FROM …` and `WHERE …` of a relation. */
export function fromWhere({ from, conditions }: Relation): string {
  return `FROM ${from}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`}`;
}

/** Parentheses around a condition of several parts. */
export function wrapped(sql: string): string {
  return / OR /.test(sql) && !/^\([^()]*\)$/.test(sql) ? `(${sql})` : sql;
}

function recordTimeConditions(plan: Plan, writer: SqlWriter): readonly string[] {
  const { startSeconds, endSeconds } = plan.time;
  return [
    ...partitionConditions('day', plan, (seconds) => seconds, writer),
    ...(startSeconds === null ? [] : [`"start" >= ${writer.bind(startSeconds)}`]),
    ...(endSeconds === null ? [] : [`"start" < ${writer.bind(endSeconds)}`]),
  ];
}

/** Formats without log_status have no idle windows: their records count by their signs of traffic, as in the rollups. */
const COUNTED =
  `("log_status" = 'OK' OR ("log_status" IS NULL AND ` +
  `("srcaddr" IS NOT NULL OR "dstaddr" IS NOT NULL OR "packets" IS NOT NULL OR "bytes" IS NOT NULL)))`;

function statusConditions(plan: Plan, hasStatuses: boolean): readonly string[] {
  if (plan.statuses === 'any') return [];
  return [hasStatuses ? `"log_status" = 'OK'` : COUNTED];
}
