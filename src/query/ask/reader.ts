import { test } from '../plan/expression.ts';
import { problem } from '../problem.ts';
import type { Draft } from './draft.ts';
import { readEntity } from './entity.ts';
import { DIMENSIONS, MEASURE_WORDS } from './lexicon/nouns.ts';
import { FILLERS } from './lexicon/roles.ts';
import { readId } from './names.ts';
import { readAggregate, readLimit, readThreshold } from './read-amounts.ts';
import { readCondition } from './read-conditions.ts';
import {
  readBarePort,
  readEntityHere,
  readExternalHosts,
  readFieldHere,
  readName,
  readNounBeforeEntity,
  readOutside,
} from './read-entities.ts';
import { readFlags } from './read-flags.ts';
import { readDimension, readIntent, readMeasure, readRole, readSource, skipOrKeep } from './read-nouns.ts';
import { readBucket, readComparison, readSlices, readTimeHere } from './read-times.ts';
import { readVerb } from './read-verbs.ts';
import { readVersus } from './read-versus.ts';
import { Reading, type Rule } from './reading.ts';
import type { Present } from './time/calendar.ts';
import { settleTimes } from './time/settle.ts';
import type { Word } from './words.ts';

/** What can stand at a place, in the order in which it is tried: what takes more words, or is more certain, goes first. */
const RULES: readonly Rule[] = [
  readVersus,
  readComparison,
  readThreshold,
  readAggregate,
  readBucket,
  readFlags,
  readOutside,
  readExternalHosts,
  readName,
  readSource,
  readLongMeasure,
  readCondition,
  readTimeHere,
  readLimit,
  readSlices,
  readIntent,
  readNounBeforeEntity,
  readFieldHere,
  readEntityHere,
  readBarePort,
  readMeasure,
  readDimension,
  readVerb,
  readRole,
];

/** Reads a question word by word; what no rule knows is kept as unused, with a problem where it matters. */
export function readWords(words: readonly Word[], present: Present): { reading: Reading; draft: Draft } {
  const reading = new Reading(words, present);
  while (reading.at < words.length) {
    const before = reading.at;
    const isRead = RULES.some((rule) => rule(reading));
    if (!isRead || reading.at === before) skipOrKeep(reading);
  }
  noteQuestionForm(reading);
  noteWhere(reading);
  noteNow(reading);
  noteExternalSubject(reading);
  noteAdjectives(reading);
  noteDistinct(reading);
  noteNegation(reading);
  const time = noteTime(reading);
  return { reading, draft: { ...reading, time } };
}

/** "Packets lost to blackhole routes" is a measure as a whole; its words mean other things alone. */
function readLongMeasure(reading: Reading): boolean {
  const found = MEASURE_WORDS.find(reading.words, reading.at);
  return found !== undefined && found.length > 1 && readMeasure(reading);
}

const FORMS = new Set(['exist', 'exists', 'did', 'has', 'have', 'does', 'do', 'was', 'were', 'is', 'are']);
const ANY = new Set(['any', 'anything', 'anyone', 'anybody', 'something', 'someone', 'somebody']);

/** "Did A reach B", "has A …" ask whether it happened. */
function noteQuestionForm(reading: Reading): void {
  const { filters, measures, dimensions, intents, verbs } = reading;
  const isCompared = reading.compare !== null || intents.has('compare');
  if (isCompared) intents.delete('exists');
  const first = openingWord(reading);
  noteUniversal(reading, first);
  noteAbility(reading);
  const hasAddress = filters.some((entry) => entry.what.kind === 'address');
  dropObjects(reading, first);
  const isBare = measures.length === 0 && dimensions.length === 0 && hasAddress;
  if (!isCompared && (ANY.has(first) || (isBare && FORMS.has(first) && !first.startsWith('d'))))
    intents.add('exists');
  const asksElse =
    isCompared ||
    (['howmany', 'list', 'who', 'which', 'most'] as const).some((intent) => intents.has(intent));
  const isForm = FORMS.has(first) || asksWhether(reading);
  if (isForm && (verbs.size > 0 || filters.length > 0) && !asksElse) intents.add('exists');
}

/** "I want to know if 10.0.0.5 talked to 10.0.0.9" asks what "did" would ask. */
function asksWhether({ words }: Reading): boolean {
  const at = words.findIndex(({ lower }) => lower === 'if' || lower === 'whether');
  const isLed = words.slice(0, Math.max(0, at)).every(({ lower }) => FILLERS.has(lower) || lower === 'to');
  return at >= 0 && isLed && readEntity(words, at + 1)?.kind === 'address';
}

/** "Did 10.0.0.5 talk to other machines", "has any host …" ask whether it happened; the machines are no group. */
function dropObjects({ dimensions, verbAt, words, filters }: Reading, first: string): void {
  const verb = words[verbAt];
  const hasSubject = filters.some((entry) => verb !== undefined && entry.start < verb.start);
  if (!FORMS.has(first)) return;
  for (let i = dimensions.length - 1; i >= 0; i--) {
    const entry = dimensions[i];
    if (entry?.columns[0] !== 'host' || entry.isAsked === true) continue;
    const before = words[words.findIndex((word) => word.start === entry.start) - 1]?.lower ?? '';
    const isObject = verb !== undefined && hasSubject && entry.start > verb.start;
    if (isObject || ['any', 'some'].includes(before)) dimensions.splice(i, 1);
  }
}

const ORIGINS: ReadonlySet<string> = new Set(
  'come comes came coming originate originates originating sent'.split(' '),
);
const GOING: ReadonlySet<string> = new Set('go goes went going gone'.split(' '));

/** "Where does 10.0.0.5 send", "where do rejects come from": what is asked for is the other end. */
function noteWhere(reading: Reading): void {
  const { words, dimensions, verbs } = reading;
  const at = words.findIndex(({ lower }) => lower === 'where');
  const word = words[at];
  if (word === undefined || dimensions.length > 0) return;
  const lowers = words.slice(at).map(({ lower }) => lower);
  const isAsked =
    FORMS.has(lowers[1] ?? '') &&
    words.slice(0, at).every(({ lower }) => FILLERS.has(lower) || lower === 'from');
  const from = lowers.findIndex((lower, i) => lower === 'from' && ORIGINS.has(lowers[i - 1] ?? ''));
  const isFrom = from > 0 && (isAsked || from === lowers.length - 1);
  const isTo =
    isAsked && (lowers.some((lower) => GOING.has(lower)) || verbs.has('send') || verbs.has('talk'));
  if (!isAsked && !isFrom) return;
  if (!isFrom && !isTo) {
    reading.refuse(
      word,
      'say whether what is asked for sends or receives, as in "which sources" or "which destinations"',
    );
    return;
  }
  const { start, end } = word;
  dimensions.push({ columns: [isFrom ? 'srcaddr' : 'dstaddr'], start, end });
  reading.intents.delete('exists');
  reading.intents.add('which');
}

/** "Now compared with yesterday" has no length. */
function noteNow(reading: Reading): void {
  const now = reading.words.find(({ lower }) => lower === 'now');
  if (now !== undefined && reading.compare !== null && reading.times.length === 0)
    reading.refuse(now, 'it has no length; say how long, as in "in the last hour"');
}

/** "Were all connections accepted" is true when there are no others, which a list of those that were cannot tell. */
function noteUniversal(reading: Reading, first: string): void {
  const { words } = reading;
  const at = words.findIndex((word) => word.lower === first);
  const next = words[at + 1];
  if (!FORMS.has(first) || next === undefined || !['all', 'every', 'only'].includes(next.lower)) return;
  reading.refuse(next, 'what holds of all is shown by the others; ask for those, as in "any rejected …"');
}

/** "Can A reach B" is a matter of rules and routes; records tell whether it did. */
function noteAbility(reading: Reading): void {
  for (const [at, word] of reading.words.entries()) {
    const next = reading.words[at + 1];
    if (next === undefined || !['can', 'could', 'may'].includes(word.lower)) continue;
    if (readEntity(reading.words, at + 1)?.kind === 'address' || readId(next) !== null)
      reading.refuse(word, 'records hold what happened, not what could; ask "did" instead');
  }
}

/** The word that a question opens with, after greetings, "could you tell me if" and a time. */
function openingWord({ words, times, unused }: Reading): string {
  for (const [i, word] of words.entries()) {
    const isForm = FORMS.has(word.lower) || ANY.has(word.lower);
    const isOwn = ['i', 'we', 'you'].includes(words[i - 1]?.lower ?? '');
    if (isForm && !isOwn) return word.lower;
    const isTime = times.some(({ start, end }) => word.start >= start && word.end <= end);
    const isPassedOver = FILLERS.has(word.lower) || word.lower === 'to' || unused.includes(word);
    if (!isTime && !isPassedOver) return word.lower;
  }
  return '';
}

/** "External hosts that reached port 22" came from outside. */
function noteExternalSubject(reading: Reading): void {
  if (!reading.hasExternalSubject || reading.verbs.size === 0 || reading.verbs.has('receive')) return;
  const at = reading.dimensions.findIndex((entry) => entry.columns[0] === 'host');
  const found = reading.dimensions[at] ?? reading.distinct;
  if (found === undefined || found === null) return;
  // "External hosts that 10.0.0.5 talked to" are where it went.
  const isObject = reading.filters.some(({ what }) => what.kind === 'address' && what.end === 'src');
  if (reading.dimensions[at] !== undefined)
    reading.dimensions[at] = { ...reading.dimensions[at], columns: [isObject ? 'dstaddr' : 'srcaddr'] };
  else if (reading.distinct !== null)
    reading.distinct = { ...reading.distinct, column: isObject ? 'dstaddr' : 'srcaddr' };
  if (isObject) return;
  const condition = test('direction', { kind: 'compare', operator: '=', value: 'ingress' });
  const { start, end } = found;
  reading.filters.push({ what: { kind: 'condition', condition }, isNegated: false, start, end });
}

/** A word without meaning before a noun narrows the noun in a way that would be lost. */
function noteAdjectives(reading: Reading): void {
  for (const word of reading.unused) {
    const next = reading.words.indexOf(word) + 1;
    const noun = MEASURE_WORDS.find(reading.words, next) ?? DIMENSIONS.find(reading.words, next);
    const isJudged = reading.problems.some((found) => found.start === word.start);
    const isBeside =
      readId(reading.words[next + 1] ?? word) !== null || readId(reading.words[next] ?? word) !== null;
    if (noun === undefined || isJudged || word.comma === true || isBeside) continue;
    const before = reading.words[next]?.lower ?? '';
    reading.problems.push(problem('query.ask-adjective', word, { text: word.text, noun: before }));
  }
}

/** "Unique sources per port" counts the one for each of the other. */
function noteDistinct(reading: Reading): void {
  const at = reading.dimensions.findIndex((entry) => entry.isDistinct === true);
  const found = reading.dimensions[at];
  const isBeside = reading.dimensions.some((entry) => entry.isAsked === true) || reading.bucket !== null;
  if (found === undefined || !isBeside || reading.distinct !== null || found.columns.length > 1) return;
  const [name = ''] = found.columns;
  reading.dimensions.splice(at, 1);
  reading.distinct = { column: name, start: found.start, end: found.end };
}

/** "Not" that found nothing to negate would be lost. */
function noteNegation(reading: Reading): void {
  const { negation } = reading;
  if (negation === null || negation.isUsed) return;
  reading.refuse(
    negation.word,
    'nothing that rules know follows it, and leaving it out would turn the question round',
  );
}

/** One range of all times that were named, or the problem with them. */
function noteTime(reading: Reading): Draft['time'] {
  const { times, present } = reading;
  const settled = settleTimes(
    times.map(({ piece }) => piece),
    present,
  );
  if (settled.kind === 'time') {
    const [first] = times;
    if (settled.time === null || first === undefined) return null;
    return { ...settled.time, start: first.start, end: times.at(-1)?.end ?? first.end };
  }
  const place = times[settled.at] ?? { start: 0, end: 0 };
  if (settled.kind === 'problem') reading.refuse(place, settled.reason);
  else
    reading.problems.push(
      problem('query.ask-conflict', place, { what: 'two times', text: reading.textOf(place) }),
    );
  return null;
}
