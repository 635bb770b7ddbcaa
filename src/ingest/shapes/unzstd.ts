import { Decompress } from 'fzstd';
import { messageOf } from '../../base/index.ts';
import type { Damage } from './damage.ts';

/** Compressed bytes decoded in one go: some milliseconds of work, since this decoder runs on the calling thread. */
const SLICE_BYTES = 64 * 1024;

/**
 * Decompresses zstd data, all frames. What can be read is given even when the end is missing or the middle is broken;
 * `damage` then holds why. Checksums of frames are skipped, not compared.
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>, damage: Damage): AsyncGenerator<Uint8Array> {
  let output: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) output.push(chunk);
  });
  const take = (): readonly Uint8Array[] => {
    const taken = output;
    output = [];
    return taken;
  };
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const isFine = step(decoder, chunk.subarray(at, at + SLICE_BYTES), false, damage);
      yield* take();
      if (!isFine) return;
    }
  }
  step(decoder, new Uint8Array(0), true, damage);
  yield* take();
}

function step(decoder: Decompress, slice: Uint8Array, isLast: boolean, damage: Damage): boolean {
  try {
    decoder.push(slice, isLast);
    return true;
  } catch (error) {
    damage.note(
      isLast
        ? 'the zstd data ends before its end; the object was probably cut off while it was copied'
        : `the zstd data is damaged (${messageOf(error)}); what comes after the damage could not be read`,
    );
    return false;
  }
}
