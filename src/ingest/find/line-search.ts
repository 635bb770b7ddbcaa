import { setImmediate } from 'node:timers/promises';
import { type FlowRecord, type Layout, parseLine, parseTokens } from '../../record/index.ts';
import type { OpenedParquet } from '../opened-object.ts';
import { tokenOf } from '../scan/index.ts';
import { valueAt } from '../typed-values.ts';

/** A line (or Parquet row) that holds a record. */
export interface FoundLine {
  /** From 1; see `lineNumbers` of the object for what is counted. A row of Parquet by its ordinal. */
  readonly number: number;
  /** The line word for word, without its line end; null for a row of Parquet. */
  readonly text: string | null;
  /** What its values mean, in order. */
  readonly layout: Layout;
  /** The values as the lake has them, by column. */
  readonly values: FlowRecord;
}

/** What a search gave. */
export interface LineSearch {
  readonly lines: readonly FoundLine[];
  /** Lines or rows looked at, headers and blank ones included. */
  readonly read: number;
  /** False when the search was stopped before the end. */
  readonly isWhole: boolean;
}

/** Values of a record by column, as JSON has them; columns that are absent are not compared. */
export type WantedRecord = Readonly<Record<string, unknown>>;

/** More equal lines than this are as good as this many. */
const MAX_LINES = 100;
const NEWLINE = 10;
const DASH = 45;
const ZERO = 48;
const NINE = 57;
/** Rows between two looks at the signal. */
const ROWS_AT_ONCE = 10_000;

/**
 * The lines that hold a record, whatever its place. Lines are numbered and headers followed as the scanner does; the
 * judge of what a line means is `parseLine`. Cost: most lines are only counted, because the digits of the start of the
 * record stand in its line, in seconds or at the head of milliseconds.
 */
export async function searchLines(
  chunks: AsyncIterable<Uint8Array>,
  first: Layout,
  wanted: WantedRecord,
  signal: AbortSignal,
): Promise<LineSearch> {
  const search = new TextSearch(first, wanted);
  let carry = Buffer.alloc(0);
  for await (const chunk of chunks) {
    // Chunks that are at hand already would keep everybody else waiting, the signal's own timer included.
    await setImmediate();
    if (signal.aborted || search.lines.length >= MAX_LINES) {
      return { lines: search.lines, read: search.number, isWhole: false };
    }
    const bytes = carry.length === 0 ? asBuffer(chunk) : Buffer.concat([carry, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    search.take(bytes.subarray(0, end));
    carry = Buffer.from(bytes.subarray(end));
  }
  if (carry.length > 0) search.take(carry);
  return { lines: search.lines, read: search.number, isWhole: search.lines.length < MAX_LINES };
}

/** The rows of a Parquet object that hold a record. */
export async function searchRows(
  { layout, batches }: OpenedParquet,
  wanted: WantedRecord,
  signal: AbortSignal,
): Promise<LineSearch> {
  const lines: FoundLine[] = [];
  let read = 0;
  for await (const { rows, columns } of batches) {
    const start = layout.columns.findIndex((column) => column.name === 'start');
    const starts = columns[start]?.values;
    const needle = needleOf(wanted);
    for (let row = 0; row < rows; row++) {
      if (row % ROWS_AT_ONCE === 0) await setImmediate();
      if (signal.aborted || lines.length >= MAX_LINES) return { lines, read, isWhole: false };
      read++;
      if (starts !== undefined && needle !== null && !String(valueAt(starts, row)).includes(needle)) continue;
      const parsed = parseTokens(
        layout,
        columns.map(({ values }) => tokenOf(valueAt(values, row))),
      );
      if (parsed.kind !== 'record' || !isWanted(parsed.record, wanted)) continue;
      lines.push({ number: read, text: null, layout, values: parsed.record });
    }
  }
  return { lines, read, isWhole: true };
}

class TextSearch {
  readonly lines: FoundLine[] = [];
  number = 0;
  #layout: Layout;
  readonly #wanted: WantedRecord;
  readonly #needle: string | null;

  constructor(layout: Layout, wanted: WantedRecord) {
    this.#layout = layout;
    this.#wanted = wanted;
    this.#needle = needleOf(wanted);
  }

  /** Whole lines; the last one may lack its newline. */
  take(bytes: Buffer): void {
    let hit = this.#hit(bytes, 0);
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      this.number++;
      if (hit < at) hit = this.#hit(bytes, at);
      if (hit < end || mayBeHeader(bytes[at] as number)) this.#look(bytes.toString('utf8', at, end));
      at = end + 1;
    }
  }

  #hit(bytes: Buffer, from: number): number {
    if (this.#needle === null) return from;
    const hit = bytes.indexOf(this.#needle, from, 'latin1');
    return hit < 0 ? bytes.length : hit;
  }

  #look(line: string): void {
    const text = line.replace(/\r$/, '');
    const parsed = parseLine(this.#layout, text);
    if (parsed.kind === 'header') this.#layout = parsed.layout;
    if (parsed.kind !== 'record' || this.lines.length >= MAX_LINES) return;
    if (!isWanted(parsed.record, this.#wanted)) return;
    this.lines.push({ number: this.number, text, layout: this.#layout, values: parsed.record });
  }
}

/** Text that stands in every line of the record; null when nothing is known that does. */
function needleOf({ start }: WantedRecord): string | null {
  return typeof start === 'number' || typeof start === 'string' ? String(start) : null;
}

/** Records mostly begin with a number or a dash, headers never do. */
function mayBeHeader(byte: number): boolean {
  return byte !== DASH && (byte < ZERO || byte > NINE);
}

function isWanted(record: FlowRecord, wanted: WantedRecord): boolean {
  return Object.entries(record).every(
    ([name, value]) => wanted[name] === undefined || textOf(value) === textOf(wanted[name]),
  );
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
