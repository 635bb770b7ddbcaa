import type { Expression } from './expression.ts';
import type { Dimension, Measure } from './measure.ts';
import type { Step } from './step.ts';

/** The kind of records a plan asks about. */
export type PlanSource = 'flows' | 'tgw_flows';

/** Unix seconds; `startSeconds` inclusive, `endSeconds` exclusive, judged by the start of a record. Null is unbounded. */
export interface TimeRange {
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
}

/**
 * Rows are also grouped by start time, floored to a multiple of `seconds` since 1970, whole weeks since a Monday; the column
 * `time` of the answer.
 */
export interface Bucket {
  readonly name: string;
  readonly seconds: number;
}

const WEEK = 604_800;
const FIRST_MONDAY = 4 * 86_400;

/** The moment that slices of so many seconds are counted from, in Unix seconds: a Monday for whole weeks, else 1970. */
export function bucketOrigin(seconds: number): number {
  return seconds % WEEK === 0 ? FIRST_MONDAY : 0;
}

/** One key of the order of an answer, by column of the answer. Missing values come last in both directions. */
export interface OrderKey {
  readonly name: string;
  readonly descending: boolean;
}

/**
 * At most `count` groups, and with `other` one more that sums up the rest (dimensions missing, column `other` true).
 * With a bucket it counts groups over the whole range, not rows.
 */
export interface Limit {
  readonly count: number;
  readonly other: boolean;
}

/**
 * A question, whatever language it was asked in: plain data, made by the languages, read by planner and compilers.
 *
 * Without dimensions, bucket and measures it asks for records; `columns` then names them (empty means all).
 * `statuses` is `ok` when only records with log_status OK count, `any` when NODATA and SKIPDATA records count too.
 * `compareShiftSeconds` asks each measure again over the range that much earlier, as `previous_<name>`.
 * `bidirectional` asks the same with source and destination exchanged as well, told apart by the column `side`.
 * `steps` work on the rows of all that, one after the other; simple questions have none.
 * `inner` are the plans that its expressions and steps read, by their place in the list; absent when they read none.
 */
export interface Plan {
  readonly source: PlanSource;
  readonly time: TimeRange;
  readonly statuses: 'ok' | 'any';
  readonly filter: Expression;
  readonly columns: readonly string[];
  readonly dimensions: readonly Dimension[];
  readonly bucket: Bucket | null;
  readonly measures: readonly Measure[];
  readonly order: readonly OrderKey[];
  readonly limit: Limit | null;
  readonly compareShiftSeconds: number | null;
  readonly bidirectional: boolean;
  readonly steps: readonly Step[];
  readonly inner?: readonly Plan[];
}

/** True when the plan asks for groups rather than records. */
export function isGrouped(plan: Plan): boolean {
  return plan.dimensions.length > 0 || plan.measures.length > 0 || plan.bucket !== null;
}
