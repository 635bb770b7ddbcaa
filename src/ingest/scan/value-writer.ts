import { type PlainValue, type TypedValues, valueAt } from '../typed-values.ts';
import { type ColumnBuilder, READ_SMALL, READ_TEXT, READ_TIME } from './batch-builder.ts';

type Coded = Extract<TypedValues, { kind: 'coded' }>;

const ABSENT = -1;
const ODD = -2;
const UNSEEN = -3;
const INT32_MAX = 2_147_483_647;
const TWO_32 = 4_294_967_296;

/**
 * Writes typed columns into rows, column by column.
 *
 * It knows plain values only: whole numbers in range, printable text, null. As soon as there is another one it gives up, and
 * the rows are for `parseTokens` to judge; both give the same rows. Texts are looked at once each, not once a row.
 */
export class ValueWriter {
  #columns: readonly ColumnWriter[] = [];

  /** Takes the columns of a layout, in order, after the builder was made or reset or the layout changed. */
  useColumns(columns: readonly ColumnBuilder[]): void {
    this.#columns = columns.map((column) => new ColumnWriter(column));
  }

  /** Writes values `[from, from + count)` of each column at `row`. False: some value is not plain, and the rows are half written. */
  write(columns: readonly TypedValues[], from: number, count: number, row: number): boolean {
    return this.#columns.every((column, index) =>
      column.write(columns[index] as TypedValues, from, count, row),
    );
  }
}

/** A typed value as a line would have it. */
export function tokenOf(value: PlainValue): string {
  if (value === null || value === undefined || value === '' || value === 'None') return '-';
  return String(value);
}

/** One column. What a text stands for is a code of the column's dictionary or a number, `ABSENT`, or `ODD`. */
class ColumnWriter {
  readonly #column: ColumnBuilder;
  readonly #known = new Map<string, number>();
  /** What each entry of `#texts` stands for, or `UNSEEN`. */
  #meanings = new Float64Array(0);
  #texts: readonly string[] = [];

  constructor(column: ColumnBuilder) {
    this.#column = column;
  }

  write(values: TypedValues, from: number, count: number, row: number): boolean {
    const isText = this.#column.read === READ_TEXT;
    if (values.kind === 'coded') return this.#writeCoded(values, from, count, row);
    if (values.kind === 'int32' && !isText) return this.#writeInt32(values, from, count, row);
    if (values.kind === 'int64' && !isText) return this.#writeInt64(values, from, count, row);
    for (let at = 0; at < count; at++) {
      const value = valueAt(values, from + at);
      const meaning = isText ? this.#meaningOf(tokenOf(value)) : this.#numberOf(value);
      if (!this.#put(row + at, meaning)) return false;
    }
    return true;
  }

  #writeCoded({ codes, texts, valid }: Coded, from: number, count: number, row: number): boolean {
    this.#lookInto(texts);
    const meanings = this.#meanings;
    const { values, read } = this.#column;
    for (let at = 0; at < count; at++) {
      const isNull = valid !== null && valid[from + at] === 0;
      const code = codes[from + at] as number;
      let meaning = isNull ? ABSENT : (meanings[code] as number);
      if (meaning === UNSEEN) meaning = meanings[code] = this.#meaningOf(texts[code] as string);
      if (read === READ_TEXT && meaning >= 0) values[row + at] = meaning;
      else if (!this.#put(row + at, meaning)) return false;
    }
    return true;
  }

  #writeInt32(
    { values, valid }: Extract<TypedValues, { kind: 'int32' }>,
    from: number,
    count: number,
    row: number,
  ): boolean {
    for (let at = 0; at < count; at++) {
      const isNull = valid !== null && valid[from + at] === 0;
      const value = values[from + at] as number;
      if (!isNull && value < 0) return false;
      if (!this.#put(row + at, isNull ? ABSENT : value)) return false;
    }
    return true;
  }

  #writeInt64(
    { words, valid }: Extract<TypedValues, { kind: 'int64' }>,
    from: number,
    count: number,
    row: number,
  ): boolean {
    const { read, words: target } = this.#column;
    for (let at = 0; at < count; at++) {
      const low = words[(from + at) * 2] as number;
      const high = words[(from + at) * 2 + 1] as number;
      if (valid !== null && valid[from + at] === 0) putNull(this.#column, row + at);
      else if (high > INT32_MAX) return false;
      else if (read === READ_SMALL || read === READ_TIME) {
        if (high > 0 || !this.#put(row + at, low)) return false;
      } else {
        target[(row + at) * 2] = low;
        target[(row + at) * 2 + 1] = high;
      }
    }
    return true;
  }

  /** Writes what a value stands for; false when it is not plain, or out of range. */
  #put(row: number, meaning: number): boolean {
    const { read, max, values, words } = this.#column;
    if (meaning === ABSENT) {
      putNull(this.#column, row);
      return true;
    }
    if (meaning < 0) return false;
    if (read === READ_TEXT) values[row] = meaning;
    else if (read === READ_SMALL) {
      if (meaning > max) return false;
      values[row] = meaning;
    } else {
      if (read === READ_TIME && meaning > INT32_MAX) return false;
      words[row * 2] = meaning >>> 0;
      words[row * 2 + 1] = (meaning / TWO_32) >>> 0;
    }
    return true;
  }

  #lookInto(texts: readonly string[]): void {
    if (texts === this.#texts && texts.length <= this.#meanings.length) return;
    const meanings = new Float64Array(Math.max(texts.length, 16)).fill(UNSEEN);
    if (texts === this.#texts) meanings.set(this.#meanings);
    this.#meanings = meanings;
    this.#texts = texts;
  }

  #meaningOf(text: string): number {
    let meaning = this.#known.get(text);
    if (meaning === undefined) {
      const token = tokenOf(text);
      const { dictionary } = this.#column;
      if (token === '-') meaning = ABSENT;
      else if (dictionary === null) meaning = /^\d{1,15}$/.test(token) ? Number(token) : ODD;
      else meaning = /^[!-~]+$/.test(token) ? dictionary.internText(token) : ODD;
      this.#known.set(text, meaning);
    }
    return meaning;
  }

  /** A whole number that a double holds exactly; `ABSENT`, or `ODD` for anything else. */
  #numberOf(value: PlainValue): number {
    if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : ODD;
    if (typeof value === 'bigint')
      return value >= 0n && value <= Number.MAX_SAFE_INTEGER ? Number(value) : ODD;
    return value === null || value === undefined ? ABSENT : this.#meaningOf(value);
  }
}

function putNull(column: ColumnBuilder, row: number): void {
  column.valid[row >> 3] = (column.valid[row >> 3] as number) & ~(1 << (row & 7));
  if (column.words.length === 0) column.values[row] = 0;
  else {
    column.words[row * 2] = 0;
    column.words[row * 2 + 1] = 0;
  }
}
