import { type ComponentType, lazy } from 'react';
import { entityAt } from './entity/entity-link.ts';
import { ICONS } from './frame/icons.tsx';
import type { Place } from './frame/rail.tsx';
import { OverviewView } from './overview/overview.tsx';
import type { ViewProps } from './view.ts';

// The first look is in the first script; the other views come when they are opened.
const ExploreView = lazy(async () => ({ default: (await import('./explore/explore.tsx')).ExploreView }));
const QueryView = lazy(async () => ({ default: (await import('./query/query-view.tsx')).QueryView }));
const NetworkView = lazy(async () => ({ default: (await import('./network/network-view.tsx')).NetworkView }));
const EntityView = lazy(async () => ({ default: (await import('./entity/entity-view.tsx')).EntityView }));
const LakeView = lazy(async () => ({ default: (await import('./lake/lake-view.tsx')).LakeView }));

const SettingsView = lazy(async () => ({
  default: (await import('./settings/settings-view.tsx')).SettingsView,
}));

const VIEWS: readonly (Place & { readonly view: ComponentType<ViewProps> })[] = [
  { path: '/', name: 'Overview', icon: ICONS.overview, view: OverviewView },
  { path: '/explore', name: 'Explore', icon: ICONS.explore, view: ExploreView },
  { path: '/query', name: 'Query', icon: ICONS.query, view: QueryView },
  { path: '/network', name: 'Network', icon: ICONS.network, view: NetworkView },
  { path: '/lake', name: 'Lake', icon: ICONS.lake, view: LakeView },
  { path: '/settings', name: 'Settings', icon: ICONS.settings, view: SettingsView },
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
