import { runValues } from '../../analyze/index.ts';
import { analyzeDeps } from '../context.ts';
import { valuesQuerySchema, valuesSchema } from '../contract/values.ts';
import { defineRoute } from '../route.ts';
import { readScope } from '../scope.ts';

/** Values to choose from while a filter is typed. */
export const valuesRoute = defineRoute({
  method: 'get',
  path: '/api/values',
  summary: 'Values of a field that occur in the lake, the most frequent first, for completion',
  query: valuesQuerySchema,
  response: valuesSchema,
  handler: async (context, { from, to, field, prefix, limit }) => {
    const { time, range } = await readScope(context, { from, to });
    const { sampleTimeoutMs } = context.config;
    const answer = await context.withSession((session) =>
      runValues(analyzeDeps(context, session), { field, prefix, limit, range: time, sampleTimeoutMs }),
    );
    return { range, ...answer, values: [...answer.values] };
  },
});
