import type { CSSProperties } from 'react';

/** The axis that charts of one view share. Unix seconds; both ends on the grid of the slices. */
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

/** Space around a plot, in pixels; charts and strips of one view keep the same, so that their axes line up. */
export const PLOT_LEFT = 58;
export const PLOT_RIGHT = 6;
export const PLOT_TOP = 6;
export const PLOT_BOTTOM = 20;

/** How many slices an axis has. */
export function sliceCount(axis: TimeAxis): number {
  return Math.max(1, Math.round((axis.endSeconds - axis.startSeconds) / axis.bucketSeconds));
}

/** The slice that a time lies in; null outside the axis. */
export function sliceAt(axis: TimeAxis, seconds: number): number | null {
  const index = Math.floor((seconds - axis.startSeconds) / axis.bucketSeconds);
  return index < 0 || index >= sliceCount(axis) ? null : index;
}

/** The stretch of time that a slice is. */
export function sliceStretch(
  { startSeconds, bucketSeconds }: TimeAxis,
  index: number,
): { readonly startSeconds: number; readonly endSeconds: number } {
  const start = startSeconds + index * bucketSeconds;
  return { startSeconds: start, endSeconds: start + bucketSeconds };
}

/** The same stretch of time as an axis, so much earlier. */
export function stretchBefore(
  { startSeconds, endSeconds }: TimeAxis,
  seconds: number,
): { readonly startSeconds: number; readonly endSeconds: number } {
  return { startSeconds: startSeconds - seconds, endSeconds: endSeconds - seconds };
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

/** Where slices lie over a plot whose edges are `left` and `right` pixels in. */
export function sliceStyle(
  first: number,
  last: number,
  count: number,
  left: number,
  right = PLOT_RIGHT,
): CSSProperties {
  const plot = `(100% - ${left + right}px)`;
  return {
    left: `calc(${left}px + ${plot} * ${first / count})`,
    width: `calc(${plot} * ${(last - first + 1) / count})`,
    top: PLOT_TOP,
    bottom: PLOT_BOTTOM,
  };
}
