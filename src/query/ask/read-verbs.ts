import { test } from '../plan/expression.ts';
import type { End } from './draft.ts';
import { readEntity } from './entity.ts';
import { FILLERS, ROLES, VERBS } from './lexicon/roles.ts';
import type { Reading, Rule } from './reading.ts';
import type { Word } from './words.ts';

/** `talked to`, `sent`, `contacted by`: a verb ties what stands before it to what comes after. */
export const readVerb: Rule = (reading) => {
  const { words, at } = reading;
  const found = VERBS.find(words, at);
  // "Sent by" is a preposition, "sent" a verb.
  if (found === undefined || (ROLES.find(words, at)?.length ?? 0) > found.length) return false;
  if (reading.negation !== null && !reading.negation.isUsed) {
    reading.refuse(
      reading.spanOf(at, at + found.length),
      'what did not happen cannot be listed; ask for what did',
    );
    reading.negation = null;
  }
  const byWord = words[at + found.length];
  const isPassive = byWord?.lower === 'by' && readEntity(words, at + found.length + 1)?.kind === 'address';
  // "Bytes exchanged" are the bytes.
  const isParticiple =
    words[at]?.lower === 'exchanged' && reading.measures.at(-1)?.end === words[at - 1]?.end;
  if (isParticiple) {
    reading.at++;
    return true;
  }
  reading.verbs.add(found.value);
  reading.verbAt = at;
  const isDone =
    (BE.has(words[at - 1]?.lower ?? '') || isAskedOfSubject(reading)) &&
    !reading.word(0).endsWith('ing') &&
    found.value !== 'receive';
  if (isDone) reading.isPassive = true;
  const isReceiver = (found.value === 'receive') !== (isPassive || isDone);
  const subjectEnd: End = isReceiver ? 'dst' : 'src';
  const last = reading.filters.at(-1);
  // An address right before the verb is its subject.
  if (
    last?.what.kind === 'address' &&
    ['open', 'inside', 'either'].includes(last.what.end) &&
    isSubject(reading, last.end)
  )
    reading.filters[reading.filters.length - 1] = { ...last, what: { ...last.what, end: subjectEnd } };
  const isAdjacent = last !== undefined && last.end === words[at - 1]?.end;
  if (isAdjacent && last.what.kind === 'condition' && found.value !== 'receive') reading.hasIdSubject = true;
  reading.at += found.length;
  reading.role = null;
  takeOut(reading, found.value);
  if (isPassive && byWord !== undefined) {
    reading.role = { role: 'src', word: byWord };
    reading.at++;
  }
  return true;
};

const BE: ReadonlySet<string> = new Set([
  'was',
  'were',
  'been',
  'being',
  'is',
  'are',
  'get',
  'gets',
  'got',
  'getting',
  'be',
]);

/** "Sent out" by an interface or instance is egress; for an address the end says it already. */
function takeOut(reading: Reading, verb: string): void {
  const isOut = reading.word(0) === 'out' && verb === 'send';
  if (!isOut || !reading.hasIdSubject) return;
  const condition = test('direction', { kind: 'compare', operator: '=', value: 'egress' });
  reading.addFilter({ kind: 'condition', condition }, 1);
}

/** True when nothing but words of no weight stand between a place and the verb. */
function isSubject(reading: Reading, end: number): boolean {
  const between = reading.words.slice(0, reading.at).filter((word) => word.start >= end);
  return between.every((word) => FILLERS.has(word.lower) || isOfTime(reading, word));
}

/** "Did A ever reach B": a time may stand between an address and its verb. */
function isOfTime({ times }: Reading, { start, end }: Word): boolean {
  return times.some((time) => start >= time.start && end <= time.end);
}

/** "Was 10.0.3.7 hit": the passive, with its subject in the middle. */
function isAskedOfSubject(reading: Reading): boolean {
  const last = reading.filters.at(-1);
  if (last?.what.kind !== 'address' || !isSubject(reading, last.end)) return false;
  const at = reading.words.findIndex((word) => word.start >= last.start);
  return ['was', 'were', 'been', 'is', 'are'].includes(reading.words[at - 1]?.lower ?? '');
}
