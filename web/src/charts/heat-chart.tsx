import { useEffect, useMemo, useRef } from 'react';
import { formatQuantity, formatWidth, type Quantity, type Zone } from '../format.ts';
import { useTheme } from '../theme.ts';
import { colourOf } from './palette.ts';
import { timeTicks } from './ticks.ts';
import {
  type AxisCursor,
  PLOT_BOTTOM,
  PLOT_RIGHT,
  PLOT_TOP,
  sliceCount,
  sliceStyle,
  type TimeAxis,
} from './time-axis.ts';
import { TimeFrame } from './time-frame.tsx';
import type { TimeSeries } from './time-series.ts';
import { useWidth } from './use-width.ts';

const ROW = 22;

/** A row for each series and a cell for each slice, the stronger the more. Labels on the left are the caller's. */
export function HeatChart<S extends TimeSeries>(props: {
  readonly label: string;
  readonly axis: TimeAxis;
  readonly series: readonly S[];
  readonly gaps: readonly number[];
  readonly quantity: Quantity;
  readonly zone: Zone;
  /** Space for the labels, in pixels. */
  readonly left: number;
  readonly cursor: AxisCursor;
  readonly onPick: (series: S, index: number, anchor: Element) => void;
  readonly renderLabel: (series: S) => React.ReactNode;
}) {
  const { axis, series, gaps, quantity, zone, left, cursor, onPick, renderLabel } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const width = useWidth(frame);
  const count = sliceCount(axis);
  const most = useMemo(() => mostOf(series), [series]);
  const height = PLOT_TOP + series.length * ROW + PLOT_BOTTOM;
  useEffect(() => {
    if (canvas.current !== null) drawCells(canvas.current, series, count, most);
    // The theme decides the colours that are drawn, the width how many cells there is room for.
  }, [series, count, most, theme, width]);
  const rowAt = (share: number): S | undefined =>
    series[Math.max(0, Math.min(series.length - 1, Math.floor(share * series.length)))];
  const ticks = timeTicks(axis, zone, (width - left) / 76);
  return (
    <div ref={frame}>
      <TimeFrame
        label={`${props.label}. Per ${formatWidth(axis.bucketSeconds)}, at most ${formatQuantity(most, quantity).short}.`}
        axis={axis}
        gaps={gaps}
        height={height}
        left={left}
        cursor={cursor}
        tip={(index, share) => {
          const row = rowAt(share);
          const value = row?.values[index] ?? null;
          if (row === undefined) return null;
          return `${row.name}  ${value === null ? 'not known' : formatQuantity(value, quantity).short}`;
        }}
        onPick={({ index, share, anchor }) => {
          const row = share === null ? series[0] : rowAt(share);
          if (row !== undefined) onPick(row, index, anchor);
        }}
      >
        <canvas
          ref={canvas}
          className="heat-cells"
          style={{
            left,
            top: PLOT_TOP,
            height: series.length * ROW,
            width: `calc(100% - ${left + PLOT_RIGHT}px)`,
          }}
        />
        <ul className="heat-labels" style={{ width: left, top: PLOT_TOP }}>
          {series.map((entry) => (
            <li key={entry.name} style={{ height: ROW }}>
              {renderLabel(entry)}
            </li>
          ))}
        </ul>
        {ticks.map((tick) => {
          const { left: at } = sliceStyle(tick.index, tick.index, count, left);
          return (
            <span key={tick.index} className="heat-tick" style={{ left: at }}>
              {tick.text}
            </span>
          );
        })}
      </TimeFrame>
      <p className="heat-legend" style={{ paddingLeft: left }}>
        <span className="heat-zero">0</span>
        <span className="heat-ramp" aria-hidden="true" />
        <span>{formatQuantity(most, quantity).short}</span>
        <span className="hint">
          half as strong is a quarter as much; hatched: nobody looked
          {hasBlanks(series, gaps) ? '; blank: no value can be told' : ''}
        </span>
      </p>
    </div>
  );
}

/** True when a value is missing although somebody looked. */
function hasBlanks(series: readonly TimeSeries[], gaps: readonly number[]): boolean {
  const isGap = new Set(gaps);
  return series.some(({ values }) => values.some((value, index) => value === null && !isGap.has(index)));
}

function mostOf(series: readonly TimeSeries[]): number {
  return series.reduce(
    (most, { values }) => values.reduce<number>((top, value) => Math.max(top, value ?? 0), most),
    0,
  );
}

function drawCells(
  canvas: HTMLCanvasElement,
  series: readonly TimeSeries[],
  count: number,
  most: number,
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  const [nothing, ink] = [colourOf('--heat-zero'), colourOf('--heat-full')];
  const [cell, row] = [canvas.width / count, ROW * ratio];
  const gap = cell > 4 * ratio ? ratio : 0;
  for (const [line, { values }] of series.entries()) {
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      // Shades tell apart better near nothing than near the top; what is there at all is never as pale as nothing.
      const shade = value <= 0 || most === 0 ? 0 : 0.16 + 0.84 * Math.sqrt(value / most);
      const x = Math.round(index * cell);
      const y = Math.round(line * row);
      const box = [
        x,
        y,
        Math.max(1, Math.round((index + 1) * cell) - x - gap),
        Math.round(row - ratio),
      ] as const;
      context.globalAlpha = 1;
      context.fillStyle = nothing;
      context.fillRect(...box);
      context.globalAlpha = shade;
      context.fillStyle = ink;
      context.fillRect(...box);
    }
  }
  context.globalAlpha = 1;
}
