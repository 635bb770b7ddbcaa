import type { Overview } from '../../../src/api/index.ts';
import { sliceAt, sliceCount, type TimeAxis } from '../charts/time-axis.ts';
import type { PreviousLine, TimeSeries } from '../charts/time-series.ts';
import type { FieldValue } from '../filter.ts';
import type { VolumeMeasure } from '../view.ts';

/** The series of the volume chart and their previous period. */
export interface VolumeSeries {
  readonly series: readonly VolumeLine[];
  readonly previous: readonly PreviousLine[];
}

/** One series of a volume chart, with the values that its records have. */
export interface VolumeLine extends TimeSeries {
  readonly group: readonly FieldValue[];
}

type Point = Overview['points'][number];

interface SeriesRule {
  readonly name: string;
  readonly colour: TimeSeries['colour'];
  readonly direction: Point['direction'];
  readonly action: Point['action'];
}

/** Ingress above, egress below; what has no direction above and hatched, what has no action grey. */
const RULES: readonly SeriesRule[] = [
  { name: 'ingress accepted', colour: '--accept', direction: 'ingress', action: 'ACCEPT' },
  { name: 'ingress rejected', colour: '--reject', direction: 'ingress', action: 'REJECT' },
  { name: 'ingress', colour: '--unknown', direction: 'ingress', action: null },
  { name: 'accepted, direction unknown', colour: '--accept', direction: null, action: 'ACCEPT' },
  { name: 'rejected, direction unknown', colour: '--reject', direction: null, action: 'REJECT' },
  { name: 'direction unknown', colour: '--unknown', direction: null, action: null },
  { name: 'egress accepted', colour: '--accept', direction: 'egress', action: 'ACCEPT' },
  { name: 'egress rejected', colour: '--reject', direction: 'egress', action: 'REJECT' },
  { name: 'egress', colour: '--unknown', direction: 'egress', action: null },
];

/** The mirrored series of an overview; series without anything in them are left out. `gapsBefore` were not watched then. */
export function volumeSeries(
  overview: Overview,
  axis: TimeAxis,
  measure: VolumeMeasure,
  gapsBefore: readonly number[],
): VolumeSeries {
  const series = RULES.map((rule): VolumeLine => {
    const points = overview.points.filter(
      (point) => point.direction === rule.direction && point.action === rule.action,
    );
    return {
      name: rule.name,
      group: [
        { field: 'direction', value: rule.direction },
        { field: 'action', value: rule.action },
      ],
      colour: rule.colour,
      values: spread(points, axis, (point) => Number(point[measure])),
      isBelow: rule.direction === 'egress',
      isHatched: rule.direction === null,
    };
  }).filter((entry) => entry.values.some((value) => (value ?? 0) > 0));
  if (overview.previousTotals === null) return { series, previous: [] };
  const isBelow = (point: Point): boolean => point.direction === 'egress';
  const previous = [false, true].map((below) => ({
    isBelow: below,
    values: spread(
      overview.points.filter((point) => isBelow(point) === below),
      axis,
      (point) => Number(previousOf(point, measure)),
      gapsBefore,
    ),
  }));
  return { series, previous: previous.filter((line) => line.values.some((value) => (value ?? 0) > 0)) };
}

/** Rejected records over time, which bytes would never show. */
export function rejectSeries(
  overview: Overview,
  axis: TimeAxis,
  gapsBefore: readonly number[],
): VolumeSeries {
  const rejected = overview.points.filter((point) => point.action === 'REJECT');
  const values = spread(rejected, axis, (point) => Number(point.flows));
  const before = spread(rejected, axis, (point) => Number(point.previousFlows ?? 0), gapsBefore);
  return {
    series: [
      {
        name: 'rejected records',
        group: [{ field: 'action', value: 'REJECT' }],
        colour: '--reject',
        values,
      },
    ],
    previous: overview.previousTotals === null ? [] : [{ values: before, isBelow: false }],
  };
}

function spread(
  points: readonly Point[],
  axis: TimeAxis,
  valueOf: (point: Point) => number,
  gaps: readonly number[] = [],
): readonly (number | null)[] {
  const isGap = new Set(gaps);
  const values: (number | null)[] = Array.from({ length: sliceCount(axis) }, (_, index) =>
    isGap.has(index) ? null : 0,
  );
  for (const point of points) {
    const index = sliceAt(axis, point.startSeconds);
    const value = valueOf(point);
    if (index !== null && (value > 0 || !isGap.has(index))) values[index] = (values[index] ?? 0) + value;
  }
  return values;
}

function previousOf(point: Point, measure: VolumeMeasure): number | string {
  switch (measure) {
    case 'bytes':
      return point.previousBytes ?? 0;
    case 'packets':
      return point.previousPackets ?? 0;
    case 'flows':
      return point.previousFlows ?? 0;
  }
}
