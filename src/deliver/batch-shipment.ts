import { addCounts, noCounts, type RejectReason, type Shipment, type ShipmentCounts } from './shipment.ts';

/** Records that are put with one call. */
export interface Batch {
  /** Batches of one lane go one after the other; those of different lanes side by side. */
  readonly lane: string;
  /** All batches of a stage are done before the next stage begins. Never falls from batch to batch. */
  readonly stage: number;
}

/** What a call came to. */
export interface BatchResult {
  readonly delivered: number;
  readonly rejected: Partial<Record<RejectReason, number>>;
  readonly bytes: number;
}

/**
 * Sends batches in order, up to `width` at a time. After a failure the calls under way are awaited, and the next `send`
 * goes on with what was not acknowledged. `refused` are records that were found unsendable before.
 */
export class BatchShipment<B extends Batch> implements Shipment {
  readonly counts: ShipmentCounts = noCounts();
  /** Not acknowledged yet, those under way included. */
  #left: B[];
  readonly #underWay = new Set<B>();
  readonly #busyLanes = new Set<string>();
  readonly #width: number;
  readonly #put: (batch: B) => Promise<BatchResult>;

  constructor(
    batches: readonly B[],
    width: number,
    put: (batch: B) => Promise<BatchResult>,
    refused: Partial<Record<RejectReason, number>> = {},
  ) {
    this.#left = [...batches];
    this.#width = width;
    this.#put = put;
    addCounts(this.counts, { ...noCounts(), rejected: refused });
  }

  async send(): Promise<void> {
    const failures: unknown[] = [];
    const calls = new Set<Promise<void>>();
    for (;;) {
      const batch = failures.length === 0 && calls.size < this.#width ? this.#next() : undefined;
      if (batch !== undefined) {
        const call = this.#send(batch, failures).finally(() => calls.delete(call));
        calls.add(call);
      } else if (calls.size > 0) await Promise.race(calls);
      else break;
    }
    if (failures.length > 0) throw failures[0];
  }

  async discard(): Promise<void> {
    this.#left = [];
  }

  #next(): B | undefined {
    const stage = this.#left[0]?.stage;
    return this.#left.find(
      (batch) => batch.stage === stage && !this.#underWay.has(batch) && !this.#busyLanes.has(batch.lane),
    );
  }

  async #send(batch: B, failures: unknown[]): Promise<void> {
    this.#underWay.add(batch);
    this.#busyLanes.add(batch.lane);
    try {
      const { delivered, rejected, bytes } = await this.#put(batch);
      addCounts(this.counts, { delivered, rejected, bytes, requests: 1 });
      this.#left.splice(this.#left.indexOf(batch), 1);
    } catch (error) {
      failures.push(error);
    } finally {
      this.#underWay.delete(batch);
      this.#busyLanes.delete(batch.lane);
    }
  }
}
