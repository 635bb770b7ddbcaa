import { ALWAYS } from '../plan/expression.ts';
import type { Plan, TimeRange } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { normalizePlan } from './normalize.ts';

/** The plan of steps over all events of a time range. `inner` are the plans that the steps read. */
export function planOfSteps(time: TimeRange, steps: readonly Step[], inner: readonly Plan[]): Plan {
  return normalizePlan({
    source: 'flows',
    time,
    statuses: 'any',
    filter: ALWAYS,
    columns: [],
    dimensions: [],
    bucket: null,
    measures: [],
    order: [],
    limit: null,
    compareShiftSeconds: null,
    bidirectional: false,
    steps,
    ...(inner.length === 0 ? {} : { inner }),
  });
}

/** The same plan over a range that lies some seconds earlier, the plans that it reads included. */
export function earlierPlan(plan: Plan, shiftSeconds: number): Plan {
  const { startSeconds, endSeconds } = plan.time;
  const earlier = (seconds: number | null): number | null =>
    seconds === null ? null : seconds - shiftSeconds;
  return {
    ...plan,
    time: { startSeconds: earlier(startSeconds), endSeconds: earlier(endSeconds) },
    ...(plan.inner === undefined
      ? {}
      : { inner: plan.inner.map((inner) => earlierPlan(inner, shiftSeconds)) }),
  };
}
