import { formatIp, type IpRange, type IpVersion, parseIpKey } from '../../base/index.ts';
import type { JsonValue } from '../../engine/index.ts';
import type { AnalyzeDeps } from '../deps.ts';
import { recordCondition, type TimeRange } from '../time-range.ts';

/** Addresses that interfaces of the logs hold: what the logs say is on our side, and in which subnet and VPC. */
export interface OwnRange {
  readonly range: IpRange;
  /** The smallest CIDR block that holds the addresses seen; never wider than a subnet can be. */
  readonly cidr: string;
  /** Null where the logs do not name it, or name two subnets for one block. */
  readonly subnetId: string | null;
  readonly vpcId: string | null;
}

/** AWS subnets have 16 addresses at least (IPv4), and are /64 (IPv6). A wider cover than /16 is no subnet. */
const NARROWEST: Readonly<Record<IpVersion, number>> = { 4: 28, 6: 64 };
const WIDEST: Readonly<Record<IpVersion, number>> = { 4: 16, 6: 64 };

/**
 * Where our own interfaces are, by address, over a range and whatever the filter: a private IPv4 address is told by
 * itself, but an IPv6 address of a VPC looks like any other of the internet.
 *
 * An address is ours when a record of known direction has it on the interface's side. Without directions, the IPv6
 * address that most records of an interface have at either end is that of the interface.
 *
 * Errors: those of the engine. Cost: one statement over a few columns of the records in the range.
 */
export async function ownRanges(deps: AnalyzeDeps, range: TimeRange): Promise<readonly OwnRange[]> {
  const { rows } = await deps.session.query(ownSql(range), deps.limits);
  const found = rows.flatMap(ownRange);
  return withoutOverlaps(found.toSorted((a, b) => compareRanges(a.range, b.range)));
}

function ownSql(range: TimeRange): string {
  const inRange = `${recordCondition(range)} AND srcaddr IS NOT NULL AND dstaddr IS NOT NULL`;
  return `WITH told AS (
  SELECT interface_id, direction, CASE direction WHEN 'egress' THEN srcaddr ELSE dstaddr END AS ip,
    any_value(subnet_id) AS subnet_id, any_value(vpc_id) AS vpc_id FROM flows
    WHERE ${inRange} AND direction IS NOT NULL AND interface_id IS NOT NULL GROUP BY ALL
), pairs AS MATERIALIZED (
  SELECT interface_id, subnet_id, vpc_id, srcaddr, dstaddr, count(*) AS records FROM flows
    WHERE ${inRange} AND direction IS NULL AND ip_version = 6 GROUP BY ALL
), ends AS (
  SELECT interface_id, subnet_id, vpc_id, ip, sum(records) AS records FROM (
    SELECT interface_id, subnet_id, vpc_id, srcaddr AS ip, records FROM pairs
    UNION ALL SELECT interface_id, subnet_id, vpc_id, dstaddr, records FROM pairs
  ) GROUP BY ALL
), own AS (
  SELECT ip, subnet_id, vpc_id FROM told WHERE subnet_id IS NOT NULL OR vpc_id IS NOT NULL OR contains(ip, ':')
  UNION SELECT ip, subnet_id, vpc_id FROM ends
    QUALIFY row_number() OVER (PARTITION BY interface_id ORDER BY records DESC, ip) = 1
)
SELECT subnet_id, vpc_id, min(k), max(k) FROM (SELECT subnet_id, vpc_id, ip, ip_key(ip) AS k FROM own)
  WHERE k IS NOT NULL
  GROUP BY subnet_id, vpc_id, contains(ip, ':'), CASE WHEN contains(ip, ':') THEN k[:16] WHEN subnet_id IS NULL THEN k[:30] END`;
}

function ownRange([subnetId, vpcId, first, last]: readonly JsonValue[]): readonly OwnRange[] {
  const [low, high] = [parseIpKey(String(first)), parseIpKey(String(last))];
  if (low === null || high === null || low.version !== high.version) return [];
  const { version } = low;
  const width = version === 4 ? 32 : 128;
  const common = width - (low.value ^ high.value).toString(2).replace(/^0$/, '').length;
  const bits = Math.min(common, NARROWEST[version]);
  if (bits < WIDEST[version]) return [];
  const hostBits = BigInt(width - bits);
  const start = (low.value >> hostBits) << hostBits;
  return [
    {
      range: { version, first: start, last: start | ((1n << hostBits) - 1n) },
      cidr: `${formatIp({ version, value: start })}/${bits}`,
      subnetId: typeof subnetId === 'string' ? subnetId : null,
      vpcId: typeof vpcId === 'string' ? vpcId : null,
    },
  ];
}

function compareRanges(a: IpRange, b: IpRange): number {
  if (a.version !== b.version) return a.version - b.version;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last === b.last ? 0 : a.last > b.last ? -1 : 1;
}

/** One address cannot be in two subnets: where the logs say so (gateways that see through traffic do), neither is named. */
function withoutOverlaps(sorted: readonly OwnRange[]): readonly OwnRange[] {
  const kept: OwnRange[] = [];
  for (const entry of sorted) {
    const before = kept.at(-1);
    const overlaps =
      before !== undefined &&
      before.range.version === entry.range.version &&
      entry.range.first <= before.range.last;
    if (!overlaps) kept.push(entry);
    else if (before.subnetId !== entry.subnetId)
      kept[kept.length - 1] = {
        ...before,
        subnetId: null,
        vpcId: before.vpcId === entry.vpcId ? before.vpcId : null,
      };
  }
  return kept;
}
