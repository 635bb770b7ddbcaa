import type { ReactNode } from 'react';
import { type Address, hrefWith } from '../address.ts';
import { Link } from '../parts/link.tsx';

/** A place of the console, as the rail shows it. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: ReactNode;
}

/** The places of the console. The range and the filter go along from one to the next. */
export function Rail({ address, places }: { readonly address: Address; readonly places: readonly Place[] }) {
  return (
    <nav className="rail" aria-label="Places">
      <Link className="rail-mark" href="/" aria-label="Weir, overview of all data">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M5 11h22M5 16h7c3 0 3 5 6 5h9M5 21h5" />
        </svg>
      </Link>
      {places.map((place) => (
        <Link
          key={place.path}
          className="rail-place"
          href={hrefWith(address, {}, place.path)}
          {...(isHere(place.path, address.path) ? { 'aria-current': 'page' as const } : {})}
        >
          {place.icon}
          <span>{place.name}</span>
        </Link>
      ))}
    </nav>
  );
}

function isHere(place: string, path: string): boolean {
  return place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`);
}
