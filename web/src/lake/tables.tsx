import { TABLES } from '../../../src/record/index.ts';
import { get } from '../client.ts';
import { formatMoment } from '../format.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';

/** The tables of the lake: rows, files, size, reach, and whether compaction has been there. */
export function Tables({ lake, zone }: ViewProps) {
  const key = `storage ${lake.ingestedSeconds ?? 0} ${String(lake.objects)}`;
  const storage = useResource(key, (signal) => get('/api/storage', {}, signal));
  const status = storage.value;
  const tables = status?.tables.filter((table) => table.rows > 0 || table.files > 0) ?? [];
  const small = tables.reduce((sum, table) => sum + table.smallFiles, 0);
  const unsorted = tables.reduce((sum, table) => sum + table.unsortedFiles, 0);
  return (
    <section aria-busy={storage.isLoading}>
      <h2 className="section-title">
        Tables
        {status === null ? null : (
          <span className="by">
            <Quantity value={status.bytes} kind="bytes" /> in all
          </span>
        )}
      </h2>
      {storage.problem === null ? null : <ProblemNote problem={storage.problem} />}
      {status === null ? (
        <div className="lake-placeholder" />
      ) : (
        <>
          <div className="table-scroll" role="region" aria-label="Tables" tabIndex={0}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">Table</th>
                  <th scope="col">Rows</th>
                  <th scope="col">Files</th>
                  <th scope="col">Size</th>
                  <th scope="col">From</th>
                  <th scope="col">To</th>
                  <th scope="col">Compacted</th>
                </tr>
              </thead>
              <tbody>
                {tables.map((table) => (
                  <tr key={table.table}>
                    <th scope="row" className="code">
                      {table.table}
                    </th>
                    <td>
                      <Quantity value={table.rows} kind="count" />
                    </td>
                    <td>
                      <Quantity value={table.files} kind="count" />
                    </td>
                    <td>
                      <Quantity value={table.bytes} kind="bytes" />
                    </td>
                    <td>{partitionText(table.table, table.oldest)}</td>
                    <td>{partitionText(table.table, table.newest)}</td>
                    <td>
                      {table.compactedSeconds === null ? 'never' : formatMoment(table.compactedSeconds, zone)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <dl className="lake-facts">
            <div>
              <dt>Place</dt>
              <dd className="code">{status.uri}</dd>
            </div>
            <div>
              <dt>Version</dt>
              <dd>
                {status.version}
                {status.lastCommitSeconds === null
                  ? null
                  : `, committed ${formatMoment(status.lastCommitSeconds, zone)}`}
              </dd>
            </div>
            <div>
              <dt>Retention</dt>
              <dd>
                {status.rawKeptFrom === null && status.rollupsKeptFrom === null
                  ? 'nothing has expired'
                  : `records from ${status.rawKeptFrom ?? 'the beginning'}, sums from ${status.rollupsKeptFrom ?? 'the beginning'}`}
              </dd>
            </div>
            <div>
              <dt>Compaction</dt>
              <dd>
                {unsorted === 0 ? (
                  'every file is sorted'
                ) : (
                  <>
                    {unsorted} files unsorted, {small} small: <code>weir lake compact</code>
                  </>
                )}
              </dd>
            </div>
          </dl>
        </>
      )}
    </section>
  );
}

/** The first or last partition of a table: a day, or the month that it is a part of. */
function partitionText(table: string, first: string | null): string {
  if (first === null) return '–';
  return TABLES.find(({ name }) => name === table)?.partition === 'month' ? first.slice(0, 7) : first;
}
