import { planOf } from '../../query/index.ts';
import { recordsQuerySchema, recordsSchema } from '../contract/records.ts';
import { defineRoute } from '../route.ts';
import { runPlan } from '../run-plan.ts';
import { readScope } from '../scope.ts';

/** The records behind a number. */
export const recordsRoute = defineRoute({
  method: 'get',
  path: '/api/records',
  summary: 'Records, the latest first, NODATA and SKIPDATA ones included',
  query: recordsQuerySchema,
  response: recordsSchema,
  handler: async (context, query) => {
    const scope = await readScope(context, query);
    const plan = planOf({
      filter: scope.filter,
      time: scope.time,
      statuses: 'any',
      order: [{ name: 'start', descending: true }],
      // One more than asked tells whether there are more.
      limit: query.limit + 1,
    });
    const { frame, explain } = await runPlan(context, plan);
    return {
      range: scope.range,
      columns: [...frame.columns],
      rows: frame.rows.slice(0, query.limit).map((row) => [...row]),
      truncated: frame.rows.length > query.limit,
      explain,
    };
  },
});
