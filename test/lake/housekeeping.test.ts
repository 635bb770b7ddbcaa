import { mkdtemp, readdir, readFile, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  compactLake,
  expireLake,
  filesSql,
  type Lake,
  lakeStatus,
  localPaths,
  objectIdOf,
  snapshotTable,
  vacuumLake,
  verifyLake,
} from '../../src/lake/index.ts';
import type { TableName } from '../../src/record/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { FAKE_START, fakeBatch, fakeLedger, openTestLake } from '../support/lake-batch.ts';

const DAY = 86_400;
let root: string;
let session: TestSession;
let lake: Lake;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-house-'));
  session = await openDuckdbSession();
  lake = openTestLake(createDiskStore(root), session);
});
afterEach(async () => {
  session.close();
  await rm(root, { recursive: true, force: true });
});

async function ingest(seed: number, startSeconds = FAKE_START, extra: object = {}): Promise<void> {
  const result = await lake.commit(
    await fakeBatch(lake, session, { uri: `file:///${seed}`, seed, rows: 1000, startSeconds, ...extra }),
  );
  expect(result.kind).toBe('committed');
}

async function measure(table: TableName, list: string, from: Lake = lake): Promise<Record<string, unknown>> {
  const { columns, files } = snapshotTable(await from.snapshot(), table);
  const [row] = await session.rows(
    `SELECT ${list} FROM ${filesSql(columns, await localPaths(from.store, files))}`,
  );
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
}

const fileCount = async (table: TableName): Promise<number> =>
  snapshotTable(await lake.snapshot(), table).files.length;
const codes = async (): Promise<string[]> =>
  (await verifyLake(lake)).problems.map(({ code, where }) => `${code} ${where}`);
const SUMS = 'sum(flows)::BIGINT AS flows, sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes';

describe('compaction', () => {
  it('makes one sorted file per partition with the same rows and sums, and blooms on the addresses', async () => {
    for (let seed = 1; seed <= 4; seed++)
      await ingest(seed, FAKE_START + seed * 600, seed === 3 ? { extraField: 'odd' } : {});
    const list =
      'count(*) AS rows, sum(bytes)::BIGINT AS bytes, count(odd) AS odd, count(DISTINCT object_id) AS objects';
    const before = {
      flows: await measure('flows', list),
      eni: await measure('eni_5m', SUMS),
      ip: await measure('ip_day', SUMS),
    };
    const rollupRows = await measure('eni_5m', 'count(*) AS rows');

    const planned = await compactLake(lake, { dryRun: true });
    expect(planned.every(({ outcome }) => outcome === 'planned')).toBe(true);
    expect(await fileCount('flows')).toBe(4);
    const report = await compactLake(lake);
    expect(
      report.map(
        ({ table, outcome, filesBefore, filesAfter }) => `${table} ${outcome} ${filesBefore} ${filesAfter}`,
      ),
    ).toEqual([
      'flows done 4 1',
      'ip_day done 4 1',
      'eni_5m done 4 1',
      'svc_1h done 4 1',
      'coverage done 4 1',
      'ledger done 4 1',
    ]);
    expect({
      flows: await measure('flows', list),
      eni: await measure('eni_5m', SUMS),
      ip: await measure('ip_day', SUMS),
    }).toEqual(before);
    expect(Number((await measure('eni_5m', 'count(*) AS rows'))['rows'])).toBeLessThan(
      Number(rollupRows['rows']),
    );
    const distinct = 'count(*) AS rows, count(DISTINCT (ip_key, role, direction, vpc_id)) AS keys';
    const index = await measure('ip_day', distinct);
    expect(index['rows']).toBe(index['keys']);

    const { columns, files } = snapshotTable(await lake.snapshot(), 'flows');
    const source = filesSql(columns, await localPaths(lake.store, files));
    const [order] =
      await session.rows(`SELECT count(*) AS wrong FROM (SELECT (start // 3600, interface_id, start) AS k,
      lag(k) OVER () AS before FROM ${source}) WHERE before > k`);
    expect(Number(order?.['wrong'])).toBe(0);
    expect(await codes()).toEqual([]);
    expect(await compactLake(lake)).toEqual([]);
  });

  it('cuts a large partition into files in sort order', async () => {
    await ingest(1, FAKE_START, { rows: 40_000, spanSeconds: 80_000 });
    await ingest(2, FAKE_START, { rows: 40_000, spanSeconds: 80_000 });
    await compactLake(lake, { targetBytes: 400_000, tables: ['flows', 'ip_day'] });
    const { files } = snapshotTable(await lake.snapshot(), 'flows');
    expect(files.length).toBeGreaterThan(2);
    const spans = files
      .map(({ stats }) => [Number(stats?.minValues['start']), Number(stats?.maxValues['start'])] as const)
      .sort((a, b) => a[0] - b[0]);
    for (const [i, [first]] of spans.entries())
      if (i > 0) expect(first).toBeGreaterThan(spans[i - 1]?.[1] ?? 0);
    expect(await codes()).toEqual([]);
  });

  it('raises the dictionary limit until every address column has its bloom filters', async () => {
    await session.run(`CREATE TEMP TABLE wide AS SELECT ${FAKE_START} + i // 100 AS start, ${FAKE_START} + i // 100 AS "end", 'OK' AS log_status,
      '10.' || i // 65536 || '.' || i // 256 % 256 || '.' || i % 256 AS srcaddr, '10.0.0.1' AS dstaddr, 1::BIGINT AS bytes FROM range(40000) t(i)`);
    await session.run(
      `CREATE TEMP TABLE wide_addresses AS SELECT '10.0.0.1' AS ip, 'k' AS ip_key, 'private' AS scope`,
    );
    await lake.commit({ staged: [await lake.stage('wide', 'vpc')], ledger: [], malformed: [] });
    await compactLake(lake, { tables: ['flows'] });
    expect((await codes()).filter((code) => code.startsWith('blooms-missing'))).toEqual([]);
    const { columns, files } = snapshotTable(await lake.snapshot(), 'flows');
    const [path = ''] = await localPaths(lake.store, files);
    const [chunk] = await session.rows(
      `SELECT count(bloom_filter_offset) AS blooms FROM parquet_metadata('${path}') WHERE path_in_schema = 'srcaddr'`,
    );
    expect(Number(chunk?.['blooms'])).toBe(1);
    const [found] = await session.rows(
      `SELECT count(*) AS n FROM ${filesSql(columns, [path])} WHERE srcaddr = '10.0.155.200'`,
    );
    expect(Number(found?.['n'])).toBe(1);
  });

  it('leaves a partition to whoever rewrote it first, and cleans up', async () => {
    for (let seed = 1; seed <= 3; seed++) await ingest(seed);
    const other = openTestLake(createDiskStore(root), session);
    const reports = await Promise.all([
      compactLake(lake, { tables: ['flows'] }),
      compactLake(other, { tables: ['flows'] }),
    ]);
    expect(
      reports
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['conflict', 'done']);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 3000 });
    // Three old files wait for vacuum, one is live; the loser's is gone.
    const day = (await readdir(join(root, 'flows'))).find((name) => name.startsWith('day='));
    expect(
      (await readdir(join(root, 'flows', String(day)))).filter((name) => name.endsWith('.parquet')),
    ).toHaveLength(4);
    expect((await verifyLake(lake)).isClean).toBe(true);
  });

  it('runs beside ingest without losing either', async () => {
    for (let seed = 1; seed <= 3; seed++) await ingest(seed);
    const other = openTestLake(createDiskStore(root), await openDuckdbSession());
    const ingesting = (async () => {
      for (let seed = 4; seed <= 8; seed++) await ingest(seed);
    })();
    await Promise.all([ingesting, compactLake(other)]);
    await compactLake(lake);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 8000 });
    expect(await codes()).toEqual([]);
  });

  it('moves finished months of the index, late days included', async () => {
    const whole = async (): Promise<unknown[]> => {
      const sums = await Promise.all([measure('ip_day', SUMS), measure('ip_month', SUMS)]);
      return ['flows', 'packets', 'bytes'].map((name) =>
        sums.reduce((sum, row) => sum + Number(row[name] ?? 0), 0),
      );
    };
    await ingest(1);
    await ingest(2, FAKE_START + 40 * DAY);
    const before = await whole();
    await compactLake(lake, { monthsBefore: '2026-02-01' });
    expect(await whole()).toEqual(before);
    expect(snapshotTable(await lake.snapshot(), 'ip_month').files.map(({ partition }) => partition)).toEqual([
      '2026-01-01',
    ]);
    expect(snapshotTable(await lake.snapshot(), 'ip_day').files.map(({ partition }) => partition)).toEqual([
      '2026-02-10',
    ]);
    await ingest(3, FAKE_START + 5 * DAY);
    expect(await codes()).toEqual([]);
    const withLate = await whole();
    await compactLake(lake, { monthsBefore: '2026-02-01' });
    expect(await fileCount('ip_month')).toBe(1);
    expect(await fileCount('ip_day')).toBe(1);
    expect(await whole()).toEqual(withLate);
    expect(await codes()).toEqual([]);
  });
});

describe('expiry', () => {
  beforeEach(async () => {
    for (let day = 0; day < 4; day++) await ingest(day + 1, FAKE_START + day * DAY);
  });

  it('by age takes records, keeps rollups and ledger, and verify still adds up', async () => {
    const dry = await expireLake(lake, { rawBefore: '2026-01-03', dryRun: true });
    expect(dry.partitions.map(({ table, partition, rows }) => `${table} ${partition} ${rows}`)).toEqual([
      'flows 2026-01-01 1000',
      'flows 2026-01-02 1000',
    ]);
    expect(dry.isDone).toBe(false);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 4000 });
    expect((await expireLake(lake, { rawBefore: '2026-01-03' })).isDone).toBe(true);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 2000 });
    expect(await measure('eni_5m', 'sum(flows)::BIGINT AS flows')).toEqual({ flows: 3920 });
    expect(await codes()).toEqual([]);
    expect((await lakeStatus(lake)).rawKeptFrom).toBe('2026-01-03');
    expect((await lake.lookUp([fakeLedger({ uri: 'file:///1', seed: 1, rows: 1000 })]))[0]?.kind).toBe(
      'known',
    );
    expect((await expireLake(lake, { rawBefore: '2026-01-03' })).partitions).toEqual([]);
  });

  it('by size takes the oldest days first, records before rollups', async () => {
    const { bytes } = await lakeStatus(lake);
    const report = await expireLake(lake, { maxBytes: bytes - 1, dryRun: true });
    expect(report.partitions.map(({ table, partition }) => `${table} ${partition}`)).toEqual([
      'flows 2026-01-01',
    ]);
    const all = await expireLake(lake, { maxBytes: 0 });
    expect(all.partitions.map(({ table }) => table).slice(0, 4)).toEqual([
      'flows',
      'flows',
      'flows',
      'flows',
    ]);
    expect(await measure('ip_day', 'count(*) AS rows')).toEqual({ rows: 0 });
    expect(await measure('ledger', 'count(*) AS rows')).toEqual({ rows: 4 });
    expect(await codes()).toEqual([]);
  });

  it('and compaction at the same time leave every other day whole', async () => {
    for (let day = 0; day < 4; day++) await ingest(day + 11, FAKE_START + day * DAY);
    const other = openTestLake(createDiskStore(root), session);
    await Promise.all([compactLake(lake), expireLake(other, { rawBefore: '2026-01-03' })]);
    await expireLake(lake, { rawBefore: '2026-01-03' });
    expect(await measure('flows', `count(*) AS rows, min(day)::VARCHAR AS oldest`)).toEqual({
      rows: 4000,
      oldest: '2026-01-03',
    });
    expect(await codes()).toEqual([]);
  });

  it('asks for a rule and for days', async () => {
    await expect(expireLake(lake, {})).rejects.toMatchObject({ code: 'lake.bad-option' });
    await expect(expireLake(lake, { rawBefore: 'soon' })).rejects.toThrow(/YYYY-MM-DD/);
  });
});

describe('vacuum', () => {
  it('removes what no table names after its grace, and what killed writers left', async () => {
    for (let seed = 1; seed <= 2; seed++) await ingest(seed);
    await compactLake(lake, { tables: ['flows'] });
    await writeFile(join(root, 'flows', '.weir-tmp-dead'), 'x');
    await utimes(join(root, 'flows', '.weir-tmp-dead'), 1000, 1000);
    expect((await vacuumLake(lake, { graceMs: 20 * 365 * DAY * 1000 })).files).toEqual([]);
    // The lake's clock stands in January; files are written now.
    const later = openTestLake(createDiskStore(root), session, () => Date.now() / 1000 + 10);
    const dry = await vacuumLake(later, { graceMs: 0, dryRun: true });
    expect(dry.files).toHaveLength(2);
    expect(await vacuumLake(later, { graceMs: 0 })).toMatchObject({ files: dry.files, bytes: dry.bytes });
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 2000 });
    expect((await vacuumLake(later, { graceMs: 0 })).files).toEqual([]);
    expect(await readdir(join(root, 'flows'))).not.toContain('.weir-tmp-dead');
  });
});

describe('verify', () => {
  const newest = async (folder: string, suffix: string): Promise<string> => {
    const names = (await readdir(join(root, folder), { recursive: true }))
      .filter((name) => name.endsWith(suffix))
      .sort();
    return join(root, folder, String(names.at(-1)));
  };

  it('is clean for a fresh lake, and for none', async () => {
    expect(await verifyLake(lake)).toMatchObject({ version: -1, isClean: true, problems: [] });
    await ingest(1);
    expect(await verifyLake(lake)).toMatchObject({ version: 1, isClean: true, problems: [], objects: 1 });
  });

  it('finds a missing file, a cut one and a damaged one', async () => {
    for (let seed = 1; seed <= 3; seed++) await ingest(seed);
    const names = (await readdir(join(root, 'flows'), { recursive: true }))
      .filter((name) => name.endsWith('.parquet'))
      .map((name) => join(root, 'flows', name));
    const [missing = '', cut = '', damaged = ''] = names;
    await unlink(missing);
    await truncate(cut, 100);
    const bytes = await readFile(damaged);
    bytes.fill(0x5a, bytes.length - 200, bytes.length - 8);
    await writeFile(damaged, bytes);
    const found = (await verifyLake(lake)).problems.map(({ code }) => code);
    expect(found).toEqual(
      expect.arrayContaining(['file-missing', 'file-size', 'file-unreadable', 'object-rows', 'rollup-sum']),
    );
  });

  it('finds an object twice, rows of none, wrong counts and lost malformed lines', async () => {
    await ingest(1);
    const entry = fakeLedger({ uri: 'file:///1', seed: 1, rows: 1000 });
    const wrong = { ...fakeLedger({ uri: 'file:///2', seed: 2, rows: 10 }), lines: 12, malformed: 1 };
    await lake.commit({ staged: [], ledger: [wrong], malformed: [] });
    const stray = await fakeBatch(lake, session, { uri: 'file:///stray', seed: 9, rows: 100 });
    await lake.commit({ ...stray, ledger: [] });
    const again = await fakeBatch(lake, session, { uri: 'file:///1', seed: 1, rows: 1000 });
    // A writer with an id of its own making for a version it has not looked up.
    await lake.commit({ ...again, ledger: [{ ...entry, etag: 'other' }] });
    expect(await codes()).toEqual([
      'object-twice file:///1',
      'ledger-sum file:///2',
      'object-rows file:///2',
      `object-unknown object ${objectIdOf('file:///stray', '9')}`,
      'object-malformed file:///2',
    ]);
  });

  it('says which log entry is cut in half and what to do', async () => {
    await ingest(1);
    await ingest(2);
    const entry = await newest('flows/_delta_log', '.json');
    const text = await readFile(entry);
    await writeFile(entry, text.subarray(0, text.length / 2));
    const report = await verifyLake(openTestLake(createDiskStore(root), session));
    expect(report).toMatchObject({ version: null, isClean: false });
    expect(report.problems).toMatchObject([
      { code: 'log-damaged', message: expect.stringMatching(/damaged at line \d.*ingest its sources again/) },
    ]);
    await expect(openTestLake(createDiskStore(root), session).snapshot()).rejects.toMatchObject({
      code: 'lake.torn-log-entry',
      kind: 'input',
    });
    // What the message says to do.
    await unlink(entry);
    const healed = openTestLake(createDiskStore(root), session);
    expect(await verifyLake(healed)).toMatchObject({ version: 1, isClean: true });
    expect(
      (await healed.commit(await fakeBatch(healed, session, { uri: 'file:///2', seed: 2, rows: 1000 }))).kind,
    ).toBe('committed');
  });

  it('says which log entries are missing', async () => {
    for (let seed = 1; seed <= 3; seed++) await ingest(seed);
    await unlink(join(root, 'flows/_delta_log/00000000000000000002.json'));
    const report = await verifyLake(openTestLake(createDiskStore(root), session));
    expect(report.problems).toMatchObject([
      { code: 'log-damaged', message: expect.stringContaining('from version 1 to 3') },
    ]);
  });
});

describe('status', () => {
  it('counts every table from the log alone', async () => {
    await ingest(1);
    await ingest(2, FAKE_START + DAY);
    const status = await lakeStatus(lake);
    expect(status).toMatchObject({ version: 2, lastCommitSeconds: FAKE_START + DAY, rawKeptFrom: null });
    expect(status.tables.find(({ table }) => table === 'flows')).toMatchObject({
      rows: 2000,
      files: 2,
      smallFiles: 2,
      unsortedFiles: 2,
      oldest: '2026-01-01',
      newest: '2026-01-02',
      logVersion: 2,
      followedVersion: 2,
    });
    expect(status.tables.find(({ table }) => table === 'ip_day')).toMatchObject({
      logVersion: 0,
      followedVersion: -1,
    });
    await lake.settle();
    expect((await lakeStatus(lake)).tables.find(({ table }) => table === 'ip_day')).toMatchObject({
      logVersion: 1,
      followedVersion: 2,
    });
  });
});
