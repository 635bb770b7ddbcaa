import type { Coverage, Overview } from '../../../src/api/index.ts';
import { formatChange, formatShare } from '../format.ts';
import { Quantity } from '../parts/quantity.tsx';

/** The headline numbers: what there was, against the period before. Their space is kept while they load. */
export function Figures({
  overview,
  coverage,
}: {
  readonly overview: Overview | null;
  readonly coverage: Coverage | null;
}) {
  const totals = overview?.totals;
  const before = overview?.previousTotals ?? null;
  const minutes = coverage?.minutes;
  const watched = minutes === undefined ? 0 : minutes.covered + minutes.idle;
  const all = minutes === undefined ? 0 : watched + minutes.skipped + minutes.unknown;
  const rows = [
    { name: 'Bytes', key: 'bytes', kind: 'bytes' },
    { name: 'Packets', key: 'packets', kind: 'count' },
    { name: 'Records', key: 'flows', kind: 'count' },
    { name: 'Rejected', key: 'rejects', kind: 'count' },
  ] as const;
  return (
    <dl className="figures">
      {rows.map(({ name, key, kind }) => (
        <div key={key} className={key === 'rejects' ? 'figure is-reject' : 'figure'}>
          <dt>{name}</dt>
          <dd>
            {totals === undefined ? (
              <span className="pending">…</span>
            ) : (
              <Quantity value={totals[key]} kind={kind} />
            )}
            <small>
              {totals === undefined
                ? '\u00a0'
                : key === 'rejects'
                  ? `${formatShare(Number(totals.rejects), Number(totals.flows))} of records`
                  : '\u00a0'}
              {totals !== undefined && before !== null && Number(before.flows) > 0 ? (
                <span className="change" title="Against the period before, as long as this one">
                  {formatChange(Number(totals[key]), Number(before[key]))}
                </span>
              ) : null}
            </small>
          </dd>
        </div>
      ))}
      <div className="figure">
        <dt>Interfaces</dt>
        <dd>
          {coverage === null ? (
            <span className="pending">…</span>
          ) : (
            <Quantity value={coverage.interfaces} kind="count" />
          )}
          <small>{'\u00a0'}</small>
        </dd>
      </div>
      <div className="figure">
        <dt>Watched</dt>
        <dd>
          {minutes === undefined ? (
            <span className="pending">…</span>
          ) : (
            <span className="number" title={`${watched} of ${all} interface-minutes`}>
              {formatShare(watched, all)}
            </span>
          )}
          <small>
            {minutes === undefined
              ? '\u00a0'
              : minutes.skipped > 0
                ? `${formatShare(minutes.skipped, all)} lost`
                : 'nothing lost'}
          </small>
        </dd>
      </div>
    </dl>
  );
}
