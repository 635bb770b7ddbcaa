import { own, type Word } from '../words.ts';
import {
  type Day,
  type Present,
  plusDays,
  plusUnits,
  secondsOf,
  startOfUnit,
  type Unit,
  weekdayOf,
  yearAt,
} from './calendar.ts';
import { type MomentReading, readMoment } from './moment.ts';
import type { TimePiece } from './piece.ts';
import { readAmount } from './rolling.ts';
import { civilAt } from './zone.ts';

/** What leads from a length to the moment it ends or begins at. */
const LINKS: Readonly<Record<string, 'before' | 'ending' | 'after' | 'starting'>> = {
  before: 'before',
  'leading up to': 'before',
  'up to': 'ending',
  until: 'ending',
  to: 'ending',
  ending: 'ending',
  'ending on': 'ending',
  'ending at': 'ending',
  after: 'after',
  following: 'after',
  since: 'after',
  from: 'starting',
  starting: 'starting',
  'starting on': 'starting',
  'starting at': 'starting',
  'starting from': 'starting',
  beginning: 'starting',
  'beginning on': 'starting',
  'beginning at': 'starting',
};

function linkAt(words: readonly Word[], at: number): { kind: string; length: number } | null {
  for (let length = 3; length > 0; length--) {
    const text = words
      .slice(at, at + length)
      .map((word) => word.lower)
      .join(' ');
    const kind = own(LINKS, text);
    if (kind !== undefined) return { kind, length };
  }
  return null;
}

/** `30 minutes before 09:00`, `hour leading up to noon`, `3 days starting 12 january`, `week ending 18 january`. */
export function readBeside(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const amount = readAmount(words, at);
  if (amount === null) return null;
  const link = linkAt(words, at + amount.length);
  if (link === null) return null;
  const first = at + amount.length + link.length;
  const found = readMoment(words, first, present);
  if (found?.kind !== 'moment' || found.start === found.end) return null;
  const length = amount.length + link.length + found.length;
  const isBefore = link.kind === 'before' || link.kind === 'ending';
  const count = amount.count ?? 1;
  if (found.isClock) return clockBeside(found, isBefore, (count * secondsOf(amount.unit)) / 60, length);
  const isWhole = found.minutes === null || (found.day === null && !found.isClock);
  const isAtEnd = isWhole && (link.kind === 'ending' || link.kind === 'after');
  const moment = isAtEnd ? found.end : found.start;
  const { zone } = present;
  const isPart = count % 1 !== 0;
  const moved = (by: number): number =>
    isPart ? moment + by * secondsOf(amount.unit) : plusUnits(moment, amount.unit, by, zone);
  const [startSeconds, endSeconds] = isBefore ? [moved(-count), moment] : [moment, moved(count)];
  return {
    kind: 'range',
    range: { startSeconds, endSeconds },
    periodSeconds: endSeconds - startSeconds,
    length,
  };
}

function clockBeside(
  found: MomentReading,
  isBefore: boolean,
  minutes: number,
  length: number,
): TimePiece | null {
  const at = found.minutes ?? 0;
  const [from, to] = isBefore ? [at - minutes, at] : [at, at + minutes];
  if (from < 0 || to > 1440) return null;
  return { kind: 'clock', from, to, needsDay: false, length, ...(found.zone && { zone: found.zone }) };
}

/** `last 3 days of december`, `first hour of yesterday`: so much of a range that is named. Weeks have no agreed edges there. */
export function readPartOf(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const head = words[at]?.lower ?? '';
  if (head !== 'first' && head !== 'last' && head !== 'final') return null;
  const amount = readAmount(words, at + 1);
  const of = at + 1 + (amount?.length ?? 0);
  if (amount === null || words[of]?.lower !== 'of') return null;
  const the = words[of + 1]?.lower === 'the' ? 1 : 0;
  const found = readMoment(words, of + 1 + the, present);
  if (found?.kind !== 'moment' || found.isClock || found.start === found.end) return null;
  const length = of + 1 + the + found.length - at;
  if (secondsOf(amount.unit) >= secondsOf('week'))
    return { kind: 'unclear', reason: 'it has no agreed edges; say two days', length };
  const count = amount.count ?? 1;
  const { zone } = present;
  const range =
    head === 'first'
      ? { startSeconds: found.start, endSeconds: plusUnits(found.start, amount.unit, count, zone) }
      : { startSeconds: plusUnits(found.end, amount.unit, -count, zone), endSeconds: found.end };
  return { kind: 'range', range, periodSeconds: range.endSeconds - range.startSeconds, length };
}

/** `week 3`, `calendar week 3 of 2026`, `2026-w03`: weeks of ISO 8601; without a year the latest that has begun. */
export function readWeekNumber(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const stamp = /^(\d{4})-?w(\d{1,2})$/.exec(words[at]?.lower ?? '');
  if (stamp !== null) return weekOf(Number(stamp[1]), Number(stamp[2]), 1, present);
  const lead = ['calendar', 'iso'].includes(words[at]?.lower ?? '') ? 1 : 0;
  const number = /^\d{1,2}$/.exec(words[at + lead + 1]?.lower ?? '');
  if (words[at + lead]?.lower !== 'week' || number === null) return null;
  const year = yearAt(words, at + lead + 2, present);
  const week = Number(number[0]);
  const length = lead + 2 + (year?.length ?? 0);
  const now = civilAt(present.nowSeconds, present.zone).year;
  const found = weekOf(year?.year ?? now, week, length, present);
  const isToCome = found?.kind === 'range' && (found.range.startSeconds ?? 0) > present.nowSeconds;
  return isToCome && year === null ? weekOf(now - 1, week, length, present) : found;
}

function weekOf(year: number, week: number, length: number, { zone }: Present): TimePiece | null {
  if (week < 1 || week > 53) return null;
  // The week that holds 4 January is the first.
  const first = startOfUnit(Date.UTC(year, 0, 4, 12) / 1000, 'week', zone);
  return unitPiece(plusUnits(first, 'week', week - 1, zone), 'week', length, zone);
}

function unitPiece(startSeconds: number, unit: Unit, length: number, zone: Present['zone']): TimePiece {
  const endSeconds = plusUnits(startSeconds, unit, 1, zone);
  return {
    kind: 'range',
    range: { startSeconds, endSeconds },
    unit,
    periodSeconds: endSeconds - startSeconds,
    length,
  };
}

/** `last week on tuesday`: the week first, then its day. */
export function readWeekThenDay(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const back = { this: 0, last: 1, previous: 1 }[words[at]?.lower ?? ''];
  if (back === undefined || words[at + 1]?.lower !== 'week') return null;
  const on = words[at + 2]?.lower === 'on' ? 1 : 0;
  const weekday = weekdayOf(words[at + 2 + on]?.lower ?? '');
  if (weekday < 0) return null;
  const day = dayOfWeek(weekday, back, present);
  const noon = Date.UTC(day.year, day.month - 1, day.day, 12) / 1000;
  const start = startOfUnit(noon - present.zone.offsetAt(noon), 'day', present.zone);
  const piece = unitPiece(start, 'day', 3 + on, present.zone);
  return piece.kind === 'range' ? { ...piece, day } : piece;
}

/** A weekday of this week or of one some weeks back. */
export function dayOfWeek(weekday: number, weeksBack: number, { nowSeconds, zone }: Present): Day {
  const today = civilAt(nowSeconds, zone);
  return plusDays(today, -((today.weekday + 6) % 7) + ((weekday + 6) % 7) - 7 * weeksBack);
}
