import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compactLake,
  filesSql,
  type Lake,
  localPaths,
  snapshotTable,
  verifyLake,
} from '../../src/lake/index.ts';
import type { TableName } from '../../src/record/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { FAKE_START, type FakeObject, fakeBatch, openTestLake } from '../support/lake-batch.ts';

let session: TestSession;
beforeAll(async () => {
  session = await openDuckdbSession();
});
afterAll(() => session.close());

const OBJECTS: readonly FakeObject[] = [1, 2, 3, 4].map((seed) => ({
  uri: `file:///${seed}`,
  seed,
  rows: 60,
  startSeconds: FAKE_START + seed * 40_000,
  ...(seed === 3 ? { extraField: 'odd' } : {}),
}));

/** The content of a lake without regard to files, rows of rollups merged: what every order of commits must give. */
async function contentOf(lake: Lake): Promise<unknown> {
  const snapshot = await lake.snapshot();
  const answers: Record<string, unknown> = {};
  const digest = async (name: TableName, columns: string, groups = ''): Promise<void> => {
    const table = snapshotTable(snapshot, name);
    const source = filesSql(table.columns, await localPaths(lake.store, table.files));
    const [row] = await session.rows(
      `SELECT count(*) AS rows, sum(hash(r)::HUGEINT)::VARCHAR AS digest FROM (SELECT ${columns} FROM ${source} ${groups}) AS r`,
    );
    answers[name] = row;
  };
  await digest('flows', "COLUMNS(c -> c <> 'odd')");
  await digest('ledger', '* EXCLUDE (ingested_at)');
  await digest(
    'eni_5m',
    '* EXCLUDE (flows, packets, bytes), sum(flows), sum(packets), sum(bytes)',
    'GROUP BY ALL',
  );
  await digest(
    'svc_1h',
    '* EXCLUDE (flows, packets, bytes), sum(flows), sum(packets), sum(bytes)',
    'GROUP BY ALL',
  );
  await digest(
    'ip_day',
    '* EXCLUDE (first_seen, last_seen, flows, packets, bytes, rejects), min(first_seen), max(last_seen), sum(flows), sum(packets), sum(bytes), sum(rejects)',
    'GROUP BY ALL',
  );
  await digest(
    'coverage',
    '* EXCLUDE (ok_minutes, nodata_minutes, skipdata_minutes), bit_or(ok_minutes), bit_or(nodata_minutes), bit_or(skipdata_minutes)',
    'GROUP BY ALL',
  );
  return answers;
}

type Step =
  | { readonly kind: 'ingest'; readonly objects: readonly number[] }
  | { readonly kind: 'compact' }
  | { readonly kind: 'reopen' };

describe('a lake', () => {
  it('comes to the same whatever the order, the repetition and the batching, with compaction between', {
    timeout: 240_000,
  }, async () => {
    const ingestStep = fc
      .uniqueArray(fc.nat(OBJECTS.length - 1), { minLength: 1, maxLength: 3 })
      .map((objects): Step => ({ kind: 'ingest', objects }));
    const step = fc.oneof(
      { weight: 4, arbitrary: ingestStep },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'compact' }) },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reopen' }) },
    );
    let expected: unknown = null;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 6 }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        async (steps, last) => {
          const root = await mkdtemp(join(tmpdir(), 'weir-order-'));
          try {
            let lake = openTestLake(createDiskStore(root), session);
            // Whatever was left out is ingested at the end, so that every run holds every object.
            for (const one of [...steps, ...last.map((n): Step => ({ kind: 'ingest', objects: [n] }))]) {
              if (one.kind === 'compact') await compactLake(lake);
              else if (one.kind === 'reopen') lake = openTestLake(createDiskStore(root), session);
              else
                await ingestAll(
                  lake,
                  one.objects.map((n) => OBJECTS[n]).filter((object) => object !== undefined),
                );
            }
            const content = await contentOf(lake);
            expected ??= content;
            expect(content).toEqual(expected);
            expect((await verifyLake(lake)).problems).toEqual([]);
          } finally {
            await rm(root, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

/** One batch of several objects; those the lake has are left out after it says so, as ingest does. */
async function ingestAll(lake: Lake, objects: readonly FakeObject[]): Promise<void> {
  const batches = [];
  for (const object of objects) batches.push(await fakeBatch(lake, session, object));
  const together = {
    staged: batches.flatMap(({ staged }) => staged),
    ledger: batches.flatMap(({ ledger }) => ledger),
    malformed: [],
  };
  const result = await lake.commit(together);
  if (result.kind === 'committed') return;
  await lake.discard(together.staged);
  const there = new Set(result.objects.map(({ uri }) => uri));
  const rest = objects.filter(({ uri }) => !there.has(uri));
  expect(rest.length).toBeLessThan(objects.length);
  if (rest.length > 0) await ingestAll(lake, rest);
}
