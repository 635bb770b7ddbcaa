import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan, decodePlan, duckdb, readQuestion } from '../../src/query/index.ts';
import { QUESTION_SETS, QUESTIONS_NOW, questionSet } from '../support/question-set.ts';

const NOW = { nowSeconds: QUESTIONS_NOW };
const ALL = QUESTION_SETS.flatMap((name) => questionSet(name).map(([question]) => question));
const WORDS = [...new Set(ALL.flatMap((question) => question.split(/\s+/)))];

/** Texts of any kind, words of questions in any order, and questions with a piece cut out or doubled. */
const texts = fc.oneof(
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 16 }).map((list) => list.join(' ')),
  fc.tuple(fc.constantFrom(...ALL), fc.nat(80), fc.nat(20)).map(([question, from, length]) => {
    return question.slice(0, from) + question.slice(from + length);
  }),
  fc.tuple(fc.constantFrom(...ALL), fc.constantFrom(...ALL)).map(([left, right]) => `${left} ${right}`),
);

describe('any text', () => {
  it('is read without throwing: a plan that compiles and has places, or problems', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const answer = readQuestion(text, NOW);
        expect(answer.plan === null).toBe(answer.problems.length > 0);
        for (const { start, end } of [...answer.parts, ...answer.unused, ...answer.problems]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        if (answer.plan === null) return;
        expect(compilePlan(answer.plan, duckdb).sql).not.toContain('undefined');
        const { startSeconds, endSeconds } = answer.plan.time;
        if (startSeconds !== null && endSeconds !== null) expect(startSeconds).toBeLessThan(endSeconds);
        expect(JSON.stringify(decodePlan(JSON.parse(JSON.stringify(answer.plan))))).toBe(
          JSON.stringify(answer.plan),
        );
      }),
      { numRuns: 800, seed: 31 },
    );
  });

  it('gives the same plan each time, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), texts, (question, before) => {
        const first = JSON.stringify(readQuestion(question, NOW));
        readQuestion(before, NOW);
        expect(JSON.stringify(readQuestion(question, NOW))).toBe(first);
      }),
      { numRuns: 200, seed: 32 },
    );
  });

  it.each([
    ['one long word', 'a'.repeat(2000)],
    ['digits', '1'.repeat(2000)],
    ['dots', '1.'.repeat(1000)],
    ['colons', 'a:'.repeat(1000)],
    ['slashes', 'a/'.repeat(1000)],
    ['quotes', '"a '.repeat(600)],
    ['dashes', '1-'.repeat(1000)],
    ['commas', '1,'.repeat(1000)],
    ['arrows', '->'.repeat(1000)],
    ['addresses', '10.0.0.1, '.repeat(190)],
    ['times', 'between 02:00 and '.repeat(50)],
    ['units', '1h'.repeat(900)],
    ['misspelt', 'rejceted '.repeat(199)],
    ['names of objects', 'constructor __proto__ toString hasOwnProperty valueOf '.repeat(30)],
  ])('of %s ends soon', (_, text) => {
    const before = performance.now();
    readQuestion(text, NOW);
    // Linear work takes a few milliseconds; a regular expression gone wrong takes minutes.
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
