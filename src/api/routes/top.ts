import type { JsonValue } from '../../engine/index.ts';
import { planOf } from '../../query/index.ts';
import type { Sums } from '../contract/common.ts';
import { topQuerySchema, topSchema } from '../contract/top.ts';
import { addIntegers, sumsOfRow } from '../integers.ts';
import { defineRoute } from '../route.ts';
import { runPlan } from '../run-plan.ts';
import { readScope } from '../scope.ts';

/** The largest groups by one or more fields, and what the rest comes to. */
export const topRoute = defineRoute({
  method: 'get',
  path: '/api/top',
  summary: 'The largest groups by one or more fields, ranked by a measure, with the rest as "Other"',
  query: topQuerySchema,
  response: topSchema,
  handler: async (context, query) => {
    const scope = await readScope(context, query);
    const by = query.by.split(',').map((name) => name.trim());
    const plan = planOf({
      filter: scope.filter,
      time: scope.time,
      by,
      measures: MEASURES,
      order: [{ name: query.measure, descending: true }],
      limit: query.limit,
      other: true,
    });
    const answer = await runPlan(context, plan);
    const fields = plan.dimensions.map((dimension) => dimension.name);
    const listed = answer.rows.filter((row) => row['other'] !== true);
    const rest = answer.rows.filter((row) => row['other'] === true);
    return {
      range: scope.range,
      fields,
      measure: query.measure,
      rows: listed.map((row) => ({ values: fields.map((name) => row[name] ?? null), sums: sumsOfRow(row) })),
      other: rest.length === 0 ? null : sumRows(rest),
      total: sumRows(answer.rows),
      explain: answer.explain,
    };
  },
});

const MEASURES = ['bytes', 'packets', 'flows', 'rejects'];

function sumRows(rows: readonly Readonly<Record<string, JsonValue>>[]): Sums {
  const total = (name: string) => addIntegers(rows.map((row) => row[name]));
  return {
    bytes: total('bytes'),
    packets: total('packets'),
    flows: total('flows'),
    rejects: total('rejects'),
  };
}
