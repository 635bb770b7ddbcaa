import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORTS, type ReportAnswer, runReport } from '../../src/analyze/index.ts';
import { frameObjects } from '../../src/engine/index.ts';
import { fieldByName } from '../../src/record/index.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { type FixtureReader, openFixtureLake } from '../support/fixture-reader.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const DAY = 1_767_225_600;
let lake: FixtureReader;

const flow = (start: number, fields: Readonly<Record<string, string | number | null>> = {}): FixtureRow => ({
  account_id: '1',
  vpc_id: 'vpc-1',
  subnet_id: 'subnet-1',
  instance_id: 'i-1',
  interface_id: 'eni-1',
  type: 'IPv4',
  srcaddr: '10.0.0.1',
  dstaddr: '203.0.113.5',
  pkt_srcaddr: '10.0.0.1',
  pkt_dstaddr: '203.0.113.5',
  srcport: 40_000,
  dstport: 443,
  protocol: 6,
  tcp_flags: 3,
  packets: 2,
  bytes: 100,
  start,
  end: start + 59,
  action: 'ACCEPT',
  log_status: 'OK',
  flow_direction: 'egress',
  ...fields,
});
const v6 = {
  srcaddr: '2001:db8::1',
  dstaddr: '2001:db8:f::5',
  pkt_srcaddr: '2001:db8::1',
  pkt_dstaddr: '2001:db8:f::5',
  type: 'IPv6',
  interface_id: 'eni-6',
  instance_id: 'i-6',
  subnet_id: 'subnet-6',
};
const silent = {
  srcaddr: null,
  dstaddr: null,
  pkt_srcaddr: null,
  pkt_dstaddr: null,
  srcport: null,
  dstport: null,
  protocol: null,
  packets: null,
  bytes: null,
  action: null,
  flow_direction: null,
  type: null,
};

const ROWS: readonly FixtureRow[] = [
  flow(DAY),
  flow(DAY + 60, { ...v6, bytes: 300 }),
  flow(DAY + 120, {
    srcaddr: '203.0.113.9',
    dstaddr: '10.0.0.1',
    dstport: 22,
    action: 'REJECT',
    bytes: 40,
    flow_direction: 'ingress',
  }),
  flow(DAY + 180, {
    ...v6,
    srcaddr: '2001:db8:f::9',
    dstaddr: '2001:db8::1',
    dstport: 3389,
    action: 'REJECT',
    bytes: 80,
    flow_direction: 'ingress',
  }),
  flow(DAY + 240, { srcport: 22, dstport: 50_000, bytes: 7000 }),
  flow(DAY + 300, {
    srcaddr: '10.0.0.1',
    dstaddr: '10.0.0.1',
    dstport: 53,
    srcport: 53,
    protocol: 17,
    bytes: 5,
    pkt_srcaddr: '10.9.9.9',
  }),
  flow(DAY + 360, { type: 'EFA', bytes: 9_000, srcport: 0, dstport: 0, protocol: 254 }),
  flow(DAY + 420, { ...silent, log_status: 'NODATA' }),
  flow(DAY + 480, { ...silent, log_status: 'SKIPDATA', bytes: 12_345 }),
];

const tgw = (fields: Readonly<Record<string, string | number | null>>): FixtureRow => ({
  tgw_id: 'tgw-1',
  tgw_attachment_id: 'att-1',
  tgw_pair_attachment_id: 'att-2',
  srcaddr: '10.1.0.1',
  dstaddr: '10.2.0.1',
  srcport: 1,
  dstport: 2,
  protocol: 6,
  packets: 100,
  bytes: 1000,
  start: DAY,
  end: DAY + 60,
  log_status: 'OK',
  flow_direction: 'ingress',
  packets_lost_no_route: 0,
  packets_lost_blackhole: 0,
  packets_lost_mtu_exceeded: 0,
  packets_lost_ttl_expired: 0,
  ...fields,
});

beforeAll(async () => {
  lake = await openFixtureLake(directory, ROWS, [
    tgw({}),
    tgw({ packets_lost_mtu_exceeded: 5, srcaddr: '2001:db8::1', dstaddr: '2001:db8::2' }),
    tgw({ packets_lost_blackhole: 100, tgw_pair_attachment_id: null, tgw_attachment_id: 'att-3' }),
    tgw({ log_status: 'SKIPDATA', packets_lost_blackhole: 100, packets: null, bytes: null }),
  ]);
});
afterAll(() => lake.close());

const rowsOf = (answer: ReportAnswer): readonly unknown[][] => answer.frame.rows.map((row) => [...row]);
const ask = (name: string, parameters: Readonly<Record<string, string>> = {}): Promise<ReportAnswer> =>
  runReport(lake, { name, parameters });
const bytesOf = async (
  name: string,
  parameters?: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> =>
  frameObjects((await ask(name, parameters)).frame).map((row) => row['bytes']);

describe('the catalogue of reports', () => {
  it('has the sixteen of AWS and distinct names', () => {
    expect(REPORTS.filter((report) => report.origin === 'aws').length).toBe(16);
    const names = REPORTS.flatMap((report) => [report.name.toLowerCase(), report.alias]);
    expect(new Set(names).size).toBe(names.length);
    expect(
      REPORTS.flatMap((report) => report.needs).filter((name) => fieldByName(name) === undefined),
    ).toEqual([]);
  });

  it.each(REPORTS.map((report) => [report.alias, report] as const))(
    '%s answers with the columns it promises',
    async (alias, report) => {
      const parameters = Object.fromEntries(report.parameters.map(({ name, example }) => [name, example]));
      const { frame } = await ask(alias, parameters);
      expect(frame.columns.map((column) => column.name)).toEqual(report.columns.map((column) => column.name));
    },
  );

  it.each(
    REPORTS.filter((report) => /\bOR\b/.test(report.sql)).map(
      (report) => [report.alias, report.sql] as const,
    ),
  )('%s asks about either side without OR', (_alias, sql) => {
    expect(sql).not.toMatch(/(src|dst)(addr|port)[^()]*\bOR\b[^()]*(src|dst)(addr|port)/);
  });
});

describe('the answers', () => {
  it.each<[name: string, bytes: readonly number[]]>([
    ['VpcFlowLogsAcceptedTraffic', [7000, 300, 100]],
    ['VpcFlowLogsRejectedTCPTraffic', [80, 40]],
    ['VpcFlowLogsRejectedTraffic', [80, 40]],
    ['VpcFlowLogsSshRdpTraffic', [7000, 80, 40]],
    ['VpcFlowLogsAdminPortTraffic', [7000]],
    ['VpcFlowLogsIPv4Traffic', [7145]],
    ['VpcFlowLogsIPv6Traffic', [380]],
  ])('%s', async (name, bytes) => {
    expect(await bytesOf(name)).toEqual(bytes);
  });

  it.each<[name: string, rows: readonly (readonly unknown[])[]]>([
    [
      'top-talkers',
      [
        ['10.0.0.1', 16_105],
        ['2001:db8::1', 300],
        ['2001:db8:f::9', 80],
        ['203.0.113.9', 40],
      ],
    ],
    [
      'top-talkers-packet-level',
      [
        ['10.0.0.1', 16_140],
        ['2001:db8::1', 380],
        ['10.9.9.9', 5],
      ],
    ],
    [
      'top-instances',
      [
        ['i-1', 16_145],
        ['i-6', 380],
      ],
    ],
    [
      'top-subnets',
      [
        ['subnet-1', 16_145],
        ['subnet-6', 380],
      ],
    ],
    [
      'top-pairs',
      [
        ['10.0.0.1', '203.0.113.5', 16_100],
        ['2001:db8::1', '2001:db8:f::5', 300],
        ['2001:db8:f::9', '2001:db8::1', 80],
        ['203.0.113.9', '10.0.0.1', 40],
        ['10.0.0.1', '10.0.0.1', 5],
      ],
    ],
    [
      'top-pairs-packet-level',
      [
        ['10.0.0.1', '203.0.113.5', 16_140],
        ['2001:db8::1', '2001:db8:f::5', 380],
        ['10.9.9.9', '203.0.113.5', 5],
      ],
    ],
    [
      'ipv6-audit',
      [
        ['eni-6', 'egress', 'public', 'ACCEPT', 1, 2, 300, 1],
        ['eni-6', 'ingress', 'public', 'REJECT', 1, 2, 80, 1],
      ],
    ],
    ['efa-audit', [['eni-1', '10.0.0.1', '203.0.113.5', 'ACCEPT', 1, 2, 9000]]],
    [
      'eni-activity',
      [
        ['eni-1', '2026-01-01T00:00:00Z', '2026-01-01T00:08:59Z', 5, 40, 16_105, 0, 1, 1, 1],
        ['eni-6', '2026-01-01T00:01:00Z', '2026-01-01T00:03:59Z', 2, 80, 300, 0, 1, 0, 0],
      ],
    ],
    [
      'rejected-ports',
      [
        [22, 6, 1, 2, 1, 1, '2026-01-01T00:02:59Z'],
        [3389, 6, 1, 2, 1, 1, '2026-01-01T00:03:59Z'],
      ],
    ],
    [
      'tgw-loss',
      [
        ['tgw-1', 'att-3', null, 'ingress', 'blackhole route', 100, 100, 100, 1],
        ['tgw-1', 'att-1', 'att-2', 'ingress', 'larger than the MTU', 5, 200, 2.5, 1],
      ],
    ],
  ])('%s', async (name, rows) => {
    expect(rowsOf(await ask(name))).toEqual(rows);
  });

  it.each<[name: string, ip: string, bytes: readonly number[]]>([
    ['tcp-of', '10.0.0.1', [7000, 100]],
    ['from', '2001:DB8:0::1', [300]],
    ['to', '2001:db8::1', [80]],
    ['host', '10.0.0.1', [9000, 5, 7000, 40, 100]],
    ['host', '10.9.9.9', [5]],
    ['host', '2001:db8::1', [80, 300]],
  ])('%s ip=%s', async (name, ip, bytes) => {
    expect(await bytesOf(name, { ip })).toEqual(bytes);
  });

  it('each side of a question reaches the files with its own filter', async () => {
    const { sql } = await ask('host', { ip: '10.0.0.1' });
    const literal = sql.replaceAll(/\$\d+/g, "'10.0.0.1'").replace(/LIMIT .*$/, 'LIMIT 5');
    const plan = JSON.stringify((await lake.session.query(`EXPLAIN ${literal}`)).rows);
    expect(plan.split('READ_PARQUET').length - 1).toBeGreaterThanOrEqual(4);
    expect(plan).not.toContain('CTE');
  });

  it('keeps to the time range', async () => {
    const answer = await runReport(lake, {
      name: 'rejected',
      range: { startSeconds: DAY + 180, endSeconds: null },
    });
    expect(answer.frame.rows.length).toBe(1);
  });

  it('keeps to the limit and says so', async () => {
    const { frame } = await runReport(lake, { name: 'top-talkers', limit: 2 });
    expect([frame.rows.length, frame.truncated]).toEqual([2, true]);
  });
});

describe('what a report says when it cannot answer', () => {
  it('names the field that the format lacks', async () => {
    const bare = await openFixtureLake(`${directory}/bare`, [
      {
        start: DAY,
        end: DAY + 60,
        srcaddr: '10.0.0.1',
        dstaddr: '10.0.0.2',
        bytes: 1,
        packets: 1,
        protocol: 6,
        srcport: 1,
        dstport: 2,
        action: 'ACCEPT',
        log_status: 'OK',
        interface_id: 'eni-1',
        account_id: '1',
      },
    ]);
    try {
      expect((await runReport(bare, { name: 'top-instances' })).notes).toEqual([
        'no record has instance-id: the format of these flow logs leaves it out',
      ]);
      expect((await runReport(bare, { name: 'tgw-loss' })).notes).toEqual([
        'there are no records with traffic in this time range',
      ]);
      expect((await runReport(bare, { name: 'ipv4-traffic' })).frame.rows).toEqual([[1, 1, 1]]);
    } finally {
      bare.close();
    }
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['top-talker', {}, 'analyze.unknown-report'],
    ['from', {}, 'analyze.missing-parameter'],
    ['from', { ip: 'example.com' }, 'analyze.bad-parameter'],
    ['from', { ip: "10.0.0.1' OR 1=1" }, 'analyze.bad-parameter'],
    ['from', { ip: '10.0.0.1', port: '22' }, 'analyze.bad-parameter'],
  ])('%s %j', async (name, parameters, code) => {
    await expect(ask(name, parameters)).rejects.toMatchObject({ kind: 'query', code });
  });
});
