import { useMemo, useSyncExternalStore } from 'react';

/** What a page shows, as its address says it. The address is the only place where this is kept. */
export interface Address {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Changes of parameters; null removes one. */
export type Changes = Readonly<Record<string, string | null>>;

const listeners = new Set<() => void>();
window.addEventListener('popstate', notify);

/** The address on screen; re-renders when it changes, Back included. */
export function useAddress(): Address {
  const href = useSyncExternalStore(subscribe, currentHref);
  return useMemo(() => parseAddress(href), [href]);
}

/** Path and parameters of an address text. */
export function parseAddress(href: string): Address {
  const url = new URL(href, 'http://weir.invalid');
  return { path: url.pathname, parameters: Object.fromEntries(url.searchParams) };
}

/** The text of an address with changed parameters: what a link's href holds. */
export function hrefWith(address: Address, changes: Changes, path = address.path): string {
  const merged: Record<string, string | null> = { ...address.parameters, ...changes };
  const query = Object.entries(merged)
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '')
    .map(([name, value]) => `${name}=${encodeParameter(value)}`)
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Goes somewhere. `replace` leaves no step for Back, for changes that are still under way. */
export function goTo(href: string, how: 'push' | 'replace' = 'push'): void {
  if (href === currentHref()) return;
  if (how === 'push') window.history.pushState(null, '', href);
  else window.history.replaceState(null, '', href);
  notify();
}

/** Readable where the rules of addresses allow: filters are read by people in links they are sent. */
function encodeParameter(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%2C', ',')
    .replaceAll('%3D', '=');
}

function currentHref(): string {
  return window.location.pathname + window.location.search;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}
