import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskError, linkError, systemCodeOf } from './disk-errors.ts';
import { diskInfo, listDisk, staleFiles } from './disk-list.ts';
import type { ListEntry, ListOptions, ObjectStore, StoreOptions } from './object-store.ts';
import { storageError } from './storage-errors.ts';
import { SCRATCH_FOLDER, temporaryName } from './temporary-name.ts';

/**
 * A store below a local directory, which is made by the first write. Writes go to a temporary file beside their target,
 * are flushed to the device, and appear under their name by `link` or `rename`; the directory is flushed after.
 */
export function createDiskStore(directory: string, options: StoreOptions = {}): ObjectStore {
  const root = resolve(directory);
  const uri = pathToFileURL(root).href.replace(/\/$/, '');
  const absolute = (path: string): string => join(root, path);
  const uriOf = (path: string): string => pathToFileURL(absolute(path)).href;

  /** Writes `fill` to a new temporary file beside `target`, flushes it, hands its path to `publish`, clears up. */
  const writeBeside = async <T>(
    path: string,
    fill: (temporary: string) => Promise<void>,
    publish: (temporary: string, target: string) => Promise<T>,
  ): Promise<T> => {
    const target = absolute(path);
    const temporary = join(dirname(target), temporaryName());
    try {
      await mkdir(dirname(target), { recursive: true });
      await fill(temporary);
      const result = await publish(temporary, target);
      await flush(dirname(target));
      return result;
    } catch (error) {
      throw diskError(error, uriOf(path));
    } finally {
      await rm(temporary, { force: true }).catch(() => {});
    }
  };

  return {
    kind: 'disk',
    uri,
    uriOf,

    async stat(path) {
      try {
        const facts = await stat(absolute(path));
        return facts.isFile() ? diskInfo(path, facts.size, facts.mtimeMs) : null;
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error))) return null;
        throw diskError(error, uriOf(path));
      }
    },

    async read(path) {
      try {
        return await readFile(absolute(path));
      } catch (error) {
        throw diskError(error, uriOf(path));
      }
    },

    async readRange(path, start, end) {
      try {
        const file = await open(absolute(path), 'r');
        try {
          const bytes = new Uint8Array(Math.max(0, Math.min(end, (await file.stat()).size) - start));
          let filled = 0;
          while (filled < bytes.length) {
            const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return bytes.subarray(0, filled);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw diskError(error, uriOf(path));
      }
    },

    async *stream(path) {
      try {
        yield* createReadStream(absolute(path), { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw diskError(error, uriOf(path));
      }
    },

    async *list(listOptions: ListOptions = {}): AsyncGenerator<ListEntry> {
      try {
        yield* listDisk(root, listOptions);
      } catch (error) {
        throw diskError(error, uri);
      }
    },

    async putIfAbsent(path, bytes) {
      return writeBeside(
        path,
        (temporary) => writeFlushed(temporary, bytes),
        async (temporary, target) => {
          if (options.singleWriter === true) {
            if ((await this.stat(path)) !== null) return false;
            await rename(temporary, target);
            return true;
          }
          try {
            await link(temporary, target);
            return true;
          } catch (error) {
            if (systemCodeOf(error) === 'EEXIST') return false;
            throw linkError(error, uriOf(path));
          }
        },
      );
    },

    async put(path, bytes) {
      await writeBeside(path, (temporary) => writeFlushed(temporary, bytes), rename);
    },

    async putFile(path, localPath, putOptions = {}) {
      const move = putOptions.move === true;
      await writeBeside(
        path,
        async (temporary) => {
          if (!move || !(await tryRename(localPath, temporary))) {
            await copyFile(localPath, temporary);
            if (move) await unlink(localPath);
          }
          await flush(temporary);
        },
        rename,
      );
    },

    async remove(path) {
      try {
        await rm(absolute(path), { force: true });
      } catch (error) {
        throw diskError(error, uriOf(path));
      }
    },

    async localFile(path) {
      if ((await this.stat(path)) === null) throw storageError('storage.not-found', uriOf(path));
      return absolute(path);
    },

    async scratchDirectory() {
      const scratch = join(root, SCRATCH_FOLDER);
      try {
        await mkdir(scratch, { recursive: true });
      } catch (error) {
        throw diskError(error, uri);
      }
      return scratch;
    },

    async removeStale(olderThanMs) {
      try {
        const stale = await staleFiles(root, olderThanMs);
        await Promise.all(stale.map((file) => rm(file, { force: true })));
        return stale.length;
      } catch (error) {
        throw diskError(error, uri);
      }
    },
  };
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a file or a directory entry to the device; directories cannot be flushed everywhere, which is fine. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EBADF', 'ENOTSUP'].includes(systemCodeOf(error))) throw error;
  } finally {
    await file.close();
  }
}

/** False when the two paths lie on different file systems, so that the bytes must be copied. */
async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EXDEV') return false;
    throw error;
  }
}
