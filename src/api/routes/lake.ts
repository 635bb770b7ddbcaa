import { lakeSchema } from '../contract/lake.ts';
import { lakeFacts } from '../lake-facts.ts';
import { defineRoute } from '../route.ts';

/** What is in the lake, and since when. */
export const lakeRoute = defineRoute({
  method: 'get',
  path: '/api/lake',
  summary: 'State of the lake: first and last record, lines by what they became, rows per table',
  response: lakeSchema,
  handler: async (context) => {
    const { state } = await lakeFacts(context);
    return { ...state, nowSeconds: context.nowSeconds };
  },
});
