import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  commentLakeViews,
  createDuckDb,
  createLakeViews,
  createSqlMacros,
  type DuckDb,
  type DuckDbSession,
  type LakeFiles,
  VIEW_NAMES,
  viewColumns,
} from '../../src/engine/index.ts';
import { TABLES, tableOf } from '../../src/record/index.ts';
import { type FixtureRow, writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let db: DuckDb;
let session: DuckDbSession;

const flow = (
  start: number,
  srcaddr: string,
  extra: Readonly<Record<string, string | number>> = {},
): FixtureRow => ({
  version: 2,
  account_id: '1',
  interface_id: 'eni-1',
  srcaddr,
  dstaddr: '10.0.1.14',
  srcport: 40000,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start,
  end: start + 59,
  action: 'ACCEPT',
  log_status: 'OK',
  ...extra,
});

beforeAll(async () => {
  db = await createDuckDb({ threads: 2, memoryLimitBytes: 512e6, tempDirectory: `${directory}/tmp` });
  session = await db.connect();
  await createSqlMacros(session);
});
afterAll(() => {
  session.close();
  db.close();
});

describe('views of an empty lake', () => {
  beforeAll(() => createLakeViews(session, { tables: {}, localPath: async (path) => path }));

  it.each(TABLES.map((table) => [table.name, table] as const))(
    '%s has all its columns, typed',
    async (name, table) => {
      const described = await session.query(`DESCRIBE ${name}`);
      const types: Record<string, string> = { TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE' };
      expect(described.rows.map((row) => [row[0], row[1]])).toEqual(
        viewColumns(table).map((column) => [column.name, types[column.type] ?? column.type]),
      );
      expect((await session.query(`SELECT count(*) FROM ${name}`)).rows).toEqual([[0]]);
    },
  );
});

describe('views of a lake with files', () => {
  let lake: LakeFiles;
  beforeAll(async () => {
    lake = await writeFixtureLake(`${directory}/site=x/lake`, [
      flow(1_767_225_600, '10.117.0.9'),
      flow(1_767_312_000, '2001:db8::9', { custom_field: 'kept' }),
    ]);
    await createLakeViews(session, lake);
  });

  it('shows rows with typed partition and timestamps', async () => {
    const frame = await session.query(
      'SELECT day, start_time, end_time, bytes, vpc_id FROM flows ORDER BY start',
    );
    expect(frame.columns.map((column) => column.type)).toEqual([
      'DATE',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP WITH TIME ZONE',
      'BIGINT',
      'VARCHAR',
    ]);
    expect(frame.rows).toEqual([
      ['2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01T00:00:59Z', 1000, null],
      ['2026-01-02', '2026-01-02T00:00:00Z', '2026-01-02T00:00:59Z', 1000, null],
    ]);
  });

  it('keeps unknown fields after the known ones, and takes no column from a parent folder', async () => {
    const names = (await session.query('DESCRIBE flows')).rows.map((row) => row[0]);
    expect(names.slice(viewColumns(tableOf('flows')).length)).toEqual(['custom_field']);
  });

  it.each([
    ["day = DATE '2026-01-02'", 'flows'],
    ["day = '2026/01/02'", 'vpc_flow_logs'],
    ["day >= '2026/01/02' AND day < '2026/02/01'", 'test_table_vpclogs'],
    ["date > DATE '2026-01-01'", 'vpc_flow_logs'],
  ])('finds the one record for %s on %s', async (where, view) => {
    expect((await session.query(`SELECT srcaddr FROM ${view} WHERE ${where}`)).rows).toEqual([
      ['2001:db8::9'],
    ]);
  });

  it('gives NULL for a column that no file has', async () => {
    const flows = lake.tables.flows;
    if (flows === undefined) throw new Error('no flows');
    const columns = [...flows.columns, { name: 'vanished', type: 'VARCHAR' as const, fieldId: 999 }];
    await createLakeViews(session, { ...lake, tables: { flows: { ...flows, columns } } }, new Set(['flows']));
    expect((await session.query('SELECT vanished, count(*) FROM flows GROUP BY 1')).rows).toEqual([
      [null, 2],
    ]);
  });

  it('survives times that no calendar has', async () => {
    const broken = await writeFixtureLake(
      `${directory}/broken`,
      [flow(1_767_225_600, '10.0.0.1', { end: 9e15 })],
      [],
      ['flows'],
    );
    await createLakeViews(session, broken, new Set(['flows']));
    expect((await session.query('SELECT end_time, "end" FROM flows')).rows).toEqual([[null, 9e15]]);
  });

  it('names a file that cannot be opened, when it is needed', async () => {
    const missing = { path: `${directory}/gone.parquet`, partition: null, rows: 1 };
    const flows = { files: [missing], columns: lake.tables.flows?.columns ?? [] };
    const create = createLakeViews(session, { ...lake, tables: { flows } }, new Set(['flows']));
    await expect(create.then(() => session.query('SELECT sum(bytes) FROM flows'))).rejects.toMatchObject({
      kind: 'engine',
      message: expect.stringContaining('gone.parquet'),
    });
    await createLakeViews(session, lake);
  });

  it('makes only the views asked for', async () => {
    const other = await createDuckDb({
      threads: 1,
      memoryLimitBytes: 256e6,
      tempDirectory: `${directory}/tmp2`,
    });
    const alone = await other.connect();
    await createLakeViews(alone, lake, new Set(['vpc_flow_logs']));
    const views = await alone.query('SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1');
    expect(views.rows.flat()).toEqual(['flows', 'vpc_flow_logs']);
    alone.close();
    other.close();
  });

  it('comments every column from the catalogue', async () => {
    await commentLakeViews(session);
    const commented = await session.query(
      'SELECT table_name, count(*) FROM duckdb_columns() WHERE comment IS NOT NULL GROUP BY 1 ORDER BY 1',
    );
    expect(commented.rows).toEqual(
      TABLES.map((table) => [table.name, viewColumns(table).length]).sort(([a], [b]) =>
        String(a) < String(b) ? -1 : 1,
      ),
    );
    expect(VIEW_NAMES).toContain('vpc_flow_logs');
  });
});
