import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { objectKey } from '../../../src/aws/index.ts';
import { type ListOptions, listSources, openObject, prefetchObjects } from '../../../src/ingest/index.ts';
import { openStore } from '../../../src/storage/index.ts';
import { tallyLines } from '../../support/line-twin.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  type FaultProxy,
  S3_FAULTS,
  sharedServer,
  startFaultProxy,
} from '../../support/servers/index.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const lines = (count: number, seed: number): string =>
  `${HEADER}\n${Array.from({ length: count }, (_, i) => `2 123456789010 eni-${seed} 10.0.0.1 10.0.0.2 ${i % 65536} 443 6 1 ${40 + i} 1769940000 1769940060 ACCEPT OK`).join('\n')}\n`;
const DAYS = ['2026-01-31', '2026-02-01', '2026-02-02'];
const LARGE_LINES = 60_000;

describe.skipIf(!canUse('radosgw'))('sources on S3 (needs radosgw)', () => {
  let proxy: FaultProxy;
  let bucket: string;
  let options: ListOptions;

  beforeAll(async () => {
    const server = await sharedServer('radosgw');
    proxy = await startFaultProxy(server);
    bucket = await createTestBucket(server);
    const { AWS_ENDPOINT_URL: _endpoint, ...environment } = awsEnvironmentOf(server);
    Object.assign(process.env, environment);
    options = { store: { endpoint: proxy.endpoint, maxAttempts: 3 } };
    const store = await openStore(`s3://${bucket}`, { endpoint: server.endpoint });
    for (const [seed, day] of DAYS.entries()) {
      for (let slot = 0; slot < 3; slot++) {
        const slotSeconds = Date.parse(`${day}T10:00:00Z`) / 1000 + slot * 300;
        const place = {
          prefix: 'logs',
          accountId: '123456789010',
          region: 'us-east-1',
          hive: false,
          perHour: false,
          serviceName: 'aws-service' as const,
        };
        const key = objectKey({
          ...place,
          flowLogId: 'fl-0123abcd',
          slotSeconds,
          hash: `0000000${slot}`,
          fileFormat: 'plain-text',
        });
        await store.put(key, gzipSync(lines(100, seed)));
      }
    }
    // Addresses that do not compress, so that the object is larger than what is read in one piece.
    const noise = randomBytes(LARGE_LINES * 16);
    const records = Array.from(
      { length: LARGE_LINES },
      (_, i) => `eni-1 ${noise.subarray(i * 16, i * 16 + 16).toString('hex')} 10.0.0.1`,
    );
    await store.put(
      'large/one.log.gz',
      gzipSync(`interface-id sublocation-id srcaddr\n${records.join('\n')}\n`),
    );
  });
  afterEach(() => proxy.reset());
  afterAll(() => proxy.stop());

  async function readAll(source: string, more: ListOptions = {}) {
    const listing = listSources([source], { ...options, ...more });
    let records = 0;
    const refused: string[] = [];
    for await (const object of prefetchObjects(listing.objects())) {
      expect(await object.identify()).toMatch(/^[0-9a-f]{32}/);
      const opened = await openObject(object);
      if (opened.kind === 'refused') refused.push(opened.code);
      records += (await tallyLines(opened)).ok;
    }
    return {
      records,
      refused,
      counts: listing.counts(),
      gets: proxy.seen.filter(({ path }) => !path.includes('list-type')).length,
    };
  }

  it('reads everything below a prefix, one request per object', async () => {
    expect(await readAll(`s3://${bucket}/logs/`)).toMatchObject({ records: 900, refused: [], gets: 9 });
  });

  it('asks for wanted days only', async () => {
    const range = {
      sinceSeconds: Date.parse('2026-02-01T09:00:00Z') / 1000,
      untilSeconds: Date.parse('2026-02-01T12:00:00Z') / 1000,
    };
    expect(await readAll(`s3://${bucket}/logs`, range)).toMatchObject({ records: 300, gets: 3 });
  });

  it('streams a large object with one request', async () => {
    expect(await readAll(`s3://${bucket}/large/one.log.gz`)).toMatchObject({ records: LARGE_LINES, gets: 1 });
  });

  it('gets over passing faults: 500, a lost connection, a body that breaks off, slowness', async () => {
    proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.internal }, method: 'GET', times: 2 });
    proxy.inject({ fault: { kind: 'cut-request' }, path: /vpcflowlogs/, times: 1 });
    proxy.inject({ fault: { kind: 'slow-body', chunkBytes: 1000, pauseMs: 1 }, path: /00000001\.log\.gz/ });
    expect(await readAll(`s3://${bucket}/logs/`)).toMatchObject({ records: 900, refused: [] });
    proxy.inject({ fault: { kind: 'cut-body', afterBytes: 300_000 }, path: /large/, times: 2 });
    expect(await readAll(`s3://${bucket}/large/`)).toMatchObject({ records: LARGE_LINES, refused: [] });
  });

  it('goes on past a key that is gone or forbidden, and names it', async () => {
    proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.gone }, path: /20260131T1000Z/ });
    proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.denied }, path: /20260202T1005Z/ });
    expect(await readAll(`s3://${bucket}/logs/`)).toMatchObject({
      records: 700,
      refused: ['ingest.unreadable', 'ingest.unreadable'],
    });
  });

  it.each([
    ['an object that fails for good', /20260201T1005Z/, 'internal', 'storage.unavailable'],
    ['a listing that is refused', /list-type/, 'denied', 'storage.access-denied'],
    ['a store that keeps asking to slow down', /./, 'slowDown', 'storage.throttled'],
  ] as const)('stops with %s, so that a rerun can resume', async (_name, path, fault, code) => {
    proxy.inject({ fault: { kind: 'error', ...S3_FAULTS[fault] }, path });
    await expect(readAll(`s3://${bucket}/logs/`)).rejects.toMatchObject({ code, kind: 'service' });
  });
});
