import { useState } from 'react';
import { hrefWith } from '../address.ts';
import type { FieldValue } from '../filter.ts';
import { formatQuantity, formatShare, type Quantity } from '../format.ts';
import { OtherMenu } from '../parts/other-menu.tsx';
import { ValueMenu } from '../parts/value-menu.tsx';
import type { ViewProps } from '../view.ts';

/** What was clicked: a group, some of its values, or the rest (null). */
export type OpenGroup = (values: readonly FieldValue[] | null, anchor: Element) => void;

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
  readonly quantity: Quantity;
  /** How many groups would stand alone next; null when there cannot be more. */
  readonly nextCount: number | null;
}): { readonly open: OpenGroup; readonly menu: React.ReactNode } {
  const { view, groups, rest, quantity, nextCount } = props;
  const [shown, setShown] = useState<{
    readonly values: readonly FieldValue[] | null;
    readonly anchor: Element;
  } | null>(null);
  const close = (): void => setShown(null);
  const open: OpenGroup = (values, anchor) => {
    // The whole cannot be narrowed to itself.
    if (values === null || values.length > 0) setShown({ values, anchor });
  };
  const menu =
    shown === null ? null : shown.values === null ? (
      <OtherMenu
        anchor={shown.anchor}
        address={view.address}
        groups={groups}
        about={aboutRest(rest, quantity)}
        base={view.base}
        more={nextCount === null ? null : hrefWith(view.address, { n: String(nextCount) })}
        onClose={close}
      />
    ) : (
      <ValueMenu anchor={shown.anchor} address={view.address} values={shown.values} onClose={close} />
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
