import type { LakeState } from '../../src/api/index.ts';
import { parseDurationSeconds, parseTimeSeconds } from '../../src/base/index.ts';
import { bucketOrigin } from '../../src/query/index.ts';
import type { Address, Changes } from './address.ts';
import { formatMoment, type Zone } from './format.ts';

/** A time range to ask about. Unix seconds, `endSeconds` exclusive, both on the grid of `bucketSeconds`. */
export interface ViewRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly bucketSeconds: number;
  /** What was asked before it was laid on the grid: coverage is judged there, so that no edge counts as unwatched. */
  readonly asked: { readonly from: number; readonly to: number };
  /** How the address says it, for people: `Last 24 hours`, `All data`, or two moments. */
  readonly label: (zone: Zone) => string;
}

/** Part of a range, or a stretch beside it. Unix seconds, `endSeconds` exclusive. */
export interface Stretch {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Ranges one click away; each is the value of `last` in the address. */
export const PRESETS: readonly { readonly last: string; readonly label: string }[] = [
  { last: '15m', label: 'Last 15 minutes' },
  { last: '1h', label: 'Last hour' },
  { last: '6h', label: 'Last 6 hours' },
  { last: '24h', label: 'Last 24 hours' },
  { last: '7d', label: 'Last 7 days' },
  { last: '30d', label: 'Last 30 days' },
  { last: 'all', label: 'All data' },
];

const DAY = 86_400;
/** Without a range in the address everything is shown, unless that is more than a person can take in. */
const MAX_DEFAULT_SECONDS = 31 * DAY;
const WIDEST_BUCKET = 28 * DAY;
const BUCKETS = [60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, DAY, 7 * DAY, WIDEST_BUCKET];
const MAX_BUCKETS = 170;
/** The year 9999. */
const MAX_SECONDS = 253_402_300_800;

/** The range that an address asks for; null when the lake is empty, so there is nothing to ask. */
export function rangeOf(address: Address, lake: LakeState): ViewRange | null {
  const { firstSeconds, lastSeconds, nowSeconds } = lake;
  if (firstSeconds === null || lastSeconds === null) return null;
  const { from, to, last } = address.parameters;
  const start = timeOf(from, nowSeconds);
  const end = timeOf(to, nowSeconds);
  if (start !== null || end !== null) {
    const asked = cut(start ?? firstSeconds, end ?? lastSeconds + 1, lake);
    if (asked[0] < asked[1])
      return aligned(asked[0], asked[1], (zone) => formatRange(asked[0], asked[1], zone));
  }
  const age = last === undefined ? null : parseDurationSeconds(last);
  if (age !== null && age > 0) {
    const preset = PRESETS.find((entry) => entry.last === last);
    return aligned(...cut(nowSeconds - age, nowSeconds, lake), () => preset?.label ?? `Last ${last}`);
  }
  const span = lastSeconds - firstSeconds;
  if (last === 'all' || span <= MAX_DEFAULT_SECONDS)
    return aligned(firstSeconds, lastSeconds + 1, () => 'All data');
  return aligned(lastSeconds - 7 * DAY, lastSeconds + 1, () => 'Last 7 days of data');
}

/** The zone in which an address shows times: the viewer's unless it says UTC. */
export function zoneOf(address: Address): Zone {
  return address.parameters['zone'] === 'utc' ? 'utc' : 'local';
}

/** `11 Mar 12:05 – 14 Mar 12:00`; both with their year where it is not the same. */
export function formatRange(startSeconds: number, endSeconds: number, zone: Zone): string {
  const [first, last] = [startSeconds, endSeconds].map((seconds) =>
    new Date(seconds * 1000).getUTCFullYear(),
  );
  const moment = (seconds: number): string => formatMoment(seconds, zone, first !== last);
  return `${moment(startSeconds)} – ${moment(endSeconds)}`;
}

/** Changes of an address to a range between two moments. */
export function rangeChanges(startSeconds: number, endSeconds: number): Changes {
  return { last: null, from: isoOf(startSeconds), to: isoOf(endSeconds) };
}

/** The range moved by a share of its width: -0.5 goes back by half. */
export function shiftedChanges(range: ViewRange, share: number): Changes {
  const { startSeconds, endSeconds, bucketSeconds } = range;
  const by = Math.round(((endSeconds - startSeconds) * share) / bucketSeconds) * bucketSeconds;
  return rangeChanges(startSeconds + by, endSeconds + by);
}

/** The range twice as wide around its middle. */
export function widenedChanges(range: ViewRange): Changes {
  const half =
    Math.ceil((range.endSeconds - range.startSeconds) / 2 / range.bucketSeconds) * range.bucketSeconds;
  return rangeChanges(range.startSeconds - half, range.endSeconds + half);
}

/** A stretch of time as an address holds it: `2026-03-14T12:00Z/2026-03-14T12:15Z`. */
export function stretchText({ startSeconds, endSeconds }: Stretch): string {
  return `${isoOf(startSeconds)}/${isoOf(endSeconds)}`;
}

/** The stretch that a text of `stretchText` names; null for anything else. */
export function stretchOf(text: string | undefined): Stretch | null {
  const [start = '', end = '', more] = (text ?? '').split('/');
  // Ages say another time to each reader.
  const [startSeconds, endSeconds] = [start, end].map((part) =>
    /^\d{4}-/.test(part) ? timeOf(part, 0) : null,
  );
  if (startSeconds == null || endSeconds == null || more !== undefined) return null;
  return startSeconds < endSeconds ? { startSeconds, endSeconds } : null;
}

/** The parameters of a request about a range. */
export function rangeParameters(range: ViewRange): { readonly from: number; readonly to: number } {
  return { from: range.startSeconds, to: range.endSeconds };
}

/** On the grid of its slices, so that no slice is cut and the sums of the lake can answer. */
function aligned(start: number, end: number, label: (zone: Zone) => string): ViewRange {
  const span = end - start;
  const bucketSeconds = BUCKETS.find((seconds) => span / seconds <= MAX_BUCKETS) ?? WIDEST_BUCKET;
  const origin = bucketOrigin(bucketSeconds);
  return {
    startSeconds: Math.floor((start - origin) / bucketSeconds) * bucketSeconds + origin,
    endSeconds: Math.ceil((end - origin) / bucketSeconds) * bucketSeconds + origin,
    bucketSeconds,
    asked: { from: Math.floor(start), to: Math.ceil(end) },
    label,
  };
}

/** A range too wide for slices that anybody could read ends where the lake and the present do. */
function cut(
  start: number,
  end: number,
  { firstSeconds, lastSeconds, nowSeconds }: LakeState,
): [number, number] {
  if (end - start <= MAX_BUCKETS * WIDEST_BUCKET) return [start, end];
  return [
    Math.max(start, Math.min(firstSeconds ?? start, nowSeconds - DAY)),
    Math.min(end, Math.max((lastSeconds ?? end) + 1, nowSeconds)),
  ];
}

function timeOf(text: string | undefined, nowSeconds: number): number | null {
  const seconds = text === undefined ? null : parseTimeSeconds(text, nowSeconds);
  // Beyond these years calendars have no words for a moment.
  return seconds !== null && Math.abs(seconds) < MAX_SECONDS ? seconds : null;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/:00\.000Z$|\.000Z$/, 'Z');
}
