import { useState } from 'react';
import type { GridColumn } from './cell-text.ts';

/** What a person chose about the columns of a table; columns that are not named stand as they came. */
export interface GridLayout {
  /** Names from the left; the others follow in the order of the answer. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** Pixels by name. */
  readonly widths: Readonly<Record<string, number>>;
  /** True when numbers show every digit. */
  readonly isExact: boolean;
}

/** Nothing chosen. */
export const PLAIN_LAYOUT: GridLayout = { order: [], hidden: [], widths: {}, isExact: false };

/** A column at its place in the rows; `id` tells columns of one name apart. */
export interface PlacedColumn extends GridColumn {
  readonly id: string;
  readonly index: number;
}

/** Which column orders the rows, and how. */
export interface GridSort {
  readonly id: string;
  readonly isDescending: boolean;
}

const KEY = 'weir.grids';
const KEPT = 40;
const MIN_WIDTH = 40;
const MAX_WIDTH = 1200;

/** All columns in the chosen order, hidden ones included. */
export function placedColumns(columns: readonly GridColumn[], layout: GridLayout): readonly PlacedColumn[] {
  const seen = new Map<string, number>();
  const placed = columns.map((column, index) => {
    const count = (seen.get(column.name) ?? 0) + 1;
    seen.set(column.name, count);
    return { ...column, index, id: count === 1 ? column.name : `${column.name} (${count})` };
  });
  const rank = (id: string): number => {
    const at = layout.order.indexOf(id);
    return at < 0 ? layout.order.length : at;
  };
  return placed.sort((a, b) => rank(a.id) - rank(b.id) || a.index - b.index);
}

/** The columns on screen. Never none: a table that hides everything shows everything. */
export function shownColumns(columns: readonly PlacedColumn[], layout: GridLayout): readonly PlacedColumn[] {
  const shown = columns.filter((column) => !layout.hidden.includes(column.id));
  return shown.length === 0 ? columns : shown;
}

/** The layout with a column moved before another one; null moves it to the end. */
export function moveColumn(
  layout: GridLayout,
  columns: readonly PlacedColumn[],
  id: string,
  before: string | null,
): GridLayout {
  if (id === before) return layout;
  const rest = columns.map((column) => column.id).filter((entry) => entry !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  return { ...layout, order: [...rest.slice(0, at), id, ...rest.slice(at)] };
}

/** The layout with a column moved past its visible neighbour on the left (-1) or on the right (1). */
export function stepColumn(
  layout: GridLayout,
  columns: readonly PlacedColumn[],
  id: string,
  step: -1 | 1,
): GridLayout {
  const shown = shownColumns(columns, layout);
  const at = shown.findIndex((column) => column.id === id);
  const next = shown[at + step];
  if (at < 0 || next === undefined) return layout;
  return moveColumn(layout, columns, id, step === -1 ? next.id : (shown[at + 2]?.id ?? null));
}

/** The layout with a column hidden, or shown again. */
export function toggleColumn(layout: GridLayout, id: string): GridLayout {
  const { hidden } = layout;
  return {
    ...layout,
    hidden: hidden.includes(id) ? hidden.filter((entry) => entry !== id) : [...hidden, id],
  };
}

/** The layout with a column so many pixels wide, within reason; null gives the width back to the content. */
export function resizeColumn(layout: GridLayout, id: string, width: number | null): GridLayout {
  const { [id]: _, ...rest } = layout.widths;
  if (width === null) return { ...layout, widths: rest };
  return {
    ...layout,
    widths: { ...rest, [id]: Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width))) },
  };
}

/** The layout of a table by its name, kept by this browser; the least recently changed ones are forgotten. */
export function useGridLayout(name: string): readonly [GridLayout, (layout: GridLayout) => void] {
  const [state, setState] = useState(() => ({ name, layout: storedLayout(name) }));
  const layout = state.name === name ? state.layout : storedLayout(name);
  const change = (next: GridLayout): void => {
    storeLayout(name, next);
    setState({ name, layout: next });
  };
  return [layout, change];
}

/** Forgets the layouts of all tables; those on screen keep theirs until they are drawn anew. */
export function forgetGridLayouts(): void {
  localStorage.removeItem(KEY);
}

function storedLayout(name: string): GridLayout {
  const found = stored().find((entry) => entry[0] === name)?.[1];
  return found === undefined ? PLAIN_LAYOUT : { ...PLAIN_LAYOUT, ...found };
}

function storeLayout(name: string, layout: GridLayout): void {
  const rest = stored().filter((entry) => entry[0] !== name);
  localStorage.setItem(KEY, JSON.stringify([[name, layout], ...rest].slice(0, KEPT)));
}

function stored(): readonly (readonly [string, Partial<GridLayout>])[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is readonly [string, Partial<GridLayout>] {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'object' && value[1] !== null
  );
}
