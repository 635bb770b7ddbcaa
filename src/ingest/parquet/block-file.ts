import type { AsyncBuffer } from 'hyparquet';

/** Where bytes come from: an object, or memory. */
export interface RangeSource {
  readonly sizeBytes: number;
  range(start: number, end: number): Promise<Uint8Array>;
}

/** Files up to this size are read whole, with one request. */
const WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * The random access that the Parquet reader wants, over few large reads: what `load` fetched last is served from memory.
 */
export class BlockFile implements AsyncBuffer {
  readonly byteLength: number;
  /** Bytes fetched so far. */
  bytesRead = 0;
  readonly #source: RangeSource;
  #blockStart = 0;
  #block = new Uint8Array(0);

  constructor(source: RangeSource) {
    this.#source = source;
    this.byteLength = source.sizeBytes;
  }

  /** Fetches a stretch that will be read piece by piece; all of a small file. */
  async load(start: number, end: number): Promise<void> {
    if (this.#holds(start, end)) return;
    const isSmall = this.byteLength <= WHOLE_BYTES;
    this.#block = await this.#fetch(isSmall ? 0 : start, isSmall ? this.byteLength : end);
    this.#blockStart = isSmall ? 0 : start;
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    return new Uint8Array(await this.view(start, end)).buffer;
  }

  /** The bytes without a copy; they must not be changed. */
  async view(start: number, end: number): Promise<Uint8Array> {
    if (start < 0 || end < start || end > this.byteLength) {
      throw new RangeError(`the bytes ${start} to ${end} lie outside of the file (${this.byteLength} bytes)`);
    }
    if (this.byteLength <= WHOLE_BYTES) await this.load(start, end);
    return this.#holds(start, end)
      ? this.#block.subarray(start - this.#blockStart, end - this.#blockStart)
      : await this.#fetch(start, end);
  }

  #holds(start: number, end: number): boolean {
    return start >= this.#blockStart && end <= this.#blockStart + this.#block.length;
  }

  async #fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#source.range(start, end);
    this.bytesRead += bytes.length;
    if (bytes.length < end - start) throw new RangeError(`the file ends after ${start + bytes.length} bytes`);
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  }
}
