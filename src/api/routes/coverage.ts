import { type CoverageAnswer, runCoverage } from '../../analyze/index.ts';
import { bucketOrigin } from '../../query/index.ts';
import { analyzeDeps } from '../context.ts';
import {
  type Coverage,
  type CoverageMinutes,
  coverageQuerySchema,
  coverageSchema,
} from '../contract/coverage.ts';
import { remembered } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { bucketSecondsFor, readScope } from '../scope.ts';

/** What was known of the interfaces in each slice of time. */
export const coverageRoute = defineRoute({
  method: 'get',
  path: '/api/coverage',
  summary: 'Interface-minutes over time: covered, idle, skipped or unknown, and the blindest interfaces',
  query: coverageQuerySchema,
  response: coverageSchema,
  handler: async (context, query) => {
    const { range } = await readScope(context, query);
    const bucketSeconds = query.bucketSeconds ?? bucketSecondsFor(range);
    const answer = await remembered(
      context,
      ['coverage', range],
      () => context.withSession((session) => runCoverage(analyzeDeps(context, session), { range })),
      ({ interfaces }) => interfaces.reduce((sum, { intervals }) => sum + 3 * intervals.length, 0),
    );
    return {
      range,
      bucketSeconds,
      interfaces: answer.interfaces.length,
      minutes: answer.minutes,
      points: pointsOf(answer, bucketSeconds),
      blindest: blindestOf(answer, query.limit),
    };
  },
});

type Point = { startSeconds: number } & { -readonly [K in keyof CoverageMinutes]: CoverageMinutes[K] };

/** The minutes of all interfaces, slice by slice. */
function pointsOf(answer: CoverageAnswer, bucketSeconds: number): Point[] {
  const origin = bucketOrigin(bucketSeconds);
  const first = Math.floor((answer.startSeconds - origin) / bucketSeconds);
  const end = Math.ceil((answer.endSeconds - origin) / bucketSeconds);
  const points = Array.from(
    { length: Math.max(0, end - first) },
    (_, index): Point => ({
      startSeconds: (first + index) * bucketSeconds + origin,
      covered: 0,
      idle: 0,
      skipped: 0,
      unknown: 0,
    }),
  );
  for (const { intervals } of answer.interfaces) {
    for (const { startSeconds, endSeconds, state } of intervals) {
      for (let at = startSeconds; at < endSeconds; ) {
        const bucket = Math.floor((at - origin) / bucketSeconds);
        const until = Math.min(endSeconds, (bucket + 1) * bucketSeconds + origin);
        const point = points[bucket - first];
        if (point !== undefined) point[state] += (until - at) / 60;
        at = until;
      }
    }
  }
  return points;
}

function blindestOf(answer: CoverageAnswer, limit: number): Coverage['blindest'] {
  const blindMinutes = ({ minutes }: CoverageAnswer['interfaces'][number]): number =>
    minutes.unknown + minutes.skipped;
  return answer.interfaces
    .filter((entry) => blindMinutes(entry) > 0)
    .toSorted((a, b) => blindMinutes(b) - blindMinutes(a))
    .slice(0, limit)
    .map(({ interfaceId, accountId, vpcId, minutes, intervals }) => ({
      interfaceId,
      accountId,
      vpcId,
      ...minutes,
      blind: blindTimes(intervals),
    }));
}

const BLIND_TIMES = 50;

function blindTimes(
  intervals: CoverageAnswer['interfaces'][number]['intervals'],
): Coverage['blindest'][number]['blind'] {
  return intervals
    .flatMap(({ startSeconds, endSeconds, state }) =>
      state === 'skipped' || state === 'unknown' ? [{ startSeconds, endSeconds, state }] : [],
    )
    .slice(0, BLIND_TIMES);
}
