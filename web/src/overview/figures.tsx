import type { ReactNode } from 'react';
import type { Coverage, Overview } from '../../../src/api/index.ts';
import { type Address, hrefWith } from '../address.ts';
import { joinFilters } from '../filter.ts';
import { formatChange, formatShare } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { countedHref, NO_RECORDS } from '../records/records-link.ts';
import { filterOf, type ViewProps } from '../view.ts';

const ROWS = [
  { name: 'Bytes', key: 'bytes', kind: 'bytes' },
  { name: 'Packets', key: 'packets', kind: 'count' },
  { name: 'Records', key: 'flows', kind: 'count' },
  { name: 'Rejected', key: 'rejects', kind: 'count' },
] as const;

/** The headline numbers: what there was, against the period before. Their space is kept while they load. */
export function Figures(props: {
  readonly view: ViewProps;
  readonly overview: Overview | null;
  readonly coverage: Coverage | null;
  /** Of the period before, which changes are judged by. */
  readonly before: Coverage | null;
}) {
  const { view, overview, coverage, before } = props;
  const where = filterOf(view);
  return (
    <dl className="figures">
      {ROWS.map(({ name, key, kind }) => (
        <Figure
          key={key}
          name={name}
          isReject={key === 'rejects' && Number(overview?.totals.rejects ?? 0) > 0}
          note={<VolumeNote overview={overview} of={key} />}
        >
          {overview === null ? null : (
            <Link
              className="number-link"
              href={countedHref(
                view.address,
                key === 'rejects' ? joinFilters('action = REJECT', where) : where,
              )}
            >
              <Quantity value={overview.totals[key]} kind={kind} />
            </Link>
          )}
        </Figure>
      ))}
      {where === '' ? (
        <Figure name="Interfaces" note={null}>
          {coverage === null ? null : (
            <Link
              className="number-link"
              href={hrefWith(view.address, { by: 'interface_id', shape: 'bars', n: '40' }, '/explore')}
            >
              <Quantity value={coverage.interfaces} kind="count" />
            </Link>
          )}
        </Figure>
      ) : null}
      <WatchedFigure address={view.address} coverage={coverage} before={before} />
    </dl>
  );
}

function Figure(props: {
  readonly name: string;
  readonly note: ReactNode;
  readonly children: ReactNode;
  readonly isReject?: boolean;
}) {
  const { name, note, children, isReject } = props;
  return (
    <div className={isReject === true ? 'figure is-reject' : 'figure'}>
      <dt>{name}</dt>
      <dd>
        {children ?? <span className="pending">…</span>}
        <small>{note}</small>
      </dd>
    </div>
  );
}

/** The change against the period before, and for rejects their share of all records. */
function VolumeNote(props: {
  readonly overview: Overview | null;
  readonly of: (typeof ROWS)[number]['key'];
}) {
  const { overview, of } = props;
  if (overview === null) return null;
  const { totals, previousTotals: before } = overview;
  return (
    <>
      {of === 'rejects' && Number(totals.flows) > 0 ? (
        <span className="share-of">
          {formatShare(Number(totals.rejects), Number(totals.flows))} of records
        </span>
      ) : null}
      {before !== null && Number(before.flows) > 0 ? (
        <span className="change" title="Against the period before, as long as this one">
          {formatChange(Number(totals[of]), Number(before[of]))}
        </span>
      ) : null}
    </>
  );
}

function WatchedFigure({
  address,
  coverage,
  before,
}: {
  readonly address: Address;
  readonly coverage: Coverage | null;
  readonly before: Coverage | null;
}) {
  if (coverage === null) {
    return (
      <Figure name="Watched" note={null}>
        {null}
      </Figure>
    );
  }
  const { covered, idle, skipped, unknown } = coverage.minutes;
  const all = covered + idle + skipped + unknown;
  const lost =
    all === 0
      ? 'no interface known then'
      : skipped > 0
        ? `${formatShare(skipped, all)} lost`
        : 'nothing lost';
  const then = before === null ? '' : `, ${watchedShare(before)} the period before`;
  return (
    <Figure name="Watched" note={lost + then}>
      <Link
        className="number-link number"
        href={hrefWith(address, NO_RECORDS, '/lake')}
        title={`${covered + idle} of ${all} interface-minutes; the blindest interfaces are listed under Lake`}
      >
        {formatShare(covered + idle, all)}
      </Link>
    </Figure>
  );
}

function watchedShare({ minutes: { covered, idle, skipped, unknown } }: Coverage): string {
  return formatShare(covered + idle, covered + idle + skipped + unknown);
}
