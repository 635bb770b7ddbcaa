import { isDeepStrictEqual } from 'node:util';
import { assertInvariant, formatCount, messageOf, type Reporter } from '../base/index.ts';
import { Lane, type RetryConfig } from './lane.ts';
import { createLimit } from './limit.ts';
import type { RecordBlock } from './record-block.ts';
import type { OpenSegment } from './segment.ts';
import type { Carrier, RejectReason } from './shipment.ts';
import { openSpool, type Spool, type SpoolConfig } from './spool.ts';
import type { AddOutcome } from './spool-queue.ts';
import type { DeliveryProblem, DeliveryTarget } from './target.ts';

/** Settings of delivery. */
export interface DelivererConfig {
  readonly spool: SpoolConfig;
  /** How long after the end of a five-minute slot its file is written; later records get a file of their own. */
  readonly publishDelayMs: number;
  /** How long records for a stream are gathered before they are sent. */
  readonly lingerMs: number;
  /** How often the spool is flushed to the disk: what a power failure may take. 0: with each round. */
  readonly syncMs: number;
  /** How often a round is made. */
  readonly roundMs: number;
  readonly retry: RetryConfig;
  /** How long the rest of a deleted flow log is tried against a destination that fails. */
  readonly abandonMs: number;
  /** Flow logs that deliver at the same time. */
  readonly concurrency: number;
}

/** AWS's rhythm where it is known: files every five minutes of at most 75 MB. */
export const defaultDelivererConfig: Omit<DelivererConfig, 'spool'> & {
  readonly spool: Omit<SpoolConfig, 'directory'>;
} = {
  spool: { maxBytes: 10e9, objectBytes: 75e6, streamBytes: 1 << 20 },
  publishDelayMs: 60_000,
  lingerMs: 1000,
  syncMs: 1000,
  roundMs: 500,
  retry: { firstMs: 1000, maxMs: 120_000 },
  abandonMs: 86_400_000,
  concurrency: 8,
};

/** What delivery is given. */
export interface DelivererDeps {
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly reporter: Reporter;
  /** Makes the sender for a target; `workDirectory` is for files in the making. */
  readonly carrierOf: (target: DeliveryTarget, workDirectory: string) => Carrier;
  /** Told when the state of a flow log's delivery changes; null is success. */
  readonly onProblem: (flowLogId: string, problem: DeliveryProblem | null) => Promise<void>;
}

/**
 * What became of the records of one flow log in this process.
 * `recovered + accepted = delivered + Σ rejected + unreadable + abandoned + waiting`, always.
 */
export interface DeliveryCounts {
  readonly flowLogId: string;
  /** In the spool when it was opened. */
  readonly recovered: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  readonly unreadable: number;
  readonly abandoned: number;
  readonly waiting: number;
  /** Never accepted: the spool was full, or the disk refused. */
  readonly refused: number;
  readonly requests: number;
  readonly bytes: number;
  readonly problem: DeliveryProblem | null;
}

interface Ledger {
  accepted: number;
  refused: number;
  abandoned: number;
  isRefusing: boolean;
  isClosing: boolean;
}

/** Opens the spool and makes ready to deliver; `start` begins. Errors: those of `openSpool`. */
export async function openDeliverer(config: DelivererConfig, deps: DelivererDeps): Promise<Deliverer> {
  return new Deliverer(config, deps, await openSpool(config.spool, deps));
}

/**
 * Takes records and sees to it that each reaches its destination at least once, in the order in which they came, through
 * outages, throttling and restarts.
 */
export class Deliverer {
  readonly #config: DelivererConfig;
  readonly #deps: DelivererDeps;
  readonly #spool: Spool;
  readonly #lanes = new Map<string, Lane>();
  readonly #ledgers = new Map<string, Ledger>();
  readonly #limit: (work: () => Promise<void>) => Promise<void>;
  #timer: NodeJS.Timeout | null = null;
  #syncedMs = 0;
  #closed: DeliveryCounts[] = [];

  constructor(config: DelivererConfig, deps: DelivererDeps, spool: Spool) {
    this.#config = config;
    this.#deps = deps;
    this.#spool = spool;
    this.#limit = createLimit(config.concurrency);
    for (const queue of spool.queues()) this.#laneOf(queue.target);
  }

  /**
   * Says which flow logs there are. Those that are missing have ended: what they recorded is delivered at once, then
   * their place in the spool goes. What was published stays.
   */
  setTargets(targets: readonly DeliveryTarget[]): void {
    const living = new Set(targets.map((target) => target.flowLogId));
    for (const target of targets) {
      const lane = this.#laneOf(target);
      lane.endedMs = null;
      // The same flow log under another configuration, such as another folder for buckets.
      if (isDeepStrictEqual(lane.queue.target, target)) continue;
      lane.queue.redirect(target);
      lane.redirect(this.#deps.carrierOf(target, this.#spool.workDirectory));
    }
    for (const [id, lane] of this.#lanes) if (!living.has(id)) lane.endedMs ??= this.#deps.nowMs();
  }

  /**
   * Takes records of a flow log named by `setTargets`. Synchronous, so that a recorder can call it while its table
   * stands still: when it gives `stored`, the records survive the death of the process. On `full` or `failed` (nothing or
   * only a part was stored) the caller adds a SKIPDATA record as a notice. `ended`: the flow log is gone.
   */
  add(flowLogId: string, block: RecordBlock, isNotice = false): AddOutcome | 'ended' {
    const lane = this.#lanes.get(flowLogId);
    const ledger = this.#ledgers.get(flowLogId);
    if (lane === undefined || ledger === undefined || lane.endedMs !== null) return 'ended';
    if (block.records === 0) return 'stored';
    const { outcome, stored } = lane.queue.add(block, isNotice);
    ledger.accepted += stored;
    ledger.refused += block.records - stored;
    if (!isNotice) this.#noteRefusal(flowLogId, lane, ledger, outcome);
    return outcome;
  }

  /** One round: flushes, closes what is due, sends what is closed. Settles when every flow log has had its turn. */
  async round(): Promise<void> {
    const nowMs = this.#deps.nowMs();
    if (nowMs - this.#syncedMs >= this.#config.syncMs) {
      this.#syncedMs = nowMs;
      await this.#spool.sync().catch((error: unknown) => {
        this.#deps.reporter.warn(`the spool could not be flushed: ${messageOf(error)}`);
      });
    }
    // A slow destination is at work over several rounds and holds up nobody.
    const idle = [...this.#lanes.values()].filter((lane) => !lane.isBusy);
    await this.#advance(idle, (lane, segment) => lane.endedMs !== null || this.#isDue(lane, segment));
  }

  /** Makes rounds until `stop`; `before` runs before each. */
  start(before: () => void = () => {}): void {
    assertInvariant(this.#timer === null, 'a deliverer is started once');
    this.#timer = setInterval(() => {
      before();
      void this.round();
    }, this.#config.roundMs);
  }

  /**
   * Sends everything there is, also files whose slot is not over, and tries again until `deadlineMs` (Unix). Gives how
   * many records are left; they stay in the spool.
   */
  async drain(deadlineMs: number): Promise<number> {
    for (;;) {
      await this.#advance([...this.#lanes.values()], () => true);
      const waiting = [...this.#lanes.values()].filter((lane) => !lane.queue.isEmpty);
      const next = Math.min(...waiting.map((lane) => lane.notBeforeMs));
      if (waiting.length === 0 || next > deadlineMs) break;
      await this.#deps.wait(Math.max(0, next - this.#deps.nowMs()));
    }
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.queue.records, 0);
  }

  /** Ends the rounds and closes the spool. What is not delivered is found again at the next start. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    for (const lane of this.#lanes.values()) await lane.idle();
    await this.#spool.close();
  }

  /** One entry per flow log, ended ones included. */
  counts(): readonly DeliveryCounts[] {
    return [...this.#closed, ...Array.from(this.#lanes.keys(), (id) => this.#countsOf(id))];
  }

  /** Bytes of the spool. */
  get spoolBytes(): number {
    return this.#spool.fileBytes;
  }

  #laneOf(target: DeliveryTarget): Lane {
    const id = target.flowLogId;
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const queue = this.#spool.queueOf(target);
    const carrier = this.#deps.carrierOf(queue.target, this.#spool.workDirectory);
    const lane = new Lane(queue, carrier, {
      nowMs: this.#deps.nowMs,
      random: this.#deps.random,
      retry: this.#config.retry,
      limit: this.#limit,
      onProblem: (problem) => {
        this.#deps.onProblem(id, problem).catch((error: unknown) => {
          this.#deps.reporter.warn(`${id}: its status could not be kept: ${messageOf(error)}`);
        });
      },
      warn: (text) => this.#deps.reporter.warn(`${id}: ${text}`),
    });
    this.#lanes.set(id, lane);
    this.#ledgers.set(id, { accepted: 0, refused: 0, abandoned: 0, isRefusing: false, isClosing: false });
    return lane;
  }

  #isDue(lane: Lane, segment: OpenSegment): boolean {
    const nowMs = this.#deps.nowMs();
    if (lane.queue.target.destination.kind !== 'objects')
      return nowMs >= segment.openedMs + this.#config.lingerMs;
    const slotEndMs = (segment.slotSeconds + 300) * 1000;
    return nowMs >= Math.max(slotEndMs, segment.openedMs) + this.#config.publishDelayMs;
  }

  async #advance(
    lanes: readonly Lane[],
    isDue: (lane: Lane, segment: OpenSegment) => boolean,
  ): Promise<void> {
    const turns = lanes.map(async (lane) => {
      await lane.advance((segment) => isDue(lane, segment));
      if (lane.endedMs !== null) await this.#closeEnded(lane);
    });
    await Promise.all(turns);
  }

  async #closeEnded(lane: Lane): Promise<void> {
    const isHopeless = this.#deps.nowMs() - (lane.endedMs ?? 0) > this.#config.abandonMs && lane.failures > 0;
    if (!lane.queue.isEmpty && !isHopeless) return;
    const id = lane.queue.target.flowLogId;
    const ledger = this.#ledgers.get(id);
    if (ledger === undefined || ledger.isClosing) return;
    ledger.isClosing = true;
    await lane.idle();
    ledger.abandoned = await this.#spool.removeQueue(id).catch((error: unknown) => {
      this.#deps.reporter.warn(`${id}: its folder in the spool stays: ${messageOf(error)}`);
      return 0;
    });
    if (ledger.abandoned > 0) {
      const lost = formatCount(ledger.abandoned);
      this.#deps.reporter.warn(
        `${id}: it was deleted and its destination fails; ${lost} records are given up`,
      );
    }
    this.#closed.push(this.#countsOf(id));
    this.#lanes.delete(id);
    this.#ledgers.delete(id);
  }

  #countsOf(id: string): DeliveryCounts {
    const lane = this.#lanes.get(id);
    const ledger = this.#ledgers.get(id);
    assertInvariant(lane !== undefined && ledger !== undefined, 'a lane has a ledger');
    const { delivered, rejected, requests, bytes } = lane.counts;
    const { accepted, refused, abandoned } = ledger;
    const { recovered, unreadable, problem } = lane;
    const waiting = lane.queue.records;
    return {
      flowLogId: id,
      recovered,
      accepted,
      delivered,
      rejected: { ...rejected },
      unreadable,
      abandoned,
      waiting,
      refused,
      requests,
      bytes,
      problem,
    };
  }

  #noteRefusal(id: string, lane: Lane, ledger: Ledger, outcome: AddOutcome): void {
    const isRefusing = outcome !== 'stored';
    if (isRefusing === ledger.isRefusing) return;
    ledger.isRefusing = isRefusing;
    const why =
      outcome === 'failed' ? `the disk refuses (${messageOf(lane.queue.lastError)})` : 'the spool is full';
    this.#deps.reporter.warn(
      isRefusing
        ? `${id}: ${why}; new records are lost and noted as SKIPDATA until it empties`
        : `${id}: records are taken again; ${formatCount(ledger.refused)} were lost`,
    );
  }
}
