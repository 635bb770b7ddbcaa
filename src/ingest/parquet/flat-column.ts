import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { hashOf, TextDictionary } from '../scan/text-dictionary.ts';
import type { TypedValues } from '../typed-values.ts';
import { PAGE_CODECS } from './page-codecs.ts';
import { readHybrid } from './rle-hybrid.ts';

/** What the values of a column are read into. */
type Kind = 'text' | 'int32' | 'int64';

/** The present values of a page, one after another, and which of its rows have one. */
interface Page {
  readonly rows: number;
  /** 1 for rows with a value, 0 for null; null when every row has one. */
  readonly valid: Uint8Array | null;
  /** Codes or numbers, one per value; low and high words, two per value, for `int64`. */
  readonly values: Int32Array;
}

/**
 * How a column of Parquet can be read by `FlatColumn`; null for one that it does not know: nested or repeated values, and
 * types with a meaning of their own (times, decimals, unsigned numbers, floats).
 */
export function flatKindOf(element: SchemaElement, meta: ColumnMetaData): Kind | null {
  if (element.num_children !== undefined || element.repetition_type === 'REPEATED') return null;
  if (meta.path_in_schema.length !== 1) return null;
  const { converted_type: converted, logical_type: logical } = element;
  if (meta.type === 'BYTE_ARRAY') {
    const isText = converted === undefined || converted === 'UTF8';
    return isText && (logical === undefined || logical.type === 'STRING') ? 'text' : null;
  }
  if (converted !== undefined && !/^INT_(?:8|16|32|64)$/.test(converted)) return null;
  if (logical !== undefined && !(logical.type === 'INTEGER' && logical.isSigned)) return null;
  return meta.type === 'INT32' ? 'int32' : meta.type === 'INT64' ? 'int64' : null;
}

/**
 * One column of one row group, read from its pages in order: the fast way for the columns that flow logs have. Text comes as
 * codes into a dictionary and numbers in typed arrays, so that nothing is made per value.
 *
 * It knows plain and dictionary pages of both versions. What it does not know, and what is damaged, is an error; `hyparquet`
 * then reads the column in the general way and decides. That is also its judge in tests.
 * Cost: each page once; some 5 to 20 ns a value. Memory: one page and the distinct texts of the row group.
 */
export class FlatColumn {
  readonly #bytes: Uint8Array;
  readonly #reader: { readonly view: DataView; offset: number };
  readonly #meta: ColumnMetaData;
  readonly #kind: Kind;
  readonly #isNullable: boolean;
  /** Texts by code: first those of the dictionary page, then those that plain pages brought. */
  readonly #texts: string[] = [];
  /** Codes of the texts of plain pages, less the number of entries of the dictionary page. */
  #plainTexts: TextDictionary | null = null;
  #dictionarySize = 0;
  /** Entries of the dictionary page of a column of numbers. */
  #numbers: Int32Array = new Int32Array(0);
  #page: Page = { rows: 0, valid: null, values: new Int32Array(0) };
  /** Rows and values of the page that were handed out. */
  #rowsGiven = 0;
  #valuesGiven = 0;

  /** `bytes` are those of the column chunk. */
  constructor(bytes: Uint8Array, element: SchemaElement, meta: ColumnMetaData, kind: Kind) {
    this.#bytes = bytes;
    this.#reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    this.#meta = meta;
    this.#kind = kind;
    this.#isNullable = element.repetition_type !== 'REQUIRED';
  }

  /** The next `rows` values. Errors: whatever the bytes are not; the column must not be used after one. */
  read(rows: number): TypedValues {
    const isWide = this.#kind === 'int64';
    const values = new Int32Array(isWide ? rows * 2 : rows);
    let valid: Uint8Array | null = null;
    for (let filled = 0; filled < rows; ) {
      while (this.#rowsGiven === this.#page.rows) this.#nextPage();
      const page = this.#page;
      const count = Math.min(rows - filled, page.rows - this.#rowsGiven);
      if (page.valid === null) {
        const from = isWide ? this.#valuesGiven * 2 : this.#valuesGiven;
        const part = page.values.subarray(from, from + (isWide ? count * 2 : count));
        values.set(part, isWide ? filled * 2 : filled);
        valid?.fill(1, filled, filled + count);
        this.#valuesGiven += count;
      } else {
        valid ??= new Uint8Array(rows).fill(1, 0, filled);
        this.#spread(values, valid, filled, count);
      }
      this.#rowsGiven += count;
      filled += count;
    }
    switch (this.#kind) {
      case 'text':
        return { kind: 'coded', codes: values, texts: this.#texts, valid };
      case 'int32':
        return { kind: 'int32', values, valid };
      case 'int64':
        return { kind: 'int64', words: new Uint32Array(values.buffer), valid };
    }
  }

  /** Hands out `count` rows of a page with nulls. */
  #spread(values: Int32Array, valid: Uint8Array, filled: number, count: number): void {
    const page = this.#page;
    const isPresent = page.valid as Uint8Array;
    const isWide = this.#kind === 'int64';
    let at = this.#valuesGiven;
    for (let row = 0; row < count; row++) {
      if (isPresent[this.#rowsGiven + row] === 0) continue;
      if (isWide) {
        values[(filled + row) * 2] = page.values[at * 2] as number;
        values[(filled + row) * 2 + 1] = page.values[at * 2 + 1] as number;
      } else values[filled + row] = page.values[at] as number;
      valid[filled + row] = 1;
      at++;
    }
    this.#valuesGiven = at;
  }

  #nextPage(): void {
    if (this.#reader.offset >= this.#bytes.length) throw new RangeError('the column ends early');
    const header = parquetHeader(this.#reader);
    const from = this.#reader.offset;
    const end = from + header.compressed_page_size;
    if (header.compressed_page_size < 0 || end > this.#bytes.length)
      throw new RangeError('a page breaks off');
    this.#reader.offset = end;
    const bytes = this.#bytes.subarray(from, end);
    const unpack = (part: Uint8Array, size: number): Uint8Array =>
      decompressPage(part, size, this.#meta.codec, PAGE_CODECS);
    if (header.type === 'DICTIONARY_PAGE') {
      const page = unpack(bytes, header.uncompressed_page_size);
      this.#readDictionary(page, header.dictionary_page_header?.num_values ?? 0);
      return;
    }
    this.#rowsGiven = 0;
    this.#valuesGiven = 0;
    const { data_page_header: v1, data_page_header_v2: v2 } = header;
    if (((v1 ?? v2)?.num_values ?? 0) > this.#meta.num_values)
      throw new RangeError('a page claims more values than there are');
    if (header.type === 'DATA_PAGE' && v1 !== undefined) {
      const page = unpack(bytes, header.uncompressed_page_size);
      let at = 0;
      let valid: Uint8Array | null = null;
      if (this.#isNullable) {
        if (v1.definition_level_encoding !== 'RLE') throw new RangeError('levels of an old kind');
        const length = viewOf(page).getUint32(0, true);
        at = 4 + length;
        valid = levels(page, 4, at, v1.num_values);
      }
      this.#readValues(page.subarray(at), v1.encoding, v1.num_values, valid);
    } else if (header.type === 'DATA_PAGE_V2' && v2 !== undefined) {
      if (v2.repetition_levels_byte_length > 0) throw new RangeError('repeated values');
      const length = v2.definition_levels_byte_length;
      const valid = this.#isNullable ? levels(bytes, 0, length, v2.num_values) : null;
      const rest = bytes.subarray(length);
      const size = header.uncompressed_page_size - length;
      this.#readValues(
        v2.is_compressed === false ? rest : unpack(rest, size),
        v2.encoding,
        v2.num_values,
        valid,
      );
    } else throw new RangeError(`a page of kind ${header.type}`);
  }

  #readDictionary(page: Uint8Array, count: number): void {
    if (this.#dictionarySize > 0 || this.#plainTexts !== null) throw new RangeError('a second dictionary');
    this.#dictionarySize = count;
    if (this.#kind === 'text') {
      const decoder = new TextDecoder();
      eachText(page, count, (start, end) => this.#texts.push(decoder.decode(page.subarray(start, end))));
    } else this.#numbers = numbers(page, this.#kind === 'int64' ? count * 2 : count);
  }

  #readValues(bytes: Uint8Array, encoding: string | undefined, rows: number, valid: Uint8Array | null): void {
    let count = rows;
    if (valid !== null) {
      count = 0;
      for (let row = 0; row < rows; row++) count += valid[row] as number;
    }
    const values = encoding === 'PLAIN' ? this.#plain(bytes, count) : this.#indexed(bytes, encoding, count);
    this.#page = { rows, valid: count === rows ? null : valid, values };
  }

  #plain(bytes: Uint8Array, count: number): Int32Array {
    if (this.#kind !== 'text') return numbers(bytes, this.#kind === 'int64' ? count * 2 : count);
    this.#plainTexts ??= new TextDictionary('identity');
    const known = this.#plainTexts;
    const codes = new Int32Array(count);
    let at = 0;
    eachText(bytes, count, (start, end) => {
      codes[at++] = this.#dictionarySize + known.intern(bytes, start, end, hashOf(bytes, start, end));
    });
    for (let next = this.#texts.length - this.#dictionarySize; next < known.values.length; next++)
      this.#texts.push(known.values[next] as string);
    return codes;
  }

  #indexed(bytes: Uint8Array, encoding: string | undefined, count: number): Int32Array {
    if (encoding !== 'RLE_DICTIONARY' && encoding !== 'PLAIN_DICTIONARY')
      throw new RangeError(`values in ${encoding}`);
    const indices = new Int32Array(count);
    if (count > 0) readHybrid(bytes, 1, bytes.length, bytes[0] as number, indices);
    const size = this.#dictionarySize;
    for (let i = 0; i < count; i++) if ((indices[i] as number) >= size) throw new RangeError('no such entry');
    if (this.#kind === 'text') return indices;
    const entries = this.#numbers;
    if (this.#kind === 'int32') {
      for (let i = 0; i < count; i++) indices[i] = entries[indices[i] as number] as number;
      return indices;
    }
    const words = new Int32Array(count * 2);
    for (let i = 0; i < count; i++) {
      const entry = (indices[i] as number) * 2;
      words[i * 2] = entries[entry] as number;
      words[i * 2 + 1] = entries[entry + 1] as number;
    }
    return words;
  }
}

/** Which rows have a value, from definition levels of 0 and 1. */
function levels(bytes: Uint8Array, from: number, end: number, rows: number): Uint8Array {
  const valid = new Uint8Array(rows);
  if (end > bytes.length) throw new RangeError('the levels break off');
  readHybrid(bytes, from, end, 1, valid);
  return valid;
}

/** Little-endian 32-bit words, copied when they are not aligned. */
function numbers(bytes: Uint8Array, words: number): Int32Array {
  if (words * 4 > bytes.length) throw new RangeError('the values break off');
  if (bytes.byteOffset % 4 === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, words);
  return new Int32Array(new Uint8Array(bytes.subarray(0, words * 4)).buffer);
}

function eachText(bytes: Uint8Array, count: number, take: (start: number, end: number) => void): void {
  const view = viewOf(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const start = at + 4;
    const end = start + view.getUint32(at, true);
    if (end > bytes.length) throw new RangeError('a text breaks off');
    take(start, end);
    at = end;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
