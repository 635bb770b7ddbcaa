import { test } from '../plan/expression.ts';
import { problem } from '../problem.ts';
import type { DraftMeasure, End } from './draft.ts';
import { readEntity, readPorts } from './entity.ts';
import { CONDITIONS } from './lexicon/conditions.ts';
import { DIMENSIONS, MEASURE_WORDS } from './lexicon/nouns.ts';
import { MEANT, OUTSIDE } from './lexicon/outside.ts';
import { FILLERS, INTENTS, ROLES, VERBS } from './lexicon/roles.ts';
import type { Reading, Rule } from './reading.ts';
import { nearWords } from './spelling.ts';
import { isDistinct } from './tables.ts';
import type { Word } from './words.ts';

/** `top`, `how many`, `which`: what kind of answer is wanted. */
export const readIntent: Rule = (reading) => {
  const found = INTENTS.find(reading.words, reading.at);
  if (found === undefined) return false;
  // "Get through to" does something.
  if (found.value === 'list' && (VERBS.find(reading.words, reading.at)?.length ?? 0) > found.length)
    return false;
  // "How many hosts …, and how many packets did they send" is two questions.
  const isAgain = found.value === 'howmany' || found.value === 'howmuch';
  if (isAgain && reading.word(0) === 'how' && reading.distinct !== null)
    reading.refuse(
      reading.spanOf(reading.at, reading.at + found.length),
      'it asks for two numbers of different kinds; ask for each',
    );
  // "Is not new" and "not the top" would need the opposite.
  reading.intents.add(found.value);
  if (found.value === 'howmuch') reading.intents.add('howmany');
  // "By number of ports" counts ports, it does not group by them.
  if (found.value === 'howmany') reading.role = null;
  // "The port most used by A" is used by A.
  const isByWhom =
    found.length > 1 && reading.word(found.length - 1) === 'used' && reading.word(found.length) === 'by';
  reading.at += isByWhom ? found.length - 1 : found.length;
  return true;
};

/** `bytes`, `flows`, `throughput`: what is measured. */
export const readMeasure: Rule = (reading) => {
  const found = MEASURE_WORDS.find(reading.words, reading.at);
  if (found === undefined) return false;
  const { measure, isWeak, source, rate } = found.value;
  const isAsked = reading.role?.role === 'group';
  const before = reading.measures.at(-1);
  const isListed = reading.isJoined() && before !== undefined && isNear(reading, before);
  if (isListed && before.isWeak && before.measure.name === 'flows')
    reading.measures[reading.measures.length - 1] = { ...before, isWeak: false };
  const isInList = isListed && measure.name === 'flows';
  const isOne = /^(?:flow|connection|record|session|transfer|upload|download)$/.test(
    reading.word(found.length - 1),
  );
  const span = reading.take(found.length);
  if (rate === undefined || !reading.measures.some((each) => each.measure === measure && !each.isWeak))
    reading.measures.push({ measure, isWeak: isWeak && !isAsked && !isInList, isOne, ...span });
  if (rate !== undefined) reading.rate = { unit: rate, of: measure, ...span };
  if (source !== undefined) reading.source = source;
  if (reading.role?.role !== 'group' || !reading.isJoined()) reading.role = null;
  takeWay(reading);
  takeWayBefore(reading, span.start);
  return true;
};

/** "Out bytes", "vpc-1 out bytes": the way before the noun. "In bytes" names a unit unless it opens the question. */
function takeWayBefore(reading: Reading, start: number): void {
  const at = reading.words.findIndex((word) => word.start === start);
  const way = reading.words[at - 1]?.lower;
  const before = reading.words[at - 2];
  const isFirst = before === undefined;
  const isAfterValue = reading.filters.some((entry) => entry.end === before?.end);
  if (!(way === 'out' && (isFirst || isAfterValue)) && !(way === 'in' && isFirst)) return;
  const value = way === 'in' ? 'ingress' : 'egress';
  const condition = test('direction', { kind: 'compare', operator: '=', value });
  reading.filters.push({
    what: { kind: 'condition', condition },
    isNegated: false,
    start: reading.words[at - 1]?.start ?? start,
    end: reading.words[at - 1]?.end ?? start,
  });
}

/** "Bytes out", "bytes in" and "more than 5 GB out" say the direction. */
export function takeWay(reading: Reading): void {
  const way = reading.word(0);
  if (way !== 'in' && way !== 'out') return;
  // "Bytes in each direction" groups.
  if (ROLES.find(reading.words, reading.at)?.value === 'group') return;
  const next = reading.words[reading.at + 1];
  const isLast =
    next === undefined ||
    next.lower === 'for' ||
    ROLES.find(reading.words, reading.at + 1)?.value === 'group';
  const isBoth =
    ['and', 'or', 'plus'].includes(next?.lower ?? '') || ['of', 'to'].includes(next?.lower ?? '');
  if (isBoth || (way === 'in' && !isLast)) return;
  const value = way === 'in' ? 'ingress' : 'egress';
  const condition = test('direction', { kind: 'compare', operator: '=', value });
  reading.addFilter({ kind: 'condition', condition }, 1);
}

function isNear(reading: Reading, before: DraftMeasure): boolean {
  const joiner = reading.words[reading.at - 1];
  const last = joiner?.lower === 'and' || joiner?.lower === 'plus' ? reading.words[reading.at - 2] : joiner;
  return last?.end === before.end;
}

/** `sources`, `destination ports`, `distinct hosts`: what is grouped by, or counted. */
export const readDimension: Rule = (reading) => {
  const skip = isDistinct(reading.words[reading.at]) ? 1 : 0;
  const found = DIMENSIONS.find(reading.words, reading.at + skip);
  if (found === undefined) return false;
  if (passesHead(reading, found.value, skip + found.length)) return true;
  // "Log status SKIPDATA" names a value, not a group.
  const value = CONDITIONS.find(reading.words, reading.at + skip + found.length)?.value;
  const isOfValue =
    value?.kind === 'test' && value.value.kind === 'column' && value.value.name === found.value[0];
  if (isOfValue && reading.role?.role !== 'group') {
    reading.at += skip + found.length;
    return true;
  }
  const isPer = ['per', 'each', 'every', 'for', 'in'].includes(reading.role?.word.lower ?? '');
  if (
    isPer &&
    reading.role?.role === 'group' &&
    reading.limit !== null &&
    reading.dimensions.some((entry) => entry.isAsked !== true)
  )
    reading.refuse(
      reading.spanOf(reading.at, reading.at + found.length),
      'a ranking inside each group is not kept; ask for one group, or for pairs',
    );
  // "Source count" counts them.
  const isNumber =
    ['count', 'counts'].includes(reading.word(skip + found.length)) && reading.role?.role !== 'group';
  if (isNumber && reading.distinct === null) {
    const [name = ''] = found.value;
    reading.distinct = { column: name, ...reading.take(skip + found.length + 1) };
    return true;
  }
  const isDistinctBy = skip > 0 && reading.role?.role === 'group' && reading.distinct === null;
  const span = reading.take(skip + found.length);
  const isCounted =
    isDistinctBy ||
    (reading.intents.has('howmany') &&
      reading.role?.role !== 'group' &&
      reading.distinct === null &&
      reading.measures.every((measure) => measure.isWeak) &&
      reading.role?.role !== 'dst');
  const [first = ''] = found.value;
  if (isCounted) reading.distinct = { column: first, ...span };
  else {
    noteTwoNouns(reading, span.start);
    reading.dimensions.push({
      columns: found.value,
      isAsked: reading.role?.role === 'group',
      isDistinct: skip > 0,
      ...span,
    });
  }
  if (reading.role?.role !== 'group') reading.role = null;
  return true;
};

/** "To ports other than 443" names no group, and "to my server" no address that is known. */
function passesHead(reading: Reading, columns: readonly string[], length: number): boolean {
  const role = reading.role?.role;
  if (role !== 'src' && role !== 'dst') return false;
  const next = reading.at + length;
  const isHead =
    ROLES.find(reading.words, next)?.value === 'not' &&
    readPorts(reading.words, next + (ROLES.find(reading.words, next)?.length ?? 1)) !== undefined;
  if (isHead && columns[0] === 'dstport') {
    reading.at = next;
    return true;
  }
  const isOne = !reading.word(length - 1).endsWith('s');
  if (!isOne) return false;
  const span = reading.take(length);
  reading.refuse(span, 'name the address, block or id that is meant');
  return true;
}

/** Two nouns side by side are one that rules do not know, such as "app servers". */
function noteTwoNouns(reading: Reading, start: number): void {
  const before = reading.dimensions.at(-1);
  const at = reading.words.findIndex((word) => word.start === start);
  const isBeside = before !== undefined && before.end === reading.words[at - 1]?.end;
  if (!isBeside || reading.role?.role === 'group' || reading.words[at - 1]?.comma === true) return;
  const facts = { text: reading.textOf(before), noun: reading.words[at]?.lower ?? '' };
  reading.problems.push(problem('query.ask-adjective', before, facts));
}

/** `the transit gateway`, `tgw`: the records asked for are those of transit gateways. */
export const readSource: Rule = (reading) => {
  const two = `${reading.word(0)} ${reading.word(1)}`;
  const isAll =
    ['all', 'our', 'the'].includes(reading.words[reading.at - 1]?.lower ?? '') &&
    reading.role?.role !== 'group';
  const isMany = isAll && (two === 'transit gateways' || reading.word(0) === 'tgws');
  const length =
    two === 'transit gateway'
      ? 2
      : reading.word(0) === 'tgw'
        ? 1
        : isMany
          ? two.split(' ')[1] === 'gateways'
            ? 2
            : 1
          : 0;
  const noun = isMany ? 0 : (DIMENSIONS.find(reading.words, reading.at)?.length ?? 0);
  if (length === 0 || reading.role?.role === 'group' || noun > length) return false;
  reading.source = 'tgw_flows';
  reading.take(length);
  reading.role = null;
  return true;
};

/** `from`, `to`, `by`, `except`: what the next word is for. */
export const readRole: Rule = (reading) => {
  const found = ROLES.find(reading.words, reading.at);
  const word = reading.words[reading.at];
  // "From 10.0.0.0/8 but 10.1.0.0/16".
  if (
    word?.lower === 'but' &&
    found === undefined &&
    readEntity(reading.words, reading.at + 1)?.kind === 'address'
  ) {
    reading.negation = { word, isUsed: false };
    reading.at++;
    return true;
  }
  if (found === undefined || word === undefined) return false;
  const isAll =
    ['every', 'each'].includes(word.lower) &&
    MEASURE_WORDS.find(reading.words, reading.at + 1)?.value.isWeak === true;
  // "I would like to know" goes nowhere.
  const isVerbNext =
    word.lower === 'to' &&
    (TO_VERBS.has(reading.word(1)) || INTENTS.find(reading.words, reading.at + 1)?.value === 'list');
  if (isVerbNext) reading.at++;
  if (isVerbNext) return true;
  // "Every connection" is all of them, not one group for each.
  if (isAll) reading.at++;
  if (isAll) return true;
  if (found.value === 'not') {
    if (reading.role?.role === 'group') reading.role = null;
    reading.negation = { word: reading.words[reading.at + found.length - 1] ?? word, isUsed: false };
  } else {
    tieSubject(reading, found.value);
    const isAimed = AIMED.has(reading.words[reading.at - 1]?.lower ?? '') && isAimedAt(reading, found.length);
    reading.role = { role: isAimed ? 'dst' : found.value, word };
  }
  reading.at += found.length;
  return true;
};

const AIMED: ReadonlySet<string> = new Set(
  'attempt attempts hit hits probe probes scan scans try tries access attack attacks'.split(' '),
);

/** "Attempts on port 22", "hits on 10.0.0.5": what they are on is where they go. */
function isAimedAt(reading: Reading, length: number): boolean {
  if (!['on', 'at', 'of'].includes(reading.word(0))) return false;
  const kind = readEntity(reading.words, reading.at + length)?.kind;
  return kind === 'address' || kind === 'port';
}

const TO_VERBS: ReadonlySet<string> = new Set(
  'know see get find show check list tell look understand compare view have be identify count learn determine ask'.split(
    ' ',
  ),
);

/** "A to B": an address right before "to" is where it comes from, one right before "from" where it goes. */
function tieSubject(reading: Reading, role: string): void {
  const last = reading.filters.at(-1);
  const isRightBefore = last !== undefined && last.end === reading.words[reading.at - 1]?.end;
  if (!isRightBefore || last.what.kind !== 'address' || last.isNegated) return;
  if (!['open', 'either'].includes(last.what.end) || last.what.isBetween) return;
  if (role !== 'dst' && role !== 'src') return;
  const end: End = role === 'dst' ? 'src' : 'dst';
  if (reading.words[reading.at]?.lower === 'by') return;
  reading.filters[reading.filters.length - 1] = { ...last, what: { ...last.what, end } };
}

/** Passes over a word of no weight, and keeps any other as unused, with the problem that it is. */
export function skipOrKeep(reading: Reading): void {
  const word = reading.words[reading.at];
  reading.at++;
  if (word === undefined) return;
  const isSeen = (['first', 'last', 'when', 'seen'] as const).some((intent) => reading.intents.has(intent));
  const isRanked = reading.intents.has('most') || reading.intents.has('least');
  const isFirstOrLast = ['first', 'last'].includes(word.lower) && (isSeen || isRanked);
  const isWhom =
    ['us', 'them', 'it', 'you'].includes(word.lower) && ['src', 'dst'].includes(reading.role?.role ?? '');
  if (isWhom) reading.refuse(word, 'name the address, block or interface that is meant');
  // "10.0.0.5 443 out": after a value it is the way, after a verb nothing new.
  const isWay =
    word.lower === 'out' &&
    reading.verbs.size === 0 &&
    reading.filters.at(-1)?.end === reading.words[reading.at - 2]?.end;
  if (isWay && reading.filters.length > 0) {
    reading.at--;
    const condition = test('direction', { kind: 'compare', operator: '=', value: 'egress' });
    reading.addFilter({ kind: 'condition', condition }, 1);
    return;
  }
  const outside = OUTSIDE.get(word.lower);
  if (outside !== undefined) {
    reading.problems.push(problem('query.not-recorded', word, { what: word.text, reason: outside }));
    reading.unused.push(word);
    return;
  }
  if (isFirstOrLast || FILLERS.has(word.lower)) return;
  const found = unreadable(reading, word);
  if (found !== null) reading.problems.push(found);
  reading.unused.push(word);
  reading.role = null;
}

/** The problem of a word that no rule read; null when leaving it out cannot change the question. */
function unreadable(reading: Reading, word: Word): Reading['problems'][number] | null {
  const after = reading.role?.word.lower ?? reading.words[reading.at - 2]?.lower ?? '';
  const isPlain = /^[a-z']+$/.test(word.lower) && word.isQuoted !== true;
  const near =
    isPlain && word.lower.length > 3 && !MEANT.has(word.lower)
      ? nearWords(word.lower, word.lower.length > 5 ? 2 : 1)
      : [];
  const isFree = reading.role === null && reading.negation === null && near.length === 0 && isPlain;
  // "Our bastion 10.0.0.22": a name beside an address says nothing that the address does not.
  const isBeside =
    near.length === 0 &&
    isPlain &&
    reading.negation === null &&
    !isAfterNoun(reading) &&
    namesEntity(reading);
  // "My boss wants the top talkers": nothing has been asked yet.
  const isOpening =
    reading.filters.length + reading.dimensions.length + reading.measures.length + reading.times.length ===
      0 && reading.intents.size === 0;
  const isManner = word.lower.endsWith('ly') && !/^(?:hour|dai|week|month|year|quarter)/.test(word.lower);
  if (isBeside || (isFree && (isOpening || isManner))) return null;
  const noun = MEASURE_WORDS.find(reading.words, reading.at) ?? DIMENSIONS.find(reading.words, reading.at);
  const help = { suggestion: near.includes(word.lower) ? null : (near[0] ?? null) };
  if (noun !== undefined && isPlain && reading.negation === null && word.comma !== true)
    return problem('query.ask-adjective', word, { text: word.text, noun: reading.word(0) }, help);
  return problem('query.ask-unknown', word, { text: word.text, after }, help);
}

/** "Traffic fleeing vpc-1": right after a noun a word does something, and is no name of what follows. */
function isAfterNoun({ measures, dimensions, words, at }: Reading): boolean {
  const end = words[at - 2]?.end;
  return end !== undefined && (measures.at(-1)?.end === end || dimensions.at(-1)?.end === end);
}

/** True when an address or id follows, with at most a noun between. */
function namesEntity(reading: Reading): boolean {
  const at = ['at', 'on', 'is'].includes(reading.word(0)) ? 1 : 0;
  return [at, at + 1].some((skip) => {
    const entity = readEntity(reading.words, reading.at + skip);
    const isNoun = skip === at || DIMENSIONS.find(reading.words, reading.at + at) !== undefined;
    return (
      isNoun &&
      (entity?.kind === 'address' ||
        (entity?.kind === 'condition' && /-/.test(reading.words[reading.at + skip]?.lower ?? '')))
    );
  });
}
