import type { OpenedObject, SourceObject } from '../../src/ingest/index.ts';

/** An object in memory, handed out in chunks of `chunkBytes`. Counts how often it was read. */
export function fakeObject(
  content: string | Uint8Array,
  options: { readonly uri?: string; readonly chunkBytes?: number; readonly sizeBytes?: number } = {},
): SourceObject & { readonly reads: { streams: number; ranges: number } } {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const chunkBytes = options.chunkBytes ?? 65_536;
  const reads = { streams: 0, ranges: 0 };
  return {
    uri: options.uri ?? 'file:///fake/object',
    sizeBytes: options.sizeBytes ?? bytes.length,
    localPath: null,
    reads,
    identify: () => Promise.resolve('fake'),
    async *stream() {
      reads.streams++;
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
    },
    range(start, end) {
      reads.ranges++;
      return Promise.resolve(bytes.slice(start, end));
    },
  };
}

/** All bytes of some chunks. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** The lines that an opened object hands out; the empty line after a last newline is left out. */
export async function linesOf(opened: OpenedObject): Promise<readonly string[]> {
  if (opened.kind !== 'text' && opened.kind !== 'refused') return [];
  if (opened.lines === null) return [];
  const text = (await bytesOf(opened.lines)).toString();
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
