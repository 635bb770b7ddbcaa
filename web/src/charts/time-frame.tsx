import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import {
  type AxisCursor,
  PLOT_BOTTOM,
  PLOT_RIGHT,
  PLOT_TOP,
  runsOf,
  sliceCount,
  sliceStyle,
  type TimeAxis,
} from './time-axis.ts';

/** A place in a plot: the slice, how far down (0 top, 1 bottom), and an element that menus open at. */
export interface PlotPoint {
  readonly index: number;
  /** Null when it was chosen by keyboard, which knows no height. */
  readonly share: number | null;
  readonly anchor: Element;
}

/**
 * What all charts over time share: the slices nobody watched, the crosshair, brush to zoom, and the same by keyboard.
 * `tip` says in words what lies under the pointer; `onPick` hears of clicks that selected no time.
 */
export function TimeFrame(props: {
  readonly label: string;
  readonly axis: TimeAxis;
  readonly gaps: readonly number[];
  readonly height: number;
  readonly left: number;
  /** Space at the right, for names of series. */
  readonly right?: number;
  readonly cursor: AxisCursor;
  readonly tip?: (index: number, share: number) => string | null;
  readonly onPick?: ((point: PlotPoint) => void) | undefined;
  readonly children: ReactNode;
}) {
  const { label, axis, gaps, height, left, right = PLOT_RIGHT, cursor, tip, onPick, children } = props;
  const count = sliceCount(axis);
  const spot = useRef<HTMLSpanElement>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const [hover, setHover] = useState<{
    readonly x: number;
    readonly y: number;
    readonly width: number;
  } | null>(null);
  const zoom = (a: number, b: number): void => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    cursor.onZoom(
      axis.startSeconds + first * axis.bucketSeconds,
      axis.startSeconds + (last + 1) * axis.bucketSeconds,
    );
  };
  const indexAt = (x: number, width: number): number => {
    const share = (x - left) / (width - left - right);
    return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  };
  const shareAt = (y: number): number => (y - PLOT_TOP) / (height - PLOT_TOP - PLOT_BOTTOM);
  const placeOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  };
  const pick = (index: number, at: { readonly x: number; readonly y: number } | null): void => {
    if (onPick === undefined || spot.current === null) return;
    const width = spot.current.parentElement?.clientWidth ?? 0;
    spot.current.style.left = `${at?.x ?? left + ((index + 0.5) / count) * (width - left - right)}px`;
    spot.current.style.top = `${at?.y ?? height / 2}px`;
    onPick({ index, share: at === null ? null : shareAt(at.y), anchor: spot.current });
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
    } else if (event.key === ' ' && cursor.at !== null && onPick !== undefined) {
      event.preventDefault();
      pick(cursor.at, null);
    } else if (event.key === 'Escape') {
      setDragFrom(null);
      cursor.onMove(null);
    }
  };
  const tipText =
    hover === null || dragFrom !== null
      ? null
      : (tip?.(indexAt(hover.x, hover.width), shareAt(hover.y)) ?? null);
  return (
    <div
      className="time-chart"
      style={{ height }}
      role="application"
      tabIndex={0}
      aria-label={`${label} Arrows move the crosshair, Shift with arrows selects, Enter zooms in.${onPick === undefined ? '' : ' Space opens the menu of the largest series.'}`}
      onKeyDown={onKey}
      onBlur={() => {
        setDragFrom(null);
        cursor.onMove(null);
      }}
      onPointerMove={(event) => {
        const place = placeOf(event);
        if (tip !== undefined && event.pointerType === 'mouse' && event.buttons === 0) setHover(place);
        cursor.onMove(indexAt(place.x, place.width));
      }}
      onPointerLeave={() => {
        setHover(null);
        if (dragFrom === null) cursor.onMove(null);
      }}
      onPointerDown={(event) => {
        const place = placeOf(event);
        if (event.button !== 0 || place.x < left) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setHover(null);
        setDragFrom(indexAt(place.x, place.width));
      }}
      onPointerUp={(event) => {
        const place = placeOf(event);
        const to = indexAt(place.x, place.width);
        setDragFrom(null);
        if (dragFrom === null) return;
        if (dragFrom === to) pick(to, place);
        else zoom(dragFrom, to);
      }}
      onPointerCancel={() => setDragFrom(null)}
    >
      {runsOf(gaps).map(([first, last]) => (
        <span
          key={first}
          className="chart-gap"
          style={sliceStyle(first, last, count, left, right)}
          title="No records: nobody looked, or nothing was delivered"
        />
      ))}
      {children}
      {cursor.at === null ? null : (
        <span
          className={dragFrom === null ? 'chart-cursor' : 'chart-cursor is-selecting'}
          style={sliceStyle(
            Math.min(dragFrom ?? cursor.at, cursor.at),
            Math.max(dragFrom ?? cursor.at, cursor.at),
            count,
            left,
            right,
          )}
        />
      )}
      <span ref={spot} className="chart-spot" />
      {tipText === null || hover === null ? null : (
        <span
          className={hover.x > hover.width / 2 ? 'chart-tip is-left' : 'chart-tip'}
          style={{ left: hover.x, top: hover.y }}
          aria-hidden="true"
        >
          {tipText}
        </span>
      )}
    </div>
  );
}
