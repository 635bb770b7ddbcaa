import type { AggregateName } from '../plan/measure.ts';
import { isGrouped, type Plan, type TimeRange } from '../plan/plan.ts';
import { type Choice, chooseTable, type Inventory } from './choose.ts';

/** A plan over one stretch of its time range, and the table that answers it. */
export interface Stretch {
  readonly plan: Plan;
  readonly choice: Choice;
}

/** Widths of rollup rows to cut at, the finest first: the finer the cut, the less is read from the records. */
const GRAINS: readonly number[] = [300, 3600, 86_400];

/** A middle that is not this much wider than a rollup row leaves too little to a rollup. */
const WORTH_ROWS = 4;

/** How the values of two groups become one; null when they cannot. */
export function mergeOf(aggregate: AggregateName): 'sum' | 'min' | 'max' | null {
  if (aggregate === 'count' || aggregate === 'sum') return 'sum';
  return aggregate === 'min' || aggregate === 'max' ? aggregate : null;
}

/**
 * A plan as stretches that do not overlap. `last 24 hours` begins inside a row of every rollup: where the measures can
 * be added up, the whole rows in between come from a rollup and only the edges from the records.
 */
export function stretchesOf(plan: Plan, inventory: Inventory): readonly Stretch[] {
  const choice = chooseTable(plan, inventory);
  const whole = [{ plan, choice }];
  const canMerge = isGrouped(plan) && plan.measures.every((measure) => mergeOf(measure.aggregate) !== null);
  if (choice.rollup !== null || !canMerge) return whole;
  for (const grain of GRAINS) {
    const middle = wholeRows(plan.time, grain);
    if (middle === null) continue;
    const inner = { ...plan, time: middle };
    const innerChoice = chooseTable(inner, inventory);
    if (innerChoice.rollup === null) continue;
    const edges = edgesAround(plan.time, middle).map((time) => {
      const edge = { ...plan, time };
      return { plan: edge, choice: recordsOnly(edge, inventory) };
    });
    return edges.length === 0 ? whole : [{ plan: inner, choice: innerChoice }, ...edges];
  }
  return whole;
}

/** The whole rollup rows inside a range; null when there are too few, or the range is whole already. */
function wholeRows({ startSeconds, endSeconds }: TimeRange, grain: number): TimeRange | null {
  if (startSeconds === null) return null;
  const start = Math.ceil(startSeconds / grain) * grain;
  const end = endSeconds === null ? null : Math.floor(endSeconds / grain) * grain;
  if (end !== null && end - start < WORTH_ROWS * grain) return null;
  return { startSeconds: start, endSeconds: end };
}

function edgesAround(asked: TimeRange, middle: TimeRange): readonly TimeRange[] {
  const edges: TimeRange[] = [];
  if (asked.startSeconds !== middle.startSeconds)
    edges.push({ startSeconds: asked.startSeconds, endSeconds: middle.startSeconds });
  if (asked.endSeconds !== middle.endSeconds)
    edges.push({ startSeconds: middle.endSeconds, endSeconds: asked.endSeconds });
  return edges;
}

function recordsOnly(plan: Plan, inventory: Inventory): Choice {
  const facts = inventory[plan.source];
  const choice = chooseTable(plan, facts === undefined ? {} : { [plan.source]: facts });
  return { ...choice, why: 'the edges of the range are not whole rows of a rollup', passedOver: [] };
}
