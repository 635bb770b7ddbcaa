import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner, type MalformedLine, type ObjectCounts } from '../../../src/ingest/scan/index.ts';
import {
  DEFAULT_FORMAT,
  type FlowRecord,
  fieldsOf,
  type Layout,
  layoutOf,
  layoutOfFields,
  parseLine,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../../src/record/index.ts';
import { batchRows } from '../../support/batch-rows.ts';

interface Scanned {
  readonly rows: FlowRecord[];
  readonly malformed: { readonly lineNumber: number; readonly code: string; readonly text: string }[];
  readonly counts: ObjectCounts;
}

const OBJECT_ID = 1n << 61n;
const DERIVED = ['direction', 'remote_scope', 'ip_version', 'svc_port', 'object_id'];

/** Scans bytes cut into chunks at the given sizes. */
function scan(
  layout: Layout,
  bytes: Uint8Array,
  chunkSizes: readonly number[] = [1 << 20],
  capacity = 1000,
): Scanned {
  const lines: MalformedLine[] = [];
  const scanner = new LineScanner(layout, capacity, (line) => lines.push(line));
  const rows: FlowRecord[] = [];
  const take = (): void => {
    for (const builder of scanner.filledBuilders()) {
      rows.push(...batchRows(builder.finish()));
      builder.reset();
    }
  };
  scanner.beginObject(OBJECT_ID, layout);
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const chunk = bytes.subarray(from, from + (chunkSizes[turn % chunkSizes.length] ?? 1));
    from += chunk.length;
    let at = 0;
    while ((at = scanner.scan(chunk, at)) < chunk.length) take();
  }
  if (scanner.isFull()) take();
  const counts = scanner.endObject();
  take();
  return { rows, malformed: lines.map(({ lineNumber, code, text }) => ({ lineNumber, code, text })), counts };
}

/** The obvious way: split into lines, `parseLine` each. */
function scanPlainly(
  layout: Layout,
  bytes: Uint8Array,
): Omit<Scanned, 'counts'> & { readonly statuses: Record<string, number> } {
  const rows: FlowRecord[] = [];
  const malformed: { lineNumber: number; code: string; text: string }[] = [];
  const statuses: Record<string, number> = { ok: 0, nodata: 0, skipdata: 0 };
  let current = layout;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  for (const [index, line] of text.split('\n').entries()) {
    const parsed = parseLine(current, line);
    if (parsed.kind === 'header') current = parsed.layout;
    else if (parsed.kind === 'malformed') {
      malformed.push({ lineNumber: index + 1, code: parsed.problem.code, text: line.replace(/\r$/, '') });
    } else if (parsed.kind === 'record') {
      rows.push(parsed.record);
      statuses[parsed.status] = (statuses[parsed.status] ?? 0) + 1;
    }
  }
  return { rows, malformed, statuses };
}

/** The columns that the line itself gave. */
function withoutDerived(rows: readonly FlowRecord[]): FlowRecord[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name, value]) => !DERIVED.includes(name) && value !== null),
    ),
  );
}

function expectSameAsPlain(
  layout: Layout,
  bytes: Uint8Array,
  chunkSizes?: readonly number[],
  capacity?: number,
): void {
  const fast = scan(layout, bytes, chunkSizes, capacity);
  const plain = scanPlainly(layout, bytes);
  expect(withoutDerived(fast.rows)).toEqual(withoutDerived(plain.rows));
  expect(fast.malformed).toEqual(plain.malformed);
  const { lines, ok, nodata, skipdata, malformed } = fast.counts;
  expect({ ok, nodata, skipdata }).toEqual(plain.statuses);
  expect(lines).toBe(ok + nodata + skipdata + malformed);
  expect(fast.counts.bytes).toBe(bytes.length);
}

const LAYOUTS: readonly Layout[] = [
  layoutOfFields(DEFAULT_FORMAT),
  layoutOfFields(V5_FORMAT),
  layoutOfFields(fieldsOf('vpc')),
  layoutOfFields(TGW_DEFAULT_FORMAT),
  layoutOf(['instance-id', 'interface-id', 'srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr']) as Layout,
  layoutOf(['account-id', 'start', 'shiny-new-field', 'log-status', 'bytes']) as Layout,
  { kind: 'vpc', columns: [] },
];

const LINE =
  '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const oddToken = fc.constantFrom(
  '-',
  '--',
  '-1',
  '0',
  '05',
  '65535',
  '65536',
  '255',
  '256',
  '1e3',
  '1.5',
  '0x10',
  '1_000',
  '+5',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '2147483647',
  '2147483648',
  '1512564058000',
  '99999999999999',
  '10.0.0.1',
  '010.0.0.1',
  '2001:DB8::1',
  '2001:db8:0:0:0:0:0:1',
  '::ffff:10.0.0.1',
  'OK',
  'NODATA',
  'SKIPDATA',
  'ACCEPT',
  'egress',
  'version',
  'account-id',
  'payments%20api',
  '%zz',
  'é',
  '\u0000',
  '#x',
  '"q',
  'tab\there',
);

const anyLine = fc.oneof(
  { weight: 6, arbitrary: fc.constant(LINE) },
  { weight: 2, arbitrary: fc.array(oddToken, { maxLength: 16 }).map((tokens) => tokens.join(' ')) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(13), oddToken).map(([at, token]) => LINE.split(' ').with(at, token).join(' ')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\uFEFF',
      '  ',
      LINE.replace(' 22 ', '  22 '),
      ` ${LINE}`,
      `${LINE} `,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...LAYOUTS.slice(0, 6))
      .map((layout) => layout.columns.map((c) => c.name).join(' ')),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', '')),
  },
);
const anyText = fc
  .array(fc.tuple(anyLine, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 30 })
  .chain((lines) =>
    fc.boolean().map((isEnded) => lines.map(([l, e]) => l + e).join('') + (isEnded ? '' : LINE)),
  );

describe('LineScanner', () => {
  it('reads the default format with derived columns', () => {
    const { rows, counts } = scan(layoutOfFields(DEFAULT_FORMAT), encode(`${LINE}\n`));
    expect(rows).toEqual([
      {
        version: 2,
        account_id: '123456789010',
        interface_id: 'eni-1',
        srcaddr: '172.31.16.139',
        dstaddr: '172.31.16.21',
        srcport: 20641,
        dstport: 22,
        protocol: 6,
        packets: 20n,
        bytes: 4249n,
        start: 1418530010n,
        end: 1418530070n,
        action: 'ACCEPT',
        log_status: 'OK',
        direction: null,
        remote_scope: 'private',
        ip_version: 4,
        svc_port: 22,
        object_id: OBJECT_ID,
      },
    ]);
    expect(counts).toMatchObject({ lines: 1, ok: 1, firstStart: 1418530010, lastEnd: 1418530070 });
  });

  it.each([
    [
      '8.8.8.8 10.0.0.1 53 40000 17',
      { direction: 'ingress', remote_scope: 'public', ip_version: 4, svc_port: 53 },
    ],
    [
      'fd00::1 2606:4700::1 40000 443 6',
      { direction: 'egress', remote_scope: 'public', ip_version: 6, svc_port: 443 },
    ],
    [
      '10.0.0.1 224.0.0.251 5353 5353 17',
      { direction: null, remote_scope: null, ip_version: 4, svc_port: 5353 },
    ],
    ['10.0.0.1 10.0.0.2 0 0 1', { direction: null, remote_scope: 'private', ip_version: 4, svc_port: null }],
    ['- - - - -', { direction: null, remote_scope: null, ip_version: null, svc_port: null }],
  ])('derives from %s', (values, expected) => {
    const layout = layoutOf(['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol']) as Layout;
    expect(scan(layout, encode(`${values}\n`)).rows[0]).toMatchObject(expected);
  });

  it('takes the service port from the SYN flags before the lower port', () => {
    const layout = layoutOf(['srcport', 'dstport', 'protocol', 'tcp-flags']) as Layout;
    const { rows } = scan(layout, encode('80 8080 6 2\n8080 80 6 18\n80 8080 6 0\n'));
    expect(rows.map((row) => row['svc_port'])).toEqual([8080, 8080, 80]);
  });

  it('changes layout at a header in the middle and keeps earlier columns null', () => {
    const text = `srcaddr bytes\n10.0.0.1 5\naccount-id action\n123 ACCEPT\nsrcaddr bytes\n10.0.0.2 7\n`;
    const { rows } = scan(layoutOf(['srcaddr', 'bytes']) as Layout, encode(text));
    expect(
      rows.map(({ srcaddr, bytes, account_id, action }) => [
        srcaddr,
        bytes,
        account_id ?? null,
        action ?? null,
      ]),
    ).toEqual([
      ['10.0.0.1', 5n, null, null],
      [null, null, '123', 'ACCEPT'],
      ['10.0.0.2', 7n, null, null],
    ]);
  });

  it('keeps VPC and transit gateway records of one object apart', () => {
    const tgw = layoutOfFields(TGW_DEFAULT_FORMAT);
    const text = `${LINE}\n${tgw.columns.map((c) => c.field?.name).join(' ')}\n${tgw.columns.map(() => '-').join(' ')}\n`;
    const scanner = new LineScanner(layoutOfFields(DEFAULT_FORMAT), 10, () => {});
    scanner.beginObject(1n, layoutOfFields(DEFAULT_FORMAT));
    scanner.scan(encode(text), 0);
    expect([...scanner.filledBuilders()].map((builder) => [builder.kind, builder.rows])).toEqual([
      ['vpc', 1],
      ['tgw', 1],
    ]);
  });

  it('counts a line of more than a mebibyte once and goes on after it', () => {
    const bytes = encode(`${LINE}\n${'x'.repeat((1 << 20) + 10)}\n${LINE}\n`);
    const { counts, malformed } = scan(layoutOfFields(DEFAULT_FORMAT), bytes, [100_000]);
    expect(counts).toMatchObject({ lines: 3, ok: 2, malformed: 1 });
    expect(malformed[0]).toMatchObject({ lineNumber: 2, code: 'not-a-record' });
  });

  it.each(LAYOUTS.map((layout, index) => [index, layout] as const))(
    'agrees with parseLine on any text under layout %i, however it is cut',
    (_, layout) => {
      fc.assert(
        fc.property(
          anyText,
          fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
          fc.integer({ min: 1, max: 9 }),
          (text, sizes, capacity) => {
            expectSameAsPlain(layout, encode(text), sizes, capacity);
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  it('agrees with parseLine on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        expectSameAsPlain(layoutOfFields(DEFAULT_FORMAT), bytes, [size], 3);
      }),
      { numRuns: 500 },
    );
  });
});
