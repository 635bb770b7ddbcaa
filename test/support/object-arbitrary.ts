import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const TGW_HEADER =
  'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route';

/** Lines of a flow log, told apart by `n`: NODATA and SKIPDATA now and then, both IP versions, two days. */
function linesFrom(n: number, count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const start = 1_700_000_000 + (n % 7) * 20_000 + i * 60;
    const [src, dst] =
      i % 4 === 3 ? [`fd00::${n.toString(16)}`, '2001:db8::5'] : [`10.0.${n % 200}.${i}`, '192.0.2.8'];
    const of = (status: string, fields: string): string =>
      `2 123456789010 eni-${n % 5} ${fields} ${start} ${start + 59} ${status}`;
    if (i % 9 === 7) return of('- NODATA', '- - - - - - -');
    if (i % 17 === 11) return of('- SKIPDATA', '- - - - - - -');
    return of(
      `${i % 3 === 0 ? 'REJECT' : 'ACCEPT'} OK`,
      `${src} ${dst} ${1024 + i} 443 6 ${n + i} ${(n + i) * 100}`,
    );
  }).join('\n');
}

/** A zstd frame of one block that is not compressed; Node 20 has no encoder. */
function zstd(text: string): Buffer {
  const bytes = Buffer.from(text);
  const block = Buffer.alloc(3);
  block.writeUIntLE(bytes.length * 8 + 1, 0, 3);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), block, bytes]);
}

const events = (lines: string): readonly { message: string }[] =>
  lines.split('\n').map((message) => ({ message }));
const envelope = (lines: string): string =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    logEvents: events(lines).map((event, id) => ({ id: String(id), timestamp: 1, ...event })),
  });

/** The shapes that flow logs come in, each made of `n`, so that two with different `n` are different objects. */
const SHAPES: readonly ((n: number, lines: string) => string | Uint8Array)[] = [
  (_n, lines) => `${HEADER}\n${lines}\n`,
  (_n, lines) => `\uFEFF${HEADER}\r\n${lines.replaceAll('\n', '\r\n')}\r\n\r\n`,
  (_n, lines) => lines,
  (n, lines) => `${HEADER} quantum-state\n${lines.replaceAll(/$/gm, ` spin-${n % 2}`)}\n`,
  (n) =>
    `${TGW_HEADER}\n6 TransitGateway 123456789010 tgw-1 tgw-attach-${n} 1 2 vpc-1 vpc-2 10.0.0.${n % 250} 10.1.0.1 80 443 6 ${n} ${n * 9} 1700000000 1700000059 OK IPv4 3\n`,
  (_n, lines) => gzipSync(`${HEADER}\n${lines}\n`),
  (_n, lines) => Buffer.concat([gzipSync(`${HEADER}\n`), gzipSync(`${lines}\n`)]),
  (_n, lines) => zstd(`${HEADER}\n${lines}\n`),
  (_n, lines) => lines.replaceAll(/^/gm, '2024-12-14T16:38:45.000Z '),
  (_n, lines) =>
    events(lines)
      .map((event) => JSON.stringify(event))
      .join('\n'),
  (_n, lines) => JSON.stringify({ events: events(lines), searchedLogStreams: [] }, null, 2),
  (_n, lines) => gzipSync(envelope(lines)),
  (_n, lines) => JSON.stringify({ awslogs: { data: gzipSync(envelope(lines)).toString('base64') } }),
  (_n, lines) => `${HEADER}\n${lines}\nnot a flow log\n${lines.slice(0, 30)}\n`,
];

/** A source object as AWS and its tools make them; two of different `n` differ. */
export function wholeObject(n: number): Uint8Array {
  const shape = SHAPES[n % SHAPES.length];
  return Buffer.from(shape?.(n, linesFrom(n, 3 + (n % 23))) ?? '');
}

/** Bytes that mean something to a reader, to be put in the wrong place. */
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\n',
  '\0',
  ',',
  ':',
  ' ',
  '-',
  '\uFEFF',
  '\r',
  HEADER,
  'PAR1',
];

/** Bytes of no shape behind the magic number of one. */
export const shapelessBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom('', '1f8b08', '28b52ffd', '50415231', 'fffe', 'feff', '7b', '5b'),
    fc.uint8Array({ maxLength: 400 }),
  )
  .map(([magic, rest]) => Buffer.concat([Buffer.from(magic, 'hex'), rest]));

/** Whole objects (and `more`) with bytes changed, cut out, replaced; and bytes of no shape. */
export function anyObject(more: readonly Uint8Array[] = []): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.integer({ min: 0, max: 30 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...TOKENS.map((text) => Buffer.from(text))),
    ),
  });
  const seed = fc.oneof(
    fc.nat(5000).map(wholeObject),
    ...(more.length > 0 ? [fc.constantFrom(...more)] : []),
  );
  const damaged = fc.tuple(seed, fc.array(edit, { maxLength: 5 })).map(([whole, edits]) => {
    let bytes = whole;
    for (const { at, drop, put } of edits) {
      const place = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]);
    }
    return bytes;
  });
  return fc.oneof({ weight: 4, arbitrary: damaged }, { weight: 1, arbitrary: shapelessBytes });
}
