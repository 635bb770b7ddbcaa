import type { ViewProps } from '../view.ts';
import { LISTS } from './lists.ts';
import { ScopeView } from './scope-view.tsx';

/** The first look: how much, when, who, on which ports, what was rejected, and whether anybody was looking. */
export function OverviewView(view: ViewProps) {
  return <ScopeView {...view} lists={LISTS} />;
}
