import { own, type Word } from '../words.ts';
import { readBeside, readPartOf, readWeekNumber, readWeekThenDay } from './beside.ts';
import {
  momentOf,
  type Present,
  plusDays,
  plusUnits,
  startOfUnit,
  todayOf,
  type Unit,
  unitOf,
  weekdayOf,
} from './calendar.ts';
import { readDayPart } from './clock.ts';
import { readMoment } from './moment.ts';
import type { TimePiece } from './piece.ts';
import { readAgo, readRolling } from './rolling.ts';
import { readOpen, readSpan } from './span.ts';
import { UTC, type Zone } from './zone.ts';

type TimeReader = (words: readonly Word[], at: number, present: Present) => TimePiece | null;

/**
 * Reads a time at a word: `yesterday`, `last 3 hours`, `since monday 9am`, `between 02:00 and 02:40 CET`, `in october`,
 * `month to date`. Days, weeks and months are those of the zone. Null when no time stands there; a piece of kind
 * `unclear` when one does that has no agreed edges.
 */
export function readTime(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const whole =
    readRepeated(words, at) ??
    readSpan(words, at, present) ??
    readOpen(words, at, present) ??
    readSinceStart(words, at, present);
  if (whole !== null) return whole;
  const lead = leadLength(words, at);
  const isThe = words[at + lead - 1]?.lower === 'the' && lead > 0;
  for (const reader of READERS) {
    const found = reader(words, at + lead, present);
    if (found !== null) return { ...found, length: found.length + lead };
  }
  const rolling = readRolling(words, at + lead, isThe, present);
  if (rolling !== null) return { ...rolling, length: rolling.length + lead };
  const single = readSingle(words, at, lead, present);
  return single ?? readUnclear(words, at, lead);
}

/** `every monday`, `on mondays`: a day of many weeks is not one range. */
function readRepeated(words: readonly Word[], at: number): TimePiece | null {
  const lead = ['on', 'every', 'each'].includes(words[at]?.lower ?? '') ? 1 : 0;
  const lower = words[at + lead]?.lower ?? '';
  const isEach = lead > 0 && words[at]?.lower !== 'on';
  if (weekdayOf(lower) < 0 || !(isEach || lower.endsWith('days'))) return null;
  return { kind: 'unclear', reason: 'a day of many weeks is not one range; name the day', length: lead + 1 };
}

/** `since last week`, `since the beginning of last month`: from the first moment of what is named. */
function readSinceStart(words: readonly Word[], at: number, present: Present): TimePiece | null {
  if (words[at]?.lower !== 'since') return null;
  const the = words[at + 1]?.lower === 'the' ? 1 : 0;
  const isStart = ['start', 'beginning'].includes(words[at + 1 + the]?.lower ?? '');
  const skip = 1 + the + (isStart && words[at + 2 + the]?.lower === 'of' ? 2 : 0);
  const article = words[at + skip]?.lower === 'the' ? 1 : 0;
  const from = at + skip + article;
  const found = readThis(words, from, present) ?? readRolling(words, from, false, present);
  const startSeconds = found?.kind === 'range' ? found.range.startSeconds : null;
  if (found === null || startSeconds === null) return null;
  return {
    kind: 'range',
    range: { startSeconds, endSeconds: null },
    periodSeconds: null,
    length: skip + article + found.length,
  };
}

const READERS: readonly TimeReader[] = [
  readSpan,
  readNamed,
  readToDate,
  readWeekend,
  readThis,
  readBeforeLast,
  readWeekOf,
  readWeekNumber,
  readWeekThenDay,
  readPartOf,
  readBeside,
  readAgo,
];

const LEADS = [
  'in',
  'during',
  'over',
  'within',
  'for',
  'on',
  'from',
  'at',
  'throughout',
  'across',
  'of',
  'as',
];

/** `in the`, `during`, `over the whole of` and the like before a time. */
function leadLength(words: readonly Word[], at: number): number {
  let length = LEADS.includes(words[at]?.lower ?? '') ? 1 : 0;
  if (length > 0 && words[at + length]?.lower === 'of') length++;
  if (words[at + length]?.lower === 'the' && !/^\d/.test(words[at + length + 1]?.lower ?? '')) length++;
  if (['whole', 'entire', 'full'].includes(words[at + length]?.lower ?? '')) length++;
  return length;
}

const ALL = { startSeconds: null, endSeconds: null };

function readNamed(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const word = words[at]?.lower ?? '';
  const two = `${word} ${words[at + 1]?.lower ?? ''}`;
  if (['all time', 'entire history', 'whole lake'].includes(two))
    return { kind: 'range', range: ALL, periodSeconds: null, length: 2 };
  if (word === 'ever') return { kind: 'range', range: ALL, periodSeconds: null, length: 1 };
  if (word === 'tonight') return partOf(0, 'night', 1, present);
  if (word === 'overnight') return partOf(-1, 'night', 1, present);
  if (two === 'last night') return partOf(-1, 'night', 2, present);
  return null;
}

/** A part of the day that lies some days from today. */
function partOf(days: number, name: string, length: number, present: Present): TimePiece | null {
  const found = readDayPart([{ text: name, lower: name, start: 0, end: 0 }], 0);
  if (found === null) return null;
  const day = plusDays(todayOf(present), days);
  const startSeconds = momentOf(day, found.part.from, present.zone);
  const endSeconds = momentOf(day, found.part.to, present.zone);
  return { kind: 'range', range: { startSeconds, endSeconds }, periodSeconds: 86_400, length };
}

const TO_DATE: Readonly<Record<string, Unit>> = { wtd: 'week', mtd: 'month', qtd: 'quarter', ytd: 'year' };

/** `month to date`, `mtd`, `so far this week`, `this year so far`, `today so far`. */
function readToDate(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const lowers = [0, 1, 2, 3].map((i) => words[at + i]?.lower ?? '');
  const [first = '', second = '', third = '', fourth = ''] = lowers;
  const short = own(TO_DATE, first);
  if (short !== undefined) return toDate(short, 1, present);
  const unit = unitOf(words[at]);
  if (unit !== null && second === 'to' && third === 'date') return toDate(unit, 3, present);
  if (first === 'so' && second === 'far') {
    if (third === 'today') return toDate('day', 3, present);
    const of = third === 'this' ? unitOf(words[at + 3]) : null;
    return of === null ? null : toDate(of, 4, present);
  }
  if (first === 'today' && second === 'so' && third === 'far') return toDate('day', 3, present);
  const named =
    ['this', 'current'].includes(first) && third === 'so' && fourth === 'far' ? unitOf(words[at + 1]) : null;
  return named === null ? null : toDate(named, 4, present);
}

function toDate(unit: Unit, length: number, present: Present): TimePiece {
  const startSeconds = startOfUnit(present.nowSeconds, unit, present.zone);
  return { kind: 'range', range: { startSeconds, endSeconds: null }, unit, periodSeconds: null, length };
}

/** `this week`, `current month`, `this morning`. */
function readThis(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const head = words[at]?.lower ?? '';
  if (head !== 'this' && head !== 'current') return null;
  const part = readDayPart(words, at + 1);
  if (part !== null && part.length === 1) return partOf(0, words[at + 1]?.lower ?? '', 2, present);
  const unit = unitOf(words[at + 1]);
  return unit === null ? null : unitRange(present.nowSeconds, unit, 2, present);
}

function unitRange(seconds: number, unit: Unit, length: number, present: Present): TimePiece {
  const startSeconds = startOfUnit(seconds, unit, present.zone);
  const endSeconds = plusUnits(startSeconds, unit, 1, present.zone);
  const periodSeconds = endSeconds - startSeconds;
  return { kind: 'range', range: { startSeconds, endSeconds }, unit, periodSeconds, length };
}

/** `week before last`. */
function readBeforeLast(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const unit = unitOf(words[at]);
  const isBefore = words[at + 1]?.lower === 'before' && words[at + 2]?.lower === 'last';
  if (unit === null || !isBefore) return null;
  return unitRange(plusUnits(present.nowSeconds, unit, -2, present.zone), unit, 3, present);
}

/** `week of 5 January`, `week beginning 2026-01-05`: the week from Monday to Sunday that holds the day. */
function readWeekOf(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const link = words[at + 1]?.lower ?? '';
  if (unitOf(words[at]) !== 'week' || !WEEK_LINKS.includes(link)) return null;
  const the = words[at + 2]?.lower === 'the' ? 1 : 0;
  const found = readMoment(words, at + 2 + the, present);
  if (found?.kind !== 'moment' || found.day === null || found.minutes !== null) return null;
  return unitRange(found.start, 'week', 2 + the + found.length, present);
}

const WEEK_LINKS = ['of', 'beginning', 'starting', 'commencing'];

/** `last weekend`, `this weekend`, `the weekend`: Saturday and Sunday whole. */
function readWeekend(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const head = words[at]?.lower ?? '';
  const isNamed = ['last', 'past', 'previous', 'this'].includes(head);
  if (words[at + (isNamed ? 1 : 0)]?.lower !== 'weekend') return null;
  const monday = startOfUnit(present.nowSeconds, 'week', present.zone);
  const saturday = plusUnits(monday, 'day', 5, present.zone);
  const isNow = present.nowSeconds >= saturday;
  if (head === 'this' && !isNow)
    return { kind: 'unclear', reason: 'the weekend of this week has not begun', length: 2 };
  const isEarlier = isNow ? isNamed && head !== 'this' : true;
  const start = isEarlier ? plusUnits(saturday, 'day', -7, present.zone) : saturday;
  const end = plusUnits(start, 'day', 2, present.zone);
  return {
    kind: 'range',
    range: { startSeconds: start, endSeconds: end },
    periodSeconds: 7 * 86_400,
    length: isNamed ? 2 : 1,
  };
}

/** A day, a month, a time of day or a moment that stands alone. */
function readSingle(words: readonly Word[], at: number, lead: number, present: Present): TimePiece | null {
  const part = lead > 0 ? readDayPart(words, at + lead) : null;
  if (part !== null) return { kind: 'clock', ...part.part, needsDay: true, length: lead + part.length };
  const found = readMoment(words, at + lead, present);
  // "Right now" says nothing of a range.
  if (found === null || words[at + lead]?.lower === 'now') return null;
  const length = lead + found.length;
  if (found.kind === 'unclear') return { ...found, length };
  if (found.isClock && found.minutes !== null)
    return clockPiece(found.minutes, found.end - found.start, found.zone, length, words[at]?.lower ?? '');
  if (found.start === found.end)
    return { kind: 'unclear', reason: 'a moment has no length; say since, before or between', length };
  const isDay = found.day !== null && found.minutes === null;
  const unit = isDay ? 'day' : monthUnit(found.start, found.end);
  return {
    kind: 'range',
    range: { startSeconds: found.start, endSeconds: found.end },
    ...(isDay && found.day !== null ? { day: found.day } : {}),
    ...(unit === null ? {} : { unit }),
    periodSeconds: found.end - found.start,
    length,
  };
}

function monthUnit(start: number, end: number): Unit | null {
  const days = (end - start) / 86_400;
  return days < 27 ? null : days < 32 ? 'month' : days < 93 ? 'quarter' : 'year';
}

/** `at 3am` is that hour, `at 14:05` that minute; `from 9am` goes on until now. */
function clockPiece(
  minutes: number,
  seconds: number,
  zone: Zone | null,
  length: number,
  lead: string,
): TimePiece {
  const to = lead === 'from' ? null : minutes + seconds / 60;
  return {
    kind: 'clock',
    from: minutes,
    to,
    needsDay: false,
    length,
    ...(zone === null ? {} : { zone }),
  };
}

const UNCLEAR: ReadonlyMap<string, string> = new Map([
  ...'recently lately soon sometime sometimes awhile formerly previously earlier later'
    .split(' ')
    .map((word): [string, string] => [word, 'it has no agreed edges; say how long, as in "last 3 hours"']),
  ...'tomorrow next upcoming'
    .split(' ')
    .map((word): [string, string] => [word, 'there are no records of what is to come']),
  ...'christmas easter lunch lunchtime breakfast dinner decade century dawn dusk sunrise sunset daytime nighttime peak'
    .split(' ')
    .map((word): [string, string] => [word, 'it has no agreed edges; say a day or a time']),
  ...'night nights morning mornings afternoon afternoons evening evenings weekends weekdays noon'
    .split(' ')
    .map((word): [string, string] => [word, 'say of which day, as in "yesterday morning"']),
]);

function readUnclear(words: readonly Word[], at: number, lead: number): TimePiece | null {
  const word = words[at + lead]?.lower ?? '';
  const next = words[at + lead + 1];
  const isTime = ['early', 'late', 'mid', 'end', 'middle'].includes(word);
  const of = next?.lower === 'of' ? 2 : 1;
  const the = words[at + lead + of]?.lower === 'the' ? 1 : 0;
  if (isTime && isTimeWord(words, at + lead + of + the))
    return { kind: 'unclear', reason: 'it has no agreed edges; say two days', length: lead + 1 };
  if (
    ['around', 'about', 'roughly', 'approximately', 'circa'].includes(word) &&
    /^\d/.test(next?.lower ?? '')
  )
    return { kind: 'unclear', reason: 'say between which times', length: lead + 1 };
  const reason = word === 'next' && next?.lower === 'hop' ? undefined : UNCLEAR.get(word);
  return reason === undefined ? null : { kind: 'unclear', reason, length: lead + 1 };
}

function isTimeWord(words: readonly Word[], at: number): boolean {
  const present = { nowSeconds: 0, zone: UTC };
  return unitOf(words[at]) !== null || readMoment(words, at, present) !== null;
}
