import { useMemo, useRef } from 'react';
import { formatQuantity, formatWidth, type Quantity, type Zone } from '../format.ts';
import { useTheme } from '../theme.ts';
import { type ChartOption, useChart } from './echarts.ts';
import { colourOf } from './palette.ts';
import { LABEL_LINE, type SeriesLabel, seriesLabels } from './series-labels.ts';
import { timeTicks } from './ticks.ts';
import {
  type AxisCursor,
  PLOT_BOTTOM,
  PLOT_LEFT,
  PLOT_RIGHT,
  PLOT_TOP,
  sliceCount,
  type TimeAxis,
} from './time-axis.ts';
import { TimeFrame } from './time-frame.tsx';
import {
  type PreviousLine,
  type SeriesShape,
  scaleOfSeries,
  seriesAtPoint,
  type TimeSeries,
} from './time-series.ts';
import { useWidth } from './use-width.ts';
import type { ValueScale } from './value-scale.ts';

/** What a chart over time draws. */
export interface TimeChartProps {
  readonly label: string;
  readonly axis: TimeAxis;
  readonly series: readonly TimeSeries[];
  /** An earlier time, as thin lines behind. */
  readonly previous: readonly PreviousLine[];
  /** Slices of which nothing is known. */
  readonly gaps: readonly number[];
  readonly quantity: Quantity;
  readonly zone: Zone;
  readonly height: number;
  readonly cursor: AxisCursor;
  /** One on the other unless it says lines. */
  readonly shape?: SeriesShape;
  /** The value axis, where several charts share one. */
  readonly scale?: ValueScale;
  /** Labels of the upper and the lower half, where there are two. */
  readonly halves?: readonly [string, string];
  /** Space at the right for the names of series, each beside its end; none when absent. */
  readonly labelsWidth?: number;
  /** The one series that stands out; the others fade. */
  readonly standsOut?: TimeSeries | null;
  /** A click on a series, or Space at the crosshair. */
  readonly onPick?: (series: TimeSeries, index: number, anchor: Element) => void;
}

/** Volume over time: stacked bars or lines, gaps as gaps, a crosshair shared with its neighbours, drag to zoom. */
export function TimeChart(props: TimeChartProps) {
  const { axis, series, previous, gaps, quantity, cursor, height, halves, labelsWidth, onPick } = props;
  const right = labelsWidth ?? PLOT_RIGHT;
  const shape = props.shape ?? 'stacked';
  const element = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const width = useWidth(element);
  const scale = useMemo(
    () => props.scale ?? scaleOfSeries(series, previous, shape, height < 130 ? 2 : 4),
    [props.scale, series, previous, shape, height],
  );
  const option = useMemo(
    () => chartOption(props, shape, scale, width, theme),
    // The option is made of exactly these; the cursor is drawn beside it.
    [axis, series, previous, quantity, props.zone, props.standsOut, labelsWidth, shape, scale, width, theme],
  );
  useChart(element, option);
  const tip = (index: number, share: number): string | null => {
    const found = seriesAtPoint(series, shape, scale, index, share);
    return found === null
      ? null
      : `${found.name}  ${formatQuantity(found.values[index] ?? 0, quantity).short}`;
  };
  return (
    <TimeFrame
      label={`${props.label}. ${summaryOf(props)}`}
      axis={axis}
      gaps={gaps}
      height={height}
      left={PLOT_LEFT}
      right={right}
      cursor={cursor}
      tip={tip}
      onPick={
        onPick === undefined
          ? undefined
          : ({ index, share, anchor }) => {
              const found =
                share === null ? largestAt(series, index) : seriesAtPoint(series, shape, scale, index, share);
              if (found !== null) onPick(found, index, anchor);
            }
      }
    >
      <div ref={element} className="chart-canvas" />
      {labelsWidth === undefined ? null : (
        <SeriesLabels
          labels={seriesLabels(series, shape, scale, height - PLOT_TOP - PLOT_BOTTOM)}
          width={labelsWidth}
          standsOut={props.standsOut ?? null}
        />
      )}
      {halves === undefined ? null : (
        <>
          {scale.max > 0 ? <span className="chart-half is-upper">{halves[0]}</span> : null}
          {scale.min < 0 ? <span className="chart-half is-lower">{halves[1]}</span> : null}
        </>
      )}
    </TimeFrame>
  );
}

/** The names of series beside their ends. The table below says the same, so they are for the eye alone. */
function SeriesLabels(props: {
  readonly labels: readonly SeriesLabel<TimeSeries>[];
  readonly width: number;
  readonly standsOut: TimeSeries | null;
}) {
  const { labels, width, standsOut } = props;
  return (
    <span className="series-labels" style={{ width: width - PLOT_RIGHT, top: PLOT_TOP }} aria-hidden="true">
      {labels.map(({ entry, top }) => (
        <span
          key={entry.name}
          className={standsOut === null || standsOut === entry ? '' : 'is-far'}
          style={{ top: top - LABEL_LINE / 2 }}
          title={entry.name}
        >
          <i style={{ backgroundColor: `var(${entry.colour})` }} />
          {entry.name}
        </span>
      ))}
    </span>
  );
}

function largestAt(series: readonly TimeSeries[], index: number): TimeSeries | null {
  const value = (entry: TimeSeries): number => entry.values[index] ?? 0;
  const found = series.reduce<TimeSeries | null>(
    (best, entry) => (best === null || value(entry) > value(best) ? entry : best),
    null,
  );
  return found !== null && value(found) > 0 ? found : null;
}

/** One sentence that says what the picture shows, for who cannot see it. */
function summaryOf({ series, axis, quantity }: TimeChartProps): string {
  const most = series.slice(0, 12).map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    return `${name} at most ${formatQuantity(Math.max(0, ...known), quantity).short}`;
  });
  return `Per ${formatWidth(axis.bucketSeconds)}: ${most.join(', ')}.`;
}

function chartOption(
  { axis, series, previous, quantity, zone, standsOut, labelsWidth = PLOT_RIGHT }: TimeChartProps,
  shape: SeriesShape,
  scale: ValueScale,
  width: number,
  theme: string,
): ChartOption {
  const count = sliceCount(axis);
  const ticks = new Map(
    timeTicks(axis, zone, (width - PLOT_LEFT - labelsWidth) / 76).map((tick) => [tick.index, tick.text]),
  );
  const ink = colourOf('--ink-3');
  const fade = (entry: TimeSeries): number =>
    standsOut === undefined || standsOut === null || standsOut === entry ? 1 : 0.2;
  return {
    animation: false,
    darkMode: theme === 'dark',
    // The plot stays where the crosshair and the strip below expect it, however long a label is.
    grid: {
      left: PLOT_LEFT,
      right: labelsWidth,
      top: PLOT_TOP,
      bottom: PLOT_BOTTOM,
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'category',
      data: Array.from({ length: count }, (_, index) => ticks.get(index) ?? ''),
      axisLine: { lineStyle: { color: colourOf('--axis') } },
      axisTick: {
        show: true,
        alignWithLabel: true,
        interval: (index: number) => ticks.has(index),
        lineStyle: { color: colourOf('--line-strong') },
      },
      axisLabel: {
        interval: (index: number) => ticks.has(index),
        color: ink,
        fontSize: 11,
        hideOverlap: true,
        margin: 6,
      },
      position: 'bottom',
    },
    yAxis: {
      type: 'value',
      ...scale,
      axisLabel: {
        color: ink,
        fontSize: 11,
        formatter: (value: number) => axisText(Math.abs(value), quantity),
      },
      splitLine: { lineStyle: { color: colourOf('--grid') } },
      axisLine: { show: false },
    },
    series: [
      ...previous.map(({ values, isBelow, colour }) => ({
        type: 'line' as const,
        data: signed(values, isBelow),
        ...(shape === 'stacked' ? { step: 'middle' as const } : {}),
        symbol: 'none',
        silent: true,
        z: shape === 'stacked' ? 3 : 1,
        lineStyle: {
          width: 1,
          color: colourOf(colour ?? '--previous'),
          type: colour === undefined ? ('solid' as const) : ('dashed' as const),
        },
      })),
      ...series.map((entry) =>
        shape === 'stacked'
          ? {
              type: 'bar' as const,
              name: entry.name,
              data: signed(entry.values, entry.isBelow),
              stack: 'volume',
              silent: true,
              z: 2,
              barMaxWidth: 160,
              barCategoryGap: count > 120 ? '8%' : '14%',
              itemStyle: {
                color: colourOf(entry.colour),
                opacity: fade(entry),
                ...(entry.isHatched === true ? { decal: hatch() } : {}),
              },
            }
          : {
              type: 'line' as const,
              name: entry.name,
              data: linePoints(entry),
              silent: true,
              symbol: 'none',
              z: standsOut === entry ? 4 : 2,
              lineStyle: {
                width: 1.75,
                color: colourOf(entry.colour),
                opacity: fade(entry),
                type: entry.isHatched === true ? ('dashed' as const) : ('solid' as const),
              },
              itemStyle: { color: colourOf(entry.colour), opacity: fade(entry) },
            },
      ),
    ],
  };
}

function signed(values: readonly (number | null)[], isBelow = false): (number | null)[] {
  return values.map((value) => (value === null || value === 0 || !isBelow ? value : -value));
}

/** A value between two gaps has no line to be on, so it gets a point of its own. */
function linePoints(entry: TimeSeries) {
  const values = signed(entry.values, entry.isBelow);
  return values.map((value, index) => {
    const isAlone =
      value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    return isAlone ? { value, symbol: 'circle', symbolSize: 5 } : value;
  });
}

function hatch() {
  return {
    symbol: 'rect',
    dashArrayX: [1, 0],
    dashArrayY: [2, 3],
    rotation: -Math.PI / 4,
    color: colourOf('--paper'),
  };
}

/** Short, and without the unit where that would not fit: the heading of the chart has it. */
function axisText(value: number, quantity: Quantity): string {
  return formatQuantity(value, quantity === 'bytes' ? 'bytes' : 'count')
    .short.replace(/\.0+(?= |$)/, '')
    .replace(/(\.\d*[1-9])0+(?= |$)/, '$1');
}
