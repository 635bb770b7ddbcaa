import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IngestRun } from '../../src/app/ingest-run.ts';
import { silentReporter, WeirError } from '../../src/base/index.ts';
import { createDuckDb, type DuckDb, type DuckDbSession } from '../../src/engine/index.ts';
import type { SourceObject } from '../../src/ingest/index.ts';
import { type Lake, openLake, verifyLake } from '../../src/lake/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const text = (name: string, lines: number): string =>
  `${HEADER}\n${Array.from({ length: lines }, (_, n) => `2 123456789010 ${name} 10.0.0.1 8.8.8.8 ${n} 443 6 1 40 1700000000 1700000059 ACCEPT OK\n`).join('')}`;

/** An object in memory that fails with `error` after its first `failAfter` bytes. */
function objectOf(
  name: string,
  body: string,
  failAfter = Number.POSITIVE_INFINITY,
  error?: WeirError,
): SourceObject {
  const bytes = Buffer.from(body);
  return {
    uri: `s3://logs/${name}`,
    sizeBytes: bytes.length,
    localPath: null,
    identify: async () => createHash('sha256').update(bytes).digest('hex'),
    async *stream() {
      for (let at = 0; at < bytes.length; at += 20_000) {
        if (at >= failAfter && error !== undefined) throw error;
        yield bytes.subarray(at, at + 20_000);
      }
    },
    range: async (start, end) => bytes.subarray(start, end),
  };
}

describe.each([0, 2])('IngestRun reading on %i threads', (threads) => {
  const root = temporaryDirectory();
  let db: DuckDb;
  let session: DuckDbSession;
  let loadSession: DuckDbSession;
  let lakes = 0;

  beforeAll(async () => {
    db = await createDuckDb({ threads: 2, memoryLimitBytes: 512e6, tempDirectory: join(root, 'temp') });
    session = await db.connect();
    loadSession = await db.connect();
  });
  afterAll(() => {
    session.close();
    loadSession.close();
    db.close();
  });

  async function freshLake(): Promise<Lake> {
    const store = await openStore(join(root, `lake-${lakes++}`));
    return openLake({ store, session, now: () => 1_800_000_000, newId: randomUUID });
  }

  const runs: IngestRun[] = [];
  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.close()));
  });
  const runOver = (lake: Lake): IngestRun => {
    const run = new IngestRun(
      { given: [], batchRows: 20_000, commitRows: 1e6, threads },
      { lake, loadSession, reporter: silentReporter },
    );
    runs.push(run);
    return run;
  };

  it('leaves out an object that vanishes while it is read, and nothing else', async () => {
    const lake = await freshLake();
    const gone = new WeirError('input', 'ingest.unreadable', 's3://logs/b cannot be read: it is gone');
    const objects = [
      objectOf('a', text('eni-a', 900)),
      objectOf('b', text('eni-b', 90_000), 4_000_000, gone),
      objectOf('c', text('eni-c', 700)),
    ];
    const run = runOver(lake);
    run.expect(objects);
    await run.readNew(objects);
    await run.finish();
    expect(run.tally().result).toMatchObject({ objects: 2, lines: 1600, ok: 1600 });
    expect(run.tally().problems).toEqual([{ uri: 's3://logs/b', reason: gone.message }]);
    const report = await verifyLake(lake);
    expect(report).toMatchObject({ isClean: true, objects: 2 });

    const later = runOver(lake);
    await later.readNew([
      objects[0] as SourceObject,
      objectOf('b', text('eni-b', 90_000)),
      objects[2] as SourceObject,
    ]);
    await later.finish();
    expect(later.tally().result).toMatchObject({ objects: 1, objectsSkipped: 2, lines: 90_000 });
    expect((await verifyLake(lake)).isClean).toBe(true);
  });

  it('ends with the error of a store that fails, and leaves the lake as it was', async () => {
    const lake = await freshLake();
    const down = new WeirError('service', 'storage.unavailable', 's3://logs does not answer');
    const run = runOver(lake);
    const objects = [
      objectOf('a', text('eni-a', 900)),
      objectOf('b', text('eni-b', 90_000), 4_000_000, down),
    ];
    await expect(run.readNew(objects)).rejects.toMatchObject({
      kind: 'service',
      code: down.code,
      message: down.message,
    });
    expect((await lake.snapshot()).version).toBeLessThanOrEqual(0);
    const files: string[] = [];
    for await (const entry of lake.store.list({ prefix: 'flows/day=2023-11-14/' }))
      if (entry.kind === 'object') files.push(entry.path);
    expect(files).toEqual([]);
  });
});
