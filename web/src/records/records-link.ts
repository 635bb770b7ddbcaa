import { type Address, type Changes, hrefWith } from '../address.ts';
import { asksField, type FieldValue, restrictFilter } from '../filter.ts';
import { type Stretch, stretchText } from '../time-range.ts';

/** Changes of an address that close the records. */
export const NO_RECORDS: Changes = { records: null, during: null };

/**
 * The present view with the records of a filter open over it; an empty filter is every record. They are those of the
 * range on screen, or of one stretch of time.
 */
export function recordsHref(address: Address, where: string, during: Stretch | null = null): string {
  return hrefWith(address, {
    records: where === '' ? 'any' : where,
    during: during === null ? null : stretchText(during),
  });
}

/**
 * The same for the records that a sum is made of: NODATA and SKIPDATA are not among them, unless the filter itself says
 * which it means, as sums have it too.
 */
export function countedHref(address: Address, where: string, during: Stretch | null = null): string {
  const counted = asksField(where, 'log_status') ? where : restrictFilter(where, COUNTED);
  return recordsHref(address, counted, during);
}

const COUNTED: readonly FieldValue[] = [{ field: 'log_status', value: 'OK' }];
