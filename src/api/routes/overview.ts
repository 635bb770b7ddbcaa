import type { JsonValue } from '../../engine/index.ts';
import { planOf } from '../../query/index.ts';
import type { Sums } from '../contract/common.ts';
import { overviewQuerySchema, overviewSchema, type VolumePoint } from '../contract/overview.ts';
import { addIntegers, integerCell } from '../integers.ts';
import { lakeFacts } from '../lake-facts.ts';
import { answerPlan, explainOf, rowObjects } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { bucketSecondsFor, readScope } from '../scope.ts';

/** Volume over time by direction and action, and the range before it. */
export const overviewRoute = defineRoute({
  method: 'get',
  path: '/api/overview',
  summary: 'Volume over time by direction and action, with totals and the range before',
  query: overviewQuerySchema,
  response: overviewSchema,
  handler: async (context, query) => {
    const scope = await readScope(context, query);
    const bucketSeconds = query.bucketSeconds ?? bucketSecondsFor(scope.range);
    const { firstSeconds } = (await lakeFacts(context)).state;
    const { startSeconds, endSeconds } = scope.range;
    const hasEarlier = startSeconds !== null && firstSeconds !== null && firstSeconds < startSeconds;
    const shift =
      hasEarlier && endSeconds !== null ? wholeBuckets(endSeconds - startSeconds, bucketSeconds) : null;
    const answer = await answerPlan(
      context,
      planOf({
        filter: scope.filter,
        time: shift === null ? scope.time : { startSeconds, endSeconds },
        by: ['direction', 'action'],
        bucketSeconds,
        measures: ['bytes', 'packets', 'flows'],
        ...(shift === null ? {} : { compareShiftSeconds: shift }),
      }),
    );
    const rows = rowObjects(answer);
    const points = rows.map((row) => pointOf(row, shift !== null));
    return {
      range: scope.range,
      bucketSeconds,
      totals: totalsOf(rows, ''),
      previousTotals: shift === null ? null : totalsOf(rows, 'previous_'),
      points,
      explain: explainOf(answer),
    };
  },
});

type Row = Readonly<Record<string, JsonValue>>;

/** Both periods share the edges of their slices, so the shift is a whole number of them. */
function wholeBuckets(seconds: number, bucketSeconds: number): number {
  return Math.ceil(seconds / bucketSeconds) * bucketSeconds;
}

function pointOf(row: Row, hasPrevious: boolean): VolumePoint {
  const previous = (name: string) => (hasPrevious ? integerCell(row[`previous_${name}`]) : null);
  return {
    startSeconds: Number(row['time']),
    direction: row['direction'] as VolumePoint['direction'],
    action: row['action'] as VolumePoint['action'],
    bytes: integerCell(row['bytes']),
    packets: integerCell(row['packets']),
    flows: integerCell(row['flows']),
    previousBytes: previous('bytes'),
    previousPackets: previous('packets'),
    previousFlows: previous('flows'),
  };
}

function totalsOf(rows: readonly Row[], prefix: '' | 'previous_'): Sums {
  const total = (name: string, of = rows) => addIntegers(of.map((row) => row[`${prefix}${name}`]));
  return {
    bytes: total('bytes'),
    packets: total('packets'),
    flows: total('flows'),
    rejects: total(
      'flows',
      rows.filter((row) => row['action'] === 'REJECT'),
    ),
  };
}
