import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { columnMeaning, isRightAligned } from './cell-text.ts';
import {
  type GridLayout,
  type GridSort,
  moveColumn,
  type PlacedColumn,
  resizeColumn,
  stepColumn,
  toggleColumn,
} from './grid-layout.ts';

/** Pixels that one press of a key changes a width by. */
const WIDTH_STEP = 16;

/** The heading of a table: a click sorts, dragging a name moves its column, dragging its edge resizes it. */
export function GridHead(props: {
  readonly columns: readonly PlacedColumn[];
  readonly all: readonly PlacedColumn[];
  readonly layout: GridLayout;
  readonly template: string;
  readonly sort: GridSort | null;
  /** The heading that has the focus, when one has it. */
  readonly current: number | null;
  readonly onFocus: (column: number) => void;
  readonly onSort: (id: string) => void;
  readonly onLayout: (layout: GridLayout) => void;
}) {
  const { columns, all, layout, template, sort, current, onFocus, onSort, onLayout } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const onKey = (event: KeyboardEvent<HTMLElement>, id: string, index: number): void => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.altKey && step !== 0 && event.shiftKey) {
      const width = event.currentTarget.getBoundingClientRect().width;
      onLayout(resizeColumn(layout, id, width + step * WIDTH_STEP));
    } else if (event.altKey && step !== 0) {
      const next = stepColumn(layout, all, id, step);
      if (next === layout) return;
      onLayout(next);
      onFocus(index + step);
    } else if (event.key === 'Delete') onLayout(toggleColumn(layout, id));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      {columns.map((column, index) => (
        <div
          key={column.id}
          role="columnheader"
          aria-sort={sort?.id !== column.id ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
          className={over === column.id && dragged !== column.id ? 'is-target' : ''}
          onDragOver={(event) => {
            if (dragged === null) return;
            event.preventDefault();
            setOver(column.id);
          }}
          onDrop={(event) => {
            event.preventDefault();
            if (dragged !== null) onLayout(moveColumn(layout, all, dragged, column.id));
          }}
        >
          <button
            type="button"
            draggable
            className={isRightAligned(column) ? 'is-number' : ''}
            title={columnMeaning(column)}
            tabIndex={index === current ? 0 : -1}
            data-current={index === current ? '' : undefined}
            onClick={() => onSort(column.id)}
            onKeyDown={(event) => onKey(event, column.id, index)}
            onDragStart={() => setDragged(column.id)}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
          >
            {column.name}
            {sort?.id === column.id ? (
              <span aria-hidden="true">{sort.isDescending ? ' ↓' : ' ↑'}</span>
            ) : null}
          </button>
          <ResizeEdge
            onResize={(width) => onLayout(resizeColumn(layout, column.id, width))}
            onReset={() => onLayout(resizeColumn(layout, column.id, null))}
          />
        </div>
      ))}
    </div>
  );
}

/** The right edge of a heading; a double click gives the width back to the content. For the mouse only: keys do it too. */
function ResizeEdge(props: { readonly onResize: (width: number) => void; readonly onReset: () => void }) {
  const [start, setStart] = useState<{ readonly x: number; readonly width: number } | null>(null);
  const widthAt = (event: PointerEvent): number => (start?.width ?? 0) + event.clientX - (start?.x ?? 0);
  return (
    <span
      className="grid-edge"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? 0;
        setStart({ x: event.clientX, width });
      }}
      onPointerMove={(event) => {
        if (start !== null) props.onResize(widthAt(event));
      }}
      onPointerUp={() => setStart(null)}
      onPointerCancel={() => setStart(null)}
      onDoubleClick={props.onReset}
    />
  );
}
