import { parseDurationSeconds, parseTimeSeconds } from '../../base/index.ts';
import type { TimeRange } from '../plan/plan.ts';
import { countOf, type Word } from './words.ts';

/** A time that was read: its range, how many words it took, and the width of one such period for comparisons. */
export interface TimeReading {
  readonly range: TimeRange;
  readonly length: number;
  readonly periodSeconds: number | null;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const WEEK = 604_800;
const MONTH = 30 * DAY;
const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  sec: 1,
  minute: MINUTE,
  min: MINUTE,
  hour: HOUR,
  hr: HOUR,
  day: DAY,
  week: WEEK,
  month: MONTH,
  quarter: 91 * DAY,
  year: 365 * DAY,
};
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const MONTHS_SHORT = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** Seconds of a unit of time in singular or plural; null for other words. */
export function unitSeconds(word: Word | undefined): number | null {
  return word === undefined ? null : (UNITS[word.lower.replace(/s$/, '')] ?? UNITS[word.lower] ?? null);
}

/**
 * Reads a time at a word. Days, weeks and months are UTC; `last 90 days` begins at midnight, shorter ones at a whole
 * five minutes, so that sums kept per period can answer. Null when no time stands there.
 */
export function readTime(words: readonly Word[], at: number, nowSeconds: number): TimeReading | null {
  const lead = leadLength(words, at);
  const start = at + lead;
  const word = words[start]?.lower;
  if (word === undefined) return null;
  const found =
    simpleTime(words, start, nowSeconds) ??
    agoTime(words, start, nowSeconds) ??
    rollingTime(words, start, lead, nowSeconds) ??
    openTime(words, start, nowSeconds) ??
    calendarTime(words, start, nowSeconds);
  return found === null ? null : { ...found, length: found.length + lead };
}

/** `in the`, `during`, `over the` and the like before a time. */
function leadLength(words: readonly Word[], at: number): number {
  let length = 0;
  if (['in', 'during', 'over', 'within', 'for', 'on', 'from', 'at'].includes(words[at]?.lower ?? ''))
    length++;
  if (words[at + length]?.lower === 'the') length++;
  return length;
}

function simpleTime(words: readonly Word[], at: number, now: number): TimeReading | null {
  const today = startOfDay(now);
  const two = `${words[at]?.lower} ${words[at + 1]?.lower}`;
  if (two === 'all time' || two === 'entire history' || two === 'whole lake')
    return { range: { startSeconds: null, endSeconds: null }, length: 2, periodSeconds: null };
  if (two === 'day before' && words[at + 2]?.lower === 'yesterday') return period(today - 2 * DAY, DAY, 3);
  switch (words[at]?.lower) {
    case 'today':
      return period(today, DAY, 1);
    case 'yesterday':
      return period(today - DAY, DAY, 1);
    case 'ever':
      return { range: { startSeconds: null, endSeconds: null }, length: 1, periodSeconds: null };
    case 'tonight':
    case 'recently':
      return {
        range: { startSeconds: startOfDay(now - DAY), endSeconds: null },
        length: 1,
        periodSeconds: DAY,
      };
    default:
      return null;
  }
}

/** `2 days ago`: that whole day; `3 hours ago`: that whole hour. */
function agoTime(words: readonly Word[], at: number, now: number): TimeReading | null {
  const count = countOf(words[at]) ?? (['a', 'an'].includes(words[at]?.lower ?? '') ? 1 : null);
  const unit = unitSeconds(words[at + 1]);
  if (count === null || unit === null || words[at + 2]?.lower !== 'ago') return null;
  const width = unit >= DAY ? DAY : unit >= HOUR ? HOUR : MINUTE;
  const moment = now - count * unit;
  return period(moment - (moment % width), width, 3);
}

/** `last 3 hours`, `past week`, `last 24h`, `last week`, `previous month`, `this week`. */
function rollingTime(words: readonly Word[], at: number, lead: number, now: number): TimeReading | null {
  const head = words[at]?.lower ?? '';
  if (head === 'this' || head === 'current') {
    const unit = unitSeconds(words[at + 1]);
    if (unit === null) return null;
    const start = startOfUnit(now, unit);
    return {
      range: { startSeconds: start, endSeconds: endOfUnit(start, unit) },
      length: 2,
      periodSeconds: unit,
    };
  }
  if (!['last', 'past', 'previous', 'preceding', 'latest', 'recent'].includes(head)) return null;
  const short = parseDurationSeconds(words[at + 1]?.lower ?? '');
  if (short !== null && /\d/.test(words[at + 1]?.lower ?? '')) return rolling(short, now, 2);
  const couple = words[at + 1]?.lower === 'couple' ? (words[at + 2]?.lower === 'of' ? 2 : 1) : 0;
  const count = couple > 0 ? 2 : countOf(words[at + 1]);
  const skipped = couple > 0 ? couple : count === null ? 0 : 1;
  const unit = unitSeconds(words[at + 1 + skipped]);
  if (unit === null) return null;
  const length = 2 + skipped;
  const hasArticle = lead > 0 && words[at - 1]?.lower === 'the';
  const isCalendar = count === null && !hasArticle && head !== 'past' && unit >= DAY;
  if (!isCalendar) return rolling((count ?? 1) * unit, now, length);
  const end = startOfUnit(now, unit);
  return {
    range: { startSeconds: startOfUnit(end - 1, unit), endSeconds: end },
    length,
    periodSeconds: unit,
  };
}

/** `since T`, `before T`, `between T and T`, `from T to T` where the T are moments. */
function openTime(words: readonly Word[], at: number, now: number): TimeReading | null {
  const head = words[at]?.lower;
  const first = momentAt(words, at + 1, now);
  if (head === 'since' || head === 'after') {
    if (first === null) return null;
    const start = head === 'after' && first.width > 0 ? first.start + first.width : first.start;
    return {
      range: { startSeconds: start, endSeconds: null },
      length: 1 + first.length,
      periodSeconds: null,
    };
  }
  if (head === 'before' || head === 'until') {
    if (first === null) return null;
    return {
      range: { startSeconds: null, endSeconds: first.start },
      length: 1 + first.length,
      periodSeconds: null,
    };
  }
  const isBetween = head === 'between';
  const begin = isBetween ? first : momentAt(words, at, now);
  if (begin === null) return null;
  const middle = at + (isBetween ? 1 : 0) + begin.length;
  if (!['and', 'to', 'until', '-'].includes(words[middle]?.lower ?? '')) return null;
  const last = momentAt(words, middle + 1, now);
  if (last === null) return null;
  const endSeconds = isBetween && last.width < DAY ? last.start : last.start + last.width;
  return {
    range: { startSeconds: begin.start, endSeconds },
    length: middle + 1 + last.length - at,
    periodSeconds: endSeconds - begin.start,
  };
}

/** A day, month or weekday that stands alone. */
function calendarTime(words: readonly Word[], at: number, now: number): TimeReading | null {
  const found = momentAt(words, at, now);
  if (found === null || found.width === 0) return null;
  return period(found.start, found.width, found.length);
}

interface Moment {
  readonly start: number;
  readonly width: number;
  readonly length: number;
}

function momentAt(words: readonly Word[], at: number, now: number): Moment | null {
  const word = words[at]?.lower;
  if (word === undefined) return null;
  if (word === 'now') return { start: now, width: 0, length: 1 };
  if (word === 'midnight') return { start: startOfDay(now), width: 0, length: 1 };
  const today = startOfDay(now);
  if (word === 'today' || word === 'yesterday')
    return { start: word === 'today' ? today : today - DAY, width: DAY, length: 1 };
  const weekday = WEEKDAYS.indexOf(word.replace(/s$/, ''));
  const lastWeekday = word === 'last' ? WEEKDAYS.indexOf(words[at + 1]?.lower ?? '') : -1;
  if (weekday >= 0 || lastWeekday >= 0) {
    const wanted = Math.max(weekday, lastWeekday);
    const back = (new Date(now * 1000).getUTCDay() - wanted + 7) % 7 || 7;
    return { start: today - back * DAY, width: DAY, length: lastWeekday >= 0 ? 2 : 1 };
  }
  const month = monthOf(word);
  const before = dayOf(words[at]);
  if (before !== null && monthOf(words[at + 1]?.lower ?? '') >= 0)
    return dayMoment(words, at, 1, before, now);
  const isModal =
    word === 'may' &&
    !['in', 'since', 'of', 'during', 'last', 'before', 'after'].includes(words[at - 1]?.lower ?? '');
  if (month >= 0 && !isModal) return monthMoment(words, at, month, now);
  if (/^\d{4}-\d{2}$/.test(word)) {
    const start = Date.parse(`${word}-01T00:00:00Z`) / 1000;
    return { start, width: endOfUnit(start, MONTH) - start, length: 1 };
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(word)) return null;
  const clock = words[at + 1]?.lower ?? '';
  const withClock = word.length === 10 && /^\d{2}:\d{2}(?::\d{2})?$/.test(clock);
  const start = parseTimeSeconds(withClock ? `${word}T${clock}Z` : (words[at]?.text ?? ''), now);
  if (start === null) return null;
  return { start, width: word.length === 10 && !withClock ? DAY : 0, length: withClock ? 2 : 1 };
}

function monthOf(word: string): number {
  return Math.max(MONTHS.indexOf(word), MONTHS_SHORT.indexOf(word.replace(/^sept$/, 'sep')));
}

/** `5`, `5th`: a day of a month; null for other words. */
function dayOf(word: Word | undefined): number | null {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word?.lower ?? '');
  const day = Number(match?.[1]);
  return match !== null && day >= 1 && day <= 31 ? day : null;
}

/** `january 5 2026` and `5 january 2026`: that day. */
function dayMoment(words: readonly Word[], at: number, monthAt: number, day: number, now: number): Moment {
  const month = monthOf(words[at + monthAt]?.lower ?? '');
  const next = words[at + 2]?.lower ?? '';
  const year = /^\d{4}$/.test(next) ? Number(next) : null;
  const thisYear = new Date(now * 1000).getUTCFullYear();
  const guess = Date.UTC(thisYear, month, day) / 1000 > now ? thisYear - 1 : thisYear;
  return { start: Date.UTC(year ?? guess, month, day) / 1000, width: DAY, length: year === null ? 2 : 3 };
}

function monthMoment(words: readonly Word[], at: number, month: number, now: number): Moment {
  const day = dayOf(words[at + 1]);
  if (day !== null) return dayMoment(words, at, 0, day, now);
  const next = words[at + 1]?.lower ?? '';
  const year = /^\d{4}$/.test(next) ? Number(next) : null;
  const thisYear = new Date(now * 1000).getUTCFullYear();
  const guess = Date.UTC(thisYear, month, 1) / 1000 > now ? thisYear - 1 : thisYear;
  const start = Date.UTC(year ?? guess, month, 1) / 1000;
  return { start, width: endOfUnit(start, MONTH) - start, length: year === null ? 1 : 2 };
}

function period(start: number, width: number, length: number): TimeReading {
  return { range: { startSeconds: start, endSeconds: start + width }, length, periodSeconds: width };
}

function rolling(seconds: number, now: number, length: number): TimeReading {
  const grain = seconds > DAY ? DAY : seconds >= HOUR ? 300 : MINUTE;
  const start = now - seconds;
  return {
    range: { startSeconds: start - (start % grain), endSeconds: null },
    length,
    periodSeconds: seconds,
  };
}

function startOfDay(seconds: number): number {
  return seconds - (seconds % DAY);
}

/** The first second of the hour, day, week (Monday), month or year that holds a second. */
function startOfUnit(seconds: number, unit: number): number {
  const date = new Date(seconds * 1000);
  if (unit === WEEK) return startOfDay(seconds) - ((date.getUTCDay() + 6) % 7) * DAY;
  if (unit === MONTH) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
  if (unit === 91 * DAY)
    return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3, 1) / 1000;
  if (unit === 365 * DAY) return Date.UTC(date.getUTCFullYear(), 0, 1) / 1000;
  return seconds - (seconds % unit);
}

function endOfUnit(start: number, unit: number): number {
  const date = new Date(start * 1000);
  if (unit === MONTH) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1000;
  if (unit === 91 * DAY) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 3, 1) / 1000;
  if (unit === 365 * DAY) return Date.UTC(date.getUTCFullYear() + 1, 0, 1) / 1000;
  return start + unit;
}
