import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from './disk-errors.ts';
import type { ListEntry, ListOptions, ObjectInfo } from './object-store.ts';
import { TEMPORARY_PREFIX } from './temporary-name.ts';

interface Child {
  readonly name: string;
  /** The name as it takes part in path order: folders with their slash. */
  readonly sortName: string;
  readonly isFolder: boolean;
}

/**
 * Lists the files below a directory in the order S3 would give them. Folders that cannot hold a match are not entered;
 * links are followed; a file that vanishes meanwhile is left out.
 */
export async function* listDisk(root: string, options: ListOptions): AsyncGenerator<ListEntry> {
  yield* listFolder(root, '', options.prefix ?? '', options);
}

/** The facts of a file as the contract gives them. */
export function diskInfo(path: string, sizeBytes: number, mtimeMs: number): ObjectInfo {
  const modifiedMs = Math.floor(mtimeMs);
  return { path, sizeBytes, etag: `${sizeBytes.toString(16)}-${modifiedMs.toString(16)}`, modifiedMs };
}

async function* listFolder(
  root: string,
  folder: string,
  prefix: string,
  options: ListOptions,
): AsyncGenerator<ListEntry> {
  const { startAfter, delimited } = options;
  for (const child of await childrenOf(join(root, folder))) {
    const path = folder + child.sortName;
    if (child.isFolder) {
      if (!path.startsWith(prefix) && !prefix.startsWith(path)) continue;
      if (startAfter !== undefined && isBefore(path, startAfter) && !startAfter.startsWith(path)) continue;
      const isWhole = path.startsWith(prefix) && path !== prefix;
      if (delimited === true && isWhole) {
        if (startAfter === undefined || isBefore(startAfter, path)) yield { kind: 'prefix', path };
      } else yield* listFolder(root, path, prefix, options);
      continue;
    }
    if (!path.startsWith(prefix)) continue;
    if (startAfter !== undefined && !isBefore(startAfter, path)) continue;
    const facts = await factsOf(join(root, path));
    if (facts === null) continue;
    yield { kind: 'object', ...diskInfo(path, facts.size, facts.mtimeMs) };
  }
}

/** Files below `root` that interrupted writers left more than `olderThanMs` ago, as absolute paths. */
export async function staleFiles(root: string, olderThanMs: number): Promise<string[]> {
  const stale: string[] = [];
  const visit = async (directory: string, isOurs: boolean): Promise<void> => {
    for (const entry of await entriesOf(directory)) {
      const path = join(directory, entry.name);
      const entryIsOurs = isOurs || entry.name.startsWith(TEMPORARY_PREFIX);
      if (entry.isDirectory()) await visit(path, entryIsOurs);
      else if (entryIsOurs) {
        const facts = await factsOf(path);
        if (facts !== null && facts.mtimeMs < Date.now() - olderThanMs) stale.push(path);
      }
    }
  };
  await visit(root, false);
  return stale;
}

async function childrenOf(directory: string): Promise<Child[]> {
  const children: Child[] = [];
  for (const entry of await entriesOf(directory)) {
    if (entry.name.startsWith(TEMPORARY_PREFIX)) continue;
    const isFolder = entry.isSymbolicLink()
      ? ((await factsOf(join(directory, entry.name)))?.isFolder ?? false)
      : entry.isDirectory();
    if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) continue;
    children.push({ name: entry.name, sortName: isFolder ? `${entry.name}/` : entry.name, isFolder });
  }
  return children.sort((a, b) => compareUtf8(a.sortName, b.sortName));
}

/** Entries of a directory, none when it does not exist (a store is made by its first write). */
async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

interface Facts {
  readonly size: number;
  readonly mtimeMs: number;
  readonly isFolder: boolean;
}

async function factsOf(path: string): Promise<Facts | null> {
  try {
    const facts = await stat(path);
    return { size: facts.size, mtimeMs: facts.mtimeMs, isFolder: facts.isDirectory() };
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

const isBefore = (a: string, b: string): boolean => compareUtf8(a, b) < 0;

/** S3's order: by UTF-8 bytes, which differs from JavaScript's by UTF-16 units only beyond the basic plane. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
