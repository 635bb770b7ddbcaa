import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDuckDb, type DuckDb, type DuckDbSession, frameObjects } from '../../src/engine/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let db: DuckDb;
let session: DuckDbSession;

beforeAll(async () => {
  db = await createDuckDb({ threads: 2, memoryLimitBytes: 256e6, tempDirectory: `${directory}/tmp` });
  session = await db.connect();
});
afterAll(() => {
  session.close();
  db.close();
});

const SLOW = 'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3';

describe('query', () => {
  it.each([
    ['BIGINT within 2^53', '1::BIGINT', 1],
    ['BIGINT beyond 2^53', '9007199254740993::BIGINT', '9007199254740993'],
    ['negative BIGINT beyond', '(-9007199254740993)::BIGINT', '-9007199254740993'],
    ['sum, a HUGEINT', 'sum(bytes) FROM (VALUES (1500), (40)) t(bytes)', 1540],
    ['short DECIMAL', '1.50', 1.5],
    ['long DECIMAL', '12345678901234567890.5::DECIMAL(30,1)', '12345678901234567890.5'],
    ['NaN', "'nan'::DOUBLE", 'NaN'],
    ['DATE', "DATE '2026-01-31'", '2026-01-31'],
    ['TIMESTAMPTZ', "TIMESTAMPTZ '2026-01-31 14:00:00+00'", '2026-01-31T14:00:00Z'],
    ['TIMESTAMPTZ with fraction', "TIMESTAMPTZ '2026-01-31 14:00:00.25+00'", '2026-01-31T14:00:00.25Z'],
    ['time before 1970 with fraction', "TIMESTAMPTZ '1969-12-31 23:59:59.5+00'", '1969-12-31T23:59:59.5Z'],
    ['TIMESTAMP', "TIMESTAMP '2026-01-31 14:00:00'", '2026-01-31T14:00:00'],
    ['infinite time', "'infinity'::TIMESTAMPTZ", 'infinity'],
    ['list', '[1, NULL, 3]', [1, null, 3]],
    ['struct', "{'a': 1::BIGINT}", { a: 1 }],
    ['map', 'MAP {6: 10::BIGINT}', { '6': 10 }],
    ['blob', "'\\x00\\xFF'::BLOB", 'AP8='],
    ['NULL', 'NULL', null],
    ['boolean', 'true', true],
  ])('%s', async (_name, expression, expected) => {
    const frame = await session.query(`SELECT ${expression}`);
    expect(frame.rows).toEqual([[expected]]);
  });

  it('names and types columns, repeated names apart', async () => {
    const frame = await session.query('SELECT 1 AS a, now() AS a, 2::BIGINT AS b');
    expect(frame.columns).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'a:1', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'b', type: 'BIGINT' },
    ]);
    expect(Object.keys(frameObjects(frame)[0] ?? {})).toEqual(['a', 'a:1', 'b']);
  });

  it('binds parameters as values, never as SQL', async () => {
    const hostile = "x'; DROP TABLE t; --";
    const frame = await session.query('SELECT $1 AS text, $2 AS number, $3 AS big, $4 AS nothing', {
      parameters: [hostile, 1.5, 9_007_199_254_740_993n, null],
    });
    expect(frame.rows).toEqual([[hostile, 1.5, '9007199254740993', null]]);
  });

  it.each([
    [0, 0, true],
    [3, 3, true],
    [5000, 5000, false],
    [5001, 5000, false],
  ])('row limit %i of 5000 rows', async (maxRows, got, truncated) => {
    const frame = await session.query('SELECT * FROM range(5000)', { maxRows });
    expect([frame.rows.length, frame.truncated]).toEqual([got, truncated]);
  });

  it('stops an endless statement at the row limit', async () => {
    const frame = await session.query('SELECT 1 FROM range(1000000000000)', { maxRows: 10 });
    expect(frame.truncated).toBe(true);
  });

  it('stops at the time limit and can be used again', async () => {
    await expect(session.query(SLOW, { timeoutMs: 100 })).rejects.toMatchObject({
      kind: 'engine',
      code: 'engine.timeout',
      details: { sql: SLOW },
    });
    expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
  });

  it('stops when the caller aborts, also before the start', async () => {
    const controller = new AbortController();
    const running = session.query(SLOW, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(running).rejects.toMatchObject({ code: 'engine.cancelled' });
    await expect(session.query('SELECT 1', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'engine.cancelled',
    });
  });

  it('says when the memory limit is hit', async () => {
    await expect(
      session.query("SELECT length(string_agg(repeat('x', 1000) || range, '')) FROM range(2000000)"),
    ).rejects.toMatchObject({ code: 'engine.out-of-memory', kind: 'engine' });
  });

  it('carries the SQL and the words of the engine', async () => {
    await expect(session.query('SELECT nope FROM range(3)')).rejects.toMatchObject({
      code: 'engine.bad-sql',
      details: { sql: 'SELECT nope FROM range(3)', engineText: expect.stringContaining('nope') },
    });
    await expect(session.rows('SELEC')).rejects.toMatchObject({ code: 'engine.bad-sql' });
  });

  it('runs in UTC', async () => {
    expect(
      (await session.query("SELECT CAST(to_timestamp(0) AS VARCHAR), current_setting('TimeZone')")).rows,
    ).toEqual([['1970-01-01 00:00:00+00', 'UTC']]);
  });
});

describe('close', () => {
  it('stops what runs, at any moment of it, and leaves the process whole', async () => {
    for (let round = 0; round < 12; round++) {
      const other = await db.connect();
      const running = other.run(
        `CREATE OR REPLACE TABLE scratch AS SELECT range AS a, hash(range) AS b FROM range(30000000) ORDER BY b`,
      );
      const ended = expect(running).rejects.toMatchObject({ code: 'engine.cancelled' });
      await new Promise((resolve) => setTimeout(resolve, round));
      other.close();
      other.close();
      await ended;
      await expect(other.run('SELECT 1')).rejects.toMatchObject({ code: 'engine.closed' });
    }
    expect(await session.rows('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('lets an engine end under a statement', async () => {
    const own = await createDuckDb({
      threads: 2,
      memoryLimitBytes: 256e6,
      tempDirectory: `${directory}/own`,
    });
    const other = await own.connect();
    const ended = expect(other.run(SLOW)).rejects.toMatchObject({ code: 'engine.cancelled' });
    other.close();
    own.close();
    await ended;
  });
});

describe('groups by a port', () => {
  it('are counted in an array, the first, the last and none of them too', async () => {
    const engine = await createDuckDb({
      threads: 2,
      memoryLimitBytes: 256e6,
      tempDirectory: `${directory}/tmp-array`,
      arrayKeyBits: 17,
    });
    const counting = await engine.connect();
    const from = 'FROM (VALUES (0), (65535), (NULL), (443), (65535)) AS t(p)';
    const sql = `SELECT CAST(CAST(p AS USMALLINT) AS INTEGER) AS port, count(*) AS n ${from} GROUP BY CAST(p AS USMALLINT) ORDER BY ALL`;
    const [plan] = (await counting.query(`EXPLAIN ${sql}`)).rows;
    expect(plan?.join(' ')).toContain('PERFECT_HASH_GROUP_BY');
    expect((await counting.query(sql)).rows).toEqual([
      [0, 1],
      [443, 1],
      [65_535, 2],
      [null, 1],
    ]);
    counting.close();
    engine.close();
  });
});
