import { columnBySpelling, kindOfPair, pairBySpelling, QUERY_COLUMNS } from '../columns.ts';
import { ALWAYS, type EitherPair } from '../plan/expression.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import type { FilterContext, Subject } from './context.ts';
import { subjectOf } from './value.ts';
import { NOT_RECORDED, TERM_WORDS } from './words.ts';

/** The subject that a word names; an unknown word is noted and stands for a column of text. */
export function subjectOfWord(context: FilterContext, word: string, span: Span): Subject {
  const pair = pairBySpelling(word);
  if (pair !== undefined) return pairSubject(pair);
  const found = columnBySpelling(word);
  const source = context.options.source ?? 'flows';
  if (found?.sources.includes(source) === true) return { ...subjectOf(found), pair: null, implied: ALWAYS };
  if (found === undefined && NOT_RECORDED.has(word.toLowerCase())) throw refusal(word, span);
  const candidates = QUERY_COLUMNS.filter((entry) => entry.sources.includes(source)).flatMap((entry) => [
    entry.name,
    ...entry.aliases,
  ]);
  const suggestion = suggest(word, [...TERM_WORDS, ...candidates]);
  if (found !== undefined) {
    const reason =
      source === 'flows' ? 'it is a field of transit gateway records' : 'it is a field of VPC records';
    context.problems.push(problem('query.not-recorded', span, { what: word, reason }));
  } else {
    context.problems.push(problem('query.unknown-field', span, { name: word }, { suggestion }));
  }
  return { name: word, kind: 'text', words: [], pair: null, implied: ALWAYS };
}

/** The subject of a column that exists. */
export function columnSubject(name: string): Subject {
  const found = columnBySpelling(name);
  if (found === undefined) throw new RangeError(`no column ${name}`);
  return { ...subjectOf(found), pair: null, implied: ALWAYS };
}

/** The subject of a both-sides word. */
export function pairSubject(pair: EitherPair): Subject {
  return { name: pair, kind: kindOfPair(pair), words: [], pair, implied: ALWAYS };
}

/** The end of a parse at a word for what flow logs do not hold. */
export function refusal(word: string, span: Span): ParseStop {
  const reason = NOT_RECORDED.get(word.toLowerCase()) ?? '';
  return new ParseStop(problem('query.not-recorded', span, { what: word, reason }));
}
