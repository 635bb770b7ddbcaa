import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../base/index.ts';
import { ingestError } from '../errors.ts';
import type { SourceObject } from './source-object.ts';

const CHUNK_BYTES = 512 * 1024;

/**
 * Below this size a file is read in one blocking call: for tens of thousands of small objects the four thread hops
 * of an asynchronous read cost more than the read.
 */
const BLOCKING_READ_BYTES = 1024 * 1024;

/** The source object of a file. `uri` only for files that stand for something else (spooled standard input). */
export function localFile(path: string, sizeBytes: number, uri = pathToFileURL(path).href): SourceObject {
  return {
    uri,
    sizeBytes,
    localPath: path,
    async identify() {
      const hash = createHash('sha256');
      for await (const chunk of readChunks(path, sizeBytes, uri)) hash.update(chunk);
      return hash.digest('hex');
    },
    stream: () => readChunks(path, sizeBytes, uri),
    range: (start, end) => readRange(path, start, Math.min(end, sizeBytes), uri),
  };
}

async function* readChunks(path: string, sizeBytes: number, uri: string): AsyncGenerator<Uint8Array> {
  if (sizeBytes <= BLOCKING_READ_BYTES) {
    const bytes = readBlocking(path, 0, sizeBytes, uri);
    if (bytes.length > 0) yield bytes;
    return;
  }
  let position = 0;
  try {
    const file = await open(path, 'r');
    try {
      while (position < sizeBytes) {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes - position));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw ingestError('ingest.unreadable', { uri, problem: messageOf(error) }, error);
  }
}

async function readRange(path: string, start: number, end: number, uri: string): Promise<Uint8Array> {
  return end <= start ? new Uint8Array(0) : readBlocking(path, start, end - start, uri);
}

function readBlocking(path: string, start: number, length: number, uri: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(file, bytes, filled, length - filled, start + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw ingestError('ingest.unreadable', { uri, problem: messageOf(error) }, error);
  }
}
