import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib';
import { messageOf } from '../../base/index.ts';
import type { Damage } from './damage.ts';

/** Compressed bytes handed to zlib at a time. Bounds the output of one step at some 32 MiB (deflate's limit is 1:1032). */
const SLICE_BYTES = 32 * 1024;
const OUTPUT_BYTES = 256 * 1024;

/** Most that `gunzipWhole` inflates in one piece. */
const WHOLE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Inflates a small gzip object, all members, in one call: a third of the cost of a stream for objects of some kilobytes.
 * Null when anything is unusual (damage, trailing bytes, very large output): `gunzip` then says what.
 */
export function gunzipWhole(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 18) return null;
  // The last four bytes are the size of the last member: right for ordinary objects, a guess for others.
  const sizeHint = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    bytes.length - 4,
    true,
  );
  const chunkSize = Math.min(Math.max(sizeHint + 1, 16 * 1024), 4 * 1024 * 1024);
  try {
    const options = { chunkSize, maxOutputLength: WHOLE_LIMIT_BYTES, info: true };
    // With `info`, zlib gives the buffer together with the engine that knows how much input it took.
    const result = gunzipSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip };
    return result.engine.bytesWritten === bytes.length ? result.buffer : null;
  } catch {
    return null;
  }
}

/**
 * Inflates gzip data, all members. What can be inflated is given even when the end is missing or the middle is broken;
 * `damage` then holds why. One slice is inflated ahead on zlib's own thread.
 *
 * `open` is called again after damage: zlib throws away what it made in the step that fails, so that step is repeated
 * byte by byte. Cost: one pass; a second one up to the damage. Errors: those of the source.
 */
export async function* gunzip(
  open: () => AsyncIterable<Uint8Array>,
  damage: Damage,
): AsyncGenerator<Uint8Array> {
  const first = new Pass(SLICE_BYTES, Number.POSITIVE_INFINITY);
  let given = 0;
  for await (const chunk of first.run(open())) {
    given += chunk.length;
    yield chunk;
  }
  if (first.failure === null) {
    if (first.trailingBytes > 0) damage.note(trailingProblem(first.trailingBytes));
    return;
  }
  if (first.failedAt !== null) {
    for await (const chunk of new Pass(SLICE_BYTES, first.failedAt).run(open())) {
      const surplus = Math.min(given, chunk.length);
      given -= surplus;
      if (surplus < chunk.length) yield chunk.subarray(surplus);
    }
  }
  damage.note(gzipProblem(first.failure));
}

/** One run over the compressed bytes: slices of `sliceBytes` before `carefulFrom`, single bytes after it. */
class Pass {
  failure: Error | null = null;
  /** Offset of the slice that failed; null when the data just ended too early. */
  failedAt: number | null = null;
  /** Bytes other than zeros after the end: zeros are padding, as tape archives and some copy tools leave it. */
  trailingBytes = 0;
  readonly #sliceBytes: number;
  readonly #carefulFrom: number;

  constructor(sliceBytes: number, carefulFrom: number) {
    this.#sliceBytes = sliceBytes;
    this.#carefulFrom = carefulFrom;
  }

  async *run(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const engine = new InflateSteps();
    try {
      let ahead: Promise<readonly Uint8Array[]> = Promise.resolve([]);
      let aheadAt = 0;
      let offset = 0;
      for await (const slice of this.#slices(source)) {
        yield* await ahead;
        if (engine.failure !== null) break;
        if (engine.hasEnded) this.trailingBytes += slice.filter((byte) => byte !== 0).length;
        ahead = engine.hasEnded ? Promise.resolve([]) : engine.write(slice);
        aheadAt = offset;
        offset += slice.length;
      }
      yield* await ahead;
      if (engine.failure === null && !engine.hasEnded) yield* await engine.end();
      else if (engine.failure !== null) this.failedAt = aheadAt;
      this.failure = engine.failure;
    } finally {
      engine.close();
    }
  }

  async *#slices(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) {
        const until = this.#carefulFrom - offset;
        const length = until > 0 ? Math.min(this.#sliceBytes, until) : 1;
        const slice = chunk.subarray(at, at + length);
        at += slice.length;
        offset += slice.length;
        yield slice;
      }
    }
  }
}

/** zlib's stream, driven step by step: its own buffers would be thrown away with the first error. */
class InflateSteps {
  failure: Error | null = null;
  /** True when the data is over although input was left: zero padding. */
  hasEnded = false;
  readonly #engine = createGunzip({ chunkSize: OUTPUT_BYTES });
  #output: Uint8Array[] = [];
  #settle: () => void = () => {};

  constructor() {
    this.#engine.on('data', (chunk: Uint8Array) => this.#output.push(chunk));
    this.#engine.on('error', (error) => {
      this.failure = error;
      this.#settle();
    });
    this.#engine.on('end', () => {
      this.hasEnded = true;
      this.#settle();
    });
  }

  write(slice: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#step((done) => this.#engine.write(slice, done));
  }

  end(): Promise<readonly Uint8Array[]> {
    return this.#step(() => this.#engine.end());
  }

  close(): void {
    this.#engine.destroy();
  }

  async #step(start: (done: () => void) => void): Promise<readonly Uint8Array[]> {
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      start(() => resolve());
    });
    const output = this.#output;
    this.#output = [];
    return output;
  }
}

function trailingProblem(count: number): string {
  return `the gzip data is followed by ${count} bytes that are no gzip; they were not read`;
}

function gzipProblem(failure: Error): string {
  const problem = messageOf(failure);
  return problem === 'unexpected end of file'
    ? 'the gzip data ends before its end; the object was probably cut off while it was copied'
    : `the gzip data is damaged (${problem}); what comes after the damage could not be read`;
}
