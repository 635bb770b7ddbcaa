/** The questions of `query-lake.ts`: each as a plan, and by hand as well as we can. */
import { type Plan, parseFilter, planOf, valueOf } from '../src/query/index.ts';

/** A question as a plan, the time it may take, and the same question by hand. */
export interface QueryCase {
  readonly name: string;
  readonly plan: Plan;
  readonly limitMs: number;
  readonly byHand: string;
}

/**
 * The questions over a lake from its first to its last second; `address` is one that occurs, `members` are many of them.
 */
export function queryCases(
  firstSeconds: number,
  lastSeconds: number,
  address: string,
  members: readonly string[],
): readonly QueryCase[] {
  const OK = "log_status = 'OK'";
  const where = (text: string) => valueOf(parseFilter(text, { set: () => members }), text);
  const list = members.map((member) => `'${member}'`).join(', ');
  const half = firstSeconds + Math.floor((lastSeconds - firstSeconds) / 7200) * 3600;
  return [
    {
      name: 'overview: volume by direction and action, hour by hour, half against half',
      plan: planOf({
        by: ['direction', 'action'],
        bucketSeconds: 3600,
        measures: ['bytes', 'packets', 'flows'],
        time: { startSeconds: half, endSeconds: half + (half - firstSeconds) },
        compareShiftSeconds: half - firstSeconds,
      }),
      limitMs: 300,
      byHand: `SELECT time, direction, action, ${sides('NOT old', '')}, ${sides('old', 'previous_')} FROM (
        SELECT CAST(epoch(ts) AS BIGINT) + CASE WHEN epoch(ts) < ${half} THEN ${half - firstSeconds} ELSE 0 END AS time, epoch(ts) < ${half} AS old, direction, action,
        CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(flows) AS BIGINT) AS flows FROM svc_1h
        WHERE ts >= to_timestamp(${firstSeconds}) AND ts < to_timestamp(${half + (half - firstSeconds)}) GROUP BY ALL) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    },
    {
      name: 'top sources from the index',
      plan: planOf({ by: ['srcaddr'], measures: ['bytes'], limit: 10 }),
      limitMs: 500,
      byHand:
        "SELECT ip, CAST(sum(bytes) AS BIGINT) AS bytes FROM ip_day WHERE role = 'src' AND record_kind = 'vpc' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
    },
    {
      name: 'top pairs from the records',
      plan: planOf({ by: ['srcaddr', 'dstaddr'], measures: ['bytes'], limit: 10 }),
      limitMs: 500,
      byHand: `SELECT srcaddr, dstaddr, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows WHERE ${OK} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 10`,
    },
    {
      name: 'ad hoc: refused by source and port from public addresses',
      plan: planOf({
        filter: where('action = REJECT and not srcaddr in 10.0.0.0/8 and dstport < 1024'),
        by: ['srcaddr', 'dstport'],
        measures: ['flows', 'bytes'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT srcaddr, dstport, count(*) AS flows, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows
        WHERE ${OK} AND action = 'REJECT' AND NOT coalesce(starts_with(srcaddr, '10.'), false) AND dstport < 1024 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20`,
    },
    {
      name: 'ad hoc: either side of a block by port',
      plan: planOf({
        filter: where('net 10.20.0.0/16 and tcp'),
        by: ['dstport'],
        measures: ['bytes', 'flows'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstport, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows FROM flows WHERE ${OK} AND protocol = 6
        AND (starts_with(srcaddr, '10.20.') OR starts_with(dstaddr, '10.20.')) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'an address: first and last seen over the whole lake',
      plan: planOf({ filter: where(`ip ${address}`), measures: ['first_seen', 'last_seen'] }),
      limitMs: 500,
      byHand: `SELECT CAST(epoch(min(first_seen)) AS BIGINT), CAST(epoch(max(last_seen)) AS BIGINT) FROM ip_day
        WHERE ip_key = (SELECT any_value(ip_key) FROM ip_day WHERE ip = '${address}') AND record_kind = 'vpc'`,
    },
    {
      name: 'an address: its peers and ports',
      plan: planOf({
        filter: where(`ip ${address}`),
        by: ['srcaddr', 'dstaddr', 'dstport'],
        measures: ['bytes', 'flows'],
        limit: 20,
      }),
      limitMs: 500,
      byHand: `SELECT srcaddr, dstaddr, dstport, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows FROM (
        SELECT * FROM flows WHERE ${OK} AND srcaddr = '${address}' UNION ALL SELECT * FROM flows WHERE ${OK} AND dstaddr = '${address}' AND srcaddr IS DISTINCT FROM '${address}')
        GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT 20`,
    },
    {
      name: 'both directions of a pair of blocks',
      plan: planOf({
        filter: where('src net 10.20.0.0/16 and dst port 443'),
        by: ['dstaddr'],
        measures: ['bytes', 'flows'],
        bidirectional: true,
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `WITH g AS (
        SELECT dstaddr, 'forward' AS side, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows FROM flows WHERE ${OK} AND starts_with(srcaddr, '10.20.') AND dstport = 443 GROUP BY 1
        UNION ALL SELECT srcaddr, 'reverse', CAST(sum(bytes) AS BIGINT), count(*) FROM flows WHERE ${OK} AND starts_with(dstaddr, '10.20.') AND srcport = 443 GROUP BY 1)
        SELECT dstaddr, bytes, flows, side FROM g ORDER BY bytes DESC, dstaddr LIMIT 20`,
    },
    {
      name: 'an IPv4 block that ends inside an octet',
      plan: planOf({
        filter: where('dstaddr in 10.16.0.0/12'),
        by: ['dstport'],
        measures: ['bytes'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstport, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows WHERE ${OK} AND starts_with(dstaddr, '10.')
        AND CAST(split_part(dstaddr, '.', 2) AS INTEGER) BETWEEN 16 AND 31 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'an IPv6 block',
      plan: planOf({
        filter: where('srcaddr in 2001:db8::/32'),
        by: ['dstport'],
        measures: ['bytes', 'flows'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstport, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows FROM flows WHERE ${OK}
        AND starts_with(srcaddr, '2001:db8:') GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'records of IPv6, by source',
      plan: planOf({
        filter: where('ipv6 and tcp'),
        by: ['srcaddr', 'dstport'],
        measures: ['flows'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT srcaddr, dstport, count(*) AS flows FROM flows WHERE ${OK} AND ip_version = 6 AND protocol = 6 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20`,
    },
    {
      name: 'a series of ten ports, five minutes apart',
      plan: planOf({
        filter: where('action = REJECT'),
        by: ['dstport'],
        bucketSeconds: 300,
        measures: ['flows'],
        limit: 10,
      }),
      limitMs: 1500,
      byHand: `WITH g AS (SELECT start - start % 300 AS time, dstport, count(*) AS flows FROM flows WHERE ${OK} AND action = 'REJECT' GROUP BY 1, 2),
        k AS (SELECT dstport FROM g GROUP BY 1 ORDER BY sum(flows) DESC NULLS LAST, dstport LIMIT 10)
        SELECT time, dstport, flows FROM g SEMI JOIN k USING (dstport) ORDER BY 1, 2`,
    },
    {
      name: 'top ten ports and the rest as other',
      plan: planOf({ by: ['dstport'], measures: ['bytes', 'flows'], limit: 10, other: true }),
      limitMs: 1500,
      byHand: `WITH g AS (SELECT dstport, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows, row_number() OVER (ORDER BY sum(bytes) DESC NULLS LAST, dstport) AS place FROM flows WHERE ${OK} GROUP BY 1)
        SELECT CASE WHEN place <= 10 THEN dstport END AS dstport, CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(flows) AS BIGINT) AS flows, place > 10 AS other FROM g GROUP BY 1, 4 ORDER BY 4, 2 DESC, 1`,
    },
    {
      name: 'different sources and ports by target',
      plan: planOf({
        filter: where('action = REJECT'),
        by: ['dstaddr'],
        measures: ['sources', 'ports'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstaddr, count(DISTINCT srcaddr) AS sources, count(DISTINCT dstport) AS ports FROM flows WHERE ${OK} AND action = 'REJECT' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'the 95th percentile, mean and largest record by interface',
      plan: planOf({ by: ['interface_id'], measures: ['p95_bytes', 'avg_bytes', 'max_bytes'], limit: 20 }),
      limitMs: 1500,
      byHand: `SELECT interface_id, quantile_cont(bytes, 0.95) AS p95_bytes, avg(bytes) AS avg_bytes, max(bytes) AS max_bytes FROM flows WHERE ${OK} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'neither this nor that',
      plan: planOf({
        filter: where(
          'not port 443 and not dstaddr in 10.0.0.0/8 and protocol != udp and not action = REJECT',
        ),
        by: ['dstport'],
        measures: ['bytes', 'flows'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstport, CAST(sum(bytes) AS BIGINT) AS bytes, count(*) AS flows FROM flows WHERE ${OK} AND srcport IS DISTINCT FROM 443 AND dstport IS DISTINCT FROM 443
        AND NOT coalesce(starts_with(dstaddr, '10.'), false) AND protocol <> 17 AND action IS DISTINCT FROM 'REJECT' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'flags: connections opened and reset',
      plan: planOf({
        filter: where('flags has SYN and not ACK or flags has RST'),
        by: ['dstport'],
        measures: ['flows'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT dstport, count(*) AS flows FROM flows WHERE ${OK} AND (tcp_flags & 18 = 2 OR tcp_flags & 4 = 4) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'any of 200 addresses on either side',
      plan: planOf({
        filter: where('ip in @watch'),
        by: ['srcaddr', 'dstaddr'],
        measures: ['bytes'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT srcaddr, dstaddr, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows WHERE ${OK} AND (srcaddr IN (${list}) OR dstaddr IN (${list})) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20`,
    },
    {
      name: 'rates and sizes: records above 1 Mbit/s with a port range',
      plan: planOf({
        filter: where('bps > 1Mbps and dstport between 1024 and 65535 and packets >= 10'),
        by: ['srcaddr'],
        measures: ['bytes'],
        limit: 20,
      }),
      limitMs: 1500,
      byHand: `SELECT srcaddr, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows WHERE ${OK} AND bytes * 8 / CAST(greatest("end" - start, 1) AS DOUBLE) > 1000000
        AND dstport BETWEEN 1024 AND 65535 AND packets >= 10 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    },
    {
      name: 'the newest records of a filter',
      plan: planOf({
        filter: where('dstport = 22 and action = REJECT'),
        columns: ['start', 'srcaddr', 'dstaddr'],
        order: [{ name: 'start', descending: true }],
        limit: 100,
      }),
      limitMs: 500,
      byHand: `SELECT start, srcaddr, dstaddr FROM flows WHERE dstport = 22 AND action = 'REJECT' ORDER BY start DESC LIMIT 100`,
    },
  ];
}

/** The sums of one period, by hand. */
function sides(condition: string, prefix: string): string {
  const sum = (name: string): string => `max(${name}) FILTER (${condition})`;
  return `${sum('bytes')} AS ${prefix}bytes, ${sum('packets')} AS ${prefix}packets, coalesce(${sum('flows')}, 0) AS ${prefix}flows`;
}
