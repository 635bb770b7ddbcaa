import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatDuration,
  formatIso,
  parseDurationSeconds,
  parseSize,
  parseTimeSeconds,
  timeSecondsOf,
} from '../../src/base/index.ts';

const NOW = 1_800_000_000;

describe('times', () => {
  it.each([
    ['now', NOW],
    ['3h', NOW - 10_800],
    ['-3h', NOW - 10_800],
    ['7 days', NOW - 604_800],
    ['2026-01-31', Date.UTC(2026, 0, 31) / 1000],
    ['2026-01-31T14:00:00Z', Date.UTC(2026, 0, 31, 14) / 1000],
    ['2026-01-31 14:00', Date.UTC(2026, 0, 31, 14) / 1000],
    ['2026-01-31T14:00:00+02:00', Date.UTC(2026, 0, 31, 12) / 1000],
    ['1700000000', 1_700_000_000],
    ['1700000000123', 1_700_000_000.123],
  ])('reads %s', (text, seconds) => expect(parseTimeSeconds(text, NOW)).toBe(seconds));

  it.each(['', 'yesterdayish', '2026-13-01', '31.01.2026', '5 parsecs'])(
    'refuses "%s" and says what it takes',
    (text) => {
      expect(parseTimeSeconds(text, NOW)).toBeNull();
      expect(() => timeSecondsOf(text, NOW)).toThrow(/is not a time; use 2026-01-31T14:00:00Z/);
    },
  );

  it.each([
    ['90s', 90],
    ['5 minutes', 300],
    ['1.5h', 5400],
    ['1w', 604_800],
  ])('%s lasts %i seconds', (text, seconds) => expect(parseDurationSeconds(text)).toBe(seconds));

  it('formats', () => {
    expect(formatIso(1_700_000_000.9)).toBe('2023-11-14T22:13:20Z');
    expect(formatDay(1_700_000_000)).toBe('2023-11-14');
    expect([1.234, 59, 185, 7800, 183_600].map(formatDuration)).toEqual([
      '1.2 s',
      '59 s',
      '3 min 5 s',
      '2 h 10 min',
      '2 d 3 h',
    ]);
  });
});

describe('units', () => {
  it.each([
    [0, '0', '0 B'],
    [999, '999', '999 B'],
    [1000, '1.00 k', '1.00 kB'],
    [45_600_000, '45.6 M', '45.6 MB'],
    [999_999, '1.00 M', '1.00 MB'],
    [-1500, '-1.50 k', '-1.50 kB'],
  ])('%d is %s and %s', (value, count, bytes) => {
    expect(formatCount(value)).toBe(count);
    expect(formatBytes(value)).toBe(bytes);
  });

  it.each([
    ['10MB', 10_000_000],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['500k', 500_000],
    ['1024', 1024],
    ['1KiB', 1024],
    ['MB', null],
    ['10 apples', null],
    ['10iB', null],
  ])('size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
});
