import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectLayout } from '../../../src/ingest/layout/detect.ts';
import { inferLayout, MIN_CONFIDENCE } from '../../../src/ingest/layout/infer.ts';
import type { SampleLine } from '../../../src/ingest/layout/sample.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  fieldsOf,
  type Layout,
  layoutKey,
  layoutOf,
  layoutOfFields,
  splitLine,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
  versionOf,
} from '../../../src/record/index.ts';

const sample = (...lines: readonly string[]): readonly SampleLine[] =>
  lines.map((text, index) => ({ number: index + 1, text, tokens: splitLine(text) }));
const layout = (names: string): Layout => {
  const found = layoutOf(names.split(' '));
  if (found === null) throw new Error(`no layout: ${names}`);
  return found;
};
const upTo = (version: number): Layout =>
  layoutOfFields(fieldsOf('vpc').filter((field) => field.version <= version));
const sorted = (fields: readonly Field[]): Layout =>
  layoutOfFields([...fields].sort((a, b) => (a.name < b.name ? -1 : 1)));

const V5 =
  '5 123456789010 eni-1235b8ca123456789 10.0.1.5 203.0.113.5 44321 443 6 12 1024 1700000300 1700000360 ACCEPT OK vpc-abcdefab012345678 subnet-aaaaaaaa012345678 - 19 IPv4 10.0.1.5 203.0.113.5 us-east-1 use1-az1 - - - - egress 8';

/** [what the lines are, lines, layout]: lines of AWS's documentation and of public fixtures, without their header. */
const TOLD: readonly (readonly [string, readonly string[], Layout])[] = [
  [
    'the default format',
    [
      '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK',
    ],
    layoutOfFields(DEFAULT_FORMAT),
  ],
  [
    'NODATA only',
    ['2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA'],
    layoutOfFields(DEFAULT_FORMAT),
  ],
  [
    'milliseconds',
    ['2 123456789010 eni-4b118871 - - - - - - - 1512564058000 1512564059000 - SKIPDATA'],
    layoutOfFields(DEFAULT_FORMAT),
  ],
  [
    'IPv6',
    [
      '2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK',
    ],
    layoutOfFields(DEFAULT_FORMAT),
  ],
  ['version 5, all fields', [V5], upTo(5)],
  [
    'version 5 with masked ids and edited counters',
    [
      '5 64111117617 eni-069xxxxxb7a490 89.160.20.156 10.200.0.0 50041 33004 17 52 1 164000066 1640000297 REJECT OK vpc-09676f97xxxxxb8a7 subnet-02d645xxxxxxxdbc0 i-0axxxxxx1ad77 1 IPv4 89.160.20.156 10.200.0.80 us-east-1 use1-az5 - - AMAZON CLOUDFRONT ingress 1',
    ],
    upTo(5),
  ],
  [
    'version 5, alphabetical, SKIPDATA',
    [
      '325352056000 - apne1-az1 - - - 1700185000 - i-085c8f3d12aa57000 eni-03a3504cbdd789000 SKIPDATA - - - - - - ap-northeast-1 - - 1700185000 - - subnet-f27b1000 - - - 5 vpc-bcd5b000',
    ],
    sorted(V5_FORMAT),
  ],
  [
    'version 5 and resource-id',
    [V5.replace(/^5/, '9').concat(' nat-1234567890abcdef')],
    layoutOfFields([...V5_FORMAT, ...fieldsOf('vpc').filter((field) => field.version === 9)]),
  ],
  [
    'version 5 and an empty reject-reason, told by the version',
    [V5.replace(/^5/, '8').concat(' -')],
    layoutOfFields([...V5_FORMAT, ...fieldsOf('vpc').filter((field) => field.version === 8)]),
  ],
  [
    'version 5 and encryption-status',
    [V5.replace(/^5/, '10').concat(' 1')],
    layoutOfFields([...V5_FORMAT, ...fieldsOf('vpc').filter((field) => field.version === 10)]),
  ],
  [
    'transit gateway, default format',
    [
      '6 TransitGateway 748335378900 tgw-0a12bc34de56f7890 tgw-attach-0456efgh - - vpc-0abc1234 vpc-0ghi9012 - - eni-0ee5f66aa7bcc89d0 eni-0aa1bb2cc3dd4ee5f - - - 175.16.199.0 67.43.156.0 56846 80 17 45 9771 1755592543 1755592598 OK IPv4 0 0 0 0 18 us-east-1 ingress - -',
    ],
    layoutOfFields(TGW_DEFAULT_FORMAT),
  ],
  [
    'an alphabetical subset',
    [
      '000000000000 6392 172.18.160.93 47460 1568300425 i-06f9249b 10 172.18.160.93 192.168.0.1 6 172.18.160.68 443 1568300367 subnet-089e7569 19 IPv4 3 vpc-0461a061',
      '000000000000 1698 172.18.160.68 443 1568300425 i-06f9249b 10 192.168.0.1 172.18.160.9 6 172.18.160.93 8088 1568300367 subnet-089e7569 3 IPv4 3 vpc-0461a061',
    ],
    layout(
      'account-id bytes dstaddr dstport end instance-id packets pkt-dstaddr pkt-srcaddr protocol srcaddr srcport start subnet-id tcp-flags type version vpc-id',
    ),
  ],
  [
    'the default format with vpc-id and region behind it',
    [
      '4 123456789010 eni-1235b8ca123456789 10.0.0.1 10.0.0.2 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK us-east-1 vpc-0461a061',
    ],
    layout(
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status region vpc-id',
    ),
  ],
  [
    'the NAT gateway page',
    [
      '- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5',
      'i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
    ],
    layout('instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr'),
  ],
];

describe('inferLayout', () => {
  it.each(TOLD)('tells %s', (_name, lines, expected) => {
    const inference = inferLayout(sample(...lines));
    expect(inference.kind === 'found' ? layoutKey(inference.layout) : inference.reason).toBe(
      layoutKey(expected),
    );
    if (inference.kind === 'found') expect(inference.confidence).toBeGreaterThanOrEqual(MIN_CONFIDENCE);
  });

  it.each([
    ['addresses and ports in an order of their own', '10.0.0.1 443 10.0.0.2 5000 6 eni-1235b8ca ACCEPT'],
    [
      'packets and bytes swapped in the default format',
      '2 123456789010 eni-1 10.0.0.1 10.0.0.2 20641 22 6 4249 20 1418530010 1418530070 ACCEPT OK',
    ],
    [
      'end before start',
      '2 123456789010 eni-1 10.0.0.1 10.0.0.2 20641 22 6 20 4249 1418530070 1418530010 ACCEPT OK',
    ],
    [
      'a number too many behind the default format',
      '2 123456789010 eni-1 10.0.0.1 10.0.0.2 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK 1',
    ],
  ])('refuses %s, and says how to go on', (_name, line) => {
    const inference = inferLayout(sample(...Array.from({ length: 6 }, () => line)));
    expect(inference).toMatchObject({ kind: 'refused', code: 'ingest.ambiguous-layout' });
    expect(inference.reason).toContain('--format');
  });

  it.each([
    ['prose', 'Phony unsupported log format.'],
    ['a web server log', '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326'],
    ['a firewall log', 'Oct 10 13:55:36 host kernel: DROP IN=eth0 SRC=10.0.0.1 DST=10.0.0.2'],
    ['numbers', '1 2 3 4 5 6 7 8 9 10 11 12 13 14'],
  ])('does not take %s for flow logs', (_name, line) => {
    expect(inferLayout(sample(line, line))).toMatchObject({ kind: 'refused', code: 'ingest.not-flow-logs' });
  });

  it('finds the records among more lines of rubbish', () => {
    const rubbish = Array.from({ length: 30 }, () => 'some other line of text');
    expect(inferLayout(sample(...rubbish, V5))).toMatchObject({ kind: 'found' });
  });

  it('takes a given layout rather than a known one', () => {
    const custom = layout(
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol bytes packets start end action log-status',
    );
    const lines = sample(
      '2 123456789010 eni-1 10.0.0.1 10.0.0.2 20641 22 6 20 20 1418530010 1418530070 ACCEPT OK',
    );
    const inference = inferLayout(lines, [custom]);
    expect(inference.kind === 'found' ? layoutKey(inference.layout) : null).toBe(layoutKey(custom));
  });

  it('leaves columns unnamed that are empty and could be several fields', () => {
    const lines = sample(
      'ACCEPT 123456789012 use1-az1 10.0.0.1 443 1700000060 egress eni-1 OK 10.0.0.1 10.0.0.2 6 us-east-1 10.0.0.2 50000 1700000000 - subnet-1 IPv4 5 vpc-1',
    );
    const inference = inferLayout(lines);
    if (inference.kind === 'found') {
      expect(
        inference.layout.columns.every(({ name, field }) => field !== undefined || /^column_\d+$/.test(name)),
      ).toBe(true);
    } else expect(inference.code).toBe('ingest.ambiguous-layout');
  });
});

describe('random formats', () => {
  const pick = <T>(items: readonly T[], n: number): T => items[n % items.length] as T;

  /** A believable record, driven by a list of numbers. */
  function valueOf(field: Field, n: readonly number[], version: number): string {
    const egress = (n[0] ?? 0) % 2 === 0;
    const own = `10.0.${(n[1] ?? 0) % 200}.${(n[2] ?? 0) % 250}`;
    const other = `203.${(n[3] ?? 0) % 200}.113.${(n[4] ?? 0) % 250}`;
    const packets = 1 + ((n[5] ?? 0) % 1000);
    const start = 1_700_000_000 + (n[6] ?? 0);
    const values: Readonly<Record<string, string>> = {
      version: String(version),
      'account-id': '123456789012',
      'interface-id': `eni-0${(n[7] ?? 0).toString(16)}`,
      srcaddr: egress ? own : other,
      dstaddr: egress ? other : own,
      'pkt-srcaddr': egress ? own : other,
      'pkt-dstaddr': egress ? other : own,
      srcport: String(1024 + ((n[8] ?? 0) % 60_000)),
      dstport: pick(['22', '53', '443', '3389'], n[9] ?? 0),
      protocol: pick(['6', '17', '1'], n[10] ?? 0),
      packets: String(packets),
      bytes: String(packets * (40 + ((n[11] ?? 0) % 1400))),
      start: String(start),
      end: String(start + ((n[12] ?? 0) % 60)),
      action: pick(['ACCEPT', 'REJECT'], n[13] ?? 0),
      'log-status': 'OK',
      'vpc-id': 'vpc-0abc',
      'subnet-id': 'subnet-0abc',
      'instance-id': 'i-0abc',
      'tcp-flags': pick(['0', '2', '18', '19'], n[14] ?? 0),
      type: 'IPv4',
      region: 'us-east-1',
      'az-id': 'use1-az1',
      'pkt-src-aws-service': pick(['-', 'S3'], n[15] ?? 0),
      'pkt-dst-aws-service': pick(['-', 'EC2'], n[16] ?? 0),
      'flow-direction': egress ? 'egress' : 'ingress',
      'traffic-path': egress ? pick(['1', '8'], n[17] ?? 0) : '-',
    };
    return values[field.name] ?? '-';
  }

  it('refuses an order in which packet addresses would stand without the record addresses', () => {
    const lines = Array.from({ length: 20 }, (_, n) => `- IPv4 10.0.0.${n} 203.0.113.${n} eni-0${n}`);
    expect(inferLayout(sample(...lines))).toMatchObject({ kind: 'refused', code: 'ingest.ambiguous-layout' });
  });

  it('refuses half of a pair, which may be another field out of order', () => {
    const line = '22 203.0.113.0 OK us-east-1 1024 1700000000';
    expect(inferLayout(sample(...Array.from({ length: 20 }, () => line)))).toMatchObject({ kind: 'refused' });
  });

  it('names no empty column under a version that is not that of the fields', () => {
    const line =
      '5 123456789012 eni-00 10.0.0.0 203.0.113.0 1024 22 6 1 40 1700000000 1700000000 ACCEPT OK vpc-0abc subnet-0abc i-0abc 0 IPv4 10.0.0.0 203.0.113.0 - - - -';
    const inference = inferLayout(sample(line, line));
    const names = inference.kind === 'found' ? inference.layout.columns.map(({ name }) => name) : [];
    expect(names.slice(-6)).toEqual([
      'pkt_srcaddr',
      'pkt_dstaddr',
      'column_22',
      'column_23',
      'column_24',
      'column_25',
    ]);
  });

  it('are told right, or refused: a known field never gets another one’s values', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 18, maxLength: 18 });
    const order = fc.constantFrom('aws', 'alphabetical', 'shuffled');
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...V5_FORMAT], { minLength: 5 }),
        order,
        // Lines that are all the same tell least.
        fc.oneof(
          fc.array(numbers, { minLength: 20, maxLength: 40 }),
          numbers.map((row) => Array.from({ length: 20 }, () => row)),
        ),
        (fields, by, rows) => {
          const place = (name: string): number => fields.findIndex((field) => field.name === name);
          // With the sides swapped the values are those of a mirrored network, and the address in the packet is that of the
          // record for nearly all traffic: which of them stands there nothing but a header can tell.
          const isSwapped = place('dstaddr') < place('srcaddr');
          const isReplaced = (['srcaddr', 'dstaddr'] as const).some(
            (name) => place(name) < 0 && place(`pkt-${name}`) >= 0,
          );
          fc.pre(by !== 'shuffled' || !(isSwapped || isReplaced));
          const ordered =
            by === 'aws'
              ? V5_FORMAT.filter((field) => fields.includes(field))
              : by === 'alphabetical'
                ? [...fields].sort((a, b) => (a.name < b.name ? -1 : 1))
                : fields;
          const version = versionOf(ordered);
          const lines = rows.map((row) => ordered.map((field) => valueOf(field, row, version)).join(' '));
          const inference = inferLayout(sample(...lines));
          if (inference.kind === 'refused') return;
          const wrong = inference.layout.columns.filter(
            ({ name, field }, at) => field !== undefined && name !== ordered[at]?.sql,
          );
          expect(wrong.map(({ name }) => name)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('detectLayout', () => {
  it('judges lines before a later header on their own', () => {
    const header = 'interface-id srcaddr dstaddr';
    const known = detectLayout(sample(V5, header, 'eni-1 10.0.0.1 10.0.0.2'));
    expect(known).toMatchObject({ kind: 'found', source: 'inferred' });
    const unknown = detectLayout(sample('what is this', header, 'eni-1 10.0.0.1 10.0.0.2'));
    expect(unknown).toMatchObject({ kind: 'found', source: 'header', layout: { columns: [] } });
  });

  it('picks among several given formats by the number of values, then by the values', () => {
    const given = [layout('srcaddr dstaddr'), layout('dstaddr action'), layout('srcaddr')];
    const finding = (...lines: readonly string[]) => detectLayout(sample(...lines), { given });
    expect(finding('10.0.0.1')).toMatchObject({ kind: 'found', source: 'given', layout: given[2] });
    expect(finding('a b c')).toMatchObject({ kind: 'refused', code: 'ingest.ambiguous-layout' });
  });
});
