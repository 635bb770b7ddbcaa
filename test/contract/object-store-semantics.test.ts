/**
 * What we build on in an S3 store, asked of real servers before any of our own code is: if one of these fails, a
 * failing lake test is the store's doing. The lake's commit needs the first two; everything needs the rest.
 */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canUse,
  createTestBucket,
  type S3Endpoint,
  type ServerName,
  s3ClientOf,
  sharedServer,
} from '../support/servers/index.ts';

interface StoreFacts {
  readonly server: ServerName;
  /** Status of `PUT If-None-Match: *` on a key that does not exist, and on one that does. */
  readonly createStatus: number;
  readonly existsStatus: number;
  /** Winners among racing creates of one key; null where the server makes no promise (moto locks nothing). */
  readonly winners: number | null;
}

const STORES: readonly StoreFacts[] = [
  { server: 'radosgw', createStatus: 200, existsStatus: 412, winners: 1 },
  { server: 'moto', createStatus: 200, existsStatus: 412, winners: null },
  // Fails closed: it refuses the condition instead of ignoring it, so it must be refused for several writers.
  { server: 'swift', createStatus: 501, existsStatus: 501, winners: 0 },
];

const MIB = 1024 * 1024;

describe.each(STORES)('an object store: $server', ({ server, createStatus, existsStatus, winners }) => {
  describe.skipIf(!canUse(server))(`(needs ${server})`, () => {
    let store: S3Endpoint;
    let client: S3Client;
    let bucket: string;
    beforeAll(async () => {
      store = await sharedServer(server);
      client = s3ClientOf(store);
      bucket = await createTestBucket(store);
    });
    afterAll(() => client?.destroy());

    const put = (Key: string, Body: string | Uint8Array, IfNoneMatch?: '*'): Promise<number> =>
      statusOf(
        client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...(IfNoneMatch && { IfNoneMatch }) })),
      );
    const read = async (Key: string, Range?: string): Promise<string> => {
      const answer = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key, ...(Range && { Range }) }),
      );
      return (await answer.Body?.transformToString()) ?? '';
    };

    it(`answers ${createStatus} to a conditional create and ${existsStatus} when the key exists`, async () => {
      expect(await put('fresh', 'first', '*')).toBe(createStatus);
      expect(await put('taken', 'first')).toBe(200);
      expect(await put('taken', 'second', '*')).toBe(existsStatus);
      expect(await read('taken')).toBe('first');
    });

    const race = async (): Promise<void> => {
      const bodies = Array.from({ length: 20 }, (_, writer) => `writer ${writer}`);
      const statuses = await Promise.all(bodies.map((body) => put('raced', body, '*')));
      const won = bodies.filter((_, writer) => statuses[writer] === 200);
      expect(won.length, statuses.join(' ')).toBe(winners);
      if (won.length === 1) expect(await read('raced')).toBe(won[0]);
      const lost = statuses.filter((status) => status !== 200);
      expect(
        lost.every((status) => [409, 412, existsStatus].includes(status)),
        statuses.join(' '),
      ).toBe(true);
    };
    if (winners !== null) it(`lets ${winners} of 20 racing creates win`, race);

    it('lists in byte order, in pages, by prefix and delimiter, and after a key', async () => {
      const keys = ['log/00.json', 'log/01.json', 'log/10.json', 'log/a/x', 'log/a/y', 'log/b/z', 'logs'];
      for (const key of keys.toReversed()) await put(key, 'x');
      const seen: string[] = [];
      let token: string | undefined;
      let pages = 0;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: 'log/',
            MaxKeys: 2,
            ...(token && { ContinuationToken: token }),
          }),
        );
        seen.push(...(page.Contents ?? []).map((object) => object.Key ?? ''));
        token = page.NextContinuationToken;
        pages += 1;
      } while (token !== undefined);
      expect(seen).toEqual(keys.slice(0, 6));
      expect(pages).toBe(3);

      const folders = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: 'log/', Delimiter: '/' }),
      );
      expect(folders.CommonPrefixes?.map((prefix) => prefix.Prefix)).toEqual(['log/a/', 'log/b/']);
      expect(folders.Contents?.map((object) => object.Key)).toEqual(keys.slice(0, 3));

      const later = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: 'log/', StartAfter: 'log/01.json', MaxKeys: 2 }),
      );
      expect(later.Contents?.map((object) => object.Key)).toEqual(['log/10.json', 'log/a/x']);
      expect(later.IsTruncated).toBe(true);
    });

    it('shows a new object in the next listing, and no deleted one', async () => {
      const listed = async (): Promise<number | undefined> =>
        (await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'now/' }))).KeyCount;
      expect(await listed()).toBe(0);
      await put('now/1', 'x');
      expect(await listed()).toBe(1);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'now/1' }));
      expect(await listed()).toBe(0);
      expect(await statusOf(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'now/1' })))).toBe(404);
    });

    it('gives byte ranges: inner, from an offset, the last bytes; and 416 past the end', async () => {
      await put('ranged', '0123456789');
      expect(await read('ranged', 'bytes=2-4')).toBe('234');
      expect(await read('ranged', 'bytes=7-')).toBe('789');
      expect(await read('ranged', 'bytes=-3')).toBe('789');
      expect(await read('ranged', 'bytes=8-100')).toBe('89');
      const beyond = client.send(new GetObjectCommand({ Bucket: bucket, Key: 'ranged', Range: 'bytes=10-' }));
      expect(await statusOf(beyond)).toBe(416);
    });

    it('joins the parts of a multipart upload, which nobody sees before it is complete', async () => {
      const Key = 'joined';
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
      if (UploadId === undefined) throw new Error('no upload id');
      const bodies = [new Uint8Array(5 * MIB).fill(97), new TextEncoder().encode('end')];
      const parts = [];
      for (const [index, Body] of bodies.entries()) {
        const part = { Bucket: bucket, Key, UploadId, PartNumber: index + 1 };
        const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }));
        parts.push({ PartNumber: part.PartNumber, ...(ETag && { ETag }) });
      }
      expect(await statusOf(client.send(new HeadObjectCommand({ Bucket: bucket, Key })))).toBe(404);
      const done = { Bucket: bucket, Key, UploadId, MultipartUpload: { Parts: parts } };
      await client.send(new CompleteMultipartUploadCommand(done));
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      expect(head.ContentLength).toBe(5 * MIB + 3);
      expect(await read(Key, 'bytes=-5')).toBe('aaend');
    });

    it('keeps awkward keys apart: equals sign, plus, space, percent, and letters beyond ASCII', async () => {
      const keys = ['day=2026-11-20/a b+c%20d.parquet', 'day=2026-11-20/a b c d.parquet', 'straße/日本'];
      for (const key of keys) await put(key, key);
      for (const key of keys) expect(await read(key)).toBe(key);
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'day=' }));
      expect(Contents?.map((object) => object.Key).toSorted()).toEqual(keys.slice(0, 2).toSorted());
    });
  });
});

/** The HTTP status a command ended with, whether S3 calls it a success or an error. */
async function statusOf(command: Promise<{ $metadata: { httpStatusCode?: number } }>): Promise<number> {
  try {
    return (await command).$metadata.httpStatusCode ?? 0;
  } catch (error) {
    if (error instanceof S3ServiceException) return error.$metadata.httpStatusCode ?? 0;
    throw error;
  }
}
