import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { messageOf } from '../../base/index.ts';
import { ingestError } from '../errors.ts';
import { localFile } from './local-file.ts';
import type { SourceObject } from './source-object.ts';

/** A stream that was written to a file so that it can be read twice. */
export interface Spooled {
  readonly object: SourceObject;
  /** Removes the file. */
  remove(): Promise<void>;
}

/**
 * Writes a stream that can be read only once (standard input, a pipe) to `path` and gives it as an object named `uri`.
 * Errors: `ingest.spool-failed` (kind `service`) when the disk is full or the stream breaks.
 */
export async function spool(
  source: AsyncIterable<Uint8Array | string>,
  path: string,
  uri: string,
): Promise<Spooled> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of source) {
        const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
        hash.update(chunk);
        sizeBytes += chunk.length;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw ingestError('ingest.spool-failed', { path, problem: messageOf(error) }, error);
  }
  const digest = hash.digest('hex');
  const object = { ...localFile(path, sizeBytes, uri), identify: () => Promise.resolve(digest) };
  return { object, remove: () => rm(path, { force: true }) };
}
