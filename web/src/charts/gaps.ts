import type { Coverage } from '../../../src/api/index.ts';
import { sliceCount, type TimeAxis } from './time-axis.ts';

/** Slices in which no interface was seen in any way. Without a coverage table every slice counts as seen. */
export function gapsOf(coverage: Coverage | null, axis: TimeAxis): readonly number[] {
  if (coverage === null || coverage.interfaces === 0) return [];
  const seen = new Set(
    coverage.points
      .filter((point) => point.covered + point.idle + point.skipped > 0)
      .map((point) => Math.round((point.startSeconds - axis.startSeconds) / axis.bucketSeconds)),
  );
  return Array.from({ length: sliceCount(axis) }, (_, index) => index).filter((index) => !seen.has(index));
}
