import { assertInvariant } from '../base/index.ts';
import type { CaptureLoss, PacketView } from '../packet/index.ts';
import { FLOW_DROPS, type FlowDropReason, flowDropCodeOf } from './flow-drop.ts';
import {
  BYTES_FLOAT,
  FLAGS_AND_RULE,
  MAX_VANTAGES,
  NEXT,
  PACKETS,
  ROW_WORDS,
  vantageOfPlace,
} from './flow-row.ts';
import { FlowTable } from './flow-table.ts';
import type { Observer } from './observer.ts';
import { VPC_FLAGS } from './tcp-flags.ts';
import type { WindowSink } from './window.ts';

export interface RecorderConfig {
  /** Longest span of a record: 60 or 600 seconds. Transit gateways have 60 only. */
  readonly intervalSeconds: number;
  /** Where windows begin: at Unix times that leave this rest when divided by the interval. May have a fraction. */
  readonly phaseSeconds: number;
  /** Bound of flows alive in one window, over all vantages; 64 bytes each, plus 16 to 32 for the index. */
  readonly maxFlows: number;
  /**
   * A silence longer than this is not idleness but a clock that jumped or a recording that paused: no NODATA records
   * are written for it.
   */
  readonly maxIdleSeconds: number;
  /** Seed of the flow table's hash; anything the senders of packets cannot know. */
  readonly seed: number;
  /** What each packet's flag byte adds to its record: `VPC_FLAGS` or `TRANSIT_FLAGS`. */
  readonly flags: Uint8Array;
}

export const defaultRecorderConfig: RecorderConfig = {
  intervalSeconds: 600,
  phaseSeconds: 0,
  maxFlows: 1 << 20,
  maxIdleSeconds: 86_400,
  seed: 0,
  flags: VPC_FLAGS,
};

/** What became of the packets given to a recorder. `packets = counted + Σ dropped`, always. */
export interface RecorderCounts {
  readonly packets: number;
  /** Packets that are in a record of at least one vantage. */
  readonly counted: number;
  readonly dropped: Readonly<Partial<Record<FlowDropReason, number>>>;
  /** Packets that came after their window was closed and were counted in the open one. */
  readonly late: number;
}

const TABLE_FULL = flowDropCodeOf('table-full');
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Gathers packets into flows and closes their windows: the heart of `weir record`.
 *
 * **Windows**: all vantages share their bounds, `[start, start + interval)`. A packet of a later window closes the open
 * one. A packet of the window before goes into the open one (captures of several queues are a little out of order, and
 * AWS allows 60 s); one from further back closes the open window and starts an earlier one, since then the clock was set.
 * **Memory**: the flow table and 40 bytes per vantage, whatever comes.
 * **Cost**: one hash look-up per packet and place; closing a window is one pass over its flows.
 */
export class FlowRecorder {
  readonly #observer: Observer;
  readonly #sink: WindowSink;
  readonly #config: RecorderConfig;
  readonly #table: FlowTable;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #flags: Uint8Array;

  readonly #first: Float64Array;
  readonly #lastSeen: Float64Array;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #skipped: Float64Array;

  /** Bounds of the open window; nothing is in them before the first packet. */
  #windowStart = NEVER;
  #windowEnd = -NEVER;
  /** Where the latest window ever closed ended: a clock that jumps to and fro is told of idle windows once. */
  #closedUntil = -NEVER;
  #packets = 0;
  #counted = 0;
  #late = 0;
  readonly #dropped = new Float64Array(FLOW_DROPS.length);

  constructor(observer: Observer, sink: WindowSink, config: Partial<RecorderConfig> = {}) {
    const whole = { ...defaultRecorderConfig, ...config };
    const vantages = observer.vantageCount;
    assertInvariant(vantages <= MAX_VANTAGES, `at most ${MAX_VANTAGES} vantages`);
    this.#observer = observer;
    this.#sink = sink;
    this.#config = whole;
    this.#flags = whole.flags;
    this.#table = new FlowTable(whole.maxFlows, whole.seed);
    this.#words = this.#table.words;
    this.#floats = this.#table.floats;
    this.#first = new Float64Array(vantages).fill(NEVER);
    this.#lastSeen = new Float64Array(vantages).fill(-NEVER);
    this.#head = new Int32Array(vantages);
    this.#tail = new Int32Array(vantages);
    this.#skipped = new Float64Array(vantages);
  }

  /** Records one packet. Times outside the open window close it first, see above. */
  add(packet: PacketView): void {
    const seconds = packet.seconds;
    const time = seconds + packet.nanos * 1e-9;
    if (time >= this.#windowEnd || time < this.#windowStart) this.#turnTo(time);
    this.#packets++;
    const observer = this.#observer;
    const places = observer.observe(packet);
    if (places === 0) {
      (this.#dropped[observer.dropCode] as number)++;
      return;
    }
    let isCounted = this.#count(packet, observer.place, observer.rule, seconds);
    if (places === 2 && this.#count(packet, observer.secondPlace, observer.secondRule, seconds))
      isCounted = true;
    if (isCounted) this.#counted++;
    else (this.#dropped[TABLE_FULL] as number)++;
  }

  /** Notes packets that were lost before the capture saw them: the window gets a SKIPDATA record. */
  lose(loss: CaptureLoss): void {
    this.advanceTo(loss.seconds);
    if (this.#windowStart === NEVER) this.#open(loss.seconds);
    for (const vantage of this.#observer.vantagesOfCapture(loss.interfaceIndex))
      (this.#skipped[vantage] as number) += loss.lost;
  }

  /** Opens the window of this time, so that a live recording is idle, and not unknown, before its first packet. */
  beginAt(seconds: number): void {
    if (this.#windowStart === NEVER) this.#open(seconds);
  }

  /** Says what time it is, so that a live recording closes its windows without traffic. Never goes back. */
  advanceTo(seconds: number): void {
    if (this.#windowStart !== NEVER && seconds >= this.#windowEnd) this.#turnTo(seconds);
  }

  /** Closes the open window. The recorder may go on afterwards, as with the next capture. */
  end(): void {
    this.#close();
    this.#windowStart = NEVER;
    this.#windowEnd = -NEVER;
  }

  counts(): RecorderCounts {
    const dropped: Partial<Record<FlowDropReason, number>> = {};
    for (const [code, { name }] of FLOW_DROPS.entries()) {
      const count = this.#dropped[code] as number;
      if (count > 0) dropped[name] = count;
    }
    return { packets: this.#packets, counted: this.#counted, dropped, late: this.#late };
  }

  /** Flows alive in the open window. */
  get liveFlows(): number {
    return this.#table.count;
  }

  #count(packet: PacketView, place: number, rule: number, seconds: number): boolean {
    const vantage = vantageOfPlace(place);
    if (seconds < (this.#first[vantage] as number)) this.#first[vantage] = seconds;
    if (seconds > (this.#lastSeen[vantage] as number)) this.#lastSeen[vantage] = seconds;
    const table = this.#table;
    const row = table.rowFor(packet, place);
    if (row < 0) {
      (this.#skipped[vantage] as number)++;
      return false;
    }
    const words = this.#words;
    if (table.isNew) this.#chain(row, vantage);
    (words[row + PACKETS] as number)++;
    (this.#floats[(row >> 1) + BYTES_FLOAT] as number) += packet.ipLength;
    (words[row + FLAGS_AND_RULE] as number) |= this.#flags[packet.tcpFlags] as number;
    if (rule !== 0) this.#noteRule(row, rule);
    return true;
  }

  /** The first rule that decided stays; a flow of one key rarely meets two. */
  #noteRule(row: number, rule: number): void {
    if ((this.#words[row + FLAGS_AND_RULE] as number) >>> 8 === 0)
      (this.#words[row + FLAGS_AND_RULE] as number) |= rule << 8;
  }

  #chain(row: number, vantage: number): void {
    const ref = row / ROW_WORDS + 1;
    const tail = this.#tail[vantage] as number;
    if (tail === 0) this.#head[vantage] = ref;
    else this.#words[(tail - 1) * ROW_WORDS + NEXT] = ref;
    this.#tail[vantage] = ref;
  }

  /** Makes the window of this time the open one, with NODATA for the idle ones in between. */
  #turnTo(time: number): void {
    const { intervalSeconds, maxIdleSeconds } = this.#config;
    if (this.#windowStart === NEVER) return this.#open(time);
    const isLate = time < this.#windowStart && time >= this.#windowStart - intervalSeconds;
    if (isLate) {
      this.#late++;
      return;
    }
    this.#close();
    if (time > this.#windowStart && time - this.#windowEnd <= maxIdleSeconds) {
      for (let idle = this.#closedUntil; time >= idle + intervalSeconds; idle = this.#windowEnd) {
        this.#open(idle);
        this.#close();
      }
    }
    this.#open(time);
  }

  #open(time: number): void {
    const { intervalSeconds, phaseSeconds } = this.#config;
    this.#windowStart = Math.floor((time - phaseSeconds) / intervalSeconds) * intervalSeconds + phaseSeconds;
    this.#windowEnd = this.#windowStart + intervalSeconds;
  }

  #close(): void {
    if (this.#windowStart === NEVER) return;
    this.#closedUntil = Math.max(this.#closedUntil, this.#windowEnd);
    const bounds = {
      startSeconds: Math.ceil(this.#windowStart),
      endSeconds: Math.ceil(this.#windowEnd) - 1,
    };
    for (let vantage = 0; vantage < this.#head.length; vantage++) {
      const first = this.#first[vantage] as number;
      const skipped = this.#skipped[vantage] as number;
      if (first === NEVER && skipped === 0 && !this.#observer.isWatched(vantage)) continue;
      const times =
        first === NEVER
          ? bounds
          : {
              startSeconds: Math.max(first, Math.floor(this.#windowStart)),
              endSeconds: Math.max(this.#lastSeen[vantage] as number, Math.floor(this.#windowStart)),
            };
      this.#sink({ vantage, ...times, skipped, firstRow: this.#head[vantage] as number }, this.#table);
    }
    this.#table.clear();
    this.#first.fill(NEVER);
    this.#lastSeen.fill(-NEVER);
    this.#head.fill(0);
    this.#tail.fill(0);
    this.#skipped.fill(0);
  }
}
