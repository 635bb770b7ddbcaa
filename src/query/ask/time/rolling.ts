import { parseDurationSeconds } from '../../../base/index.ts';
import { countOf, type Word } from '../words.ts';
import {
  type Present,
  plusDays,
  plusUnits,
  secondsOf,
  startOfUnit,
  todayOf,
  type Unit,
  unitOf,
  weekdayOf,
} from './calendar.ts';
import type { TimePiece } from './piece.ts';
import { civilAt } from './zone.ts';

const DAY = 86_400;
const HEADS = ['last', 'past', 'previous', 'prior', 'preceding', 'trailing', 'latest', 'recent', 'rolling'];

/**
 * `last 3 hours`, `past hour and a half`, `24h`, `last week`, `previous month`. Without a number, last week is the calendar
 * week before this one; "in the last week" and "past week" are seven days back from now.
 */
export function readRolling(
  words: readonly Word[],
  at: number,
  hasArticle: boolean,
  present: Present,
): TimePiece | null {
  const head = words[at]?.lower ?? '';
  if (!HEADS.includes(head)) return readCompact(words, at, 0, present);
  const compact = readCompact(words, at + 1, 1, present);
  if (compact !== null) return compact;
  if (weekdayOf(words[at + 1]?.lower ?? '') >= 0) return null;
  const next = words[at + 1]?.lower ?? '';
  if (['few', 'several', 'many', 'some'].includes(next) && unitOf(words[at + 2]) !== null)
    return { kind: 'unclear', reason: `"${next}" is no number`, length: 3 };
  const amount = readAmount(words, at + 1);
  if (amount === null) return null;
  const { count, unit, length } = amount;
  const isCalendar =
    count === null &&
    secondsOf(unit) >= DAY &&
    !amount.isFortnight &&
    head !== 'past' &&
    head !== 'trailing' &&
    (!hasArticle || ['previous', 'prior', 'preceding'].includes(head));
  if (!isCalendar) return rolling((count ?? 1) * secondsOf(unit), unit, 1 + length, present);
  const { zone, nowSeconds } = present;
  const endSeconds = startOfUnit(nowSeconds, unit, zone);
  const startSeconds = plusUnits(endSeconds, unit, -1, zone);
  const range = { startSeconds, endSeconds };
  const day = unit === 'day' ? { day: plusDays(todayOf(present), -1) } : {};
  return { kind: 'range', range, unit, ...day, periodSeconds: endSeconds - startSeconds, length: 1 + length };
}

/** A length of time; `count` is null where only the unit was named. */
export interface Amount {
  readonly count: number | null;
  readonly unit: Unit;
  readonly length: number;
  readonly isFortnight: boolean;
}

/** `3 hours`, `couple of days`, `half an hour`, `hour and a half`, `1.5 hours`, `fortnight`. */
export function readAmount(words: readonly Word[], at: number): Amount | null {
  const word = (offset: number): string => words[at + offset]?.lower ?? '';
  if (word(0) === 'half') {
    const article = ['a', 'an'].includes(word(1)) ? 1 : 0;
    const unit = unitOf(words[at + 1 + article]);
    return unit === null ? null : { count: 0.5, unit, length: 2 + article, isFortnight: false };
  }
  const isCouple = word(0) === 'couple' || (word(0) === 'a' && word(1) === 'couple');
  const couple = isCouple
    ? (word(0) === 'a' ? 2 : 1) + (word(isCouple && word(0) === 'a' ? 2 : 1) === 'of' ? 1 : 0)
    : 0;
  const joined = /^(\d+)-([a-z]+)$/.exec(word(0));
  if (joined !== null) {
    const unit = unitOf({ text: '', lower: joined[2] ?? '', start: 0, end: 0 });
    return unit === null ? null : { count: Number(joined[1]), unit, length: 1, isFortnight: false };
  }
  const decimal = /^\d+\.\d+$/.test(word(0)) ? Number(word(0)) : null;
  const count = isCouple ? 2 : (decimal ?? countOf(words[at]));
  const skipped = isCouple ? couple : count === null ? 0 : 1;
  if (/^fortnights?$/.test(word(skipped)))
    return { count: (count ?? 1) * 14, unit: 'day', length: skipped + 1, isFortnight: true };
  const unit = unitOf(words[at + skipped]);
  if (unit === null) return null;
  const after = skipped + 1;
  const isAndHalf = word(after) === 'and' && word(after + 1) === 'a' && word(after + 2) === 'half';
  if (isAndHalf) return { count: (count ?? 1) + 0.5, unit, length: after + 3, isFortnight: false };
  return { count, unit, length: after, isFortnight: false };
}

/** `24h`, `1h30m`, `7d`, `15mins`: back from now. */
function readCompact(words: readonly Word[], at: number, lead: number, present: Present): TimePiece | null {
  const lower = words[at]?.lower ?? '';
  const pieces = lower.match(/\d+(?:\.\d+)?[a-z]+/g) ?? [];
  if (pieces.length === 0 || pieces.length > 3 || pieces.join('') !== lower) return null;
  const seconds = pieces.map((piece) =>
    parseDurationSeconds(piece.replace(/(?:hr|hrs)$/, 'h').replace(/wks?$/, 'w')),
  );
  let total = 0;
  for (const each of seconds) {
    if (each === null) return null;
    total += each;
  }
  const isDays = /^\d+(?:d|w|days?|weeks?|wks?)$/.test(lower);
  return rolling(total, isDays ? 'day' : total >= 3600 ? 'hour' : 'minute', lead + 1, present);
}

/**
 * From so long ago until now. Ranges of more than a day that are said in days begin at midnight, hours at a whole five
 * minutes, minutes at a whole one, so that sums kept per period can answer.
 */
function rolling(seconds: number, unit: Unit, length: number, present: Present): TimePiece {
  const { nowSeconds, zone } = present;
  const start = nowSeconds - seconds;
  const isDays = secondsOf(unit) >= DAY && seconds > DAY;
  const grain = seconds >= 3600 ? 300 : 60;
  const startSeconds = isDays ? startOfUnit(start, 'day', zone) : start - (start % grain);
  return { kind: 'range', range: { startSeconds, endSeconds: null }, periodSeconds: seconds, length };
}

/** `2 days ago`: that whole day; `3 hours ago`: that whole hour; `half an hour ago`: that minute. */
export function readAgo(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const found = agoOf(words, at);
  if (found === null) return null;
  const { nowSeconds, zone } = present;
  const moment = nowSeconds - found.seconds;
  const unit = found.seconds >= DAY ? 'day' : found.seconds >= 3600 ? 'hour' : 'minute';
  const startSeconds = startOfUnit(moment, unit, zone);
  const endSeconds = plusUnits(startSeconds, unit, 1, zone);
  return {
    kind: 'range',
    range: { startSeconds, endSeconds },
    unit,
    // A time of day may narrow the day.
    ...(unit === 'day' ? { day: civilAt(startSeconds, zone) } : {}),
    periodSeconds: endSeconds - startSeconds,
    length: found.length,
  };
}

/** The moment that `3 hours ago` names, for `since`; a day ago and more is midnight of that day. */
export function agoMoment(
  words: readonly Word[],
  at: number,
  present: Present,
): { readonly start: number; readonly length: number } | null {
  const found = agoOf(words, at);
  if (found === null) return null;
  const moment = present.nowSeconds - found.seconds;
  if (found.seconds < DAY) return { start: moment - (moment % 60), length: found.length };
  return { start: startOfUnit(moment, 'day', present.zone), length: found.length };
}

function agoOf(
  words: readonly Word[],
  at: number,
): { readonly seconds: number; readonly length: number } | null {
  const article = ['a', 'an'].includes(words[at]?.lower ?? '') && words[at + 1]?.lower !== 'couple' ? 1 : 0;
  const amount = readAmount(words, at + article);
  if (amount === null || words[at + article + amount.length]?.lower !== 'ago') return null;
  if (article === 0 && amount.count === null) return null;
  return { seconds: (amount.count ?? 1) * secondsOf(amount.unit), length: article + amount.length + 1 };
}
