import { WeirError } from '../base/index.ts';
import { type Expression, parseFilter, type TimeRange, valueOf } from '../query/index.ts';
import { type ApiContext, timeParameter } from './context.ts';
import type { Range, ScopeQuery } from './contract/common.ts';
import { lakeFacts } from './lake-facts.ts';

/** Which records a request is about, checked. */
export interface Scope {
  readonly filter: Expression;
  /** As asked; open where the request left it open. */
  readonly time: TimeRange;
  /** The same with the ends of the lake where it was left open; null on both sides when the lake is empty. */
  readonly range: Range;
}

/**
 * Reads the parameters that all views share.
 * Errors (kind `query`): `query.problems` with places in the filter, `api.bad-time`, `api.empty-range`.
 */
export async function readScope(context: ApiContext, query: ScopeQuery): Promise<Scope> {
  const { nowSeconds } = context;
  const where = query.where ?? '';
  const filter = valueOf(parseFilter(where, { nowSeconds }), where);
  const startSeconds = timeParameter('from', query.from, nowSeconds);
  const endSeconds = timeParameter('to', query.to, nowSeconds);
  if (startSeconds !== null && endSeconds !== null && startSeconds >= endSeconds) {
    throw new WeirError(
      'query',
      'api.empty-range',
      'the range ends before it begins: "to" must lie after "from"',
    );
  }
  const { firstSeconds, lastSeconds } = (await lakeFacts(context)).state;
  return {
    filter,
    time: { startSeconds, endSeconds },
    range: {
      startSeconds: startSeconds ?? firstSeconds,
      endSeconds: endSeconds ?? (lastSeconds === null ? null : lastSeconds + 1),
    },
  };
}

const BUCKET_SECONDS = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400];
const MAX_BUCKETS = 200;

/** The narrowest usual time slice that cuts a range into at most 200. */
export function bucketSecondsFor(range: Range): number {
  const span = (range.endSeconds ?? 0) - (range.startSeconds ?? 0);
  return BUCKET_SECONDS.find((seconds) => span / seconds <= MAX_BUCKETS) ?? 31 * 86_400;
}
