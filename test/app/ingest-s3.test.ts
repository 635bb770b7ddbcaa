import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest, openReadSession, resolveConfig } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { createSimulateConfig, Simulation, simulateObjects } from '../../src/simulate/index.ts';
import {
  canUse,
  createTestBucket,
  type S3Endpoint,
  s3ClientOf,
  sharedServer,
} from '../support/servers/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** The environment through which the product is told of a store, for the time of one call. */
async function withStore<T>(store: S3Endpoint, work: () => Promise<T>): Promise<T> {
  const set = {
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
    AWS_REGION: store.region,
  };
  const before = Object.fromEntries(Object.keys(set).map((name) => [name, process.env[name]]));
  Object.assign(process.env, set);
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

async function fillBucket(
  store: S3Endpoint,
  bucket: string,
): Promise<{ lines: number; startSeconds: number }> {
  const client = s3ClientOf(store);
  const config = createSimulateConfig({ size: { kind: 'records', records: 4000 }, spanSeconds: 3 * 86_400 });
  const simulation = new Simulation(config);
  for await (const { key, bytes } of simulateObjects(simulation)) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  }
  client.destroy();
  return { lines: simulation.truth().lines, startSeconds: config.startSeconds };
}

describe.skipIf(!canUse('radosgw'))('ingest from S3 into a lake on S3 (needs radosgw)', () => {
  const scratch = temporaryDirectory();
  let store: S3Endpoint;
  let bucket: string;
  let filled: { lines: number; startSeconds: number };

  beforeAll(async () => {
    store = await sharedServer('radosgw');
    bucket = await createTestBucket(store);
    filled = await fillBucket(store, bucket);
  }, 120_000);

  const settings = () => ({
    endpoint: store.endpoint,
    pathStyle: true,
    cacheDirectory: join(scratch, 'cache'),
  });
  const run = (lake: string, more: object = {}) =>
    ingest({
      sources: [`s3://${bucket}/AWSLogs/`],
      lake,
      storage: settings(),
      reporter: silentReporter,
      commitRows: 1000,
      ...more,
    });

  it('reads every line once with two workers at the same time, and answers from there', async () => {
    const lake = `s3://${bucket}/lakes/shared`;
    await withStore(store, async () => {
      const reports = await Promise.all([run(lake), run(lake)]);
      expect(reports.reduce((sum, { result }) => sum + result.lines, 0)).toBe(filled.lines);
      expect((await run(lake)).result).toMatchObject({ objects: 0, lines: 0 });
      const flags = {
        'lake.location': lake,
        's3.endpoint': store.endpoint,
        'cache.directory': join(scratch, 'cache'),
      };
      const read = await openReadSession(resolveConfig({ flags }));
      try {
        expect(
          await read.session.rows(
            'SELECT count(*)::INTEGER AS n, (SELECT sum(lines)::INTEGER FROM ledger) AS l FROM flows',
          ),
        ).toEqual([{ n: filled.lines, l: filled.lines }]);
      } finally {
        read.close();
      }
    });
  }, 120_000);

  it('reads no object that ends long before --since', async () => {
    const lake = join(scratch, 'since-lake');
    const everything = await withStore(store, () => run(join(scratch, 'all-lake')));
    const since = filled.startSeconds + 5400;
    const recent = await withStore(store, () => run(lake, { sinceSeconds: since }));
    expect(recent.result.objects).toBeGreaterThan(0);
    expect(recent.result.objects).toBeLessThan(everything.result.objects);
    expect(recent.result.lines).toBeLessThan(filled.lines);
  }, 120_000);
});

describe.skipIf(!canUse('swift'))('a store without conditional writes (needs swift)', () => {
  it('is refused as a lake for several writers, with what to do', async () => {
    const store = await sharedServer('swift');
    const bucket = await createTestBucket(store);
    const source = join(temporaryDirectory(), 'a.log');
    writeFileSync(source, '2 1 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 40 1700000000 1700000059 ACCEPT OK\n');
    const storage = { endpoint: store.endpoint, pathStyle: true };
    await withStore(store, async () => {
      const refused = ingest({
        sources: [source],
        lake: `s3://${bucket}/lake`,
        storage,
        reporter: silentReporter,
      });
      await expect(refused).rejects.toMatchObject({ code: 'storage.no-conditional-writes' });
    });
  }, 120_000);
});
