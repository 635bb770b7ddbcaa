import { planOf, type TimeRange } from '../../query/index.ts';
import { recordsQuerySchema, recordsSchema } from '../contract/records.ts';
import { defineRoute } from '../route.ts';
import { type PlanAnswer, runPlan } from '../run-plan.ts';
import { readScope, type Scope } from '../scope.ts';

/** The records behind a number. */
export const recordsRoute = defineRoute({
  method: 'get',
  path: '/api/records',
  summary: 'Records, the latest first, NODATA and SKIPDATA ones included',
  query: recordsQuerySchema,
  response: recordsSchema,
  handler: async (context, query) => {
    const scope = await readScope(context, query);
    // One more than asked tells whether there are more.
    const wanted = query.limit + 1;
    const ask = (time: TimeRange): Promise<PlanAnswer> =>
      runPlan(
        context,
        planOf({
          filter: scope.filter,
          time,
          statuses: 'any',
          order: [{ name: 'start', descending: true }],
          limit: wanted,
        }),
      );
    let answer: PlanAnswer | null = null;
    for (const time of latestFirst(scope)) {
      answer = await ask(time);
      if (answer.frame.rows.length >= wanted) break;
    }
    const { frame, explain } = answer ?? (await ask(scope.time));
    return {
      range: scope.range,
      columns: [...frame.columns],
      rows: frame.rows.slice(0, query.limit).map((row) => [...row]),
      truncated: frame.rows.length > query.limit,
      explain,
    };
  },
});

/** Shares of a range, from its end, that are looked at before the whole. */
const SHARES = [1 / 512, 1 / 64, 1 / 8];

/**
 * Time ranges that end where the asked one ends, each wider than the one before, the asked one last: the latest records
 * mostly lie in a corner of the lake, and all columns of the rest need not be read. Costs a fifth more when they do not.
 */
function latestFirst({ time, range }: Scope): readonly TimeRange[] {
  const { startSeconds, endSeconds } = range;
  if (startSeconds === null || endSeconds === null) return [time];
  const span = endSeconds - startSeconds;
  const ends = SHARES.map((share) => ({ ...time, startSeconds: Math.floor(endSeconds - span * share) }));
  return [...ends, time];
}
