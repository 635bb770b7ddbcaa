import { goTo, hrefWith } from '../address.ts';
import { get, resourceAddress } from '../client.ts';
import { ledgerCommandLine } from '../command-line.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { DataGrid } from '../parts/data-grid.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';

const STATUSES = ['all', 'ok', 'truncated', 'duplicate', 'refused'] as const;
const LIMIT = 1000;

/** What each source object became, line by line; narrowed by address and status, which the address of the page keeps. */
export function LedgerList({ address, zone }: Pick<ViewProps, 'address' | 'zone'>) {
  const { uri, status } = address.parameters;
  const parameters = { uri, status, limit: LIMIT };
  const ledger = useResource(JSON.stringify(parameters), (signal) => get('/api/ledger', parameters, signal));
  const rows = ledger.value?.rows ?? [];
  return (
    <section aria-busy={ledger.isLoading}>
      <div className="panel-line">
        <h2>Ledger</h2>
        <label className="inline-field">
          address holds{' '}
          <input
            value={uri ?? ''}
            onChange={(event) => goTo(hrefWith(address, { uri: event.target.value }), 'replace')}
            spellCheck={false}
          />
        </label>
        <label className="inline-field">
          status{' '}
          <select
            value={status ?? 'all'}
            onChange={(event) =>
              goTo(hrefWith(address, { status: event.target.value === 'all' ? null : event.target.value }))
            }
          >
            {STATUSES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span className="panel-note">
          {ledger.value === null
            ? ''
            : ledger.value.truncated
              ? `the first ${LIMIT} objects; an address narrows them`
              : `${rows.length} ${rows.length === 1 ? 'object' : 'objects'}`}
        </span>
        <CopyMenu
          sql={null}
          command={ledgerCommandLine(parameters)}
          get={resourceAddress('/api/ledger', parameters)}
        />
      </div>
      {ledger.problem === null ? null : <ProblemNote problem={ledger.problem} />}
      {ledger.value === null ? (
        <div className="lake-placeholder" />
      ) : rows.length === 0 ? (
        <p className="hint">No object is like that.</p>
      ) : (
        <DataGrid label="Ledger" columns={ledger.value.columns} rows={rows} zone={zone} height={420} />
      )}
    </section>
  );
}

/** Lines that are no records, word for word, with where they were and why. */
export function MalformedList({ address, lake, zone }: Pick<ViewProps, 'address' | 'lake' | 'zone'>) {
  const { uri } = address.parameters;
  const isClean = Number(lake.malformed) === 0;
  const parameters = { uri, limit: LIMIT };
  const malformed = useResource(isClean ? null : `malformed ${JSON.stringify(parameters)}`, (signal) =>
    get('/api/malformed', parameters, signal),
  );
  const rows = malformed.value?.rows ?? [];
  return (
    <section aria-busy={malformed.isLoading}>
      <div className="panel-line">
        <h2>Lines that are no records</h2>
        {malformed.value === null ? null : (
          <span className="panel-note">
            {malformed.value.truncated ? `the first ${LIMIT} lines` : `${rows.length} lines, word for word`}
          </span>
        )}
      </div>
      {isClean ? <p className="hint">None: every line of every object is a record.</p> : null}
      {malformed.problem === null ? null : <ProblemNote problem={malformed.problem} />}
      {malformed.value === null ? null : (
        <DataGrid
          label="Lines that are no records"
          columns={malformed.value.columns}
          rows={rows}
          zone={zone}
          height={320}
        />
      )}
    </section>
  );
}
