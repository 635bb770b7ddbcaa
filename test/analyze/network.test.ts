import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AnalyzeDeps,
  type NetworkAnswer,
  type NetworkQuestion,
  runNetwork,
} from '../../src/analyze/index.ts';
import { runPlan } from '../../src/analyze/run-plan.ts';
import { resolveConfig } from '../../src/app/config.ts';
import { openReadSession } from '../../src/app/read-session.ts';
import type { LakeReader, LakeSession } from '../../src/engine/index.ts';
import { parseFilter, planOf } from '../../src/query/index.ts';
import { DEFAULT_FORMAT } from '../../src/record/index.ts';
import { openApiLake } from '../support/console-api.ts';
import { writeConsoleLake } from '../support/console-lake.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const TEN = 1_767_261_600;
const directory = temporaryDirectory();
let reader: LakeReader;
let session: LakeSession;

const flow = (
  srcaddr: string | null,
  dstaddr: string | null,
  bytes: number,
  change: Readonly<Record<string, string | number | null>> = {},
): FixtureRow => ({
  interface_id: 'eni-1',
  srcaddr,
  dstaddr,
  srcport: 40_000,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes,
  start: TEN,
  end: TEN + 59,
  action: 'ACCEPT',
  log_status: 'OK',
  subnet_id: null,
  vpc_id: null,
  flow_direction: null,
  pkt_src_aws_service: null,
  pkt_dst_aws_service: null,
  ...change,
});
const out = (subnet: string): Record<string, string> => ({
  subnet_id: subnet,
  vpc_id: 'vpc-1',
  flow_direction: 'egress',
});
const into = (subnet: string): Record<string, string> => ({ ...out(subnet), flow_direction: 'ingress' });

const ROWS: readonly FixtureRow[] = [
  flow('10.0.1.4', '10.0.2.20', 100, out('subnet-a')),
  flow('10.0.1.5', '10.0.2.21', 50, out('subnet-a')),
  flow('10.0.1.4', '10.0.2.20', 100, into('subnet-b')),
  flow('10.0.2.21', '198.51.100.7', 900, out('subnet-b')),
  flow('203.0.113.9', '10.0.1.4', 7, { ...into('subnet-a'), action: 'REJECT' }),
  flow('203.0.113.10', '10.0.1.5', 3, { ...into('subnet-a'), action: 'REJECT' }),
  flow('10.0.1.4', '203.0.113.77', 30, { ...out('subnet-a'), pkt_dst_aws_service: 'S3' }),
  flow('10.0.9.1', '10.0.1.200', 11, into('subnet-a')),
  flow('2001:db8:1:1::5', '2001:db8:9:9::9', 70, out('subnet-a')),
  flow('2001:db8:9:9::9', '2001:db8:1:1::5', 71, into('subnet-a')),
  flow('10.0.1.4', '224.0.0.5', 2, out('subnet-a')),
  flow(null, null, 5),
];

beforeAll(async () => {
  reader = await openApiLake(directory, ROWS);
  session = await reader.connect();
});
afterAll(() => {
  session.close();
  reader.close();
});

const ask = (change: Partial<NetworkQuestion> = {}): Promise<NetworkAnswer> =>
  runNetwork({ session, reader }, { level: 'subnet', v4: 24, v6: 64, by: 'bytes', limit: 100, ...change });

const edgesOf = (answer: NetworkAnswer): readonly string[] =>
  answer.edges.map(({ from, to, sums }) => `${from} → ${to}: ${sums.bytes} B, ${sums.rejects} rejected`);

/** Every edge again, by the filters of its nodes, the way a click would ask. */
async function checkByFilter(answer: NetworkAnswer, deps: AnalyzeDeps = { session, reader }): Promise<void> {
  const node = (id: string) => answer.nodes.find((entry) => entry.id === id);
  for (const { from, to, sums } of answer.edges) {
    const where = `(${node(from)?.sourceFilter}) and (${node(to)?.destinationFilter})`;
    const { value, problems } = parseFilter(where, { nowSeconds: TEN });
    expect(problems, where).toEqual([]);
    if (value === null) throw new Error(where);
    const measures = ['bytes', 'packets', 'flows', 'rejects'];
    const { rows } = await runPlan(deps, planOf({ filter: value, measures }));
    expect(rows[0], `${from} → ${to}: ${where}`).toEqual([
      sums.bytes,
      sums.packets,
      sums.flows,
      sums.rejects,
    ]);
  }
}

describe('the network', () => {
  it('is subnets, blocks, services and the internet, exactly as filters ask for them', async () => {
    const answer = await ask();
    expect(edgesOf(answer)).toEqual([
      'subnet:subnet-b → internet: 900 B, 0 rejected',
      'subnet:subnet-a → subnet:subnet-b: 250 B, 0 rejected',
      'internet → subnet:subnet-a: 81 B, 2 rejected',
      'subnet:subnet-a → internet: 70 B, 0 rejected',
      'subnet:subnet-a → service:S3: 30 B, 0 rejected',
      'block:10.0.9.0/24 → subnet:subnet-a: 11 B, 0 rejected',
      'none → none: 5 B, 0 rejected',
      'subnet:subnet-a → scope:multicast: 2 B, 0 rejected',
    ]);
    expect(answer.nodes.find(({ name }) => name === 'subnet-a')?.cidrs).toEqual([
      '10.0.1.0/24',
      '2001:db8:1:1::/64',
    ]);
    expect(answer.other).toEqual({ edges: 0, sums: { bytes: 0, packets: 0, flows: 0, rejects: 0 } });
    await checkByFilter(answer);
  });

  it('leaves nothing out: edges and rest make the total, and so does what the nodes sent', async () => {
    const answer = await ask({ limit: 3, by: 'flows' });
    const bytes = answer.edges.reduce((sum, { sums }) => sum + Number(sums.bytes), 0);
    expect(answer.other.edges).toBe(5);
    expect(bytes + Number(answer.other.sums.bytes)).toBe(answer.total.bytes);
    for (const side of ['sent', 'received'] as const)
      expect(answer.nodes.reduce((sum, node) => sum + Number(node[side].flows), 0)).toBe(answer.total.flows);
    expect(answer.total.flows).toBe(ROWS.length);
  });

  it('takes nodes apart into their largest hosts and keeps the rest together', async () => {
    const answer = await ask({ expand: ['internet', 'subnet:subnet-a', 'block:10.0.9.0/24'], hosts: 1 });
    expect(answer.nodes.filter(({ kind }) => kind === 'host').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['198.51.100.7', '10.0.9.1']),
    );
    expect(answer.nodes.some(({ id }) => id === 'internet')).toBe(true);
    await checkByFilter(answer);
  });

  it('is VPCs when asked', async () => {
    const answer = await ask({ level: 'vpc', v4: 16, v6: 48 });
    expect(edgesOf(answer)).toContain('vpc:vpc-1 → vpc:vpc-1: 250 B, 0 rejected');
    expect(edgesOf(answer)).toContain('block:10.0.0.0/16 → vpc:vpc-1: 11 B, 0 rejected');
    await checkByFilter(answer);
  });

  it('keeps the inside inside when the filter shows only a part of it', async () => {
    const { value } = parseFilter('action = REJECT', { nowSeconds: TEN });
    if (value === null) throw new Error('no filter');
    expect(edgesOf(await ask({ filter: value, by: 'rejects' }))).toEqual([
      'internet → subnet:subnet-a: 10 B, 2 rejected',
    ]);
  });

  it('knows the IPv6 addresses of interfaces from logs without directions and subnets', async () => {
    const home = temporaryDirectory();
    const lake = await writeConsoleLake(home, { spanSeconds: 3600, format: DEFAULT_FORMAT });
    const config = resolveConfig({
      flags: { 'lake.location': lake, 'engine.temp': join(home, 'engine-temp') },
      env: {},
      workingDirectory: home,
      homeDirectory: home,
    });
    const opened = await openReadSession(config);
    const answer = await runNetwork(opened.analyze, {
      level: 'subnet',
      v4: 20,
      v6: 64,
      by: 'bytes',
      limit: 12,
    });
    const inside = answer.nodes.filter(({ name }) => name.includes(':')).map(({ name }) => name);
    // The simulated VPCs have these two prefixes; visitors and scanners come from many others.
    expect(inside.length).toBeGreaterThan(3);
    expect(inside.filter((name) => !name.startsWith('2600:1f18:4a00:'))).toEqual([]);
    await checkByFilter(answer, opened.analyze);
    opened.close();
  });

  it('does not call a block a subnet when the logs name two', async () => {
    const other = await openApiLake(temporaryDirectory(), [
      flow('10.0.1.4', '10.0.2.20', 1, out('subnet-a')),
      flow('10.0.1.200', '10.0.2.20', 1, out('subnet-a')),
      flow('10.0.1.100', '10.0.2.20', 1, out('subnet-b')),
    ]);
    const own = await other.connect();
    const answer = await runNetwork(
      { session: own, reader: other },
      { level: 'subnet', v4: 24, v6: 64, by: 'bytes', limit: 10 },
    );
    expect(edgesOf(answer)).toEqual(['block:10.0.1.0/24 → block:10.0.2.0/24: 3 B, 0 rejected']);
    own.close();
    other.close();
  });
});
