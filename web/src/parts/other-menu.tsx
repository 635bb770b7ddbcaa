import { type Address, goTo, hrefWith } from '../address.ts';
import { type FieldValue, joinFilters, restFilter } from '../filter.ts';
import { countedHref } from '../records/records-link.ts';
import type { Stretch } from '../time-range.ts';
import { Link } from './link.tsx';
import { Popover } from './popover.tsx';
import { sliceText, ZoomItem } from './slice-items.tsx';

/** What "Other" is, and the ways into it: only it, its records, more groups. */
export function OtherMenu(props: {
  readonly anchor: Element;
  readonly address: Address;
  /** The groups that stand alone; everything else is "Other". */
  readonly groups: readonly (readonly FieldValue[])[];
  /** One sentence on how much it is. */
  readonly about: string;
  /** A condition that the groups share and the address does not have. */
  readonly base?: string;
  /** The address that shows more groups; null when there cannot be more. */
  readonly more: string | null;
  /** The slice that was pointed at; its records are shown in place of those of the range. */
  readonly during?: Stretch | null;
  /** Values that everything in this "Other" shares. */
  readonly within?: readonly FieldValue[];
  readonly onClose: () => void;
}) {
  const { anchor, address, groups, about, base = '', more, during = null, within = [], onClose } = props;
  const rest = restFilter(address.parameters['where'] ?? '', groups, within);
  return (
    <Popover anchor={anchor} label="Other" role="menu" onClose={onClose}>
      <p className="menu-title is-words">
        Other is everything beyond the {groups.length} {groups.length === 1 ? 'group' : 'groups'} that{' '}
        {groups.length === 1 ? 'stands' : 'stand'} alone. {about}
        {during === null ? null : <span className="menu-slice">{sliceText(during, address)}</span>}
      </p>
      <button
        type="button"
        role="menuitem"
        data-first
        onClick={() => {
          onClose();
          goTo(hrefWith(address, { where: rest }));
        }}
      >
        Only what is in Other
      </button>
      {more === null ? null : (
        <Link role="menuitem" href={more} onClick={onClose}>
          Show more groups
        </Link>
      )}
      <Link role="menuitem" href={countedHref(address, joinFilters(base, rest), during)} onClick={onClose}>
        Show the records
      </Link>
      {during === null ? null : <ZoomItem address={address} during={during} onClose={onClose} />}
    </Popover>
  );
}
