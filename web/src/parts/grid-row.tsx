import { memo } from 'react';
import type { Cell } from '../../../src/api/index.ts';
import { type CellStyle, cellText, cellTitle, type GridColumn, isRightAligned } from './cell-text.ts';
import type { PlacedColumn } from './grid-layout.ts';

/** `focus` says that a cell has it, `point` goes to a cell, `extend` selects up to it, `open` asks what can be done with it. */
export type ReactToCell = (
  row: number,
  column: number,
  how: 'focus' | 'point' | 'extend' | 'open',
  element: HTMLElement,
) => void;

interface GridRowProps {
  readonly index: number;
  readonly top: number;
  readonly row: readonly Cell[];
  readonly columns: readonly PlacedColumn[];
  readonly template: string;
  readonly style: CellStyle;
  /** The column of the cell that has the focus, when it is in this row. */
  readonly current: number | null;
  /** The columns of this row that are selected, first and last. */
  readonly left: number | null;
  readonly right: number | null;
  readonly onCell: ReactToCell;
}

/** One row of a table. It is drawn again only when something of it changed: scrolling thousands of rows stays smooth. */
export const GridRow = memo(
  ({ index, top, row, columns, template, style, current, left, right, onCell }: GridRowProps) => (
    <div
      className="grid-row"
      role="row"
      aria-rowindex={index + 2}
      style={{ top, gridTemplateColumns: template }}
    >
      {columns.map((column, c) => {
        const value = row[column.index] ?? null;
        const isSelected = left !== null && right !== null && c >= left && c <= right;
        return (
          <div
            key={column.id}
            role="gridcell"
            className={isSelected ? `${cellClass(value, column)} is-selected` : cellClass(value, column)}
            aria-selected={isSelected}
            tabIndex={c === current ? 0 : -1}
            data-current={c === current ? '' : undefined}
            title={cellTitle(value, column)}
            onFocus={(event) => onCell(index, c, 'focus', event.currentTarget)}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              onCell(index, c, event.shiftKey ? 'extend' : 'point', event.currentTarget);
            }}
            onPointerEnter={(event) => {
              if (event.buttons === 1) onCell(index, c, 'extend', event.currentTarget);
            }}
            onClick={(event) => {
              if (!event.shiftKey) onCell(index, c, 'open', event.currentTarget);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // The menu takes the focus at once, and must not take the rest of the key press.
              event.preventDefault();
              onCell(index, c, 'open', event.currentTarget);
            }}
          >
            {cellText(value, column, style)}
          </div>
        );
      })}
    </div>
  ),
  (before, after) =>
    before.row === after.row &&
    before.index === after.index &&
    before.columns === after.columns &&
    before.template === after.template &&
    before.style === after.style &&
    before.current === after.current &&
    before.left === after.left &&
    before.right === after.right,
);
GridRow.displayName = 'GridRow';

function cellClass(value: Cell, column: GridColumn): string {
  const side = isRightAligned(column) ? 'is-number' : '';
  if (value === null || value === '') return `is-null ${side}`;
  if (column.name === 'action' && value === 'REJECT') return 'is-reject';
  return value === 0 ? `is-zero ${side}` : side;
}
