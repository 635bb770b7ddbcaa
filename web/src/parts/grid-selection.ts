/** A cell by its row on screen and its column on screen; row -1 is the heading. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells, both ends inclusive. */
export interface CellRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The rectangle between two cells; headings are in none. */
export function rangeBetween(a: CellPlace, b: CellPlace): CellRange {
  return {
    top: Math.max(0, Math.min(a.row, b.row)),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
}

/** How many cells a rectangle has. */
export function rangeSize({ top, bottom, left, right }: CellRange): number {
  return Math.max(0, bottom - top + 1) * Math.max(0, right - left + 1);
}

/** Where a key leads from a cell in a table of so many rows and columns; null for keys that do not move. */
export function movedBy(
  key: { readonly key: string; readonly ctrlKey: boolean },
  from: CellPlace,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): CellPlace | null {
  const { rows, columns, page } = size;
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    PageDown: [page, 0],
    PageUp: [-page, 0],
    Home: [key.ctrlKey ? -rows : 0, -columns],
    End: [key.ctrlKey ? rows : 0, columns],
  };
  const step = steps[key.key];
  if (step === undefined) return null;
  // Only the arrow enters the heading; pages and corners stay among the rows.
  const least = key.key === 'ArrowUp' || from.row < 0 ? -1 : 0;
  return {
    row: Math.max(least, Math.min(rows - 1, from.row + step[0])),
    column: Math.max(0, Math.min(columns - 1, from.column + step[1])),
  };
}
