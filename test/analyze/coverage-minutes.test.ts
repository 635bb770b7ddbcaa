import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CoverageHour, coverageTimeline } from '../../src/analyze/index.ts';

const HOUR = 1_767_225_600;

const bits = (...minutes: readonly number[]): bigint =>
  minutes.reduce((sum, minute) => sum | (1n << BigInt(minute)), 0n);
const hour = (facts: Partial<CoverageHour>): CoverageHour => ({
  hourStartSeconds: HOUR,
  ok: 0n,
  nodata: 0n,
  skipdata: 0n,
  ...facts,
});
const minutesOf = (
  from: number,
  to: number,
): { readonly startSeconds: number; readonly endSeconds: number } => ({
  startSeconds: HOUR + from * 60,
  endSeconds: HOUR + to * 60,
});
const text = (hours: readonly CoverageHour[], from: number, to: number, interval: number): string =>
  coverageTimeline(hours, minutesOf(from, to), interval)
    .intervals.map(
      ({ startSeconds, endSeconds, state }) =>
        `${(startSeconds - HOUR) / 60}-${(endSeconds - HOUR) / 60} ${state}`,
    )
    .join(', ');

describe('coverageTimeline', () => {
  it.each<[string, Partial<CoverageHour>, number, string]>([
    ['no record', {}, 60, '0-10 unknown'],
    ['traffic in each minute', { ok: bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) }, 60, '0-10 covered'],
    [
      'one silent minute at 60 s',
      { ok: bits(0, 1, 2, 4, 5, 6, 7, 8, 9) },
      60,
      '0-3 covered, 3-4 idle, 4-10 covered',
    ],
    [
      'two silent minutes at 60 s',
      { ok: bits(0, 1, 4, 5, 6, 7, 8, 9) },
      60,
      '0-2 covered, 2-4 unknown, 4-10 covered',
    ],
    [
      'two silent minutes at 600 s',
      { ok: bits(0, 1, 4, 5, 6, 7, 8, 9) },
      600,
      '0-2 covered, 2-4 idle, 4-10 covered',
    ],
    [
      'NODATA is idle',
      { ok: bits(0, 1), nodata: bits(2, 3, 4, 5, 6, 7, 8, 9) },
      60,
      '0-2 covered, 2-10 idle',
    ],
    [
      'traffic outweighs NODATA',
      { ok: bits(3), nodata: bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
      60,
      '0-3 idle, 3-4 covered, 4-10 idle',
    ],
    [
      'SKIPDATA outweighs traffic',
      { ok: bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), skipdata: bits(4) },
      60,
      '0-4 covered, 4-5 skipped, 5-10 covered',
    ],
    ['nothing before the first record', { ok: bits(5, 6, 7, 8, 9) }, 600, '0-5 unknown, 5-10 covered'],
    ['nothing after the last', { ok: bits(0, 1, 2) }, 600, '0-3 covered, 3-10 unknown'],
  ])('%s', (_name, facts, interval, expected) => {
    expect(text([hour(facts)], 0, 10, interval)).toBe(expected);
  });

  it('bridges across hours and across the ends of the range', () => {
    const hours = [hour({ ok: bits(58) }), hour({ hourStartSeconds: HOUR + 3600, ok: bits(0, 5) })];
    expect(text(hours, 58, 61, 60)).toBe('58-59 covered, 59-60 idle, 60-61 covered');
    expect(text(hours, 61, 64, 600)).toBe('61-64 idle');
    expect(text(hours, 61, 64, 60)).toBe('61-64 unknown');
  });

  it('accounts for each minute once, whatever the bitmaps', () => {
    const bitmap = fc.bigInt({ min: 0n, max: (1n << 60n) - 1n });
    const hours = fc.array(fc.tuple(fc.nat({ max: 5 }), bitmap, bitmap, bitmap), { maxLength: 8 });
    fc.assert(
      fc.property(
        hours,
        fc.nat({ max: 300 }),
        fc.nat({ max: 120 }),
        fc.constantFrom(60, 600),
        (facts, from, length, interval) => {
          const rows = facts.map(([at, ok, nodata, skipdata]) =>
            hour({ hourStartSeconds: HOUR + at * 3600, ok, nodata, skipdata }),
          );
          const { intervals, minutes } = coverageTimeline(rows, minutesOf(from, from + length), interval);
          const sum = minutes.covered + minutes.idle + minutes.skipped + minutes.unknown;
          expect(sum).toBe(length);
          expect(
            intervals.reduce(
              (total, { startSeconds, endSeconds }) => total + (endSeconds - startSeconds) / 60,
              0,
            ),
          ).toBe(length);
          const skipped = Array.from({ length }, (_, index) => from + index).filter((minute) =>
            rows.some((row) => {
              const at = minute - (row.hourStartSeconds - HOUR) / 60;
              return at >= 0 && at < 60 && (row.skipdata & (1n << BigInt(at))) !== 0n;
            }),
          );
          expect(minutes.skipped).toBe(skipped.length);
        },
      ),
    );
  });
});
