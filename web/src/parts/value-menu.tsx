import { type Address, goTo, hrefWith } from '../address.ts';
import { entityLink } from '../entity/entity-link.ts';
import {
  conditionFor,
  type FieldValue,
  joinFilters,
  narrowFilter,
  printCondition,
  restrictFilter,
} from '../filter.ts';
import { countedHref } from '../records/records-link.ts';
import type { Stretch } from '../time-range.ts';
import { valuesText } from './field-value.tsx';
import { Link } from './link.tsx';
import { Popover } from './popover.tsx';
import { sliceText, ZoomItem } from './slice-items.tsx';

/** What can be done with a value: only this, not this, either side, copy. */
export function ValueMenu(props: {
  readonly anchor: Element;
  readonly address: Address;
  readonly values: readonly FieldValue[];
  /** The slice that was pointed at; its records are shown in place of those of the range. */
  readonly during?: Stretch | null;
  /** A condition that the values share and the address does not have. */
  readonly base?: string;
  readonly onClose: () => void;
  /** One more thing to do, of the place where the value stands. */
  readonly extra?: { readonly name: string; readonly act: () => void };
}) {
  const { anchor, address, values, during = null, base = '', onClose, extra } = props;
  const where = address.parameters['where'] ?? '';
  const apply = (next: string): void => {
    onClose();
    goTo(hrefWith(address, { where: next === '' ? null : next }));
  };
  const either = eitherSide(values);
  const open = entityLink(address, values);
  return (
    <Popover anchor={anchor} label={valuesText(values)} role="menu" onClose={onClose}>
      <p className="menu-title">
        <span className="code">
          {values.length === 0 ? 'All records' : printCondition(conditionFor(values))}
        </span>
        {during === null ? null : <span className="menu-slice">{sliceText(during, address)}</span>}
      </p>
      {values.length === 0 ? null : (
        <>
          <button
            type="button"
            role="menuitem"
            data-first
            onClick={() => apply(narrowFilter(where, values, 'only'))}
          >
            Only this
          </button>
          <button type="button" role="menuitem" onClick={() => apply(narrowFilter(where, values, 'not'))}>
            Not this
          </button>
        </>
      )}
      {either === null ? null : (
        <button
          type="button"
          role="menuitem"
          onClick={() => apply(where === '' ? either : `(${where}) and ${either}`)}
        >
          As source or destination
        </button>
      )}
      {open === null ? null : (
        <Link role="menuitem" href={open.href} onClick={onClose}>
          {open.name}
        </Link>
      )}
      {extra === undefined ? (
        <Link
          role="menuitem"
          href={countedHref(address, restrictFilter(joinFilters(base, where), values), during)}
          onClick={onClose}
        >
          Show the records
        </Link>
      ) : (
        <button type="button" role="menuitem" onClick={extra.act}>
          {extra.name}
        </button>
      )}
      {during === null ? null : <ZoomItem address={address} during={during} onClose={onClose} />}
      {values.length === 0 ? null : (
        <button
          type="button"
          role="menuitem"
          onClick={() => {
            onClose();
            void navigator.clipboard?.writeText(values.map(({ value }) => String(value ?? '')).join('\t'));
          }}
        >
          Copy
        </button>
      )}
    </Popover>
  );
}

function eitherSide(values: readonly FieldValue[]): string | null {
  const [only] = values;
  if (values.length !== 1 || only === undefined || only.value === null) return null;
  return only.field === 'srcaddr' || only.field === 'dstaddr' ? `ip = ${only.value}` : null;
}
