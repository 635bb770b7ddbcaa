import type { ComponentType } from 'react';
import { entityAt } from './entity/entity-link.ts';
import { EntityView } from './entity/entity-view.tsx';
import { ExploreView } from './explore/explore.tsx';
import { ICONS } from './frame/icons.tsx';
import type { Place } from './frame/rail.tsx';
import { LakeView } from './lake/lake-view.tsx';
import { OverviewView } from './overview/overview.tsx';
import { QueryView } from './query/query-view.tsx';
import type { ViewProps } from './view.ts';

const VIEWS: readonly (Place & { readonly view: ComponentType<ViewProps> })[] = [
  { path: '/', name: 'Overview', icon: ICONS.overview, view: OverviewView },
  { path: '/explore', name: 'Explore', icon: ICONS.explore, view: ExploreView },
  { path: '/query', name: 'Query', icon: ICONS.query, view: QueryView },
  { path: '/lake', name: 'Lake', icon: ICONS.lake, view: LakeView },
];

/** The places of the rail, in its order. */
export const PLACES: readonly Place[] = VIEWS;

/** The view of an address and its name; null when there is none. */
export function viewAt(
  path: string,
): { readonly name: string; readonly view: ComponentType<ViewProps> } | null {
  const entity = entityAt(path);
  if (entity !== null) return { name: `${entity.kind} ${entity.value}`, view: EntityView };
  return VIEWS.find((place) => place.path === path) ?? null;
}
