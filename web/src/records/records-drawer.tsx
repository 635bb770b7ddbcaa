import { useEffect, useState } from 'react';
import type { Cell, Records } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { get, resourceAddress } from '../client.ts';
import { recordsCommandLine } from '../command-line.ts';
import { type FieldValue, isField } from '../filter.ts';
import { ICONS } from '../frame/icons.tsx';
import type { GridColumn } from '../parts/cell-text.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { DataGrid } from '../parts/data-grid.tsx';
import { DownloadMenu } from '../parts/download-menu.tsx';
import { fieldValueOf } from '../parts/field-value.tsx';
import { Link } from '../parts/link.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { ValueMenu } from '../parts/value-menu.tsx';
import { type Resource, useResource } from '../resource.ts';
import { formatRange, stretchOf } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import { RecordDetail } from './record-detail.tsx';
import { NO_RECORDS, recordsHref } from './records-link.ts';

const LIMIT = 1000;
const HEIGHT = 320;

/** What people look at first; the rest of the columns follow in the order of the table. */
const FIRST = [
  'start',
  'action',
  'srcaddr',
  'srcport',
  'dstaddr',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'direction',
  'interface_id',
  'log_status',
  'end',
];

/** The records behind a number, over the view that they belong to. Its filter is `records` in the address. */
export function RecordsDrawer(view: ViewProps) {
  const { address, range, zone } = view;
  const where = address.parameters['records'] ?? '';
  const during = stretchOf(address.parameters['during']);
  const stretch = during ?? range;
  const parameters = {
    from: stretch.startSeconds,
    to: stretch.endSeconds,
    where: where === 'any' ? '' : where,
  };
  const { records, more } = useRecordPages(parameters);
  const [menu, setMenu] = useState<{
    readonly anchor: Element;
    readonly values: readonly FieldValue[];
    readonly row: number;
  } | null>(null);
  const [detail, setDetail] = useState<number | null>(null);
  const close = (): void => goTo(hrefWith(address, NO_RECORDS));
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) goTo(hrefWith(address, NO_RECORDS));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [address]);
  const table = records.value === null ? null : arranged(records.value);
  const shown = detail === null ? undefined : table?.rows[detail];
  return (
    <section className="drawer" aria-label="Records" aria-busy={records.isLoading}>
      <div className="panel-line">
        <h2>Records</h2>
        <span className="code drawer-filter" title={where}>
          {where === 'any' ? 'all' : where}
        </span>
        {during === null ? null : (
          <>
            <span className="drawer-during">{formatRange(during.startSeconds, during.endSeconds, zone)}</span>
            <Link className="text-button" href={recordsHref(address, where)}>
              Whole range
            </Link>
          </>
        )}
        <span className="spring" />
        {records.value === null ? null : (
          <CopyMenu
            sql={records.value.explain.sql}
            command={recordsCommandLine(parameters)}
            get={resourceAddress('/api/records', parameters)}
          />
        )}
        <DownloadMenu
          name="records"
          address={resourceAddress('/api/records', parameters)}
          isTruncated={records.value?.truncated === true}
        />
        {more === null ? null : (
          <button type="button" className="text-button" disabled={records.isLoading} onClick={more}>
            {LIMIT} more
          </button>
        )}
        <button
          type="button"
          className="icon-button drawer-close"
          aria-label="Close the records"
          onClick={close}
        >
          {ICONS.close}
        </button>
      </div>
      {records.problem === null ? null : <ProblemNote problem={records.problem} />}
      {table === null ? (
        <p className="hint drawer-space" role="status" style={{ height: HEIGHT }}>
          {records.problem === null ? 'Reading the records…' : ''}
        </p>
      ) : shown === undefined ? (
        <DataGrid
          label="Records"
          columns={table.columns}
          rows={table.rows}
          zone={zone}
          height={HEIGHT}
          note={records.value === null ? '' : countNote(records.value)}
          isPartial={records.value?.truncated === true}
          onCell={({ anchor, row, column, value }) =>
            isField(column.name)
              ? setMenu({ anchor, values: [fieldValueOf(column.name, value)], row })
              : setDetail(row)
          }
        />
      ) : (
        <RecordDetail
          columns={table.columns}
          row={shown}
          zone={zone}
          height={HEIGHT + 40}
          onStep={(step) => {
            const next = (detail ?? 0) + step;
            return table.rows[next] === undefined ? null : () => setDetail(next);
          }}
          onBack={() => setDetail(null)}
        />
      )}
      {menu === null ? null : (
        <ValueMenu
          anchor={menu.anchor}
          address={{ ...address, parameters: withoutRecords(address.parameters) }}
          values={menu.values}
          onClose={() => setMenu(null)}
          extra={{
            name: 'The whole record',
            act: () => {
              setDetail(menu.row);
              setMenu(null);
            },
          }}
        />
      )}
    </section>
  );
}

/** Records page by page: each page goes below those that are there, and all see the lake as the first one did. */
function useRecordPages(parameters: { readonly from: number; readonly to: number; readonly where: string }): {
  readonly records: Resource<Records>;
  /** Asks for the next page; null when there is none. */
  readonly more: (() => void) | null;
} {
  const key = JSON.stringify(parameters);
  const [pages, setPages] = useState<{ readonly key: string; readonly before: Records | null }>({
    key,
    before: null,
  });
  const before = pages.key === key ? pages.before : null;
  const cursor = before?.next ?? null;
  const records = useResource(`${key} ${cursor ?? ''}`, async (signal) => {
    if (before === null || cursor === null)
      return get('/api/records', { ...parameters, limit: LIMIT }, signal);
    const next = Object.fromEntries(new URL(cursor, window.location.origin).searchParams);
    const page = await get('/api/records', next, signal);
    return { ...page, rows: [...before.rows, ...page.rows] };
  });
  const { value, isLoading } = records;
  const hasMore = value !== null && !isLoading && value.next !== null;
  return { records, more: hasMore ? () => setPages({ key, before: value }) : null };
}

function withoutRecords(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { records: _, during: __, ...rest } = parameters;
  return rest;
}

function countNote(records: Records): string {
  return records.truncated
    ? `The latest ${records.rows.length} records; there are more`
    : `${records.rows.length} records, all of them`;
}

/** The usual columns first, and no column in which every record is empty. */
function arranged(records: Records): {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly Cell[])[];
} {
  const indices = records.columns.map((_, index) => index);
  const rank = (index: number): number => {
    const at = FIRST.indexOf(records.columns[index]?.name ?? '');
    return at < 0 ? FIRST.length : at;
  };
  const kept = indices
    .filter((index) => records.rows.some((row) => row[index] !== null))
    .sort((a, b) => rank(a) - rank(b) || a - b);
  return {
    columns: kept.flatMap((index) => records.columns[index] ?? []),
    rows: records.rows.map((row) => kept.map((index) => row[index] ?? null)),
  };
}
