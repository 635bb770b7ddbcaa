import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertReadOnlySql,
  createDuckDb,
  createLakeViews,
  createSqlMacros,
  type DuckDb,
  type DuckDbSession,
  VIEW_NAMES,
} from '../../src/engine/index.ts';
import { writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const lakeDirectory = temporaryDirectory();
const elsewhere = temporaryDirectory();
const secret = `${elsewhere}/secret.txt`;
let db: DuckDb;
let session: DuckDbSession;
const views = new Set(VIEW_NAMES);

beforeAll(async () => {
  writeFileSync(secret, 'secret\n');
  db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: `${lakeDirectory}/tmp`,
    confineTo: [lakeDirectory],
  });
  session = await db.connect();
  await createSqlMacros(session);
  const row = {
    start: 1_767_225_600,
    end: 1_767_225_660,
    srcaddr: '10.0.0.1',
    dstaddr: '10.0.0.2',
    log_status: 'OK',
    bytes: 40,
    packets: 1,
    protocol: 6,
    srcport: 1,
    dstport: 22,
    action: 'ACCEPT',
    account_id: '1',
    interface_id: 'eni-1',
  };
  await createLakeViews(session, await writeFixtureLake(`${lakeDirectory}/lake`, [row]));
});
afterAll(() => {
  session.close();
  db.close();
});

describe('statements that read are accepted and run', () => {
  it.each([
    'SELECT 1',
    'select count(*) from flows',
    'SELECT * FROM main.flows LIMIT 1;',
    'FROM flows SELECT bytes',
    'TABLE flows',
    'VALUES (1), (2)',
    'WITH a AS (SELECT * FROM flows), b AS (SELECT * FROM a) SELECT * FROM b JOIN a USING (srcaddr)',
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t',
    'SELECT (SELECT max(bytes) FROM FLOWS), * FROM flows f, LATERAL (SELECT f.bytes)',
    'SELECT srcaddr FROM flows UNION SELECT ip FROM ip_day',
    'SELECT * FROM range(3), unnest([1, 2])',
    "SELECT * FROM (PIVOT flows ON action IN ('ACCEPT', 'REJECT') USING sum(bytes))",
    'DESCRIBE flows',
    'SHOW TABLES',
    'SUMMARIZE flows',
    'EXPLAIN SELECT * FROM flows',
    '/* why */ explain analyze SELECT * FROM flows -- done',
    "SELECT 'read_text(''x'')' AS harmless, \"srcaddr\" FROM \"flows\"",
    'SELECT sum(bytes) OVER (PARTITION BY srcaddr ORDER BY start) FROM flows',
    "SELECT list_transform([1], x -> x + 1), ip_in_cidr(srcaddr, '10.0.0.0/8') FROM vpc_flow_logs",
    "SELECT repeat('#', least(bytes, 50)::BIGINT), lpad(srcaddr, 15, ' '), printf('%5d', 1), format('{:,}', 1) FROM flows",
    'SELECT unnest(range(24)), list_transform(range(len([1, 2])), x -> x), unnest(sequence(1, 3))',
    "SELECT unnest(generate_series(DATE '2026-01-01', DATE '2026-01-31', INTERVAL 1 DAY))",
    'SELECT count(*) FROM range(100000000)',
    "SELECT srcaddr GLOB '10.*' FROM flows",
    'SELECT len(range(1769817600, 1769904000, 3600))',
    "SELECT len(range(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02 06:00:00', INTERVAL 1 SECOND))",
    'SELECT unnest(range(a, b, INTERVAL 1 HOUR)) FROM (SELECT min(start_time) a, max(end_time) b FROM flows)',
    "SELECT hex(md5('x')), replace(replace(srcaddr, '.', '-'), ':', '-') FROM flows",
  ])('%s', async (sql) => {
    await assertReadOnlySql(session, sql, views);
    expect((await session.query(sql)).columns.length).toBeGreaterThan(0);
  });
});

const HOSTILE: readonly (readonly [sql: string, code: string])[] = [
  ["SELECT * FROM read_text('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_csv('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_csv_auto('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_blob('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_json('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_ndjson_objects('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM read_parquet('LAKE/lake/flows/day=2026-01-01/part-0.parquet')", 'engine.sql-forbidden'],
  ["SELECT * FROM parquet_scan('x')", 'engine.sql-forbidden'],
  ["SELECT * FROM parquet_metadata('x')", 'engine.sql-forbidden'],
  ["SELECT * FROM sniff_csv('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM glob('/etc/*')", 'engine.sql-forbidden'],
  ['SELECT * FROM "Glob"(\'/etc/*\')', 'engine.sql-forbidden'],
  ["SELECT * FROM system.main.read_text('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM 'SECRET'", 'engine.sql-unknown-table'],
  ["FROM 'SECRET'", 'engine.sql-unknown-table'],
  ['SELECT * FROM "SECRET"', 'engine.sql-unknown-table'],
  ["DESCRIBE 'SECRET'", 'engine.sql-unknown-table'],
  ["SUMMARIZE 'SECRET'", 'engine.sql-unknown-table'],
  ["EXPLAIN ANALYZE SELECT * FROM read_text('SECRET')", 'engine.sql-forbidden'],
  ["SELECT (SELECT content FROM read_text('SECRET'))", 'engine.sql-forbidden'],
  [
    "SELECT 1 WHERE EXISTS (SELECT * FROM flows WHERE srcaddr IN (SELECT content FROM read_text('SECRET')))",
    'engine.sql-forbidden',
  ],
  ["SELECT * FROM flows JOIN read_text('SECRET') t ON true", 'engine.sql-forbidden'],
  ["SELECT * FROM flows UNION ALL BY NAME SELECT * FROM read_text('SECRET')", 'engine.sql-forbidden'],
  ["WITH a AS (SELECT * FROM read_text('SECRET')) SELECT * FROM a", 'engine.sql-forbidden'],
  ["SELECT * FROM (PIVOT read_text('SECRET') ON size IN (1) USING count(*))", 'engine.sql-forbidden'],
  ["SELECT 1 ORDER BY (SELECT size FROM read_text('SECRET'))", 'engine.sql-forbidden'],
  ["SELECT 1 LIMIT (SELECT size FROM read_text('SECRET'))", 'engine.sql-forbidden'],
  [
    'WITH "SECRET" AS (SELECT 1) SELECT * FROM (WITH b AS (SELECT 1) SELECT * FROM b), "SECRET2"',
    'engine.sql-unknown-table',
  ],
  ['SELECT (WITH "SECRET" AS (SELECT 1) SELECT 1), * FROM \'SECRET\'', 'engine.sql-unknown-table'],
  [
    'WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings',
    'engine.sql-unknown-table',
  ],
  [
    'WITH a AS (SELECT * FROM duckdb_views), duckdb_views AS (SELECT 1) SELECT * FROM a',
    'engine.sql-unknown-table',
  ],
  ['SELECT * FROM duckdb_settings()', 'engine.sql-forbidden'],
  ['SELECT * FROM duckdb_secrets()', 'engine.sql-forbidden'],
  ['SELECT * FROM duckdb_views()', 'engine.sql-forbidden'],
  ['SELECT * FROM duckdb_databases()', 'engine.sql-forbidden'],
  ['SELECT * FROM duckdb_logs()', 'engine.sql-forbidden'],
  ['SELECT * FROM pragma_database_size()', 'engine.sql-forbidden'],
  ["SELECT * FROM query('SELECT * FROM read_text(''SECRET'')')", 'engine.sql-forbidden'],
  ["SELECT * FROM query_table('SECRET')", 'engine.sql-forbidden'],
  ["SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", 'engine.sql-forbidden'],
  ["SELECT * FROM sql_auto_complete('SEL')", 'engine.sql-forbidden'],
  ['SELECT * FROM information_schema.tables', 'engine.sql-unknown-table'],
  ['SELECT * FROM pg_catalog.pg_tables', 'engine.sql-unknown-table'],
  ['SELECT * FROM sqlite_master', 'engine.sql-unknown-table'],
  ['SELECT * FROM system.main.flows', 'engine.sql-unknown-table'],
  ['SHOW DATABASES', 'engine.sql-forbidden'],
  ['SHOW VARIABLES', 'engine.sql-forbidden'],
  ["SELECT getenv('HOME')", 'engine.sql-forbidden'],
  ["SELECT list_transform(['HOME'], x -> getenv(x))", 'engine.sql-forbidden'],
  ["SELECT current_setting('temp_directory')", 'engine.sql-forbidden'],
  ["SELECT getvariable('x')", 'engine.sql-forbidden'],
  ["SELECT write_log('x')", 'engine.sql-forbidden'],
  ['SELECT sleep_ms(100000)', 'engine.sql-forbidden'],
  ["SELECT count(*) FILTER (WHERE getenv('A') = '') FROM flows", 'engine.sql-forbidden'],
  ["SELECT sum(bytes) OVER (ORDER BY getenv('A')) FROM flows", 'engine.sql-forbidden'],
  [`SELECT true${' OR true'.repeat(100_000)}`, 'engine.sql-forbidden'],
  ['SELECT 1 \0; DROP VIEW flows', 'engine.sql-syntax'],
  ['SELECT setseed(0.5)', 'engine.sql-forbidden'],
  ['SELECT pg_get_viewdef(oid) FROM range(3000) t(oid)', 'engine.sql-forbidden'],
  ["SELECT json_serialize_plan('SELECT * FROM duckdb_settings()')", 'engine.sql-forbidden'],
  ["SELECT json_deserialize_sql('{}')", 'engine.sql-forbidden'],
  // Each of these ended the process of the engine, or ran for minutes past its time with gigabytes past its memory.
  ["SELECT json_structure(repeat('[', 9999) || repeat(']', 9999))", 'engine.sql-forbidden'],
  ["SELECT json_transform('1', repeat('[', 9999) || repeat(']', 9999))", 'engine.sql-forbidden'],
  ["SELECT from_json('1', repeat('[', 9999))", 'engine.sql-forbidden'],
  ["SELECT levenshtein(string_agg('a', ''), 'b') FROM flows", 'engine.sql-forbidden'],
  ["SELECT repeat('x', 4000000000)", 'engine.sql-forbidden'],
  ["SELECT repeat('x', 40000000000000000000)", 'engine.sql-forbidden'],
  ["SELECT ('x').repeat(4e9::BIGINT)", 'engine.sql-forbidden'],
  ["SELECT repeat('x', bytes) FROM flows", 'engine.sql-forbidden'],
  ["SELECT repeat('x', greatest(bytes, 10)) FROM flows", 'engine.sql-forbidden'],
  ["SELECT main.lpad('x', 2000000000, 'y')", 'engine.sql-forbidden'],
  ["SELECT rpad('x', 20000 * 20000, 'y')", 'engine.sql-forbidden'],
  ['SELECT len(range(200000000))', 'engine.sql-forbidden'],
  ['SELECT len(generate_series(1, 20000 * 20000))', 'engine.sql-forbidden'],
  ['SELECT len(sequence(1, 2000000000))', 'engine.sql-forbidden'],
  ['SELECT unnest(range(0, 1 << 30))', 'engine.sql-forbidden'],
  ['SELECT * FROM unnest(range(200000000))', 'engine.sql-forbidden'],
  ['SELECT list_resize([1], 400000000)', 'engine.sql-forbidden'],
  ["SELECT printf('%2000000000d', 1)", 'engine.sql-forbidden'],
  ["SELECT printf('%*d', 2000000000, 1)", 'engine.sql-forbidden'],
  ["SELECT format('{:>{}}', 'x', 2000000000)", 'engine.sql-forbidden'],
  ["SELECT format('{:>' || 2000000000 || '}', 'x')", 'engine.sql-forbidden'],
  ["SELECT repeat('a', 10000) GLOB '*a*a*a*a*a*ab'", 'engine.sql-forbidden'],
  ['SELECT srcaddr GLOB dstaddr FROM flows', 'engine.sql-forbidden'],
  [
    "SELECT len(range(TIMESTAMP '1900-01-01', TIMESTAMP '2100-01-01', INTERVAL 1 SECOND))",
    'engine.sql-forbidden',
  ],
  [
    "SELECT len(range(a, b, INTERVAL 1 SECOND)) FROM (SELECT TIMESTAMP '1900-01-01' a, now() b)",
    'engine.sql-forbidden',
  ],
  ["SELECT len(range(DATE '290000-01-01', DATE '290010-01-01', INTERVAL 1 MINUTE))", 'engine.sql-forbidden'],
  [
    "SELECT len(range(TIMESTAMP '0001-01-01 00:00:00 (BC)', TIMESTAMP '0003-01-01', INTERVAL 1 MINUTE))",
    'engine.sql-forbidden',
  ],
  [
    "SELECT len(range(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02', INTERVAL 1 SECOND / 100))",
    'engine.sql-forbidden',
  ],
  [
    "SELECT len(range(TIMESTAMP '2026-01-01', TIMESTAMP '2026-03-01', INTERVAL 1 DAY - INTERVAL 86399 SECOND))",
    'engine.sql-forbidden',
  ],
  [
    "SELECT unnest(generate_series(DATE '2026-01-01', DATE '2026-01-02', INTERVAL 0 DAY))",
    'engine.sql-forbidden',
  ],
  ['SELECT reservoir_quantile(bytes, 0.5, 2000000000) FROM flows', 'engine.sql-forbidden'],
  ["SELECT bitstring('1', 2000000000)", 'engine.sql-forbidden'],
  ["SELECT length(hex(hex(hex(hex(hex(repeat('x', 10000)))))))", 'engine.sql-forbidden'],
  ['SELECT 1; SELECT 2', 'engine.sql-not-read-only'],
  ['SELECT 1; DROP VIEW flows', 'engine.sql-not-read-only'],
  ['', 'engine.sql-not-read-only'],
  ['-- nothing', 'engine.sql-not-read-only'],
  ["COPY flows TO 'LAKE/out.csv'", 'engine.sql-not-read-only'],
  ["COPY (SELECT 1) TO 'LAKE/out.csv'", 'engine.sql-not-read-only'],
  ["EXPLAIN ANALYZE COPY (SELECT 1) TO 'LAKE/out.csv'", 'engine.sql-not-read-only'],
  ["EXPORT DATABASE 'LAKE/out'", 'engine.sql-not-read-only'],
  ["IMPORT DATABASE 'LAKE/out'", 'engine.sql-not-read-only'],
  ["ATTACH 'LAKE/out.db'", 'engine.sql-not-read-only'],
  ['DETACH memory', 'engine.sql-not-read-only'],
  ['INSTALL httpfs', 'engine.sql-not-read-only'],
  ['LOAD httpfs', 'engine.sql-not-read-only'],
  ['SET threads = 1', 'engine.sql-not-read-only'],
  ['RESET ALL', 'engine.sql-not-read-only'],
  ['SET VARIABLE x = 1', 'engine.sql-not-read-only'],
  ['PRAGMA enable_logging', 'engine.sql-not-read-only'],
  ['CALL enable_logging()', 'engine.sql-not-read-only'],
  ['PRAGMA database_list', 'engine.sql-not-read-only'],
  ['CREATE TABLE x (a INTEGER)', 'engine.sql-not-read-only'],
  ['CREATE OR REPLACE VIEW flows AS SELECT 1', 'engine.sql-not-read-only'],
  ['CREATE SECRET s (TYPE http)', 'engine.sql-syntax'],
  ['CREATE MACRO f() AS 1', 'engine.sql-not-read-only'],
  ['INSERT INTO flows VALUES (1)', 'engine.sql-not-read-only'],
  ['UPDATE flows SET bytes = 0', 'engine.sql-not-read-only'],
  ['DELETE FROM flows', 'engine.sql-not-read-only'],
  ['DROP VIEW flows', 'engine.sql-not-read-only'],
  ['ALTER VIEW flows RENAME TO f', 'engine.sql-not-read-only'],
  ['COMMENT ON VIEW flows IS NULL', 'engine.sql-not-read-only'],
  ['VACUUM', 'engine.sql-not-read-only'],
  ['CHECKPOINT', 'engine.sql-not-read-only'],
  ['BEGIN', 'engine.sql-not-read-only'],
  ['PREPARE p AS SELECT 1', 'engine.sql-not-read-only'],
  ['EXECUTE p', 'engine.sql-not-read-only'],
  ['USE memory', 'engine.sql-not-read-only'],
  ['WITH a AS (SELECT 1) INSERT INTO flows SELECT * FROM a', 'engine.sql-not-read-only'],
  ['/* /* */ EXPLAIN SELECT flows.\n-- */\nINSTALL httpfs', 'engine.sql-not-read-only'],
  ['SELECT * FROM', 'engine.sql-syntax'],
  ['SELECT ((((', 'engine.sql-syntax'],
];

describe('hostile statements are refused before they run', () => {
  it.each(HOSTILE.map(([sql, code]) => [sql.slice(0, 200), sql, code] as const))(
    '%s',
    async (_, template, code) => {
      const sql = template.replaceAll('SECRET', secret).replaceAll('LAKE', lakeDirectory);
      await expect(assertReadOnlySql(session, sql, views)).rejects.toMatchObject({
        kind: expect.stringMatching(/query|engine/),
        code,
      });
    },
  );

  it('points at the place of a syntax error', async () => {
    await expect(assertReadOnlySql(session, 'SELECT * FRM flows', views)).rejects.toMatchObject({
      code: 'engine.sql-syntax',
      details: { position: 13 },
    });
  });

  it('survives deep nesting', async () => {
    const sql = `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)}`;
    await expect(
      assertReadOnlySql(session, sql, views).then(
        () => 'ok',
        (error: unknown) => error,
      ),
    ).resolves.toBeDefined();
    expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
  });
});

describe('the second wall: the engine itself', () => {
  it.each([
    `SELECT * FROM read_text('${secret}')`,
    `SELECT * FROM '${secret}'`,
    "SELECT * FROM glob('/etc/*')",
    `COPY (SELECT 1) TO '${elsewhere}/out.csv'`,
    `ATTACH '${elsewhere}/out.db'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 1',
    'SET enable_external_access = true',
    `SET allowed_directories = ['/']`,
    "CREATE PERSISTENT SECRET (TYPE http, BEARER_TOKEN 'x')",
    "SELECT * FROM read_csv('https://127.0.0.1:1/x')",
    "SELECT * FROM read_parquet('s3://bucket/x')",
  ])('%s', async (sql) => {
    await expect(session.run(sql)).rejects.toMatchObject({ kind: 'engine' });
    expect(existsSync(`${elsewhere}/out.csv`) || existsSync(`${elsewhere}/out.db`)).toBe(false);
  });
});
