import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OpenedObject, openObject } from '../../../src/ingest/index.ts';
import { unpackLz4 } from '../../../src/ingest/parquet/lz4.ts';
import { valueAt } from '../../../src/ingest/typed-values.ts';
import { hasSharedData, sharedData } from '../../support/shared-data.ts';
import { fakeObject } from '../../support/source-objects.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const directory = temporaryDirectory();

/** AWS's types: numbers as INT32 and INT64, the rest as text; every hundredth row is NODATA. */
const aws = (rows: number): string =>
  `SELECT 5::INTEGER AS version, '123456789010' account_id, 'eni-' || (i % 7) interface_id,
    CASE WHEN i % 100 = 0 THEN '-' ELSE '10.0.' || (i % 5) || '.' || (i % 250) END srcaddr, '10.1.0.1' dstaddr,
    CASE WHEN i % 100 = 0 THEN NULL ELSE (i % 60000)::INTEGER END srcport, 443::INTEGER dstport, 6::INTEGER protocol,
    i::BIGINT packets, (i * 60)::BIGINT bytes, (1700000000 + i)::BIGINT AS "start", (1700000060 + i)::BIGINT AS "end",
    'ACCEPT' AS "action", CASE WHEN i % 100 = 0 THEN 'NODATA' ELSE 'OK' END log_status FROM range(${rows}) t(i)`;

async function write(name: string, select: string, options: string): Promise<Buffer> {
  const path = join(directory, name);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ${options})`);
  connection.closeSync();
  return readFileSync(path);
}

/** All values of the columns asked for, row groups joined. */
async function read(opened: OpenedObject, names: readonly string[]): Promise<Record<string, unknown[]>> {
  if (opened.kind !== 'parquet') throw new Error(JSON.stringify(opened));
  const out = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
  for await (const batch of opened.batches) {
    for (const { name, values } of batch.columns) {
      for (let row = 0; row < batch.rows; row++) out[name]?.push(valueAt(values, row) ?? null);
    }
  }
  return out;
}

describe('LZ4 blocks', () => {
  it.each([
    ['a match that is too far back', [0x10, 65, 9, 0, 0]],
    ['literals that break off', [0x50, 65]],
    ['a length without an end', [0xf0, 255, 255]],
    ['nothing', []],
  ])('%s: an error', (_name, bytes) => {
    expect(() => unpackLz4(Uint8Array.from(bytes), 12)).toThrow(RangeError);
  });
  it('literals, then a match that repeats itself', () => {
    expect(Buffer.from(unpackLz4(Uint8Array.from([0x26, 97, 98, 2, 0]), 12)).toString()).toBe('abababababab');
  });
});

describe('Parquet objects', () => {
  let plain: Buffer;
  beforeAll(async () => {
    plain = await write('plain.parquet', aws(1000), 'COMPRESSION gzip');
  });

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])('with %s pages', async (codec) => {
    const opened = await openObject(
      fakeObject(await write(`${codec}.parquet`, aws(1000), `COMPRESSION ${codec}`)),
    );
    expect(opened).toMatchObject({ kind: 'parquet', rows: 1000, unknownFields: [], layout: { kind: 'vpc' } });
    const {
      srcaddr,
      srcport,
      bytes,
      log_status: status,
    } = await read(opened, ['srcaddr', 'srcport', 'bytes', 'log_status']);
    expect(srcaddr?.slice(0, 3)).toEqual(['-', '10.0.1.1', '10.0.2.2']);
    expect(srcport?.slice(0, 3)).toEqual([null, 1, 2]);
    expect(bytes?.at(-1)).toBe(59_940n);
    expect(status?.filter((value) => value === 'NODATA').length).toBe(10);
    expect(opened.outcome()).toMatchObject({ status: 'ok', reason: null });
  });

  it('under a name that says something else, and inside gzip', async () => {
    const opened = await openObject(fakeObject(gzipSync(plain), { uri: 'file:///logs/flows.txt' }));
    expect((await read(opened, ['packets']))['packets']?.length).toBe(1000);
  });

  it('with numbers as text, `None` included, come as they are', async () => {
    const select = `SELECT '2' AS version, 'eni-1' interface_id, '10.0.0.1' srcaddr, 'None' srcport, '12' bytes`;
    const opened = await openObject(fakeObject(await write('text.parquet', select, 'COMPRESSION snappy')));
    expect(await read(opened, ['srcport', 'bytes'])).toEqual({ srcport: ['None'], bytes: ['12'] });
  });

  it('with other types: floats, times, nested values', async () => {
    const select = `SELECT '10.0.0.1' srcaddr, 443.0::DOUBLE dstport, 'NaN'::DOUBLE srcport,
      TIMESTAMP '2026-01-31 10:00:00' AS "start", [1, 2] extra, 7::UTINYINT AS protocol, 1.5::DECIMAL(4,1) AS cost`;
    const opened = await openObject(fakeObject(await write('odd.parquet', select, 'COMPRESSION snappy')));
    expect(opened).toMatchObject({ unknownFields: ['extra', 'cost'] });
    expect(await read(opened, ['dstport', 'srcport', 'start', 'extra', 'protocol', 'cost'])).toEqual({
      dstport: [443],
      srcport: [null],
      start: [BigInt(Date.parse('2026-01-31T10:00:00Z') / 1000)],
      extra: ['[1,2]'],
      protocol: [7],
      cost: [1.5],
    });
  });

  it('with transit gateway columns, hyphens or capitals in names, and unknown columns', async () => {
    const select = `SELECT 'tgw-1' "tgw-id", 'tgw-attach-1' TGW_ATTACHMENT_ID, '10.0.0.1' srcaddr, 1 brand_new`;
    const opened = await openObject(fakeObject(await write('tgw.parquet', select, 'COMPRESSION snappy')));
    expect(opened).toMatchObject({ kind: 'parquet', unknownFields: ['brand_new'], layout: { kind: 'tgw' } });
    if (opened.kind !== 'parquet') return;
    expect(opened.columns.map(({ sourceName, name }) => [sourceName, name])).toEqual([
      ['tgw-id', 'tgw_id'],
      ['TGW_ATTACHMENT_ID', 'tgw_attachment_id'],
      ['srcaddr', 'srcaddr'],
      ['brand_new', 'brand_new'],
    ]);
  });

  it('with column names that no field could have', async () => {
    const select = `SELECT '10.0.0.1' srcaddr, 1::BIGINT bytes, 2 "__index_level_0__", 3 "Source IP", 4 "größe", 5 "a.b", 6 "day", 7 "_", 'x' "src-addr", 8 "2nd"`;
    const opened = await openObject(fakeObject(await write('names.parquet', select, 'COMPRESSION snappy')));
    if (opened.kind !== 'parquet') throw new Error(JSON.stringify(opened));
    expect(opened.columns.map(({ name }) => name)).toEqual([
      'srcaddr',
      'bytes',
      'index_level_0',
      'source_ip',
      'gr_e',
      'a_b',
      'source_day',
      'column_8',
      'src_addr',
      'nd',
    ]);
    expect(await read(opened, ['source_ip', 'a_b'])).toEqual({ source_ip: [3], a_b: [5] });
  });

  it('with one field in two spellings keeps both', async () => {
    const select = `SELECT '10.0.0.1' srcaddr, 1::BIGINT bytes, 'a' "interface-id", 'b' interface_id`;
    const opened = await openObject(fakeObject(await write('twice.parquet', select, 'COMPRESSION snappy')));
    expect(await read(opened, ['interface_id', 'interface_id_column_4'])).toEqual({
      interface_id: ['a'],
      interface_id_column_4: ['b'],
    });
  });

  it('hands out huge row groups in pieces, every row once and in order', async () => {
    const rows = 200_000;
    const bytes = await write('huge.parquet', aws(rows), `COMPRESSION snappy, ROW_GROUP_SIZE ${rows}`);
    const opened = await openObject(fakeObject(bytes));
    if (opened.kind !== 'parquet') throw new Error('no Parquet');
    let expected = 0n;
    let largest = 0;
    for await (const batch of opened.batches) {
      largest = Math.max(largest, batch.rows);
      const packets = batch.columns.find(({ name }) => name === 'packets')?.values;
      for (let row = 0; row < batch.rows; row++, expected++) {
        const value = packets === undefined ? null : valueAt(packets, row);
        if (value !== expected) throw new Error(`row ${expected} is ${value}`);
      }
    }
    expect(expected).toBe(BigInt(rows));
    expect(largest).toBeLessThanOrEqual(131_072);
  });

  it('needs few requests: one for a small file, one per row group and two for the end of a large one', async () => {
    const small = fakeObject(plain);
    await read(await openObject(small), []);
    expect(small.reads).toEqual({ streams: 1, ranges: 0 });
    const select = `SELECT *, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) || md5((i + 2)::VARCHAR) filler FROM (${aws(200_000).replace(' FROM range', ', i FROM range')})`;
    const large = fakeObject(
      await write('large.parquet', select, 'COMPRESSION uncompressed, ROW_GROUP_SIZE 51200'),
    );
    expect(large.sizeBytes).toBeGreaterThan(8 * 1024 * 1024);
    await read(await openObject(large), []);
    expect(large.reads.ranges).toBeLessThanOrEqual(4 + 2);
    expect(large.reads.streams).toBe(1);
  });

  it('that are no flow logs are refused by their columns', async () => {
    const opened = await openObject(
      fakeObject(
        await write('other.parquet', `SELECT 1 AS version, 'eu' AS region, 2 AS price`, 'COMPRESSION snappy'),
      ),
    );
    expect(opened).toMatchObject({
      kind: 'refused',
      code: 'ingest.not-flow-logs',
      shape: 'parquet',
      lines: null,
    });
  });

  it.each([
    ['only the first bytes', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['cut off at the end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
    [
      'a broken footer',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, bytes.length - 60), Buffer.alloc(52, 0xee), bytes.subarray(-8)]),
    ],
  ])('%s: refused with the reason', async (_name, damage) => {
    expect(await openObject(fakeObject(damage(plain)))).toMatchObject({
      kind: 'refused',
      code: 'ingest.bad-parquet',
    });
  });

  it('with damaged pages give the rows before the damage', async () => {
    const bytes = await write('groups.parquet', aws(10_000), 'COMPRESSION gzip, ROW_GROUP_SIZE 2048');
    const broken = Buffer.from(bytes);
    broken.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 200);
    const opened = await openObject(fakeObject(broken));
    const { packets } = await read(opened, ['packets']);
    expect(packets?.length).toBeGreaterThanOrEqual(2048);
    expect(packets?.length).toBeLessThan(10_000);
    expect(opened.outcome()).toMatchObject({
      status: 'truncated',
      reason: expect.stringContaining('damaged'),
    });
  });

  it('with any bytes changed never throw, hang, or give a row more than the file has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        async (changes) => {
          const bytes = Buffer.from(plain);
          for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
          const opened = await openObject(fakeObject(bytes));
          if (opened.kind !== 'parquet') return;
          let rows = 0;
          for await (const batch of opened.batches) rows += batch.rows;
          expect(rows).toBeLessThanOrEqual(opened.rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.skipIf(!hasSharedData)(
    'of a public fixture: text, `None` for missing numbers (needs ../shared/data)',
    async () => {
      const opened = await openObject(
        fakeObject(readFileSync(sharedData('flowlogs/aws/obsrvbl/flows.parquet'))),
      );
      expect(await read(opened, ['srcport', 'log_status'])).toEqual({
        srcport: ['443', 'None', '80'],
        log_status: ['OK', 'NODATA', 'NODATA'],
      });
    },
  );
});
