import type { Measure } from '../plan/measure.ts';
import type { OrderKey, Plan } from '../plan/plan.ts';
import type { TypedSql } from './types.ts';

/** The order that an answer has when none was asked: series by time, rankings by their first measure. */
export function orderOf(plan: Plan): readonly OrderKey[] {
  if (plan.dimensions.length === 0 && plan.bucket === null) return [];
  const names = plan.dimensions.map((dimension) => dimension.name);
  const asked = new Set(plan.order.map((key) => key.name));
  const first = plan.measures[0];
  const lead: readonly OrderKey[] =
    plan.order.length > 0
      ? plan.order
      : plan.bucket !== null
        ? [{ name: plan.bucket.name, descending: false }]
        : first === undefined
          ? []
          : [{ name: first.name, descending: true }];
  // Ties are broken by the dimensions, so that the same question gives the same rows.
  const rest = names.filter((name) => !asked.has(name)).map((name) => ({ name, descending: false }));
  return [...lead, ...rest];
}

/** The order as ORDER BY wants it; keys that are no column of the answer say nothing. */
export function orderSql(
  order: readonly OrderKey[],
  columns: ReadonlyMap<string, TypedSql>,
): readonly string[] {
  return order.flatMap((key) => {
    const value = columns.get(key.name);
    return value === undefined ? [] : [`${value.sql}${key.descending ? ' DESC' : ''} NULLS LAST`];
  });
}

/** The measure that decides which groups are kept when there are more than wanted. */
export function rankingMeasure(plan: Plan, order: readonly OrderKey[]): Measure | undefined {
  const names = new Set(order.map((key) => key.name));
  return plan.measures.find((measure) => names.has(measure.name)) ?? plan.measures[0];
}
