import { runTop, type TopAnswer } from '../../analyze/index.ts';
import { analyzeDeps } from '../context.ts';
import { type Top, topQuerySchema, topSchema } from '../contract/top.ts';
import { explainOf, remembered } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { readScope } from '../scope.ts';

/** The largest groups by one or more fields, and what the rest comes to. */
export const topRoute = defineRoute({
  method: 'get',
  path: '/api/top',
  summary: 'The largest groups by one or more fields, ranked by a measure, with the rest as "Other"',
  query: topQuerySchema,
  response: topSchema,
  handler: async (context, query) => {
    const { range, time, filter } = await readScope(context, query);
    const { nowSeconds } = context;
    const { by: fields, measure, limit, where } = query;
    const ask = (): Promise<TopAnswer> =>
      context.withSession((session) =>
        runTop(analyzeDeps(context, session), {
          fields,
          by: measure,
          limit,
          range: time,
          ...(where === undefined ? {} : { where, filterOptions: { nowSeconds } }),
        }),
      );
    const answer = await remembered(
      context,
      ['top', fields, measure, limit, time, filter],
      ask,
      ({ rows }) => rows.length * 8,
    );
    return topOf(answer, range);
  },
});

function topOf(answer: TopAnswer, range: Top['range']): Top {
  const { fields, by, rows, other, total } = answer;
  return {
    range,
    fields: [...fields],
    measure: by,
    rows: rows.map(({ values, sums }) => ({ values: [...values], sums })),
    other: other.groups === 0 ? null : other.sums,
    total: total.sums,
    explain: explainOf(answer),
  };
}
