import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePlan, decodePlan, duckdb, parseFilter, readQuestion, trino } from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake } from '../support/query-lake.ts';
import {
  compactReading,
  isAsExpected,
  QUESTION_SETS,
  QUESTIONS_NOW,
  questionSet,
} from '../support/question-set.ts';

const NOW = { nowSeconds: QUESTIONS_NOW };

const sets = QUESTION_SETS.map((name) => [name, questionSet(name)] as const);

function misses(questions: ReturnType<typeof questionSet>): readonly string[] {
  return questions.flatMap(([question, expected]) => {
    const found = compactReading(readQuestion(question, NOW));
    return isAsExpected(found, expected) ? [] : [`${question}\n  expected ${expected}\n  found    ${found}`];
  });
}

describe('the question sets', () => {
  it('are large', () => {
    const sizes = sets.map(([name, questions]) => [name, questions.length]);
    expect(sizes).toEqual([
      ['expected', 269],
      ['held-out-1', 223],
      ['held-out-2', 106],
      ['held-out-3', 54],
      ['held-out-4', 100],
      ['held-out-5', 60],
      ['held-out-6', 44],
      ['held-out-7', 60],
      ['held-out-8', 60],
      ['held-out-9', 59],
      ['held-out-10', 58],
      ['held-out-11', 58],
      ['held-out-12', 59],
      ['held-out-13', 30],
    ]);
  });

  it('are read as a person expects: all of the first, 95 in 100 of all together and 90 of each', () => {
    const wrong = sets.map(([name, questions]) => ({
      name,
      of: questions.length,
      missed: misses(questions),
    }));
    expect(wrong[0]?.missed.join('\n')).toBe('');
    const all = wrong.flatMap(({ missed }) => missed);
    const count = wrong.reduce((sum, { of }) => sum + of, 0);
    expect(all.length / count, all.join('\n')).toBeLessThanOrEqual(0.05);
    for (const { name, of, missed } of wrong)
      expect(missed.length / of, `${name}\n${missed.join('\n')}`).toBeLessThanOrEqual(0.1);
  });
});

describe('an answer', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await openQueryLake(
      [
        {
          start: 1_769_817_600,
          end: 1_769_817_660,
          srcaddr: '10.0.0.5',
          dstaddr: '203.0.113.9',
          log_status: 'OK',
          bytes: 6e9,
          packets: 3,
          action: 'ACCEPT',
          instance_id: 'i-1',
          direction: 'egress',
          protocol: 6,
          dstport: 443,
          svc_port: 443,
        },
      ],
      '2026-01-01',
    );
  });
  afterAll(() => session.close());

  it('runs for every question that has a plan', async () => {
    // Values are parameters, so that questions of one form are one statement, which runs once.
    const ran = new Set<string>();
    for (const [question] of sets.flatMap(([, questions]) => questions)) {
      const { plan, parts } = readQuestion(question, NOW);
      if (plan === null) continue;
      expect(decodePlan(JSON.parse(JSON.stringify(plan))).measures).toHaveLength(plan.measures.length);
      expect(compilePlan(plan, trino).sql, question).not.toContain('undefined');
      const { sql, parameters } = compilePlan(plan, duckdb);
      if (!ran.has(sql)) await expect(session.rows(sql, parameters), question).resolves.toBeInstanceOf(Array);
      ran.add(sql);
      for (const part of parts)
        if (part.kind === 'filter')
          expect(parseFilter(part.text, { ...NOW, source: plan.source }).problems, part.text).toEqual([]);
    }
    expect(ran.size).toBeGreaterThan(100);
  });

  it('is right', async () => {
    const { plan } = readQuestion('which instances used more than 5 GB of egress today', NOW);
    expect(plan).not.toBeNull();
    if (plan === null) return;
    const { sql, parameters } = compilePlan(plan, duckdb);
    expect(await session.rows(sql, parameters)).toEqual([{ instance_id: 'i-1', bytes: 6_000_000_000n }]);
  });
});

describe('a reading', () => {
  it('shows its parts with their places', () => {
    const question = 'top 10 sources of rejected traffic to 10.0.3.7 yesterday by bytes';
    const { parts } = readQuestion(question, NOW);
    expect(
      parts.map((part) => `${part.kind} ${part.text} <- ${question.slice(part.start, part.end)}`),
    ).toEqual([
      'filter action = REJECT <- rejected',
      'filter dstaddr = 10.0.3.7 <- 10.0.3.7',
      'dimension srcaddr <- sources',
      'measure bytes <- bytes',
      'time from 2026-01-30T00:00:00Z until 2026-01-31T00:00:00Z <- yesterday',
      'limit 10 <- top 10',
    ]);
  });

  it('says which words it did not use', () => {
    expect(readQuestion('which ports are blocked most vigorously', NOW).unused).toEqual([
      { text: 'vigorously', start: 29, end: 39 },
    ]);
  });
});
