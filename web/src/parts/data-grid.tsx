import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Cell } from '../../../src/api/index.ts';
import { useRowHeight } from '../density.ts';
import { formatQuantity, type Zone } from '../format.ts';
import {
  type CellStyle,
  cellText,
  compareCells,
  exactText,
  type GridColumn,
  isNumeric,
  MAX_CELL,
  quantityOf,
} from './cell-text.ts';
import { GridHead } from './grid-head.tsx';
import {
  type GridSort,
  type PlacedColumn,
  placedColumns,
  shownColumns,
  useGridLayout,
} from './grid-layout.ts';
import { GridRow, type ReactToCell } from './grid-row.tsx';
import { type CellPlace, type CellRange, movedBy, rangeBetween, rangeSize } from './grid-selection.ts';
import { GridTools } from './grid-tools.tsx';
import { tableText } from './table-text.ts';

/** What a cell belongs to, for who reacts to a click on it. */
export interface GridCell {
  readonly anchor: HTMLElement;
  /** Index into the rows as they were given. */
  readonly row: number;
  readonly column: GridColumn;
  readonly value: Cell;
}

interface DataGridProps {
  readonly label: string;
  /** Under which the choices of columns are kept; the label when absent. */
  readonly name?: string;
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly zone: Zone;
  /** Pixels; rows beyond it scroll. */
  readonly height: number;
  /** Beside the tools: how many rows there are, and whether these are all. */
  readonly note?: string;
  /** True when there are more rows than these, so that sorting orders only a part. */
  readonly isPartial?: boolean;
  readonly onCell?: (cell: GridCell) => void;
}

const OVERSCAN = 8;
/** Rows that decide the widths of the columns. */
const MEASURED_ROWS = 150;

/**
 * A table of any length: only the rows on screen exist. Columns are sorted, moved, resized and hidden by mouse and by
 * keyboard; cells are selected and copied; the choices of columns stay in this browser.
 */
export function DataGrid(props: DataGridProps) {
  const { label, columns, rows, zone, height, onCell, isPartial = false } = props;
  const [layout, setLayout] = useGridLayout(props.name ?? label);
  const [sort, setSort] = useState<GridSort | null>(null);
  const [top, setTop] = useState(0);
  const [focus, setFocus] = useState<CellPlace>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState<CellPlace | null>(null);
  const [hasFocus, setHasFocus] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const all = useMemo(() => placedColumns(columns, layout), [columns, layout]);
  const shown = useMemo(() => shownColumns(all, layout), [all, layout]);
  const style = useMemo((): CellStyle => ({ zone, isExact: layout.isExact }), [zone, layout.isExact]);
  const order = useMemo(() => sortedOrder(rows, all, sort), [rows, all, sort]);
  const template = useMemo(
    () => shown.map((column) => widthOf(column, rows, style, layout.widths[column.id])).join(' '),
    [shown, rows, style, layout.widths],
  );
  const current = {
    row: Math.min(focus.row, rows.length - 1),
    column: Math.min(focus.column, shown.length - 1),
  };
  const range = anchor === null ? null : rangeBetween(anchor, current);
  useEffect(() => {
    if (hasFocus) scroller.current?.querySelector<HTMLElement>('[data-current]')?.focus();
  }, [current.row, current.column, hasFocus, template]);
  const go = (to: CellPlace, isExtending: boolean): void => {
    setAnchor(isExtending ? (anchor ?? current) : null);
    setFocus(to);
    const box = scroller.current;
    if (box === null || to.row < 0) return;
    if (to.row * rowHeight < box.scrollTop) box.scrollTop = to.row * rowHeight;
    else if ((to.row + 2) * rowHeight > box.scrollTop + height)
      box.scrollTop = (to.row + 2) * rowHeight - height;
  };
  const piece = (within: CellRange | null) => {
    const chosen = within === null ? shown : shown.slice(within.left, within.right + 1);
    const lines = within === null ? order : order.slice(within.top, within.bottom + 1);
    return {
      columns: chosen,
      rows: lines.map((at) => chosen.map((column) => rows[at]?.[column.index] ?? null)),
    };
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const to = movedBy({ key: event.key, ctrlKey: isCommand }, current, {
      rows: rows.length,
      columns: shown.length,
      page: Math.max(1, Math.floor(height / rowHeight) - 2),
    });
    const column = shown[current.column];
    if (to !== null) go(to, event.shiftKey && to.row >= 0);
    else if (isCommand && event.key === 'a') {
      setAnchor({ row: 0, column: 0 });
      setFocus({ row: rows.length - 1, column: shown.length - 1 });
    } else if (isCommand && event.key === 'c') {
      const cell = rows[order[current.row] ?? -1]?.[column?.index ?? -1] ?? null;
      copy(range === null ? exactText(cell) : tableText(piece(range), 'TSV'));
    } else if (event.key === 'Escape' && range !== null) setAnchor(null);
    else if (event.key === 's' && !isCommand && column !== undefined) setSort(nextSort(sort, column.id));
    else return;
    event.preventDefault();
  };
  const reaction = useRef<ReactToCell>(() => undefined);
  reaction.current = (index, column, how, element) => {
    const chosen = shown[column];
    if (how === 'focus') {
      if (index !== current.row || column !== current.column) setFocus({ row: index, column });
    } else if (how !== 'open') go({ row: index, column }, how === 'extend');
    else if (chosen !== undefined) {
      const at = order[index] ?? 0;
      onCell?.({ anchor: element, row: at, column: chosen, value: rows[at]?.[chosen.index] ?? null });
    }
  };
  // One function for ever, so that rows are not drawn again for it.
  const react = useCallback<ReactToCell>((...event) => reaction.current(...event), []);
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  const indices = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
  // The cell with the focus exists even where it is scrolled away; keys would be lost with it.
  if (current.row >= 0 && (current.row < first || current.row >= last)) indices.push(current.row);
  return (
    <div className="grid-frame">
      <GridTools
        layout={layout}
        columns={all}
        onLayout={setLayout}
        note={noteOf(props.note, isPartial && sort !== null)}
        selection={range === null ? null : selectionNote(piece(range), range)}
        onCopy={(form) => copy(tableText(piece(range), form))}
      />
      <div
        ref={scroller}
        className="grid"
        style={{ maxHeight: height }}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={shown.length}
        aria-multiselectable="true"
        aria-description="Arrows move, Shift with arrows selects, Ctrl+C copies, Enter opens, s sorts; in the heading Alt with arrows moves the column, with Shift its width, Delete hides it."
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKey}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
      >
        <GridHead
          columns={shown}
          all={all}
          layout={layout}
          template={template}
          sort={sort}
          current={current.row < 0 ? current.column : null}
          onFocus={(column) => go({ row: -1, column }, false)}
          onSort={(id) => setSort(nextSort(sort, id))}
          onLayout={setLayout}
        />
        <div className="grid-body" role="rowgroup" style={{ height: rows.length * rowHeight }}>
          {indices.map((index) => {
            const at = order[index] ?? 0;
            const isIn = range !== null && index >= range.top && index <= range.bottom;
            return (
              <GridRow
                key={at}
                index={index}
                top={index * rowHeight}
                row={rows[at] ?? []}
                columns={shown}
                template={template}
                style={style}
                current={index === current.row ? current.column : null}
                left={isIn ? range.left : null}
                right={isIn ? range.right : null}
                onCell={react}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function copy(text: string): void {
  void navigator.clipboard?.writeText(text);
}

function noteOf(note: string | undefined, isPartlySorted: boolean): string {
  return [note, isPartlySorted ? 'sorted among these rows only' : undefined]
    .filter((part) => part !== undefined)
    .join('; ');
}

/** `12 cells` and, of a column that counts something, their sum. */
function selectionNote(
  {
    columns,
    rows,
  }: { readonly columns: readonly PlacedColumn[]; readonly rows: readonly (readonly Cell[])[] },
  range: CellRange,
): string {
  const count = `${rangeSize(range)} cells`;
  const [only] = columns;
  const quantity = only === undefined || columns.length > 1 ? null : quantityOf(only);
  if (quantity === null) return count;
  const sum = rows.reduce((total, row) => total + Number(row[0] ?? 0), 0);
  return `${count}, sum ${formatQuantity(sum, quantity).short}`;
}

/** Descending first, then ascending, then as it came. */
function nextSort(sort: GridSort | null, id: string): GridSort | null {
  if (sort?.id !== id) return { id, isDescending: true };
  return sort.isDescending ? { id, isDescending: false } : null;
}

/** Indices of the rows in their order; missing values last, whichever way. */
function sortedOrder(
  rows: readonly (readonly Cell[])[],
  columns: readonly PlacedColumn[],
  sort: GridSort | null,
): readonly number[] {
  const order = rows.map((_, index) => index);
  const column = columns.find((entry) => entry.id === sort?.id);
  if (sort === null || column === undefined) return order;
  const sign = sort.isDescending ? -1 : 1;
  return order.sort((a, b) => {
    const [left = null, right = null] = [rows[a]?.[column.index], rows[b]?.[column.index]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compareCells(left, right, column);
  });
}

function widthOf(
  column: PlacedColumn,
  rows: readonly (readonly Cell[])[],
  style: CellStyle,
  chosen: number | undefined,
): string {
  if (chosen !== undefined) return `${chosen}px`;
  const lengths = rows
    .slice(0, MEASURED_ROWS)
    .map((row) => cellText(row[column.index] ?? null, column, style).length);
  const least = isNumeric(column) ? 6 : 4;
  return `${Math.min(MAX_CELL, Math.max(least, column.name.length + 2, ...lengths)) + 3}ch`;
}
