import type { Coverage, QueryAnswer } from '../../../src/api/index.ts';
import { gapsOf } from '../charts/gaps.ts';
import type { TimeAxis } from '../charts/time-axis.ts';
import { get, post } from '../client.ts';
import { type Resource, useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';
import { directionBody, type ExploreQuestion, isMirrored, isOverTime, requestBody } from './question.ts';

/** A question and all that its picture needs: they come and go together, so that no part belongs to another question. */
export interface ExploreAnswer {
  readonly question: ExploreQuestion;
  readonly axis: TimeAxis;
  readonly answer: QueryAnswer;
  /** The whole by direction, for the rest above and below the axis; null where it is not needed. */
  readonly whole: QueryAnswer | null;
  readonly coverage: Coverage;
  /** Slices of which nothing is known. */
  readonly gaps: readonly number[];
  /** The same at the earlier time. */
  readonly gapsBefore: readonly number[];
}

/** The answer to a question; the one before stays until it is there. */
export function useExploreAnswer(question: ExploreQuestion, view: ViewProps): Resource<ExploreAnswer> {
  const key = JSON.stringify([question, requestBody(question, view), view.range.asked]);
  return useResource(key, (signal) => askExplore(question, view, signal));
}

async function askExplore(
  question: ExploreQuestion,
  view: ViewProps,
  signal: AbortSignal,
): Promise<ExploreAnswer> {
  const { range } = view;
  const { startSeconds, endSeconds, bucketSeconds } = range;
  const axis = { startSeconds, endSeconds, bucketSeconds };
  const shift = question.compareSeconds;
  const before =
    shift === null ? null : { ...axis, startSeconds: startSeconds - shift, endSeconds: endSeconds - shift };
  const [answer, whole, coverage, coverageBefore] = await Promise.all([
    post('/api/query', requestBody(question, view), signal),
    needsSides(question) ? post('/api/query', directionBody(question, view), signal) : null,
    get('/api/coverage', { ...range.asked, bucketSeconds, limit: 0 }, signal),
    before === null || !isOverTime(question.shape)
      ? null
      : get(
          '/api/coverage',
          { from: before.startSeconds, to: before.endSeconds, bucketSeconds, limit: 0 },
          signal,
        ),
  ]);
  return {
    question,
    axis,
    answer,
    whole,
    coverage,
    gaps: gapsOf(coverage, axis),
    gapsBefore: before === null ? [] : gapsOf(coverageBefore, before),
  };
}

function needsSides(question: ExploreQuestion): boolean {
  return isMirrored(question) && question.measure.isSum && question.by.length > 1;
}
