import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compilePlan, duckdb, parseFilter, planOf, printFilter } from '../../src/query/index.ts';
import { withoutSpans } from '../../src/query/plan/walk.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { meets } from '../support/naive-filter.ts';
import { anyCondition, anyFlow } from '../support/query-arbitrary.ts';
import { openQueryLake, type TestFlow } from '../support/query-lake.ts';

const flows: readonly TestFlow[] = fc
  .sample(anyFlow, { numRuns: 400, seed: 7 })
  .map((flow, object_id) => ({ ...flow, object_id }));
let session: TestSession;
beforeAll(async () => {
  session = await openQueryLake(flows, '2026-01-01');
});
afterAll(() => session.close());

it('prints a condition so that it reads back the same', () => {
  fc.assert(
    fc.property(anyCondition, (condition) => {
      const text = printFilter(condition);
      const parsed = parseFilter(text);
      expect(parsed.problems, text).toEqual([]);
      expect(parsed.value && withoutSpans(parsed.value), text).toEqual(condition);
    }),
    { numRuns: 2000, seed: 11 },
  );
});

it('finds on DuckDB the records that a naive filter finds in memory', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(anyCondition, async (condition) => {
      const { sql, parameters } = compilePlan(planOf({ filter: condition, columns: ['object_id'] }), duckdb);
      const rows = await session.rows(sql, parameters);
      const ids = rows.map((row) => Number(row['object_id'])).sort((a, b) => a - b);
      const expected = flows
        .filter((flow) => meets(flow, condition))
        .map((flow) => Number(flow['object_id']));
      expect(ids, `${printFilter(condition)}\n${sql}`).toEqual(expected);
      found += ids.length;
    }),
    { numRuns: 300, seed: 13 },
  );
  expect(found).toBeGreaterThan(1000);
});
