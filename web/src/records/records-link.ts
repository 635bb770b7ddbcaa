import { type Address, type Changes, hrefWith } from '../address.ts';
import { type FieldValue, restrictFilter } from '../filter.ts';
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

/** The same for the records that a sum is made of: NODATA and SKIPDATA, which no sum counts, are not among them. */
export function countedHref(address: Address, where: string, during: Stretch | null = null): string {
  return recordsHref(address, restrictFilter(where, COUNTED), during);
}

const COUNTED: readonly FieldValue[] = [{ field: 'log_status', value: 'OK' }];
