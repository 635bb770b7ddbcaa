import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_QUERIES } from '../../src/service/integration/named-queries.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';

const COLUMNS =
  'srcaddr VARCHAR, dstaddr VARCHAR, pkt_srcaddr VARCHAR, pkt_dstaddr VARCHAR, srcport INTEGER, dstport INTEGER, protocol BIGINT, bytes BIGINT, action VARCHAR, type VARCHAR, instance_id VARCHAR, subnet_id VARCHAR';
const ROWS = [
  "('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.2', 22, 40000, 6, 100, 'ACCEPT', 'IPv4', 'i-1', 'subnet-1')",
  "('10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.3', 40000, 22, 6, 50, 'ACCEPT', 'IPv4', '-', 'subnet-1')",
  "('2001:db8::1', '10.0.0.2', '2001:db8::1', '10.0.0.2', 53, 53, 17, 7, 'REJECT', 'IPv6', '-', '-')",
  "('192.0.2.1', '10.0.0.2', '192.0.2.1', '10.0.0.2', 1, 3389, 6, 40, 'REJECT', 'IPv4', '-', '-')",
];

/** Rows each query finds in these four, with 10.0.0.1 or 10.0.0.2 where it asks for an address. */
const EXPECTED: Readonly<Record<string, readonly unknown[]>> = {
  VpcFlowLogsAcceptedTraffic: [2],
  VpcFlowLogsAdminPortTraffic: [1, '10.0.0.1'],
  VpcFlowLogsIPv4Traffic: [1, 190n],
  VpcFlowLogsIPv6Traffic: [1, 7n],
  VpcFlowLogsRejectedTCPTraffic: [1, '192.0.2.1'],
  VpcFlowLogsRejectedTraffic: [2],
  VpcFlowLogsSshRdpTraffic: [3],
  VpcFlowLogsTopTalkers: [4, '10.0.0.1'],
  VpcFlowLogsTopTalkersPacketLevel: [4, '10.0.0.3'],
  VpcFlowLogsTopTalkingInstances: [1, 'i-1'],
  VpcFlowLogsTopTalkingSubnets: [1, 'subnet-1'],
  VpcFlowLogsTopTCPTraffic: [1, '10.0.0.1'],
  VpcFlowLogsTotalBytesTransferred: [4, '10.0.0.1'],
  VpcFlowLogsTotalBytesTransferredPacketLevel: [4, '10.0.0.3'],
  VpcFlowLogsTrafficFrmSrcAddr: [1, '10.0.0.1'],
  VpcFlowLogsTrafficToDstAddr: [1, '10.0.0.2'],
};

describe('the named queries on a real engine', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await openDuckdbSession();
    await session.run('CREATE SCHEMA "db"');
    await session.run(`CREATE TABLE "db"."t" (${COLUMNS})`);
    await session.run(`INSERT INTO "db"."t" VALUES ${ROWS.join(', ')}`);
  });
  afterAll(() => session.close());

  it('there are 16', () =>
    expect(NAMED_QUERIES.map((query) => query.name).sort()).toEqual(Object.keys(EXPECTED).sort()));

  it.each(NAMED_QUERIES)('$name', async ({ name, sql }) => {
    const text = sql('"db"."t"');
    const parameters = text.includes('?') ? ['10.0.0.1'] : [];
    const rows = await session.rows(text, parameters);
    const [count, first] = EXPECTED[name] ?? [];
    expect(rows, text).toHaveLength(Number(count));
    if (first !== undefined) expect(Object.values(rows[0] ?? {}).map(String), text).toContain(String(first));
  });
});
