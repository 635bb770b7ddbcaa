import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type _Object,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { staleFiles } from './disk-list.ts';
import { createDownloadCache } from './download-cache.ts';
import type { ListEntry, ListOptions, ObjectInfo, ObjectStore, StoreOptions } from './object-store.ts';
import { createS3Client } from './s3-client.ts';
import { attemptsOf, s3Error, statusOf } from './s3-errors.ts';
import type { S3Location } from './s3-location.ts';
import { abortStaleUploads, uploadFile } from './s3-upload.ts';
import { storageError } from './storage-errors.ts';
import { SCRATCH_FOLDER } from './temporary-name.ts';

/** How often a body that broke is resumed, and a conditional write that met another (409) repeated. */
const MAX_RESUMES = 8;

/** The end of every object. */
const ALL = Number.POSITIVE_INFINITY;

/** A store below a prefix of an S3 bucket. The client is made by the first operation. */
export function createS3Store(location: S3Location, options: StoreOptions = {}): ObjectStore {
  const { bucket } = location;
  const base = location.prefix === '' ? '' : `${location.prefix}/`;
  const uri = `s3://${bucket}${location.prefix === '' ? '' : `/${location.prefix}`}`;
  const uriOf = (path: string): string => `s3://${bucket}/${base}${path}`;
  const keyOf = (path: string): string => base + path;
  let made: Promise<S3Client> | null = null;
  const client = (): Promise<S3Client> => (made ??= createS3Client(options));

  /** Runs one operation and turns what it throws into ours. */
  const attempt = async <T>(path: string, run: (s3: S3Client) => Promise<T>): Promise<T> => {
    try {
      return await run(await client());
    } catch (error) {
      throw s3Error(error, uriOf(path));
    }
  };

  /** One answer from a position on, pinned to the version seen first; null when the position is the end. */
  const bodyFrom = async (
    path: string,
    position: number,
    end: number,
    etag: string | undefined,
  ): Promise<Body | null> => {
    const range = `bytes=${position}-${end === ALL ? '' : end - 1}`;
    try {
      const answer = await (await client()).send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: keyOf(path),
          ...(position > 0 || end !== ALL ? { Range: range } : {}),
          ...(etag === undefined ? {} : { IfMatch: etag }),
        }),
      );
      return { etag: answer.ETag, chunks: answer.Body as unknown as AsyncIterable<Uint8Array> };
    } catch (error) {
      if (statusOf(error) === 416) return null;
      throw s3Error(error, uriOf(path));
    }
  };

  /** The bytes from `start` up to `end`, which may be infinite; a body that breaks off is asked for again from there. */
  async function* resumable(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    let position = start;
    let etag: string | undefined;
    for (let resumes = 0; position < end; resumes++) {
      const body = await bodyFrom(path, position, end, etag);
      if (body === null) return;
      etag ??= body.etag;
      try {
        for await (const chunk of body.chunks) {
          position += chunk.length;
          resumes = 0;
          yield chunk;
        }
        return;
      } catch (error) {
        if (resumes >= MAX_RESUMES) throw s3Error(error, uriOf(path));
        await pause(20 * 2 ** resumes);
      }
    }
  }

  const resumableStream = (path: string): AsyncGenerator<Uint8Array> => resumable(path, 0, ALL);

  const cache = createDownloadCache(options, resumableStream, uriOf);

  return {
    kind: 's3',
    uri,
    uriOf,

    async stat(path) {
      try {
        const head = await (await client()).send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(path) }));
        return infoOf(path, head.ContentLength, head.ETag, head.LastModified);
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw s3Error(error, uriOf(path));
      }
    },

    async read(path) {
      return collected(resumableStream(path));
    },

    async readRange(path, start, end) {
      return collected(resumable(path, start, end));
    },

    stream: resumableStream,

    async *list(listOptions: ListOptions = {}): AsyncGenerator<ListEntry> {
      let token: string | undefined;
      do {
        const page = await attempt(listOptions.prefix ?? '', (s3) =>
          s3.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: keyOf(listOptions.prefix ?? ''),
              ...(listOptions.delimited === true ? { Delimiter: '/' } : {}),
              ...(token === undefined ? {} : { ContinuationToken: token }),
              ...(listOptions.startAfter === undefined || token !== undefined
                ? {}
                : { StartAfter: keyOf(listOptions.startAfter) }),
            }),
          ),
        );
        yield* entriesOf(page.Contents ?? [], page.CommonPrefixes ?? [], base);
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },

    async putIfAbsent(path, bytes) {
      if (options.singleWriter === true) {
        if ((await this.stat(path)) !== null) return false;
        await this.put(path, bytes);
        return true;
      }
      for (let conflicts = 0; ; conflicts++) {
        try {
          await (await client()).send(
            new PutObjectCommand({ Bucket: bucket, Key: keyOf(path), Body: bytes, IfNoneMatch: '*' }),
          );
          return true;
        } catch (error) {
          const status = statusOf(error);
          // An attempt whose answer got lost may have succeeded; a later one then meets its object.
          const hasTriedBefore = attemptsOf(error) > 1 || conflicts > 0;
          if (status === 412) return hasTriedBefore && Buffer.compare(await this.read(path), bytes) === 0;
          if (status === 501) throw storageError('storage.no-conditional-writes', uriOf(path), error);
          if (status !== 409 || conflicts >= MAX_RESUMES) throw s3Error(error, uriOf(path));
          await pause(20 * 2 ** conflicts * (0.5 + Math.random()));
        }
      }
    },

    async put(path, bytes) {
      await attempt(path, (s3) =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(path), Body: bytes })),
      );
    },

    async putFile(path, localPath, putOptions = {}) {
      await attempt(path, (s3) => uploadFile(s3, bucket, keyOf(path), localPath, putOptions));
    },

    async remove(path) {
      await attempt(path, (s3) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(path) })));
    },

    localFile: cache.localFile,

    async scratchDirectory() {
      const scratch = join(cache.directory, SCRATCH_FOLDER);
      await mkdir(scratch, { recursive: true, mode: 0o700 });
      return scratch;
    },

    async removeStale(olderThanMs) {
      const local = await staleFiles(cache.directory, olderThanMs);
      await Promise.all(local.map((file) => rm(file, { force: true })));
      return local.length + (await attempt('', (s3) => abortStaleUploads(s3, bucket, base, olderThanMs)));
    },
  };
}

interface Body {
  readonly etag: string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function infoOf(
  path: string,
  sizeBytes: number | undefined,
  etag: string | undefined,
  modified: Date | undefined,
): ObjectInfo {
  return {
    path,
    sizeBytes: sizeBytes ?? 0,
    etag: (etag ?? '').replaceAll('"', ''),
    modifiedMs: modified?.getTime() ?? 0,
  };
}

/** One page as entries in path order: S3 gives objects and folders as two sorted lists. */
function entriesOf(
  contents: readonly _Object[],
  prefixes: readonly { readonly Prefix?: string | undefined }[],
  base: string,
): ListEntry[] {
  const entries: ListEntry[] = contents.map((object) => ({
    kind: 'object',
    ...infoOf((object.Key ?? '').slice(base.length), object.Size, object.ETag, object.LastModified),
  }));
  if (prefixes.length === 0) return entries;
  for (const { Prefix } of prefixes)
    entries.push({ kind: 'prefix', path: (Prefix ?? '').slice(base.length) });
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
