import { type CaptureLoss, CaptureReader, type CaptureSummary, type PacketView } from '../packet/index.ts';
import type { CaptureSource } from './capture-source.ts';
import {
  type CaptureTool,
  type CaptureToolConfig,
  captureArguments,
  captureLatencyMs,
  defaultCaptureToolConfig,
} from './capture-tool.ts';
import type { Child, ChildEnd, StartChild } from './child.ts';
import { describeEnd, explainFailure } from './explain-failure.ts';
import { createToolWords, type ToolWords } from './tool-words.ts';

/** What a capture is told to. Calls come while the tool's output is read, never later. */
export interface CaptureSink {
  /** One packet. The view is overwritten by the next one. */
  add(packet: PacketView): void;
  /** Packets were lost: counted by the kernel, or an unknown number while nobody listened. */
  lose(loss: CaptureLoss): void;
  nameInterface(index: number, name: string | null): void;
}

/** The world as a capture needs it; a test gives its own. */
export interface LiveCaptureDeps {
  readonly startChild: StartChild;
  /** Unix seconds. */
  nowSeconds(): number;
  /** Calls back once after a time; the answer calls it off. */
  after(delayMs: number, call: () => void): () => void;
}

export interface LiveCaptureConfig extends CaptureToolConfig {
  /** Wait before the tool is started again; doubles with each failure. */
  readonly firstRestartMs: number;
  readonly longestRestartMs: number;
  /** A tool that lived this long is healthy again: the next wait is the first one. */
  readonly healthyMs: number;
  /** A tool that does not stop in this time is killed. */
  readonly stopMs: number;
}

export const defaultLiveCaptureConfig: LiveCaptureConfig = {
  ...defaultCaptureToolConfig,
  firstRestartMs: 250,
  longestRestartMs: 30_000,
  healthyMs: 10_000,
  stopMs: 3_000,
};

/** What became of a capture, over all the times its tool was started. `packets = counted + Σ dropped`, always. */
export interface LiveCounts {
  readonly packets: number;
  readonly counted: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Packets that the kernel or the interface is known to have lost. */
  readonly lost: number;
  /** How often the tool ended without being asked. */
  readonly gaps: number;
}

/**
 * Listens to one source through a tool that runs beside us, for as long as it is wanted. A tool that ends without being
 * asked is started again, later each time; until it captures again `tick` says that packets are being lost. One capture
 * is started and stopped once.
 */
export class LiveCapture {
  readonly #source: CaptureSource;
  readonly #tool: CaptureTool;
  readonly #sink: CaptureSink;
  readonly #config: LiveCaptureConfig;
  readonly #deps: LiveCaptureDeps;
  readonly #note: (text: string) => void;

  #child: Child | null = null;
  #reader: CaptureReader | null = null;
  #words: ToolWords = createToolWords();
  #begunSeconds = 0;
  #downSince: number | null = null;
  #restartMs: number;
  #callOff: () => void = () => {};
  #isStopping = false;
  #stopped: (() => void) | null = null;
  #begun: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  #packets = 0;
  #counted = 0;
  readonly #dropped: Record<string, number> = {};
  #lost = 0;
  #gaps = 0;

  /** @param note told, once each time, that the capture was interrupted and that it goes on */
  constructor(
    source: CaptureSource,
    tool: CaptureTool,
    sink: CaptureSink,
    note: (text: string) => void,
    deps: LiveCaptureDeps,
    config: Partial<LiveCaptureConfig> = {},
  ) {
    this.#source = source;
    this.#tool = tool;
    this.#sink = sink;
    this.#note = note;
    this.#deps = deps;
    this.#config = { ...defaultLiveCaptureConfig, ...config };
    this.#restartMs = this.#config.firstRestartMs;
  }

  /** The tool's process, null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /**
   * Starts the tool; resolves when it captures. Rejects with the errors of `explainFailure` when it ends before it did:
   * what could never begin is not tried again.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#begun = { resolve, reject };
      this.#launch();
    });
  }

  /** To be called about once a second: asks for the losses so far, and says that packets are lost while nobody listens. */
  tick(): void {
    if (this.#downSince !== null) this.#loseUnknown();
    else if (this.#tool.tellsDrops && this.#words.isListening) this.#child?.signal('SIGUSR1');
  }

  /** Stops the tool after it has handed over what it captured; resolves when all of it was read. */
  stop(): Promise<void> {
    this.#callOff();
    const child = this.#child;
    if (child === null) {
      this.#isStopping = true;
      return Promise.resolve();
    }
    const { stopMs } = this.#config;
    const settleMs = captureLatencyMs(this.#tool, this.#source);
    return new Promise((resolve) => {
      this.#stopped = resolve;
      this.#callOff = this.#deps.after(settleMs, () => {
        this.#isStopping = true;
        child.signal('SIGINT');
        this.#callOff = this.#deps.after(stopMs, () => child.signal('SIGKILL'));
      });
    });
  }

  counts(): LiveCounts {
    const dropped = { ...this.#dropped };
    const current = this.#reader?.summary();
    addTo(dropped, current?.dropped ?? {});
    return {
      packets: this.#packets + (current?.packets ?? 0),
      counted: this.#counted + (current?.counted ?? 0),
      dropped,
      lost: this.#lost,
      gaps: this.#gaps,
    };
  }

  #launch(): void {
    const sink = this.#sink;
    const words = createToolWords();
    const reader = new CaptureReader((packet) => sink.add(packet), {
      onLoss: (loss) => this.#lose(loss),
      onInterface: (index, name) => sink.nameInterface(index, name),
    });
    this.#words = words;
    this.#reader = reader;
    sink.nameInterface(0, this.#source.name);
    const args = captureArguments(this.#tool, this.#source, this.#config);
    let isCapturing = false;
    const child = this.#deps.startChild(this.#tool.path, args, {
      output: (bytes) => {
        if (!isCapturing) this.#onCapturing();
        isCapturing = true;
        reader.push(bytes);
        if (reader.isStopped) child.signal('SIGKILL');
      },
      errors: (text) => {
        words.push(text);
        this.#tellLost(words);
      },
      end: (end) => this.#onEnd(end, isCapturing),
    });
    this.#child = child;
  }

  /** The head of the capture came, which the tool writes once it listens. */
  #onCapturing(): void {
    const now = this.#deps.nowSeconds();
    this.#begunSeconds = now;
    if (this.#downSince !== null) {
      this.#loseUnknown();
      const seconds = Math.max(0, now - this.#downSince);
      this.#note(`capturing again after ${seconds.toFixed(1)} s; what passed meanwhile is SKIPDATA`);
      this.#downSince = null;
    }
    this.#begun?.resolve();
    this.#begun = null;
  }

  #onEnd(end: ChildEnd, wasCapturing: boolean): void {
    this.#tellLost(this.#words);
    const summary = this.#reader?.end() ?? null;
    if (summary !== null) this.#addCounts(summary);
    this.#reader = null;
    this.#child = null;
    const { lastWords } = this.#words;
    if (this.#begun !== null) {
      this.#callOff();
      this.#begun.reject(explainFailure(this.#tool, this.#source, end, lastWords));
      this.#begun = null;
    } else if (this.#stopped === null || !this.#isStopping) this.#onDeath(end, wasCapturing, lastWords);
    if (this.#stopped !== null) {
      this.#callOff();
      this.#isStopping = true;
      this.#stopped();
    }
  }

  #onDeath(end: ChildEnd, wasCapturing: boolean, lastWords: string): void {
    const { firstRestartMs, longestRestartMs, healthyMs } = this.#config;
    const now = this.#deps.nowSeconds();
    if (this.#downSince === null) {
      this.#gaps++;
      this.#downSince = now;
      const why = lastWords === '' ? describeEnd(end) : `${describeEnd(end)}: ${lastWords}`;
      this.#note(`${this.#tool.name} ${why}; it is started again until it captures`);
    }
    this.#loseUnknown();
    if (this.#stopped !== null) return;
    if (wasCapturing && (now - this.#begunSeconds) * 1000 >= healthyMs) this.#restartMs = firstRestartMs;
    this.#callOff = this.#deps.after(this.#restartMs, () => this.#launch());
    this.#restartMs = Math.min(this.#restartMs * 2, longestRestartMs);
  }

  /** Nobody knows how many packets pass while no tool listens; one stands for them. */
  #loseUnknown(): void {
    this.#sink.lose({ interfaceIndex: 0, lost: 1, seconds: Math.floor(this.#deps.nowSeconds()), nanos: 0 });
  }

  #tellLost(words: ToolWords): void {
    const lost = words.takeLost();
    if (lost > 0)
      this.#lose({ interfaceIndex: 0, lost, seconds: Math.floor(this.#deps.nowSeconds()), nanos: 0 });
  }

  #lose(loss: CaptureLoss): void {
    this.#lost += loss.lost;
    this.#sink.lose(loss);
  }

  #addCounts(summary: CaptureSummary): void {
    this.#packets += summary.packets;
    this.#counted += summary.counted;
    addTo(this.#dropped, summary.dropped);
  }
}

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(counts)) sums[reason] = (sums[reason] ?? 0) + count;
}
