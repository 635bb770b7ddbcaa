import { messageOf } from '../base/index.ts';
import { problemOf } from './delivery-problem.ts';
import type { OpenSegment } from './segment.ts';
import { addCounts, type Carrier, noCounts, type Shipment, type ShipmentCounts } from './shipment.ts';
import type { SpoolQueue } from './spool-queue.ts';
import type { DeliveryProblem } from './target.ts';

/** How a lane behaves in trouble. */
export interface RetryConfig {
  /** Pause after the first failure; doubled after each further one, ±15 %. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** What a lane is given. */
export interface LaneDeps {
  readonly nowMs: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly retry: RetryConfig;
  /** Runs the work when there is room for it beside the other lanes. */
  readonly limit: (work: () => Promise<void>) => Promise<void>;
  /** Called when the state of delivery changes, and after the first attempt. */
  readonly onProblem: (problem: DeliveryProblem | null) => void;
  readonly warn: (text: string) => void;
}

/** The way of one flow log's records from the spool to its destination, one segment after the other. */
export class Lane {
  readonly queue: SpoolQueue;
  readonly counts: ShipmentCounts = noCounts();
  /** Records that were in the spool when it was opened. */
  readonly recovered: number;
  /** Records whose spool file was damaged after it was written. */
  unreadable = 0;
  /** When the flow log ended, Unix milliseconds; null while it lives. */
  endedMs: number | null = null;
  /** Failures since the last success. */
  failures = 0;
  #carrier: Carrier;
  readonly #deps: LaneDeps;
  #shipment: Shipment | null = null;
  #isRedirected = false;
  #notBeforeMs = 0;
  #problem: DeliveryProblem | null | undefined;
  #busy: Promise<void> | null = null;

  constructor(queue: SpoolQueue, carrier: Carrier, deps: LaneDeps) {
    this.queue = queue;
    this.recovered = queue.records;
    this.#carrier = carrier;
    this.#deps = deps;
  }

  /** What the last attempt met; null when it went well or there was none. */
  get problem(): DeliveryProblem | null {
    return this.#problem ?? null;
  }

  /** When the next attempt is due, Unix milliseconds; in the past when nothing holds it back. */
  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  /**
   * Closes the segments that are due and sends all that is closed, until the first failure; in a pause after a failure
   * it sends nothing. While an earlier call is at work, that call's end. Never rejects.
   */
  advance(isDue: (segment: OpenSegment) => boolean): Promise<void> {
    this.#busy ??= this.#deps
      .limit(() => this.#advance(isDue))
      .finally(() => {
        this.#busy = null;
      });
    return this.#busy;
  }

  /** Sends by another carrier from the next attempt on. */
  redirect(carrier: Carrier): void {
    this.#carrier = carrier;
    this.#isRedirected = true;
    this.#notBeforeMs = 0;
  }

  /** True while a call of `advance` waits or works. */
  get isBusy(): boolean {
    return this.#busy !== null;
  }

  /** Settles when the attempt under way has ended. */
  async idle(): Promise<void> {
    await this.#busy;
    await this.#shipment?.discard();
    this.#shipment = null;
  }

  async #advance(isDue: (segment: OpenSegment) => boolean): Promise<void> {
    try {
      await this.queue.seal(isDue);
      while (this.queue.head !== undefined && this.#deps.nowMs() >= this.#notBeforeMs) await this.#sendHead();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #sendHead(): Promise<void> {
    const segment = this.queue.head;
    if (segment === undefined) return;
    if (this.#isRedirected) {
      await this.#shipment?.discard();
      this.#shipment = null;
      this.#isRedirected = false;
    }
    this.#shipment ??= await this.#carrier.prepare(segment);
    const shipment = this.#shipment;
    await shipment.send();
    await shipment.discard();
    this.#shipment = null;
    await this.queue.removeHead();
    addCounts(this.counts, shipment.counts);
    const rejected = Object.entries(shipment.counts.rejected);
    const rejectedCount = rejected.reduce((sum, [, count]) => sum + count, 0);
    this.unreadable += segment.records - shipment.counts.delivered - rejectedCount;
    if (rejectedCount > 0) {
      const reasons = rejected.map(([reason, count]) => `${count} ${reason}`).join(', ');
      this.#deps.warn(`the destination refused ${rejectedCount} records for good: ${reasons}`);
    }
    if (this.failures > 0) this.#deps.warn(`delivers again after ${this.failures} failed attempts`);
    this.failures = 0;
    this.#notBeforeMs = 0;
    this.#report(null);
  }

  #fail(error: unknown): void {
    const { firstMs, maxMs } = this.#deps.retry;
    const pause = Math.min(firstMs * 2 ** this.failures, maxMs) * (0.85 + 0.3 * this.#deps.random());
    this.failures++;
    this.#notBeforeMs = this.#deps.nowMs() + pause;
    const problem = problemOf(error);
    if (problem !== this.#problem) this.#deps.warn(`cannot deliver, will try again: ${messageOf(error)}`);
    this.#report(problem);
  }

  #report(problem: DeliveryProblem | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#deps.onProblem(problem);
  }
}
