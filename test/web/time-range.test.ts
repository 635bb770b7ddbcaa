import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LakeState } from '../../src/api/index.ts';
import { bucketOrigin } from '../../src/query/index.ts';
import { rangeOf, shiftedChanges, stretchOf, stretchText } from '../../web/src/time-range.ts';

const NOON = Date.UTC(2026, 2, 14, 12) / 1000;
const lake = (firstSeconds: number | null, lastSeconds: number | null): LakeState => ({
  isEmpty: firstSeconds === null,
  firstSeconds,
  lastSeconds,
  ingestedSeconds: null,
  nowSeconds: NOON,
  objects: 0,
  lines: 0,
  ok: 0,
  nodata: 0,
  skipdata: 0,
  malformed: 0,
  bytesRead: 0,
  recordsPerSecond: 0,
  coverage: null,
  tables: [],
});
const at = (parameters: Readonly<Record<string, string>>) => ({ path: '/', parameters });

describe('rangeOf', () => {
  it('has nothing to show of an empty lake', () => {
    expect(rangeOf(at({}), lake(null, null))).toBeNull();
  });

  it.each([
    [{}, 'All data'],
    [{ last: '24h' }, 'Last 24 hours'],
    [{ last: '90m' }, 'Last 90m'],
    [{ last: 'nonsense' }, 'All data'],
    [{ last: '0m' }, 'All data'],
    [{ from: '9999999999999d' }, 'All data'],
    [{ from: '2026-03-14T00:00Z', to: '2026-03-14T06:00Z' }, 'Sat 14 Mar 00:00 – Sat 14 Mar 06:00'],
    [{ from: '2026-03-14T06:00Z', to: '2026-03-14T00:00Z' }, 'All data'],
  ] as const)('%j is %s', (parameters, label) => {
    expect(
      rangeOf(at(parameters), lake(NOON - 86_400, NOON))
        ?.label('utc')
        .replaceAll(' 2026', ''),
    ).toBe(label);
  });

  it('over the end of a year says both', () => {
    const over = at({ from: '2025-12-31T12:00Z', to: '2026-01-01T00:00Z' });
    expect(rangeOf(over, lake(NOON - 86_400, NOON))?.label('utc')).toBe(
      'Wed 31 Dec 2025 12:00 – Thu 1 Jan 2026 00:00',
    );
  });

  it('does not begin with years of data unless asked', () => {
    const years = lake(NOON - 3 * 365 * 86_400, NOON);
    expect(rangeOf(at({}), years)?.label('utc')).toBe('Last 7 days of data');
    expect(rangeOf(at({ last: 'all' }), years)?.label('utc')).toBe('All data');
  });

  it('lies on the grid of its slices, holds what was asked, and has at most 172 of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: NOON }),
        fc.integer({ min: 1, max: 400 * 86_400 }),
        (start, span) => {
          const range = rangeOf(
            at({ from: String(start + 1e9), to: String(start + 1e9 + span) }),
            lake(1, 2),
          );
          if (range === null) throw new Error('a lake with records has a range');
          const { startSeconds, endSeconds, bucketSeconds, asked } = range;
          const origin = bucketOrigin(bucketSeconds);
          expect((startSeconds - origin) % bucketSeconds).toBe(0);
          expect((endSeconds - origin) % bucketSeconds).toBe(0);
          expect(startSeconds).toBeLessThanOrEqual(asked.from);
          expect(endSeconds).toBeGreaterThanOrEqual(asked.to);
          expect((endSeconds - startSeconds) / bucketSeconds).toBeLessThanOrEqual(172);
        },
      ),
    );
  });

  it('keeps its width when it is moved', () => {
    const range = rangeOf(at({ last: '6h' }), lake(NOON - 86_400, NOON));
    if (range === null) throw new Error('a lake with records has a range');
    const { from, to } = shiftedChanges(range, -0.5);
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(
      (range.endSeconds - range.startSeconds) * 1000,
    );
  });
});

describe('a range without end', () => {
  it.each([{ last: '99999999999d' }, { from: '0001-01-01', to: '9999-12-31' }])(
    '%j ends where the lake and the present do',
    (parameters) => {
      const range = rangeOf(at(parameters), lake(NOON - 3 * 86_400, NOON - 60));
      expect(range?.asked).toEqual({ from: NOON - 3 * 86_400, to: NOON });
      expect(range?.label('utc')).toBeTruthy();
    },
  );
});

describe('a stretch of time in an address', () => {
  it('comes back as it went, and nothing else is one', () => {
    const stretch = { startSeconds: NOON, endSeconds: NOON + 900 };
    expect(stretchText(stretch)).toBe('2026-03-14T12:00Z/2026-03-14T12:15Z');
    expect(stretchOf(stretchText(stretch))).toEqual(stretch);
    for (const text of [undefined, '', 'x/y', '2026-03-14/2026-03-13', '2026-03-13/2026-03-14/x', '1h/now'])
      expect(stretchOf(text)).toBeNull();
  });
});
