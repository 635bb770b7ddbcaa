import { own, type Word } from '../words.ts';

/** A time of day: minutes after midnight, how many minutes its smallest named unit spans, and the words it took. */
export interface ClockReading {
  readonly minutes: number;
  readonly width: number;
  readonly length: number;
}

/** A part of a day in minutes after its midnight; `to` may lie in the next day. */
export interface DayPart {
  readonly from: number;
  readonly to: number;
}

const PARTS: Readonly<Record<string, DayPart>> = {
  morning: { from: 6 * 60, to: 12 * 60 },
  afternoon: { from: 12 * 60, to: 18 * 60 },
  evening: { from: 18 * 60, to: 24 * 60 },
  night: { from: 18 * 60, to: 30 * 60 },
};

const WORKING: DayPart = { from: 9 * 60, to: 17 * 60 };

/** Words of the clock, for spelling. */
export const CLOCK_WORDS: readonly string[] = [
  ...Object.keys(PARTS),
  'midnight',
  'midday',
  'noon',
  'overnight',
];

/** Reads `9am`, `9:30 pm`, `14:05`, `noon`, `midnight`. A number alone is none. Null when no time of day stands there. */
export function readClock(words: readonly Word[], at: number): ClockReading | null {
  const lower = words[at]?.lower ?? '';
  if (lower === 'noon' || lower === 'midday') return { minutes: 720, width: 60, length: 1 };
  if (lower === 'midnight') return { minutes: 0, width: 60, length: 1 };
  const match = /^(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?(am|pm|a\.m|p\.m|h|z)?$/.exec(lower);
  if (match === null) return null;
  const oclock = words[at + 1]?.lower === "o'clock" ? 1 : 0;
  const next = words[at + 1]?.lower ?? '';
  const spoken = match[4] === undefined ? halfAfter(words, at + 1 + oclock) : null;
  const half = match[4] ?? (['am', 'pm', 'a.m', 'p.m'].includes(next) ? next : (spoken?.half ?? null));
  const isApart = match[4] === undefined && half !== null && spoken === null;
  const isClock = half !== null || (match[2] !== undefined && /[:h]/.test(lower)) || oclock > 0;
  if (!isClock) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  const isHalf = half !== null && /^[ap]/.test(half);
  if (minute > 59 || hour > 24 || (isHalf && (hour > 12 || hour === 0) && spoken === null)) return null;
  const shown = isHalf && hour <= 12 ? (hour % 12) + (half.startsWith('p') ? 12 : 0) : hour;
  const length = 1 + (isApart ? 1 : oclock) + (spoken?.length ?? 0);
  return { minutes: shown * 60 + minute, width: match[2] === undefined ? 60 : 1, length };
}

/** `in the morning`, `in the evening` after an hour: the half of the day it lies in. */
function halfAfter(words: readonly Word[], at: number): { half: string; length: number } | null {
  if (words[at]?.lower !== 'in' || words[at + 1]?.lower !== 'the') return null;
  const half = own(HALVES, words[at + 2]?.lower ?? '');
  return half === undefined ? null : { half, length: 3 };
}

const HALVES: Readonly<Record<string, string>> = { morning: 'am', afternoon: 'pm', evening: 'pm' };

/** `9-10am`, `14:00-15:30`, `9am-5pm` in one word: both times. Null for other words. */
export function readClockRange(word: Word | undefined): readonly [ClockReading, ClockReading] | null {
  const match = /^([\d:.]{1,8})(am|pm)?[-–]([\d:.]{1,8})(am|pm)?$/.exec(word?.lower ?? '');
  if (match === null || word === undefined) return null;
  const half = match[4] ?? '';
  const piece = (text: string): ClockReading | null => readClock([{ ...word, lower: text }], 0);
  const last = piece(`${match[3]}${half}`);
  const first = piece(`${match[1]}${match[2] ?? half}`);
  return first === null || last === null ? null : [first, last];
}

/** The part of a day that words name: `morning`, `business hours`. Null for other words. */
export function readDayPart(
  words: readonly Word[],
  at: number,
): { readonly part: DayPart; readonly length: number } | null {
  const lower = words[at]?.lower ?? '';
  const isHours = ['hours', 'hrs'].includes(words[at + 1]?.lower ?? '');
  if (isHours && ['business', 'working', 'office', 'work'].includes(lower))
    return { part: WORKING, length: 2 };
  const part = own(PARTS, lower);
  return part === undefined ? null : { part, length: 1 };
}
