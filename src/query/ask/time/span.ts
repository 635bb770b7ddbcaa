import { countOf, type Word } from '../words.ts';
import { momentOf, type Present, plusDays, plusUnits, weekdayOf } from './calendar.ts';
import { readClockRange } from './clock.ts';
import { type MomentReading, readMoment, readZone } from './moment.ts';
import type { TimePiece } from './piece.ts';
import { agoMoment } from './rolling.ts';

const TO = ['to', 'until', 'till', 'through', 'thru', '-', '–', '..'];

/** `between T and T`, `from T to T`, `T - T`, `9-10am`, `3 to 5 november`: from one moment to another. */
export function readSpan(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const head = words[at]?.lower ?? '';
  const isBetween = head === 'between';
  const isThe = words[at + 1]?.lower === 'the' && dayOrHour(words[at + 2]) !== null;
  const lead = isBetween || head === 'from' ? (isThe ? 2 : 1) : 0;
  const joined = readClockRange(words[at + lead]);
  if (joined !== null) {
    const [from, to] = joined;
    const zone = readZone(words, at + lead + 1);
    const of = zone?.zone ?? null;
    const length = lead + 1 + (of === null ? 0 : (zone?.length ?? 0));
    return {
      kind: 'clock',
      from: from.minutes,
      to: to.minutes,
      needsDay: false,
      length,
      ...(of && { zone: of }),
    };
  }
  const days = readJoinedDays(words, at + lead, present);
  if (days !== null) return { ...days, length: days.length + lead };
  const first = readMoment(words, at + lead, present) ?? null;
  if (first?.kind === 'unclear') return lead > 0 ? { ...first, length: first.length + lead } : null;
  const middle = at + lead + (first?.length ?? 1);
  const link = words[middle]?.lower ?? '';
  if (link === 'and' && !isBetween) return readNextDay(words, at + lead, middle, first, present, lead);
  if (!(TO.includes(link) || (isBetween && link === 'and'))) return null;
  const last = readMoment(words, middle + 1, present);
  // "Midnight to 6": half past what is not said.
  const bare = countOf(words[middle + 1]);
  const isBareHour = last === null && first?.minutes != null && bare !== null && bare <= 24 && lead > 0;
  if (isBareHour) {
    const reason = `write the hour as ${String(bare).padStart(2, '0')}:00, or with am or pm`;
    return { kind: 'unclear', reason, length: middle + 2 - at };
  }
  if (last?.kind === 'unclear') return { ...last, length: middle + 1 + last.length - at };
  const ends =
    first === null
      ? bareFirst(words, at + lead, last, present)
      : bareLast(words, middle + 1, first, last, present);
  if (ends === null) return null;
  const start =
    weekdayOf(words[at + lead]?.lower ?? '') < 0 ? ends[0] : weekBefore(ends[0], ends[1], present);
  return spanOf(start, ends[1], middle + 1 + ends[1].length - at, present);
}

/** "From Friday to Monday": a weekday that begins a span is the one before its end. */
function weekBefore(first: MomentReading, last: MomentReading, { zone }: Present): MomentReading {
  if (first.day === null || last.day === null || first.start <= last.start) return first;
  const day = plusDays(first.day, -7);
  const moved = (seconds: number): number => plusUnits(seconds, 'week', -1, zone);
  return { ...first, day, start: moved(first.start), end: moved(first.end) };
}

/** `monday and tuesday`, `the 12th and 13th of january`: two days, the second right after the first. */
function readNextDay(
  words: readonly Word[],
  start: number,
  middle: number,
  first: MomentReading | null,
  present: Present,
  lead: number,
): TimePiece | null {
  const last = readMoment(words, middle + 1, present);
  if (last?.kind !== 'moment' || last.day === null || last.minutes !== null) return null;
  const isOrdinal = /^\d{1,2}(?:st|nd|rd|th)?$/.test(words[start]?.lower ?? '');
  const ends = first === null && isOrdinal ? bareFirst(words, start, last, present) : [first, last];
  const [from, to] = ends ?? [];
  if (from == null || to == null || from.day === null || from.minutes !== null) return null;
  const isNext = momentOf(plusDays(from.day, 1), 0, present.zone) === to.start;
  return isNext ? spanOf(from, to, middle + 1 + to.length - start + lead, present) : null;
}

/** `3-5 november`, `nov 3-5`. */
function readJoinedDays(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const isFirst = /^\d{1,2}-\d{1,2}$/.test(words[at]?.lower ?? '');
  const place = isFirst ? at : at + 1;
  const match = /^(\d{1,2})-(\d{1,2})$/.exec(words[place]?.lower ?? '');
  const monthWord = words[isFirst ? at + 1 : at];
  const word = words[place];
  if (match === null || monthWord === undefined || word === undefined) return null;
  const dayWords = (day: string | undefined): readonly Word[] => [{ ...word, lower: day ?? '' }, monthWord];
  const first = readMoment(dayWords(match[1]), 0, present);
  const last = readMoment(dayWords(match[2]), 0, present);
  if (first?.kind !== 'moment' || last?.kind !== 'moment' || first.day === null || last.day === null)
    return null;
  if (first.length !== 2 || last.length !== 2) return null;
  return spanOf(first, last, 2, present);
}

/** `3`, `3rd`, `three`. */
function dayOrHour(word: Word | undefined): number | null {
  const ordinal = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word?.lower ?? '');
  return ordinal === null ? countOf(word) : Number(ordinal[1]);
}

type Ends = readonly [MomentReading, MomentReading];

/** `between 2 and 3am`, `3 to 5 november`: what the first end lacks, the last one says. */
function bareFirst(
  words: readonly Word[],
  at: number,
  last: MomentReading | null,
  present: Present,
): Ends | null {
  const word = words[at];
  const number = dayOrHour(word);
  if (word === undefined || number === null || last === null) return null;
  if (last.minutes === null && last.day !== null && number >= 1 && number <= 31) {
    const day = { ...last.day, day: number };
    const start = momentOf(day, 0, present.zone);
    return [{ ...last, day, start, length: 1 }, last];
  }
  if (last.minutes === null || number > 24 || last.isPart) return null;
  const isAfternoon = last.minutes > 720 && number < 12 && (number + 12) * 60 <= last.minutes;
  const minutes = (isAfternoon ? number + 12 : number) * 60;
  const start = last.start - (last.minutes - minutes) * 60;
  return [{ ...last, minutes, start, length: 1 }, last];
}

/** `nov 3 to 5`: the last end is a day of the same month. */
function bareLast(
  words: readonly Word[],
  at: number,
  first: MomentReading | null,
  last: MomentReading | null,
  present: Present,
): Ends | null {
  if (first === null) return null;
  if (last !== null) return [first, last];
  const number = dayOrHour(words[at]);
  if (number === null || first.day === null || first.minutes !== null || number > 31) return null;
  const day = { ...first.day, day: number };
  const start = momentOf(day, 0, present.zone);
  const end = momentOf(plusDays(day, 1), 0, present.zone);
  return [first, { ...first, day, start, end, length: 1 }];
}

/** Two ends as a range. What one end lacks of day and zone it has from the other. */
function spanOf(first: MomentReading, last: MomentReading, length: number, present: Present): TimePiece {
  const zone = last.zone ?? first.zone;
  if (first.isClock && last.isClock)
    return {
      kind: 'clock',
      from: first.minutes,
      to: last.minutes,
      needsDay: false,
      length,
      ...(zone && { zone }),
    };
  const where = zone ?? present.zone;
  const place = (each: MomentReading, day: MomentReading['day']): MomentReading =>
    each.day === null && !each.isClock
      ? each
      : day === null
        ? each
        : {
            ...each,
            start: momentOf(day, each.minutes ?? 0, where),
            end:
              each.minutes === null
                ? momentOf(plusDays(day, 1), 0, where)
                : each.isPart
                  ? each.end
                  : momentOf(day, each.minutes, where),
          };
  const from = place(first, first.day ?? last.day);
  const to = place(last, last.day ?? first.day);
  const isWhole = last.minutes === null || last.isPart || (last.day === null && !last.isClock);
  const named = isWhole ? to.end : to.start;
  const isOverMidnight = named <= from.start && last.day === null && last.isClock;
  const endSeconds = isOverMidnight ? named + 86_400 : named;
  if (endSeconds <= from.start) return { kind: 'unclear', reason: 'it ends before it begins', length };
  const range = { startSeconds: from.start, endSeconds };
  return { kind: 'range', range, periodSeconds: endSeconds - from.start, length };
}

const SINCE = ['since', 'after', 'starting', 'beginning', 'as'];
const UNTIL = ['before', 'until', 'till', 'up', 'prior'];

/** `since T`, `from T onwards`, `after T`, `before T`, `until T`. */
export function readOpen(words: readonly Word[], at: number, present: Present): TimePiece | null {
  const head = words[at]?.lower ?? '';
  const isSince = SINCE.includes(head);
  const isFrom = head === 'from';
  if (!isSince && !isFrom && !UNTIL.includes(head)) return null;
  const needsTo = head === 'up' || head === 'prior';
  const next = words[at + 1]?.lower ?? '';
  const links = needsTo ? ['to'] : head === 'as' ? ['of', 'from'] : ['from', 'at', 'on'];
  const skip = links.includes(next) ? 1 : 0;
  if ((needsTo || head === 'as') && skip === 0) return null;
  const first = at + 1 + skip;
  const ago = agoMoment(words, first, present);
  const found = readMoment(words, first, present);
  if (found?.kind === 'unclear') return { ...found, length: found.length + 1 + skip };
  if (ago === null && found === null) return null;
  const length = (ago?.length ?? found?.length ?? 0) + 1 + skip;
  const onward = ['onwards', 'onward', 'on'].includes(words[at + length]?.lower ?? '') && isFrom ? 1 : 0;
  if (isFrom && onward === 0) return null;
  const isBefore = UNTIL.includes(head);
  if (ago !== null) return openRange(isBefore, ago.start, length + onward);
  if (found === null) return null;
  if (found.isClock) {
    const zone = found.zone === null ? {} : { zone: found.zone };
    const at = found.minutes;
    return isBefore
      ? { kind: 'clock', from: null, to: at, needsDay: false, length: length + onward, ...zone }
      : { kind: 'clock', from: at, to: null, needsDay: false, length: length + onward, ...zone };
  }
  const isAfterWhole = head === 'after' && found.minutes === null;
  return openRange(isBefore, isAfterWhole ? found.end : found.start, length + onward);
}

function openRange(isBefore: boolean, moment: number, length: number): TimePiece {
  const range = isBefore
    ? { startSeconds: null, endSeconds: moment }
    : { startSeconds: moment, endSeconds: null };
  return { kind: 'range', range, periodSeconds: null, length };
}
