import { createReadStream } from 'node:fs';
import { messageOf, type Reporter, WeirError } from '../base/index.ts';
import {
  type ActionFilter,
  FlowRecorder,
  LineWriter,
  NO_FACTS,
  type Observer,
  PlainObserver,
  type RecorderConfig,
  type RecordFacts,
} from '../flow/index.ts';
import { type CaptureSummary, readCapture } from '../packet/index.ts';
import type { Field } from '../record/index.ts';
import type { StoreOptions } from '../storage/index.ts';
import { recordFormatOf } from './record-format.ts';
import { descriptorOutput, NO_OUTPUT, type RecordOutput, storeOutput } from './record-output.ts';

/** What a person asked for, as text where a person types it. */
export interface RecordOptions {
  /** Capture files; `-` is standard input. */
  readonly captures: readonly string[];
  /** A directory, `s3://bucket/prefix`, a file descriptor, or null to only count. */
  readonly out: string | number | null;
  /** `v2` (default), `v5`, `all`, `tgw`, a LogFormat string, or field names. */
  readonly format?: string | undefined;
  /** `60` or `600` seconds. */
  readonly interval?: string | undefined;
  /** `ALL`, `ACCEPT` or `REJECT`. */
  readonly actions?: string | undefined;
  /** Bound of live flows. */
  readonly maxFlows?: number | undefined;
  readonly storage?: StoreOptions | undefined;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The totals of a recording. `packets = counted + Σ dropped` and `records = ok + nodata + skipdata`, always. */
export interface RecordResult {
  readonly packets: number;
  /** Packets that are in a record. */
  readonly counted: number;
  /** The others, by reason: those of the decoder and those of the flow table. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly records: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly seconds: number;
}

export interface RecordReport {
  readonly result: RecordResult;
  /** Captures that were no captures, were cut short, or lost packets: what a person should know. */
  readonly remarks: readonly { readonly capture: string; readonly text: string }[];
  /** True when no capture could be read at all. */
  readonly isUseless: boolean;
}

/**
 * Turns captures into flow logs. Without a network model each capture is one interface that belongs to no VPC.
 *
 * Errors: `record.bad-option` (kind `config`) for options that do not fit; `record.unreadable` (kind `input`) for a file
 * that cannot be opened; those of the store.
 * Cost: one pass over each capture, memory by `maxFlows`.
 */
export async function recordCaptures(options: RecordOptions): Promise<RecordReport> {
  const begun = performance.now();
  const run = new RecordRun(options, await outputOf(options));
  const observe = (): RecordedNetwork => ({ observer: new PlainObserver(), facts: NO_FACTS });
  for (const capture of options.captures) await run.record(capture, observe());
  return run.report((performance.now() - begun) / 1000);
}

/** Who decides where packets belong, and what is known of those places. */
interface RecordedNetwork {
  readonly observer: Observer;
  readonly facts: RecordFacts;
}

/** Bytes of a capture read at once. */
const READ_BYTES = 1 << 20;

class RecordRun {
  readonly #options: RecordOptions;
  readonly #output: RecordOutput;
  readonly #format: readonly Field[];
  readonly #actions: ActionFilter;
  readonly #recorderConfig: Partial<RecorderConfig>;
  readonly #remarks: { capture: string; text: string }[] = [];
  readonly #dropped: Record<string, number> = {};
  #readable = 0;
  #packets = 0;
  #counted = 0;
  #ok = 0;
  #nodata = 0;
  #skipdata = 0;
  #bytes = 0;

  constructor(options: RecordOptions, output: RecordOutput) {
    this.#options = options;
    this.#output = output;
    this.#format = recordFormatOf(options.format ?? 'v2');
    this.#actions = choiceOf('actions', options.actions ?? 'ALL', ['ALL', 'ACCEPT', 'REJECT']);
    this.#recorderConfig = {
      intervalSeconds: Number(choiceOf('interval', options.interval ?? '60', ['60', '600'])),
      seed: (Math.random() * 2 ** 32) | 0,
      ...(options.maxFlows === undefined ? {} : { maxFlows: options.maxFlows }),
    };
  }

  async record(capture: string, network: RecordedNetwork): Promise<void> {
    const output = this.#output;
    const writer = new LineWriter(this.#format, network.facts, (bytes) => output.write(bytes), {
      actions: this.#actions,
    });
    const recorder = new FlowRecorder(
      network.observer,
      (window, table) => writer.write(window, table),
      this.#recorderConfig,
    );
    output.open(capture, writer.header);
    try {
      const summary = await readCapture(this.#pieces(capture), (packet) => recorder.add(packet), {
        onLoss: (loss) => recorder.lose(loss),
      });
      recorder.end();
      writer.flush();
      await output.close();
      this.#add(capture, summary, recorder, writer);
    } finally {
      output.discard();
    }
  }

  report(seconds: number): RecordReport {
    const [ok, nodata, skipdata] = [this.#ok, this.#nodata, this.#skipdata];
    return {
      result: {
        packets: this.#packets,
        counted: this.#counted,
        dropped: this.#dropped,
        records: ok + nodata + skipdata,
        ok,
        nodata,
        skipdata,
        seconds,
      },
      remarks: this.#remarks,
      isUseless: this.#readable === 0,
    };
  }

  async *#pieces(capture: string): AsyncGenerator<Uint8Array> {
    const source = capture === '-' ? process.stdin : createReadStream(capture, { highWaterMark: READ_BYTES });
    try {
      for await (const piece of source) {
        this.#options.signal?.throwIfAborted();
        this.#bytes += (piece as Uint8Array).length;
        this.#options.reporter.progress({ phase: 'record', done: this.#bytes, total: null });
        yield piece as Uint8Array;
      }
    } catch (error) {
      if (this.#options.signal?.aborted === true) throw error;
      throw new WeirError('input', 'record.unreadable', `cannot read ${capture}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #add(capture: string, summary: CaptureSummary, recorder: FlowRecorder, writer: LineWriter): void {
    const counts = recorder.counts();
    const lines = writer.counts();
    this.#packets += summary.packets;
    this.#counted += counts.counted;
    for (const dropped of [summary.dropped, counts.dropped]) {
      for (const [reason, count] of Object.entries(dropped))
        this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
    }
    this.#ok += lines.ok;
    this.#nodata += lines.nodata;
    this.#skipdata += lines.skipdata;
    if (summary.end.kind !== 'not-a-capture') this.#readable++;
    if (summary.end.kind !== 'complete')
      this.#remarks.push({ capture, text: `${summary.end.kind}: ${summary.end.message}` });
    if (summary.lost > 0)
      this.#remarks.push({ capture, text: `${summary.lost} packets were lost before they were captured` });
  }
}

async function outputOf({ out, storage }: RecordOptions): Promise<RecordOutput> {
  if (out === null) return NO_OUTPUT;
  return typeof out === 'number' ? descriptorOutput(out) : await storeOutput(out, storage ?? {});
}

function choiceOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new WeirError(
    'config',
    'record.bad-option',
    `--${option} "${text}": expected one of ${allowed.join(', ')}`,
    { details: { option, found: text } },
  );
}
