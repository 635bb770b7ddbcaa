// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { countedHref } from '../../../web/src/records/records-link.ts';

const filterAt = (href: string): string | null => new URL(href, 'http://x').searchParams.get('records');

describe('the records that a sum is made of', () => {
  it.each([
    ['', 'log_status = OK'],
    ['action = REJECT', 'action = REJECT and log_status = OK'],
    ['log_status = OK', 'log_status = OK'],
    // A filter that says which records it means is counted as it is.
    ['log_status = NODATA', 'log_status = NODATA'],
    ['(status != OK) and (interface_id = eni-1)', '(status != OK) and (interface_id = eni-1)'],
  ])('of "%s" are those of "%s"', (where, records) => {
    expect(filterAt(countedHref({ path: '/explore', parameters: {} }, where))).toBe(records);
  });
});
