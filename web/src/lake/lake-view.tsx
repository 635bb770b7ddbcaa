import { useState } from 'react';
import { get } from '../client.ts';
import { formatMoment, formatQuantity, formatShare } from '../format.ts';
import { DataGrid } from '../parts/data-grid.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';

const STATUSES = ['all', 'ok', 'truncated', 'duplicate', 'refused'] as const;
const LINES = [
  { key: 'ok', name: 'Records' },
  { key: 'nodata', name: 'NODATA' },
  { key: 'skipdata', name: 'SKIPDATA' },
  { key: 'malformed', name: 'Malformed' },
] as const;

/** What is in the lake and where it came from: every line accounted for, and where nobody looked. */
export function LakeView(view: ViewProps) {
  const { lake } = view;
  return (
    <>
      <dl className="figures">
        <div className="figure">
          <dt>Lines</dt>
          <dd>
            <Quantity value={lake.lines} kind="count" />
            <small>of {formatQuantity(lake.objects, 'count').short} objects</small>
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
        <Tables {...view} />
        <Blindest {...view} />
      </div>
      <LedgerList {...view} />
      {Number(lake.malformed) > 0 ? <MalformedList {...view} /> : null}
    </>
  );
}

function Tables({ lake, zone }: ViewProps) {
  return (
    <section>
      <h2 className="section-title">Tables</h2>
      <table className="plain-table">
        <tbody>
          {lake.tables.map((table) => (
            <tr key={table.name}>
              <th scope="row" className="code">
                {table.name}
              </th>
              <td>
                <Quantity value={table.rows} kind="count" /> rows
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lake.ingestedSeconds === null ? null : (
        <p className="hint">Latest commit {formatMoment(lake.ingestedSeconds, zone)}</p>
      )}
    </section>
  );
}

/** The interfaces that were watched least in the range on screen. */
function Blindest({ range }: ViewProps) {
  const parameters = { ...range.asked, limit: 9 };
  const coverage = useResource(JSON.stringify(parameters), (signal) =>
    get('/api/coverage', parameters, signal),
  );
  return (
    <section aria-busy={coverage.isLoading}>
      <h2 className="section-title">
        Where nobody looked <span className="by">interface-minutes of this range</span>
      </h2>
      {coverage.problem === null ? null : <ProblemNote problem={coverage.problem} />}
      {coverage.value?.blindest.length === 0 ? (
        <p className="hint">Every interface was watched in every minute.</p>
      ) : null}
      <table className="plain-table">
        <tbody>
          {coverage.value?.blindest.map((entry) => {
            const all = entry.covered + entry.idle + entry.skipped + entry.unknown;
            return (
              <tr key={entry.interfaceId ?? 'none'}>
                <th scope="row" className="code">
                  {entry.interfaceId ?? 'no interface named'}
                </th>
                <td title={`${entry.unknown} minutes`}>{formatShare(entry.unknown, all)} not watched</td>
                <td title={`${entry.skipped} minutes`}>{formatShare(entry.skipped, all)} lost</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function LedgerList({ zone }: ViewProps) {
  const [uri, setUri] = useState('');
  const [status, setStatus] = useState<(typeof STATUSES)[number]>('all');
  const parameters = { uri, status: status === 'all' ? undefined : status, limit: 1000 };
  const ledger = useResource(JSON.stringify(parameters), (signal) => get('/api/ledger', parameters, signal));
  return (
    <section aria-busy={ledger.isLoading}>
      <div className="panel-line">
        <h2>Ledger</h2>
        <label className="inline-field">
          address holds{' '}
          <input value={uri} onChange={(event) => setUri(event.target.value)} spellCheck={false} />
        </label>
        <label className="inline-field">
          status{' '}
          <select value={status} onChange={(event) => setStatus(event.target.value as typeof status)}>
            {STATUSES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span className="panel-note">
          {ledger.value === null
            ? ''
            : ledger.value.truncated
              ? 'the first 1000 objects'
              : `${ledger.value.rows.length} objects`}
        </span>
      </div>
      {ledger.problem === null ? null : <ProblemNote problem={ledger.problem} />}
      {ledger.value === null ? null : (
        <DataGrid
          label="Ledger"
          columns={ledger.value.columns}
          rows={ledger.value.rows}
          zone={zone}
          height={420}
        />
      )}
    </section>
  );
}

function MalformedList({ zone }: ViewProps) {
  const malformed = useResource('malformed', (signal) => get('/api/malformed', { limit: 1000 }, signal));
  return (
    <section aria-busy={malformed.isLoading}>
      <div className="panel-line">
        <h2>Lines that are no records</h2>
      </div>
      {malformed.problem === null ? null : <ProblemNote problem={malformed.problem} />}
      {malformed.value === null ? null : (
        <DataGrid
          label="Lines that are no records"
          columns={malformed.value.columns}
          rows={malformed.value.rows}
          zone={zone}
          height={320}
        />
      )}
    </section>
  );
}
