import type { TimeRange } from './time-range.ts';

/**
 * What was known of an interface in a minute.
 * - `covered`: a record with traffic touches the minute.
 * - `idle`: the interface was watched and saw nothing: a NODATA record, or a gap between windows too short to be blind.
 * - `skipped`: a SKIPDATA record touches it, so records were lost, whatever else there is.
 * - `unknown`: nothing says that anybody looked.
 */
export type MinuteState = 'covered' | 'idle' | 'skipped' | 'unknown';

/** One hour of one interface, as the table `coverage` has it: bit n is minute n. */
export interface CoverageHour {
  /** Unix seconds, a whole hour. */
  readonly hourStartSeconds: number;
  readonly ok: bigint;
  readonly nodata: bigint;
  readonly skipdata: bigint;
}

/** A stretch of equal minutes; `startSeconds` inclusive, `endSeconds` exclusive. */
export interface CoverageInterval {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly state: MinuteState;
}

export interface CoverageTimeline {
  readonly intervals: readonly CoverageInterval[];
  readonly minutes: Readonly<Record<MinuteState, number>>;
}

const STATES: readonly MinuteState[] = ['unknown', 'covered', 'idle', 'skipped'];
const UNKNOWN = 0;
const COVERED = 1;
const IDLE = 2;
const SKIPPED = 3;

/**
 * The minutes of one interface over a range of whole minutes.
 *
 * Bridging: capture windows do not meet. The start and end of a window are its first and last packet, so between two
 * windows of a watched interface there are up to `maxIntervalSeconds` of silence (60 or 600, the aggregation interval).
 * A run of untouched minutes of at most that length between two touched ones is idle; a longer one is unknown. Minutes
 * before the first and after the last record of the interface are never bridged.
 *
 * `hours` may reach beyond the range, and should by an interval on each side, so that gaps at its ends are judged.
 * Cost: one byte per minute of the hours' span.
 */
export function coverageTimeline(
  hours: readonly CoverageHour[],
  range: { readonly startSeconds: number; readonly endSeconds: number },
  maxIntervalSeconds: number,
): CoverageTimeline {
  const rangeFirst = Math.floor(range.startSeconds / 60);
  const rangeEnd = Math.ceil(range.endSeconds / 60);
  const starts = hours.map((hour) => hour.hourStartSeconds / 60);
  const first = starts.reduce((least, start) => Math.min(least, start), rangeFirst);
  const end = starts.reduce((most, start) => Math.max(most, start + 60), rangeEnd);
  const minutes = new Uint8Array(end - first);
  for (const hour of hours) mark(minutes, hour.hourStartSeconds / 60 - first, hour);
  bridge(minutes, Math.floor(maxIntervalSeconds / 60));
  return timelineOf(minutes.subarray(rangeFirst - first, rangeEnd - first), rangeFirst);
}

/** SKIPDATA outweighs traffic, and traffic outweighs NODATA. */
function mark(minutes: Uint8Array, at: number, hour: CoverageHour): void {
  for (let minute = 0; minute < 60; minute++) {
    const bit = 1n << BigInt(minute);
    const state =
      (hour.skipdata & bit) !== 0n
        ? SKIPPED
        : (hour.ok & bit) !== 0n
          ? COVERED
          : (hour.nodata & bit) !== 0n
            ? IDLE
            : UNKNOWN;
    if (state !== UNKNOWN && (minutes[at + minute] ?? UNKNOWN) !== SKIPPED) {
      minutes[at + minute] = state === IDLE && minutes[at + minute] === COVERED ? COVERED : state;
    }
  }
}

function bridge(minutes: Uint8Array, longest: number): void {
  let lastTouched = -1;
  for (let minute = 0; minute < minutes.length; minute++) {
    if (minutes[minute] === UNKNOWN) continue;
    const gap = minute - lastTouched - 1;
    if (lastTouched >= 0 && gap > 0 && gap <= longest) minutes.fill(IDLE, lastTouched + 1, minute);
    lastTouched = minute;
  }
}

function timelineOf(minutes: Uint8Array, firstMinute: number): CoverageTimeline {
  const counts: Record<MinuteState, number> = { covered: 0, idle: 0, skipped: 0, unknown: 0 };
  const intervals: CoverageInterval[] = [];
  let from = 0;
  for (let minute = 1; minute <= minutes.length; minute++) {
    if (minute < minutes.length && minutes[minute] === minutes[from]) continue;
    const state = STATES[minutes[from] ?? UNKNOWN] ?? 'unknown';
    counts[state] += minute - from;
    intervals.push({
      startSeconds: (firstMinute + from) * 60,
      endSeconds: (firstMinute + minute) * 60,
      state,
    });
    from = minute;
  }
  return { intervals: minutes.length === 0 ? [] : intervals, minutes: counts };
}

/** The range cut to whole minutes, with open sides taken from `fallback`. */
export function wholeMinutes(
  range: TimeRange,
  fallback: { readonly startSeconds: number; readonly endSeconds: number },
): { readonly startSeconds: number; readonly endSeconds: number } {
  const start = range.startSeconds ?? fallback.startSeconds;
  const end = range.endSeconds ?? fallback.endSeconds;
  return { startSeconds: Math.floor(start / 60) * 60, endSeconds: Math.ceil(end / 60) * 60 };
}
