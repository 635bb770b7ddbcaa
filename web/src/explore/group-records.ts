import { type FieldValue, joinFilters, restFilter, restrictFilter } from '../filter.ts';
import { countedHref } from '../records/records-link.ts';
import type { Stretch } from '../time-range.ts';
import { filterOf, type ViewProps } from '../view.ts';
import type { ExploreSeries } from './groups.ts';
import type { ExploreMeasure } from './measures.ts';

/** Gives the address of the records that a number of a group is made of, over the range or over one stretch of time. */
export type GroupRecords = (entry: Pick<ExploreSeries, 'group' | 'within'>, during: Stretch | null) => string;

/** That function for groups that stand side by side; the rest is what is beyond all of them. Pure. */
export function groupRecords(
  view: ViewProps,
  measure: ExploreMeasure,
  entries: readonly Pick<ExploreSeries, 'group'>[],
): GroupRecords {
  const where = joinFilters(filterOf(view), measure.only);
  const groups = entries.flatMap(({ group }): (readonly FieldValue[])[] =>
    group === null || group.length === 0 ? [] : [group],
  );
  return ({ group, within }, during) => {
    const own = group === null ? restFilter(where, groups, within) : restrictFilter(where, group);
    return countedHref(view.address, own, during);
  };
}
