import type { AggregateName } from '../plan/measure.ts';
import type { OrderKey, Plan } from '../plan/plan.ts';
import { mergeOf } from '../planner/edges.ts';
import { orderSql, rankingMeasure } from './ranking.ts';
import type { GroupedSql, Rows } from './rows.ts';
import type { TypedSql } from './types.ts';

/**
 * Keeps the largest groups of a grouped SELECT, judged over the whole range when there are time buckets, and sums the
 * rest up under `other` when the plan asks for it. Measures that cannot be summed are missing there.
 *
 * The groups are made once and the few that are kept are joined to them again: ranking all of them in a window costs
 * several times as much when there are many.
 */
export function topGroups(plan: Plan, grouped: GroupedSql, order: readonly OrderKey[]): Rows {
  const { limit } = plan;
  const keys = plan.dimensions.flatMap((dimension) => grouped.columns.get(dimension.name)?.sql ?? []);
  const isRanked = limit !== null && keys.length > 0 && (limit.other || plan.bucket !== null);
  const columns = new Map(grouped.columns);
  if (isRanked && limit.other) columns.set('other', { sql: '"other"', type: 'boolean' });
  return {
    from: isRanked ? `(${rankedSql(plan, grouped, keys, order, limit.count)}) AS r` : `(${grouped.sql}) AS r`,
    conditions: [],
    columns,
    base: null,
    order: [...(columns.has('other') ? ['"other"'] : []), ...orderSql(order, columns)],
    count: isRanked ? null : (limit?.count ?? null),
    taken: new Set([...columns.keys()].map((name) => name.toLowerCase())),
  };
}

/** `groups` holds every group, `kept` those that stay, which is where a limit and its order belong. */
function rankedSql(
  plan: Plan,
  grouped: GroupedSql,
  keys: readonly string[],
  order: readonly OrderKey[],
  count: number,
): string {
  const measure = rankingMeasure(plan, order);
  const value = measure === undefined ? '1' : (grouped.columns.get(measure.name)?.sql ?? '1');
  const merge = measure === undefined ? 'sum' : (mergeOf(measure.aggregate) ?? 'max');
  const asked = order.find((key) => key.name === measure?.name);
  const direction = asked?.descending === false ? '' : ' DESC';
  const list = keys.join(', ');
  // Without buckets or sides each group is one row already.
  const isOneRow = plan.bucket === null && !plan.bidirectional;
  const rank = isOneRow ? value : `${merge}(${value})`;
  const per = isOneRow ? '' : ` GROUP BY ${list}`;
  const kept = `SELECT ${list}, 1 AS "is_kept" FROM "groups"${per} ORDER BY ${rank}${direction} NULLS LAST, ${list} LIMIT ${count}`;
  const same = keys.map((key) => `g.${key} IS NOT DISTINCT FROM k.${key}`).join(' AND ');
  const body = plan.limit?.other === true ? withOther(plan, grouped, keys, same) : keptOnly(grouped, same);
  return `WITH "groups" AS (${grouped.sql}), "kept" AS (${kept}) ${body}`;
}

function keptOnly(grouped: GroupedSql, same: string): string {
  const items = [...grouped.columns.values()].map(({ sql }) => `g.${sql}`);
  return `SELECT ${items.join(', ')} FROM "groups" AS g JOIN "kept" AS k ON ${same}`;
}

function withOther(plan: Plan, grouped: GroupedSql, keys: readonly string[], same: string): string {
  const aggregates = new Map<string, AggregateName>();
  for (const { name, aggregate } of plan.measures) {
    aggregates.set(name, aggregate);
    aggregates.set(`previous_${name}`, aggregate);
  }
  const groupBy: string[] = [];
  const items = [...grouped.columns].map(([name, column]) => {
    const { sql } = column;
    const aggregate = aggregates.get(name);
    if (aggregate !== undefined) return `${mergedSql({ ...column, sql: `g.${sql}` }, aggregate)} AS ${sql}`;
    const value = keys.includes(sql) ? `CASE WHEN k."is_kept" = 1 THEN g.${sql} END` : `g.${sql}`;
    groupBy.push(value);
    return `${value} AS ${sql}`;
  });
  groupBy.push('k."is_kept" IS NULL');
  return `SELECT ${items.join(', ')}, k."is_kept" IS NULL AS "other" FROM "groups" AS g LEFT JOIN "kept" AS k ON ${same} GROUP BY ${groupBy.join(', ')}`;
}

function mergedSql({ sql, isWhole }: TypedSql, aggregate: AggregateName): string {
  const merge = mergeOf(aggregate);
  if (merge === null) return `CASE WHEN max(k."is_kept") = 1 THEN max(${sql}) END`;
  return merge === 'sum'
    ? `CAST(sum(${sql}) AS ${isWhole === true ? 'BIGINT' : 'DOUBLE'})`
    : `${merge}(${sql})`;
}
