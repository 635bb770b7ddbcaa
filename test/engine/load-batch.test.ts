import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDuckDb, type DuckDb, type DuckDbSession, loadBatch } from '../../src/engine/index.ts';
import { LineScanner } from '../../src/ingest/scan/index.ts';
import {
  type ColumnBatch,
  DEFAULT_FORMAT,
  type FlowRecord,
  layoutOfFields,
  V5_FORMAT,
} from '../../src/record/index.ts';
import { batchRows } from '../support/batch-rows.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('10.0.0.1', '10.0.0.1', '-', 'no-address', '2001:DB8::1', '2001:db8:0::1'),
);
const token = (name: string): fc.Arbitrary<string> => {
  if (name.includes('addr')) return address;
  if (['bytes', 'packets'].includes(name))
    return fc.oneof(fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }).map(String), fc.constant('-'));
  if (['start', 'end'].includes(name)) return fc.integer({ min: 1, max: 2_000_000_000 }).map(String);
  if (['version', 'srcport', 'dstport', 'protocol', 'tcp_flags', 'traffic_path'].includes(name)) {
    return fc.oneof(fc.integer({ min: 0, max: 255 }).map(String), fc.constant('-'));
  }
  return fc.oneof(fc.stringMatching(/^[a-z'"é\\]{1,8}$/), fc.constant('-'));
};

/** Any batch that the scanner can make of up to `maxRows` lines. */
function anyBatch(fields: typeof DEFAULT_FORMAT, maxRows: number): fc.Arbitrary<ColumnBatch> {
  const line = fc.tuple(...fields.map((field) => token(field.sql))).map((tokens) => tokens.join(' '));
  return fc.array(line, { minLength: 1, maxLength: maxRows }).map((lines) => {
    const layout = layoutOfFields(fields);
    const scanner = new LineScanner(layout, maxRows + 1, () => {});
    scanner.beginObject(7n, layout);
    scanner.scan(new TextEncoder().encode(`${lines.join('\n')}\n`), 0);
    return (
      [...scanner.filledBuilders()].map((builder) => builder.finish())[0] ?? {
        kind: 'vpc',
        rows: 0,
        columns: [],
      }
    );
  });
}

describe('loadBatch', () => {
  const root = temporaryDirectory();
  let db: DuckDb;
  let session: DuckDbSession;

  beforeAll(async () => {
    db = await createDuckDb({ threads: 2, memoryLimitBytes: 512e6, tempDirectory: join(root, 'temp') });
    session = await db.connect();
  });
  afterAll(() => {
    session.close();
    db.close();
  });

  /** Rows as the engine has them, all columns as text, in the order they went in. */
  async function loadedRows(batch: ColumnBatch): Promise<unknown[]> {
    const loaded = await loadBatch(session, 'loaded', batch);
    const rows = await session.rows('SELECT COLUMNS(*)::VARCHAR FROM loaded ORDER BY rowid');
    await loaded.drop();
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  }

  const asText = (rows: readonly FlowRecord[]): unknown[] =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
      ),
    );

  it.each([
    ['the default format', DEFAULT_FORMAT],
    ['all fields of version 5', V5_FORMAT],
  ])('hands every value of %s to the engine', async (_, fields) => {
    await fc.assert(
      fc.asyncProperty(anyBatch(fields, 30), async (batch) => {
        expect(await loadedRows(batch)).toEqual(asText(batchRows(batch)));
      }),
      { numRuns: 60 },
    );
  });

  it('copies whole vectors, odd ends and dictionaries at the limits of each width', async () => {
    for (const rows of [255, 256, 257, 2047, 2048, 2049, 65_535, 65_536, 65_537]) {
      const codes = Uint32Array.from({ length: rows }, (_, row) => row);
      const valid = Uint8Array.from({ length: (rows + 7) >> 3 }, (_, byte) =>
        byte % 3 === 0 ? 0b1010_1010 : 255,
      );
      const words = Uint32Array.from({ length: rows * 2 }, (_, word) => (word % 2 === 0 ? word / 2 : 0));
      const dictionary = Array.from({ length: rows }, (_, n) => `vpc-${n}`);
      const loaded = await loadBatch(session, 'loaded', {
        kind: 'vpc',
        rows,
        columns: [
          { kind: 'text', name: 'vpc_id', codes, valid, dictionary },
          { kind: 'int64', name: 'bytes', words, valid: new Uint8Array(valid.length).fill(255) },
        ],
      });
      // The engine may keep the rows in another order.
      const [sums] =
        await session.rows(`SELECT count(*)::INTEGER AS rows, count(DISTINCT bytes)::INTEGER AS distinct_rows,
        count(vpc_id)::INTEGER AS valid, count(*) FILTER (WHERE vpc_id::VARCHAR = 'vpc-' || bytes)::INTEGER AS right FROM loaded`);
      const validRows = codes.filter((row) => ((valid[row >> 3] ?? 0) & (1 << (row & 7))) !== 0).length;
      expect(sums).toEqual({ rows, distinct_rows: rows, valid: validRows, right: validRows });
      await loaded.drop();
    }
  });

  it('gives each distinct address its key and scope, and leaves out what is none', async () => {
    const layout = layoutOfFields(DEFAULT_FORMAT);
    const scanner = new LineScanner(layout, 10, () => {});
    scanner.beginObject(1n, layout);
    const line = (src: string, dst: string): string => `2 1 eni-1 ${src} ${dst} 1 2 6 1 40 5 6 ACCEPT OK\n`;
    scanner.scan(
      new TextEncoder().encode(line('10.0.0.1', '2001:DB8::1') + line('odd', '2001:db8::1') + line('-', '-')),
      0,
    );
    for (const builder of scanner.filledBuilders()) await loadBatch(session, 'known', builder.finish());
    expect(
      await session.rows('SELECT ip::VARCHAR AS ip, ip_key, scope FROM known_addresses ORDER BY ip_key'),
    ).toEqual([
      { ip: '10.0.0.1', ip_key: '00000000000000000000ffff0a000001', scope: 'private' },
      { ip: '2001:db8::1', ip_key: '20010db8000000000000000000000001', scope: 'public' },
    ]);
  });
});
