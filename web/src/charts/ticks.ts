import { formatClock, formatDayMonth, formatMonth, type Zone } from '../format.ts';

const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;
const STEPS = [
  60,
  300,
  900,
  1800,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  182 * DAY,
  364 * DAY,
];

/** A label on a time axis. */
export interface Tick {
  readonly index: number;
  readonly text: string;
}

/**
 * Labels for an axis of equal slices: at round times of the zone, as many as fit. Midnights say the day, other times
 * the clock; months say their year where there are several.
 */
export function timeTicks(
  axis: { readonly startSeconds: number; readonly endSeconds: number; readonly bucketSeconds: number },
  zone: Zone,
  maxTicks: number,
): readonly Tick[] {
  const { startSeconds, endSeconds, bucketSeconds } = axis;
  const span = endSeconds - startSeconds;
  const step =
    STEPS.find((seconds) => seconds >= bucketSeconds && span / seconds <= Math.max(1, maxTicks)) ?? 364 * DAY;
  const ticks: Tick[] = [];
  const count = Math.round(span / bucketSeconds);
  for (let index = 0; index < count; index++) {
    const seconds = startSeconds + index * bucketSeconds;
    const local = seconds + offsetSeconds(seconds, zone);
    // A slice wider than its distance from a round time has that time in it.
    if (modulo(local, step) >= bucketSeconds) continue;
    ticks.push({
      index,
      text:
        step >= 28 * DAY && span > YEAR
          ? formatMonth(seconds, zone)
          : modulo(local, DAY) < bucketSeconds && (step >= HOUR || span > DAY)
            ? formatDayMonth(seconds, zone)
            : formatClock(seconds, zone),
    });
  }
  return ticks;
}

function offsetSeconds(seconds: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(seconds * 1000).getTimezoneOffset() * 60;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
