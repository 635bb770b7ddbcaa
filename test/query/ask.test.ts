import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePlan, decodePlan, duckdb, parseFilter, readQuestion, trino } from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake } from '../support/query-lake.ts';
import { compactReading, questionSet } from '../support/question-set.ts';

const NOW = { nowSeconds: Date.UTC(2026, 0, 31, 12) / 1000 };

const set = questionSet('expected');

/** The same question in other words, by rules that know nothing of the grammar. */
const PARAPHRASES: readonly (readonly [string, (question: string) => string])[] = [
  ['as it is', (question) => question],
  ['in capitals, with a question mark', (question) => `${question.toUpperCase()}?`],
  ['politely', (question) => `please, ${question}, thanks`],
  [
    'with other words for verdicts',
    (question) => question.replace(/\brejected\b/g, 'denied').replace(/\baccepted\b/g, 'allowed'),
  ],
  [
    'with other words for ends',
    (question) =>
      question.replace(/\bsources\b/g, 'source addresses').replace(/\bdestinations\b/g, 'destination ips'),
  ],
  [
    'with other words for time',
    (question) => question.replace(/\bin the (?:last|past) (?=\d)/g, 'over the past '),
  ],
  [
    'with other words for comparison',
    (question) => question.replace(/\bcompared (?:with|to)\b|\bversus\b/g, 'vs'),
  ],
  ['with other words for volume', (question) => question.replace(/\bby bytes\b/g, 'by volume')],
  ['spaced out', (question) => `  ${question.replaceAll(' ', '   ')}  `],
];

describe('the question set', () => {
  it('is large', () => expect(set.length).toBeGreaterThanOrEqual(200));

  it.each(set)('%s', (question, expected) => {
    expect(compactReading(readQuestion(question, NOW))).toBe(expected);
  });

  it.each(PARAPHRASES)('loses at most five in a hundred when asked %s', (_, paraphrase) => {
    const wrong = set.flatMap(([question, expected]) => {
      const reading = compactReading(readQuestion(paraphrase(question), NOW));
      return reading === expected
        ? []
        : [`${paraphrase(question)}\n  expected ${expected}\n  found    ${reading}`];
    });
    expect(wrong.length / set.length, wrong.join('\n')).toBeLessThanOrEqual(0.05);
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
    for (const [question] of set) {
      const { plan, parts } = readQuestion(question, NOW);
      if (plan === null) continue;
      expect(decodePlan(JSON.parse(JSON.stringify(plan))).measures).toHaveLength(plan.measures.length);
      expect(compilePlan(plan, trino).sql, question).not.toContain('undefined');
      const { sql, parameters } = compilePlan(plan, duckdb);
      await expect(session.rows(sql, parameters), question).resolves.toBeInstanceOf(Array);
      for (const part of parts)
        if (part.kind === 'filter') expect(parseFilter(part.text, NOW).problems, part.text).toEqual([]);
    }
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

  it.each([
    ['hello', 'query.ask-nothing'],
    ['top 10 sources of naughty traffic', 'query.ask-adjective'],
    ['traffic from bob', 'query.ask-unknown'],
    ['traffic yesterday last week', 'query.ask-conflict'],
    ['traffic by country', 'query.not-recorded'],
    ['delete all flows', 'query.not-recorded'],
    ['who connected to 10.0.0.5 at lunchtime', 'query.ask-refused'],
    ['x'.repeat(2001), 'query.too-long'],
  ])('refuses "%s" with %s', (question, code) => {
    const answer = readQuestion(question, NOW);
    expect(answer.plan).toBeNull();
    expect(answer.problems.map((found) => found.code)).toContain(code);
  });

  it('is made of any text without throwing', () => {
    const words = [
      'top',
      '10',
      'from',
      'to',
      '10.0.0.1',
      'yesterday',
      'last',
      'week',
      'more',
      'than',
      '5',
      'GB',
      'by',
      'port',
      'not',
      'or',
      'and',
      'between',
      'compared',
      'with',
      'the',
      'same',
      'january',
      '31',
      'ssh',
      'who',
      'did',
      'sent',
      '>',
      'per',
      'hour',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((list) => list.join(' ')),
        ),
        (text) => {
          const answer = readQuestion(text, NOW);
          expect(answer.plan === null).toBe(answer.problems.length > 0);
          if (answer.plan !== null) expect(compilePlan(answer.plan, duckdb).sql).not.toContain('undefined');
        },
      ),
      { numRuns: 3000, seed: 23 },
    );
  });
});
