import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../web/src/charts/ticks.ts';
import {
  formatAge,
  formatChange,
  formatMinutes,
  formatNumberOf,
  formatQuantity,
  formatShare,
  formatWidth,
} from '../../web/src/format.ts';

describe('numbers', () => {
  it.each([
    [17_135_194_861, 'bytes', '17.1 GB', '17\u202f135\u202f194\u202f861 bytes'],
    [0, 'count', '0', '0'],
    [999, 'count', '999', '999'],
    [
      '18446744073709551615',
      'bytes',
      '18.4 EB',
      '18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615 bytes',
    ],
  ] as const)('%s', (value, kind, short, exact) => {
    expect(formatQuantity(value, kind)).toEqual({ short, exact });
  });

  it.each([
    [0, 0, '–'],
    [0, 5, '0 %'],
    [1, 100_000, '< 0.1 %'],
    [42, 1000, '4.2 %'],
    [1, 1, '100 %'],
    [997, 1000, '99.7 %'],
    [99_999, 100_000, '> 99.9 %'],
  ])('%i of %i is %s', (part, whole, expected) => {
    expect(formatShare(part, whole)).toBe(expected);
  });

  it.each([
    [0, 0, '±0 %'],
    [5, 0, 'new'],
    [100, 100, '±0 %'],
    [112, 100, '+12 %'],
    [96, 100, '−4.0 %'],
    [640, 200, '×3.2'],
  ])('%i after %i is %s', (now, before, expected) => {
    expect(formatChange(now, before)).toBe(expected);
  });

  it('names minutes and what is counted', () => {
    expect([0, 119, 390, 3820, 2_102_400].map(formatMinutes)).toEqual([
      '0 min',
      '119 min',
      '6.50 h',
      '63.7 h',
      '1.46 k days',
    ]);
    expect([1, 2, 218_000].map((value) => formatNumberOf(value, 'record'))).toEqual([
      '1 record',
      '2 records',
      '218 k records',
    ]);
  });

  it('names widths and ages', () => {
    expect([60, 900, 3600, 86_400, 604_800].map(formatWidth)).toEqual([
      'minute',
      '15 minutes',
      'hour',
      'day',
      '7 days',
    ]);
    expect([5, 300, 7200, 400_000].map(formatAge)).toEqual([
      'just now',
      '5 min ago',
      '2 h ago',
      '4 days ago',
    ]);
  });
});

describe('ticks of an axis', () => {
  const day = 1_773_446_400;
  it('stand at round times and say the day at midnight', () => {
    const axis = { startSeconds: day - 43_200, endSeconds: day + 43_200, bucketSeconds: 900 };
    expect(timeTicks(axis, 'utc', 8).map((tick) => tick.text)).toEqual([
      '12:00',
      '15:00',
      '18:00',
      '21:00',
      '14 Mar',
      '03:00',
      '06:00',
      '09:00',
    ]);
  });

  it('are never more than fit', () => {
    for (const maxTicks of [2, 5, 12]) {
      const axis = { startSeconds: day, endSeconds: day + 30 * 86_400, bucketSeconds: 21_600 };
      expect(timeTicks(axis, 'utc', maxTicks).length).toBeLessThanOrEqual(maxTicks + 1);
    }
  });
});
