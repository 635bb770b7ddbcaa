import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDuckDb,
  createLakeViews,
  createSqlMacros,
  type DuckDb,
  type DuckDbSession,
  frameObjects,
} from '../../src/engine/index.ts';
import { type FixtureRow, writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let db: DuckDb;
let session: DuckDbSession;

const at = (iso: string): number => Date.parse(iso) / 1000;
const RECENT = Math.floor(Date.now() / 1000) - 2 * 86_400;

const flow = (start: number, fields: Readonly<Record<string, string | number | null>>): FixtureRow => ({
  version: 2,
  account_id: '123456789010',
  interface_id: 'eni-1',
  srcaddr: '10.117.0.9',
  dstaddr: '10.0.1.14',
  srcport: 40000,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start,
  end: start + 60,
  action: 'ACCEPT',
  log_status: 'OK',
  instance_tag: null,
  ...fields,
});

const nodata = {
  srcaddr: null,
  dstaddr: null,
  srcport: null,
  dstport: null,
  protocol: null,
  packets: null,
  bytes: null,
  action: null,
};

const ROWS: readonly FixtureRow[] = [
  flow(at('2020-05-04T10:00:00Z'), { interface_id: 'eni-2', instance_tag: 'payments%20api' }),
  flow(at('2020-05-05T10:00:00Z'), { srcaddr: '203.0.113.7', action: 'REJECT' }),
  flow(at('2021-01-15T08:00:00Z'), { srcaddr: '10.1.0.1' }),
  flow(at('2021-02-10T08:00:00Z'), {
    srcaddr: '2001:db8::5',
    dstaddr: '2001:db8::1',
    action: 'REJECT',
    interface_id: 'eni-3',
  }),
  flow(at('2021-04-02T12:00:30Z'), { interface_id: 'eni-4', dstport: 22 }),
  flow(RECENT, { dstaddr: '198.51.100.1', packets: 70 }),
  flow(RECENT, { dstaddr: '2001:db8::2', srcaddr: '2001:db8::1', packets: 90 }),
  flow(RECENT, { dstaddr: '198.51.100.1', packets: 7 }),
  flow(RECENT, { ...nodata, interface_id: 'eni-3', log_status: 'NODATA' }),
  flow(RECENT, { ...nodata, interface_id: 'eni-3', log_status: 'SKIPDATA' }),
];

beforeAll(async () => {
  db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: `${directory}/tmp`,
    confineTo: [directory],
  });
  session = await db.connect();
  await createSqlMacros(session);
  await createLakeViews(session, await writeFixtureLake(`${directory}/lake`, ROWS));
});
afterAll(() => {
  session.close();
  db.close();
});

const ask = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  frameObjects(await session.query(sql));

describe("AWS's Athena samples run unchanged (flow-logs §7.3)", () => {
  it('records of a date', async () => {
    const rows = await ask("SELECT * FROM vpc_flow_logs WHERE date = DATE('2020-05-04') LIMIT 100;");
    expect(rows).toMatchObject([
      { date: '2020-05-04', day: '2020/05/04', interface_id: 'eni-2', srcaddr: '10.117.0.9', bytes: 1000 },
    ]);
  });

  it('rejected TCP with the day of the week', async () => {
    const rows = await ask(
      "SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol FROM vpc_flow_logs WHERE action = 'REJECT' AND protocol = 6 LIMIT 100;",
    );
    expect([...rows].sort((a, b) => String(a['date']).localeCompare(String(b['date'])))).toEqual([
      {
        day: 2,
        date: '2020-05-05',
        interface_id: 'eni-1',
        srcaddr: '203.0.113.7',
        action: 'REJECT',
        protocol: 6,
      },
      {
        day: 3,
        date: '2021-02-10',
        interface_id: 'eni-3',
        srcaddr: '2001:db8::5',
        action: 'REJECT',
        protocol: 6,
      },
    ]);
  });

  it('top HTTPS destinations of the last week, both families', async () => {
    const rows = await ask(
      "SELECT SUM(packets) AS packetcount, dstaddr FROM vpc_flow_logs WHERE dstport = 443 AND date > current_date - interval '7' day GROUP BY dstaddr ORDER BY packetcount DESC LIMIT 10;",
    );
    expect(rows).toEqual([
      { packetcount: 90, dstaddr: '2001:db8::2' },
      { packetcount: 77, dstaddr: '198.51.100.1' },
    ]);
  });

  it('ISO times of a month', async () => {
    const rows = await ask(
      `SELECT interface_id, srcaddr, action, protocol, to_iso8601(from_unixtime(start)) AS start_time, to_iso8601(from_unixtime("end")) AS end_time FROM test_table_vpclogs WHERE DAY >= '2021/04/01' AND DAY < '2021/04/30';`,
    );
    expect(rows).toEqual([
      {
        interface_id: 'eni-4',
        srcaddr: '10.117.0.9',
        action: 'ACCEPT',
        protocol: 6,
        start_time: '2021-04-02T12:00:30.000Z',
        end_time: '2021-04-02T12:01:30.000Z',
      },
    ]);
  });

  it('octets of an address', async () => {
    const rows = await ask(
      "SELECT * FROM test_table_vpclogs WHERE split_part(srcaddr,'.', 1)='10' AND split_part(srcaddr,'.', 2) ='117';",
    );
    expect(rows.length).toBe(4);
    expect(new Set(rows.map((row) => row['srcaddr']))).toEqual(new Set(['10.117.0.9']));
  });

  it('rejected TCP of a month', async () => {
    const rows = await ask(
      "SELECT day, interface_id, srcaddr, action, protocol FROM test_table_vpclogs WHERE action = 'REJECT' AND protocol = 6 AND day >= '2021/02/01' AND day < '2021/02/28' LIMIT 10;",
    );
    expect(rows).toEqual([
      { day: '2021/02/10', interface_id: 'eni-3', srcaddr: '2001:db8::5', action: 'REJECT', protocol: 6 },
    ]);
  });

  it('one destination in a month', async () => {
    const rows = await ask(
      "SELECT * FROM test_table_vpclogs WHERE dstaddr = '10.0.1.14' AND day >= '2021/01/01' AND day < '2021/01/31';",
    );
    expect(rows).toMatchObject([{ srcaddr: '10.1.0.1', day: '2021/01/15' }]);
  });

  it('log status per interface', async () => {
    const rows = await ask(
      "SELECT log_status, interface_id, count(1) FROM vpc_flow_logs WHERE interface_id IN ('eni-1', 'eni-2', 'eni-3') GROUP BY log_status, interface_id;",
    );
    const counts = new Map(
      rows.map((row) => [
        `${String(row['log_status'])} ${String(row['interface_id'])}`,
        Object.values(row)[2],
      ]),
    );
    expect(counts).toEqual(
      new Map([
        ['OK eni-1', 5],
        ['OK eni-2', 1],
        ['OK eni-3', 1],
        ['NODATA eni-3', 1],
        ['SKIPDATA eni-3', 1],
      ]),
    );
  });

  it('a tag value', async () => {
    const rows = await ask(
      'SELECT url_decode(instance_tag) AS tag FROM vpc_flow_logs WHERE instance_tag IS NOT NULL',
    );
    expect(rows).toEqual([{ tag: 'payments api' }]);
  });
});
