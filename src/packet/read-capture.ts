import { createGunzip } from 'node:zlib';
import { messageOf } from '../base/index.ts';
import { type CaptureOptions, CaptureReader } from './capture-reader.ts';
import type { CaptureSummary } from './capture-summary.ts';
import type { PacketListener } from './packet-pipe.ts';
import { type PacketSnapshot, snapshotOf } from './packet-view.ts';

/** Compressed bytes given to the inflater at once: at most 1032 times as many come out, so this bounds memory. */
const GZIP_STEP_BYTES = 32 * 1024;
const GZIP_OUTPUT_BYTES = 256 * 1024;

/**
 * Reads a capture from a file, a pipe or any other stream of bytes; gzip is told from plain by its content.
 * The listener is called for each counted packet as soon as its bytes are there, so a live capture stays live.
 *
 * **Errors**: bad bytes never throw, see `CaptureSummary.end`; a stream that fails rejects with its own error.
 * **Cost**: one pass in bounded memory, whatever the length of the capture.
 */
export async function readCapture(
  pieces: AsyncIterable<Uint8Array>,
  listener: PacketListener,
  options: Partial<CaptureOptions> = {},
): Promise<CaptureSummary> {
  const reader = new CaptureReader(listener, options);
  const input: Input = { fault: null };
  for await (const plain of uncompressed(pieces, input)) {
    reader.push(plain);
    if (reader.isStopped) break;
  }
  return reader.end(input.fault);
}

/** The counted packets of a capture as copies, for tests and scripts. Cost: an object and two strings per packet. */
export async function* capturedPackets(
  pieces: AsyncIterable<Uint8Array>,
  options: Partial<CaptureOptions> = {},
): AsyncGenerator<PacketSnapshot, CaptureSummary> {
  let batch: PacketSnapshot[] = [];
  const input: Input = { fault: null };
  const reader = new CaptureReader((packet) => batch.push(snapshotOf(packet)), options);
  for await (const plain of uncompressed(pieces, input)) {
    reader.push(plain);
    yield* batch;
    batch = [];
    if (reader.isStopped) break;
  }
  return reader.end(input.fault);
}

/** What went wrong below the capture format; null while nothing did. */
interface Input {
  fault: string | null;
}

/** The bytes themselves, or what they inflate to when the first two say gzip. */
async function* uncompressed(pieces: AsyncIterable<Uint8Array>, input: Input): AsyncGenerator<Uint8Array> {
  const source = pieces[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array(0);
    while (head.length < 2) {
      const step = await source.next();
      if (step.done === true) break;
      head = head.length === 0 ? step.value : Buffer.concat([head, step.value]);
    }
    const all = withHead(head, source);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* inflated(all, input);
    else yield* all;
  } finally {
    await source.return?.();
  }
}

async function* withHead(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value;
}

/** Everything that can be inflated: a gzip stream cut short or broken gives the bytes before the fault, and the fault. */
async function* inflated(pieces: AsyncIterable<Uint8Array>, input: Input): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: GZIP_OUTPUT_BYTES });
  let ready: Uint8Array[] = [];
  const closed = new Promise<void>((resolve) => {
    gunzip.once('end', resolve);
    gunzip.once('close', resolve);
  });
  gunzip.on('data', (plain: Buffer) => ready.push(plain));
  gunzip.on('error', (error) => {
    input.fault = `the gzip stream is broken: ${messageOf(error)}`;
  });
  const take = (): Uint8Array[] => {
    const taken = ready;
    ready = [];
    return taken;
  };
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length && input.fault === null; at += GZIP_STEP_BYTES) {
        const step = piece.subarray(at, at + GZIP_STEP_BYTES);
        const written = new Promise<void>((resolve) => gunzip.write(step, () => resolve()));
        // The listener works on what the last step gave while another thread inflates this one.
        yield* take();
        await written;
      }
      yield* take();
      if (input.fault !== null) break;
    }
    if (input.fault === null) gunzip.end();
    await closed;
    yield* take();
  } finally {
    gunzip.destroy();
  }
}
