import { type ColumnBuilder, READ_SMALL, READ_TEXT, READ_TIME } from './batch-builder.ts';

/** A value that came typed: from Parquet, not from a line. */
export type PlainValue = string | number | bigint | null | undefined;

const ABSENT = -1;
const ODD = -2;
const INT32_MAX = 2_147_483_647;
const TWO_32 = 4_294_967_296;

/**
 * Writes typed columns into rows, column by column.
 *
 * It knows plain values only: whole numbers in range, printable text, null. As soon as there is another one it gives up, and
 * the rows are for `parseTokens` to judge; both give the same rows. Texts are looked at once each, not once a row.
 */
export class ValueWriter {
  #columns: readonly ColumnBuilder[] = [];
  /** Per column, what each text it has met stands for: a code or a number, `ABSENT`, or `ODD`. */
  #known: readonly Map<string, number>[] = [];

  /** Takes the columns of a layout, in order, after the builder was made or reset or the layout changed. */
  useColumns(columns: readonly ColumnBuilder[]): void {
    this.#columns = columns;
    this.#known = columns.map(() => new Map());
  }

  /** Writes values `[from, from + count)` of each column at `row`. False: some value is not plain, and the rows are half written. */
  write(columns: readonly ArrayLike<PlainValue>[], from: number, count: number, row: number): boolean {
    for (const [index, column] of this.#columns.entries()) {
      const values = columns[index] as ArrayLike<PlainValue>;
      const known = this.#known[index] as Map<string, number>;
      const isPlain =
        column.read === READ_TEXT
          ? writeTexts(column, known, values, from, count, row)
          : column.read === READ_SMALL
            ? writeSmall(column, known, values, from, count, row)
            : values instanceof BigInt64Array
              ? writeWords(column, values, from, count, row)
              : writeWide(column, known, values, from, count, row);
      if (!isPlain) return false;
    }
    return true;
  }
}

/** A typed value as a line would have it. */
export function tokenOf(value: PlainValue): string {
  if (value === null || value === undefined || value === '' || value === 'None') return '-';
  return String(value);
}

function writeTexts(
  column: ColumnBuilder,
  known: Map<string, number>,
  values: ArrayLike<PlainValue>,
  from: number,
  count: number,
  row: number,
): boolean {
  for (let at = 0; at < count; at++) {
    const value = values[from + at];
    const text = typeof value === 'string' ? value : tokenOf(value);
    let code = known.get(text);
    if (code === undefined) {
      const token = tokenOf(text);
      const isOdd = !/^[!-~]+$/.test(token);
      code = isOdd ? ODD : token === '-' ? ABSENT : (column.dictionary?.internText(token) ?? ODD);
      known.set(text, code);
    }
    if (code === ODD) return false;
    if (code === ABSENT) putNull(column, row + at);
    else column.values[row + at] = code;
  }
  return true;
}

function writeSmall(
  column: ColumnBuilder,
  known: Map<string, number>,
  values: ArrayLike<PlainValue>,
  from: number,
  count: number,
  row: number,
): boolean {
  const { max } = column;
  for (let at = 0; at < count; at++) {
    const number = numberOf(values[from + at], known);
    if (number === ABSENT) putNull(column, row + at);
    else if (number >= 0 && number <= max) column.values[row + at] = number;
    else return false;
  }
  return true;
}

function writeWide(
  column: ColumnBuilder,
  known: Map<string, number>,
  values: ArrayLike<PlainValue>,
  from: number,
  count: number,
  row: number,
): boolean {
  const max = column.read === READ_TIME ? INT32_MAX : Number.MAX_SAFE_INTEGER;
  for (let at = 0; at < count; at++) {
    const number = numberOf(values[from + at], known);
    if (number === ABSENT) putNull(column, row + at);
    else if (number >= 0 && number <= max) {
      column.words[(row + at) * 2] = number >>> 0;
      column.words[(row + at) * 2 + 1] = (number / TWO_32) >>> 0;
    } else return false;
  }
  return true;
}

/** 64-bit integers without a null, by their halves: no big integer is made. */
function writeWords(
  column: ColumnBuilder,
  values: BigInt64Array,
  from: number,
  count: number,
  row: number,
): boolean {
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const isTime = column.read === READ_TIME;
  for (let at = 0; at < count; at++) {
    const low = halves[(from + at) * 2] as number;
    const high = halves[(from + at) * 2 + 1] as number;
    if (high > INT32_MAX || (isTime && (high > 0 || low > INT32_MAX))) return false;
    column.words[(row + at) * 2] = low;
    column.words[(row + at) * 2 + 1] = high;
  }
  return true;
}

/** A whole number that a double holds exactly; `ABSENT`, or `ODD` for anything else. */
function numberOf(value: PlainValue, known: Map<string, number>): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : ODD;
  if (typeof value === 'bigint') return value >= 0n && value <= Number.MAX_SAFE_INTEGER ? Number(value) : ODD;
  if (value === null || value === undefined) return ABSENT;
  let number = known.get(value);
  if (number === undefined) {
    const token = tokenOf(value);
    number = token === '-' ? ABSENT : /^\d{1,15}$/.test(token) ? Number(token) : ODD;
    known.set(value, number);
  }
  return number;
}

function putNull(column: ColumnBuilder, row: number): void {
  column.valid[row >> 3] = (column.valid[row >> 3] as number) & ~(1 << (row & 7));
  if (column.words.length === 0) column.values[row] = 0;
  else {
    column.words[row * 2] = 0;
    column.words[row * 2 + 1] = 0;
  }
}
