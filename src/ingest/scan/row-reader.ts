import { isFieldName } from '../../record/index.ts';
import { type ColumnBuilder, READ_SMALL, READ_TEXT, READ_TIME } from './batch-builder.ts';
import type { TextDictionary } from './text-dictionary.ts';

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DASH = 45;
const ZERO = 48;
const NINE = 57;
const FIRST_NON_ASCII = 128;
const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;
/** Numbers of more digits may exceed what a double holds exactly. */
const MAX_FAST_DIGITS = 15;
/** Numbers of at most this many digits fit 32 bits. */
const SMALL_DIGITS = 9;
const INT32_MAX = 2_147_483_647;
const TWO_32 = 4_294_967_296;
/** Longest token kept for the comparison with the row before. */
const RUN_BYTES = 64;

/** How the loop reads a column: the kinds of `ColumnBuilder`, and text that often repeats the row before. */
const TEXT = 0;
const SMALL = 1;
const COUNT = 2;
const TIME = 3;
const RUN = 4;

/**
 * Reads the bytes of plainly well-formed lines into rows, and the values of all other records after `parseLine`.
 *
 * The state of each column lies in arrays by column index, so that the loop touches plain typed arrays only.
 * Bench: `bench/scan.ts`; the twin that judges it is `parseLine` of `record`.
 */
export class RowReader {
  #columns: readonly ColumnBuilder[] = [];
  #reads = new Uint8Array(0);
  #maxes = new Int32Array(0);
  #values: Int32Array[] = [];
  #words: Uint32Array[] = [];
  #valid: Uint8Array[] = [];
  #dictionaries: (TextDictionary | null)[] = [];
  /** Bytes of the last token of each RUN column, its length (-1: none) and its code. */
  #runBytes: Uint8Array[] = [];
  #runLengths = new Int32Array(0);
  #runCodes = new Int32Array(0);
  /** Codes of the first column that were looked at: 1 when they name a field, so that the line may be a header. */
  #fieldNameCodes: number[] = [];
  #isFirstText = false;

  /** Takes the columns of a layout, in order; forgets the row before. */
  useColumns(columns: readonly ColumnBuilder[]): void {
    this.#columns = columns;
    this.#reads = Uint8Array.from(columns, readOf);
    this.#maxes = Int32Array.from(columns, (column) => column.max);
    this.#values = columns.map((column) => column.values);
    this.#words = columns.map((column) => column.words);
    this.#valid = columns.map((column) => column.valid);
    this.#dictionaries = columns.map((column) => column.dictionary);
    this.#runBytes = columns.map(() => new Uint8Array(RUN_BYTES));
    this.#runLengths = new Int32Array(columns.length).fill(-1);
    this.#runCodes = new Int32Array(columns.length);
    this.#fieldNameCodes = [];
    this.#isFirstText = columns[0]?.read === READ_TEXT;
  }

  /**
   * Reads the line at `from` into `row`. Gives the offset after its newline, or 0 when the line is not plainly well formed:
   * the row is then half written, and `restore` must be called before it is used.
   * The bytes must hold a newline at or after `from`.
   */
  read(bytes: Uint8Array, from: number, row: number): number {
    const reads = this.#reads;
    const last = reads.length - 1;
    if (last < 0) return 0;
    let at = from;
    for (let index = 0; index <= last; index++) {
      const read = reads[index] as number;
      let byte = bytes[at] as number;
      if (byte === DASH) {
        byte = bytes[++at] as number;
        if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN) {
          if (read !== TEXT && read !== RUN) return 0;
          at = this.#readText(bytes, at - 1, row, index);
          byte = bytes[at] as number;
        } else {
          this.#putNull(index, row);
        }
      } else if (read === RUN || read === TEXT) {
        const start = at;
        const runLength = read === RUN ? (this.#runLengths[index] as number) : -1;
        if (runLength > 0) {
          const run = this.#runBytes[index] as Uint8Array;
          let same = 0;
          while (same < runLength && bytes[at + same] === run[same]) same++;
          byte = bytes[at + same] as number;
          if (same === runLength && (byte === SPACE || byte === NEWLINE || byte === RETURN)) at += same;
        }
        if (at === start) {
          at = this.#readText(bytes, start, row, index);
          if (at === start) return 0;
          byte = bytes[at] as number;
        } else {
          (this.#values[index] as Int32Array)[row] = this.#runCodes[index] as number;
        }
      } else {
        const start = at;
        const smallEnd = at + SMALL_DIGITS;
        let small = 0;
        while (byte >= ZERO && byte <= NINE && at < smallEnd) {
          small = (Math.imul(small, 10) + (byte - ZERO)) | 0;
          byte = bytes[++at] as number;
        }
        if (at === start) return 0;
        if (byte < ZERO || byte > NINE) {
          if (read === SMALL) {
            if (small > (this.#maxes[index] as number)) return 0;
            (this.#values[index] as Int32Array)[row] = small;
          } else {
            const words = this.#words[index] as Uint32Array;
            words[row << 1] = small;
            words[(row << 1) + 1] = 0;
          }
        } else {
          let value = small;
          while (byte >= ZERO && byte <= NINE) {
            value = value * 10 + (byte - ZERO);
            byte = bytes[++at] as number;
          }
          if (read === SMALL || at - start > MAX_FAST_DIGITS || (read === TIME && value > INT32_MAX))
            return 0;
          const words = this.#words[index] as Uint32Array;
          words[row << 1] = value >>> 0;
          words[(row << 1) + 1] = (value / TWO_32) >>> 0;
        }
      }
      if (index < last) {
        if (byte !== SPACE) return 0;
      } else if (byte !== NEWLINE) {
        if (byte !== RETURN || bytes[at + 1] !== NEWLINE) return 0;
        at++;
      }
      at++;
    }
    return this.#isFirstText && this.#namesField(row) ? 0 : at;
  }

  /** Makes a half-written row whole again: no value of it is null. */
  restore(row: number): void {
    const bit = 1 << (row & 7);
    for (const valid of this.#valid) valid[row >> 3] = (valid[row >> 3] as number) | bit;
  }

  /** Writes a record that `parseLine` has read: numbers from its values, text by the raw tokens. */
  write(row: number, tokens: readonly string[], values: readonly unknown[]): void {
    for (const [index, column] of this.#columns.entries()) {
      const value = values[index] ?? null;
      if (value === null) this.#putNull(index, row);
      else if (typeof value === 'number') column.values[row] = value;
      else if (typeof value === 'bigint') {
        column.words[row * 2] = Number(value & 0xffff_ffffn);
        column.words[row * 2 + 1] = Number(value >> 32n);
      } else {
        column.values[row] = column.dictionary?.internText(tokens[index] ?? '') ?? 0;
      }
    }
  }

  /** Interns the token at `start`; gives the offset after it, which is `start` for an empty one. */
  #readText(bytes: Uint8Array, start: number, row: number, index: number): number {
    let hash = HASH_SEED;
    let at = start;
    let byte = bytes[at] as number;
    while (byte > SPACE && byte < FIRST_NON_ASCII) {
      hash = Math.imul(hash ^ byte, HASH_PRIME);
      byte = bytes[++at] as number;
    }
    if (at === start) return start;
    const code = (this.#dictionaries[index] as TextDictionary).intern(bytes, start, at, hash);
    (this.#values[index] as Int32Array)[row] = code;
    if (this.#reads[index] === RUN && at - start <= RUN_BYTES) {
      const run = this.#runBytes[index] as Uint8Array;
      for (let from = start; from < at; from++) run[from - start] = bytes[from] as number;
      this.#runLengths[index] = at - start;
      this.#runCodes[index] = code;
    }
    return at;
  }

  #putNull(index: number, row: number): void {
    const valid = this.#valid[index] as Uint8Array;
    valid[row >> 3] = (valid[row >> 3] as number) & ~(1 << (row & 7));
    const words = this.#words[index] as Uint32Array;
    if (words.length === 0) (this.#values[index] as Int32Array)[row] = 0;
    else {
      words[row << 1] = 0;
      words[(row << 1) + 1] = 0;
    }
  }

  /** True when the first value of the row is the name of a field, or of its own column: the line may be a header. */
  #namesField(row: number): boolean {
    const code = (this.#values[0] as Int32Array)[row] as number;
    const known = this.#fieldNameCodes[code];
    if (known !== undefined) return known === 1;
    const text = this.#dictionaries[0]?.values[code] ?? '';
    const isName = isFieldName(text) || text.toLowerCase().replaceAll('-', '_') === this.#columns[0]?.name;
    this.#fieldNameCodes[code] = isName ? 1 : 0;
    return isName;
  }
}

function readOf(column: ColumnBuilder): number {
  if (column.read === READ_SMALL) return SMALL;
  if (column.read === READ_TEXT) return column.repeats ? RUN : TEXT;
  return column.read === READ_TIME ? TIME : COUNT;
}
