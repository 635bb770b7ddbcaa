import { runCoverage } from '../../analyze/index.ts';
import { type ApiContext, analyzeDeps } from '../context.ts';
import { type LakeState, lakeSchema } from '../contract/lake.ts';
import { lakeFacts } from '../lake-facts.ts';
import { remembered } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';

/** What is in the lake, and since when; as an event stream, whenever that changes. */
export const lakeRoute = defineRoute({
  method: 'get',
  path: '/api/lake',
  summary: 'State of the lake: first and last record, lines by what they became, rows per table',
  response: lakeSchema,
  event: 'lake',
  handler: async (context) => {
    const { nowSeconds } = context;
    const { state, recent } = await lakeFacts(context);
    const records = recent.reduce(
      (sum, commit) => (commit.atSeconds > nowSeconds - RATE_SECONDS ? sum + commit.records : sum),
      0,
    );
    return {
      ...state,
      nowSeconds,
      recordsPerSecond: Math.round((1000 * records) / RATE_SECONDS) / 1000,
      coverage: await lastHour(context, state.lastSeconds),
    };
  },
});

const RATE_SECONDS = 60;
const HOUR = 3600;

async function lastHour(context: ApiContext, lastSeconds: number | null): Promise<LakeState['coverage']> {
  if (lastSeconds === null) return null;
  const endSeconds = (Math.floor(lastSeconds / 60) + 1) * 60;
  const range = { startSeconds: endSeconds - HOUR, endSeconds };
  const ask = (): Promise<NonNullable<LakeState['coverage']>> =>
    context.withSession(async (session) => ({
      ...range,
      ...(await runCoverage(analyzeDeps(context, session), { range })).minutes,
    }));
  return remembered(context, ['coverage of the last hour', range], ask, () => 1);
}
