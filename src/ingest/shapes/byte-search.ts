/**
 * Where one byte stands next in a buffer. Remembers the last answer and where it holds, so that asking from every place on
 * the way there costs one native search, and going back costs the way back.
 */
export class ByteSearch {
  readonly #byte: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** The answer for every place from `since` up to `found`. */
  #since = 0;
  #found = -1;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /** Searches in another buffer from now on. */
  reset(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#since = 0;
    this.#found = -1;
  }

  /** Index of the byte at or after `from`, infinite when there is none. */
  from(from: number): number {
    if (from > this.#found) this.#found = placeOf(this.#buffer.indexOf(this.#byte, from));
    else if (from < this.#since) {
      const before = this.#buffer.subarray(0, this.#since).indexOf(this.#byte, from);
      this.#found = Math.min(this.#found, placeOf(before));
    } else return this.#found;
    this.#since = from;
    return this.#found;
  }
}

function placeOf(found: number): number {
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
