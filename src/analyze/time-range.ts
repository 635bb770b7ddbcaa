import { formatDay, sqlString } from '../base/index.ts';

/** Records whose `start` lies in `[startSeconds, endSeconds)`; null leaves that side open. Unix seconds. */
export interface TimeRange {
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
}

/** Everything. */
export const ALL_TIME: TimeRange = { startSeconds: null, endSeconds: null };

/**
 * Records that count in sums: log_status OK, or none at all and signs of traffic, as formats without the field have.
 * The rollups of the lake count the same records.
 */
export const COUNTED =
  "(log_status = 'OK' OR (log_status IS NULL AND (srcaddr IS NOT NULL OR dstaddr IS NOT NULL OR packets IS NOT NULL OR bytes IS NOT NULL)))";

/** True when both ends fall on multiples of `seconds`, so that a rollup of that grain answers exactly. */
export function isAligned(range: TimeRange, seconds: number): boolean {
  return (range.startSeconds ?? 0) % seconds === 0 && (range.endSeconds ?? 0) % seconds === 0;
}

/** The range as a condition on record tables: on the partition first, so that files are skipped. `true` for all time. */
export function recordCondition(range: TimeRange): string {
  const parts: string[] = [];
  if (range.startSeconds !== null) {
    parts.push(
      `day >= DATE ${sqlString(formatDay(range.startSeconds))}`,
      `"start" >= ${Math.ceil(range.startSeconds)}`,
    );
  }
  if (range.endSeconds !== null) {
    parts.push(
      `day <= DATE ${sqlString(formatDay(range.endSeconds))}`,
      `"start" < ${Math.ceil(range.endSeconds)}`,
    );
  }
  return joined(parts);
}

/** The range as a condition on a rollup with a TIMESTAMPTZ `ts`, partitioned by `month` or `day`. */
export function bucketCondition(range: TimeRange, partition: 'month' | 'day'): string {
  const dateOf = (seconds: number): string =>
    partition === 'day' ? formatDay(seconds) : `${formatDay(seconds).slice(0, 7)}-01`;
  const parts: string[] = [];
  if (range.startSeconds !== null) {
    parts.push(
      `${partition} >= DATE ${sqlString(dateOf(range.startSeconds))}`,
      `ts >= to_timestamp(${range.startSeconds})`,
    );
  }
  if (range.endSeconds !== null) {
    parts.push(
      `${partition} <= DATE ${sqlString(dateOf(range.endSeconds))}`,
      `ts < to_timestamp(${range.endSeconds})`,
    );
  }
  return joined(parts);
}

function joined(parts: readonly string[]): string {
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}
