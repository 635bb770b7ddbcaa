import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';
import { diskError, systemCodeOf } from './disk-errors.ts';
import type { LocalFileOptions, StoreOptions } from './object-store.ts';
import { temporaryName } from './temporary-name.ts';

const DEFAULT_CACHE_BYTES = 20e9;

/** Files used this recently are never evicted: a reader may hold a path that it has not opened yet. */
const IN_USE_MS = 10 * 60_000;

/** Local copies of remote objects. */
export interface DownloadCache {
  readonly directory: string;
  readonly localFile: (path: string, options?: LocalFileOptions) => Promise<string>;
}

/**
 * A bounded directory of downloads, shared by any number of processes: a file appears whole by `rename`, is named for
 * address and version, and is never changed. The least recently used go first when the bound is passed.
 */
export function createDownloadCache(
  options: StoreOptions,
  stream: (path: string) => AsyncIterable<Uint8Array>,
  uriOf: (path: string) => string,
): DownloadCache {
  const directory =
    options.cacheDirectory ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'weir', 'objects');
  const limitBytes = options.cacheBytes ?? DEFAULT_CACHE_BYTES;
  const underway = new Map<string, Promise<string>>();
  let knownBytes: number | null = null;

  const download = async (path: string, target: string): Promise<string> => {
    const temporary = join(directory, temporaryName());
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx');
      let sizeBytes = 0;
      try {
        for await (const chunk of stream(path)) {
          await file.write(chunk);
          sizeBytes += chunk.length;
        }
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      knownBytes =
        (knownBytes ?? (await cacheFiles(directory)).reduce((sum, f) => sum + f.sizeBytes, 0)) + sizeBytes;
      if (knownBytes > limitBytes) knownBytes = await evict(directory, limitBytes);
      return target;
    } catch (error) {
      throw diskError(error, `${uriOf(path)} (downloading to ${directory})`);
    } finally {
      await rm(temporary, { force: true });
    }
  };

  return {
    directory,

    async localFile(path, fileOptions = {}) {
      const identity = `${uriOf(path)}\0${fileOptions.etag ?? ''}`;
      const name = createHash('sha256').update(identity).digest('hex').slice(0, 40) + extname(path);
      const target = join(directory, name);
      if (await touch(target)) return target;
      const running = underway.get(name);
      if (running !== undefined) return running;
      const started = download(path, target).finally(() => underway.delete(name));
      underway.set(name, started);
      return started;
    },
  };
}

/** Marks a file as used just now; false when it is not there. */
async function touch(path: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

interface CacheFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

async function cacheFiles(directory: string): Promise<CacheFile[]> {
  const files: CacheFile[] = [];
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const facts = await stat(path).catch(() => null);
    if (facts?.isFile() === true) files.push({ path, sizeBytes: facts.size, usedMs: facts.mtimeMs });
  }
  return files;
}

/** Removes the least recently used files until nine tenths of the bound are left; gives the bytes kept. */
async function evict(directory: string, limitBytes: number): Promise<number> {
  const files = await cacheFiles(directory);
  let bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
    if (bytes <= limitBytes * 0.9 || file.usedMs > Date.now() - IN_USE_MS) break;
    await rm(file.path, { force: true });
    bytes -= file.sizeBytes;
  }
  return bytes;
}
