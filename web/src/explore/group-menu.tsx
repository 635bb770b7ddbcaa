import { useState } from 'react';
import { hrefWith } from '../address.ts';
import { type FieldValue, joinFilters } from '../filter.ts';
import { formatQuantity, formatShare, type Quantity } from '../format.ts';
import { OtherMenu } from '../parts/other-menu.tsx';
import { ValueMenu } from '../parts/value-menu.tsx';
import type { Stretch } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import type { ExploreMeasure } from './measures.ts';

/** What was clicked: a group, some of its values, or the rest (null), and the slice where time was pointed at too. */
export type OpenGroup = (
  values: readonly FieldValue[] | null,
  anchor: Element,
  at?: {
    readonly during?: Stretch;
    /** Values that all of the rest shares, as its direction. */
    readonly within?: readonly FieldValue[];
  },
) => void;

/** How much "Other" is, for its menu; null where that cannot be told. */
export interface RestSize {
  readonly value: number | null;
  readonly whole: number | null;
}

/** One menu for all shapes: `open` shows it at what was clicked, `menu` is its place in the page. */
export function useGroupMenu(props: {
  readonly view: ViewProps;
  readonly groups: readonly (readonly FieldValue[])[];
  readonly rest: RestSize;
  readonly measure: ExploreMeasure;
  /** How many groups would stand alone next; null when there cannot be more. */
  readonly nextCount: number | null;
}): { readonly open: OpenGroup; readonly menu: React.ReactNode } {
  const { view, groups, rest, measure, nextCount } = props;
  const [shown, setShown] = useState<{
    readonly values: readonly FieldValue[] | null;
    readonly anchor: Element;
    readonly during: Stretch | null;
    readonly within: readonly FieldValue[];
  } | null>(null);
  const base = joinFilters(view.base, measure.only);
  const close = (): void => setShown(null);
  const open: OpenGroup = (values, anchor, { during = null, within = [] } = {}) =>
    setShown({ values, anchor, during, within });
  const menu =
    shown === null ? null : shown.values === null ? (
      <OtherMenu
        anchor={shown.anchor}
        address={view.address}
        groups={groups}
        about={shown.during === null && shown.within.length === 0 ? aboutRest(rest, measure.quantity) : ''}
        during={shown.during}
        within={shown.within}
        base={base}
        more={nextCount === null ? null : hrefWith(view.address, { n: String(nextCount) })}
        onClose={close}
      />
    ) : (
      <ValueMenu
        anchor={shown.anchor}
        address={view.address}
        values={shown.values}
        during={shown.during}
        base={base}
        onClose={close}
      />
    );
  return { open, menu };
}

function aboutRest({ value, whole }: RestSize, quantity: Quantity): string {
  if (value === null) return 'Its groups cannot be added up in this measure.';
  const text = formatQuantity(value, quantity).short;
  return whole === null
    ? `It comes to ${text}.`
    : `It comes to ${text}, ${formatShare(value, whole)} of the whole.`;
}
