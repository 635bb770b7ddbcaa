import type { FlowTable } from './flow-table.ts';

/**
 * What one vantage saw in one closed aggregation window. All records of a vantage and window share `startSeconds` and
 * `endSeconds`, as in AWS's real data: they are the times of its first and last packet, or the window's own bounds when
 * there was none.
 */
export interface VantageWindow {
  /** Number of the vantage, as the observer counts them. */
  readonly vantage: number;
  /** Unix seconds, whole. */
  readonly startSeconds: number;
  /** Unix seconds of the last packet, **inclusive** as AWS counts it; never less than `startSeconds`. */
  readonly endSeconds: number;
  /** Packets that ended in no row because the table was full, or that the capture lost; 0 when nothing was. */
  readonly skipped: number;
  /** Row number + 1 of its first flow; 0 for a window without traffic. The rows are chained by their `NEXT` word. */
  readonly firstRow: number;
}

/** Called for each vantage of a closed window. The rows are overwritten after it returns. */
export type WindowSink = (window: VantageWindow, table: FlowTable) => void;
