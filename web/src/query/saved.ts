import { useSyncExternalStore } from 'react';

/** The time of a query, as the address says it; empty for the default range. */
export interface QueryRange {
  readonly last?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A query with the range that it was asked over. */
export interface AskedQuery {
  readonly language: string;
  readonly text: string;
  readonly range: QueryRange;
}

/** A query under a name. */
export interface SavedQuery extends AskedQuery {
  readonly name: string;
}

const SAVED_KEY = 'weir.saved';
const ASKED_KEY = 'weir.queries';
const ASKED_LENGTH = 30;
const FILE_KIND = 'weir saved queries';

const listeners = new Set<() => void>();
/** Snapshots must be the same object while nothing changed. */
const snapshots = new Map<string, { readonly text: string; readonly value: readonly unknown[] }>();

/** The saved queries by name; kept by this browser alone. Renders again when they change. */
export function useSavedQueries(): readonly SavedQuery[] {
  return useSyncExternalStore(subscribe, savedQueries);
}

/** The last queries that had an answer, the latest first; kept by this browser alone. */
export function useAskedQueries(): readonly AskedQuery[] {
  return useSyncExternalStore(subscribe, askedQueries);
}

/** The saved queries as they are now. */
export function savedQueries(): readonly SavedQuery[] {
  return read(SAVED_KEY, isSaved);
}

/** Saves a query; one of the same name is replaced. */
export function saveQuery(query: SavedQuery): void {
  writeSaved([...savedQueries().filter((entry) => entry.name !== query.name), query]);
}

/** Gives a saved query another name; refused, with false, when the name is empty or taken. */
export function renameQuery(name: string, next: string): boolean {
  const queries = savedQueries();
  if (next === '' || (next !== name && queries.some((entry) => entry.name === next))) return false;
  writeSaved(queries.map((entry) => (entry.name === name ? { ...entry, name: next } : entry)));
  return true;
}

/** Deletes a saved query. `saveQuery` with the same one undoes it. */
export function deleteQuery(name: string): void {
  writeSaved(savedQueries().filter((entry) => entry.name !== name));
}

/** Puts a query at the head of the list of those asked. */
export function rememberQuery(query: AskedQuery): void {
  const rest = askedQueries().filter(
    (entry) => entry.text !== query.text || entry.language !== query.language,
  );
  write(ASKED_KEY, [query, ...rest].slice(0, ASKED_LENGTH));
}

/** Forgets the list of queries that were asked. */
export function forgetAsked(): void {
  write(ASKED_KEY, []);
}

/** Saved queries as the text of a file. */
export function exportQueries(queries: readonly SavedQuery[]): string {
  return `${JSON.stringify({ kind: FILE_KIND, version: 1, queries }, null, 2)}\n`;
}

/**
 * Reads a file of `exportQueries` and saves what is in it; a name that stands for another query gets a number. Gives how
 * many were new, or null when the text is no such file.
 */
export function importQueries(text: string): number | null {
  const found = parse(text);
  const isFile = typeof found === 'object' && found !== null && 'kind' in found && found.kind === FILE_KIND;
  if (!isFile || !('queries' in found) || !Array.isArray(found.queries)) return null;
  const kept = [...savedQueries()];
  const before = kept.length;
  for (const query of found.queries.filter(isSaved)) {
    const isKnown = kept.some(
      ({ language, text: known }) => language === query.language && known === query.text,
    );
    if (!isKnown) kept.push({ ...query, name: freeName(query.name, kept) });
  }
  writeSaved(kept);
  return kept.length - before;
}

/** The parameters of an address that shows a query. */
export function queryParameters({
  language,
  text,
  range,
}: AskedQuery): Readonly<Record<string, string | null>> {
  return {
    language,
    q: text,
    last: range.last ?? null,
    from: range.from ?? null,
    to: range.to ?? null,
    show: null,
  };
}

function askedQueries(): readonly AskedQuery[] {
  return read(ASKED_KEY, isAsked);
}

function freeName(name: string, taken: readonly SavedQuery[]): string {
  let free = name;
  for (let count = 2; taken.some((entry) => entry.name === free); count++) free = `${name} (${count})`;
  return free;
}

function writeSaved(queries: readonly SavedQuery[]): void {
  write(
    SAVED_KEY,
    [...queries].sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

function write(key: string, value: readonly unknown[]): void {
  localStorage.setItem(key, JSON.stringify(value));
  for (const listener of listeners) listener();
}

function read<T>(key: string, isOne: (value: unknown) => value is T): readonly T[] {
  const text = localStorage.getItem(key) ?? '[]';
  const known = snapshots.get(key);
  if (known?.text === text) return known.value as readonly T[];
  const found = parse(text);
  const value = Array.isArray(found) ? found.filter(isOne) : [];
  snapshots.set(key, { text, value });
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function isSaved(value: unknown): value is SavedQuery {
  return isAsked(value) && 'name' in value && typeof value.name === 'string' && value.name !== '';
}

function isAsked(value: unknown): value is AskedQuery {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'language' in value &&
    typeof value.language === 'string' &&
    'range' in value &&
    typeof value.range === 'object' &&
    value.range !== null
  );
}
