import { type ReactNode, useMemo, useState } from 'react';
import { HeatChart } from '../charts/heat-chart.tsx';
import { type AxisCursor, PLOT_LEFT, PLOT_RIGHT, sliceStretch, type TimeAxis } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import type { PreviousLine, SeriesShape, TimeSeries } from '../charts/time-series.ts';
import { formatChange, formatQuantity, formatWidth } from '../format.ts';
import type { ViewProps } from '../view.ts';
import type { ExploreAnswer } from './answer.ts';
import { CopyTable, tableOf } from './copy-table.tsx';
import { useGroupMenu } from './group-menu.tsx';
import { type ExploreSeries, mirroredRest, seriesOf, togetherOf } from './groups.ts';
import { COUNTS, type ExploreQuestion, isMirrored } from './question.ts';
import { SeriesGrid } from './series-grid.tsx';
import { GroupName, SeriesTable } from './series-table.tsx';
import { statisticsOf } from './statistics.ts';

/** An answer over time: stacked, lines, grid, heatmap, and the table that stands below each, or alone. */
export function SeriesDrawing(props: {
  readonly view: ViewProps;
  readonly drawn: ExploreAnswer;
  readonly cursor: AxisCursor;
  /** Space at the sides of the drawing. */
  readonly edges: PlotEdges;
  /** What lies right below the drawing. */
  readonly children: ReactNode;
}) {
  const { view, drawn, cursor, edges, children } = props;
  const { question, axis, gaps } = drawn;
  const { measure, shape } = question;
  const series = useMemo(() => allSeries(drawn), [drawn]);
  const [near, setNear] = useState<ExploreSeries | null>(null);
  const rest = series.filter(({ group }) => group === null);
  const { open, menu } = useGroupMenu({
    view,
    groups: series.flatMap(({ group }) => (group === null || group.length === 0 ? [] : [group])),
    rest: { value: measure.isSum ? totalOf(rest) : null, whole: measure.isSum ? totalOf(series) : null },
    measure,
    nextCount: COUNTS.find((count) => count > question.count) ?? null,
  });
  const drawnShape: SeriesShape = shape === 'stacked' && measure.isSum ? 'stacked' : 'lines';
  const hasColours = shape === 'stacked' || shape === 'lines';
  const previous = useMemo(() => previousLines(series, drawnShape), [series, drawnShape]);
  const label = `${measure.label} by ${question.by.join(', ') || 'nothing'}`;
  const shared = { axis, gaps, quantity: measure.quantity, zone: view.zone, cursor };
  const openAt = (entry: ExploreSeries, anchor: Element, index: number): void =>
    open(entry.group, anchor, { during: sliceStretch(axis, index), within: entry.within ?? [] });
  const onPick = (picked: TimeSeries, index: number, anchor: Element): void => {
    const found = series.find(({ name }) => name === picked.name);
    if (found !== undefined) openAt(found, anchor, index);
  };
  return (
    <>
      {hasColours ? (
        <TimeChart
          label={label}
          series={series}
          previous={previous}
          shape={drawnShape}
          height={chartHeight()}
          standsOut={near}
          {...(edges.right > PLOT_RIGHT ? { labelsWidth: edges.right } : {})}
          onPick={onPick}
          {...(isMirrored(question) ? { halves: ['ingress', 'egress'] as const } : {})}
          {...shared}
        />
      ) : null}
      {shape === 'grid' ? (
        <SeriesGrid
          series={series}
          axis={axis}
          gaps={gaps}
          measure={measure}
          zone={view.zone}
          cursor={cursor}
          onOpen={open}
          onOpenAt={openAt}
        />
      ) : null}
      {shape === 'heatmap' ? (
        <HeatChart
          label={label}
          series={series}
          left={edges.left}
          onPick={(picked, index, anchor) => openAt(picked, anchor, index)}
          renderLabel={(entry) => <GroupName entry={entry} onOpen={open} />}
          {...shared}
        />
      ) : null}
      {children}
      <Comparison
        series={series}
        question={question}
        label={question.compareLabel}
        isDashed={drawnShape === 'lines' && hasColours}
      />
      <div className="table-line">
        <Rule axis={axis} gaps={gaps} question={question} />
        <CopyTable piece={() => tableOf(series, question)} />
      </div>
      <SeriesTable
        view={view}
        series={series}
        axis={axis}
        measure={measure}
        compareSeconds={question.compareSeconds}
        hasSwatches={hasColours}
        hasCursor={shape !== 'table'}
        at={cursor.at}
        onNear={setNear}
        onOpen={open}
      />
      {menu}
    </>
  );
}

/** Space beside a plot, in pixels; what lies below it keeps the same, so that their axes line up. */
export interface PlotEdges {
  readonly left: number;
  readonly right: number;
}

/** Room for names: those of rows at the left of a heatmap, those of series at the right where the window is wide. */
export function plotEdges({ shape, by }: ExploreQuestion, windowWidth: number): PlotEdges {
  if (shape === 'heatmap') return { left: windowWidth < 760 ? 128 : 240, right: PLOT_RIGHT };
  const isNamed = (shape === 'stacked' || shape === 'lines') && by.length > 0 && windowWidth >= 1100;
  return { left: PLOT_LEFT, right: isNamed ? 160 : PLOT_RIGHT };
}

/** A third of the window, but never too small to read or too tall to leave room for the table. */
function chartHeight(): number {
  return Math.round(Math.max(240, Math.min(460, window.innerHeight * 0.35)));
}

/** What the thin lines are, and how the two times compare in figures. */
function Comparison(props: {
  readonly series: readonly ExploreSeries[];
  readonly question: ExploreQuestion;
  readonly label: string;
  readonly isDashed: boolean;
}) {
  const { series, question, label, isDashed } = props;
  const { measure, compareSeconds } = question;
  if (compareSeconds === null || series.length === 0) return null;
  const numberOf = (value: number): string => formatQuantity(value, measure.quantity).short;
  const [now, before] = [totalOf(series), totalOf(series.map((entry) => ({ values: entry.previous ?? [] })))];
  return (
    <p className="readout comparison">
      <span>
        <span className={isDashed ? 'swatch is-dashed' : 'swatch is-line'} aria-hidden="true" />
        {label}
        {measure.isSum && measure.perSecond === undefined ? (
          <>
            {' '}
            <b>{numberOf(before)}</b>, now <b>{numberOf(now)}</b> ({formatChange(now, before)})
          </>
        ) : null}
      </span>
    </p>
  );
}

/** How slices without records count, in one line above the numbers they make. */
function Rule(props: {
  readonly axis: TimeAxis;
  readonly gaps: readonly number[];
  readonly question: ExploreQuestion;
}) {
  const { axis, gaps, question } = props;
  const { slices } = statisticsOf(
    Array.from({ length: Math.round((axis.endSeconds - axis.startSeconds) / axis.bucketSeconds) }, () => 0),
  );
  const watched = slices - gaps.length;
  const width = formatWidth(axis.bucketSeconds);
  const zero = question.measure.isZeroWithout
    ? 'a slice without records counts as zero'
    : 'a slice without records has no value';
  return (
    <p className="table-rule hint">
      Over {watched} slices of {/^\d/.test(width) ? width : `1 ${width}`}; {zero}
      {gaps.length === 0 ? '' : `, ${gaps.length} that nobody watched are left out`}
      {question.measure.isSum ? '' : '; groups are ranked by their largest slice'}.
    </p>
  );
}

function allSeries({
  question,
  axis,
  answer,
  whole,
  gaps,
  gapsBefore,
}: ExploreAnswer): readonly ExploreSeries[] {
  const series = seriesOf(answer, question, axis, gaps, gapsBefore);
  if (whole === null) return series;
  const sides = seriesOf(whole, { ...question, by: ['direction'] }, axis, gaps, gapsBefore);
  return mirroredRest(series, sides);
}

/** One line for the whole of each half behind a stack; behind lines one for each of them. */
function previousLines(series: readonly ExploreSeries[], shape: SeriesShape): readonly PreviousLine[] {
  const compared = series.flatMap((entry) =>
    entry.previous === null ? [] : [{ ...entry, values: entry.previous }],
  );
  if (shape === 'lines') {
    return compared
      .filter(({ group }) => group !== null)
      .map(({ values, colour, isBelow = false }) => ({ values, colour, isBelow }));
  }
  return [false, true].flatMap((isBelow) => {
    const half = compared.filter((entry) => (entry.isBelow ?? false) === isBelow);
    return half.length === 0 ? [] : [{ isBelow, values: togetherOf(half.map(({ values }) => values)) }];
  });
}

function totalOf(series: readonly Pick<ExploreSeries, 'values'>[]): number {
  return series.reduce((sum, { values }) => sum + (statisticsOf(values).total ?? 0), 0);
}
