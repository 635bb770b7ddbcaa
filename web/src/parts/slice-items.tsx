import { type Address, hrefWith } from '../address.ts';
import { formatMoment, formatWidth } from '../format.ts';
import { rangeChanges, type Stretch, zoneOf } from '../time-range.ts';
import { Link } from './link.tsx';

/** The stretch of time that a menu is about, in words: `Sat 14 Mar 12:00, 15 minutes`. */
export function sliceText({ startSeconds, endSeconds }: Stretch, address: Address): string {
  const width = formatWidth(endSeconds - startSeconds);
  return `${formatMoment(startSeconds, zoneOf(address))}, ${/^\d/.test(width) ? width : `1 ${width}`}`;
}

/** What can be done with the stretch alone: make it the range. */
export function ZoomItem(props: {
  readonly address: Address;
  readonly during: Stretch;
  readonly onClose: () => void;
}) {
  const { address, during, onClose } = props;
  return (
    <Link
      role="menuitem"
      href={hrefWith(address, rangeChanges(during.startSeconds, during.endSeconds))}
      onClick={onClose}
    >
      Zoom in to this time
    </Link>
  );
}
