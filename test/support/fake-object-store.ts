import { type ObjectInfo, type ObjectStore, storageError } from '../../src/storage/index.ts';

/** Requests that a store was asked for. */
export interface StoreRequests {
  /** Pages of listings: one per 1,000 entries begun. */
  lists: number;
  /** Paths that were read, in order. */
  readonly reads: string[];
}

const PAGE = 1000;

/** A read-only bucket in memory that counts requests. `fail` may give the error of a path. */
export function fakeObjectStore(
  contents: ReadonlyMap<string, Uint8Array>,
  fail: (path: string) => Error | null = () => null,
): ObjectStore & { readonly requests: StoreRequests } {
  const requests: StoreRequests = { lists: 0, reads: [] };
  const paths = [...contents.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const infoOf = (path: string): ObjectInfo => ({
    path,
    sizeBytes: contents.get(path)?.length ?? 0,
    etag: `etag-${path.length}`,
    modifiedMs: 0,
  });
  const read = (path: string): Uint8Array => {
    requests.reads.push(path);
    const error = fail(path);
    if (error !== null) throw error;
    const bytes = contents.get(path);
    if (bytes === undefined) throw storageError('storage.not-found', path);
    return bytes;
  };
  const refuse = (): never => {
    throw new Error('the fake store cannot be written');
  };
  return {
    kind: 's3',
    uri: 's3://bucket',
    requests,
    uriOf: (path) => `s3://bucket/${path}`,
    stat: (path) => Promise.resolve(contents.has(path) ? infoOf(path) : null),
    read: async (path) => read(path),
    readRange: async (path, start, end) => read(path).slice(start, end),
    async *stream(path) {
      yield read(path);
    },
    async *list(options = {}) {
      const { prefix = '', startAfter = '', delimited = false } = options;
      let entries = 0;
      let lastFolder = '';
      requests.lists++;
      for (const path of paths) {
        if (!path.startsWith(prefix) || path <= startAfter) continue;
        const slash = delimited ? path.indexOf('/', prefix.length) : -1;
        const folder = slash < 0 ? null : path.slice(0, slash + 1);
        if (folder !== null && folder === lastFolder) continue;
        if (entries > 0 && entries % PAGE === 0) requests.lists++;
        entries++;
        lastFolder = folder ?? lastFolder;
        yield folder === null ? { kind: 'object', ...infoOf(path) } : { kind: 'prefix', path: folder };
      }
    },
    putIfAbsent: refuse,
    put: refuse,
    putFile: refuse,
    remove: refuse,
    localFile: refuse,
    scratchDirectory: refuse,
    removeStale: refuse,
  };
}
