import type { Deliverer } from '../deliver/index.ts';
import { type FlowTable, LineWriter, type RecordFacts, type VantageWindow } from '../flow/index.ts';
import { parseLogFormat } from '../record/index.ts';
import type { FlowLog } from '../service/index.ts';

/** What windows are delivered with. */
export interface WindowDeliveryDeps {
  readonly deliverer: Deliverer;
  /** By vantage number. */
  readonly vantages: readonly { readonly resourceId: string; readonly source: string }[];
  /** The flow logs that want records of a resource, of this recorder's kind and window length. */
  readonly flowLogsFor: (resourceId: string) => readonly FlowLog[];
  readonly factsOf: (flowLog: FlowLog) => RecordFacts;
}

/** Lines gathered before they go to the spool; one such buffer per flow log. */
const BUFFER_BYTES = 128 << 10;

/**
 * Hands the closed windows of a recorder to the flow logs that cover them. A window that the spool refuses, or of which
 * it took only a part, gets a SKIPDATA record, so that its readers know.
 */
export class WindowDelivery {
  readonly #deps: WindowDeliveryDeps;
  readonly #outlets = new Map<string, Outlet>();
  /** Outlets by vantage, until the flow logs change. */
  #byVantage: (readonly Outlet[] | undefined)[] = [];

  constructor(deps: WindowDeliveryDeps) {
    this.#deps = deps;
  }

  /** Forgets who wants what: flow logs were made or deleted. */
  forget(): void {
    this.#byVantage = [];
    this.#outlets.clear();
  }

  /** Delivers one window of one vantage; the sink of a recorder. */
  deliver(window: VantageWindow, table: FlowTable): void {
    const { vantage } = window;
    const outlets = (this.#byVantage[vantage] ??= this.#outletsOf(vantage));
    const source = this.#deps.vantages[vantage]?.source ?? '';
    for (const outlet of outlets) outlet.deliver(source, window, table);
  }

  #outletsOf(vantage: number): readonly Outlet[] {
    const resourceId = this.#deps.vantages[vantage]?.resourceId;
    if (resourceId === undefined) return [];
    return this.#deps.flowLogsFor(resourceId).map((flowLog) => {
      const known = this.#outlets.get(flowLog.id);
      if (known !== undefined) return known;
      const outlet = new Outlet(flowLog, this.#deps.factsOf(flowLog), this.#deps.deliverer);
      this.#outlets.set(flowLog.id, outlet);
      return outlet;
    });
  }
}

/** The writer of one flow log, and its way into the spool. */
class Outlet {
  readonly #flowLogId: string;
  readonly #deliverer: Deliverer;
  readonly #writer: LineWriter;
  #place = { source: '', startSeconds: 0, endSeconds: 0 };
  /** Lines that were handed on. */
  #handedOn = 0;
  #isNotice = false;
  #isRefused = false;

  constructor(flowLog: FlowLog, facts: RecordFacts, deliverer: Deliverer) {
    this.#flowLogId = flowLog.id;
    this.#deliverer = deliverer;
    const format = parseLogFormat(flowLog.logFormat);
    // A transit gateway's lost packets have rows of their own, which are read through the row of their flow.
    const actions = flowLog.trafficType ?? 'ACCEPT';
    this.#writer = new LineWriter(format, facts, (bytes) => this.#handOn(bytes), {
      actions,
      bufferBytes: BUFFER_BYTES,
    });
  }

  deliver(source: string, window: VantageWindow, table: FlowTable): void {
    const { startSeconds, endSeconds } = window;
    this.#place = { source, startSeconds, endSeconds };
    this.#isRefused = false;
    this.#writer.write(window, table);
    this.#writer.flush();
    if (!this.#isRefused) return;
    this.#isNotice = true;
    this.#writer.write({ ...window, firstRow: 0, skipped: 1 }, table);
    this.#writer.flush();
    this.#isNotice = false;
  }

  /** The writer counts a line when it is in its buffer, so the difference is what the buffer held. */
  #handOn(lines: Uint8Array): void {
    const { ok, nodata, skipdata } = this.#writer.counts();
    const written = ok + nodata + skipdata;
    const records = written - this.#handedOn;
    this.#handedOn = written;
    const outcome = this.#deliverer.add(this.#flowLogId, { ...this.#place, records, lines }, this.#isNotice);
    if (outcome === 'full' || outcome === 'failed') this.#isRefused = true;
  }
}
