import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactLake, verifyLake } from '../../src/lake/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { fakeBatch, openTestLake } from '../support/lake-batch.ts';

/** Mounts a small file system of its own; false where this user may not. */
function mountTmpfs(directory: string): boolean {
  return (
    process.getuid?.() === 0 &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', directory]).status === 0
  );
}

const root = await mkdtemp(join(tmpdir(), 'weir-full-'));
const isMounted = mountTmpfs(root);

describe.skipIf(!isMounted)('a disk that fills up (needs root, to mount a small one)', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await openDuckdbSession();
  });
  afterAll(async () => {
    session.close();
    spawnSync('umount', [root]);
    await rm(root, { recursive: true, force: true });
  });

  it('stops ingest and compaction with a clear error and leaves the lake whole', {
    timeout: 60_000,
  }, async () => {
    const lake = openTestLake(createDiskStore(root), session);
    await lake.commit(await fakeBatch(lake, session, { uri: 'file:///1', seed: 1, rows: 2000 }));
    await lake.commit(await fakeBatch(lake, session, { uri: 'file:///2', seed: 2, rows: 2000 }));
    const { bavail, bsize } = await statfs(root);
    await writeFile(join(root, 'filler'), Buffer.alloc(bavail * bsize - 8 * bsize));

    const full = {
      code: 'storage.disk-full',
      message: expect.stringContaining('free some space') as unknown,
    };
    await expect(fakeBatch(lake, session, { uri: 'file:///3', seed: 3, rows: 50_000 })).rejects.toMatchObject(
      full,
    );
    await writeFile(join(root, 'filler2'), Buffer.alloc(64)).catch(() => {});
    await expect(compactLake(lake, { tables: ['flows'] })).rejects.toMatchObject(full);
    expect(await verifyLake(openTestLake(createDiskStore(root), session))).toMatchObject({
      isClean: true,
      version: 2,
    });

    await rm(join(root, 'filler'));
    const batch = await fakeBatch(lake, session, { uri: 'file:///3', seed: 3, rows: 2000 });
    expect(await lake.commit(batch)).toEqual({ kind: 'committed', version: 3 });
    expect(await verifyLake(lake)).toMatchObject({ isClean: true, objects: 3 });
  });
});
