import type { SourceObject } from './source-object.ts';

/** How far ahead objects are fetched. */
export interface PrefetchOptions {
  /** Objects being fetched or waiting, at most. Default 16. */
  readonly objects?: number;
  /** Bytes being fetched or waiting, at most. Default 64 MiB. */
  readonly bytes?: number;
}

/** Larger objects are streamed when their turn comes: for them one connection is busy long enough. */
const MAX_FETCHED_BYTES = 8 * 1024 * 1024;

/**
 * Hands objects through in order while the next ones are fetched in parallel, so that thousands of small objects cost
 * their transfer and not their round trips. Memory is bounded by `bytes`. Local files pass untouched, and an object that
 * could not be fetched fails when it is read, as it would have without this.
 *
 * Put it behind whatever drops objects that were ingested before: what is handed in is fetched.
 */
export async function* prefetchObjects(
  objects: AsyncIterable<SourceObject> | Iterable<SourceObject>,
  options: PrefetchOptions = {},
): AsyncGenerator<SourceObject> {
  const maxObjects = options.objects ?? 16;
  const maxBytes = options.bytes ?? 64 * 1024 * 1024;
  const source =
    Symbol.asyncIterator in objects ? objects[Symbol.asyncIterator]() : objects[Symbol.iterator]();
  const queue: { readonly object: SourceObject; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let hasMore = true;
  try {
    for (;;) {
      while (hasMore && queue.length < maxObjects && (waitingBytes < maxBytes || queue.length === 0)) {
        const next = await source.next();
        if (next.done === true) {
          hasMore = false;
          break;
        }
        const isFetched = next.value.localPath === null && next.value.sizeBytes <= MAX_FETCHED_BYTES;
        const bytes = isFetched ? next.value.sizeBytes : 0;
        waitingBytes += bytes;
        queue.push({ object: isFetched ? fetched(next.value) : next.value, bytes });
      }
      const head = queue.shift();
      if (head === undefined) return;
      yield head.object;
      waitingBytes -= head.bytes;
    }
  } finally {
    await source.return?.();
  }
}

/** The object with its bytes on the way; they are kept as long as it is. */
function fetched(object: SourceObject): SourceObject {
  const bytes = collect(object.stream());
  // A failure shows when the object is read; until then it must not count as unhandled.
  bytes.catch(() => {});
  return {
    ...object,
    async *stream() {
      yield await bytes;
    },
    async range(start, end) {
      return (await bytes).subarray(start, end);
    },
  };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
