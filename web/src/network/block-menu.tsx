import { type Address, goTo, hrefWith } from '../address.ts';
import { joinFilters } from '../filter.ts';
import { Link } from '../parts/link.tsx';
import { Popover } from '../parts/popover.tsx';

/** What can be done with a pair of blocks. */
export function BlockMenu(props: {
  readonly anchor: Element;
  readonly address: Address;
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
}) {
  const { anchor, address, from, to, onClose } = props;
  const where = address.parameters['where'] ?? '';
  const pair = `srcaddr in ${from} and dstaddr in ${to}`;
  const narrowed = where === '' ? pair : joinFilters(where, pair);
  const apply = (next: string): void => {
    onClose();
    goTo(hrefWith(address, { where: next }));
  };
  return (
    <Popover anchor={anchor} label={pair} role="menu" onClose={onClose}>
      <p className="menu-title code">{pair}</p>
      <button type="button" role="menuitem" data-first onClick={() => apply(narrowed)}>
        Only this
      </button>
      <button type="button" role="menuitem" onClick={() => apply(joinFilters(where, `not (${pair})`))}>
        Not this
      </button>
      <Link role="menuitem" href={hrefWith(address, { records: narrowed })} onClick={onClose}>
        Show the records
      </Link>
      <Link
        role="menuitem"
        href={hrefWith(address, { where: narrowed, measure: null, blocks: null }, '/')}
        onClick={onClose}
      >
        Overview of this pair
      </Link>
    </Popover>
  );
}
