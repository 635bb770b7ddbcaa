import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { snapshotTable, verifyLake } from '../../src/lake/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession } from '../support/duckdb-session.ts';
import { openTestLake } from '../support/lake-batch.ts';
import { runAndKill } from '../support/lake-writers.ts';
import { seededRandom } from '../support/seeded-random.ts';

it('200 kills of three writers and their compactions: the totals are exact, verify is clean', async () => {
  const root = await mkdtemp(join(tmpdir(), 'weir-kills-'));
  const session = await openDuckdbSession();
  let killed = 0;
  const objects = 150;
  const rows = 200;
  const random = seededRandom(20_261_120);
  // Killing goes on until 200 died by it, whatever the speed of the machine.
  while (killed < 200) {
    killed += await runAndKill({
      location: root,
      writers: 3,
      objects,
      rows,
      kills: 200 - killed,
      maxLifeMs: 5000,
      random,
      finish: false,
    });
  }
  await runAndKill({ location: root, writers: 1, objects, rows, kills: 0, maxLifeMs: 0, random });
  const lake = openTestLake(createDiskStore(root), session);
  const report = await verifyLake(lake);
  expect(report.problems).toEqual([]);
  expect(report.objects).toBe(objects);
  const { files } = snapshotTable(await lake.snapshot(), 'flows');
  expect(files.reduce((sum, file) => sum + file.rows, 0)).toBe(objects * rows);
  session.close();
  await rm(root, { recursive: true, force: true });
});
