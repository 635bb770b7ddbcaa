import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type FlowRecord, type LineStatus, layoutOfFields, parseLine } from '../record/index.ts';
import type { SimulateConfig } from './config.ts';
import type { LabelledLine, TextObject } from './object-sink.ts';
import { Simulation } from './simulation.ts';

/** One object of a flow log, ready to be written anywhere. */
export interface SimulatedObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Lines without the header. */
  readonly lines: number;
  /** Size before compression, bytes. */
  readonly textBytes: number;
  /** Unix seconds of the slot in the object's name; null in layouts without slots. */
  readonly slotSeconds: number | null;
  readonly labels: readonly LabelledLine[];
}

/** One record of `simulateRecords`. */
export interface SimulatedRecord {
  readonly record: FlowRecord;
  readonly status: LineStatus;
}

const compress = promisify(gzip);

/** Objects compressed at once; libuv has four threads. */
const IN_FLIGHT = 4;

/**
 * Makes the objects of a simulation in order, compressing several at once. Cost: memory for a handful of objects of
 * `objectBytes`. The simulation's `truth()` is complete when this has ended.
 */
export async function* simulateObjects(simulation: Simulation): AsyncGenerator<SimulatedObject, void> {
  const { gzipLevel } = simulation.config;
  const waiting: Promise<SimulatedObject>[] = [];
  for (const object of simulation.play()) {
    waiting.push(packed(object, gzipLevel));
    // One turn of the event loop lets finished compressions report before the next object is made.
    if (waiting.length >= IN_FLIGHT) yield (await waiting.shift()) as SimulatedObject;
  }
  for (const object of waiting) yield await object;
}

/** The records of a simulation in memory, as the reader would see them: lines written and read again. */
export function* simulateRecords(config: SimulateConfig): Generator<SimulatedRecord, void> {
  const layout = layoutOfFields(config.format);
  for (const object of new Simulation({ ...config, style: 'text' }).play()) {
    for (const line of object.text.toString('latin1').split('\n')) {
      const parsed = parseLine(layout, line);
      if (parsed.kind === 'record') yield { record: parsed.record, status: parsed.status };
    }
  }
}

async function packed(object: TextObject, level: number): Promise<SimulatedObject> {
  const { key, lines, text, slotSeconds, labels } = object;
  const bytes = level === 0 ? text : await compress(text, { level });
  return { key, bytes, lines, textBytes: text.length, slotSeconds, labels };
}
