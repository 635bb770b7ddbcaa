import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OpenedObject, openObject } from '../../src/ingest/index.ts';
import { tallyLines } from '../support/line-twin.ts';
import { bytesOf, fakeObject, linesOf } from '../support/source-objects.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const RECORD =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const NODATA = '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA';
const ENVELOPE = JSON.stringify({
  messageType: 'DATA_MESSAGE',
  logEvents: [
    { id: '1', timestamp: 1, message: RECORD },
    { id: '2', timestamp: 1, message: NODATA },
  ],
});

const SEEDS: readonly Uint8Array[] = [
  `${HEADER}\n${RECORD}\n${NODATA}\n`,
  `${RECORD}\r\n${NODATA}\r\n`,
  `2024-12-14T16:38:45.000Z ${RECORD}\n2024-12-14T16:38:45.000Z ${NODATA}\n`,
  `timestamp,message\n1742570569000,"${RECORD}"\n1742570569000,${NODATA}\n`,
  `{"message":"${RECORD}"}\n{"message":"${NODATA}\\n"}\n`,
  ENVELOPE + ENVELOPE,
  JSON.stringify({ awslogs: { data: gzipSync(ENVELOPE).toString('base64') } }),
  JSON.stringify({ events: [{ message: RECORD, eventId: 'a' }], searchedLogStreams: [] }, null, 2),
  JSON.stringify([{ body: RECORD }, { body: NODATA }], null, 1),
  `"srcaddr","dstaddr","bytes"\n"10.0.0.1","10.0.0.2","40"\n`,
  JSON.stringify({ srcaddr: '10.0.0.1', dstaddr: '10.0.0.2', bytes: 40, log_status: 'OK' }),
  gzipSync(`${HEADER}\n${RECORD}\n`),
  gzipSync(gzipSync(ENVELOPE)),
  Buffer.concat([gzipSync(RECORD), gzipSync(NODATA)]),
].map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed));

/** A seed with some of its bytes changed, cut out, doubled or replaced by those that mean something to a reader. */
const damaged = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.integer({ min: 0, max: 20 }),
        put: fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          fc.constantFrom(
            ...['{', '}', '[', ']', '"', '\\', '\n', '\0', ',', ':', ' ', '\uFEFF', '\r'].map((text) =>
              Buffer.from(text),
            ),
          ),
        ),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([seed, edits]) => {
    let bytes: Uint8Array = seed;
    for (const { at, drop, put } of edits) {
      const place = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]);
    }
    return bytes;
  });

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc
    .tuple(
      fc.constantFrom('1f8b08', '28b52ffd', '50415231', 'fffe', 'feff', '7b', '5b'),
      fc.uint8Array({ maxLength: 600 }),
    )
    .map(([magic, rest]) => Buffer.concat([Buffer.from(magic, 'hex'), rest])),
  damaged,
);

const reading = fc.record({ chunkBytes: fc.integer({ min: 1, max: 700 }), isSmall: fc.boolean() });

function open(bytes: Uint8Array, how: { chunkBytes: number; isSmall: boolean }): Promise<OpenedObject> {
  return openObject(
    fakeObject(bytes, { chunkBytes: how.chunkBytes, ...(how.isSmall ? {} : { sizeBytes: 1 << 30 }) }),
  );
}

describe('any bytes', () => {
  it('are opened and read to the end without an error, and each line becomes one thing', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, reading, async (bytes, how) => {
        const opened = await open(bytes, how);
        if (opened.kind === 'parquet') {
          for await (const batch of opened.batches) expect(batch.rows).toBeGreaterThan(0);
          return;
        }
        const tally = await tallyLines(opened);
        expect(tally.lines).toBe(tally.ok + tally.nodata + tally.skipdata + tally.malformed);
      }),
      { numRuns: 1000 },
    );
  });

  it('read the same however they are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, reading, async (bytes, how) => {
        const [one, other] = [
          await open(bytes, { chunkBytes: 1 << 20, isSmall: true }),
          await open(bytes, how),
        ];
        expect(other.kind).toBe(one.kind);
        if (one.kind === 'parquet' || other.kind === 'parquet') return;
        expect(await linesOf(other)).toEqual(await linesOf(one));
        // How much of refused binary data was looked at depends on the chunks.
        const isRead = one.kind !== 'refused' || one.lines !== null;
        if (isRead) expect(other.outcome()).toEqual(one.outcome());
      }),
      { numRuns: 600 },
    );
  });

  it('come through untouched when they are bare text', async () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom(HEADER, RECORD, NODATA, '', '\r', 'x'),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(text, reading, async (lines, how) => {
        const bytes = Buffer.from(`${HEADER}\n${lines.join('\n')}`);
        const opened = await open(bytes, how);
        if (opened.kind !== 'text') throw new Error(opened.kind);
        expect((await bytesOf(opened.lines)).equals(bytes)).toBe(true);
      }),
    );
  });
});

describe('wrapped lines among rubbish', () => {
  const rubbish = fc
    .string({ unit: fc.constantFrom(...'{}[]":,\\ab1 -'), minLength: 1, maxLength: 12 })
    .filter((text) => text.trim() !== '');
  const WRAPPERS: readonly (readonly [string, (record: string) => string])[] = [
    ['message-json', (record) => `{"message":"${record}"}`],
    ['export', (record) => `2024-12-14T16:38:45.000Z ${record}`],
    ['console-csv', (record) => `1742570569000,${record}`],
    [
      'field-objects',
      (record) => {
        const values = record.split(' ');
        return JSON.stringify(Object.fromEntries(HEADER.split(' ').map((name, at) => [name, values[at]])));
      },
    ],
  ];

  it.each(WRAPPERS)(
    '%s: every whole line gives its record, every other line is accounted for',
    async (shape, wrap) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.option(rubbish), { minLength: 1, maxLength: 12 }),
          reading,
          async (lines, how) => {
            const text = [wrap(RECORD), ...lines.map((line) => line ?? wrap(RECORD))].join('\n');
            const opened = await open(Buffer.from(text), how);
            expect(opened.kind === 'text' ? opened.shape : opened).toBe(shape);
            const tally = await tallyLines(opened);
            expect(tally.ok).toBe(1 + lines.filter((line) => line === null).length);
            if (!['message-json', 'field-objects'].includes(shape))
              expect(tally.lines).toBe(1 + lines.length);
          },
        ),
        { numRuns: 1000 },
      );
    },
  );
});
