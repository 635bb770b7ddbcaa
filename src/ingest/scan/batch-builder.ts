import { assertInvariant } from '../../base/index.ts';
import type { BatchColumn, ColumnBatch, Field, LayoutColumn, RecordKind } from '../../record/index.ts';
import { TextDictionary, type TextTransform } from './text-dictionary.ts';

/** How the scanner reads the values of a column. Small numbers, because the hot loop switches on them. */
export const READ_TEXT = 0;
export const READ_SMALL = 1;
export const READ_COUNT = 2;
export const READ_TIME = 3;

/**
 * A column under construction. `valid` starts as all ones, so that only nulls cost a write; `nullsBefore` rows that
 * came before the column existed are cleared when it is made.
 */
export interface ColumnBuilder {
  readonly name: string;
  readonly read: typeof READ_TEXT | typeof READ_SMALL | typeof READ_COUNT | typeof READ_TIME;
  /** Greatest value of a small number. */
  readonly max: number;
  /** Numbers of `int32` columns, codes of text columns; one per row. */
  readonly values: Int32Array;
  /** Low and high words of `int64` columns, two per row; empty for others. */
  readonly words: Uint32Array;
  readonly valid: Uint8Array;
  readonly dictionary: TextDictionary | null;
  /** Whether a value often equals the one of the row before (everything but addresses). */
  readonly repeats: boolean;
  /** First row that the current layout does not fill; -1 while it fills every row. */
  absentFrom: number;
}

const SMALL_MAX: Readonly<Partial<Record<Field['shape'], number>>> = {
  port: 65_535,
  byte: 255,
  integer: 2_147_483_647,
};

/**
 * Columns of up to `capacity` records of one kind. Row numbers are the caller's; `finish` gives a batch that shares
 * the builder's memory, so it must be loaded before `reset`.
 */
export class BatchBuilder {
  readonly kind: RecordKind;
  readonly capacity: number;
  /** Rows complete so far. */
  rows = 0;
  /** One dictionary for all address columns, so that each address is looked at once. */
  readonly addresses = new TextDictionary('address');
  readonly #columns = new Map<string, ColumnBuilder>();
  readonly #spare = new Map<string, ColumnBuilder>();

  constructor(kind: RecordKind, capacity: number) {
    this.kind = kind;
    this.capacity = capacity;
  }

  /** The builder of a layout column, made on first use. */
  column(column: LayoutColumn): ColumnBuilder {
    const shape = column.field?.shape ?? 'text';
    const existing = this.#columns.get(column.name);
    if (existing !== undefined) return existing;
    if (shape === 'count' || shape === 'time')
      return this.#add(column.name, shape === 'time' ? READ_TIME : READ_COUNT, 0, null);
    const max = SMALL_MAX[shape];
    if (max !== undefined) return this.#add(column.name, READ_SMALL, max, null);
    return this.#add(
      column.name,
      READ_TEXT,
      0,
      this.#dictionaryFor(shape === 'percent-encoded' ? shape : shape === 'address' ? shape : 'identity'),
    );
  }

  /** A derived column of small numbers. */
  numberColumn(name: string): ColumnBuilder {
    return this.#columns.get(name) ?? this.#add(name, READ_SMALL, 0, null);
  }

  /** A derived column of 64-bit numbers. */
  wideColumn(name: string): ColumnBuilder {
    return this.#columns.get(name) ?? this.#add(name, READ_COUNT, 0, null);
  }

  /** A derived column of text. */
  textColumn(name: string): ColumnBuilder {
    return this.#columns.get(name) ?? this.#add(name, READ_TEXT, 0, this.#dictionaryFor('identity'));
  }

  /** Tells which columns the coming rows fill; the others become NULL from here until they are named again. */
  selectColumns(filled: ReadonlySet<ColumnBuilder>): void {
    for (const column of this.#columns.values()) {
      if (!filled.has(column)) {
        if (column.absentFrom < 0) column.absentFrom = this.rows;
      } else if (column.absentFrom >= 0) {
        clearBits(column.valid, column.absentFrom, this.rows);
        column.absentFrom = -1;
      }
    }
  }

  /** The columns so far. */
  get columns(): Iterable<ColumnBuilder> {
    return this.#columns.values();
  }

  /** The rows so far as a batch over the builder's own memory. */
  finish(): ColumnBatch {
    const rows = this.rows;
    const columns: BatchColumn[] = [];
    for (const column of this.#columns.values()) {
      if (column.absentFrom >= 0) {
        clearBits(column.valid, column.absentFrom, rows);
        column.absentFrom = rows;
      }
      const valid = column.valid.subarray(0, (rows + 7) >> 3);
      if (column.dictionary !== null) {
        const codes = new Uint32Array(column.values.buffer, column.values.byteOffset, rows);
        columns.push({ kind: 'text', name: column.name, codes, valid, dictionary: column.dictionary.values });
      } else if (column.read === READ_SMALL) {
        columns.push({ kind: 'int32', name: column.name, values: column.values.subarray(0, rows), valid });
      } else {
        columns.push({ kind: 'int64', name: column.name, words: column.words.subarray(0, rows * 2), valid });
      }
    }
    return { kind: this.kind, rows, columns };
  }

  /** Drops all rows, columns and dictionary entries; keeps the memory for the next batch. */
  reset(): void {
    this.rows = 0;
    this.addresses.clear();
    for (const column of this.#columns.values()) {
      column.valid.fill(255);
      if (column.dictionary !== this.addresses) column.dictionary?.clear();
      column.absentFrom = -1;
      this.#spare.set(column.name, column);
    }
    this.#columns.clear();
  }

  #dictionaryFor(transform: TextTransform): TextDictionary {
    return transform === 'address' ? this.addresses : new TextDictionary(transform);
  }

  #add(
    name: string,
    read: ColumnBuilder['read'],
    max: number,
    dictionary: TextDictionary | null,
  ): ColumnBuilder {
    const spare = this.#spare.get(name);
    this.#spare.delete(name);
    assertInvariant(spare === undefined || spare.read === read, `column ${name} changed its type`);
    const isWide = read === READ_COUNT || read === READ_TIME;
    const column = spare ?? {
      name,
      read,
      max,
      values: new Int32Array(sharedBytes(isWide ? 0 : this.capacity * 4)),
      words: new Uint32Array(sharedBytes(isWide ? this.capacity * 8 : 0)),
      valid: new Uint8Array(sharedBytes((this.capacity + 7) >> 3)).fill(255),
      dictionary,
      repeats: dictionary !== this.addresses,
      absentFrom: -1,
    };
    clearBits(column.valid, 0, this.rows);
    this.#columns.set(name, column);
    return column;
  }
}

/** Memory that another thread can load a batch from without a copy. */
function sharedBytes(size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(size);
}

/** Clears the bits of rows `[from, to)`. */
function clearBits(bits: Uint8Array, from: number, to: number): void {
  let row = from;
  while (row < to && (row & 7) !== 0) {
    bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7));
    row++;
  }
  const wholeEnd = to & ~7;
  if (row < wholeEnd) {
    bits.fill(0, row >> 3, wholeEnd >> 3);
    row = wholeEnd;
  }
  while (row < to) {
    bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7));
    row++;
  }
}
