import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../src/query/index.ts';
import { PARAPHRASES } from '../support/paraphrases.ts';
import {
  compactReading,
  isAsExpected,
  QUESTIONS_NOW,
  questionSet,
  refusedQuestions,
} from '../support/question-set.ts';

const NOW = { nowSeconds: QUESTIONS_NOW };
const read = (question: string): string => compactReading(readQuestion(question, NOW));

/** Refusals may give another reason when a question is put in other words. */
const questions = ['expected', 'held-out-1', 'held-out-2', 'held-out-3'].flatMap((name) =>
  questionSet(name).map(([question, expected]) => ({
    question,
    expected: expected.startsWith('refused') ? 'refused' : expected,
  })),
);
const right = questions.filter(({ question, expected }) => isAsExpected(read(question), expected));

describe('a question in other words', () => {
  it('is put in more than fifty ways', () => expect(PARAPHRASES.length).toBeGreaterThan(50));

  it.each(PARAPHRASES)('is read the same but for five in a hundred: $name', ({ rewrite }) => {
    const changed = right.filter(({ question }) => rewrite(question) !== question);
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
    const accepted = refusedQuestions().flatMap(({ question }) => {
      const found = read(rewrite(question));
      return found.startsWith('refused') ? [] : [`${rewrite(question)}\n  found ${found}`];
    });
    expect(accepted.length / refusedQuestions().length, accepted.join('\n')).toBeLessThanOrEqual(0.03);
  });
});
