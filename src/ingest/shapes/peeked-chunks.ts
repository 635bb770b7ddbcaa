/**
 * Chunks whose beginning was looked at. Iterating gives every byte, the seen ones first. Can be iterated once.
 */
export class PeekedChunks {
  /** The chunks read so far. */
  readonly seen: readonly Uint8Array[];
  /** True when `seen` is all there is. */
  readonly isWhole: boolean;
  readonly #rest: AsyncIterator<Uint8Array>;

  private constructor(seen: readonly Uint8Array[], isWhole: boolean, rest: AsyncIterator<Uint8Array>) {
    this.seen = seen;
    this.isWhole = isWhole;
    this.#rest = rest;
  }

  /** Reads until `enoughBytes` are there or the source ends. Errors: those of the source. */
  static async read(source: AsyncIterable<Uint8Array>, enoughBytes: number): Promise<PeekedChunks> {
    const rest = source[Symbol.asyncIterator]();
    const seen: Uint8Array[] = [];
    let size = 0;
    while (size < enoughBytes) {
      const next = await rest.next();
      if (next.done === true) return new PeekedChunks(seen, true, rest);
      if (next.value.length === 0) continue;
      seen.push(next.value);
      size += next.value.length;
    }
    return new PeekedChunks(seen, false, rest);
  }

  /** At most the first `length` bytes of what was seen, in one piece. */
  head(length: number): Uint8Array {
    const first = this.seen[0];
    if (first === undefined) return new Uint8Array(0);
    if (first.length >= length || this.seen.length === 1) return first.subarray(0, length);
    return Buffer.concat(this.seen).subarray(0, length);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.seen;
      if (this.isWhole) return;
      for (;;) {
        const next = await this.#rest.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await this.close();
    }
  }

  /** Lets go of the source without reading on. */
  async close(): Promise<void> {
    if (!this.isWhole) await this.#rest.return?.();
  }
}
