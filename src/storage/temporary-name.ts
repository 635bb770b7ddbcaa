import { randomUUID } from 'node:crypto';

/** Names that begin with this are unfinished writes: no listing shows them, `removeStale` sweeps them. */
export const TEMPORARY_PREFIX = '.weir-tmp-';

/** Folder below a disk store's root for files on their way to `putFile`; hidden and swept like temporary files. */
export const SCRATCH_FOLDER = `${TEMPORARY_PREFIX}scratch`;

/** A fresh name for an unfinished file. */
export function temporaryName(): string {
  return `${TEMPORARY_PREFIX}${randomUUID()}`;
}
