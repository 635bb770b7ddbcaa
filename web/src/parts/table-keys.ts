import type { KeyboardEvent } from 'react';

/** What a key may stop at in a table: the first of these is its stop of the Tab key. */
const STOPS = 'a[href], button';

/**
 * For a `tbody`: arrows walk from cell to cell, Home and End along a row, so that a table is one stop of the Tab key
 * whatever is in it. What can be reached has `tabIndex` -1 but for the first.
 */
export function moveInTable(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const target = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(STOPS) : null;
  const next = target === null ? null : neighbourOf(event.currentTarget, target, event.key);
  if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  for (const stop of event.currentTarget.querySelectorAll<HTMLElement>(STOPS)) stop.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function neighbourOf(body: HTMLElement, from: HTMLElement, key: string): HTMLElement | null {
  const rows = [...body.querySelectorAll('tr')].map((row) => [...row.querySelectorAll<HTMLElement>(STOPS)]);
  const line = rows.findIndex((row) => row.includes(from));
  const along = rows[line] ?? [];
  const place = along.indexOf(from);
  switch (key) {
    case 'ArrowRight':
      return along[place + 1] ?? null;
    case 'ArrowLeft':
      return along[place - 1] ?? null;
    case 'Home':
      return along[0] ?? null;
    case 'End':
      return along.at(-1) ?? null;
    case 'ArrowDown':
      return inColumnOf(from, rows.slice(line + 1));
    case 'ArrowUp':
      return inColumnOf(from, rows.slice(0, Math.max(0, line)).reverse());
    default:
      return null;
  }
}

/** The stop below or above: in the same column of the first row that has one there, else the first of the next row. */
function inColumnOf(from: HTMLElement, rows: readonly (readonly HTMLElement[])[]): HTMLElement | null {
  const column = columnOf(from);
  const [nearest] = rows.filter((row) => row.length > 0);
  return nearest?.find((stop) => columnOf(stop) === column) ?? nearest?.[0] ?? null;
}

function columnOf(stop: HTMLElement): number {
  return stop.closest<HTMLTableCellElement>('td, th')?.cellIndex ?? -1;
}
