import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../src/query/index.ts';
import { QUESTIONS_NOW, refusedQuestions } from '../support/question-set.ts';

const NOW = { nowSeconds: QUESTIONS_NOW };

describe('a question that cannot be answered', () => {
  it('comes in many kinds', () => expect(refusedQuestions().length).toBeGreaterThanOrEqual(100));

  it.each(refusedQuestions())('is refused: $question', ({ question, reason }) => {
    const { plan, problems } = readQuestion(question, NOW);
    expect(plan).toBeNull();
    expect(problems.map(({ message }) => message).join('\n')).toContain(reason);
    for (const { start, end } of problems) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(question.length);
      expect(start).toBeLessThan(end);
    }
  });

  it.each([
    ['hello', 'query.ask-nothing'],
    ['top 10 sources of naughty traffic', 'query.ask-adjective'],
    ['traffic from bob', 'query.ask-unknown'],
    ['traffic yesterday last week', 'query.ask-conflict'],
    ['traffic by country', 'query.not-recorded'],
    ['delete all flows', 'query.not-recorded'],
    ['who connected to 10.0.0.5 at lunchtime', 'query.ask-refused'],
    ['x'.repeat(2001), 'query.too-long'],
    ['top '.repeat(300), 'query.ask-refused'],
  ])('says why by code: "%s" is %s', (question, code) => {
    const { plan, problems } = readQuestion(question, NOW);
    expect(plan).toBeNull();
    expect(problems.map((found) => found.code)).toContain(code);
  });

  it('offers the word that was probably meant', () => {
    const [found] = readQuestion('traffic form 10.0.0.5', NOW).problems;
    expect(found).toMatchObject({ start: 8, end: 12, suggestion: 'from' });
  });

  it('offers no word that stands there already', () => {
    const problems = readQuestion('traffic in the first half of the hour', NOW).problems;
    expect(problems.map(({ suggestion }) => suggestion)).toEqual([null]);
  });

  it('names the whole phrase that it means', () => {
    const [found] = readQuestion('which subnets saw an increase in rejects', NOW).problems;
    expect(found?.message).toMatch(/^an increase in cannot be asked/);
  });

  it('is refused in a zone that does not exist', () => {
    const { problems } = readQuestion('rejects today', { ...NOW, zone: 'Mars/Olympus' });
    expect(problems.map(({ code }) => code)).toEqual(['query.unknown-value']);
  });
});
