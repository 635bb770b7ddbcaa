import { useSyncExternalStore } from 'react';

/** How close the rows of tables stand. */
export type Density = 'dense' | 'comfortable';

const KEY = 'weir.density';
/** Height of a row in pixels; the style sheet has the same as `--row`. */
const ROW_HEIGHTS: Readonly<Record<Density, number>> = { dense: 28, comfortable: 36 };
const listeners = new Set<() => void>();

/** Applies the stored choice. Call once, before the first paint. */
export function startDensity(): void {
  document.documentElement.dataset['density'] = storedDensity();
}

/** Stores a choice and applies it. */
export function chooseDensity(density: Density): void {
  localStorage.setItem(KEY, density);
  startDensity();
  for (const listener of listeners) listener();
}

/** The choice; renders again when it changes. */
export function useDensity(): Density {
  return useSyncExternalStore(subscribe, storedDensity);
}

/** The height of a row of a table in pixels. */
export function useRowHeight(): number {
  return ROW_HEIGHTS[useDensity()];
}

function storedDensity(): Density {
  return localStorage.getItem(KEY) === 'comfortable' ? 'comfortable' : 'dense';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
