import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatQuantity, formatWidth, type Quantity, type Zone } from '../format.ts';
import { useTheme } from '../theme.ts';
import { type ChartOption, useChart } from './echarts.ts';
import { colourOf } from './palette.ts';
import { timeTicks } from './ticks.ts';

/** One stacked series; a value for each slice, zero where there was nothing. */
export interface TimeSeries {
  readonly name: string;
  readonly colour: `--${string}`;
  readonly values: readonly number[];
  /** Drawn below the axis. */
  readonly isBelow?: boolean;
  /** Hatched, for what is not known. */
  readonly isHatched?: boolean;
}

/** The axis that charts of one view share. */
export interface TimeAxis {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly bucketSeconds: number;
}

/** Where the pointer or the keyboard is on that axis: the index of a slice. */
export interface AxisCursor {
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
  readonly onZoom: (startSeconds: number, endSeconds: number) => void;
}

interface TimeChartProps {
  readonly label: string;
  readonly axis: TimeAxis;
  readonly series: readonly TimeSeries[];
  /** The period before, as thin lines behind. */
  readonly previous: readonly { readonly values: readonly number[]; readonly isBelow?: boolean }[];
  /** Slices of which nothing is known. */
  readonly gaps: readonly number[];
  readonly quantity: Quantity;
  readonly zone: Zone;
  readonly height: number;
  readonly cursor: AxisCursor;
  /** Labels of the upper and the lower half, where there are two. */
  readonly halves?: readonly [string, string];
}

/** Space around the plot; the coverage strip keeps the same, so that all axes of a view line up. */
export const PLOT_LEFT = 58;
export const PLOT_RIGHT = 6;
const PLOT_TOP = 6;
const PLOT_BOTTOM = 20;

/** Volume over time: stacked bars, gaps as gaps, a crosshair shared with its neighbours, drag to zoom. */
export function TimeChart(props: TimeChartProps) {
  const { label, axis, series, gaps, quantity, cursor, height, halves } = props;
  const element = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const width = useWidth(frame);
  const option = useMemo(
    () => chartOption(props, width, theme),
    // The option is made of exactly these; the cursor is drawn beside it.
    [axis, series, props.previous, quantity, props.zone, width, theme],
  );
  useChart(element, option);
  const count = sliceCount(axis);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const zoom = (a: number, b: number): void => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    cursor.onZoom(
      axis.startSeconds + first * axis.bucketSeconds,
      axis.startSeconds + (last + 1) * axis.bucketSeconds,
    );
  };
  const indexAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - PLOT_LEFT) / (box.width - PLOT_LEFT - PLOT_RIGHT);
    return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(count - 1, (cursor.at ?? (step > 0 ? -1 : count)) + step));
      if (event.shiftKey) setDragFrom((from) => from ?? cursor.at ?? next);
      else setDragFrom(null);
      cursor.onMove(next);
    } else if (event.key === 'Enter' && cursor.at !== null) {
      event.preventDefault();
      zoom(dragFrom ?? cursor.at, cursor.at);
      setDragFrom(null);
    } else if (event.key === 'Escape') {
      setDragFrom(null);
      cursor.onMove(null);
    }
  };
  return (
    <div
      ref={frame}
      className="time-chart"
      style={{ height }}
      role="application"
      tabIndex={0}
      aria-label={`${label}. ${summaryOf(props)} Arrows move the crosshair, Shift with arrows selects, Enter zooms in.`}
      onKeyDown={onKey}
      onBlur={() => {
        setDragFrom(null);
        cursor.onMove(null);
      }}
      onPointerMove={(event) => cursor.onMove(indexAt(event))}
      onPointerLeave={() => {
        if (dragFrom === null) cursor.onMove(null);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragFrom(indexAt(event));
      }}
      onPointerUp={(event) => {
        const to = indexAt(event);
        if (dragFrom !== null && dragFrom !== to) zoom(dragFrom, to);
        setDragFrom(null);
      }}
      onPointerCancel={() => setDragFrom(null)}
    >
      {runsOf(gaps).map(([first, last]) => (
        <span
          key={first}
          className="chart-gap"
          style={sliceStyle(first, last, count)}
          title="No records: nobody looked, or nothing was delivered"
        />
      ))}
      <div ref={element} className="chart-canvas" />
      {halves === undefined ? null : (
        <>
          <span className="chart-half is-upper">{halves[0]}</span>
          <span className="chart-half is-lower">{halves[1]}</span>
        </>
      )}
      {cursor.at === null ? null : (
        <span
          className={dragFrom === null ? 'chart-cursor' : 'chart-cursor is-selecting'}
          style={sliceStyle(
            Math.min(dragFrom ?? cursor.at, cursor.at),
            Math.max(dragFrom ?? cursor.at, cursor.at),
            count,
          )}
        />
      )}
    </div>
  );
}

/** How many slices an axis has. */
export function sliceCount(axis: TimeAxis): number {
  return Math.max(1, Math.round((axis.endSeconds - axis.startSeconds) / axis.bucketSeconds));
}

/** Runs of neighbouring indices, first and last of each. */
export function runsOf(indices: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}

/** Where slices lie over the plot. */
function sliceStyle(first: number, last: number, count: number): CSSProperties {
  const plot = `(100% - ${PLOT_LEFT + PLOT_RIGHT}px)`;
  return {
    left: `calc(${PLOT_LEFT}px + ${plot} * ${first / count})`,
    width: `calc(${plot} * ${(last - first + 1) / count})`,
    top: PLOT_TOP,
    bottom: PLOT_BOTTOM,
  };
}

/** One sentence that says what the picture shows, for who cannot see it. */
function summaryOf({ series, axis, quantity }: TimeChartProps): string {
  const totals = series.map(({ name, values }) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return `${name} ${formatQuantity(total, quantity).short}`;
  });
  return `Per ${formatWidth(axis.bucketSeconds)}: ${totals.join(', ')}.`;
}

function chartOption(
  { axis, series, previous, quantity, zone }: TimeChartProps,
  width: number,
  theme: string,
): ChartOption {
  const count = sliceCount(axis);
  const ticks = new Map(
    timeTicks(axis, zone, (width - PLOT_LEFT) / 76).map((tick) => [tick.index, tick.text]),
  );
  const signed = (values: readonly number[], isBelow = false): number[] =>
    values.map((value) => (isBelow ? -value : value));
  const ink = colourOf('--ink-3');
  const hatch = {
    symbol: 'rect',
    dashArrayX: [1, 0],
    dashArrayY: [2, 3],
    rotation: -Math.PI / 4,
    color: colourOf('--paper'),
  };
  return {
    animation: false,
    darkMode: theme === 'dark',
    grid: { left: PLOT_LEFT, right: PLOT_RIGHT, top: PLOT_TOP, bottom: PLOT_BOTTOM },
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
      splitNumber: series.some((entry) => entry.isBelow) ? 4 : 2,
      axisLabel: {
        color: ink,
        fontSize: 11,
        formatter: (value: number) =>
          formatQuantity(Math.abs(value), quantity)
            .short.replace(/\.0+(?= |$)/, '')
            .replace(/(\.\d*[1-9])0+(?= |$)/, '$1'),
      },
      splitLine: { lineStyle: { color: colourOf('--grid') } },
      axisLine: { show: false },
    },
    series: [
      ...previous.map(({ values, isBelow }) => ({
        type: 'line' as const,
        data: signed(values, isBelow),
        step: 'middle' as const,
        symbol: 'none',
        silent: true,
        z: 1,
        lineStyle: { width: 1, color: colourOf('--previous') },
      })),
      ...series.map((entry) => ({
        type: 'bar' as const,
        name: entry.name,
        data: signed(entry.values, entry.isBelow),
        stack: 'volume',
        silent: true,
        z: 2,
        barCategoryGap: count > 120 ? '8%' : '14%',
        itemStyle: { color: colourOf(entry.colour), ...(entry.isHatched === true ? { decal: hatch } : {}) },
      })),
    ],
  };
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(900);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 900)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
