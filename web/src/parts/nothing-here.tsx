import { hrefWith } from '../address.ts';
import { formatRange } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import { Link } from './link.tsx';

/** What a view says when the lake has records, but none that were asked for: why, and the way out. */
export function NothingHere({ address, lake, zone }: ViewProps) {
  const hasFilter = (address.parameters['where'] ?? '') !== '';
  const reach =
    lake.firstSeconds === null || lake.lastSeconds === null
      ? null
      : formatRange(lake.firstSeconds, lake.lastSeconds, zone);
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
        <Link className="button" href={hrefWith(address, { last: 'all', from: null, to: null })}>
          All data
        </Link>
      </p>
    </section>
  );
}
