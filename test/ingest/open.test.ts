import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listSources, openObject, parseGivenFormat } from '../../src/ingest/index.ts';
import { layoutKey } from '../../src/record/index.ts';
import { tallyLines } from '../support/line-twin.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { fakeObject, linesOf } from '../support/source-objects.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const A =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const B =
  '2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK';
const NODATA = '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA';
const SKIPDATA = '2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA';
const envelope = (...events: readonly (readonly [id: string, message: string])[]): string =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789010',
    logGroup: '/vpc',
    logStream: 'eni-1235b8ca123456789-all',
    subscriptionFilters: ['f'],
    logEvents: events.map(([id, message]) => ({ id, timestamp: 1418530010000, message })),
  });
const CONTROL = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination' }],
});

/** [input by name, bytes, shape, [ok, nodata, skipdata, malformed]] */
type Row = readonly [
  name: string,
  content: string | Uint8Array,
  shape: string,
  counts: readonly [number, number, number, number],
];

const TEXT: readonly Row[] = [
  ['header and records', `${HEADER}\n${A}\n${B}\n`, 'text', [2, 0, 0, 0]],
  ['no final newline', `${HEADER}\n${A}`, 'text', [1, 0, 0, 0]],
  ['CRLF line ends', `${HEADER}\r\n${A}\r\n${B}\r\n`, 'text', [2, 0, 0, 0]],
  ['byte order mark before the header', `\uFEFF${HEADER}\n${A}\n`, 'text', [1, 0, 0, 0]],
  ['byte order mark before a record', `\uFEFF${A}\n${B}\n`, 'text', [2, 0, 0, 0]],
  ['blank lines around and between', `\n\n${HEADER}\n\n${A}\n \n${B}\n\n`, 'text', [2, 0, 0, 0]],
  ['the header twice', `${HEADER}\n${A}\n${HEADER}\n${B}\n`, 'text', [2, 0, 0, 0]],
  [
    'another layout after a second header',
    `${HEADER}\n${A}\ninterface-id srcaddr dstaddr\neni-1 10.0.0.1 10.0.0.2\n`,
    'text',
    [2, 0, 0, 0],
  ],
  ['no header', `${A}\n${NODATA}\n${SKIPDATA}\n`, 'text', [1, 1, 1, 0]],
  ['a single record', A, 'text', [1, 0, 0, 0]],
  ['a single NODATA record', NODATA, 'text', [0, 1, 0, 0]],
  ['a header in capitals', `${HEADER.toUpperCase()}\n${A}\n${B}\n`, 'text', [2, 0, 0, 0]],
  [
    'a header that begins with an unknown field, twice',
    `${['app-id srcaddr dstaddr action region', 'x 10.0.0.1 10.0.0.2 ACCEPT eu', 'app-id srcaddr dstaddr action region', 'y 10.0.0.1 10.0.0.2 REJECT eu'].join('\n')}\n`,
    'text',
    [2, 0, 0, 0],
  ],
  ['rubbish before the header', `Phony line.\n${HEADER}\n${A}\n`, 'text', [1, 0, 0, 1]],
  ['records before the header', `${A}\n${HEADER}\n${B}\n`, 'text', [2, 0, 0, 0]],
  ['a line with zero bytes between records', `${A}\n\0\0\0\n${B}\n`, 'text', [2, 0, 0, 1]],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from(`${A}\n`), Buffer.from([0xff, 0xc3, 0x28, 10]), Buffer.from(B)]),
    'text',
    [2, 0, 0, 1],
  ],
  [
    'milliseconds',
    `${A.replace('1418530010 1418530070', '1418530010000 1418530070000')}\n`,
    'text',
    [1, 0, 0, 0],
  ],
  ['account unknown', `${A.replace('123456789010', 'unknown')}\n`, 'text', [1, 0, 0, 0]],
  [
    'UTF-16 with a mark, as Windows saves it',
    Buffer.from(`\uFEFF${HEADER}\r\n${A}\r\n`, 'utf16le'),
    'text',
    [1, 0, 0, 0],
  ],
  ['UTF-16 without a mark', Buffer.from(`${HEADER}\n${A}\n`, 'utf16le'), 'text', [1, 0, 0, 0]],
  ['UTF-16 big-endian', Buffer.from(`\uFEFF${HEADER}\n${A}\n`, 'utf16le').swap16(), 'text', [1, 0, 0, 0]],
];

const COMPRESSED: readonly Row[] = [
  ['gzip', gzipSync(`${HEADER}\n${A}\n`), 'text', [1, 0, 0, 0]],
  [
    'gzip of two members, each with its header',
    Buffer.concat([gzipSync(`${HEADER}\n${A}\n`), gzipSync(`${HEADER}\n${B}\n`)]),
    'text',
    [2, 0, 0, 0],
  ],
  ['gzip inside gzip', gzipSync(gzipSync(`${HEADER}\n${A}\n`)), 'text', [1, 0, 0, 0]],
  [
    'gzip with zero padding',
    Buffer.concat([gzipSync(`${HEADER}\n${A}\n`), Buffer.alloc(512)]),
    'text',
    [1, 0, 0, 0],
  ],
  ['gzip of UTF-16', gzipSync(Buffer.from(`\uFEFF${HEADER}\n${A}\n`, 'utf16le')), 'text', [1, 0, 0, 0]],
  [
    'gzip of concatenated envelopes',
    gzipSync(envelope(['1', A]) + envelope(['2', B])),
    'subscription',
    [2, 0, 0, 0],
  ],
  [
    'concatenated gzip members of envelopes',
    Buffer.concat([gzipSync(envelope(['1', A])), gzipSync(CONTROL), gzipSync(envelope(['2', B]))]),
    'subscription',
    [2, 0, 0, 0],
  ],
];

const LAMBDA = JSON.stringify({
  awslogs: { data: gzipSync(envelope(['1', A], ['2', B])).toString('base64') },
});
const FIREHOSE = JSON.stringify({
  requestId: 'r',
  timestamp: 1,
  records: [
    { data: gzipSync(envelope(['1', A])).toString('base64') },
    { data: Buffer.from(`{"message":"${B}"}`).toString('base64') },
  ],
});
const FAILED = JSON.stringify({
  attemptsMade: 4,
  errorCode: 'HttpEndpoint.RequestTimeout',
  rawData: Buffer.from(`{"message":"${A}"}`).toString('base64'),
});
const EVENTS = {
  events: [
    { logStreamName: 's', timestamp: 1, message: A, ingestionTime: 2, eventId: 'e1' },
    { timestamp: 1, message: B, eventId: 'e2' },
  ],
  searchedLogStreams: [],
};

const tableOf = (separator: string, record: string): string => record.split(' ').join(separator);

const WRAPPED: readonly Row[] = [
  [
    'CloudWatch export',
    `2024-12-14T16:38:45.000Z ${A}\n2024-12-14T16:38:45.000Z ${NODATA}\n`,
    'export',
    [1, 1, 0, 0],
  ],
  [
    'CloudWatch export with a bare line in it',
    `2024-12-14T16:38:45.000Z ${A}\n${B}\n`,
    'export',
    [2, 0, 0, 0],
  ],
  [
    'console CSV, milliseconds',
    `timestamp,message\n1742570569000,${A}\n1742570569000,${NODATA}\n`,
    'console-csv',
    [1, 1, 0, 0],
  ],
  ['console CSV, Excel times', `timestamp,message\r\n1.7284E+12,${A}\r\n`, 'console-csv', [1, 0, 0, 0]],
  ['console CSV, quoted', `timestamp,message\n1742570569000,"${A}"\n`, 'console-csv', [1, 0, 0, 0]],
  ['console CSV without its header', `1742570569000,${A}\n1742570569000,${B}\n`, 'console-csv', [2, 0, 0, 0]],
  [
    'Logs Insights CSV',
    `@timestamp,@message,@logStream\n2024-12-14 16:38:45.000,${A},eni-1\n`,
    'console-csv',
    [1, 0, 0, 0],
  ],
  [
    'a table of fields',
    `${tableOf(',', HEADER)}\n${tableOf(',', A)}\n${tableOf(',', NODATA)}\n`,
    'csv',
    [1, 1, 0, 0],
  ],
  [
    'a table of fields, quoted, empty cells, a column of its own',
    `"srcaddr","dstaddr","note","bytes"\r\n"10.0.0.1","","two words","40"\r\n"10.0.0.1","2001:db8::1",,\r\n`,
    'csv',
    [2, 0, 0, 0],
  ],
  [
    'a table of fields, tabs, names of Logs Insights, a row that is none',
    '@timestamp\tsrcAddr\tdstAddr\tstartTime\tbytes\n2026-01-31 10:00:00.000\t10.0.0.1\t10.0.0.2\t1700000000\t40\nx\t10.0.0.1\n',
    'csv',
    [1, 0, 0, 1],
  ],
  [
    'a table of fields whose header comes again, in another order',
    'srcaddr;bytes\n10.0.0.1;40\nbytes;srcaddr\n40;10.0.0.1\n10.0.0.1;40\n',
    'csv',
    [2, 0, 0, 1],
  ],
  [
    'objects of fields, in SQL and camel spelling, with names of their own',
    `${JSON.stringify({ srcaddr: '10.0.0.1', dstaddr: '10.0.0.2', bytes: 40, '@timestamp': 'a b', x: { y: 1 } })}
${JSON.stringify({ dstAddr: '10.0.0.2', srcAddr: '10.0.0.1', logStatus: 'OK', bytes: null })}
${JSON.stringify({ log_status: 'NODATA' })}
${JSON.stringify({ srcaddr: '10.0.0.1', dstaddr: '10.0.0.2', bytes: -1 })}
${JSON.stringify({ message: A })}\n`,
    'field-objects',
    [2, 1, 0, 2],
  ],
  [
    'results of Logs Insights as its API gives them',
    JSON.stringify({
      results: [
        [
          { field: '@ptr', value: 'p' },
          { field: 'srcAddr', value: '10.0.0.1' },
          { field: 'dstAddr', value: '10.0.0.2' },
          { field: 'startTime', value: '1700000000' },
        ],
      ],
      status: 'Complete',
    }),
    'field-objects',
    [1, 0, 0, 0],
  ],
  [
    'search hits with the fields of the record',
    JSON.stringify({ hits: { hits: [{ _id: '1', _source: { srcaddr: '10.0.0.1', dstaddr: '10.0.0.2' } }] } }),
    'field-objects',
    [1, 0, 0, 0],
  ],
  [
    'console CSV with bytes that are no UTF-8',
    Buffer.concat([
      Buffer.from(`1742570569000,${A}\n1742570569000,2 `),
      Buffer.alloc(60, 0xff),
      Buffer.from('\n'),
    ]),
    'console-csv',
    [1, 0, 0, 1],
  ],
  ['tabs', `${HEADER}\n${A}\n${NODATA}`.replaceAll(' ', '\t'), 'csv', [1, 1, 0, 0]],
  [
    'a table with its index, columns of odd names, and one that comes again',
    `,${HEADER},2nd,a__b,note,note\n0,${A},x,y,z,z\n1,${B},x,y,z,z\n`.replaceAll(' ', ','),
    'csv',
    [2, 0, 0, 0],
  ],
  [
    'objects of fields in capitals, whose other members differ from one to the next',
    ['abcd', 'efgh', 'ijkl', '', 'abcd']
      .map((others) => {
        const fields = { SRCADDR: '10.0.0.1', DSTADDR: '10.0.0.2', BYTES: 40, PACKETS: 1 };
        return JSON.stringify({ ...fields, ...Object.fromEntries([...others].map((name) => [name, 1])) });
      })
      .join('\n'),
    'field-objects',
    [5, 0, 0, 0],
  ],
  [
    'objects of fields with members of odd names',
    '{"srcaddr":"10.0.0.1","dstaddr":"10.0.0.2","bytes":40,"5tuple":"x","a__b":1}\n',
    'field-objects',
    [1, 0, 0, 0],
  ],
  [
    'a mark before a table whose first column is the message',
    `\uFEFF@message,@timestamp\n"${A}",2026-01-31 10:00:00.000\n`,
    'console-csv',
    [1, 0, 0, 0],
  ],
  ['tabs without a header', `${A}\n${B}\n`.replaceAll(' ', '\t'), 'csv', [2, 0, 0, 0]],
  [
    'a query result: underscores, quotes, mark, empty cells',
    `\uFEFF"${HEADER.replaceAll('-', '_').replaceAll(' ', '","')}"\r\n${A.replaceAll(' ', ',')}\r\n${NODATA.replaceAll('-', '').replaceAll(' ', ',').replace('eni', 'eni-')}\r\n`,
    'csv',
    [1, 1, 0, 0],
  ],
  [
    'semicolons, a cell of two words, an open quote',
    `${HEADER};note\n${A};x\n${B};two words\n${B};"open\n`
      .replaceAll(' ', ';')
      .replace('two;words', '"two words"'),
    'csv',
    [2, 0, 0, 1],
  ],
  ['message lines', `{"message":"${A}"}\n{"message":"${B}"}\n`, 'message-json', [2, 0, 0, 0]],
  [
    'message objects without anything between',
    `{"message":"${A}"}{"message":"${B}"}`,
    'message-json',
    [2, 0, 0, 0],
  ],
  [
    'message objects with newlines inside',
    `{"message":"${A}\\n"}{"message":"${B}\\n"}`,
    'message-json',
    [2, 0, 0, 0],
  ],
  ['message lines and bare lines mixed', `{"message":"${A}"}\n${B}\n`, 'message-json', [2, 0, 0, 0]],
  [
    'a message with a header first',
    `{"message":"${HEADER}"}\n{"message":"${A}"}\n`,
    'message-json',
    [1, 0, 0, 0],
  ],
  ['a JSON line without a record', `{"message":"${A}"}\n{"other":1}\n`, 'message-json', [1, 0, 0, 1]],
  ['subscription envelope', envelope(['1', A], ['2', NODATA]), 'subscription', [1, 1, 0, 0]],
  [
    'subscription envelope, type after the events',
    `{"logEvents":[{"id":"1","message":"${A}"}],"messageType":"DATA_MESSAGE"}`,
    'subscription',
    [1, 0, 0, 0],
  ],
  ['Lambda event', LAMBDA, 'subscription', [2, 0, 0, 0]],
  ['Firehose request', FIREHOSE, 'subscription', [2, 0, 0, 0]],
  ['Firehose error document', FAILED, 'message-json', [1, 0, 0, 0]],
  ['filter-log-events, compact', JSON.stringify(EVENTS), 'log-events', [2, 0, 0, 0]],
  ['filter-log-events, pretty', JSON.stringify(EVENTS, null, 4), 'log-events', [2, 0, 0, 0]],
  [
    'documents in a list',
    JSON.stringify([{ body: A, cloud: { provider: 'aws' } }, { body: B }], null, 2),
    'documents',
    [2, 0, 0, 0],
  ],
  [
    'search hits',
    `{"_source":{"message":"${A}"}}\n{"_source":{"event":{"original":"${B}"}}}\n`,
    'message-json',
    [2, 0, 0, 0],
  ],
  ['records as JSON strings in a list', JSON.stringify([A, B]), 'message-json', [2, 0, 0, 0]],
];

describe('openObject', () => {
  describe.each([
    ['text', TEXT],
    ['compressed', COMPRESSED],
    ['wrapped', WRAPPED],
  ] as const)('%s', (_family, rows) => {
    it.each(rows)('%s', async (_name, content, shape, [ok, nodata, skipdata, malformed]) => {
      // Whole, in small pieces, and byte by byte: where chunks end must not matter.
      for (const [chunkBytes, sizeBytes] of [[1 << 20], [7, 1 << 30], [1, 1 << 30]]) {
        const opened = await openObject(
          fakeObject(content, {
            chunkBytes: chunkBytes ?? 1,
            ...(sizeBytes === undefined ? {} : { sizeBytes }),
          }),
        );
        expect(opened.kind === 'text' ? opened.shape : opened).toBe(shape);
        const tally = await tallyLines(opened);
        expect([tally.ok, tally.nodata, tally.skipdata, tally.malformed]).toEqual([
          ok,
          nodata,
          skipdata,
          malformed,
        ]);
        expect(opened.outcome()).toMatchObject({ status: 'ok', reason: null });
      }
    });
  });

  it.each([
    ['no bytes', ''],
    ['blank lines only', '\n \r\n\n'],
    ['gzip of nothing', gzipSync('')],
    ['a CSV header only', 'timestamp,message\n'],
    ['an empty list', '[]'],
    ['a probe only', CONTROL],
  ])('%s is empty', async (_name, content) => {
    const opened = await openObject(fakeObject(content));
    expect(opened.kind).toBe('empty');
  });

  it('counts probes and repeated events, which are no lines', async () => {
    const opened = await openObject(
      fakeObject(CONTROL + envelope(['1', A], ['1', A], ['2', A]) + envelope(['1', A])),
    );
    expect(await tallyLines(opened)).toMatchObject({ ok: 2, malformed: 0 });
    expect(opened.outcome()).toMatchObject({ controlMessages: 1, duplicateEvents: 2 });
  });

  it('keeps equal ids with different texts: they are different events', async () => {
    const opened = await openObject(fakeObject(envelope(['1', A]) + envelope(['1', B])));
    expect(await tallyLines(opened)).toMatchObject({ ok: 2 });
    expect(opened.outcome().duplicateEvents).toBe(0);
  });

  it.each([
    ['a sentence', 'Phony unsupported log format.\n', 'ingest.not-flow-logs', 1],
    [
      'resolver query logs',
      '2024-12-14T17:01:57.000Z {"version":"1.100000","srcaddr":"10.0.1.249"}\n'.repeat(3),
      'ingest.not-flow-logs',
      3,
    ],
    [
      'an unknown order',
      '10.0.0.1 eni-1 10.0.0.2 OK 5 6 7 ingress\n'.repeat(2),
      'ingest.ambiguous-layout',
      2,
    ],
    ['JSON without records', '{"a":1}\n{"b":2}\n', 'ingest.not-flow-logs', 2],
  ])('%s is refused, each line malformed and word for word', async (_name, content, code, lines) => {
    const opened = await openObject(fakeObject(content));
    expect(opened).toMatchObject({ kind: 'refused', code });
    const tally = await tallyLines(opened);
    expect(tally).toMatchObject({ lines, malformed: lines });
    expect(tally.rejected.map(({ text }) => `${text}\n`).join('')).toBe(content);
  });

  it.each([
    ['an image', Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300080606', 'hex')],
    ['raw deflate', deflateRawSync(Buffer.from(`${HEADER}\n${A}\n`.repeat(50)))],
    ['four layers of gzip', gzipSync(gzipSync(gzipSync(gzipSync(A))))],
  ])('%s is refused as binary and has no lines', async (_name, content) => {
    const opened = await openObject(fakeObject(content));
    expect(opened).toMatchObject({ kind: 'refused', code: 'ingest.binary', lines: null });
  });

  it.each([
    ['a zip archive', Buffer.from('504b0304140000000800', 'hex')],
    ['compressed with xz', Buffer.from('fd377a585a000004e6d6b446', 'hex')],
    ['compressed with bzip2', Buffer.from('425a68393141592653590000', 'hex')],
  ])('names what it does not open: %s', async (what, content) => {
    expect(await openObject(fakeObject(content))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(what),
    });
  });

  it.each([
    [
      'flow logs of Azure',
      '{"records":[{"category":"NetworkSecurityGroupFlowEvent","properties":{"flows":[]}}]}',
    ],
    ['flow logs of Google Cloud', '{\n "connection": {"src_ip": "10.0.0.1",\n "dest_ip": "10.0.0.2"}\n}'],
    ['OCSF', '{"activity_id":6,"class_uid": 4001,"traffic":{"bytes":40}}'],
    ['Route 53', '2024-12-14T16:33:29.000Z {"version":"1.100000","query_name":"example.com."}'],
  ])('names what is not for it: %s', async (what, content) => {
    expect(await openObject(fakeObject(content))).toMatchObject({
      kind: 'refused',
      code: 'ingest.not-flow-logs',
      reason: expect.stringContaining(what),
    });
  });

  it('says of text cut off before anything is known of it that it was cut', async () => {
    const bytes = gzipSync('of no use '.repeat(20), { level: 0 }).subarray(0, 60);
    expect(await openObject(fakeObject(bytes))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('cut off'),
    });
  });

  it('gives everything before the cut of a truncated gzip, and says so', async () => {
    const text = `${HEADER}\n${`${A}\n`.repeat(5000)}`;
    const whole = gzipSync(text);
    for (const cut of [1, 7, 9, 100, whole.length >> 1]) {
      const opened = await openObject(fakeObject(whole.subarray(0, whole.length - cut)));
      const lines = await linesOf(opened);
      expect(text.startsWith(lines.join('\n'))).toBe(true);
      expect(opened.outcome().status).toBe('truncated');
      if (cut < 10) expect(lines.length).toBe(5001);
    }
  });

  it('gives everything before damage in the middle of a gzip', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => A.replace('20641', String(i)));
    const whole = gzipSync(`${HEADER}\n${lines.join('\n')}\n`);
    const broken = Buffer.from(whole);
    broken.fill(0xff, whole.length >> 1, (whole.length >> 1) + 8);
    const opened = await openObject(fakeObject(broken));
    const read = await linesOf(opened);
    expect(read.length).toBeGreaterThan(9000);
    expect(read.slice(1, 9000)).toEqual(lines.slice(0, 8999));
    expect(opened.outcome()).toMatchObject({
      status: 'truncated',
      reason: expect.stringContaining('damaged'),
    });
  });

  it('does not read bytes behind the end of a gzip, and says so', async () => {
    const opened = await openObject(
      fakeObject(Buffer.concat([gzipSync(`${HEADER}\n${A}\n`), Buffer.from('trailing')])),
    );
    expect(await tallyLines(opened)).toMatchObject({ ok: 1, malformed: 0 });
    expect(opened.outcome().status).toBe('truncated');
  });

  it('says that JSON was cut off and keeps the cut piece as a line', async () => {
    const text = envelope(['1', A], ['2', B]);
    const opened = await openObject(fakeObject(text.slice(0, text.indexOf('REJECT'))));
    expect(await tallyLines(opened)).toMatchObject({ ok: 1, malformed: 1 });
    expect(opened.outcome().status).toBe('truncated');
  });

  it('cuts a line of megabytes, keeps its head, and reads on behind it', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    const opened = await openObject(fakeObject(`${HEADER}\n${A}\n${long}\n${B}\n`, { sizeBytes: 1 << 30 }));
    const tally = await tallyLines(opened);
    expect(tally).toMatchObject({ ok: 2, malformed: 1 });
    const kept = tally.rejected[0]?.text ?? '';
    expect(kept.startsWith('x'.repeat(1024 * 1024))).toBe(true);
    expect(kept.length).toBeLessThan(1.2 * 1024 * 1024);
  });

  it('numbers lines as in the object for line wrappers, and by events otherwise', async () => {
    const csv = await openObject(
      fakeObject(`timestamp,message\n1742570569000,${A}\nrubbish\n1742570569000,${B}\n`),
    );
    expect(csv).toMatchObject({ lineNumbers: 'source' });
    expect((await tallyLines(csv)).rejected).toEqual([{ line: 3, text: 'rubbish' }]);
    const events = await openObject(
      fakeObject(JSON.stringify({ events: [{ message: A }, { note: 1 }] }, null, 2)),
    );
    expect(events).toMatchObject({ lineNumbers: 'ordinal' });
    expect((await tallyLines(events)).rejected).toEqual([{ line: 2, text: '{ "note": 1 }' }]);
  });

  it('takes a given format for text without header, and the header where there is one', async () => {
    const given = [parseGivenFormat('dstaddr srcaddr')];
    const bare = await openObject(fakeObject('10.0.0.1 10.0.0.2\n'), { given });
    expect(bare).toMatchObject({ kind: 'text', layoutSource: 'given', confidence: 1 });
    expect((await tallyLines(bare)).records[0]).toEqual({ dstaddr: '10.0.0.1', srcaddr: '10.0.0.2' });
    const own = await openObject(fakeObject('srcaddr dstaddr\n10.0.0.1 10.0.0.2\n'), { given });
    expect(own).toMatchObject({ kind: 'text', layoutSource: 'header' });
  });

  it('reports names that the catalogue does not know and keeps their values', async () => {
    const opened = await openObject(fakeObject('srcaddr dstaddr brand-new\n10.0.0.1 10.0.0.2 value\n'));
    expect(opened).toMatchObject({ unknownFields: ['brand_new'] });
    expect((await tallyLines(opened)).records[0]).toMatchObject({ brand_new: 'value' });
  });

  it('reads a list of events of many megabytes on one line, and an envelope whose type comes last', async () => {
    const events = Array.from({ length: 20_000 }, (_, i) => ({
      logStreamName: 'eni-1',
      message: A,
      eventId: String(i),
    }));
    const list = await openObject(fakeObject(JSON.stringify({ events }), { sizeBytes: 1 << 30 }));
    expect(list).toMatchObject({ kind: 'text', shape: 'log-events' });
    expect(await tallyLines(list)).toMatchObject({ lines: 20_000, ok: 20_000 });
    const late = JSON.stringify({ logEvents: events.slice(0, 2000), messageType: 'DATA_MESSAGE' });
    const subscription = await openObject(fakeObject(late, { sizeBytes: 1 << 30, chunkBytes: 1000 }));
    expect(subscription).toMatchObject({ kind: 'text', shape: 'subscription' });
    expect(await tallyLines(subscription)).toMatchObject({ lines: 2000, ok: 2000 });
  });

  it('does not lose bytes of a large object between looking and reading', async () => {
    const text = `${HEADER}\n${`${A}\n`.repeat(40_000)}`;
    const opened = await openObject(fakeObject(gzipSync(text), { sizeBytes: 1 << 30, chunkBytes: 1000 }));
    expect((await linesOf(opened)).length).toBe(40_001);
    expect(opened.outcome().bytesRead).toBe(text.length);
  });

  it('refuses a file that vanished after it was listed, and does not throw', async () => {
    const path = join(directory, 'gone.log');
    writeFileSync(path, A);
    const object = await only(listSources([path]).objects());
    rmSync(path);
    expect(await openObject(object)).toMatchObject({
      kind: 'refused',
      code: 'ingest.unreadable',
      lines: null,
    });
  });
});

/** [file, status, lines, ok, nodata, skipdata, malformed] */
const REAL: readonly (readonly [string, string, number, number, number, number, number])[] = [
  ['real-eks-vpc/eni-051829bef9f51ddde.log', 'export', 2796, 2796, 0, 0, 0],
  ['real-eks-vpc/eni-0612ba93050161d02.log', 'export', 2416, 2416, 0, 0, 0],
  ['real-eks-vpc/eni-065464e537ceee541.log', 'export', 40, 0, 40, 0, 0],
  ['real-eks-vpc/eni-087c9023d89ff7d66.log', 'export', 2221, 2221, 0, 0, 0],
  ['real-eks-vpc/eni-0b38a6089aecd9d96.log', 'export', 769, 760, 9, 0, 0],
  ['real-cloudwatch-csv/illumio-log-events-viewer-result.csv', 'console-csv', 198, 198, 0, 0, 0],
  ['../ocsf/v1.1.0-vpcflowlog.raw', 'csv', 1, 1, 0, 0, 0],
  ['elastic-integrations/test-with-message-field.log', 'message-json', 1, 0, 1, 0, 0],
  ['elastic-integrations/test-extra-samples.log', 'text', 7, 5, 1, 1, 0],
  ['elastic-integrations/test-tcp-flag-sequence.log', 'text', 3, 1, 1, 1, 0],
  ['elastic-integrations/test-v5-all-fields.log', 'text', 1, 1, 0, 0, 0],
  ['elastic-beats/accept-reject-traffic.log', 'text', 4, 4, 0, 0, 0],
  ['elastic-beats/bad.log', 'refused', 1, 0, 0, 0, 1],
  ['otel-collector/valid_vpc_flow_log_ecs.log', 'text', 1, 1, 0, 0, 0],
  ['otel-collector/valid_vpc_flow_log_multi.log', 'text', 2, 2, 0, 0, 0],
  ['otel-collector/vpc_flow_log_too_few_fields.log', 'text', 1, 0, 0, 0, 1],
  ['otel-collector/valid_vpc_flow_cw.json', 'subscription', 2, 2, 0, 0, 0],
  ['opensearch-catalog/sample.json', 'documents', 22, 22, 0, 0, 0],
  ['mizutani/sample1.log', 'text', 2, 2, 0, 0, 0],
  ['mizutani/sample2.log.gz', 'text', 2, 2, 0, 0, 0],
  // Documentation page: two lines carry a comment behind the record, one is an ellipsis.
  ['docs/flow-log-record-examples.txt', 'text', 28, 23, 1, 1, 3],
];

describe.skipIf(!hasSharedData)('real and third-party files (needs ../shared/data)', () => {
  it.each(REAL)('%s', async (file, status, lines, ok, nodata, skipdata, malformed) => {
    const object = await only(listSources([sharedData(`flowlogs/aws/${file}`)]).objects());
    const opened = await openObject(object);
    expect(opened.kind === 'text' ? opened.shape : opened.kind).toBe(status);
    expect(await tallyLines(opened)).toMatchObject({ lines, ok, nodata, skipdata, malformed });
  });

  it('refuses resolver query logs beside them, line by line', async () => {
    let lines = 0;
    for await (const object of listSources([
      sharedData('flowlogs/aws/real-eks-vpc/dns-resolver-query-logs'),
    ]).objects()) {
      const opened = await openObject(object);
      expect(opened).toMatchObject({ kind: 'refused', code: 'ingest.not-flow-logs' });
      lines += (await tallyLines(opened)).malformed;
    }
    expect(lines).toBe(83);
  });

  it('tells the layout of real records without their header', async () => {
    for (const file of [
      'elastic-integrations/test-tcp-flag-sequence.log',
      'otel-collector/valid_vpc_flow_log_ecs.log',
      'mizutani/sample1.log',
    ]) {
      const text = readFileSync(sharedData(`flowlogs/aws/${file}`), 'utf8');
      const headless = text
        .split('\n')
        .filter((line) => !line.startsWith('version '))
        .join('\n');
      const [own, told] = [await openObject(fakeObject(text)), await openObject(fakeObject(headless))];
      if (own.kind !== 'text' || told.kind !== 'text') throw new Error(`${file} is not read as text`);
      expect(told.layoutSource).toBe('inferred');
      expect(layoutKey(told.layout)).toBe(layoutKey(own.layout));
      expect(told.confidence).toBeGreaterThanOrEqual(0.8);
    }
  });
});

async function only<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('there is no item');
}
