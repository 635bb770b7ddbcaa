import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPlan, runSummary, runTop, type TopAnswer } from '../../src/analyze/index.ts';
import {
  ingest,
  openReadSession,
  planInsights,
  type ReadSession,
  resolveConfig,
  simulate,
} from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import type { Truth } from '../../src/simulate/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** Everything from simulated lines to answers, judged by the simulation's own book-keeping. */
const directory = temporaryDirectory();
let read: ReadSession;
let truth: Truth;

beforeAll(async () => {
  const out = join(directory, 'logs');
  await simulate({
    out,
    scenarios: [],
    records: '20k',
    format: 'v5',
    start: '2026-01-05T08:00:00Z',
    nowSeconds: 1_767_700_000,
    reporter: silentReporter,
  });
  truth = JSON.parse(readFileSync(join(`${out}.truth`, 'summary.json'), 'utf8')) as Truth;
  const lake = join(directory, 'lake');
  await ingest({ sources: [out], lake, reporter: silentReporter });
  read = await openReadSession(resolveConfig({ flags: { 'lake.location': lake }, env: {} }));
});
afterAll(() => read.close());

const sums = (answer: TopAnswer): readonly unknown[] => [
  answer.total.sums.flows,
  answer.total.sums.packets,
  answer.total.sums.bytes,
];

describe('answers about simulated logs', () => {
  it('the summary has the totals of the truth, from whichever table', async () => {
    const summary = await runSummary(read.analyze);
    const whole = [truth.ok, truth.packets, truth.bytes];
    for (const list of [
      summary.actions,
      summary.talkers,
      summary.receivers,
      summary.ports,
      summary.protocols,
      summary.ipVersions,
      summary.directions,
      summary.remoteScopes,
      summary.interfaces,
    ]) {
      expect([list.choice.table, ...sums(list)]).toEqual([list.choice.table, ...whole]);
    }
    expect(summary.ledger).toMatchObject({
      lines: truth.lines,
      ok: truth.ok,
      nodata: truth.nodata,
      skipdata: truth.skipdata,
      malformed: 0,
    });
    expect([summary.firstSeconds, summary.lastSeconds]).toEqual([truth.firstStart, truth.lastEnd]);
    expect([summary.talkers.total.groups, summary.receivers.total.groups]).toEqual([
      truth.distinctSources,
      truth.distinctDestinations,
    ]);
  });

  it('what was said is less than what interfaces saw, and not nothing', async () => {
    const { conversations } = await runSummary(read.analyze);
    expect(Number(conversations?.bytes)).toBeLessThan(truth.bytes);
    expect(Number(conversations?.bytes)).toBeGreaterThan(truth.bytes / 4);
  });

  it('groups by action, protocol, version and direction', async () => {
    const answer = await runTop(read.analyze, { fields: 'action,protocol,ip_version,direction', limit: 100 });
    const found = answer.rows.map(({ values, sums: { flows, packets, bytes } }) =>
      JSON.stringify([...values, flows, packets, bytes]),
    );
    const expected = truth.groups.map((group) =>
      JSON.stringify([
        group.action,
        group.protocol,
        group.ipVersion,
        group.direction,
        group.lines,
        group.packets,
        group.bytes,
      ]),
    );
    expect(found.sort()).toEqual(expected.sort());
  });

  it.each(['srcaddr', 'dstaddr'] as const)('the largest %s', async (field) => {
    const answer = await runTop(read.analyze, { fields: field, limit: 100 });
    const expected = field === 'srcaddr' ? truth.topSources : truth.topDestinations;
    expect(answer.rows.map((row) => row.sums.bytes)).toEqual(expected.map((address) => address.bytes));
    const known = new Map<unknown, number>(expected.map((address) => [address.address, address.lines]));
    const firm = answer.rows.filter((row) => row.sums.bytes !== expected.at(-1)?.bytes);
    expect(firm.map((row) => row.sums.flows)).toEqual(firm.map((row) => known.get(row.values[0])));
  });

  it('each interface and each day', async () => {
    const interfaces = await runTop(read.analyze, { fields: 'interface_id', limit: 1000 });
    expect(Object.fromEntries(interfaces.rows.map((row) => [row.values[0], row.sums.bytes]))).toEqual(
      Object.fromEntries(
        Object.entries(truth.points)
          .filter(([, total]) => total.lines > 0 && total.packets > 0)
          .map(([id, total]) => [id, total.bytes]),
      ),
    );
    const days = await runTop(read.analyze, { fields: 'day' });
    expect(Object.fromEntries(days.rows.map((row) => [row.values[0], row.sums.packets]))).toEqual(
      Object.fromEntries(Object.entries(truth.days).map(([day, total]) => [day, total.packets])),
    );
  });
});

describe('Logs Insights on a lake', () => {
  const insights = async (query: string) => {
    const range = { startSeconds: null, endSeconds: null };
    return runPlan(read.analyze, planInsights({ query, range, nowSeconds: 1_767_700_000 }).plan);
  };

  it('estimate is the size of the files, and less for less time', async () => {
    const folder = join(directory, 'lake', 'flows');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.parquet'),
    );
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const [whole] = (await insights('fields srcAddr | estimate')).rows;
    expect(whole).toEqual([bytes]);
    const [none] = (await insights('SOURCE g start=0 end=86400 | fields srcAddr | estimate')).rows;
    expect(none).toEqual([0]);
  });

  it('a comparison adds up to the whole', async () => {
    const { rows } = await insights(
      'SOURCE g start="2026-01-05T09:00:00Z" end="2026-01-05T10:00:00Z" | stats count(*) as n, sum(bytes) as b | diff',
    );
    const { rows: both } = await insights(
      'SOURCE g start="2026-01-05T08:00:00Z" end="2026-01-05T10:00:00Z" | stats count(*) as n, sum(bytes) as b',
    );
    const [n = 0, previousN = 0, , b = 0, previousB = 0] = (rows[0] ?? []).map(Number);
    expect([n + previousN, b + previousB]).toEqual(both[0]?.map(Number));
    expect(previousN).toBeGreaterThan(0);
  });
});
