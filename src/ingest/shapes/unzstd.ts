import { Decompress } from 'fzstd';
import xxhash from 'xxhash-wasm';
import { messageOf } from '../../base/index.ts';
import type { Damage } from './damage.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** Compressed bytes decoded in one go: some milliseconds of work, since this decoder runs on the calling thread. */
const SLICE_BYTES = 64 * 1024;

/**
 * Decompresses zstd data, all frames. What can be read is given even when the end is missing or the middle is broken;
 * `damage` then holds why. The decoder passes over the checksums of frames, so they are compared here, and what follows a frame
 * whose checksum differs is not read.
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>, damage: Damage): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  const frames = new ZstdFrames();
  let frame = new Frame(create64());
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const slice = chunk.subarray(from, from + SLICE_BYTES);
      const end = frames.cut(slice, 0);
      from += end;
      const problem = frame.push(slice.subarray(0, end), frames.isAtEnd);
      yield* frame.take();
      if (problem !== null) {
        return damage.note(
          `the zstd data is damaged (${problem}); what comes after the damage could not be read`,
        );
      }
      if (!frames.isAtEnd) continue;
      if (frames.checksum !== null && frames.checksum !== frame.checksum()) {
        return damage.note(
          'the zstd data is damaged (its checksum differs): some of the lines that were read may be wrong, and what comes after them was not read',
        );
      }
      frame = new Frame(create64());
    }
  }
  if (frames.isBetween) return;
  frame.push(new Uint8Array(0), true);
  yield* frame.take();
  damage.note('the zstd data ends before its end; the object was probably cut off while it was copied');
}

/** The decoding of one frame. */
class Frame {
  readonly #hash: Hash;
  readonly #decoder: Decompress;
  #output: Uint8Array[] = [];

  constructor(hash: Hash) {
    this.#hash = hash;
    this.#decoder = new Decompress((chunk) => {
      if (chunk.length === 0) return;
      this.#hash.update(chunk);
      this.#output.push(chunk);
    });
  }

  /** What is wrong with the bytes; null when nothing is. */
  push(bytes: Uint8Array, isLast: boolean): string | null {
    try {
      this.#decoder.push(bytes, isLast);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  take(): readonly Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** The low half of the hash of what came out so far. */
  checksum(): number {
    return Number(this.#hash.digest() & 0xffff_ffffn);
  }
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}
