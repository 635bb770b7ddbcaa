import { parseSize } from '../../base/index.ts';
import { planOf } from '../plan/build.ts';
import type { ValueTest } from '../plan/expression.ts';
import { column } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import { serviceName } from '../words/services.ts';
import { CONDITIONS, EXTERNAL_HOSTS } from './lexicon/conditions.ts';
import { AGGREGATED, AGGREGATES, DIMENSIONS, MEASURE_WORDS, SUMS } from './lexicon/nouns.ts';
import { FILLERS, INTENTS, ROLES } from './lexicon/roles.ts';
import { hasOtherLimit } from './read-entities.ts';
import { takeWay } from './read-nouns.ts';
import type { Reading, Rule } from './reading.ts';
import { DISTINCT_MEASURES, isDistinct, OPERATORS } from './tables.ts';
import { unitOf } from './time/calendar.ts';
import { numberAt, own, type Word } from './words.ts';

/** An amount with its unit: what it counts is bytes, a rate, or left to the noun after it. */
export interface Amount {
  readonly value: number;
  readonly length: number;
  readonly of: 'bytes' | 'bps' | 'pps' | null;
}

/** `more than 5 GB`, `at least 100 connections`, `between 1 GB and 5 GB`, `bytes > 1MB`. */
export const readThreshold: Rule = (reading) => {
  const { words } = reading;
  const isExact = EXACT.has(reading.word(0));
  const found = isExact ? undefined : ROLES.find(words, reading.at);
  if (found === undefined && !isExact) return false;
  const operator = found === undefined ? '=' : OPERATORS[found.value];
  if (operator === undefined) return reading.word(0) === 'between' && readBetween(reading);
  const start = reading.at + (found?.length ?? 1);
  const amount = amountAt(words, start);
  if (amount === null || (unitOf(words[start + amount.length]) !== null && amount.of === null)) return false;
  const end = start + amount.length;
  if (isPortRather(reading, amount, end)) return false;
  return takeThreshold(reading, { kind: 'compare', operator, value: amount.value }, amount.of, end);
};

const EXACT: ReadonlySet<string> = new Set(['exactly', 'precisely']);

function readBetween(reading: Reading): boolean {
  const { words } = reading;
  const low = amountAt(words, reading.at + 1);
  if (low === null || words[reading.at + 1 + low.length]?.lower !== 'and') return false;
  const second = reading.at + 2 + low.length;
  const high = amountAt(words, second);
  if (high === null) return false;
  const end = second + high.length;
  const noun =
    MEASURE_WORDS.find(words, end) ?? DIMENSIONS.find(words, end + (isDistinct(words[end]) ? 1 : 0));
  const of = high.of ?? low.of;
  if (of === null && noun === undefined) return false;
  // "Between 1 and 5 GB" says the unit once.
  const scale =
    low.of === null && high.of !== null
      ? (amountAt([one(words, second), ...words.slice(second + 1)], 0)?.value ?? 1)
      : 1;
  const value: ValueTest = {
    kind: 'between',
    low: low.value * (low.of === null && high.of !== null ? scale : 1),
    high: high.value,
  };
  return takeThreshold(reading, value, of, end);
}

/** The word with its number made one, which leaves the value of the unit. */
function one(words: readonly Word[], at: number): Word {
  const word = words[at] ?? { text: '', lower: '', start: 0, end: 0 };
  return { ...word, lower: word.lower.replace(/^[\d.]+/, '1') };
}

const SIZE_UNITS =
  /^(?:([kmgtp])(i?)b|b|([kmgtp])|bytes?|(kilo|mega|giga|tera|peta)bytes?|gigs?|megs?|(kibi|mebi|gibi|tebi)bytes?)$/;
const BIT_RATES: Readonly<Record<string, number>> = {
  bps: 1,
  kbps: 1e3,
  mbps: 1e6,
  gbps: 1e9,
  'kbit/s': 1e3,
  'mbit/s': 1e6,
  'gbit/s': 1e9,
};

/** `5 GB`, `5GB`, `1.5 terabytes`, `1,000`, `two hundred`, `100 Mbps`, `10k`. */
export function amountAt(words: readonly Word[], at: number): Amount | null {
  const lower = words[at]?.lower ?? '';
  const rate = /^(\d+(?:\.\d+)?)([kmg]?bps|pps)$/.exec(lower);
  if (rate !== null) {
    const unit = rate[2] ?? '';
    return {
      value: Number(rate[1]) * (own(BIT_RATES, unit) ?? 1),
      length: 1,
      of: unit === 'pps' ? 'pps' : 'bps',
    };
  }
  const counted = /^\d+\.\d+$/.test(lower) ? { value: Number(lower), length: 1 } : numberAt(words, at);
  const joined = counted === null && /^\d/.test(lower) ? parseSize(lower) : null;
  if (joined !== null) return { value: joined, length: 1, of: lower.endsWith('b') ? 'bytes' : null };
  if (counted === null) return null;
  const unit = words[at + counted.length]?.lower ?? '';
  const bits = own(BIT_RATES, unit);
  if (bits !== undefined || unit === 'pps')
    return {
      value: counted.value * (bits ?? 1),
      length: counted.length + 1,
      of: unit === 'pps' ? 'pps' : 'bps',
    };
  const size = SIZE_UNITS.exec(unit);
  if (size === null || unit === 'm' || unit === 'k' || unit === 'g' || unit === 't' || unit === 'p')
    return { ...counted, of: null };
  const prefix =
    (size[1] ??
      size[3] ??
      size[4]?.[0] ??
      (unit.startsWith('gig') ? 'g' : unit.startsWith('meg') ? 'm' : '')) ||
    (size[5]?.[0] ?? '');
  const isBinary = size[2] === 'i' || size[5] !== undefined;
  const scale = parseSize(`1${prefix}${isBinary ? 'i' : ''}b`) ?? 1;
  return { value: counted.value * scale, length: counted.length + 1, of: 'bytes' };
}

/** "Over 443" names a port where nothing is counted. */
function isPortRather(reading: Reading, amount: Amount, end: number): boolean {
  const isBare = amount.of === null && amount.length === 1;
  if (!isBare || !['over', 'above', 'below', 'under'].includes(reading.word(0))) return false;
  const { words } = reading;
  const noun =
    MEASURE_WORDS.find(words, end) ?? DIMENSIONS.find(words, end + (isDistinct(words[end]) ? 1 : 0));
  const before = reading.measures.at(-1);
  const isOfBefore = before !== undefined && before.end === words[reading.at - 1]?.end && !before.isWeak;
  return (
    noun === undefined && !isOfBefore && reading.word(0) === 'over' && serviceName(amount.value) !== undefined
  );
}

function takeThreshold(reading: Reading, value: ValueTest, of: Amount['of'], end: number): boolean {
  const { words } = reading;
  let next = end;
  const article = words[next]?.lower === 'of' ? 1 : 0;
  const noun = MEASURE_WORDS.find(words, next + article) ?? singleAt(words, next + article);
  const skip = isDistinct(words[next]) ? 1 : 0;
  const distinct = noun === undefined ? DIMENSIONS.find(words, next + skip) : undefined;
  const before = reading.measures.at(-1);
  const isOfBefore = before !== undefined && before.end === words[reading.at - 1]?.end && of === null;
  if (of === 'bytes' && isSizeOfPacket(reading))
    reading.refuse(
      reading.spanOf(reading.at, next),
      'records hold sums of packets, not the size of each; ask for "bpp", bytes per packet',
    );
  let measure: Measure = SUMS.flows;
  if (of === 'bytes') measure = SUMS.bytes;
  else if (of !== null) measure = { name: of, aggregate: 'max', value: column(of) };
  else if (isOfBefore && before !== undefined && noun === undefined) measure = before.measure;
  else if (noun !== undefined) {
    measure = noun.value.measure;
    next += article + noun.length;
  } else if (distinct !== undefined) {
    const [name = ''] = distinct.value;
    const counted = countedMeasure(
      name,
      reading.dimensions.some((entry) => entry.columns[0] === 'srcaddr' || entry.columns[0] === 'host') ||
        reading.intents.has('who'),
    );
    if (counted === null) return false;
    measure = counted;
    next += distinct.length + skip;
  } else if (words[next]?.lower === 'times') next++;
  else if (!isOfBefore) {
    // "At least 100 rejected connections": the condition is read for itself.
    if (CONDITIONS.find(words, next) === undefined || !isNounSoon(words, next)) return false;
  }
  // In "bytes > 1 MB" the noun says what is compared, not what is shown.
  if (before !== undefined && before.end === words[reading.at - 1]?.end) reading.measures.pop();
  if (reading.threshold !== null) {
    reading.refuse(reading.spanOf(reading.at, next), 'there is a limit already, and rules here know one');
  }
  reading.threshold = { test: value, measure, ...reading.spanOf(reading.at, next) };
  reading.at = next;
  takeWay(reading);
  return true;
}

/** "At least one packet": the singular is a noun only after its number. */
function singleAt(
  words: readonly Word[],
  at: number,
): { value: { measure: Measure }; length: number } | undefined {
  const lower = words[at]?.lower;
  if (lower !== 'packet' && lower !== 'byte') return undefined;
  return { value: { measure: lower === 'packet' ? SUMS.packets : SUMS.bytes }, length: 1 };
}

/** "Packets bigger than 1500 bytes" asks for the size of a packet. */
function isSizeOfPacket({ words, at, measures }: Reading): boolean {
  const before = measures.at(-1);
  const isBigger =
    /^(?:bigger|larger|greater|smaller|over|above|below|under|exceeding|of|longer|shorter)$/.test(
      words[at]?.lower ?? '',
    );
  return before?.measure.name === 'packets' && before.end === words[at - 1]?.end && isBigger;
}

/** The measure that counts distinct values of a noun; hosts that a source talks to are destinations. */
function countedMeasure(name: string, isOfSources: boolean): Measure | null {
  const wanted = name === 'host' ? (isOfSources ? 'dstaddr' : 'srcaddr') : name;
  const known = DISTINCT_MEASURES[wanted];
  if (known !== undefined) return planOf({ measures: [known] }).measures[0] ?? null;
  return { name: `${wanted}s`, aggregate: 'count_distinct', value: column(wanted) };
}

/** `top 10`, `10 biggest`, `first 5`, `the last 20 rejects`, `limit 5`. */
export const readLimit: Rule = (reading) => {
  const { words, at } = reading;
  const leading = INTENTS.find(words, at);
  const isRank = leading?.value === 'most' || leading?.value === 'least';
  const word = reading.word(0);
  const isOldest = ['first', 'earliest', 'oldest'].includes(word);
  const isFirst = isOldest || ['latest', 'recent', 'last', 'newest', 'limit'].includes(word);
  const isMostRecent = word === 'most' && reading.word(1) === 'recent';
  const skip = isMostRecent ? 2 : isRank ? leading.length : isFirst ? 1 : 0;
  const count = numberAt(words, at + skip);
  if (count === null) return readOne(reading);
  if (hasOtherLimit(words, at) && skip === 0 && serviceName(count.value) !== undefined) return false;
  if (count !== null && SIZE_UNITS.test(words[at + skip + count.length]?.lower ?? '')) return false;
  if (count === null || count.value === 0 || unitOf(words[at + skip + count.length]) !== null) return false;
  if (!isMostRecent && skip > 0) {
    const rank = isRank ? leading.value : null;
    const isFollowed = rank !== null || word === 'limit' || isNounSoon(words, at + skip + count.length);
    return isFollowed && takeLimit(reading, count.value, skip + count.length, rank, isOldest);
  }
  if (isMostRecent) return takeLimit(reading, count.value, skip + count.length, null, false);
  const next = at + count.length;
  const trailing = INTENTS.find(words, next);
  if (trailing?.value === 'most' || trailing?.value === 'least')
    return takeLimit(reading, count.value, count.length + trailing.length, trailing.value, false);
  const isRecent = ['latest', 'newest'].includes(words[next]?.lower ?? '');
  const isMost = words[next]?.lower === 'most' && words[next + 1]?.lower === 'recent';
  if (isRecent || isMost)
    return takeLimit(reading, count.value, count.length + (isMost ? 2 : 1), null, false);
  if (!isNounSoon(words, next)) return false;
  // "Sources that sent 100 packets": more, fewer or just so many?
  const isOfThem =
    /^(?:with|had|have|has|sent|made|received|saw|got|used)$/.test(words[at - 1]?.lower ?? '') &&
    reading.dimensions.length > 0;
  if (isOfThem)
    reading.refuse(reading.spanOf(at, next), 'say "at least", "more than" or "exactly" before the number');
  // Round numbers are rows; "443 rejects" could be either.
  const isRound = count.value % 5 === 0 && count.value < 1000 && count.value !== 80;
  const isOpening =
    words.slice(0, at).every(({ lower }) => FILLERS.has(lower)) && !reading.intents.has('list');
  const isPortToo = isOpening && !isRound && serviceName(count.value) !== undefined;
  if (isPortToo)
    reading.refuse(
      reading.spanOf(at, next),
      `it may be a port or a number of rows; say "port ${count.value}" or "last ${count.value}"`,
    );
  return takeLimit(reading, count.value, count.length, null, false);
};

const ONES = /^(?:flow|connection|record|session|attempt|reject|entry|conversation)$/;

/** `the last connection`, `first rejected flow`, `earliest record`: one record at an end of time. */
function readOne(reading: Reading): boolean {
  const { words, at } = reading;
  const word = reading.word(0);
  const isOldest = ['first', 'earliest', 'oldest'].includes(word);
  if (!isOldest && !['last', 'latest', 'newest'].includes(word)) return false;
  if (['when', 'first', 'last', 'seen', 'exists'].some((intent) => reading.intents.has(intent as 'when')))
    return false;
  let noun = at + 1;
  for (let next = skipped(words, noun); next !== null; next = skipped(words, noun)) noun = next;
  if (!ONES.test(words[noun]?.lower ?? '')) return false;
  reading.intents.add('list');
  return takeLimit(reading, 1, 1, null, isOldest);
}

/** True when a noun that can be counted stands there, or after words that narrow it. */
function isNounSoon(words: readonly Word[], from: number): boolean {
  let at = from;
  for (let next = skipped(words, at); next !== null; next = skipped(words, at)) at = next;
  return isNoun(words, at);
}

/** The place after a condition; null when none stands there. */
function skipped(words: readonly Word[], at: number): number | null {
  const found = CONDITIONS.find(words, at);
  return found === undefined || isNoun(words, at) ? null : at + found.length;
}

function isNoun(words: readonly Word[], at: number): boolean {
  return (
    (DIMENSIONS.find(words, at) ?? MEASURE_WORDS.find(words, at) ?? EXTERNAL_HOSTS.find(words, at)) !==
    undefined
  );
}

function takeLimit(
  reading: Reading,
  count: number,
  length: number,
  rank: 'most' | 'least' | null,
  isOldest: boolean,
): boolean {
  if (reading.limit !== null)
    reading.refuse(reading.spanOf(reading.at, reading.at + length), 'there is a number of rows already');
  reading.limit = { count, isOldest, ...reading.take(length) };
  if (rank !== null) reading.intents.add(rank);
  return true;
}

/** `average bytes per flow`, `p95 flow size`, `maximum packets`: one number of a column of all records. */
export const readAggregate: Rule = (reading) => {
  const { words } = reading;
  const found = AGGREGATES.find(words, reading.at);
  if (found === undefined) return false;
  let next = reading.at + found.length;
  if (['of', 'number'].includes(words[next]?.lower ?? '')) next++;
  if (words[next]?.lower === 'of') next++;
  const isOfFlow = ['flow', 'record', 'connection', 'session', 'transfer'].includes(words[next]?.lower ?? '');
  const rated = MEASURE_WORDS.find(words, next);
  if (rated?.value.rate !== undefined) return takeMeanRate(reading, found.value.name, next);
  const size = AGGREGATED.find(words, next) ?? (isOfFlow ? AGGREGATED.find(words, next + 1) : undefined);
  if (size === undefined) return false;
  next += size.length + (AGGREGATED.find(words, next) === undefined ? 1 : 0);
  const per =
    ROLES.find(words, next)?.value === 'group' || ['in', 'of', 'for'].includes(words[next]?.lower ?? '');
  const article = ['a', 'an', 'the', 'each', 'single', 'one'].includes(words[next + 1]?.lower ?? '') ? 1 : 0;
  const single = article > 0 && ['single', 'one'].includes(words[next + 2]?.lower ?? '') ? 1 : 0;
  const each = words[next + 1 + article + single]?.lower ?? '';
  const isPerRecord = per && /^(?:flow|record|connection|session)s?$/.test(each);
  const isPerTime = per && unitOf(words[next + 1]) !== null;
  if (isPerTime && !isOfFlow) {
    reading.refuse(
      reading.spanOf(reading.at, next + 2),
      'a mean or peak of slices of time is not kept; ask for the series itself, as in "bytes per hour"',
    );
    reading.at = next + 2;
    return true;
  }
  if (isPerRecord) next += 2 + article + single;
  const { name, ...aggregate } = found.value;
  const measure: Measure = { name: `${name}_${size.value}`, ...aggregate, value: column(size.value) };
  reading.measures.push({ measure, isWeak: false, ...reading.spanOf(reading.at, next) });
  reading.at = next;
  reading.role = null;
  return true;
};

/** "Average throughput" is what a rate over a range is; other numbers of a rate would need one for each moment. */
function takeMeanRate(reading: Reading, name: string, next: number): boolean {
  if (name !== 'avg')
    reading.refuse(
      reading.spanOf(reading.at, next + 1),
      'rates are means over a time; ask for a series, as in "bps per minute"',
    );
  reading.at = next;
  return true;
}
