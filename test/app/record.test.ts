import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type RecordOptions, type RecordReport, recordCaptures } from '../../src/app/index.ts';
import { isWeirError, silentReporter } from '../../src/base/index.ts';
import { parseHeader, parseLine } from '../../src/record/index.ts';
import * as build from '../support/packet-builder.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const T = 1_700_000_040;

function udp(src: string, dst: string, seconds = T): build.CapturedFrame {
  const packet = build.ipv4({ src, dst, protocol: 17 }, build.udp({ srcPort: 1000, dstPort: 9 }));
  return { bytes: build.ethernet(packet), seconds };
}

const CAPTURE = build.pcap([
  udp('10.0.0.5', '203.0.113.1'),
  udp('203.0.113.1', '10.0.0.5', T + 130),
  { bytes: build.ethernet(new Uint8Array(28), 0x0806), seconds: T },
  {
    bytes: build.ethernet(
      build.ipv4(
        { src: '0.0.0.0', dst: '255.255.255.255', protocol: 17 },
        build.udp({ srcPort: 68, dstPort: 67 }),
      ),
    ),
    seconds: T + 130,
  },
]);

const NETWORK = `
account: "123456789010"
vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/16] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [10.0.0.0/24] }]
interfaces: [{ id: eni-1, subnet: subnet-1, privateIps: [10.0.0.5], securityGroups: [sg-1] }]
securityGroups: [{ id: sg-1, vpc: vpc-1 }]
`;

async function record(folder: string, options: Partial<RecordOptions>): Promise<RecordReport> {
  const capture = join(folder, 'one.pcap');
  if (!existsSync(capture)) writeFileSync(capture, CAPTURE);
  return recordCaptures({
    captures: [capture],
    out: join(folder, 'out'),
    reporter: silentReporter,
    ...options,
  });
}

const linesOf = (folder: string, name: string): string[] =>
  readFileSync(join(folder, 'out', name), 'utf8')
    .trimEnd()
    .split('\n');

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return isWeirError(error) ? error.code : `no error of ours: ${String(error)}`;
}

describe('recordCaptures', () => {
  it('accounts for every packet and every record', async () => {
    const folder = temporaryDirectory();
    const { result, remarks, isUseless } = await record(folder, {});
    const { seconds, ...counts } = result;
    expect(counts).toEqual({
      packets: 4,
      counted: 2,
      dropped: { arp: 1, dhcp: 1 },
      records: 3,
      ok: 2,
      nodata: 1,
      skipdata: 0,
    });
    expect(seconds).toBeGreaterThan(0);
    expect({ remarks, isUseless }).toEqual({ remarks: [], isUseless: false });
    const [header = '', ...lines] = linesOf(folder, 'one.log');
    const layout = parseHeader(header.split(' '));
    if (layout === null) throw new Error('the first line is a header');
    expect(lines.map((line) => parseLine(layout, line).kind)).toEqual(['record', 'record', 'record']);
    expect(lines[1]).toBe(`2 - - - - - - - - - ${T + 60} ${T + 119} - NODATA`);
  });

  it('gives each capture a file of its own, whatever its folder and compression', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other/one.pcap.gz'), gzipSync(CAPTURE));
    const captures = [join(folder, 'one.pcap'), join(folder, 'other/one.pcap.gz')];
    const { result } = await record(folder, { captures });
    expect(result).toMatchObject({ packets: 8, counted: 4, records: 6 });
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['one-2.log', 'one.log']);
    expect(linesOf(folder, 'one-2.log')).toEqual(linesOf(folder, 'one.log'));
  });

  it.each([
    ['v5', 29],
    ['all', 54],
    ['${srcaddr} ${bytes}', 2],
    ['srcaddr, pkt_dstaddr bytes', 3],
  ])('takes the format %s', async (format, fields) => {
    const folder = temporaryDirectory();
    await record(folder, { format });
    expect(linesOf(folder, 'one.log').map((line) => line.split(' ').length)).toEqual([
      fields,
      fields,
      fields,
      fields,
    ]);
  });

  it('keeps only the actions that were asked for, and puts beside each reject which rule decided', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'network.yaml'), NETWORK);
    const options = {
      network: join(folder, 'network.yaml'),
      interval: '600',
      format: 'interface-id srcaddr action',
    };
    const { result } = await record(folder, options);
    expect(result).toMatchObject({ counted: 2, ok: 2 });
    expect(linesOf(folder, 'one.log')).toEqual([
      'interface-id srcaddr action',
      'eni-1 10.0.0.5 REJECT',
      'eni-1 203.0.113.1 REJECT',
    ]);
    const reasons = readFileSync(join(folder, 'out.reasons/one.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(reasons).toMatchObject([
      { place: 'eni-1', pktSrcAddr: '10.0.0.5', rule: { kind: 'security-group', direction: 'egress' } },
      { place: 'eni-1', pktSrcAddr: '203.0.113.1', rule: { kind: 'security-group', direction: 'ingress' } },
    ]);
    expect((await record(folder, { ...options, actions: 'ACCEPT' })).result).toMatchObject({
      counted: 2,
      ok: 0,
    });
  });

  it('only counts when there is nowhere to write', async () => {
    const folder = temporaryDirectory();
    const { result } = await record(folder, { out: null });
    expect(result.records).toBe(3);
    expect(readdirSync(folder)).toEqual(['one.pcap']);
  });

  it('says what is wrong with captures', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'cut.pcap'), CAPTURE.subarray(0, CAPTURE.length - 5));
    writeFileSync(join(folder, 'text.pcap'), 'no packets here, only text');
    const cut = await record(folder, { captures: [join(folder, 'cut.pcap')] });
    expect(cut).toMatchObject({ isUseless: false, result: { packets: 3 } });
    expect(cut.remarks[0]?.text).toMatch(/^truncated: /);
    const text = await record(folder, { captures: [join(folder, 'text.pcap')] });
    expect(text).toMatchObject({ isUseless: true, result: { packets: 0, records: 0 } });
    expect(text.remarks[0]?.text).toMatch(/^not-a-capture: /);
  });

  it('leaves no half file behind when a capture cannot be read', async () => {
    const folder = temporaryDirectory();
    expect(await codeOf(record(folder, { captures: [join(folder, 'none.pcap')] }))).toBe('record.unreadable');
    expect(
      readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true }).filter((each) =>
        each.isFile(),
      ),
    ).toEqual([]);
  });

  it.each([
    ['record.bad-option', { interval: '61' }],
    ['record.bad-option', { actions: 'DENY' }],
    ['record.bad-option', { format: 'tgw' }],
    ['record.bad-option', { interfaceId: 'eni 1' }],
    ['flow.bad-describe', { network: import.meta.dirname }],
    ['record.bad-format', { format: 'srcaddr nonsense' }],
    ['record.bad-format', { format: 'srcaddr srcaddr' }],
    ['record.bad-format', { format: 'interface-id tgw-id' }],
    ['record.unreadable', { network: 'no-such-file.yaml' }],
  ])('refuses with %s: %o', async (code, options) => {
    expect(await codeOf(record(temporaryDirectory(), options))).toBe(code);
  });
});
