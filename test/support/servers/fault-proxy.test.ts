import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, S3_FAULTS, startFaultProxy } from './fault-proxy.ts';
import { canUse, createTestBucket, s3ClientOf, sharedServer } from './index.ts';

const BODY = 'x'.repeat(1_000);

describe('the fault proxy', () => {
  let behind: Server;
  let served: string[];
  let proxy: FaultProxy;
  beforeAll(async () => {
    served = [];
    behind = createServer((request, response) => {
      served.push(`${request.method} ${request.url}`);
      response.setHeader('etag', '"1"');
      response.end(BODY);
    });
    await new Promise<void>((resolve) => {
      behind.listen(0, '127.0.0.1', resolve);
    });
    const endpoint = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
    proxy = await startFaultProxy({ endpoint, accessKeyId: 'a', secretAccessKey: 's', region: 'r' });
  });
  afterEach(() => {
    proxy.reset();
    served.length = 0;
  });
  afterAll(async () => {
    await proxy.stop();
    behind.close();
  });

  const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const response = await fetch(proxy.endpoint + path, { method });
    return [response.status, await response.text()];
  };

  it('passes everything on, and keeps what it saw', async () => {
    expect(await get('/b/k?x=1')).toEqual([200, BODY]);
    expect(served).toEqual(['GET /b/k?x=1']);
    expect(proxy.seen).toEqual([{ method: 'GET', path: '/b/k?x=1', fault: null }]);
  });

  it.each(Object.entries(S3_FAULTS))('answers %s without asking the server', async (_, fault) => {
    proxy.inject({ fault: { kind: 'error', ...fault } });
    const [status, text] = await get('/b/k');
    expect(status).toBe(fault.status);
    expect(text).toContain(`<Code>${fault.code}</Code>`);
    expect(served).toEqual([]);
  });

  it('meets only the requests its rule names, from the nth, so many times', async () => {
    proxy.inject({
      fault: { kind: 'error', ...S3_FAULTS.slowDown },
      method: 'PUT',
      path: /_delta_log/,
      after: 1,
      times: 2,
    });
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await get('/b/_delta_log/0.json', 'PUT'))[0]);
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect((await get('/b/data', 'PUT'))[0]).toBe(200);
    expect((await get('/b/_delta_log/0.json'))[0]).toBe(200);
  });

  it('cuts the request before the server sees it', async () => {
    proxy.inject({ fault: { kind: 'cut-request' } });
    await expect(get('/b/k')).rejects.toThrow('fetch failed');
    expect(served).toEqual([]);
  });

  it('loses the answer after the server has done its work', async () => {
    proxy.inject({ fault: { kind: 'lost-answer' } });
    await expect(get('/b/k', 'PUT')).rejects.toThrow('fetch failed');
    expect(served).toEqual(['PUT /b/k']);
  });

  it('cuts the body after some bytes', async () => {
    proxy.inject({ fault: { kind: 'cut-body', afterBytes: 100 } });
    const response = await fetch(`${proxy.endpoint}/b/k`);
    expect(response.status).toBe(200);
    let bytes = 0;
    const readAll = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length;
    };
    await expect(readAll()).rejects.toThrow('terminated');
    expect(bytes).toBe(100);
  });

  it('sends the body slowly, and whole', async () => {
    proxy.inject({ fault: { kind: 'slow-body', chunkBytes: 250, pauseMs: 10 } });
    const before = performance.now();
    expect(await get('/b/k')).toEqual([200, BODY]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(35);
  });

  it('holds a request back', async () => {
    proxy.inject({ fault: { kind: 'delay', milliseconds: 40 } });
    const before = performance.now();
    expect(await get('/b/k')).toEqual([200, BODY]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(35);
  });
});

describe.skipIf(!canUse('radosgw'))('the fault proxy before a real store (needs radosgw)', () => {
  it('makes a store that lies: every one of 8 racing creates wins', async () => {
    const store = await sharedServer('radosgw');
    const Bucket = await createTestBucket(store);
    const proxy = await startFaultProxy(store);
    const client = s3ClientOf(proxy);
    const create = (Body: string) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'a/one key', Body, IfNoneMatch: '*' }));

    await create('honest');
    await expect(create('late')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    proxy.inject({ fault: { kind: 'ignore-if-none-match' }, method: 'PUT' });
    const bodies = Array.from({ length: 8 }, (_, writer) => `writer ${writer}`);
    const answers = await Promise.all(bodies.map(create));
    expect(answers.map((answer) => answer.$metadata.httpStatusCode)).toEqual(bodies.map(() => 200));
    const left = await client.send(new GetObjectCommand({ Bucket, Key: 'a/one key' }));
    expect(bodies).toContain(await left.Body?.transformToString());
    client.destroy();
    await proxy.stop();
  });
});
