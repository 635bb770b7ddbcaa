import type { ReadOutcome } from '../opened-object.ts';
import { capLines } from './capped-lines.ts';
import type { DecodedBytes } from './decode.ts';
import type { Unwrapper } from './unwrapper.ts';

/** Text unwrapped ahead, at most, in search of a first line: an envelope whose type stands at its end. */
const MAX_AHEAD_BYTES = 4 * 1024 * 1024;

/** The reading of one text object: passes its chunks through its unwrapper and counts. */
export class TextReading {
  readonly #decoded: DecodedBytes;
  readonly #unwrapper: Unwrapper | null;
  readonly #rest: AsyncIterator<Uint8Array>;
  /** Chunks taken so far, as long as it is open whether they are needed again. */
  #taken: Uint8Array[] = [];
  #hasEnded = false;
  #bytesRead = 0;

  constructor(decoded: DecodedBytes, unwrapper: Unwrapper | null) {
    this.#decoded = decoded;
    this.#unwrapper = unwrapper;
    this.#rest = decoded.chunks[Symbol.asyncIterator]();
  }

  /** The first unwrapped lines and whether they are all; null for text that needs no unwrapping. */
  async unwrapFirst(): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean } | null> {
    const unwrapper = this.#unwrapper;
    if (unwrapper === null) return null;
    const { seen, isWhole } = this.#decoded.chunks;
    const out: Uint8Array[] = [];
    let taken = 0;
    let given = 0;
    for (;;) {
      const isEnough = given > 0 || taken >= MAX_AHEAD_BYTES;
      if (isEnough && !isWhole && this.#taken.length >= seen.length) break;
      const chunk = await this.#next();
      const lines = chunk === null ? unwrapper.end() : unwrapper.push(chunk);
      out.push(lines);
      given += lines.length;
      if (chunk === null) break;
      taken += chunk.length;
      this.#taken.push(chunk);
    }
    return { bytes: Buffer.concat(out), isWhole: this.#hasEnded };
  }

  /** The records: what `unwrapFirst` gave, then the rest. */
  lines(first: Uint8Array | null): AsyncIterable<Uint8Array> {
    this.#taken = [];
    return this.#closing(capLines(this.#unwrapped(first)));
  }

  /** The text as it is, before unwrapping. */
  rawLines(): AsyncIterable<Uint8Array> {
    return this.#closing(capLines(this.#raw()));
  }

  outcome(): ReadOutcome {
    const { reason } = this.#decoded.damage;
    return {
      status: reason === null ? 'ok' : 'truncated',
      reason,
      bytesRead: this.#bytesRead,
      controlMessages: this.#unwrapper?.controlMessages ?? 0,
      duplicateEvents: this.#unwrapper?.duplicateEvents ?? 0,
    };
  }

  async *#unwrapped(first: Uint8Array | null): AsyncGenerator<Uint8Array> {
    if (first !== null && first.length > 0) yield first;
    while (!this.#hasEnded) {
      const chunk = await this.#next();
      const lines =
        this.#unwrapper === null
          ? chunk
          : chunk === null
            ? this.#unwrapper.end()
            : this.#unwrapper.push(chunk);
      if (lines !== null && lines.length > 0) yield lines;
    }
  }

  async *#raw(): AsyncGenerator<Uint8Array> {
    yield* this.#taken;
    this.#taken = [];
    while (!this.#hasEnded) {
      const chunk = await this.#next();
      if (chunk !== null) yield chunk;
    }
  }

  async #next(): Promise<Uint8Array | null> {
    const next = await this.#rest.next();
    if (next.done === true) {
      this.#hasEnded = true;
      return null;
    }
    this.#bytesRead += next.value.length;
    return next.value;
  }

  async *#closing(lines: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* lines;
    } finally {
      await this.#rest.return?.();
    }
  }
}
