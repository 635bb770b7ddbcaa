import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../src/query/index.ts';
import { PARAPHRASES } from '../support/paraphrases.ts';
import {
  compactReading,
  isAsExpected,
  QUESTION_SETS,
  QUESTIONS_NOW,
  questionSet,
  refusedQuestions,
} from '../support/question-set.ts';

const NOW = { nowSeconds: QUESTIONS_NOW };
const read = (question: string): string => compactReading(readQuestion(question, NOW));

/** Refusals may give another reason when a question is put in other words. */
const questions = QUESTION_SETS.flatMap((name) =>
  questionSet(name).map(([question, expected]) => ({
    question,
    expected: expected.startsWith('refused') ? 'refused' : expected,
  })),
);
const right = questions.filter(({ question, expected }) => isAsExpected(read(question), expected));

/** So many of a list that a rule takes a moment, spread over the whole of it, the same each time. */
const MOST = 80;
function spread<T>(list: readonly T[]): readonly T[] {
  const step = Math.max(1, list.length / MOST);
  return list.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}
const refused = spread(refusedQuestions());

describe('a question in other words', () => {
  it('is put in more than fifty ways', () => expect(PARAPHRASES.length).toBeGreaterThan(50));

  it.each(PARAPHRASES)('is read the same but for five in a hundred: $name', ({ rewrite }) => {
    const changed = spread(right.filter(({ question }) => rewrite(question) !== question));
    expect(changed.length).toBeGreaterThan(0);
    const wrong = changed.flatMap(({ question, expected }) => {
      const found = read(rewrite(question));
      return isAsExpected(found, expected)
        ? []
        : [`${rewrite(question)}\n  expected ${expected}\n  found    ${found}`];
    });
    expect(wrong.length / changed.length, wrong.join('\n')).toBeLessThanOrEqual(0.05);
  });

  it.each(PARAPHRASES)('is refused when it was before, but for three in a hundred: $name', ({ rewrite }) => {
    const accepted = refused.flatMap(({ question }) => {
      const found = read(rewrite(question));
      return found.startsWith('refused') ? [] : [`${rewrite(question)}\n  found ${found}`];
    });
    expect(accepted.length / refused.length, accepted.join('\n')).toBeLessThanOrEqual(0.03);
  });
});
