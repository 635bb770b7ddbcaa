import { writeFileSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/api/index.ts';
import { createDuckDb, type LakeReader } from '../../src/engine/index.ts';
import { type ApiClient, apiOver, openApiLake } from '../support/console-api.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const TEN = 1_767_261_600;
const directory = temporaryDirectory();
let reader: LakeReader;
let api: ApiClient;

const row = (index: number): FixtureRow => ({
  version: 2,
  account_id: '123456789012',
  interface_id: 'eni-1',
  srcaddr: `10.0.0.${index}`,
  dstaddr: '2001:db8::1',
  srcport: index === 2 ? null : 1000 + index,
  dstport: 443,
  protocol: 6,
  packets: 1,
  bytes: 40,
  start: TEN + index,
  end: TEN + index,
  action: index === 0 ? 'REJECT' : 'ACCEPT',
  log_status: 'OK',
});

beforeAll(async () => {
  reader = await openApiLake(
    directory,
    Array.from({ length: 5 }, (_, index) => row(index)),
  );
  api = apiOver(reader);
});
afterAll(() => reader.close());

const VALUES = `SELECT * FROM (VALUES
  (true, CAST(7 AS SMALLINT), CAST(-5 AS INTEGER), CAST(9007199254740993 AS BIGINT), CAST(170141183460469231731687303715884105727 AS HUGEINT),
   CAST(1.25 AS DECIMAL(9,2)), 0.5, 'ä "x", y', DATE '2026-01-31', TIMESTAMPTZ '2026-01-31 12:00:00.123456Z', [1, 2]),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) AS t(b, s, i, l, h, d, f, t, day, moment, list)`;

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (response.status !== 200) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

/** The same five addresses through each resource. */
const ASKED: readonly (readonly [path: string, body: Readonly<Record<string, unknown>> | null])[] = [
  ['/api/records', null],
  ['/api/query', { by: ['srcaddr'], measures: ['flows'], limit: 10 }],
  ['/api/sql', { sql: 'SELECT srcaddr FROM flows' }],
  ['/api/insights', { query: 'fields srcaddr | limit 100' }],
  ['/api/ask', { question: 'top 10 sources by bytes' }],
];

describe.each(ASKED)('%s', (path, body) => {
  const ask = (format: string): Promise<Response> =>
    body === null ? api.get(`${path}?format=${format}`) : api.post(`${path}?format=${format}`, body);
  const expected = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
  const sorted = (values: readonly unknown[]): readonly unknown[] => values.map(String).toSorted();

  it('as Parquet, read by hyparquet', async () => {
    const response = await ask('parquet');
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const { buffer } = await bytesOf(response);
    const rows = await parquetReadObjects({
      file: buffer,
      columns: ['srcaddr'],
      compressors: await compressors(),
    });
    expect(sorted(rows.map((entry) => entry['srcaddr']))).toEqual(expected);
  });

  it('as Arrow, read by Apache Arrow', async () => {
    const response = await ask('arrow');
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(await bytesOf(response));
    expect(sorted([...(table.getChild('srcaddr') ?? [])])).toEqual(expected);
  });

  it('as CSV and as lines of JSON', async () => {
    const csv = (await (await ask('csv')).text()).trimEnd().split('\r\n');
    expect(csv).toHaveLength(6);
    const at = csv[0]?.split(',').indexOf('srcaddr') ?? -1;
    expect(sorted(csv.slice(1).map((line) => line.split(',')[at]))).toEqual(expected);
    const lines = (await (await ask('ndjson')).text()).trimEnd().split('\n');
    expect(sorted(lines.map((line) => JSON.parse(line).srcaddr))).toEqual(expected);
  });
});

/** zstd of the Parquet files. */
async function compressors() {
  const { decompress } = await import('fzstd');
  return { ZSTD: (input: Uint8Array) => decompress(input) };
}

describe('values', () => {
  it('are exact in Arrow', async () => {
    const response = await api.post(
      '/api/sql',
      { sql: VALUES },
      { accept: 'application/vnd.apache.arrow.stream' },
    );
    const table = tableFromIPC(await bytesOf(response));
    expect(table.schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual([
      'b Bool',
      's Int32',
      'i Int32',
      'l Int64',
      'h Decimal[38e0]',
      'd Decimal[9e+2]',
      'f Decimal[2e+1]',
      't Utf8',
      'day Date32<DAY>',
      'moment Timestamp<MICROSECOND, UTC>',
      'list Utf8',
    ]);
    const [first, second] = table.toArray();
    expect([first.b, first.s, first.i, first.l, first.t, first.list]).toEqual([
      true,
      7,
      -5,
      9007199254740993n,
      'ä "x", y',
      '[1,2]',
    ]);
    expect(BigInt(first.h.toString())).toBe(170141183460469231731687303715884105727n);
    const micros = table.getChild('moment')?.data[0]?.values as BigInt64Array;
    expect(micros[0]).toBe(BigInt(Date.UTC(2026, 0, 31, 12)) * 1000n + 123_456n);
    expect(Number(table.getChild('day')?.data[0]?.values[0])).toBe(Date.UTC(2026, 0, 31) / 86_400_000);
    expect(Object.values(second.toJSON())).toEqual(Array.from({ length: 11 }, () => null));
  });

  it('are exact in Parquet, read by DuckDB', async () => {
    const response = await api.post('/api/sql?format=parquet', { sql: VALUES });
    const path = `${directory}/values.parquet`;
    writeFileSync(path, await bytesOf(response));
    const db = await createDuckDb({
      threads: 1,
      memoryLimitBytes: 2e8,
      tempDirectory: `${directory}/tmp-values`,
    });
    const session = await db.connect();
    const { rows } = await session.query(`SELECT * FROM read_parquet('${path}') WHERE b`);
    const wide = '170141183460469231731687303715884105727';
    expect(rows[0]?.slice(0, 5)).toEqual([true, 7, -5, '9007199254740993', wide]);
    const sums = 'SELECT sum(n) AS "the sum", 1 AS n FROM (VALUES (9007199254740993), (2)) AS v(n)';
    writeFileSync(path, await bytesOf(await api.post('/api/sql?format=parquet', { sql: sums })));
    const whole = await session.query(`SELECT "the sum", typeof("the sum"), n FROM read_parquet('${path}')`);
    expect(whole.rows).toEqual([['9007199254740995', 'DECIMAL(38,0)', 1]]);
    session.close();
    db.close();
  });
});

describe('large answers', () => {
  it('come whole and in order, in many pieces', async () => {
    const sql = 'SELECT range AS n FROM range(100000) ORDER BY n';
    const lines = (await (await api.post('/api/sql?format=ndjson', { sql })).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(100_000);
    expect(lines[99_999]).toBe('{"n":99999}');
    const table = tableFromIPC(await bytesOf(await api.post('/api/sql?format=arrow', { sql })));
    expect([table.numRows, table.getChild('n')?.get(99_999)]).toEqual([100_000, 99_999n]);
  });

  it('keep to a limit', async () => {
    const sql = 'SELECT range AS n FROM range(100000)';
    for (const maxRows of [3, 50_000]) {
      const text = await (await api.post('/api/sql?format=csv', { sql, maxRows })).text();
      expect(text.trimEnd().split('\r\n')).toHaveLength(maxRows + 1);
    }
    const response = await api.post('/api/sql?format=parquet', { sql, maxRows: 4 });
    const { buffer } = await bytesOf(response);
    expect(await parquetReadObjects({ file: buffer, compressors: await compressors() })).toHaveLength(4);
  });

  it('give their session back when nobody reads on', async () => {
    const narrow = apiOver(reader, { maxSessions: 1 });
    for (const format of ['ndjson', 'arrow', 'csv']) {
      const response = await narrow.post(`/api/sql?format=${format}`, {
        sql: 'SELECT * FROM range(10000000000)',
      });
      const { body } = response;
      const stream = body?.getReader();
      await stream?.read();
      await stream?.cancel();
    }
    expect(await narrow.json('/api/lake')).toMatchObject({ isEmpty: false });
  });
});

describe('forms', () => {
  it('without rows have their columns', async () => {
    const sql = 'SELECT srcaddr FROM flows WHERE false';
    const table = tableFromIPC(await bytesOf(await api.post('/api/sql?format=arrow', { sql })));
    expect([table.numRows, table.schema.names]).toEqual([0, ['srcaddr']]);
    expect(await (await api.post('/api/sql?format=csv', { sql })).text()).toBe('srcaddr\r\n');
  });

  it('that do not exist are refused', async () => {
    for (const path of ['/api/records?format=xlsx', '/api/lake?format=parquet']) {
      const response = await api.get(path);
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([406, 'api.bad-format']);
    }
  });

  it('of hostile SQL are refused like JSON', async () => {
    for (const format of ['csv', 'parquet', 'arrow', 'ndjson']) {
      const response = await api.post(`/api/sql?format=${format}`, {
        sql: "SELECT 1) TO '/tmp/x.csv'; --",
      });
      expect(response.status).toBe(400);
    }
  });
});
