import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  planTop,
  runCoverage,
  runLedger,
  runLedgerTotals,
  runMalformed,
  runSummary,
  runTop,
  summaryJson,
  type TopAnswer,
} from '../../src/analyze/index.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { type FixtureReader, openFixtureLake } from '../support/fixture-reader.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const DAY = 1_767_225_600;
let lake: FixtureReader;

const flow = (start: number, fields: Readonly<Record<string, string | number | null>> = {}): FixtureRow => ({
  account_id: '1',
  vpc_id: 'vpc-1',
  interface_id: 'eni-a',
  srcaddr: '10.0.0.1',
  dstaddr: '203.0.113.5',
  srcport: 40_000,
  dstport: 443,
  protocol: 6,
  packets: 2,
  bytes: 100,
  start,
  end: start + 50,
  action: 'ACCEPT',
  log_status: 'OK',
  flow_direction: 'egress',
  pkt_srcaddr: null,
  pkt_dstaddr: null,
  ...fields,
});
const silent = {
  srcaddr: null,
  dstaddr: null,
  srcport: null,
  dstport: null,
  protocol: null,
  packets: null,
  bytes: null,
  action: null,
  flow_direction: null,
};

/** The same request seen by client and server, v4 and v6, rejects, an idle and a skipped window. */
const ROWS: readonly FixtureRow[] = [
  flow(DAY, { dstaddr: '10.0.0.9', bytes: 1000 }),
  flow(DAY, { dstaddr: '10.0.0.9', bytes: 990, interface_id: 'eni-b', flow_direction: 'ingress' }),
  flow(DAY + 60, {
    srcaddr: '10.0.0.9',
    dstaddr: '10.0.0.1',
    srcport: 443,
    dstport: 40_000,
    bytes: 5000,
    interface_id: 'eni-b',
  }),
  flow(DAY + 120, {
    srcaddr: '2001:db8::7',
    dstaddr: '2001:db8::1',
    bytes: 70,
    action: 'REJECT',
    flow_direction: 'ingress',
    dstport: 22,
  }),
  flow(DAY + 180, {
    srcaddr: '198.51.100.3',
    dstaddr: '10.0.0.1',
    bytes: 60,
    action: 'REJECT',
    flow_direction: 'ingress',
    dstport: 23,
  }),
  flow(DAY + 240, {
    srcaddr: '198.51.100.3',
    dstaddr: '10.0.0.1',
    bytes: 60,
    action: 'REJECT',
    flow_direction: 'ingress',
    dstport: 23,
  }),
  flow(DAY + 300, { ...silent, log_status: 'NODATA', interface_id: 'eni-b' }),
  flow(DAY + 360, { ...silent, log_status: 'SKIPDATA', bytes: 7777, interface_id: 'eni-b' }),
  flow(DAY + 86_400, {
    srcaddr: '2001:db8::7',
    dstaddr: '2001:db8::1',
    bytes: 2_000_000,
    protocol: 17,
    dstport: 53,
  }),
];

beforeAll(async () => {
  lake = await openFixtureLake(directory, ROWS);
});
afterAll(() => lake.close());

const shown = (answer: TopAnswer): readonly string[] => [
  ...answer.rows.map((row) => `${row.values.map(String).join(' ')} ${row.sums.flows} ${row.sums.bytes}`),
  `other ${answer.other.groups} ${answer.other.sums.flows} ${answer.other.sums.bytes}`,
  `total ${answer.total.groups} ${answer.total.sums.flows} ${answer.total.sums.bytes}`,
];

describe('runTop', () => {
  it('ranks, and states the rest and the whole', async () => {
    const answer = await runTop(lake, { fields: 'srcaddr', limit: 2 });
    expect(shown(answer)).toEqual([
      '2001:db8::7 2 2000070',
      '10.0.0.9 1 5000',
      'other 2 4 2110',
      'total 4 7 2007180',
    ]);
  });

  it.each<[fields: string, where: string | undefined, table: string]>([
    ['srcaddr', undefined, 'ip_day'],
    ['dst,day', undefined, 'ip_day'],
    ['interface_id', undefined, 'eni_5m'],
    ['action,hour', undefined, 'eni_5m'],
    ['svc_port', undefined, 'svc_1h'],
    ['port,proto', 'ingress', 'svc_1h'],
    ['srcaddr,dstaddr', undefined, 'flows'],
    ['srcaddr', 'dstport = 443', 'flows'],
    ['ip_version', undefined, 'eni_5m'],
  ])('%s where %s: every table that can answers alike', async (fields, where, table) => {
    const question = { fields, ...(where === undefined ? {} : { where }) };
    const big = { ip_day: 10, eni_5m: 15, svc_1h: 20 };
    const counts = (sizes: Record<string, number>): FixtureReader['reader'] => ({
      ...lake.reader,
      rowCounts: () => ({ ...lake.reader.rowCounts(), ...sizes }),
    });
    const small = await runTop({ ...lake, reader: counts(big) }, question);
    expect(small.choice.table).toBe(table);
    const raw = await runTop({ ...lake, reader: counts({ ip_day: 0, eni_5m: 0, svc_1h: 0 }) }, question);
    expect(raw.choice.table).toBe('flows');
    expect(shown(small)).toEqual(shown(raw));
  });

  it.each<[string, number, number, string]>([
    ['whole days', DAY, DAY + 86_400, 'ip_day'],
    ['cut inside a day', DAY + 60, DAY + 86_400, 'flows'],
  ])('a range of %s', async (_name, startSeconds, endSeconds, table) => {
    const reader = { ...lake.reader, rowCounts: () => ({ ...lake.reader.rowCounts(), flows: 1e9 }) };
    const answer = await runTop(
      { ...lake, reader },
      { fields: 'srcaddr', range: { startSeconds, endSeconds } },
    );
    expect(answer.choice.table).toBe(table);
    expect(answer.total.sums.flows).toBe(
      ROWS.filter((row) => row['log_status'] === 'OK' && row.start >= startSeconds && row.start < endSeconds)
        .length,
    );
  });

  it('ranked by rejects, only groups with rejects count', async () => {
    const answer = await runTop(lake, { fields: 'srcaddr', by: 'rejects', limit: 1 });
    expect(answer.rows.map((row) => [row.values[0], row.sums.rejects])).toEqual([['198.51.100.3', 2]]);
    expect([answer.other.groups, answer.other.sums.rejects, answer.total.sums.rejects]).toEqual([1, 1, 3]);
  });

  it('never counts what a record of another status claims', async () => {
    const answer = await runTop(lake, { fields: 'interface_id', where: 'eni = eni-b' });
    expect(answer.total.sums.bytes).toBe(5990);
  });

  it.each<[string, { readonly fields: string; readonly where?: string }, string]>([
    ['a field that is near one', { fields: 'srcadr' }, 'analyze.unknown-field'],
    ['a measure', { fields: 'bytes' }, 'analyze.unknown-field'],
    ['nothing', { fields: '' }, 'analyze.unknown-field'],
    ['fields of two kinds', { fields: 'tgw_id,action' }, 'analyze.mixed-records'],
    ['two slices of time', { fields: 'hour,day' }, 'analyze.two-times'],
    ['a filter that ends the query', { fields: 'action', where: '1=1) UNION SELECT 1 --' }, 'query.problems'],
    ['a filter of SQL', { fields: 'action', where: 'srcaddr IN (SELECT content FROM x)' }, 'query.problems'],
    ['a filter that is not finished', { fields: 'action', where: 'srcaddr = (' }, 'query.problems'],
    ['a set nobody gave', { fields: 'action', where: 'ip in @ioc' }, 'query.problems'],
    ['a field of the other kind', { fields: 'tgw_id', where: 'action = REJECT' }, 'query.problems'],
  ])('refuses %s', async (_name, question, code) => {
    await expect(runTop(lake, question)).rejects.toMatchObject({ kind: 'query', code });
  });

  it('gives slices of time as people write them', async () => {
    const hours = await runTop(lake, { fields: 'hour,action', by: 'flows', limit: 1 });
    expect(hours.rows[0]?.values).toEqual(['2026-01-01T00:00:00Z', 'ACCEPT']);
    const days = await runTop(lake, { fields: 'day' });
    expect(days.rows.map((row) => row.values[0])).toEqual(['2026-01-02', '2026-01-01']);
  });

  it('takes sets and ages in the filter', async () => {
    const answer = await runTop(lake, {
      fields: 'action',
      where: 'ip in @ioc and start > 10d',
      filterOptions: { nowSeconds: DAY + 9 * 86_400, set: () => ['198.51.100.0/24'] },
    });
    expect(answer.total.sums.flows).toBe(2);
  });

  it('says why', async () => {
    const { explanation } = await planTop(lake, { fields: 'srcaddr,dstport' });
    expect(explanation.passedOver.map(({ table, why }) => `${table}: ${why}`).sort()).toEqual([
      'eni_5m: it has no column srcaddr',
      'ip_day: it has no column dstport',
      'ip_month: it is not in this lake',
      'svc_1h: it has no column srcaddr',
    ]);
    expect(explanation.compiled.literalSql).toContain('FROM "flows"');
    const rows = await lake.session.query(explanation.compiled.literalSql);
    expect(rows.rows.length).toBeGreaterThan(1);
  });
});

describe('runCoverage', () => {
  const range = { startSeconds: DAY, endSeconds: DAY + 600 };

  it('tells covered, idle, skipped and unknown per interface', async () => {
    const answer = await runCoverage(lake, { range });
    expect(
      answer.interfaces.map(({ interfaceId, minutes, intervalSeconds }) => [
        interfaceId,
        minutes,
        intervalSeconds,
      ]),
    ).toEqual([
      ['eni-a', { covered: 4, idle: 1, skipped: 0, unknown: 5 }, 60],
      ['eni-b', { covered: 2, idle: 1, skipped: 1, unknown: 6 }, 60],
    ]);
    expect(answer.isBlind).toBe(true);
  });

  it('was not blind while it watched', async () => {
    const answer = await runCoverage(lake, { range: { startSeconds: DAY, endSeconds: DAY + 300 } });
    expect([answer.isBlind, answer.minutes]).toEqual([true, { covered: 6, idle: 1, skipped: 0, unknown: 3 }]);
    const watched = await runCoverage(lake, {
      range: { startSeconds: DAY, endSeconds: DAY + 300 },
      interfaceId: 'eni-a',
    });
    expect(watched.isBlind).toBe(false);
  });

  it('is blind where nothing is known at all', async () => {
    const answer = await runCoverage(lake, {
      range: { startSeconds: DAY + 100 * 86_400, endSeconds: DAY + 101 * 86_400 },
    });
    expect([answer.isBlind, answer.interfaces]).toEqual([true, []]);
  });

  it('reaches to the first and last record of each interface when the range is open', async () => {
    const answer = await runCoverage(lake, { interfaceId: 'eni-b' });
    expect([answer.startSeconds, answer.endSeconds]).toEqual([DAY, DAY + 420]);
  });
});

describe('runLedger', () => {
  it('gives the counts under the names of the contract, and they add up', async () => {
    const frame = await runLedger(lake);
    const names = frame.columns.map((column) => column.name);
    expect(names.slice(0, 8)).toEqual([
      'uri',
      'status',
      'lines',
      'ok',
      'nodata',
      'skipdata',
      'malformed',
      'bytesRead',
    ]);
    expect(frame.rows.map((row) => row.slice(0, 8))).toEqual([
      ['file:///in/a.log.gz', 'ok', 10, 7, 1, 1, 1, 5000],
    ]);
    expect(await runLedgerTotals(lake)).toEqual({
      objects: 1,
      lines: 10,
      ok: 7,
      nodata: 1,
      skipdata: 1,
      malformed: 1,
      bytesRead: 5000,
    });
    expect((await runLedger(lake, { status: 'refused' })).rows).toEqual([]);
    expect((await runLedger(lake, { uri: "it's" })).rows).toEqual([]);
  });

  it('gives malformed lines word for word', async () => {
    expect((await runMalformed(lake)).rows).toEqual([
      ['file:///in/a.log.gz', 7, 'field-count', 'found 2 values, expected 14', 'what ever'],
    ]);
  });
});

describe('runSummary', () => {
  it('holds together', async () => {
    const summary = await runSummary(lake, { limit: 2 });
    const total = summary.actions.total.sums;
    for (const list of [
      summary.talkers,
      summary.receivers,
      summary.protocols,
      summary.ipVersions,
      summary.directions,
      summary.interfaces,
    ]) {
      expect([list.total.sums.flows, list.total.sums.bytes]).toEqual([total.flows, total.bytes]);
    }
    const overTime = summary.overTime.reduce(
      (sum, point) => sum + Number(point.acceptBytes) + Number(point.rejectBytes) + Number(point.otherBytes),
      0,
    );
    expect(overTime).toBe(total.bytes);
    expect(summary.ledger.lines).toBe(10);
  });

  it('counts what two interfaces saw once in conversations', async () => {
    const { conversations, actions } = await runSummary(lake);
    expect(actions.total.sums.bytes).toBe(2_007_280 - 100);
    expect(conversations).toEqual({ conversations: 2, packets: 6, bytes: 1000 + 5000 + 2_000_000 });
  });

  it('answers a range that is cut finer than the rollups from the records', async () => {
    const summary = await runSummary(lake, { range: { startSeconds: DAY + 61, endSeconds: DAY + 181 } });
    expect([summary.actions.choice.table, summary.actions.total.sums.flows]).toEqual(['flows', 2]);
    expect(summary.overTime.reduce((sum, point) => sum + Number(point.rejectFlows), 0)).toBe(2);
  });

  it('is JSON without SQL', async () => {
    const text = JSON.stringify(summaryJson(await runSummary(lake)));
    expect(text).not.toContain('SELECT');
    expect(JSON.parse(text)).toMatchObject({
      talkers: { rows: [{ srcaddr: '2001:db8::7', bytes: 2_000_070 }, {}, {}, {}] },
    });
  });
});
