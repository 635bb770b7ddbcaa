import { useMemo } from 'react';
import type { AxisCursor, TimeAxis } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatQuantity, type Zone } from '../format.ts';
import type { OpenGroup } from './group-menu.tsx';
import type { ExploreSeries } from './groups.ts';
import type { ExploreMeasure } from './measures.ts';
import { GroupName } from './series-table.tsx';
import { statisticsOf } from './statistics.ts';

/** A small chart for each series, each on a scale of its own and all under one crosshair: to compare rhythms. */
export function SeriesGrid(props: {
  readonly series: readonly ExploreSeries[];
  readonly axis: TimeAxis;
  readonly gaps: readonly number[];
  readonly measure: ExploreMeasure;
  readonly zone: Zone;
  readonly cursor: AxisCursor;
  readonly onOpen: OpenGroup;
  /** A click on a slice of a chart. */
  readonly onOpenAt: (entry: ExploreSeries, anchor: Element, index: number) => void;
}) {
  const { series, axis, gaps, measure, zone, cursor, onOpen, onOpenAt } = props;
  // Everything stands above its own axis here.
  const upright = useMemo(
    () =>
      series.map((entry) => ({
        entry,
        drawn: [{ ...entry, isBelow: false, colour: colourInGrid(entry) }],
        previous: entry.previous === null ? [] : [{ values: entry.previous }],
      })),
    [series],
  );
  const textOf = (value: number | null): string =>
    value === null ? 'not known' : formatQuantity(value, measure.quantity).short;
  return (
    <ul className="series-grid">
      {upright.map(({ entry, drawn, previous }) => {
        return (
          <li key={entry.name}>
            <div className="series-grid-head">
              <GroupName entry={entry} onOpen={onOpen} />
              <span className="by number">
                {cursor.at === null
                  ? `at most ${textOf(statisticsOf(entry.values).max)}`
                  : textOf(entry.values[cursor.at] ?? null)}
              </span>
            </div>
            <TimeChart
              label={`${measure.label}: ${entry.name}`}
              axis={axis}
              series={drawn}
              previous={previous}
              gaps={gaps}
              quantity={measure.quantity}
              zone={zone}
              height={96}
              cursor={cursor}
              onPick={(_series, index, anchor) => onOpenAt(entry, anchor, index)}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** Each has a chart and a name of its own, so colour is left to what it means. */
function colourInGrid({ group, colour }: ExploreSeries): ExploreSeries['colour'] {
  return group === null || colour === '--accept' || colour === '--reject' ? colour : '--series-1';
}
