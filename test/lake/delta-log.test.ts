import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isWeirError } from '../../src/base/index.ts';
import type { Action, AddFile, RemoveFile } from '../../src/lake/delta-actions.ts';
import { decodeActions, encodeActions, logEntryPath, parseLogName } from '../../src/lake/delta-json.ts';
import { createDeltaLog, type DeltaLog } from '../../src/lake/delta-log.ts';
import {
  columnsOf,
  decodeSchema,
  encodeSchema,
  extraColumn,
  fieldIdOf,
} from '../../src/lake/delta-schema.ts';
import { type LakeCommit, netChange } from '../../src/lake/lake-commit.ts';
import { TABLES } from '../../src/record/index.ts';
import { createDiskStore, type ObjectStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';

let root: string;
let store: ObjectStore;
let session: TestSession;
beforeAll(async () => {
  session = await openDuckdbSession();
});
afterAll(() => session.close());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-delta-'));
  store = createDiskStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const NOW = 1_800_000_000_000;
const add = (path: string, day: string | null = '2026-01-01'): AddFile => ({
  path,
  partitionValues: { day },
  size: path.length,
  modificationTime: NOW,
  dataChange: false,
  stats: JSON.stringify({
    numRecords: 1,
    minValues: { uri: `it's "${path}"` },
    maxValues: {},
    nullCount: {},
  }),
  ...(path.length % 2 === 0 ? { tags: { 'weir.sorted': '1' } } : {}),
});
const remove = (path: string, deletionTimestamp = NOW): RemoveFile => ({
  path,
  deletionTimestamp,
  dataChange: true,
});
const open = (warn: (message: string) => void = () => {}): DeltaLog =>
  createDeltaLog(store, session, 't', warn);
const metaData = {
  id: 'i',
  format: { provider: 'parquet', options: {} },
  schemaString: encodeSchema([extraColumn('odd')]),
  partitionColumns: ['day'],
  configuration: { 'weir.rawKeptFrom': '2026-01-01' },
  createdTime: 5,
};

describe('log entries', () => {
  it('come back as they were written', () => {
    const actions: Action[] = [
      { add: add('p', null) },
      { remove: remove('q') },
      { txn: { appId: 'a', version: 3 } },
      { metaData },
    ];
    expect(decodeActions(encodeActions(actions), 'x')).toEqual(actions);
  });

  it('of any bytes are read or called damaged, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(decodeActions(bytes, 'x').length).toBeGreaterThan(0);
        } catch (error) {
          expect(isWeirError(error) && error.code).toBe('lake.torn-log-entry');
        }
      }),
    );
  });

  it('cut anywhere are never read as something shorter', () => {
    const commitInfo = { timestamp: NOW, operation: 'WRITE' };
    const whole = encodeActions([{ commitInfo }, { txn: { appId: 'a', version: 1 } }, { add: add('p') }]);
    expect(decodeActions(whole, 'x')).toHaveLength(3);
    for (let length = 0; length < whole.length - 1; length++) {
      expect(() => decodeActions(whole.subarray(0, length), 'x'), `${length} bytes`).toThrow(/damaged/);
    }
  });

  it('have names that sort by version', () => {
    expect(logEntryPath('t', 42)).toBe('t/_delta_log/00000000000000000042.json');
    expect(parseLogName('00000000000000000042.json')).toEqual({ kind: 'entry', version: 42 });
    expect(parseLogName('00000000000000000042.checkpoint.parquet')).toEqual({
      kind: 'checkpoint',
      version: 42,
    });
    expect(parseLogName('_last_checkpoint')).toBeNull();
  });
});

describe('the log of a table', () => {
  it('gives the same state from a checkpoint as from every entry', async () => {
    const path = fc.nat(30).map((n) => `day=2026-01-0${1 + (n % 9)}/f${n}.parquet`);
    const commit = fc.record({
      adds: fc.uniqueArray(path, { maxLength: 4 }),
      removes: fc.nat(3),
      txn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { minLength: 51, maxLength: 53 }), async (commits) => {
        await rm(root, { recursive: true, force: true });
        const writer = open();
        await writer.refresh();
        await writer.tryCommit(
          [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }],
          NOW,
        );
        let serial = 0;
        for (const { adds, removes, txn } of commits) {
          const gone = [...writer.table.files.keys()].slice(0, removes);
          serial += 1;
          const actions: Action[] = [
            { commitInfo: { timestamp: NOW, operation: 'WRITE' } },
            ...gone.map((name) => ({ remove: remove(name) })),
            ...adds.map((name) => ({
              add: add(`${name}.${serial}`, serial % 5 === 0 ? null : '2026-01-01'),
            })),
            ...(txn ? [{ txn: { appId: 'flows', version: serial } }] : []),
          ];
          expect(await writer.tryCommit(actions, NOW)).toBe(true);
        }
        const fromCheckpoint = open();
        const { entries } = await fromCheckpoint.refresh();
        expect(entries.length).toBe(commits.length - 50);
        await rm(join(root, 't/_delta_log/00000000000000000050.checkpoint.parquet'));
        await rm(join(root, 't/_delta_log/_last_checkpoint'));
        const fromEntries = open();
        await fromEntries.refresh();
        expect(fromCheckpoint.table).toEqual(fromEntries.table);
        expect(fromCheckpoint.table).toEqual(writer.table);
      }),
      { numRuns: 4 },
    );
  }, 60_000);

  it('lets one of two writers have a version', async () => {
    const [a, b] = [open(), open()];
    await Promise.all([a.refresh(), b.refresh()]);
    const wins = await Promise.all([
      a.tryCommit([{ add: add('a') }], NOW),
      b.tryCommit([{ add: add('b') }], NOW),
    ]);
    expect(wins.filter(Boolean)).toHaveLength(1);
    await Promise.all([a.refresh(), b.refresh()]);
    expect(a.table).toEqual(b.table);
    expect(a.table.version).toBe(0);
  });

  it('finds a checkpoint whose pointer is lost or damaged, and forgets removals that are older than their retention', async () => {
    const writer = open();
    await writer.refresh();
    await writer.tryCommit([{ add: add('old') }, { add: add('young') }], NOW);
    await writer.tryCommit(
      [{ remove: remove('old', NOW - 8 * 86_400_000) }, { remove: remove('young') }],
      NOW,
    );
    for (let v = 2; v <= 51; v++) await writer.tryCommit([{ add: add(`f${v}`) }], NOW);
    await store.put('t/_delta_log/_last_checkpoint', Buffer.from('{"vers'));
    const reader = open();
    expect((await reader.refresh()).entries).toHaveLength(1);
    expect([...reader.table.tombstones.keys()]).toEqual(['young']);
    expect(reader.table.files.size).toBe(50);
  });

  it('goes on when a checkpoint cannot be written, and says so', async () => {
    const warnings: string[] = [];
    const writer = open((message) => warnings.push(message));
    await writer.refresh();
    for (let v = 0; v < 50; v++) await writer.tryCommit([{ add: add(`f${v}`) }], NOW);
    session.close();
    expect(await writer.tryCommit([{ add: add('f50') }], NOW)).toBe(true);
    session = await openDuckdbSession();
    expect(warnings).toEqual([expect.stringContaining('no checkpoint of t at version 50')]);
    expect((await readdir(join(root, 't/_delta_log'))).filter((name) => name.includes('checkpoint'))).toEqual(
      [],
    );
  });

  it('names a checkpoint that cannot be read', async () => {
    await store.put('t/_delta_log/00000000000000000050.checkpoint.parquet', Buffer.from('PAR1 not'));
    await store.put('t/_delta_log/_last_checkpoint', Buffer.from('{"version":50}'));
    await expect(open().refresh()).rejects.toMatchObject({ code: 'lake.bad-checkpoint', kind: 'input' });
  });

  it('refuses a table whose protocol another program raised', async () => {
    const bytes = encodeActions([{ protocol: { minReaderVersion: 3, minWriterVersion: 7 } }]);
    await store.put(logEntryPath('t', 0), bytes);
    await expect(open().refresh()).rejects.toMatchObject({
      code: 'lake.unsupported-log',
      message: expect.stringContaining('another program'),
    });
  });
});

describe('schemas', () => {
  it('come back from their text, extra columns known as such', () => {
    for (const table of TABLES) {
      const columns = [...columnsOf(table), extraColumn('odd')];
      expect(decodeSchema(encodeSchema(columns), 'x')).toEqual(columns);
    }
    expect(() => decodeSchema('{"fields":[{"name":"x","type":"binary"}]}', 'here')).toThrow(
      /here has a column "x"/,
    );
  });

  it('give every column name of the catalogue a field id of its own', () => {
    const names = new Set(TABLES.flatMap(({ columns }) => columns.map(({ name }) => name)));
    expect(new Set([...names].map(fieldIdOf)).size).toBe(names.size);
    for (const name of names) expect(fieldIdOf(name)).toBeGreaterThan(0);
  });
});

describe('several commits as one', () => {
  it('never add and remove the same path, and come to the same files', () => {
    const step = fc.record({ adds: fc.nat(3), removes: fc.array(fc.nat(20), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(12), (steps, start) => {
        const live = new Set<string>();
        let before = new Set<string>();
        const commits: LakeCommit[] = [];
        for (const [index, { adds, removes }] of steps.entries()) {
          if (index === Math.min(start, steps.length)) before = new Set(live);
          const all = [...live];
          const gone = [...new Set(removes.flatMap((n) => all[n] ?? []))];
          const fresh = Array.from({ length: adds }, (_, i) => `${index}-${i}`);
          for (const path of gone) live.delete(path);
          for (const path of fresh) live.add(path);
          const change = {
            adds: fresh.map((path) => add(path)),
            removes: gone.map((path) => remove(path)),
            columns: [],
          };
          if (index >= start)
            commits.push({ kind: 'ingest', id: '', objects: [], changes: new Map([['ip_day', change]]) });
        }
        const { adds, removes } = netChange(commits, 'ip_day');
        const added = adds.map(({ path }) => path);
        const removed = removes.map(({ path }) => path);
        expect(added.filter((path) => removed.includes(path))).toEqual([]);
        if (steps.length > start) {
          for (const path of removed) expect(before.delete(path)).toBe(true);
          for (const path of added) before.add(path);
          expect([...before].sort()).toEqual([...live].sort());
        }
      }),
    );
  });
});
