/**
 * What a series comes to over the slices of the range: the numbers of its row. Slices in which nobody looked are left
 * out, so a gap is not a zero; `last` is the latest slice somebody looked at. All null when there is none.
 */
export interface SeriesStatistics {
  readonly min: number | null;
  readonly average: number | null;
  /** The smallest value that at least 95 % of the slices do not exceed (nearest rank). */
  readonly p95: number | null;
  readonly max: number | null;
  readonly last: number | null;
  readonly total: number | null;
  /** How many slices these are. */
  readonly slices: number;
}

/** The statistics of a series. Pure. */
export function statisticsOf(values: readonly (number | null)[]): SeriesStatistics {
  const known = values.filter((value) => value !== null);
  const sorted = known.toSorted((a, b) => a - b);
  const total = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? null,
    average: total === null ? null : total / known.length,
    p95: sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? null,
    max: sorted.at(-1) ?? null,
    last: known.at(-1) ?? null,
    total,
    slices: known.length,
  };
}
