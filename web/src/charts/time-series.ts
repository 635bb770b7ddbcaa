import { type ValueScale, valueAt, valueScale } from './value-scale.ts';

/** One series over the slices of an axis. */
export interface TimeSeries {
  readonly name: string;
  readonly colour: `--${string}`;
  /** A value for each slice: zero where there was nothing, null where nobody looked. */
  readonly values: readonly (number | null)[];
  /** Drawn below the axis. */
  readonly isBelow?: boolean;
  /** Hatched, for what is not known. */
  readonly isHatched?: boolean;
}

/** A thin line behind: the same question, an earlier time. */
export interface PreviousLine {
  readonly values: readonly (number | null)[];
  readonly isBelow?: boolean;
  /** That of its series where each has a line; the neutral one when absent. */
  readonly colour?: `--${string}`;
}

/** How series stand together: one on the other, or each for itself. */
export type SeriesShape = 'stacked' | 'lines';

/** The value axis that holds the series and the lines behind them. `steps` is how many labels it may have. */
export function scaleOfSeries(
  series: readonly TimeSeries[],
  previous: readonly PreviousLine[],
  shape: SeriesShape,
  steps: number,
): ValueScale {
  const top = (isBelow: boolean): number => {
    const half = series.filter((entry) => (entry.isBelow === true) === isBelow);
    const lines = previous.filter((entry) => (entry.isBelow === true) === isBelow);
    const own = shape === 'stacked' ? [stackOf(half)] : half.map((entry) => entry.values);
    return Math.max(0, ...[...own, ...lines.map((line) => line.values)].flat().map((value) => value ?? 0));
  };
  return valueScale(top(false), top(true), steps);
}

/**
 * The series at a point of a chart: in a stack the one under the pointer, among lines the nearest. `share` is the place
 * between the top of the plot (0) and its bottom (1). Null where there is none.
 */
export function seriesAtPoint(
  series: readonly TimeSeries[],
  shape: SeriesShape,
  scale: ValueScale,
  index: number,
  share: number,
): TimeSeries | null {
  const pointed = valueAt(scale, share);
  return shape === 'stacked' ? stackedAt(series, index, pointed) : nearestAt(series, index, pointed);
}

function stackedAt(series: readonly TimeSeries[], index: number, pointed: number): TimeSeries | null {
  let reached = 0;
  for (const entry of series) {
    if ((entry.isBelow === true) !== pointed < 0) continue;
    const value = entry.values[index] ?? 0;
    if (value > 0 && Math.abs(pointed) < reached + value) return entry;
    reached += value;
  }
  return null;
}

function nearestAt(series: readonly TimeSeries[], index: number, pointed: number): TimeSeries | null {
  let nearest: { readonly entry: TimeSeries; readonly distance: number } | null = null;
  for (const entry of series) {
    const value = entry.values[index] ?? null;
    if (value === null) continue;
    const distance = Math.abs((entry.isBelow === true ? -value : value) - pointed);
    if (nearest === null || distance < nearest.distance) nearest = { entry, distance };
  }
  return nearest?.entry ?? null;
}

function stackOf(series: readonly TimeSeries[]): readonly number[] {
  const sums: number[] = [];
  for (const { values } of series) {
    for (const [index, value] of values.entries()) sums[index] = (sums[index] ?? 0) + (value ?? 0);
  }
  return sums;
}
