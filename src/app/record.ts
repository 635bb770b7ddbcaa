import { messageOf, type Reporter, WeirError } from '../base/index.ts';
import { FlowRecorder, LineWriter } from '../flow/index.ts';
import { type CaptureSummary, captureFile, readCapture } from '../packet/index.ts';
import type { StoreOptions } from '../storage/index.ts';
import { descriptorOutput, NO_OUTPUT, type RecordOutput, storeOutput } from './record-output.ts';
import {
  planRecording,
  type RecordPlan,
  type RecordPlanOptions,
  tokenOf,
  windowSink,
} from './record-plan.ts';

/** What a person asked for, as text where a person types it. */
export interface RecordOptions extends RecordPlanOptions {
  /** Capture files; `-` is standard input. */
  readonly captures: readonly string[];
  /** A directory, `s3://bucket/prefix`, a file descriptor, or null to only count. */
  readonly out: string | number | null;
  /** Written as interface-id where no model knows it. */
  readonly interfaceId?: string | undefined;
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
  const run = await createRecordRun(options);
  try {
    for (const capture of options.captures) await run.record(capture);
  } finally {
    run.end();
  }
  return run.report((performance.now() - begun) / 1000);
}

async function createRecordRun(options: RecordOptions): Promise<RecordRun> {
  const plan = planRecording(options);
  const { out, storage = {}, interfaceId } = options;
  if (interfaceId !== undefined) tokenOf('interface-id', interfaceId);
  const output =
    out === null
      ? NO_OUTPUT
      : typeof out === 'number'
        ? descriptorOutput(out)
        : await storeOutput(out, '.log', storage);
  const reasons =
    typeof out === 'string' && plan.scenes.book !== null
      ? await storeOutput(`${out.replace(/\/+$/, '')}.reasons`, '.ndjson', storage)
      : NO_OUTPUT;
  return new RecordRun(options, { ...plan, output, reasons });
}

interface RecordRunParts extends RecordPlan {
  readonly output: RecordOutput;
  /** Beside each REJECT record, which rule decided. */
  readonly reasons: RecordOutput;
}

class RecordRun {
  readonly #options: RecordOptions;
  readonly #parts: RecordRunParts;
  readonly #remarks: { capture: string; text: string }[] = [];
  readonly #dropped: Record<string, number> = {};
  #readable = 0;
  #packets = 0;
  #counted = 0;
  #ok = 0;
  #nodata = 0;
  #skipdata = 0;
  #bytes = 0;

  constructor(options: RecordOptions, parts: RecordRunParts) {
    this.#options = options;
    this.#parts = parts;
  }

  async record(capture: string): Promise<void> {
    const { format, actions, scenes, output, reasons } = this.#parts;
    const scene = scenes.sceneOf(capture, this.#options.interfaceId ?? null);
    const writer = new LineWriter(format, scene.facts, (bytes) => output.write(bytes), { actions });
    const reason = reasons === NO_OUTPUT ? null : (bytes: Uint8Array) => reasons.write(bytes);
    const sink = windowSink(scenes, writer, reason);
    const recorder = new FlowRecorder(scene.observer, sink, this.#parts.recorder);
    output.open(capture, writer.header);
    reasons.open(capture, null);
    try {
      const summary = await readCapture(this.#pieces(capture), (packet) => recorder.add(packet), {
        onLoss: (loss) => recorder.lose(loss),
        onInterface: (index, name) => scene.nameInterface(index, name),
      });
      recorder.end();
      writer.flush();
      await output.close();
      await reasons.close();
      this.#add(capture, summary, recorder, writer);
    } finally {
      output.discard();
      reasons.discard();
    }
  }

  /** Leaves nothing unfinished behind. */
  end(): void {
    this.#parts.output.end();
    this.#parts.reasons.end();
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
    const source: AsyncIterable<Uint8Array> = capture === '-' ? process.stdin : captureFile(capture);
    try {
      for await (const piece of source) {
        this.#options.signal?.throwIfAborted();
        this.#bytes += piece.length;
        this.#options.reporter.progress({ phase: 'record', done: this.#bytes, total: null });
        yield piece;
      }
    } catch (error) {
      if (this.#options.signal?.aborted === true) throw error;
      throw unreadable(capture, error);
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

/** Why a capture cannot be read, in words that help. */
export function unreadable(capture: string, error: unknown): WeirError {
  const isFolder = (error as NodeJS.ErrnoException | null)?.code === 'EISDIR';
  const reason = isFolder ? `it is a folder; name its captures, ${capture}/*.pcap` : messageOf(error);
  return new WeirError('input', 'record.unreadable', `cannot read ${capture}: ${reason}`, { cause: error });
}
