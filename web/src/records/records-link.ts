import { type Address, hrefWith } from '../address.ts';

/** The present view with the records of a filter open over it; an empty filter is every record of the range. */
export function recordsHref(address: Address, where: string): string {
  return hrefWith(address, { records: where === '' ? 'any' : where });
}
