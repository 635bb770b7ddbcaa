import { countOf, own, type Word } from '../words.ts';
import { civilAt, epochAt, type Zone } from './zone.ts';

/** The present, and the zone whose clocks and calendars are meant. */
export interface Present {
  readonly nowSeconds: number;
  readonly zone: Zone;
}

/** A unit of the calendar; `minute` and `hour` are lengths, the others follow the calendar of the zone. */
export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A day of the calendar. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A day, or a reason why none can be told, with the number of words it took. */
export type DayReading =
  | { readonly kind: 'day'; readonly day: Day; readonly length: number }
  | { readonly kind: 'ambiguous'; readonly length: number };

const MINUTE = 60;
const HOUR = 3600;
/** Seconds of a day without a change of clocks. */
export const DAY = 86_400;

const UNITS: Readonly<Record<string, Unit>> = {
  second: 'second',
  sec: 'second',
  minute: 'minute',
  min: 'minute',
  hour: 'hour',
  hr: 'hour',
  day: 'day',
  week: 'week',
  wk: 'week',
  month: 'month',
  mth: 'month',
  quarter: 'quarter',
  qtr: 'quarter',
  year: 'year',
  yr: 'year',
};

const SECONDS: Readonly<Record<Unit, number>> = {
  second: 1,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  quarter: 91 * DAY,
  year: 365 * DAY,
};

/** Units in one letter, after a stroke or "per". */
export const SHORT_UNITS: Readonly<Record<string, Unit>> = {
  h: 'hour',
  m: 'minute',
  d: 'day',
  s: 'second',
  w: 'week',
};

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** Words of the calendar, for spelling. */
export const CALENDAR_WORDS: readonly string[] = [
  ...MONTHS,
  ...WEEKDAYS.flatMap((day) => [day, `${day}s`]),
  ...Object.keys(UNITS).flatMap((unit) => [unit, `${unit}s`]),
];

/** The unit that a word names, in singular or plural; null for other words. */
export function unitOf(word: Word | undefined): Unit | null {
  const lower = word?.lower ?? '';
  return own(UNITS, lower) ?? own(UNITS, lower.replace(/s$/, '')) ?? null;
}

/** Seconds of a unit, months being 30 days. */
export function secondsOf(unit: Unit): number {
  return SECONDS[unit];
}

/** The month that a word names, 1 to 12; 0 for other words. */
export function monthOf(lower: string): number {
  const at = MONTHS.findIndex(
    (name) => name === lower || (name.slice(0, 3) === lower && lower !== '') || lower === name.slice(0, 4),
  );
  return at < 0 || (lower.length === 4 && !['sept', 'june', 'july'].includes(lower)) ? 0 : at + 1;
}

/** The weekday that a word names, 0 being Sunday; -1 for other words. */
export function weekdayOf(lower: string): number {
  return WEEKDAYS.findIndex(
    (name) =>
      name === lower ||
      `${name}s` === lower ||
      (['mon', 'tue', 'tues', 'wed', 'thu', 'thur', 'thurs', 'fri'].includes(lower) &&
        name.startsWith(lower)),
  );
}

/** Today in the zone. */
export function todayOf({ nowSeconds, zone }: Present): Day {
  return civilAt(nowSeconds, zone);
}

/** A day some days later. */
export function plusDays({ year, month, day }: Day, days: number): Day {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** The moment at which a clock shows some minutes after midnight of a day. */
export function momentOf({ year, month, day }: Day, minutes: number, zone: Zone): number {
  return epochAt(year, month, day, minutes, zone);
}

/** The first moment of the unit that holds a moment: midnight, Monday, the first of the month. */
export function startOfUnit(seconds: number, unit: Unit, zone: Zone): number {
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    const shown = seconds + zone.offsetAt(seconds);
    return seconds - (shown % SECONDS[unit]);
  }
  const { year, month, day, weekday } = civilAt(seconds, zone);
  switch (unit) {
    case 'day':
      return epochAt(year, month, day, 0, zone);
    case 'week':
      return epochAt(year, month, day - ((weekday + 6) % 7), 0, zone);
    case 'month':
      return epochAt(year, month, 1, 0, zone);
    case 'quarter':
      return epochAt(year, month - ((month - 1) % 3), 1, 0, zone);
    case 'year':
      return epochAt(year, 1, 1, 0, zone);
  }
}

/** A moment some units later; months keep the day. */
export function plusUnits(seconds: number, unit: Unit, count: number, zone: Zone): number {
  if (unit === 'second' || unit === 'minute' || unit === 'hour') return seconds + count * SECONDS[unit];
  const { year, month, day, minutes } = civilAt(seconds, zone);
  const rest = seconds % MINUTE;
  if (unit === 'day' || unit === 'week')
    return epochAt(year, month, day + count * (unit === 'week' ? 7 : 1), minutes, zone) + rest;
  const months = { month: 1, quarter: 3, year: 12 }[unit] * count;
  const length = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return epochAt(year, month + months, Math.min(day, length), minutes, zone) + rest;
}

/** Reads a day at a word: `today`, `monday`, `3 nov`, `the 15th`, `2026-01-15`. Null when none stands there. */
export function readDay(words: readonly Word[], at: number, present: Present): DayReading | null {
  const word = words[at]?.lower ?? '';
  const today = todayOf(present);
  const day = (value: Day, length: number): DayReading => ({ kind: 'day', day: value, length });
  if (word === 'today') return day(today, 1);
  if (word === 'yesterday') return day(plusDays(today, -1), 1);
  const three = [words[at], words[at + 1], words[at + 2]].map((each) => each?.lower).join(' ');
  if (three === 'day before yesterday') return day(plusDays(today, -2), 3);
  const isLast = word === 'last' || word === 'this past';
  const weekday = weekdayOf(isLast ? (words[at + 1]?.lower ?? '') : word);
  if (weekday >= 0) {
    const now = civilAt(present.nowSeconds, present.zone).weekday;
    const back = (now - weekday + 7) % 7 || 7;
    const week = isLast ? null : weekAfter(words, at + 1);
    // "Tuesday of last week" counts from the Monday of that week.
    if (week !== null)
      return day(plusDays(today, ((weekday + 6) % 7) - ((now + 6) % 7) - 7 * week.back), 1 + week.length);
    const named = readDate(words, at + (isLast ? 2 : 1), today);
    // "Monday 26 January" is one day said twice.
    if (named !== null) return { ...named, length: named.length + (isLast ? 2 : 1) };
    return day(plusDays(today, -back), isLast ? 2 : 1);
  }
  return readDate(words, at, today);
}

/** `of last week`, `this week` after a weekday: how many weeks back, and the words it took. */
function weekAfter(words: readonly Word[], at: number): { back: number; length: number } | null {
  const of = ['of', 'in'].includes(words[at]?.lower ?? '') ? 1 : 0;
  const back = own(BACK, words[at + of]?.lower ?? '');
  return back === undefined || words[at + of + 1]?.lower !== 'week' ? null : { back, length: of + 2 };
}

const BACK: Readonly<Record<string, number>> = { this: 0, last: 1, previous: 1 };

function readDate(words: readonly Word[], at: number, today: Day): DayReading | null {
  const word = words[at]?.lower ?? '';
  const written = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(word);
  if (written !== null) return checkedDay(Number(written[1]), Number(written[2]), Number(written[3]), 1);
  const short = /^(\d{1,2})([-/.])(\d{1,2})(?:[-/.](\d{4}|\d{2}))?$/.exec(word);
  if (short !== null && (short[2] === '/' || short[4]?.length === 4)) {
    const [first, second] = [Number(short[1]), Number(short[3])];
    const isDayFirst = first > 12 || short[2] === '.';
    if ((first <= 12 && second <= 12 && !isDayFirst && first !== second) || short[4]?.length === 2)
      return { kind: 'ambiguous', length: 1 };
    const [day, month] = isDayFirst ? [first, second] : [second, first];
    return pastDay(short[4] === undefined ? null : Number(short[4]), month, day, 1, today);
  }
  const isThe = word === 'the';
  // "The day 20 of January".
  const isNumbered =
    words[at + (isThe ? 1 : 0)]?.lower === 'day' && dayNumber(words[at + (isThe ? 2 : 1)]) !== null;
  const first = at + (isThe ? 1 : 0) + (isNumbered ? 1 : 0);
  const day = dayNumber(words[first]);
  if (day !== null) {
    const of = words[first + 1]?.lower === 'of' ? 1 : 0;
    const month = monthOf(words[first + 1 + of]?.lower ?? '');
    if (month > 0) return namedDay(words, month, day, first + 2 + of - at, at, today);
    const isOrdinal = /^\d+(?:st|nd|rd|th)$/.test(words[first]?.lower ?? '');
    if (!isThe || !isOrdinal || of > 0) return null;
    const isPast = day <= today.day;
    return checkedDay(today.year, today.month - (isPast ? 0 : 1), day, 2);
  }
  const month = monthOf(word);
  const the = words[at + 1]?.lower === 'the' ? 1 : 0;
  const after = month > 0 ? dayNumber(words[at + 1 + the]) : null;
  return after === null ? null : namedDay(words, month, after, 2 + the, at, today);
}

function namedDay(
  words: readonly Word[],
  month: number,
  day: number,
  length: number,
  at: number,
  today: Day,
): DayReading | null {
  const year = yearAfter(words, at + length, today.year);
  return pastDay(year?.year ?? null, month, day, length + (year?.length ?? 0), today);
}

/** A day without a year is the latest that is not to come. */
function pastDay(
  year: number | null,
  month: number,
  day: number,
  length: number,
  today: Day,
): DayReading | null {
  const isToCome = month > today.month || (month === today.month && day > today.day);
  return checkedDay(year ?? today.year - (isToCome ? 1 : 0), month, day, length);
}

function checkedDay(year: number, month: number, day: number, length: number): DayReading | null {
  const made = new Date(Date.UTC(year, month - 1, day));
  const isReal = made.getUTCDate() === day && month <= 12 && year >= 1970;
  if (!isReal) return { kind: 'ambiguous', length };
  return { kind: 'day', day: { year: made.getUTCFullYear(), month: made.getUTCMonth() + 1, day }, length };
}

/** `2025`, `of 2025`, `this year`, `of last year` after a day, month or quarter; null for other words. */
export function yearAt(
  words: readonly Word[],
  at: number,
  present: Present,
): { readonly year: number; readonly length: number } | null {
  return yearAfter(words, at, todayOf(present).year);
}

function yearAfter(words: readonly Word[], at: number, now: number): { year: number; length: number } | null {
  const of = ['of', 'in'].includes(words[at]?.lower ?? '') ? 1 : 0;
  const year = yearOf(words[at + of]);
  if (year !== null) return { year, length: of + 1 };
  const back = own(BACK, words[at + of]?.lower ?? '');
  return back === undefined || words[at + of + 1]?.lower !== 'year'
    ? null
    : { year: now - back, length: of + 2 };
}

/** A year in digits; null for other words. */
export function yearOf(word: Word | undefined): number | null {
  const lower = word?.lower ?? '';
  return /^(?:19[7-9]|20[0-9])\d$/.test(lower) ? Number(lower) : null;
}

/** `5`, `5th`, `fifth`: a day of a month; null for other words. */
function dayNumber(word: Word | undefined): number | null {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word?.lower ?? '');
  const day =
    match === null
      ? countOf(word?.lower === 'first' ? { ...word, lower: 'one' } : undefined)
      : Number(match[1]);
  return day !== null && day >= 1 && day <= 31 ? day : null;
}
