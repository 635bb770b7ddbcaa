import {
  type FlowRecord,
  type Layout,
  type LineProblem,
  layoutKey,
  parseLine,
  parseTokens,
  type RecordKind,
  splitLine,
} from '../../record/index.ts';
import { type TypedValues, valueAt } from '../typed-values.ts';
import { BatchBuilder, type ColumnBuilder } from './batch-builder.ts';
import { RowDeriver } from './row-deriver.ts';
import { RowReader } from './row-reader.ts';
import { tokenOf, ValueWriter } from './value-writer.ts';

/** A line that is no record, kept word for word. */
export interface MalformedLine extends LineProblem {
  readonly objectId: bigint;
  /** Line in the object, from 1. */
  readonly lineNumber: number;
  readonly text: string;
}

/** What became of the lines of one object. `lines = ok + nodata + skipdata + malformed`, always. */
export interface ObjectCounts {
  lines: number;
  ok: number;
  nodata: number;
  skipdata: number;
  malformed: number;
  /** Bytes of text scanned. */
  bytes: number;
  /** Earliest start, Unix seconds; null when no record had one. */
  firstStart: number | null;
  /** Latest end, Unix seconds. */
  lastEnd: number | null;
}

const NEWLINE = 10;
/** Typed rows written together; when one of them is not plain, each of them is judged by itself. */
const ROWS_AT_ONCE = 1024;
/** A longer line is one malformed line, of which the head is kept. */
const MAX_LINE_BYTES = 1 << 20;
const KEPT_HEAD_BYTES = 4096;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Turns the text of objects, or rows of typed values, into columns.
 *
 * Lines that are plainly well formed (one space between values, ASCII, numbers of at most 15 digits in range) are read
 * by a loop over bytes; every other line goes to `parseLine`, which alone decides what it is. Both give the same rows.
 *
 * Use: `beginObject`, then `scan` each chunk until it is used up (it stops early when a batch is full: hand `takeBatch`
 * on and call it again), then `endObject`. Bench: `bench/ingest.ts`.
 */
export class LineScanner {
  readonly #capacity: number;
  readonly #onMalformed: (line: MalformedLine) => void;
  readonly #builders: Partial<Record<RecordKind, BatchBuilder>> = {};
  #builder: BatchBuilder;
  #deriver: RowDeriver;
  #layout: Layout;
  readonly #reader = new RowReader();
  readonly #writer = new ValueWriter();
  #startColumn: ColumnBuilder | null = null;
  #endColumn: ColumnBuilder | null = null;
  #objectId = 0n;
  #lineNumber = 0;
  #counts: ObjectCounts = emptyCounts();
  #carry: Uint8Array = new Uint8Array(0);
  #isSkippingLongLine = false;
  #needsColumns = true;

  /** `capacity` is the number of rows at which a batch is full. */
  constructor(layout: Layout, capacity: number, onMalformed: (line: MalformedLine) => void) {
    this.#capacity = capacity;
    this.#onMalformed = onMalformed;
    this.#layout = layout;
    this.#builder = this.#builderOf(layout.kind);
    this.#deriver = new RowDeriver(this.#builder);
  }

  /** Starts an object: line numbers and counts begin anew. `objectId` goes into each of its rows. */
  beginObject(objectId: bigint, layout: Layout): void {
    this.#objectId = objectId;
    this.#lineNumber = 0;
    this.#counts = emptyCounts();
    this.#carry = new Uint8Array(0);
    this.#isSkippingLongLine = false;
    this.#useLayout(layout);
  }

  /**
   * Scans `chunk` from byte `from` and gives the offset after the last byte used. Less than `chunk.length` means that a
   * batch is full. Lines may span chunks.
   */
  scan(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#carry.length > 0 || this.#isSkippingLongLine) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline < 0 ? chunk.length : newline + 1;
      if (this.#isFull()) return at;
      this.#extendCarry(chunk.subarray(at, end), newline >= 0);
      at = end;
      if (newline < 0) return at;
    }
    const lastNewline = chunk.lastIndexOf(NEWLINE);
    if (lastNewline >= at) {
      at = this.#scanLines(chunk, at, lastNewline + 1);
      if (at <= lastNewline) return at;
    }
    if (at < chunk.length) this.#extendCarry(chunk.subarray(at), false);
    return chunk.length;
  }

  /**
   * Reads rows whose values are apart already (Parquet), columns in the order of the layout, from row `from` on. Gives the row
   * after the last one read; less than `rows` means that a batch is full.
   */
  scanRows(columns: readonly TypedValues[], rows: number, from: number): number {
    if (this.#needsColumns) this.#useLayout(this.#layout);
    let at = from;
    while (at < rows && !this.#isFull()) {
      const first = this.#builder.rows;
      const count = Math.min(ROWS_AT_ONCE, rows - at, this.#capacity - first);
      const isPlain = this.#writer.write(columns, at, count, first);
      if (!isPlain) for (let row = first; row < first + count; row++) this.#reader.restore(row);
      for (const end = at + count; at < end; at++) {
        this.#lineNumber++;
        if (isPlain) this.#finishRow();
        else this.#readTokens(columns.map((values) => tokenOf(valueAt(values, at))));
      }
    }
    return at;
  }

  /** Ends the object: a last line without newline is read. Call only while the batch is not full. */
  endObject(): ObjectCounts {
    if (this.#carry.length > 0) {
      this.#extendCarry(new Uint8Array([NEWLINE]), true);
      this.#counts.bytes--;
    }
    return this.#counts;
  }

  /** Whether the current batch is full, or the object's kind of record changed while the other kind's batch is full. */
  isFull(): boolean {
    return this.#isFull();
  }

  /** The builders that hold rows, for handing on. The caller loads each `finish()` and then calls its `reset()`. */
  *filledBuilders(): Iterable<BatchBuilder> {
    for (const builder of Object.values(this.#builders)) if (builder.rows > 0) yield builder;
    this.#needsColumns = true;
  }

  /** Rows in all batches under construction. */
  get rows(): number {
    return Object.values(this.#builders).reduce((sum, builder) => sum + builder.rows, 0);
  }

  #isFull(): boolean {
    return this.#builder.rows >= this.#capacity;
  }

  #builderOf(kind: RecordKind): BatchBuilder {
    this.#builders[kind] ??= new BatchBuilder(kind, this.#capacity);
    return this.#builders[kind];
  }

  #useLayout(layout: Layout): void {
    if (!this.#needsColumns && layoutKey(layout) === layoutKey(this.#layout)) return;
    this.#layout = layout;
    const builder = this.#builderOf(layout.kind);
    if (builder !== this.#builder) {
      this.#builder = builder;
      this.#deriver = new RowDeriver(builder);
    }
    const columns = layout.columns.map((column) => builder.column(column));
    this.#startColumn = columns.find((column) => column.name === 'start') ?? null;
    this.#endColumn = columns.find((column) => column.name === 'end') ?? null;
    this.#reader.useColumns(columns);
    this.#writer.useColumns(columns);
    this.#deriver.useColumns(columns);
    builder.selectColumns(new Set([...columns, ...this.#deriver.columns]));
    this.#needsColumns = false;
  }

  /** Adds bytes to the unfinished line; reads it when `isComplete`. */
  #extendCarry(bytes: Uint8Array, isComplete: boolean): void {
    if (this.#isSkippingLongLine) {
      this.#counts.bytes += bytes.length;
      if (isComplete) this.#isSkippingLongLine = false;
      return;
    }
    const line = new Uint8Array(this.#carry.length + bytes.length);
    line.set(this.#carry);
    line.set(bytes, this.#carry.length);
    if (line.length > MAX_LINE_BYTES) {
      this.#carry = new Uint8Array(0);
      this.#counts.bytes += line.length;
      this.#isSkippingLongLine = !isComplete;
      this.#lineNumber++;
      const reason = `a line of more than ${MAX_LINE_BYTES} bytes; its first ${KEPT_HEAD_BYTES} are kept`;
      this.#reject({ code: 'not-a-record', reason }, decoder.decode(line.subarray(0, KEPT_HEAD_BYTES)));
      return;
    }
    if (!isComplete) {
      this.#carry = line;
      return;
    }
    this.#carry = new Uint8Array(0);
    this.#scanLines(line, 0, line.length);
  }

  /** Reads the whole lines in `bytes[from, end)`; stops early when the batch is full. Gives the offset reached. */
  #scanLines(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    if (this.#needsColumns) this.#useLayout(this.#layout);
    while (at < end && this.#builder.rows < this.#capacity) {
      this.#lineNumber++;
      const next = this.#reader.read(bytes, at, this.#builder.rows);
      if (next > 0) {
        this.#finishRow();
        at = next;
        continue;
      }
      const newline = bytes.indexOf(NEWLINE, at);
      const lineEnd = newline < 0 ? end : newline;
      this.#reader.restore(this.#builder.rows);
      this.#readOddLine(decoder.decode(bytes.subarray(at, lineEnd)));
      at = lineEnd + 1;
    }
    this.#counts.bytes += Math.min(at, end) - from;
    return Math.min(at, end);
  }

  #finishRow(): void {
    const builder = this.#builder;
    const row = builder.rows;
    const counts = this.#counts;
    const status = this.#deriver.derive(row, this.#objectId);
    counts.lines++;
    if (status === 0) counts.ok++;
    else if (status === 1) counts.nodata++;
    else counts.skipdata++;
    const start = this.#startColumn === null ? 0 : (this.#startColumn.words[row * 2] as number);
    if (start > 0 && (counts.firstStart === null || start < counts.firstStart)) counts.firstStart = start;
    const end = this.#endColumn === null ? 0 : (this.#endColumn.words[row * 2] as number);
    if (end > 0 && (counts.lastEnd === null || end > counts.lastEnd)) counts.lastEnd = end;
    builder.rows = row + 1;
  }

  #readTokens(tokens: readonly string[]): void {
    const parsed = parseTokens(this.#layout, tokens);
    if (parsed.kind === 'malformed') this.#reject(parsed.problem, tokens.join(' '));
    else this.#writeOddRow(tokens, parsed.record);
  }

  #readOddLine(text: string): void {
    const parsed = parseLine(this.#layout, text);
    switch (parsed.kind) {
      case 'blank':
        return;
      case 'header':
        this.#useLayout(parsed.layout);
        return;
      case 'malformed':
        this.#reject(parsed.problem, text.replace(/\r$/, ''));
        return;
      case 'record':
        this.#writeOddRow(splitLine(text), parsed.record);
    }
  }

  #writeOddRow(tokens: readonly string[], record: FlowRecord): void {
    this.#reader.write(this.#builder.rows, tokens, Object.values(record));
    this.#finishRow();
  }

  #reject(problem: LineProblem, text: string): void {
    this.#counts.lines++;
    this.#counts.malformed++;
    this.#onMalformed({ ...problem, objectId: this.#objectId, lineNumber: this.#lineNumber, text });
  }
}

function emptyCounts(): ObjectCounts {
  return { lines: 0, ok: 0, nodata: 0, skipdata: 0, malformed: 0, bytes: 0, firstStart: null, lastEnd: null };
}
