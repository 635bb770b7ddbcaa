import { test } from '../plan/expression.ts';
import { FLAG_NAMES } from './lexicon/conditions.ts';
import { MEASURE_WORDS, SUMS } from './lexicon/nouns.ts';
import type { Reading, Rule } from './reading.ts';

const ALL_FLAGS = 255;

/** `syn`, `syn but no ack`, `fin only`, `rst or fin`, `with the syn flag set`: a test of the TCP flags of a record. */
export const readFlags: Rule = (reading) => {
  const start = reading.at;
  let next = start;
  const lower = (): string => reading.words[next]?.lower ?? '';
  const article = ['the', 'a', 'an'].includes(reading.words[next + 1]?.lower ?? '') ? 1 : 0;
  const isLimited = ['only', 'just'].includes(lower());
  let isOnly = isLimited && FLAG_NAMES.has(reading.words[next + 1 + article]?.lower ?? '');
  if (isOnly) next += 1 + article;
  const isNamedFirst =
    ['flag', 'flags'].includes(lower()) && FLAG_NAMES.has(reading.words[next + 1]?.lower ?? '');
  if (isNamedFirst) next++;
  let all = FLAG_NAMES.get(lower());
  if (all === undefined) return false;
  next++;
  let any = 0;
  for (;;) {
    const more = FLAG_NAMES.get(reading.words[next + 1]?.lower ?? '');
    if (more === undefined || !['and', '+', 'or', 'plus', 'with'].includes(lower())) break;
    if (lower() === 'or') any |= all | more;
    else all |= more;
    next += 2;
  }
  if (['only', 'alone'].includes(lower())) {
    isOnly = true;
    next++;
  }
  const none = noneAfter(reading, next);
  next += none.length;
  if (['set', 'flag', 'flags'].includes(lower())) next++;
  if (lower() === 'set') next++;
  const bits =
    any !== 0
      ? { kind: 'bits' as const, all: 0, none: none.bits, any }
      : { kind: 'bits' as const, all, none: isOnly ? ALL_FLAGS & ~all : none.bits, any: 0 };
  reading.addFilter({ kind: 'condition', condition: test('tcp_flags', bits) }, next - start);
  // "Resets" are counted as records, where nothing else is said to be.
  if (MEASURE_WORDS.find(reading.words, reading.at) === undefined)
    reading.measures.push({ measure: SUMS.flows, isWeak: true, ...reading.spanOf(start, reading.at) });
  return true;
};

/** `but no ack`, `and not ack`, `without ack or fin`. */
function noneAfter(reading: Reading, from: number): { readonly bits: number; readonly length: number } {
  let next = from;
  const lower = (): string => reading.words[next]?.lower ?? '';
  while (['but', 'and', 'with', 'flag', 'set'].includes(lower())) next++;
  if (!['no', 'not', 'without'].includes(lower())) return { bits: 0, length: 0 };
  next++;
  if (['an', 'a', 'the', 'any'].includes(lower())) next++;
  const first = FLAG_NAMES.get(lower());
  if (first === undefined) return { bits: 0, length: 0 };
  next++;
  let bits = first;
  for (;;) {
    const more = FLAG_NAMES.get(reading.words[next + 1]?.lower ?? '');
    if (more === undefined || !['and', 'or', 'nor'].includes(lower())) break;
    bits |= more;
    next += 2;
  }
  return { bits, length: next - from };
}
