import type { AggregateName } from '../plan/measure.ts';
import type { OrderKey, Plan } from '../plan/plan.ts';
import { mergeOf } from '../planner/edges.ts';
import type { GroupedSql, Rows } from './rows.ts';
import type { TypedSql } from './types.ts';

/**
 * Keeps the largest groups of a grouped SELECT, judged over the whole range when there are time buckets, and sums the
 * rest up under `other` when the plan asks for it. Measures that cannot be summed are missing there.
 */
export function topGroups(plan: Plan, grouped: GroupedSql, order: readonly OrderKey[]): Rows {
  const limit = plan.limit;
  const keys = plan.dimensions.flatMap((dimension) => grouped.columns.get(dimension.name)?.sql ?? []);
  const isRanked = limit !== null && keys.length > 0 && (limit.other || plan.bucket !== null);
  const rows: Rows = {
    from: `(${isRanked ? rankedSql(plan, grouped, keys, order) : grouped.sql}) AS r`,
    conditions: isRanked && !limit.other ? [`"group_rank" <= ${limit.count}`] : [],
    columns: grouped.columns,
    base: null,
    order: [],
    count: isRanked ? null : (limit?.count ?? null),
    taken: new Set(
      [...grouped.columns.keys(), 'group_rank', 'group_total'].map((name) => name.toLowerCase()),
    ),
  };
  const summed = isRanked && limit.other ? withOther(plan, rows, limit.count) : rows;
  return { ...summed, order: orderSql(order, summed.columns) };
}

function rankedSql(
  plan: Plan,
  grouped: GroupedSql,
  keys: readonly string[],
  order: readonly OrderKey[],
): string {
  const measure = rankingMeasure(plan, order);
  const value = measure === undefined ? '1' : (grouped.columns.get(measure.name)?.sql ?? '1');
  const merge = measure === undefined ? 'sum' : (mergeOf(measure.aggregate) ?? 'max');
  const asked = order.find((key) => key.name === measure?.name);
  const direction = asked?.descending === false ? '' : ' DESC';
  const total = `SELECT *, ${merge}(${value}) OVER (PARTITION BY ${keys.join(', ')}) AS "group_total" FROM (${grouped.sql}) AS g`;
  return `SELECT *, dense_rank() OVER (ORDER BY "group_total"${direction} NULLS LAST, ${keys.join(', ')}) AS "group_rank" FROM (${total}) AS t`;
}

function rankingMeasure(plan: Plan, order: readonly OrderKey[]): Plan['measures'][number] | undefined {
  const names = new Set(order.map((key) => key.name));
  return plan.measures.find((measure) => names.has(measure.name)) ?? plan.measures[0];
}

function withOther(plan: Plan, rows: Rows, count: number): Rows {
  const dimensions = new Set(plan.dimensions.map((dimension) => dimension.name));
  const aggregates = new Map<string, AggregateName>();
  for (const { name, aggregate } of plan.measures) {
    aggregates.set(name, aggregate);
    aggregates.set(`previous_${name}`, aggregate);
  }
  const columns = new Map<string, TypedSql>();
  const keys: string[] = [];
  const values: string[] = [];
  for (const [name, value] of rows.columns) {
    const aggregate = aggregates.get(name);
    columns.set(name, value);
    if (aggregate !== undefined) {
      const merge = mergeOf(aggregate);
      const merged =
        merge === null
          ? `CASE WHEN min("group_rank") <= ${count} THEN max(${value.sql}) END`
          : `${merge}(${value.sql})`;
      values.push(
        `${merge === 'sum' ? `CAST(${merged} AS ${wholeOrDouble(aggregate)})` : merged} AS ${value.sql}`,
      );
    } else if (dimensions.has(name))
      keys.push(`CASE WHEN "group_rank" <= ${count} THEN ${value.sql} END AS ${value.sql}`);
    else keys.push(value.sql);
  }
  keys.push(`"group_rank" > ${count} AS "other"`);
  columns.set('other', { sql: '"other"', type: 'boolean' });
  const groups = keys.map((_, i) => i + 1).join(', ');
  const from = `(SELECT ${[...keys, ...values].join(', ')} FROM ${rows.from} GROUP BY ${groups}) AS r`;
  return { ...rows, from, columns };
}

function wholeOrDouble(aggregate: AggregateName): string {
  return aggregate === 'count' || aggregate === 'sum' ? 'BIGINT' : 'DOUBLE';
}

function orderSql(order: readonly OrderKey[], columns: ReadonlyMap<string, TypedSql>): readonly string[] {
  const keys = order.flatMap((key) => {
    const value = columns.get(key.name);
    return value === undefined ? [] : [`${value.sql}${key.descending ? ' DESC' : ''} NULLS LAST`];
  });
  return columns.has('other') ? ['"other"', ...keys] : keys;
}
