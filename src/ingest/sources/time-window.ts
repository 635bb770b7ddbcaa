import { SLOT_SECONDS } from '../../aws/index.ts';

/** Records wanted, Unix seconds; either end may be open. */
export interface TimeRange {
  /** Inclusive. */
  readonly sinceSeconds?: number | undefined;
  /** Exclusive. */
  readonly untilSeconds?: number | undefined;
}

/** The slots whose files may hold wanted records: first and last slot start, both inclusive. */
export interface SlotWindow {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

/** Ten minutes is the longest aggregation interval: a record may start that long before the slot its end decides. */
const BEFORE_SECONDS = 600;
const AFTER_SECONDS = 900;

/** How late a record may come in the file of a later slot. */
const LATENESS_SECONDS = 3600;

/**
 * The slots to look into for a time range: from 10 minutes before to 15 minutes and an hour's lateness after it, since the
 * end of a record decides its slot and files come late. Null without a range.
 * Source: flow-logs.md §10.1.17–19.
 */
export function slotWindowOf(range: TimeRange): SlotWindow | null {
  const { sinceSeconds, untilSeconds } = range;
  if (sinceSeconds === undefined && untilSeconds === undefined) return null;
  return {
    firstSeconds:
      sinceSeconds === undefined ? 0 : Math.max(0, sinceSeconds - BEFORE_SECONDS - SLOT_SECONDS + 1),
    lastSeconds:
      untilSeconds === undefined ? Number.MAX_SAFE_INTEGER : untilSeconds + AFTER_SECONDS + LATENESS_SECONDS,
  };
}

/** True when a file of this name may hold wanted records; always for names without a slot. */
export function mayHold(window: SlotWindow | null, name: string): boolean {
  if (window === null) return true;
  const slot = slotOfName(name);
  return slot === null || (slot >= window.firstSeconds && slot <= window.lastSeconds);
}

/**
 * The slot (Unix seconds) in a file name of AWS's form, `…_20180620T1620Z_fe123456.log.gz`; null for other names. The name
 * alone is enough, so that files copied out of their folders are pruned too.
 */
export function slotOfName(name: string): number | null {
  const match = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[0-9a-f]+\.log(?:\.gz|\.parquet)?$/.exec(name);
  if (match === null) return null;
  const [, year, month, day, hour, minute] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(ms) ? null : ms / 1000;
}
