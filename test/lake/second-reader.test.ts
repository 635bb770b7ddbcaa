import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compactLake,
  expireLake,
  filesSql,
  type Lake,
  type LakeColumn,
  localPaths,
  snapshotTable,
  vacuumLake,
  verifyLake,
} from '../../src/lake/index.ts';
import { TABLES, type TableName } from '../../src/record/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { canUseChdb, queryChdb } from '../support/chdb.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { FAKE_START, fakeBatch, fakeLedger, openTestLake } from '../support/lake-batch.ts';

const DAY = 86_400;

/** What one table comes to, column by column, in words both engines share. */
function summary(columns: readonly LakeColumn[], engine: 'duckdb' | 'chdb'): string {
  const text =
    engine === 'duckdb' ? (sql: string) => `(${sql})::VARCHAR` : (sql: string) => `toString(${sql})`;
  const quote = (name: string): string => (engine === 'duckdb' ? `"${name}"` : `\`${name}\``);
  const parts = columns.map(({ name, type }) => {
    const column = quote(name);
    if (type === 'VARCHAR') {
      const lengths =
        engine === 'duckdb'
          ? `sum(strlen(${column}))`
          : `sum(length(assumeNotNull(${column})) * isNotNull(${column}))`;
      return `${text(`count(${column})`)} || '/' || ${text(`coalesce(${lengths}, 0)`)}`;
    }
    if (type === 'DATE') {
      const days =
        engine === 'duckdb'
          ? `sum(datediff('day', DATE '1970-01-01', ${column}))`
          : `sum(toInt64(toRelativeDayNum(toDate32(${column}))) - 0)`;
      return text(`coalesce(${days}, 0)`);
    }
    if (type === 'TIMESTAMPTZ') {
      const seconds =
        engine === 'duckdb'
          ? `sum(epoch(${column})::BIGINT)`
          : `sum(toUnixTimestamp64Second(toDateTime64(${column}, 0, 'UTC')))`;
      return text(`coalesce(${seconds}, 0)`);
    }
    if (type === 'DOUBLE') return text(`count(${column})`);
    const sum = engine === 'duckdb' ? `sum(${column}::HUGEINT)` : `sum(toInt128(${column}))`;
    return text(`coalesce(${sum}, 0)`);
  });
  return `SELECT ${text('count(*)')} AS rows, ${parts.map((part, i) => `${part} AS c${i}`).join(', ')}`;
}

describe.skipIf(!canUseChdb())('a reader we did not write agrees (needs chdb)', () => {
  let root: string;
  let session: TestSession;
  let lake: Lake;
  let seed = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'weir-second-'));
    session = await openDuckdbSession();
    lake = openTestLake(createDiskStore(root), session, () => FAKE_START + 40 * DAY);
  });
  afterAll(async () => {
    session.close();
    await rm(root, { recursive: true, force: true });
  });

  async function ingest(extra: object = {}): Promise<void> {
    seed += 1;
    await lake.commit(
      await fakeBatch(lake, session, {
        uri: `file:///${seed}`,
        seed,
        rows: 500,
        startSeconds: FAKE_START + seed * 7 * 3600,
        ...extra,
      }),
    );
  }

  /** Both readers over every table: ours from the lake's snapshot, theirs from the table's own log. */
  async function compare(
    tables: readonly TableName[] = TABLES.map(({ name }) => name),
  ): Promise<Record<string, number>> {
    await lake.settle();
    const snapshot = await lake.snapshot();
    const rows: Record<string, number> = {};
    for (const name of tables) {
      const { columns, files } = snapshotTable(snapshot, name);
      const [ours] = await session.rows(
        `${summary(columns, 'duckdb')} FROM ${filesSql(columns, await localPaths(lake.store, files))}`,
      );
      const [theirs] = queryChdb(`${summary(columns, 'chdb')} FROM deltaLakeLocal('${join(root, name)}')`);
      expect({ table: name, ...theirs }).toEqual({ table: name, ...ours });
      rows[name] = Number(ours?.['rows']);
    }
    return rows;
  }

  const logOf = async (table: string): Promise<string[]> =>
    (await readdir(join(root, table, '_delta_log'))).sort();

  it('after appends', { timeout: 120_000 }, async () => {
    for (let i = 0; i < 4; i++) await ingest();
    const malformed = [
      {
        objectId: 1n,
        uri: 'file:///m',
        lineNumber: 1,
        code: 'field-count',
        reason: 'r',
        text: 'naïve 日本 line',
      },
    ];
    await lake.commit({ staged: [], ledger: [], malformed });
    expect(await compare()).toMatchObject({ flows: 2000, ledger: 4, malformed: 1, tgw_flows: 0 });
  });

  it('after a column was added', { timeout: 120_000 }, async () => {
    await ingest({ extraField: 'odd_field' });
    expect(await compare(['flows', 'ip_day'])).toMatchObject({ flows: 2500 });
    expect(queryChdb(`SELECT count(odd_field) AS n FROM deltaLakeLocal('${join(root, 'flows')}')`)).toEqual([
      { n: 500 },
    ]);
  });

  it('after compaction, and months moved', { timeout: 120_000 }, async () => {
    await ingest({ startSeconds: FAKE_START + 35 * DAY });
    await compactLake(lake, { monthsBefore: '2026-02-01' });
    expect((await compare())['ip_month']).toBeGreaterThan(0);
  });

  it('from a checkpoint, the entries before it removed', { timeout: 120_000 }, async () => {
    const sleeper = openTestLake(createDiskStore(root), session, () => FAKE_START + 40 * DAY);
    await sleeper.snapshot();
    while ((await lake.snapshot()).version < 50) {
      const number = (await lake.snapshot()).version;
      await lake.commit({
        staged: [],
        ledger: [fakeLedger({ uri: `file:///empty-${number}`, seed: number, rows: 0 })],
        malformed: [],
      });
    }
    await ingest();
    await lake.settle();
    expect(await logOf('flows')).toContain('00000000000000000050.checkpoint.parquet');
    // The fake clock stands in 2026-02; the files carry today's time.
    const now = openTestLake(createDiskStore(root), session, () => Date.now() / 1000 + 10);
    expect((await vacuumLake(now, { logMs: 0 })).logEntries).toBe(50);
    expect((await logOf('flows'))[0]).toBe('00000000000000000050.checkpoint.parquet');
    expect(await compare()).toMatchObject({ flows: 3500 });
    lake = openTestLake(createDiskStore(root), session, () => FAKE_START + 40 * DAY);
    expect(await compare(['flows', 'ledger'])).toMatchObject({ flows: 3500 });
    expect((await verifyLake(lake)).problems).toEqual([]);
    // A process that slept through all this must not write one of the versions that are gone.
    const late = fakeLedger({ uri: 'file:///late', seed: 777, rows: 0 });
    const { version } = await lake.snapshot();
    expect(await sleeper.commit({ staged: [], ledger: [late], malformed: [] })).toEqual({
      kind: 'committed',
      version: version + 1,
    });
    expect((await lake.lookUp([late]))[0]?.kind).toBe('known');
  });

  it('after expiry and vacuum', { timeout: 120_000 }, async () => {
    await expireLake(lake, { rawBefore: '2026-01-03', rollupsBefore: '2026-01-02' });
    const now = openTestLake(createDiskStore(root), session, () => Date.now() / 1000 + 10);
    expect((await vacuumLake(now, { graceMs: 0 })).files.length).toBeGreaterThan(0);
    const rows = await compare();
    expect(rows['flows']).toBeGreaterThan(0);
    expect(rows['flows']).toBeLessThan(3500);
  });
});
