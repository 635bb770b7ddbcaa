import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ObjectStore,
  openStore,
  probeConditionalWrites,
  type StoreOptions,
} from '../../src/storage/index.ts';
import { objectStoreContract } from '../contract/object-store.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  type FaultProxy,
  S3_FAULTS,
  type S3Endpoint,
  s3ClientOf,
  sharedServer,
  startFaultProxy,
} from '../support/servers/index.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'weir-cache-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

/** A store on a server, with its credentials where the SDK looks for them. */
function storeOn(server: S3Endpoint, bucket: string, options: StoreOptions = {}): Promise<ObjectStore> {
  const { AWS_ENDPOINT_URL: endpoint = '', ...environment } = awsEnvironmentOf(server);
  Object.assign(process.env, environment);
  return openStore(`s3://${bucket}/some/prefix`, { endpoint, cacheDirectory: cache, ...options });
}

describe('a store that falls silent in the middle of a body', () => {
  it.each([
    ['all bytes', (store: ObjectStore) => store.read('key'), 'one two three four', [undefined, 'bytes=8-']],
    [
      'a range',
      (store: ObjectStore) => store.readRange('key', 4, 18),
      'two three four',
      ['bytes=4-17', 'bytes=12-17'],
    ],
  ])('is asked again for the rest of %s', async (_, read, text, requests) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      asked.push(request.headers.range);
      const rest = bytesOf('one two three four').subarray(from);
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        'content-length': rest.length,
        etag: '"e"',
      });
      if (asked.length === 1) response.write(rest.subarray(0, 8));
      else response.end(rest);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as AddressInfo;
      const endpoint = `http://127.0.0.1:${port}`;
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
      const store = await openStore('s3://bucket', { endpoint, cacheDirectory: cache, silenceMs: 200 });
      expect(textOf(await read(store))).toBe(text);
      expect(asked).toEqual(requests);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

it('names the bucket when that is what is not there', async () => {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/xml' });
    response.end(
      '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>',
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
    const store = await openStore('s3://gone/some/prefix', { endpoint: `http://127.0.0.1:${port}` });
    await expect(store.put('x', bytesOf('x'))).rejects.toMatchObject({
      code: 'storage.not-found',
      message: expect.stringMatching(/^s3:\/\/gone does not exist; check the address/),
      details: { where: 's3://gone' },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe.skipIf(!canUse('radosgw'))('S3 store (needs radosgw)', () => {
  let bucket: Promise<string> | null = null;
  objectStoreContract('radosgw', async () => {
    const server = await sharedServer('radosgw');
    return storeOn(server, await (bucket ??= createTestBucket(server)));
  });

  describe('in trouble', () => {
    let proxy: FaultProxy;
    let store: ObjectStore;
    let name: string;

    beforeAll(async () => {
      const server = await sharedServer('radosgw');
      proxy = await startFaultProxy(server);
      name = await createTestBucket(server);
      store = await storeOn(proxy, name, { maxAttempts: 3 });
    });
    afterEach(() => proxy.reset());
    afterAll(() => proxy.stop());

    it('lists page after page', async () => {
      await Promise.all(
        Array.from({ length: 1100 }, (_, i) => store.put(`page/${String(i).padStart(5, '0')}`, bytesOf('x'))),
      );
      proxy.reset();
      const paths: string[] = [];
      for await (const { path } of store.list({ prefix: 'page/', startAfter: 'page/00009' }))
        paths.push(path);
      expect(paths).toHaveLength(1090);
      expect(paths[0]).toBe('page/00010');
      expect(paths).toEqual(paths.toSorted());
      expect(proxy.seen.filter(({ method }) => method === 'GET')).toHaveLength(2);
    });

    it('tries again after passing faults', async () => {
      proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.internal }, times: 1 });
      await store.put('retried', bytesOf('there'));
      proxy.inject({ fault: { kind: 'cut-request' }, times: 1 });
      expect(textOf(await store.read('retried'))).toBe('there');
    });

    it('resumes a body that breaks off where it broke', async () => {
      const big = Buffer.alloc(3_000_000, 'abcdefg');
      await store.put('big', big);
      proxy.reset();
      proxy.inject({ fault: { kind: 'cut-body', afterBytes: 1_000_000 }, method: 'GET', times: 2 });
      expect(Buffer.compare(await store.read('big'), big)).toBe(0);
      expect(proxy.seen.length).toBeGreaterThanOrEqual(3);
    });

    it.each([
      ['denied', 'storage.access-denied', /credentials and the bucket policy/],
      ['gone', 'storage.not-found', /check the address/],
      ['slowDown', 'storage.throttled', /try again later/],
      ['internal', 'storage.unavailable', /check the endpoint/],
    ] as const)('names %s for what it is', async (fault, code, advice) => {
      proxy.inject({ fault: { kind: 'error', ...S3_FAULTS[fault] } });
      await expect(store.read('x')).rejects.toMatchObject({ code, message: expect.stringMatching(advice) });
      await expect(store.put('x', bytesOf('x'))).rejects.toMatchObject({ code });
    });

    it('says when nobody answers, and when the bucket is not there', async () => {
      const dead = await openStore('s3://b/p', { endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
      await expect(dead.read('x')).rejects.toMatchObject({ code: 'storage.unavailable', kind: 'service' });
      const missing = await storeOn(proxy, 'no-such-bucket-here');
      await expect(missing.put('x', bytesOf('x'))).rejects.toMatchObject({
        code: 'storage.not-found',
        kind: 'input',
      });
    });

    it('knows its own conditional write when the answer got lost', async () => {
      proxy.inject({ fault: { kind: 'lost-answer' }, method: 'PUT', times: 1 });
      expect(await store.putIfAbsent('once', bytesOf('mine'))).toBe(true);
      expect(await store.putIfAbsent('once', bytesOf('theirs'))).toBe(false);
      expect(textOf(await store.read('once'))).toBe('mine');
    });

    it('repeats a conditional write that raced (409)', async () => {
      proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.conflict }, method: 'PUT', times: 2 });
      expect(await store.putIfAbsent('raced', bytesOf('x'))).toBe(true);
    });

    it('refuses a store that lies about conditional writes', async () => {
      proxy.inject({ fault: { kind: 'ignore-if-none-match' } });
      await expect(probeConditionalWrites(store)).rejects.toMatchObject({
        code: 'storage.no-conditional-writes',
        kind: 'config',
        message: expect.stringContaining('vouch for a single writer'),
      });
    });

    it('keeps the cache within its bound, least recently used first', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'weir-bound-'));
      const bounded = await storeOn(proxy, name, { cacheDirectory: directory, cacheBytes: 2500 });
      for (const path of ['a', 'b', 'c'])
        await bounded.put(`bound/${path}.parquet`, Buffer.alloc(1000, path));
      const first = await bounded.localFile('bound/a.parquet');
      await utimes(first, 1000, 1000);
      await bounded.localFile('bound/b.parquet');
      await bounded.localFile('bound/c.parquet');
      const kept = await readdir(directory);
      expect(kept).toHaveLength(2);
      expect(kept).not.toContain(first.slice(directory.length + 1));
      proxy.reset();
      await bounded.localFile('bound/c.parquet');
      expect(proxy.seen).toEqual([]);
      // Evicted is not lost: it comes again. Another version of it is another file.
      expect(await bounded.localFile('bound/a.parquet')).toBe(first);
      expect(await bounded.localFile('bound/a.parquet', { etag: 'v2' })).not.toBe(first);
      await rm(directory, { recursive: true, force: true });
    });

    it('aborts an upload that fails, and sweeps those that killed writers left', async () => {
      const local = join(cache, 'upload');
      await writeFile(local, Buffer.alloc(40_000_000));
      proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.denied }, path: /partNumber=2/ });
      await expect(store.putFile('parts', local)).rejects.toMatchObject({ code: 'storage.access-denied' });
      expect(await store.removeStale(-60_000)).toBe(0);
      expect(await store.stat('parts')).toBeNull();
      const client = s3ClientOf(proxy);
      await client.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'some/prefix/left' }));
      await client.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'elsewhere/left' }));
      expect(await store.removeStale(60_000)).toBe(0);
      expect(await store.removeStale(-60_000)).toBe(1);
      client.destroy();
    });
  });
});

describe.skipIf(!canUse('swift'))('S3 store (needs Swift)', () => {
  it('refuses several writers where conditional writes do not exist, and works for a vouched single one', async () => {
    const server = await sharedServer('swift');
    const bucket = await createTestBucket(server);
    const store = await storeOn(server, bucket);
    await expect(probeConditionalWrites(store)).rejects.toMatchObject({
      code: 'storage.no-conditional-writes',
    });
    const single = await storeOn(server, bucket, { singleWriter: true });
    expect(await single.putIfAbsent('a', bytesOf('1'))).toBe(true);
    expect(await single.putIfAbsent('a', bytesOf('2'))).toBe(false);
    expect(textOf(await single.read('a'))).toBe('1');
  });
});
