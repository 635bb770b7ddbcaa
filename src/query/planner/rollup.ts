import { type TableName, tableOf } from '../../record/index.ts';
import { quoteName, type SqlWriter } from '../compile/dialect.ts';
import { conditionSql } from '../compile/expression.ts';
import { partitionConditions, type Relation, wrapped } from '../compile/scan.ts';
import { type Scope, storedValue, type TypedSql } from '../compile/types.ts';
import { conjuncts, type Expression } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import type { Plan } from '../plan/plan.ts';

/** A table of sums, and what it still knows of the records that went into it. */
export interface Rollup {
  readonly table: TableName;
  readonly grain: '5 minutes' | 'hour' | 'day' | 'month';
  /** Width of a row in time; a month counts as 0, because months differ. */
  readonly grainSeconds: number;
  /** Record columns that are still there under the same name. */
  readonly columns: readonly string[];
  /** True for the address index, where each row is one address in one role. */
  readonly isAddressed: boolean;
}

/** The rollups, the smallest first on a usual network; an inventory with row counts goes before this order. */
export const ROLLUPS: readonly Rollup[] = [
  rollup('ip_month', 'month', 0, true),
  rollup('ip_day', 'day', 86_400, true),
  rollup('svc_1h', 'hour', 3600, false),
  rollup('eni_5m', '5 minutes', 300, false),
];

/** The address that a plan is about, for the index: one column, or both ends at once. */
export type AddressRole = 'src' | 'dst' | 'both' | null;

/** The columns of a rollup, as a plan names them. */
export function rollupScope(source: Rollup): Scope {
  const columns = new Map<string, TypedSql>(
    tableOf(source.table).columns.map((entry) => [
      entry.name,
      storedValue(quoteName(entry.name), entry.type),
    ]),
  );
  if (!source.isAddressed) return { column: (name) => columns.get(name) };
  const isAddress = (name: string): boolean => name === 'srcaddr' || name === 'dstaddr';
  return {
    column: (name) => (isAddress(name) ? { sql: '"ip"', type: 'text' } : columns.get(name)),
    addressKey: (name) => (isAddress(name) ? '"ip_key"' : undefined),
  };
}

/**
 * The rows of a rollup that a plan asks about. Months are read together with the days that are not merged into them:
 * those from `mergedUntilSeconds` on, and days that came late.
 */
export function rollupRelation(
  plan: Plan,
  source: Rollup,
  role: AddressRole,
  mergedUntilSeconds: number | null,
  writer: SqlWriter,
): Relation {
  const conditionsOf = (part: Rollup, asked: Plan): readonly string[] => [
    ...timeConditions(asked, part, writer),
    ...roleConditions(plan, part, role),
    ...conjuncts(plan.filter).map((term) =>
      wrapped(conditionSql(addressOnly(term), writer, rollupScope(part))),
    ),
  ];
  const days = ROLLUPS.find((entry) => entry.grain === 'day');
  if (source.grain !== 'month' || mergedUntilSeconds === null || days === undefined)
    return { from: quoteName(source.table), conditions: conditionsOf(source, plan) };
  const { startSeconds, endSeconds } = plan.time;
  const mergedEnd = Math.min(endSeconds ?? mergedUntilSeconds, mergedUntilSeconds);
  const merged = { ...plan, time: { startSeconds, endSeconds: mergedEnd } };
  const columns = tableOf(source.table)
    .columns.slice(1)
    .map((entry) => quoteName(entry.name))
    .join(', ');
  const select = (part: Rollup, asked: Plan): string =>
    `SELECT ${columns} FROM ${quoteName(part.table)} WHERE ${conditionsOf(part, asked).join(' AND ')}`;
  return {
    from: `(${select(source, merged)} UNION ALL ${select(days, plan)}) AS ${quoteName(source.table)}`,
    conditions: [],
  };
}

/** The start of a row in Unix seconds. */
export function rollupSeconds(source: Rollup, writer: SqlWriter): string {
  if (source.grain === 'day') return `(date_diff('day', DATE '1970-01-01', "day") * 86400)`;
  if (source.grain === 'month') return `(date_diff('day', DATE '1970-01-01', "month") * 86400)`;
  return writer.fact('seconds.of-timestamp', '"ts"');
}

/** The SQL of a measure over a rollup; null when the rollup forgot what it needs. */
export function rollupMeasure(measure: Measure, source: Rollup, writer: SqlWriter): TypedSql | null {
  const scope = rollupScope(source);
  const where = measure.where;
  const filter = where === undefined ? '' : ` FILTER (WHERE ${conditionSql(where, writer, scope)})`;
  const total = (name: string): TypedSql => ({
    sql: writer.fact('aggregate.whole', `sum(${quoteName(name)})${filter}`),
    type: 'number',
    isWhole: true,
  });
  const name = measure.value?.kind === 'column' ? measure.value.name : null;
  if (source.isAddressed && where !== undefined)
    return measure.aggregate === 'count' && measure.value === null && isReject(where)
      ? { sql: writer.fact('aggregate.whole', 'COALESCE(sum("rejects"), 0)'), type: 'number', isWhole: true }
      : null;
  switch (measure.aggregate) {
    case 'count':
      return measure.value === null ? countSql(writer, filter) : null;
    case 'sum':
      return name === 'bytes' || name === 'packets' ? total(name) : null;
    case 'min':
      return source.isAddressed && name === 'start' ? secondsOf('min("first_seen")', writer) : null;
    case 'max':
      return source.isAddressed && name === 'end' ? secondsOf('max("last_seen")', writer) : null;
    case 'count_distinct': {
      const distinct = name === null || !knows(source, name) ? undefined : scope.column(name);
      return distinct === undefined
        ? null
        : { sql: `count(DISTINCT ${distinct.sql})${filter}`, type: 'number' };
    }
    case 'avg':
    case 'percentile':
    case 'stddev':
    case 'variance':
    case 'list_distinct':
    case 'earliest':
    case 'latest':
    case 'sorts_first':
    case 'sorts_last':
    case 'histogram':
      return null;
  }
}

/** True when a row of the rollup still has the column of the records. */
export function knows(source: Rollup, name: string): boolean {
  return source.columns.includes(name) || (source.isAddressed && (name === 'srcaddr' || name === 'dstaddr'));
}

function rollup(
  table: TableName,
  grain: Rollup['grain'],
  grainSeconds: number,
  isAddressed: boolean,
): Rollup {
  const notOfRecords = new Set(['day', 'month', 'ts', 'ip_key', 'ip', 'record_kind', 'role', 'scope']);
  const columns = tableOf(table)
    .columns.filter((entry) => entry.merge === 'key' && !notOfRecords.has(entry.name))
    .map((entry) => entry.name);
  return { table, grain, grainSeconds, columns, isAddressed };
}

/** In the index both ends are one column, so a test of either is a test of that one. */
function addressOnly(term: Expression): Expression {
  return term.kind === 'either' && term.pair === 'ip'
    ? { kind: 'test', value: { kind: 'column', name: 'srcaddr' }, test: term.test }
    : term;
}

function countSql(writer: SqlWriter, filter: string): TypedSql {
  return {
    sql: writer.fact('aggregate.whole', `COALESCE(sum("flows")${filter}, 0)`),
    type: 'number',
    isWhole: true,
  };
}

function secondsOf(sql: string, writer: SqlWriter): TypedSql {
  return { sql: writer.fact('seconds.of-timestamp', sql), type: 'seconds' };
}

function isReject(where: Expression): boolean {
  return (
    where.kind === 'test' &&
    where.value.kind === 'column' &&
    where.value.name === 'action' &&
    where.test.kind === 'compare' &&
    where.test.operator === '=' &&
    where.test.value === 'REJECT'
  );
}

function timeConditions(plan: Plan, source: Rollup, writer: SqlWriter): readonly string[] {
  const { startSeconds, endSeconds } = plan.time;
  if (source.grain === 'day') return partitionConditions('day', plan, (seconds) => seconds, writer);
  const months = partitionConditions('month', plan, startOfMonth, writer);
  if (source.grain === 'month') return months;
  const at = (seconds: number): string => writer.fact('timestamp.of-seconds', writer.bind(seconds));
  // A range may begin inside the row that holds the first records of all; that row is in it whole.
  const first = (seconds: number): number => Math.floor(seconds / source.grainSeconds) * source.grainSeconds;
  return [
    ...months,
    ...(startSeconds === null ? [] : [`"ts" >= ${at(first(startSeconds))}`]),
    ...(endSeconds === null ? [] : [`"ts" < ${at(endSeconds)}`]),
  ];
}

function roleConditions(plan: Plan, source: Rollup, role: AddressRole): readonly string[] {
  if (!source.isAddressed) return [];
  const kind = `"record_kind" = '${plan.source === 'flows' ? 'vpc' : 'tgw'}'`;
  return [kind, role === 'both' ? `"role" IN ('src', 'dst')` : `"role" = '${role ?? 'src'}'`];
}

/** The first second of the UTC month that holds a second. */
export function startOfMonth(seconds: number): number {
  const date = new Date(seconds * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
}
