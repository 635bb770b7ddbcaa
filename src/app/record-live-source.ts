import type { CaptureSink, LiveCapture, LiveCaptureDeps } from '../capture/index.ts';
import { FlowRecorder, LineWriter, NO_FACTS, type VantageWindow } from '../flow/index.ts';
import type { CaptureLoss, PacketView } from '../packet/index.ts';
import type { LiveOutput } from './record-live-output.ts';
import type { CaptureScene } from './record-network.ts';
import { type RecordPlan, windowSink } from './record-plan.ts';

/** What became of the packets of one source, and of its lines. */
export interface LiveRecordCounts {
  readonly name: string;
  readonly packets: number;
  readonly counted: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly gaps: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
}

/** A tick that comes this late finds bytes in the pipe that are older than the clock. */
const LATE_TICK_SECONDS = 3;

/** One source on its way to lines: what its capture calls, and the clock that closes its windows. */
export class LiveRecording implements CaptureSink {
  /** Set right after making it: the two need each other. */
  capture: LiveCapture | null = null;
  readonly name: string;
  readonly #outputs: { readonly lines: LiveOutput; readonly reasons: LiveOutput | null };
  readonly #graceSeconds: number;
  readonly #nowSeconds: () => number;
  readonly #onFault: (error: unknown) => void;
  readonly #scene: CaptureScene;
  readonly #writer: LineWriter;
  readonly #recorder: FlowRecorder;
  #begunSeconds = Number.POSITIVE_INFINITY;
  #tickedSeconds = Number.POSITIVE_INFINITY;

  /** @param graceSeconds how long a window stays open for packets that are still on their way to us */
  constructor(
    name: string,
    plan: RecordPlan,
    outputs: { readonly lines: LiveOutput; readonly reasons: LiveOutput | null },
    graceSeconds: number,
    deps: Pick<LiveCaptureDeps, 'nowSeconds'>,
    onFault: (error: unknown) => void,
  ) {
    this.name = name;
    this.#outputs = outputs;
    this.#graceSeconds = graceSeconds;
    this.#nowSeconds = () => deps.nowSeconds();
    this.#onFault = onFault;
    const { lines, reasons } = outputs;
    this.#scene = plan.scenes.sceneOf(name, name);
    const write = (bytes: Uint8Array): void => lines.write(bytes);
    this.#writer = new LineWriter(plan.format, this.#scene.facts, write, { actions: plan.actions });
    const reason = reasons === null ? null : (bytes: Uint8Array) => reasons.write(bytes);
    const sink = windowSink(plan.scenes, this.#writer, reason);
    this.#recorder = new FlowRecorder(
      this.#scene.observer,
      (window, table) => this.#guard(() => sink(this.#whileListening(window), table)),
      plan.recorder,
    );
  }

  /** The header line of a plan's format. */
  static headerOf(plan: RecordPlan): string {
    return new LineWriter(plan.format, NO_FACTS, () => {}).header;
  }

  add(packet: PacketView): void {
    this.#recorder.add(packet);
  }

  lose(loss: CaptureLoss): void {
    this.#recorder.lose(loss);
  }

  nameInterface(index: number, name: string | null): void {
    this.#scene.nameInterface(index, name);
  }

  /** Starts to capture; from then on windows without packets are idle. Errors: those of `LiveCapture.start`. */
  async start(): Promise<void> {
    await this.capture?.start();
    this.#begunSeconds = this.#nowSeconds();
    this.#tickedSeconds = this.#begunSeconds;
    this.#recorder.beginAt(this.#begunSeconds);
  }

  /** To be called each second: closes windows whose time is over and writes them. */
  tick(): void {
    this.capture?.tick();
    const now = this.#nowSeconds();
    // After a pause of ours the bytes that wait in the pipe come first; they are read before the next tick.
    if (now - this.#tickedSeconds < LATE_TICK_SECONDS) this.#recorder.advanceTo(now - this.#graceSeconds);
    this.#tickedSeconds = now;
    this.#guard(() => this.#flush());
  }

  /** Ends the capture and writes the open window. */
  async stop(): Promise<void> {
    await this.capture?.stop();
    this.#recorder.end();
    this.#guard(() => this.#flush());
  }

  /** Completes what was written. Errors: those of the outputs. */
  async close(): Promise<void> {
    await this.#outputs.lines.close();
    await this.#outputs.reasons?.close();
  }

  counts(): LiveRecordCounts {
    const { packets = 0, dropped = {}, lost = 0, gaps = 0 } = this.capture?.counts() ?? {};
    const recorded = this.#recorder.counts();
    const { ok, nodata, skipdata } = this.#writer.counts();
    return {
      name: this.name,
      packets,
      counted: recorded.counted,
      // The reasons of the decoder and of the recorder have different names.
      dropped: { ...dropped, ...recorded.dropped },
      lost,
      gaps,
      ok,
      nodata,
      skipdata,
    };
  }

  /** A window without packets claims to be idle only for the time in which we listened. */
  #whileListening(window: VantageWindow): VantageWindow {
    if (window.firstRow !== 0) return window;
    const now = Math.floor(this.#nowSeconds());
    const startSeconds = Math.max(
      window.startSeconds,
      Math.min(Math.floor(this.#begunSeconds), window.endSeconds),
    );
    return { ...window, startSeconds, endSeconds: Math.max(startSeconds, Math.min(window.endSeconds, now)) };
  }

  #flush(): void {
    this.#writer.flush();
    this.#outputs.lines.settle();
    this.#outputs.reasons?.settle();
  }

  /** Windows close while packets are read, where an error would have nobody to catch it. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
