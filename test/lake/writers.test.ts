import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compactLake, snapshotTable, verifyLake } from '../../src/lake/index.ts';
import { createDiskStore, openStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { fakeBatch, openTestLake } from '../support/lake-batch.ts';
import { runAndKill, startWriter } from '../support/lake-writers.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  S3_FAULTS,
  type S3Endpoint,
  sharedServer,
  startFaultProxy,
} from '../support/servers/index.ts';

let root: string;
let session: TestSession;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-writers-'));
  session = await openDuckdbSession();
});
afterEach(async () => {
  session.close();
  await rm(root, { recursive: true, force: true });
});

describe('several writers on one disk', () => {
  it('8 processes, 50 commits each: none lost, none twice', { timeout: 300_000 }, async () => {
    const writers = Array.from({ length: 8 }, (_, w) =>
      startWriter({
        location: root,
        seeds: Array.from({ length: 50 }, (_unused, i) => w * 50 + i + 1),
        rows: 0,
        compactEvery: 0,
      }),
    );
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => 50));
    const lake = openTestLake(createDiskStore(root), session);
    const snapshot = await lake.snapshot();
    expect(snapshot.version).toBe(400);
    expect(snapshotTable(snapshot, 'ledger').files).toHaveLength(400);
    expect(await verifyLake(lake)).toMatchObject({ isClean: true, problems: [], objects: 400 });
  });

  it('the same objects for all: each is committed once', { timeout: 120_000 }, async () => {
    const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
    const writers = [seeds, seeds.toReversed(), [...seeds.slice(6), ...seeds.slice(0, 6)]].map((order) =>
      startWriter({ location: root, seeds: order, rows: 50, compactEvery: 5 }),
    );
    const committed = await Promise.all(writers.map(({ ended }) => ended));
    expect(committed.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(12);
    expect(await verifyLake(openTestLake(createDiskStore(root), session))).toMatchObject({
      isClean: true,
      problems: [],
      objects: 12,
    });
  });

  it('killed at random moments, with compaction: the totals are exact after a rerun', {
    timeout: 180_000,
  }, async () => {
    const killed = await runAndKill({
      location: root,
      writers: 3,
      objects: 12,
      rows: 100,
      kills: 9,
      maxLifeMs: 6000,
      random: seededRandom(7),
    });
    expect(killed).toBeGreaterThan(0);
    const lake = openTestLake(createDiskStore(root), session);
    const report = await verifyLake(lake);
    expect(report.problems).toEqual([]);
    expect(report.objects).toBe(12);
    const rows = snapshotTable(await lake.snapshot(), 'flows').files.reduce(
      (sum, file) => sum + file.rows,
      0,
    );
    expect(rows).toBe(1200);
  });
});

describe.skipIf(!canUse('radosgw'))('several writers on S3 (needs radosgw)', () => {
  let server: S3Endpoint;
  beforeAll(async () => {
    server = await sharedServer('radosgw');
    Object.assign(process.env, awsEnvironmentOf(server));
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL'];
  });

  it('3 processes on the same objects: each is committed once, and the lake is whole', {
    timeout: 180_000,
  }, async () => {
    const location = `s3://${await createTestBucket(server)}/lake`;
    const seeds = Array.from({ length: 8 }, (_, i) => i + 1);
    const job = { location, rows: 100, compactEvery: 4, endpoint: server.endpoint, cacheDirectory: root };
    const writers = [seeds, seeds.toReversed(), [...seeds.slice(4), ...seeds.slice(0, 4)]].map((order) =>
      startWriter({ ...job, seeds: order }),
    );
    const committed = await Promise.all(writers.map(({ ended }) => ended));
    expect(committed.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(8);
    const store = await openStore(location, { endpoint: server.endpoint, cacheDirectory: root });
    const lake = openTestLake(store, session);
    expect(await verifyLake(lake)).toMatchObject({ isClean: true, problems: [], objects: 8 });
    expect(snapshotTable(await lake.snapshot(), 'flows').files.reduce((sum, { rows }) => sum + rows, 0)).toBe(
      800,
    );
  });

  it('lost answers, races, slow-downs and broken bodies change nothing', { timeout: 120_000 }, async () => {
    const proxy = await startFaultProxy(server);
    const location = `s3://${await createTestBucket(server)}/lake`;
    const store = await openStore(location, { endpoint: proxy.endpoint, cacheDirectory: root });
    const lake = openTestLake(store, session);
    for (let seed = 1; seed <= 5; seed++) {
      proxy.reset();
      proxy.inject({ fault: { kind: 'lost-answer' }, method: 'PUT', path: /_delta_log/, times: 1 });
      proxy.inject({
        fault: { kind: 'error', ...S3_FAULTS.conflict },
        method: 'PUT',
        path: /_delta_log/,
        times: 1,
      });
      proxy.inject({
        fault: { kind: 'error', ...S3_FAULTS.slowDown },
        method: 'PUT',
        path: /parquet/,
        times: 2,
      });
      proxy.inject({
        fault: { kind: 'cut-body', afterBytes: 100 },
        method: 'GET',
        path: /parquet/,
        times: 2,
      });
      const batch = await fakeBatch(lake, session, { uri: `s3://source/${seed}`, seed, rows: 200 });
      expect(await lake.commit(batch)).toEqual({ kind: 'committed', version: seed });
    }
    proxy.reset();
    await compactLake(lake);
    expect(await verifyLake(lake)).toMatchObject({ isClean: true, problems: [], objects: 5 });
    proxy.inject({ fault: { kind: 'error', ...S3_FAULTS.denied }, method: 'PUT', path: /_delta_log/ });
    const denied = await fakeBatch(lake, session, { uri: 's3://source/6', seed: 6, rows: 200 });
    await expect(lake.commit(denied)).rejects.toMatchObject({ code: 'storage.access-denied' });
    proxy.reset();
    expect((await lake.commit(denied)).kind).toBe('committed');
    expect(await verifyLake(lake)).toMatchObject({ isClean: true, objects: 6 });
    await proxy.stop();
  });
});

describe.skipIf(!canUse('swift'))('a store without conditional writes (needs Swift)', () => {
  it('is refused at the first commit, before anything is written', async () => {
    const server = await sharedServer('swift');
    Object.assign(process.env, awsEnvironmentOf(server));
    const store = await openStore(`s3://${await createTestBucket(server)}/lake`, {
      endpoint: server.endpoint,
    });
    const lake = openTestLake(store, session);
    await expect(lake.commit({ staged: [], ledger: [], malformed: [] })).rejects.toMatchObject({
      code: 'storage.no-conditional-writes',
    });
    const paths: string[] = [];
    for await (const { path } of store.list()) paths.push(path);
    expect(paths).toEqual([]);
    delete process.env['AWS_ENDPOINT_URL'];
  });
});
