import type { SeriesShape, TimeSeries } from './time-series.ts';
import type { ValueScale } from './value-scale.ts';

/** Height of a label, in pixels. */
export const LABEL_LINE = 15;
/** A label further than this from its series would be taken for another one's. */
const MAX_SHIFT = 32;

/** A series with the place of its name beside the plot: pixels from the top of the plot to the middle of the label. */
export interface SeriesLabel<S extends TimeSeries> {
  readonly entry: S;
  readonly top: number;
}

/**
 * Names at the right end of series, where they end, moved apart so that none lies on another. Series for which there is
 * no room near their end, the smallest first, have none. Pure. `height` is that of the plot in pixels.
 */
export function seriesLabels<S extends TimeSeries>(
  series: readonly S[],
  shape: SeriesShape,
  scale: ValueScale,
  height: number,
): readonly SeriesLabel<S>[] {
  const ends = shape === 'stacked' ? stackEnds(series) : lineEnds(series);
  const pixel = (value: number): number => ((scale.max - value) / (scale.max - scale.min)) * height;
  const wanted = ends.map(({ entry, value }) => ({ entry, at: pixel(value), size: sizeOf(entry) }));
  for (let kept: readonly Wanted<S>[] = wanted; kept.length > 0; kept = withoutSmallest(kept)) {
    const placed = apart(kept, height);
    if (placed !== null) return placed;
  }
  return [];
}

interface Wanted<S> {
  readonly entry: S;
  readonly at: number;
  readonly size: number;
}

/** All labels at least a line from each other, or null when one would be too far from where its series ends. */
function apart<S extends TimeSeries>(
  wanted: readonly Wanted<S>[],
  height: number,
): readonly SeriesLabel<S>[] | null {
  const sorted = wanted.toSorted((a, b) => a.at - b.at);
  const tops: number[] = [];
  for (const [index, { at }] of sorted.entries())
    tops.push(Math.max(at, LABEL_LINE / 2, (tops[index - 1] ?? -LABEL_LINE) + LABEL_LINE));
  let limit = height - LABEL_LINE / 2;
  for (let index = tops.length - 1; index >= 0; index--) {
    tops[index] = Math.min(tops[index] ?? 0, limit);
    limit = (tops[index] ?? 0) - LABEL_LINE;
  }
  const labels = sorted.map(({ entry }, index) => ({ entry, top: tops[index] ?? 0 }));
  const isNear = sorted.every(({ at }, index) => Math.abs((tops[index] ?? 0) - at) <= MAX_SHIFT);
  return isNear && (tops[0] ?? 0) >= 0 ? labels : null;
}

function withoutSmallest<S>(wanted: readonly Wanted<S>[]): readonly Wanted<S>[] {
  const least = wanted.reduce((small, one) => (one.size < small.size ? one : small));
  return wanted.filter((one) => one !== least);
}

/** The last value of each line. */
function lineEnds<S extends TimeSeries>(series: readonly S[]): readonly { entry: S; value: number }[] {
  return series.flatMap((entry) => {
    const value = entry.values.findLast((one) => one !== null);
    return value === undefined || value === null
      ? []
      : [{ entry, value: entry.isBelow === true ? -value : value }];
  });
}

/** The middle of each part of the last bar that has any. */
function stackEnds<S extends TimeSeries>(series: readonly S[]): readonly { entry: S; value: number }[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  let last = length - 1;
  while (last > 0 && series.every(({ values }) => (values[last] ?? 0) === 0)) last--;
  const reached = { above: 0, below: 0 };
  return series.flatMap((entry) => {
    const value = entry.values[last] ?? 0;
    if (value <= 0) return [];
    const side = entry.isBelow === true ? 'below' : 'above';
    const middle = reached[side] + value / 2;
    reached[side] += value;
    return [{ entry, value: side === 'below' ? -middle : middle }];
  });
}

function sizeOf({ values }: TimeSeries): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
