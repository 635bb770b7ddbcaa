import { parseTimeSeconds } from '../../../base/index.ts';
import type { Word } from '../words.ts';
import {
  type Day,
  momentOf,
  monthOf,
  type Present,
  plusDays,
  plusUnits,
  readDay,
  startOfUnit,
  todayOf,
  unitOf,
  yearAt,
  yearOf,
} from './calendar.ts';
import { readClock, readDayPart } from './clock.ts';
import { AMBIGUOUS_ZONES, type Zone, zoneOf } from './zone.ts';

/**
 * One end of a range. `day` is null for a time of day alone, `minutes` null for a whole day; `end` is the first moment
 * after what was named.
 */
export interface MomentReading {
  readonly kind: 'moment';
  readonly start: number;
  readonly end: number;
  readonly day: Day | null;
  readonly minutes: number | null;
  /** A time of day whose day is not said; `start` and `end` then mean nothing. */
  readonly isClock: boolean;
  /** A part of a day that spans hours, such as an afternoon. */
  readonly isPart: boolean;
  readonly zone: Zone | null;
  readonly length: number;
}

/** A moment, or why none can be told. */
export type MomentOrReason =
  | MomentReading
  | { readonly kind: 'unclear'; readonly reason: string; readonly length: number };

/** Reads `monday 9am`, `9am on monday`, `3 nov at 14:00`, `2026-01-15T10:00Z`, `november`, `now`, `yesterday morning`. */
export function readMoment(words: readonly Word[], from: number, present: Present): MomentOrReason | null {
  let at = from;
  while (['at', 'on', 'the'].includes(words[at]?.lower ?? '') && !isOrdinal(words[at + 1])) at++;
  const lead = at - from;
  const found =
    readStamp(words, at, present) ??
    readStartOf(words, at, present) ??
    readClockFirst(words, at, present) ??
    readDayFirst(words, at, present) ??
    readMonth(words, at, present);
  return found === null ? null : { ...found, length: found.length + lead };
}

/** A zone after a time: `UTC`, `CET`, `Europe/Berlin`, `berlin time`. */
export function readZone(words: readonly Word[], at: number): { zone: Zone | null; length: number } | null {
  const lower = words[at]?.lower ?? '';
  if (AMBIGUOUS_ZONES.has(lower)) return { zone: null, length: 1 };
  const three = [words[at], words[at + 1], words[at + 2]].map((word) => word?.text ?? '').join(' ');
  const two = three.split(' ').slice(0, 2).join(' ');
  for (const [length, name] of [
    [3, three],
    [2, two],
    [1, words[at]?.text ?? ''],
  ] as const) {
    // A bare number is no offset, and "east" is no zone.
    const zone = /^[+-]?\d+$/.test(name) ? null : zoneOf(name);
    if (zone !== null) return { zone, length };
  }
  return null;
}

function isOrdinal(word: Word | undefined): boolean {
  return /^\d{1,2}(?:st|nd|rd|th)$/.test(word?.lower ?? '');
}

function whole(start: number, end: number, length: number): MomentReading {
  return {
    kind: 'moment',
    start,
    end,
    day: null,
    minutes: 0,
    isClock: false,
    isPart: false,
    zone: null,
    length,
  };
}

function readStamp(words: readonly Word[], at: number, { nowSeconds }: Present): MomentReading | null {
  const text = words[at]?.text ?? '';
  if (text.toLowerCase() === 'now') return whole(nowSeconds, nowSeconds, 1);
  if (!/^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})$/i.test(text)) return null;
  const start = parseTimeSeconds(text.toUpperCase(), nowSeconds);
  return start === null ? null : { ...whole(start, start, 1), minutes: 0 };
}

/** `the start of the month`, `beginning of this week`. */
function readStartOf(words: readonly Word[], at: number, present: Present): MomentReading | null {
  const isStart = ['start', 'beginning'].includes(words[at]?.lower ?? '') && words[at + 1]?.lower === 'of';
  if (!isStart) return null;
  const skip = ['the', 'this', 'current'].includes(words[at + 2]?.lower ?? '') ? 1 : 0;
  const unit = unitOf(words[at + 2 + skip]);
  if (unit !== null) {
    const start = startOfUnit(present.nowSeconds, unit, present.zone);
    return whole(start, start, 3 + skip);
  }
  const inner = readMonth(words, at + 2 + skip, present) ?? readDayFirst(words, at + 2 + skip, present);
  if (inner === null || inner.kind !== 'moment') return null;
  return whole(inner.start, inner.start, inner.length + 2 + skip);
}

function readClockFirst(words: readonly Word[], at: number, present: Present): MomentOrReason | null {
  const clock = readClock(words, at);
  if (clock === null) return null;
  let length = clock.length;
  const zone = readZone(words, at + length);
  if (zone !== null && zone.zone === null) return unclearZone(words[at + length], length);
  length += zone?.length ?? 0;
  const on = ['on', 'of', 'the'].includes(words[at + length]?.lower ?? '') ? 1 : 0;
  const day = readDay(words, at + length + on, present);
  if (day?.kind === 'ambiguous') return unclearDay(words[at + length + on], length + on + day.length);
  if (day !== null) length += on + day.length;
  return momentFrom(day?.day ?? null, clock.minutes, clock.width, length, zone?.zone ?? null, present);
}

function readDayFirst(words: readonly Word[], at: number, present: Present): MomentOrReason | null {
  const day = readDay(words, at, present);
  if (day === null) return null;
  if (day.kind === 'ambiguous') return unclearDay(words[at], day.length);
  let length = day.length;
  const part = readDayPart(words, at + length);
  if (part !== null) {
    const { zone } = present;
    const start = momentOf(day.day, part.part.from, zone);
    const end = momentOf(day.day, part.part.to, zone);
    return {
      kind: 'moment',
      start,
      end,
      day: day.day,
      minutes: part.part.from,
      isClock: false,
      isPart: true,
      zone: null,
      length: length + part.length,
    };
  }
  const link = ['at', 'from', 'around'].includes(words[at + length]?.lower ?? '') ? 1 : 0;
  const isAt = words[at + length]?.lower === 'at';
  const clock = link === 0 || isAt ? readClock(words, at + length + link) : null;
  if (clock === null) {
    const zone = readZone(words, at + length);
    if (zone !== null && zone.zone === null) return unclearZone(words[at + length], length);
    length += zone?.length ?? 0;
    return momentFrom(day.day, null, 1440, length, zone?.zone ?? null, present);
  }
  length += link + clock.length;
  const zone = readZone(words, at + length);
  if (zone !== null && zone.zone === null) return unclearZone(words[at + length], length);
  length += zone?.length ?? 0;
  return momentFrom(day.day, clock.minutes, clock.width, length, zone?.zone ?? null, present);
}

function momentFrom(
  day: Day | null,
  minutes: number | null,
  width: number,
  length: number,
  zone: Zone | null,
  present: Present,
): MomentReading {
  const where = zone ?? present.zone;
  const of = day ?? { year: 1970, month: 1, day: 1 };
  const start = momentOf(of, minutes ?? 0, where);
  const end = minutes === null ? momentOf(plusDays(of, 1), 0, where) : start + width * 60;
  const isClock = day === null;
  return { kind: 'moment', start, end, day, minutes, isClock, isPart: false, zone, length };
}

/** `november`, `nov 2025`, `month of january`, `2026-01`, `2025`, `q4 2025`. */
export function readMonth(words: readonly Word[], at: number, present: Present): MomentReading | null {
  const { zone } = present;
  const lead = words[at]?.lower === 'month' && words[at + 1]?.lower === 'of' ? 2 : 0;
  const last = ['last', 'this'].includes(words[at + lead]?.lower ?? '') ? 1 : 0;
  const first = at + lead + last;
  const word = words[first]?.lower ?? '';
  const isModal =
    word === 'may' &&
    lead + last === 0 &&
    !['in', 'since', 'of', 'during', 'before', 'after', 'for', 'from', 'to', 'with', 'and'].includes(
      words[first - 1]?.lower ?? '',
    );
  // "Mar" and its kin are months, "may" alone is a verb.
  const month = isModal ? 0 : monthOf(word);
  if (month > 0) {
    const year = yearAt(words, first + 1, present);
    const now = todayOf(present);
    // "Last January" said in January is that of the year before.
    const isBefore = month > now.month || (month === now.month && words[at + lead]?.lower === 'last');
    const start = momentOf({ year: year?.year ?? now.year - (isBefore ? 1 : 0), month, day: 1 }, 0, zone);
    return whole(start, plusUnits(start, 'month', 1, zone), lead + last + 1 + (year?.length ?? 0));
  }
  if (lead + last > 0) return null;
  const written = /^(\d{4})-(\d{2})$/.exec(word);
  if (written !== null && Number(written[2]) >= 1 && Number(written[2]) <= 12) {
    const start = momentOf({ year: Number(written[1]), month: Number(written[2]), day: 1 }, 0, zone);
    return whole(start, plusUnits(start, 'month', 1, zone), 1);
  }
  return readQuarterOrYear(words, at, present);
}

function readQuarterOrYear(words: readonly Word[], at: number, present: Present): MomentReading | null {
  const { zone } = present;
  const part = /^(?:q([1-4])|h([12]))$/.exec(words[at]?.lower ?? '');
  // "The first half of January" is no half of a year.
  if (part !== null && monthOf(words[at + 1]?.lower ?? '') === 0) {
    const next = yearAt(words, at + 1, present);
    const months = part[1] === undefined ? 6 : 3;
    const month = (Number(part[1] ?? part[2]) - 1) * months + 1;
    const now = todayOf(present);
    const start = momentOf(
      { year: next?.year ?? now.year - (month > now.month ? 1 : 0), month, day: 1 },
      0,
      zone,
    );
    return whole(start, plusUnits(start, 'month', months, zone), 1 + (next?.length ?? 0));
  }
  const named = words[at]?.lower === 'year' ? yearOf(words[at + 1]) : null;
  if (named !== null) {
    const start = momentOf({ year: named, month: 1, day: 1 }, 0, zone);
    return whole(start, plusUnits(start, 'year', 1, zone), 2);
  }
  const isYear =
    yearOf(words[at]) !== null &&
    ['in', 'during', 'of', 'year', 'since', 'for', 'throughout'].includes(words[at - 1]?.lower ?? '');
  if (!isYear) return null;
  const trailing = /^q([1-4])$/.exec(words[at + 1]?.lower ?? '');
  const year = yearOf(words[at]) ?? 1970;
  const month = trailing === null ? 1 : Number(trailing[1]) * 3 - 2;
  const start = momentOf({ year, month, day: 1 }, 0, zone);
  return whole(
    start,
    plusUnits(start, trailing === null ? 'year' : 'quarter', 1, zone),
    trailing === null ? 1 : 2,
  );
}

function unclearDay(word: Word | undefined, length: number): MomentOrReason {
  const reason = `"${word?.text ?? ''}" is no day, or could be two; write it as 2026-01-31 or 31 January`;
  return { kind: 'unclear', reason, length };
}

function unclearZone(word: Word | undefined, length: number): MomentOrReason {
  const reason = `"${word?.text ?? ''}" names more than one time zone; write it as Europe/London or +01:00`;
  return { kind: 'unclear', reason, length: length + 1 };
}
