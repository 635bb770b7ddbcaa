import type { Plan, TimeRange } from './plan.ts';

/** The days that the answer to a plan lies in: its range, the earlier one it is compared with, and those of inner plans. */
export function planReach(plan: Plan): TimeRange {
  const shift = plan.compareShiftSeconds ?? 0;
  const { startSeconds, endSeconds } = plan.time;
  const ranges: readonly TimeRange[] = [
    { startSeconds: startSeconds === null ? null : startSeconds - shift, endSeconds },
    ...(plan.inner ?? []).map(planReach),
  ];
  const widest = (
    values: readonly (number | null)[],
    pick: (...numbers: number[]) => number,
  ): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length < values.length ? null : pick(...known);
  };
  return {
    startSeconds: widest(
      ranges.map((range) => range.startSeconds),
      Math.min,
    ),
    endSeconds: widest(
      ranges.map((range) => range.endSeconds),
      Math.max,
    ),
  };
}
