import type { Segment } from './segment.ts';

/** Why a destination will never take a record. */
export type RejectReason = 'too old' | 'too new' | 'expired' | 'too large';

/** What became of a segment's records so far. `delivered + Σ rejected` is all of them once it is done. */
export interface ShipmentCounts {
  delivered: number;
  readonly rejected: Partial<Record<RejectReason, number>>;
  /** Objects written, or calls that put something. */
  requests: number;
  /** Bytes as stored: compressed objects, or the text of events. */
  bytes: number;
}

/** One segment on its way. */
export interface Shipment {
  readonly counts: ShipmentCounts;
  /**
   * Sends what has not been acknowledged yet; settles when all is. Rejects with the first error that the client's own
   * retries did not overcome; call again later to go on from there.
   */
  send(): Promise<void>;
  /** Frees what it holds, delivered or not. */
  discard(): Promise<void>;
}

/** One destination: makes shipments of segments. */
export interface Carrier {
  prepare(segment: Segment): Promise<Shipment>;
}

/** Counts of a shipment that has not begun. */
export function noCounts(): ShipmentCounts {
  return { delivered: 0, rejected: {}, requests: 0, bytes: 0 };
}

/** Adds `from` to `into`. */
export function addCounts(into: ShipmentCounts, from: ShipmentCounts): void {
  into.delivered += from.delivered;
  into.requests += from.requests;
  into.bytes += from.bytes;
  for (const [reason, count] of Object.entries(from.rejected) as [RejectReason, number][])
    into.rejected[reason] = (into.rejected[reason] ?? 0) + count;
}
