import { hrefWith } from '../address.ts';
import { formatNumberOf } from '../format.ts';
import { formatRange } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import { Link } from './link.tsx';

/** Where packets of transit gateways went and were lost, the largest first. */
const TRANSIT_SQL =
  'SELECT tgw_attachment_id, srcaddr, dstaddr, sum(bytes) AS bytes, sum(packets) AS packets, sum(packets_lost_no_route + packets_lost_blackhole + packets_lost_mtu_exceeded + packets_lost_ttl_expired) AS packets_lost\nFROM tgw_flows\nGROUP BY ALL\nORDER BY packets_lost DESC NULLS LAST, bytes DESC\nLIMIT 50';

/** What a view says when the lake has records, but none that were asked for: why, and the way out. */
export function NothingHere({ address, lake, range, zone }: ViewProps) {
  const hasFilter = (address.parameters['where'] ?? '') !== '';
  const reach =
    lake.firstSeconds === null || lake.lastSeconds === null
      ? null
      : formatRange(lake.firstSeconds, lake.lastSeconds, zone);
  const isAll =
    lake.firstSeconds !== null &&
    lake.lastSeconds !== null &&
    range.startSeconds <= lake.firstSeconds &&
    range.endSeconds > lake.lastSeconds;
  const transit = lake.tables.find(({ name }) => name === 'tgw_flows')?.rows ?? 0;
  if (transit > 0 && transit === Number(lake.ok) + Number(lake.nodata) + Number(lake.skipdata)) {
    return (
      <section className="empty">
        <h2>Only transit gateway records here</h2>
        <p>
          These pages draw the records of VPC flow logs. This lake holds {formatNumberOf(transit, 'record')}{' '}
          of transit gateways, which SQL reads as <code>tgw_flows</code> and the command line with{' '}
          <code>weir find --tgw</code>.
        </p>
        <p className="empty-ways">
          <Link className="button" href={hrefWith(address, { language: 'sql', q: TRANSIT_SQL }, '/query')}>
            Ask for them
          </Link>
        </p>
      </section>
    );
  }
  return (
    <section className="empty">
      <h2>No records with traffic here</h2>
      <p>
        {hasFilter ? 'No record of this range meets the filter.' : 'This range holds no record with traffic.'}
        {reach === null ? null : ` The lake has records from ${reach}.`}
      </p>
      <p className="empty-ways">
        {hasFilter ? (
          <Link className="button" href={hrefWith(address, { where: null })}>
            Without the filter
          </Link>
        ) : null}
        {isAll ? null : (
          <Link className="button" href={hrefWith(address, { last: 'all', from: null, to: null })}>
            All data
          </Link>
        )}
      </p>
    </section>
  );
}
