import { formatNumberOf, formatShare } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { recordsHref } from '../records/records-link.ts';
import type { ViewProps } from '../view.ts';
import { Blind } from './blind.tsx';
import { LedgerList, MalformedList } from './ledger.tsx';
import { Tables } from './tables.tsx';

const LINES = [
  { key: 'ok', name: 'Records' },
  { key: 'nodata', name: 'NODATA' },
  { key: 'skipdata', name: 'SKIPDATA' },
  { key: 'malformed', name: 'Malformed' },
] as const;

const STATUSES = { ok: 'OK', nodata: 'NODATA', skipdata: 'SKIPDATA', malformed: null } as const;

/** A number of lines; those that became records of VPC flow logs lead to them, over the whole lake. */
function Lines({ view, of }: { readonly view: ViewProps; readonly of: (typeof LINES)[number]['key'] }) {
  const { address, lake } = view;
  const { firstSeconds, lastSeconds } = lake;
  const number = <Quantity value={lake[of]} kind="count" />;
  const status = STATUSES[of];
  // Records of transit gateways are counted here as well, and stand in a table of their own.
  const hasTransit = lake.tables.some(({ name, rows }) => name === 'tgw_flows' && rows > 0);
  const isNone = status === null || hasTransit || Number(lake[of]) === 0;
  if (isNone || firstSeconds === null || lastSeconds === null) return number;
  const during = { startSeconds: firstSeconds, endSeconds: lastSeconds + 1 };
  return (
    <Link className="number-link" href={recordsHref(address, `log_status = ${status}`, during)}>
      {number}
    </Link>
  );
}

/** What is in the lake and where it came from: every line accounted for, where nobody looked, and what the files come to. */
export function LakeView(view: ViewProps) {
  const { lake } = view;
  return (
    <>
      <dl className="figures">
        <div className="figure">
          <dt>Lines</dt>
          <dd>
            <Quantity value={lake.lines} kind="count" />
            <small>of {formatNumberOf(lake.objects, 'object')}</small>
          </dd>
        </div>
        {LINES.map(({ key, name }) => (
          <div
            key={key}
            className={key === 'malformed' && Number(lake.malformed) > 0 ? 'figure is-reject' : 'figure'}
          >
            <dt>{name}</dt>
            <dd>
              <Lines view={view} of={key} />
              <small>{formatShare(Number(lake[key]), Number(lake.lines))}</small>
            </dd>
          </div>
        ))}
        <div className="figure">
          <dt>Read</dt>
          <dd>
            <Quantity value={lake.bytesRead} kind="bytes" />
            <small>decompressed</small>
          </dd>
        </div>
      </dl>
      <div className="lake-columns">
        <Blind {...view} />
        <Tables {...view} />
      </div>
      <LedgerList {...view} />
      <MalformedList {...view} />
    </>
  );
}
