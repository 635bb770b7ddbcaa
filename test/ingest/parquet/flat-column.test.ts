import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { openObject } from '../../../src/ingest/index.ts';
import { PAGE_CODECS } from '../../../src/ingest/parquet/page-codecs.ts';
import { readHybrid } from '../../../src/ingest/parquet/rle-hybrid.ts';
import { type TypedValues, valueAt } from '../../../src/ingest/typed-values.ts';
import { fakeObject } from '../../support/source-objects.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const directory = temporaryDirectory();
const ROWS = 5000;

/** Columns of every kind of page: long runs, few and many distinct values, nulls none, some, mostly and only. */
const SELECT = `SELECT '10.0.' || (i % 5) || '.' || (i % 250) AS srcaddr, '10.' || i || '.x' AS dstaddr,
  CASE WHEN i % 3 = 0 THEN NULL ELSE (i % 60000)::INTEGER END AS srcport, 443::INTEGER AS dstport,
  CASE WHEN i % 1000 = 7 THEN i::INTEGER END AS protocol, NULL::INTEGER AS tcp_flags,
  i::BIGINT * 4294967297 AS packets, CASE WHEN i % 2 = 0 THEN -i ELSE (i % 7)::BIGINT END AS bytes,
  CASE WHEN i > 100 THEN 1700000000 + i // 50 END AS "start", CASE WHEN i % 4 > 0 THEN 'OK' END AS log_status,
  CASE WHEN i % 2 = 0 THEN 'größe ' || (i % 3) ELSE '' END AS region FROM range(${ROWS}) t(i)`;

async function write(name: string, options: string): Promise<Buffer> {
  const path = join(directory, name);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`COPY (${SELECT}) TO '${path}' (FORMAT parquet, ${options})`);
  connection.closeSync();
  return readFileSync(path);
}

describe('columns read the fast way', () => {
  const sizes = [
    ['one row group', 'ROW_GROUP_SIZE 122880'],
    ['small row groups', 'ROW_GROUP_SIZE 2048'],
  ] as const;
  const styles = [
    ['dictionaries', 'DICTIONARY_SIZE_LIMIT 100000'],
    ['few dictionaries', 'DICTIONARY_SIZE_LIMIT 300'],
    ['no dictionaries', 'DICTIONARY_SIZE_LIMIT 1'],
  ] as const;
  const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd'];
  const cases = sizes.flatMap(([size, rows]) =>
    styles.flatMap(([style, limit], at) =>
      codecs
        .filter((_, codec) => codec === 1 || (codec + at) % 3 === 0)
        .map((codec) => [`${codec}, ${style}, ${size}`, `COMPRESSION ${codec}, ${limit}, ${rows}`] as const),
    ),
  );

  it.each(cases)('are those of the general way: %s', async (name, options) => {
    const bytes = await write(`${name.replaceAll(/\W+/g, '-')}.parquet`, options);
    const file = new Uint8Array(bytes).buffer;
    const expected = await parquetReadObjects({ file, compressors: PAGE_CODECS });
    const opened = await openObject(fakeObject(bytes));
    if (opened.kind !== 'parquet') throw new Error(JSON.stringify(opened));
    const kinds = new Map<string, Set<TypedValues['kind']>>();
    let row = 0;
    for await (const batch of opened.batches) {
      for (const { name: column, values } of batch.columns) {
        kinds.set(column, (kinds.get(column) ?? new Set()).add(values.kind));
        for (let at = 0; at < batch.rows; at++) {
          const value = valueAt(values, at) ?? null;
          if (value !== (expected[row + at]?.[column] ?? null))
            throw new Error(`${column} ${row + at}: ${value} is not ${String(expected[row + at]?.[column])}`);
        }
      }
      row += batch.rows;
    }
    expect(row).toBe(ROWS);
    expect([...(kinds.get('srcaddr') ?? [])]).toEqual(['coded']);
    expect([...(kinds.get('dstport') ?? [])]).toEqual(['int32']);
    expect([...(kinds.get('bytes') ?? [])]).toEqual(['int64']);
  });
});

describe('runs and packed values', () => {
  it.each([
    ['a run', 3, [0x0a, 5], [5, 5, 5, 5, 5]],
    ['packed values of 3 bits', 3, [0x03, 0x88, 0xc6, 0xfa], [0, 1, 2, 3, 4, 5, 6, 7]],
    [
      'a run of 2 bytes, then packed values',
      10,
      [0x04, 0x01, 0x02, 0x03, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0],
      [513, 513, 1, 1],
    ],
    ['values of no bits', 0, [0x08], [0, 0, 0, 0]],
  ])('%s', (_name, width, bytes, expected) => {
    const out = new Int32Array(expected.length);
    readHybrid(Uint8Array.from(bytes), 0, bytes.length, width, out);
    expect([...out]).toEqual(expected);
  });

  it.each([
    ['no bytes', 1, []],
    ['a run without its value', 9, [0x04, 0x01]],
    ['packed values that break off', 8, [0x03, 1, 2, 3]],
    ['a run of nothing', 1, [0x00, 0x01, 0x00, 0x01]],
    ['a header without an end', 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['values of more than 24 bits', 25, [0x02, 1, 1, 1, 1]],
  ])('%s: an error', (_name, width, bytes) => {
    expect(() => readHybrid(Uint8Array.from(bytes), 0, bytes.length, width, new Int32Array(8))).toThrow(
      RangeError,
    );
  });
});
