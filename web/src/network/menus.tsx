import { type Address, goTo, hrefWith } from '../address.ts';
import { joinFilters, readFilter } from '../filter.ts';
import { Link } from '../parts/link.tsx';
import { Popover } from '../parts/popover.tsx';
import { countedHref } from '../records/records-link.ts';
import type { PictureNode } from './picture.ts';

/** Where a menu opens, and about what: a node, or what one node sent to another. */
export interface NetworkTarget {
  readonly anchor: Element;
  readonly from: PictureNode;
  /** Null for the node alone. */
  readonly to: PictureNode | null;
}

/** Parameters of the address that are of this view alone. */
const OWN_PARAMETERS = { blocks: null, level: null, expand: null };

/** What can be done with a node or an edge. */
export function NetworkMenu(props: {
  readonly target: NetworkTarget;
  readonly address: Address;
  readonly onClose: () => void;
}) {
  const { target, address, onClose } = props;
  const { from, to, anchor } = target;
  const condition = to === null ? eitherSide(from) : between(from, to);
  const title = to === null ? from.label : `${from.label} → ${to.label}`;
  return (
    <Popover anchor={anchor} label={title} role="menu" onClose={onClose}>
      <p className="menu-title code">{title}</p>
      {to === null ? <NodeItems node={from} address={address} onClose={onClose} /> : null}
      {condition === null ? (
        <p className="hint menu-note">Made of many; no filter names them</p>
      ) : (
        <Narrowing condition={condition} address={address} onClose={onClose} />
      )}
    </Popover>
  );
}

function Narrowing(props: {
  readonly condition: string;
  readonly address: Address;
  readonly onClose: () => void;
}) {
  const { condition, address, onClose } = props;
  const where = address.parameters['where'] ?? '';
  const narrowed = joinFilters(where, condition);
  const items = [
    ['Only this', hrefWith(address, { where: narrowed })],
    ['Not this', hrefWith(address, { where: joinFilters(where, `not (${condition})`) })],
    ['Show the records', countedHref(address, narrowed)],
    ['Explore it', hrefWith(address, { ...OWN_PARAMETERS, where: narrowed }, '/explore')],
    ['Overview of it', hrefWith(address, { ...OWN_PARAMETERS, where: narrowed, measure: null }, '/')],
  ] as const;
  return (
    <>
      {items.map(([name, href]) => (
        <Link key={name} role="menuitem" href={href} onClick={onClose}>
          {name}
        </Link>
      ))}
    </>
  );
}

/** What only nodes have: the page of a host, hosts inside, one level down. */
function NodeItems(props: {
  readonly node: PictureNode;
  readonly address: Address;
  readonly onClose: () => void;
}) {
  const { node, address, onClose } = props;
  if (node.kind === 'host') {
    const href = hrefWith(
      address,
      { ...OWN_PARAMETERS, where: null },
      `/address/${encodeURIComponent(node.label)}`,
    );
    return (
      <Link role="menuitem" href={href} onClick={onClose}>
        Open {node.label}
      </Link>
    );
  }
  if (node.kind === 'other' || node.kind === 'none') return null;
  const expanded = expandedOf(address);
  const isOpen = expanded.includes(node.id);
  const next = isOpen ? expanded.filter((id) => id !== node.id) : [...expanded, node.id];
  return (
    <>
      {node.kind === 'vpc' ? (
        <Link
          role="menuitem"
          href={hrefWith(address, {
            level: null,
            where: joinFilters(address.parameters['where'] ?? '', eitherSide(node) ?? ''),
          })}
          onClick={onClose}
        >
          Only this, by subnet
        </Link>
      ) : null}
      <button
        type="button"
        role="menuitem"
        onClick={() => {
          onClose();
          goTo(hrefWith(address, { expand: next.join(',') }));
        }}
      >
        {isOpen ? 'Put its hosts together' : 'Show its hosts'}
      </button>
    </>
  );
}

/** The nodes of an address that are taken apart into hosts. */
export function expandedOf(address: Address): readonly string[] {
  return (address.parameters['expand'] ?? '').split(',').filter((id) => id !== '');
}

/**
 * The address of the records that a number is made of: those from one node to another, or with one end anywhere (null).
 * Null where a node is made of many, which no filter names.
 */
export function networkRecords(
  address: Address,
  from: PictureNode | null,
  to: PictureNode | null,
  isRejected = false,
): string | null {
  const ends = [from?.sourceFilter, to?.destinationFilter].filter((filter) => filter !== undefined);
  if (ends.includes(null)) return null;
  const all = [address.parameters['where'] ?? '', ...ends, isRejected ? 'action = REJECT' : ''];
  return countedHref(
    address,
    all.reduce<string>((where, filter) => joinFilters(where, filter ?? ''), ''),
  );
}

function between(from: PictureNode, to: PictureNode): string | null {
  if (from.sourceFilter === null || to.destinationFilter === null) return null;
  return `${from.sourceFilter} and ${to.destinationFilter}`;
}

/** A node at either end; where one condition says it, by the word for both ends. */
function eitherSide(node: PictureNode): string | null {
  const { sourceFilter, destinationFilter } = node;
  if (sourceFilter === null || destinationFilter === null) return null;
  const isSimple =
    readFilter(sourceFilter).conditions.length === 1 && /^srcaddr (?:in|=) /.test(sourceFilter);
  return isSimple ? sourceFilter.replace('srcaddr', 'ip') : `(${sourceFilter}) or (${destinationFilter})`;
}
