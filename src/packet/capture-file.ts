import { open } from 'node:fs/promises';

/** Bytes of a piece. Two such buffers stay in the cache of the processor, and a trip to the disk per MiB costs nothing. */
const PIECE_BYTES = 1 << 20;

/**
 * The bytes of a capture file, for `readCapture`: the next piece is read while the last one is looked at. A named pipe
 * gives what there is, so it stays live.
 *
 * **Shape**: pieces of at most 1 MiB, in turn in the same two buffers: each is overwritten once the one after it has been
 * asked for. `bench/record.ts` says why: fresh buffers, as a file stream gives, cost a third of the packet rate.
 * **Errors**: rejects with those of the file system.
 */
export async function* captureFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let front = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let back = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let reading = file.read(front, 0, PIECE_BYTES, null);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const piece = front.subarray(0, bytesRead);
      [front, back] = [back, front];
      reading = file.read(front, 0, PIECE_BYTES, null);
      // Whoever stops reading early never hears of this one.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    // Not awaited: closing waits for the read under way, and a pipe may never answer that.
    file.close().catch(() => {});
  }
}
