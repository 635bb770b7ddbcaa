import { type Day, momentOf, type Present, plusDays, plusUnits, todayOf, type Unit } from './calendar.ts';
import type { AskedTime, TimePiece } from './piece.ts';

/** What the pieces of time in a question come to: a range, nothing, or what is wrong with which piece. */
export type SettledTime =
  | { readonly kind: 'time'; readonly time: AskedTime | null }
  | { readonly kind: 'problem'; readonly at: number; readonly reason: string }
  | { readonly kind: 'conflict'; readonly at: number };

type Range = Extract<TimePiece, { kind: 'range' }>;
type Clock = Extract<TimePiece, { kind: 'clock' }>;

/** One range of all pieces: a day and a time of day make one, two ranges contradict each other. */
export function settleTimes(pieces: readonly TimePiece[], present: Present): SettledTime {
  const unclear = pieces.findIndex((piece) => piece.kind === 'unclear');
  const first = pieces[unclear];
  if (first?.kind === 'unclear') return { kind: 'problem', at: unclear, reason: first.reason };
  const ranges = narrowed(pieces.flatMap((piece, at) => (piece.kind === 'range' ? [{ piece, at }] : [])));
  const clocks = pieces.flatMap((piece, at) => (piece.kind === 'clock' ? [{ piece, at }] : []));
  const [range, second] = ranges;
  const [clock, other] = clocks;
  if (second !== undefined) return { kind: 'conflict', at: second.at };
  if (other !== undefined) return { kind: 'conflict', at: other.at };
  if (clock === undefined)
    return range === undefined ? { kind: 'time', time: null } : ofRange(range.piece, range.at, present);
  if (range === undefined) {
    const reason = 'say of which day, as in "yesterday during business hours"';
    if (clock.piece.needsDay) return { kind: 'problem', at: clock.at, reason };
    return { kind: 'time', time: latest(clock.piece, present) };
  }
  const { day } = range.piece;
  const reason = 'a time of day needs one day, and the question asks for more';
  if (day === undefined) return { kind: 'problem', at: clock.at, reason };
  return { kind: 'time', time: clockOn(day, clock.piece, present) };
}

/** "On 12 January this month": a range inside another one says more, and stands for both. */
function narrowed(ranges: readonly { piece: Range; at: number }[]): readonly { piece: Range; at: number }[] {
  const [first, second] = ranges;
  if (first === undefined || second === undefined || ranges.length > 2) return ranges;
  if (first.piece.unit !== undefined && isInside(second.piece, first.piece)) return [second];
  return second.piece.unit !== undefined && isInside(first.piece, second.piece) ? [first] : ranges;
}

function isInside({ range: inner }: Range, { range: outer }: Range): boolean {
  const ends = [inner.startSeconds, inner.endSeconds, outer.startSeconds, outer.endSeconds];
  if (ends.includes(null)) return false;
  const [from = 0, to = 0, start = 0, end = 0] = ends.map((each) => each ?? 0);
  return from >= start && to <= end && to - from < end - start;
}

function ofRange(piece: Range, at: number, { nowSeconds }: Present): SettledTime {
  const { startSeconds } = piece.range;
  if (startSeconds !== null && startSeconds > nowSeconds)
    return { kind: 'problem', at, reason: 'there are no records of what is to come' };
  return {
    kind: 'time',
    time: { range: piece.range, unit: piece.unit ?? null, periodSeconds: piece.periodSeconds },
  };
}

/** A time of day without a day is that of the latest day on which it has begun. */
function latest(clock: Clock, present: Present): AskedTime {
  const today = todayOf({ ...present, zone: clock.zone ?? present.zone });
  const time = clockOn(today, clock, present);
  const begins = time.range.startSeconds ?? time.range.endSeconds ?? 0;
  return begins <= present.nowSeconds ? time : clockOn(plusDays(today, -1), clock, present);
}

function clockOn(day: Day, clock: Clock, present: Present): AskedTime {
  const zone = clock.zone ?? present.zone;
  const { from, to } = clock;
  const isOver = from !== null && to !== null && to <= from;
  const startSeconds = from === null ? null : momentOf(day, from, zone);
  const endSeconds = to === null ? null : momentOf(isOver ? plusDays(day, 1) : day, to, zone);
  const periodSeconds = startSeconds !== null && endSeconds !== null ? endSeconds - startSeconds : null;
  return { range: { startSeconds, endSeconds }, unit: null, periodSeconds };
}

/**
 * Seconds between a period and the one a comparison names: months and years follow the calendar, so that January is
 * compared with the whole of December.
 */
export function shiftBetween(asked: AskedTime | null, unit: Unit, present: Present): number {
  const start = asked?.range.startSeconds ?? present.nowSeconds;
  return start - plusUnits(start, unit, -1, present.zone);
}
