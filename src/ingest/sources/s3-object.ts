import { messageOf } from '../../base/index.ts';
import { isStorageError, type ObjectInfo, type ObjectStore } from '../../storage/index.ts';
import { ingestError } from '../errors.ts';
import type { SourceObject } from './source-object.ts';

/** The source object of a key. Its identity is the ETag of the listing, so that asking for it costs nothing. */
export function s3Object(store: ObjectStore, info: ObjectInfo): SourceObject {
  const uri = store.uriOf(info.path);
  return {
    uri,
    sizeBytes: info.sizeBytes,
    localPath: null,
    identify: () => Promise.resolve(info.etag),
    stream: () => readStream(store, info.path, uri),
    range: (start, end) =>
      orTranslated(uri, () => store.readRange(info.path, start, Math.min(end, info.sizeBytes))),
  };
}

async function* readStream(store: ObjectStore, path: string, uri: string): AsyncGenerator<Uint8Array> {
  try {
    yield* store.stream(path);
  } catch (error) {
    throw translate(uri, error);
  }
}

async function orTranslated<T>(uri: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw translate(uri, error);
  }
}

/** An object that is gone or forbidden is a problem of that object; an ailing store is a problem of the run. */
function translate(uri: string, error: unknown): unknown {
  if (isStorageError(error, 'storage.not-found')) {
    return ingestError('ingest.unreadable', { uri, problem: 'it was removed after it was listed' }, error);
  }
  if (isStorageError(error, 'storage.access-denied')) {
    return ingestError('ingest.unreadable', { uri, problem: messageOf(error) }, error);
  }
  return error;
}
