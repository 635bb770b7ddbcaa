import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Cell } from '../../../src/api/index.ts';
import { protocolName } from '../../../src/record/index.ts';
import { formatTimestamp, type Zone } from '../format.ts';

/** A column of a grid; `type` is the engine's name of its type. */
export interface GridColumn {
  readonly name: string;
  readonly type: string;
}

/** What a cell belongs to, for who reacts to a click on it. */
export interface GridCell {
  readonly anchor: HTMLElement;
  readonly row: number;
  readonly column: GridColumn;
  readonly value: Cell;
}

interface DataGridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly zone: Zone;
  /** Pixels; rows beyond it scroll. */
  readonly height: number;
  readonly onCell?: (cell: GridCell) => void;
}

const ROW = 28;
const OVERSCAN = 8;
/** Rows that decide the widths of the columns. */
const MEASURED_ROWS = 150;
/** Characters of a column at most. */
const MAX_WIDTH = 44;
const NUMERIC = /INT|DOUBLE|DECIMAL|FLOAT|NUMERIC|REAL/;

/**
 * A table of any length: only the rows on screen exist. Arrows move through the cells, Enter opens one, Ctrl+C copies it;
 * a click on a heading sorts, and so does `s` on a cell of the column.
 */
export function DataGrid({ label, columns, rows, zone, height, onCell }: DataGridProps) {
  const [sort, setSort] = useState<{ readonly column: number; readonly isDescending: boolean } | null>(null);
  const [top, setTop] = useState(0);
  const [focus, setFocus] = useState({ row: 0, column: 0 });
  const [hasFocus, setHasFocus] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const order = useMemo(() => sortedOrder(rows, columns, sort), [rows, columns, sort]);
  const widths = useMemo(() => columnWidths(columns, rows, zone), [columns, rows, zone]);
  const first = Math.max(0, Math.floor(top / ROW) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + OVERSCAN);
  const template = widths.map((width) => `${width}ch`).join(' ');
  useEffect(() => {
    if (!hasFocus) return;
    scroller.current?.querySelector<HTMLElement>('[role=gridcell][tabindex="0"]')?.focus();
  }, [focus, hasFocus]);
  const move = (event: KeyboardEvent): void => {
    const page = Math.floor(height / ROW) - 2;
    const step = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
      PageDown: [page, 0],
      PageUp: [-page, 0],
      Home: [0, -columns.length],
      End: [0, columns.length],
    }[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    const row = clamp(focus.row + (step[0] ?? 0), rows.length);
    setFocus({ row, column: clamp(focus.column + (step[1] ?? 0), columns.length) });
    const box = scroller.current;
    if (box === null) return;
    if (row * ROW < box.scrollTop) box.scrollTop = row * ROW;
    else if ((row + 2) * ROW > box.scrollTop + height) box.scrollTop = (row + 2) * ROW - height;
  };
  return (
    <div
      ref={scroller}
      className="grid"
      style={{ maxHeight: height }}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={move}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
    >
      <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map((column, index) => (
          <div
            key={column.name}
            role="columnheader"
            aria-sort={sort?.column !== index ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
          >
            <button
              type="button"
              className={isNumeric(column) ? 'is-number' : ''}
              tabIndex={-1}
              onClick={() => setSort(nextSort(sort, index))}
            >
              {column.name}
              {sort?.column === index ? (
                <span aria-hidden="true">{sort.isDescending ? ' ↓' : ' ↑'}</span>
              ) : null}
            </button>
          </div>
        ))}
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: rows.length * ROW }}>
        {order.slice(first, last).map((at, offset) => {
          const index = first + offset;
          return (
            <div
              key={at}
              className="grid-row"
              role="row"
              aria-rowindex={index + 2}
              style={{ top: index * ROW, gridTemplateColumns: template }}
            >
              {columns.map((column, c) => {
                const value = rows[at]?.[c] ?? null;
                const isCurrent = index === clamp(focus.row, rows.length) && c === focus.column;
                return (
                  <div
                    key={column.name}
                    role="gridcell"
                    className={cellClass(value, column)}
                    tabIndex={isCurrent ? 0 : -1}
                    title={exactText(value)}
                    onClick={(event) => {
                      setFocus({ row: index, column: c });
                      onCell?.({ anchor: event.currentTarget, row: at, column, value });
                    }}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter')
                        onCell?.({ anchor: event.currentTarget, row: at, column, value });
                      else if (event.key === 's') setSort(nextSort(sort, c));
                      else if (event.key === 'c' && (event.ctrlKey || event.metaKey))
                        void navigator.clipboard?.writeText(exactText(value));
                    }}
                  >
                    {cellText(value, column, zone)}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The rows as tab-separated text with a heading, for spreadsheets. */
export function gridTsv(columns: readonly GridColumn[], rows: readonly (readonly Cell[])[]): string {
  const clean = (value: Cell): string => exactText(value).replaceAll(/[\t\r\n]+/g, ' ');
  return [
    columns.map((column) => column.name).join('\t'),
    ...rows.map((row) => row.map(clean).join('\t')),
  ].join('\n');
}

/** A cell as it is, without any rounding. */
export function exactText(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function cellText(value: Cell, column: GridColumn, zone: Zone): string {
  if (value === null) return '–';
  if (isTime(column, value)) return formatTimestamp(Number(value), zone);
  if (column.name === 'protocol' && typeof value === 'number') return protocolName(value);
  const text = exactText(value);
  // Addresses of objects differ at their ends.
  return column.name === 'uri' && text.length > MAX_WIDTH ? `…${text.slice(1 - MAX_WIDTH)}` : text;
}

/** Starts and ends of records are Unix seconds; people read times. */
function isTime(column: GridColumn, value: Cell): boolean {
  return (
    /^(?:start|end|time|first_seen|last_seen)$/.test(column.name) && typeof value === 'number' && value > 1e8
  );
}

function isNumeric(column: GridColumn): boolean {
  return NUMERIC.test(column.type);
}

function cellClass(value: Cell, column: GridColumn): string {
  if (value === null) return 'is-null';
  if (column.name === 'action' && value === 'REJECT') return 'is-reject';
  return isNumeric(column) ? 'is-number' : '';
}

function nextSort(
  sort: { readonly column: number; readonly isDescending: boolean } | null,
  column: number,
): { readonly column: number; readonly isDescending: boolean } | null {
  if (sort?.column !== column) return { column, isDescending: true };
  return sort.isDescending ? { column, isDescending: false } : null;
}

function sortedOrder(
  rows: readonly (readonly Cell[])[],
  columns: readonly GridColumn[],
  sort: { readonly column: number; readonly isDescending: boolean } | null,
): readonly number[] {
  const order = rows.map((_, index) => index);
  if (sort === null) return order;
  const column = columns[sort.column];
  const byNumber = column !== undefined && isNumeric(column);
  const sign = sort.isDescending ? -1 : 1;
  return order.sort((a, b) => {
    const [left = null, right = null] = [rows[a]?.[sort.column], rows[b]?.[sort.column]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const difference = byNumber ? Number(left) - Number(right) : exactText(left) < exactText(right) ? -1 : 1;
    return sign * difference;
  });
}

function columnWidths(
  columns: readonly GridColumn[],
  rows: readonly (readonly Cell[])[],
  zone: Zone,
): readonly number[] {
  return columns.map((column, index) => {
    const texts = rows
      .slice(0, MEASURED_ROWS)
      .map((row) => cellText(row[index] ?? null, column, zone).length);
    return Math.min(MAX_WIDTH, Math.max(column.name.length + 2, ...texts)) + 3;
  });
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
