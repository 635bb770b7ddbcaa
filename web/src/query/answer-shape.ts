import type { Cell } from '../../../src/api/index.ts';
import type { Quantity } from '../format.ts';
import { cellText, type GridColumn, isNumeric, quantityOf, secondsOf } from '../parts/cell-text.ts';

/** An answer that can be drawn over time: a series for each group, or for the one measure. */
export interface TimeShape {
  readonly kind: 'time';
  /** Unix seconds; equal slices, `endSeconds` exclusive. */
  readonly axis: {
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly bucketSeconds: number;
  };
  readonly measures: readonly string[];
  readonly measure: string;
  readonly quantity: Quantity;
  /** True when the series add up to a whole, so that they may stand on one another. */
  readonly isSum: boolean;
  /** True when its groups come again over time. Rows that each stand alone, as records do, are better read as a table. */
  readonly isRecurring: boolean;
  /** The largest first; `null` is the sum of all that have no series of their own. */
  readonly series: readonly { readonly name: string | null; readonly values: readonly number[] }[];
}

/** An answer that can be drawn as bars: one for each row, in the order of the answer. */
export interface BarShape {
  readonly kind: 'bars';
  readonly measures: readonly string[];
  readonly measure: string;
  readonly quantity: Quantity;
  /** `row` is the index into the rows of the answer. */
  readonly bars: readonly { readonly label: string; readonly value: number; readonly row: number }[];
  /** Rows beyond those that have a bar. */
  readonly rest: number;
}

const MAX_SERIES = 7;
const MAX_BARS = 40;
const MAX_SLICES = 2000;
/** Measures that do not add up. */
const NO_SUM =
  /avg|average|mean|median|min|max|pct|percentile|p\d\d|stddev|variance|distinct|sources|destinations|rate|quantile/i;
/** Numbers that name something rather than measure it. */
const NAMES = /(?:port|protocol|_id|flags|version|^type|^day|^month|^year|^hour|account)/i;

/**
 * How an answer can be drawn: over time when a column of it holds times and another numbers, as bars when it has groups
 * and numbers, else not at all. `measure` chooses among the numbers; the first one is drawn when it is none of them.
 */
export function shapeOf(
  columns: readonly GridColumn[],
  rows: readonly (readonly Cell[])[],
  measure: string | undefined,
): TimeShape | BarShape | null {
  if (rows.length < 2) return null;
  const time = columns.findIndex((column, index) =>
    rows.every((row) => timeOf(row[index] ?? null, column) !== null),
  );
  const measures = columns.flatMap((column, index) =>
    index !== time && isMeasure(column, rows, index) ? [index] : [],
  );
  const [first] = measures;
  if (first === undefined) return null;
  const at = measures.find((index) => columns[index]?.name === measure) ?? first;
  const groups = columns.flatMap((_, index) => (index === time || measures.includes(index) ? [] : [index]));
  const column = columns[at];
  if (column === undefined) return null;
  const facts = {
    measures: measures.map((index) => columns[index]?.name ?? ''),
    measure: column.name,
    quantity: quantityOf(column) ?? 'count',
  };
  const label = (row: readonly Cell[]): string =>
    groups
      .map((index) => {
        const group = columns[index];
        const value = row[index] ?? null;
        if (value === null) return 'no value';
        return group === undefined ? '' : cellText(value, group, { zone: 'utc', isExact: true });
      })
      .join(' → ');
  const timeColumn = columns[time];
  if (timeColumn !== undefined) {
    const isAlone = groups.length === 0;
    // Without groups, measures of one kind are drawn beside each other: minimum, average and maximum.
    const together = measures.filter((index) => {
      const other = columns[index];
      return other !== undefined && (quantityOf(other) ?? 'count') === facts.quantity;
    });
    const lines = isAlone ? together.map((index) => ({ at: index, name: columns[index]?.name ?? '' })) : [];
    const shape = timeShape(rows, {
      time,
      timeColumn,
      lines: lines.length > 1 ? lines : [{ at, name: '' }],
      label,
    });
    const isSum = lines.length < 2 && !NO_SUM.test(column.name);
    return shape === null ? null : { kind: 'time', ...facts, isSum, ...shape };
  }
  if (groups.length === 0) return null;
  const bars = rows.slice(0, MAX_BARS).map((row, index) => ({
    label: label(row),
    value: numberOf(row[at] ?? null),
    row: index,
  }));
  return { kind: 'bars', ...facts, bars, rest: rows.length - bars.length };
}

function timeShape(
  rows: readonly (readonly Cell[])[],
  facts: {
    readonly time: number;
    readonly timeColumn: GridColumn;
    /** Columns that are drawn; a name stands before the group. */
    readonly lines: readonly { readonly at: number; readonly name: string }[];
    readonly label: (row: readonly Cell[]) => string;
  },
): Pick<TimeShape, 'axis' | 'series' | 'isRecurring'> | null {
  const seconds = rows.map((row) => timeOf(row[facts.time] ?? null, facts.timeColumn) ?? 0);
  const moments = [...new Set(seconds)].sort((a, b) => a - b);
  const [start] = moments;
  const end = moments.at(-1);
  if (start === undefined || end === undefined || start === end) return null;
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
  const bucketSeconds = Math.min(...gaps);
  const count = Math.round((end - start) / bucketSeconds) + 1;
  // Moments that lie on no grid are events, not slices: a picture of slices would move them.
  if (count > MAX_SLICES || gaps.some((gap) => gap % bucketSeconds !== 0)) return null;
  const groups = new Map<string, number[]>();
  rows.forEach((row, index) => {
    const slice = Math.round(((seconds[index] ?? start) - start) / bucketSeconds);
    for (const line of facts.lines) {
      const name = line.name + facts.label(row);
      const values = groups.get(name) ?? Array.from({ length: count }, () => 0);
      values[slice] = (values[slice] ?? 0) + numberOf(row[line.at] ?? null);
      groups.set(name, values);
    }
  });
  const ranked = [...groups].sort((a, b) => sum(b[1]) - sum(a[1]));
  const rest = ranked.slice(MAX_SERIES);
  const series: TimeShape['series'] = ranked.slice(0, MAX_SERIES).map(([name, values]) => ({ name, values }));
  const other = Array.from({ length: count }, (_, slice) =>
    rest.reduce((total, [, values]) => total + (values[slice] ?? 0), 0),
  );
  return {
    axis: { startSeconds: start, endSeconds: start + count * bucketSeconds, bucketSeconds },
    isRecurring: rows.length * facts.lines.length >= 2 * groups.size,
    series: rest.length === 0 ? series : [...series, { name: null, values: other }],
  };
}

function timeOf(value: Cell, column: GridColumn): number | null {
  if (column.type === 'DATE' && typeof value === 'string') {
    const milliseconds = Date.parse(value);
    return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
  }
  return secondsOf(value, column);
}

function isMeasure(column: GridColumn, rows: readonly (readonly Cell[])[], index: number): boolean {
  if (!isNumeric(column) || NAMES.test(column.name)) return false;
  return rows.every((row) => {
    const value = row[index] ?? null;
    return value === null || (Number.isFinite(Number(value)) && secondsOf(value, column) === null);
  });
}

function numberOf(value: Cell): number {
  return value === null ? 0 : Number(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
