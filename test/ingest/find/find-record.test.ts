import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDuckDb } from '../../../src/engine/index.ts';
import { findRecord, type KnownSource, type WantedRecord } from '../../../src/ingest/index.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const directory = temporaryDirectory();
const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const LINE = '2 123456789012 eni-1 10.0.0.1 198.51.100.7 443 40000 6 10 1000 1767261600 1767261659 ACCEPT OK';
const OTHER = LINE.replace(' 1000 ', ' 1001 ');
const RECORD: WantedRecord = {
  object_id: '1',
  day: '2026-01-01',
  version: 2,
  account_id: '123456789012',
  interface_id: 'eni-1',
  srcaddr: '10.0.0.1',
  dstaddr: '198.51.100.7',
  srcport: 443,
  dstport: 40_000,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start: 1_767_261_600,
  end: 1_767_261_659,
  action: 'ACCEPT',
  log_status: 'OK',
  vpc_id: null,
};

let count = 0;
function source(
  bytes: Uint8Array | string,
  change: Partial<KnownSource> = {},
): KnownSource & { path: string } {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `object [${count++}] ä.log`);
  const buffer = Buffer.from(bytes);
  writeFileSync(path, buffer);
  return {
    path,
    uri: pathToFileURL(path).href,
    etag: createHash('sha256').update(buffer).digest('hex'),
    sizeBytes: buffer.length,
    layout: HEADER,
    layoutSource: 'header',
    ...change,
  };
}

const find = (known: KnownSource, record: WantedRecord = RECORD, signal = new AbortController().signal) =>
  findRecord(known, record, { signal });

describe('findRecord', () => {
  it('gives every line with the record, word for word, and no other', async () => {
    const text = [HEADER, OTHER, `${LINE}  `, '', 'what ever', LINE.replaceAll(' ', '  '), OTHER, LINE].join(
      '\r\n',
    );
    const finding = await find(source(gzipSync(text)));
    expect(finding).toMatchObject({
      status: 'found',
      shape: 'text',
      encodings: ['gzip'],
      lineNumbers: 'source',
      read: 8,
      detail: '3 lines of the object',
    });
    expect(finding.lines.map(({ number, text: line }) => [number, line])).toEqual([
      [3, `${LINE}  `],
      [6, LINE.replaceAll(' ', '  ')],
      [8, LINE],
    ]);
  });

  it('reads what has no header under the layout of the ledger', async () => {
    const reversed = HEADER.split(' ').toReversed().join(' ');
    const line = LINE.split(' ').toReversed().join(' ');
    const finding = await find(source(`${line}\n`, { layout: reversed, layoutSource: 'given' }));
    expect(finding.lines.map((entry) => [entry.number, entry.text])).toEqual([[1, line]]);
    expect((await find(source(`${LINE}\n`, { layoutSource: 'inferred' }))).status).toBe('found');
  });

  it('follows headers further down, and knows milliseconds and spellings of addresses', async () => {
    const second = 'start srcaddr bytes';
    const text = `${HEADER}\n${OTHER}\n${second}\n1767261600123 2001:DB8:0::1 7\n`;
    const finding = await find(source(text), { start: 1_767_261_600, srcaddr: '2001:db8::1', bytes: 7 });
    expect(finding.lines).toMatchObject([{ number: 4, text: '1767261600123 2001:DB8:0::1 7' }]);
    expect(finding.lines[0]?.layout.columns.map((column) => column.name)).toEqual([
      'start',
      'srcaddr',
      'bytes',
    ]);
  });

  it('finds records without a start', async () => {
    const finding = await find(source('srcaddr bytes\n10.0.0.1 7\n10.0.0.2 7\n'), {
      srcaddr: '10.0.0.2',
      bytes: 7,
      start: null,
    });
    expect(finding.lines).toMatchObject([{ number: 3 }]);
  });

  it('counts wrapped records by their place', async () => {
    const text = [OTHER, LINE].map((message) => `${JSON.stringify({ message })}\n`).join('');
    const finding = await find(source(text, { layoutSource: 'inferred' }));
    expect(finding).toMatchObject({ shape: 'message-json', lines: [{ number: 2, text: LINE }] });
  });

  it('gives the row of a Parquet object as values', async () => {
    const path = join(directory, `${count++}.parquet`);
    mkdirSync(directory, { recursive: true });
    const db = await createDuckDb({
      threads: 1,
      memoryLimitBytes: 2e8,
      tempDirectory: join(directory, 'tmp'),
    });
    const session = await db.connect();
    await session.run(
      `COPY (SELECT * FROM (VALUES ('10.0.0.9', CAST(5 AS BIGINT), CAST(1767261600 AS BIGINT)), ('10.0.0.1', 7, 1767261600))
       AS t(srcaddr, bytes, start)) TO '${path}' (FORMAT parquet)`,
    );
    session.close();
    db.close();
    const known = source(readFileSync(path), { layout: 'srcaddr bytes start', layoutSource: 'parquet' });
    const finding = await find(known, { srcaddr: '10.0.0.1', bytes: '7', start: 1_767_261_600 });
    expect(finding).toMatchObject({ status: 'found', shape: 'parquet', lineNumbers: 'row', read: 2 });
    expect(finding.lines).toMatchObject([{ number: 2, text: null, values: { bytes: 7n } }]);
  });

  it('says when the object is gone, changed, or without the record', async () => {
    const gone = source(`${HEADER}\n${LINE}\n`);
    rmSync(gone.path);
    expect(await find(gone)).toMatchObject({ status: 'gone', lines: [] });
    expect(await find({ ...gone, uri: 'stdin:' })).toMatchObject({ status: 'gone' });
    const longer = source(`${HEADER}\n${LINE}\n`);
    expect(await find({ ...longer, sizeBytes: 5 })).toMatchObject({ status: 'changed', lines: [] });
    expect(await find({ ...longer, etag: 'another' })).toMatchObject({ status: 'changed', lines: [] });
    expect(await find(source(`${HEADER}\n${OTHER}\n`))).toMatchObject({ status: 'missing', read: 2 });
    expect(await find(source('\u0000\u0001\u0002'))).toMatchObject({ status: 'unreadable' });
  });

  it('stops when it is told to, and says how far it was', async () => {
    const known = source(`${HEADER}\n${`${LINE}\n`.repeat(50)}`);
    expect(await find(known, RECORD, AbortSignal.abort())).toMatchObject({ status: 'stopped', read: 0 });
    const many = await find(source(`${HEADER}\n${`${LINE}\n`.repeat(200_000)}`));
    expect(many.status).toBe('found');
    expect(many.lines).toHaveLength(100);
    expect(many.detail).toContain('only the first');
  });
});
