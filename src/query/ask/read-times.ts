import { MEASURE_WORDS } from './lexicon/nouns.ts';
import { INTENTS, ROLES } from './lexicon/roles.ts';
import type { Reading, Rule } from './reading.ts';
import { ADVERBS } from './tables.ts';
import { SHORT_UNITS, secondsOf, type Unit, unitOf } from './time/calendar.ts';
import type { AskedTime, TimePiece } from './time/piece.ts';
import { readTime } from './time/read-time.ts';
import { readAmount } from './time/rolling.ts';
import { settleTimes, shiftBetween } from './time/settle.ts';
import { countOf, own } from './words.ts';

const EARLIER = ['before', 'earlier', 'prior', 'previous', 'preceding'];
const PREVIOUS = ['previous', 'prior', 'preceding', 'last', 'earlier', 'past'];

/** `compared with last week`, `versus the day before`, `compared with the same hour yesterday`. */
export const readComparison: Rule = (reading) => {
  const found = ROLES.find(reading.words, reading.at);
  const isSame = reading.word(0) === 'same' || (reading.word(0) === 'the' && reading.word(1) === 'same');
  const isAgainst = reading.word(0) === 'against' && isPeriodAt(reading, 1);
  if (found?.value !== 'compare' && !isSame && !isAgainst) return false;
  const { words } = reading;
  const start = reading.at;
  // "Over the previous week" is a time like any other where nothing is compared.
  const isTime = found !== undefined && found.length === 3 && reading.word(2) === 'previous';
  const isCompared = reading.intents.has('compare') || reading.intents.has('growth');
  if (isTime && reading.times.length === 0 && !isCompared) return false;
  let next = start + (isAgainst ? 1 : found?.value === 'compare' ? found.length : 0);
  const said = (): string => words[next]?.lower ?? '';
  while (['the', 'that', 'of', 'with', 'to', 'a', 'what', 'it', 'was'].includes(said())) next++;
  if (said() === 'same') {
    next++;
    const isNamed =
      unitOf(words[next]) !== null ||
      ['time', 'period', 'times', 'window', 'range', 'interval'].includes(said());
    if (!isNamed) return false;
    next++;
    while (['of', 'the', 'in', 'on', 'from', 'a'].includes(said())) next++;
    return takeNamed(reading, start, next, true);
  }
  const amount = readAmount(words, next);
  const isCounted = amount !== null && amount.count !== null;
  if (isCounted && EARLIER.includes(words[next + amount.length]?.lower ?? '')) {
    const that = ['that', 'it', 'them', 'this'].includes(words[next + amount.length + 1]?.lower ?? '')
      ? 1
      : 0;
    const seconds = (amount.count ?? 1) * secondsOf(amount.unit);
    return takeShift(reading, start, next + amount.length + 1 + that, seconds);
  }
  const isPrevious = PREVIOUS.includes(said());
  const unit = unitOf(words[next + (isPrevious ? 1 : 0)]);
  const after = words[next + 1]?.lower ?? '';
  if (isPrevious && unit !== null) return takeUnit(reading, start, next + 2, unit);
  const isBefore = !isPrevious && unit !== null && ['before', 'earlier', 'prior', 'previous'].includes(after);
  const isOnlyBefore =
    after === 'before' && words[next + 2]?.lower !== 'yesterday' && words[next + 2]?.lower !== 'last';
  if (isBefore && (after !== 'before' || isOnlyBefore)) return takeUnit(reading, start, next + 2, unit);
  const isPeriod = ['period', 'one', 'ones', 'interval', 'window'].includes(after);
  if (isPrevious && (isPeriod || readTime(words, next, reading.present) === null)) {
    const asked = askedTime(reading);
    if (asked?.periodSeconds == null) return false;
    const end = next + (isPeriod ? 2 : 1);
    return asked.unit === null
      ? takeShift(reading, start, end, asked.periodSeconds)
      : takeUnit(reading, start, end, asked.unit);
  }
  return takeNamed(reading, start, next, false);
};

/** True when a range of time stands some words on, after an article. */
function isPeriodAt({ words, at, present }: Reading, offset: number): boolean {
  const the = words[at + offset]?.lower === 'the' ? 1 : 0;
  const unit = unitOf(words[at + offset + the + 1]);
  if (PREVIOUS.includes(words[at + offset + the]?.lower ?? '') && unit !== null) return true;
  return readTime(words, at + offset + the, present)?.kind === 'range';
}

/** A comparison with a time that is named: the shift is the way between both, or the length of the unit named. */
function takeNamed(reading: Reading, start: number, next: number, isSame: boolean): boolean {
  const piece = readTime(reading.words, next, reading.present);
  if (piece === null || piece.kind !== 'range') {
    const what = reading.words[next];
    if (ROLES.find(reading.words, start)?.value !== 'compare' || reading.word(0) === 'than') return false;
    reading.refuse(
      what ?? reading.spanOf(start, start + 1),
      'a question is compared with an earlier time, such as "last week"; ask twice to compare anything else',
    );
    reading.at = Math.max(next, start + 1);
    return true;
  }
  const end = next + piece.length;
  return takePeriod(reading, start, end, piece, isSame);
}

function takePeriod(
  reading: Reading,
  start: number,
  end: number,
  piece: Extract<TimePiece, { kind: 'range' }>,
  isSame: boolean,
): boolean {
  const asked = askedTime(reading);
  const from = asked?.range.startSeconds ?? null;
  const other = piece.range.startSeconds;
  const isAlike =
    !isSame &&
    from !== null &&
    other !== null &&
    asked?.periodSeconds != null &&
    piece.periodSeconds !== null &&
    Math.abs(asked.periodSeconds - piece.periodSeconds) <= 3.5 * 86_400 &&
    Math.abs(asked.periodSeconds / piece.periodSeconds - 1) < 0.12;
  // Periods that overlap, such as this week and the last seven days, are compared by their unit.
  if (isAlike && from - other >= 0.9 * asked.periodSeconds)
    return takeShift(reading, start, end, from - other);
  const unit = piece.unit;
  if (unit !== undefined) return takeUnit(reading, start, end, unit);
  return takeShift(reading, start, end, piece.periodSeconds ?? asked?.periodSeconds ?? 86_400);
}

function takeUnit(reading: Reading, start: number, end: number, unit: Unit): boolean {
  const isCalendar = ['month', 'quarter', 'year'].includes(unit);
  const seconds = isCalendar ? shiftBetween(askedTime(reading), unit, reading.present) : secondsOf(unit);
  return takeShift(reading, start, end, seconds);
}

function takeShift(reading: Reading, start: number, end: number, seconds: number): boolean {
  if (reading.compare !== null && reading.compare.seconds !== seconds)
    reading.refuse(reading.spanOf(start, end), 'there is a comparison already');
  reading.compare = { seconds, ...reading.spanOf(start, end) };
  reading.at = end;
  reading.role = null;
  return true;
}

/** The time that has been asked up to here; null when none has, or none follows. */
function askedTime(reading: Reading): AskedTime | null {
  const settled = settleTimes(
    reading.times.map(({ piece }) => piece),
    reading.present,
  );
  if (settled.kind === 'time' && settled.time !== null) return settled.time;
  // "Compared with the previous week" may come before the week itself.
  for (let at = reading.at + 1; at < reading.words.length; at++) {
    const piece = readTime(reading.words, at, reading.present);
    const isOther =
      reading.times.length === 0 && piece?.kind === 'range' && piece.range.startSeconds !== null;
    if (isOther && piece.length + at >= reading.words.length)
      return { range: piece.range, unit: piece.unit ?? null, periodSeconds: piece.periodSeconds };
  }
  return null;
}

/** `per hour`, `every 5 minutes`, `hourly`, `by day`, `in 5 minute buckets`. */
export const readBucket: Rule = (reading) => {
  const { words } = reading;
  const adverb = own(ADVERBS, reading.word(0));
  if (adverb !== undefined) return takeBucket(reading, adverb, 1);
  const joined = /^(\d+)-?(minute|min|hour|day|m|h|d)s?$/.exec(reading.word(0));
  const isBuckets = [
    'buckets',
    'intervals',
    'slices',
    'steps',
    'bins',
    'windows',
    'chunks',
    'increments',
    'resolution',
    'granularity',
  ];
  const found = ROLES.find(words, reading.at);
  const isIn = found?.value !== 'group' && ['in', 'at', 'with', 'into', 'using'].includes(reading.word(0));
  const isListed =
    reading.role?.role === 'group' &&
    reading.isJoined() &&
    unitOf(words[reading.at]) !== null &&
    reading.bucket === null;
  if (isListed) return takeBucket(reading, secondsOf(unitOf(words[reading.at]) ?? 'hour'), 1);
  if (isIn) {
    const width = widthAt(reading, 1);
    const isNamed = width !== null && isBuckets.includes(reading.word(1 + width.length));
    return isNamed && takeBucket(reading, width.seconds, width.length + 2);
  }
  if (found?.value !== 'group') return takeWidth(reading, isBuckets, joined !== null);
  const skip = ['the', 'a', 'an', 'single', 'calendar', 'each', 'every'].includes(reading.word(found.length))
    ? 1
    : 0;
  const letter = reading.word(0) === 'per' ? own(SHORT_UNITS, reading.word(1)) : undefined;
  const width =
    letter === undefined ? widthAt(reading, found.length + skip) : { seconds: secondsOf(letter), length: 1 };
  if (width === null) return false;
  // "Per second" is a rate of what was counted, not a series.
  if (width.seconds === 1) return false;
  const noun = isBuckets.includes(reading.word(found.length + skip + width.length)) ? 1 : 0;
  const keepsRole = reading.role?.role === 'group' || found.value === 'group';
  const role = words[reading.at];
  takeBucket(reading, width.seconds, found.length + skip + width.length + noun);
  const goesOn = reading.isJoined() || ['and', 'plus'].includes(reading.word(0));
  if (!goesOn) reading.role = null;
  else if (keepsRole && role !== undefined) reading.role = { role: 'group', word: role };
  return true;
};

/** `5-minute buckets`, `15 min intervals`, `per-minute`. */
function takeWidth(reading: Reading, nouns: readonly string[], isJoined: boolean): boolean {
  const per = /^per-(minute|hour|day|week)$/.exec(reading.word(0));
  const unit = per === null ? null : unitOf({ text: '', lower: per[1] ?? '', start: 0, end: 0 });
  if (unit !== null) return takeBucket(reading, secondsOf(unit), 1);
  const width = isJoined || countOf(reading.words[reading.at]) !== null ? widthAt(reading, 0) : null;
  if (width === null || !nouns.includes(reading.word(width.length))) return false;
  return takeBucket(reading, width.seconds, width.length + 1);
}

/** `5 minutes`, `5-minute`, `15m`, `hour` some words on. */
function widthAt(
  reading: Reading,
  offset: number,
): { readonly seconds: number; readonly length: number } | null {
  const joined = /^(\d+)-?(minute|min|hour|day|m|h|d)s?$/.exec(reading.word(offset));
  if (joined !== null) {
    const letter = (joined[2] ?? '')[0] ?? '';
    const unit = letter === 'm' ? 60 : letter === 'h' ? 3600 : 86_400;
    return { seconds: Number(joined[1]) * unit, length: 1 };
  }
  const count = countOf(reading.words[reading.at + offset]);
  const skip = count === null ? 0 : 1;
  const unit = unitOf(reading.words[reading.at + offset + skip]);
  return unit === null ? null : { seconds: (count ?? 1) * secondsOf(unit), length: skip + 1 };
}

/** Months, and what is made of them, would be slices of thirty days. */
const UNEVEN = secondsOf('month');

function takeBucket(reading: Reading, seconds: number, length: number): boolean {
  const span = reading.spanOf(reading.at, reading.at + length);
  if (seconds <= 0) return false;
  if (seconds % UNEVEN === 0 || seconds >= secondsOf('quarter'))
    reading.refuse(
      span,
      'slices of time are of one length, and months are not; ask per day or week, or for one month',
    );
  if (reading.bucket !== null && reading.bucket.seconds !== seconds)
    reading.refuse(span, 'time is cut into slices already');
  reading.bucket = { seconds, ...span };
  reading.at += length;
  return true;
}

/** `the busiest hour`, `which day had the most rejects`, `top 3 hours by bytes`: slices of time that are ranked. */
export const readSlices: Rule = (reading) => {
  const unit = unitOf(reading.words[reading.at]);
  if (unit === null || secondsOf(unit) < 60 || reading.bucket !== null) return false;
  const before = reading.words[reading.at - 1];
  const isRanked = reading.limit !== null && reading.limit.end === before?.end;
  const rank = INTENTS.find(reading.words, Math.max(0, reading.at - 1))?.value;
  if (!isRanked && rank !== 'most' && rank !== 'least' && rank !== 'which') return false;
  const isMany = reading.word(0).endsWith('s');
  reading.rankedSlices = reading.limit?.count ?? (isMany ? 10 : 1);
  if (!reading.intents.has('least')) reading.intents.add('most');
  return takeBucket(reading, secondsOf(unit), 1);
};

/** A time wherever it stands. */
export const readTimeHere: Rule = (reading) => {
  const { words, present, at } = reading;
  const isLimit =
    ['last', 'latest', 'first'].includes(reading.word(0)) &&
    MEASURE_WORDS.find(words, at + 2) !== undefined &&
    countOf(words[at + 1]) !== null &&
    unitOf(words[at + 2]) === null;
  if (isLimit) return false;
  const piece = readTime(words, at, present);
  if (piece === null) return false;
  const span = reading.spanOf(at, at + piece.length);
  if (
    reading.times.length > 0 &&
    reading.intents.has('compare') &&
    reading.compare === null &&
    piece.kind === 'range'
  )
    return takePeriod(reading, at, at + piece.length, piece, false);
  reading.times.push({ piece, ...span });
  reading.at += piece.length;
  reading.role = null;
  return true;
};
