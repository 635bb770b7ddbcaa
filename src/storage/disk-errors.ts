import { isWeirError, type WeirError } from '../base/index.ts';
import { type StorageErrorCode, storageError } from './storage-errors.ts';

const CODES: Readonly<Record<string, StorageErrorCode>> = {
  ENOENT: 'storage.not-found',
  ENOTDIR: 'storage.not-found',
  EISDIR: 'storage.not-found',
  EACCES: 'storage.access-denied',
  EPERM: 'storage.access-denied',
  EROFS: 'storage.access-denied',
  ENOSPC: 'storage.disk-full',
  EDQUOT: 'storage.disk-full',
};

/** `link(2)` answers these where the file system has no hard links (FAT, some network and container mounts). */
const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** The system error code of anything thrown (`ENOENT`), empty when it has none. */
export function systemCodeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** A file system error as ours, naming the address. Our own errors pass through. */
export function diskError(error: unknown, where: string): WeirError {
  if (isWeirError(error)) return error;
  return storageError(CODES[systemCodeOf(error)] ?? 'storage.failed', where, error);
}

/** An error of `link(2)`: one of the file system's limits, or a plain one. */
export function linkError(error: unknown, where: string): WeirError {
  if (NO_HARD_LINKS.has(systemCodeOf(error)))
    return storageError('storage.no-conditional-writes', where, error);
  return diskError(error, where);
}
