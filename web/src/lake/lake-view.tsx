import { formatNumberOf, formatShare } from '../format.ts';
import { Quantity } from '../parts/quantity.tsx';
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
              <Quantity value={lake[key]} kind="count" />
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
