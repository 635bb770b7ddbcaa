/** A period: a length in milliseconds, or some calendar units. `capMs` is the most that AWS computes for the unit. */
export type Period =
  | {
      readonly kind: 'fixed';
      readonly ms: number;
      readonly cap: number | null;
      readonly count: number;
      readonly unitMs: number;
    }
  | {
      readonly kind: 'calendar';
      readonly unit: 'week' | 'month' | 'quarter' | 'year';
      readonly count: number;
    };

const FIXED: readonly (readonly [RegExp, number, number | null])[] = [
  [/^(?:ms|msec|millisecond)s?$/, 1, 1000],
  [/^(?:s|sec|second)s?$/, 1000, 60],
  [/^(?:m|min|minute)s?$/, 60_000, 60],
  [/^(?:h|hr|hour)s?$/, 3_600_000, 24],
  [/^(?:d|day)s?$/, 86_400_000, null],
];

const CALENDAR: readonly (readonly [RegExp, 'week' | 'month' | 'quarter' | 'year'])[] = [
  [/^(?:w|week)s?$/, 'week'],
  [/^(?:mo|mon|month)s?$/, 'month'],
  [/^(?:q|qtr|quarter)s?$/, 'quarter'],
  [/^(?:y|yr|year)s?$/, 'year'],
];

/** Reads `5m`, `1hr`, `2weeks`; null for other text and for 0. */
export function parsePeriod(text: string): Period | null {
  const match = /^(\d+)([a-z]+)$/.exec(text);
  const count = Number(match?.[1]);
  const unit = match?.[2] ?? '';
  if (match === null || count === 0) return null;
  for (const [pattern, unitMs, cap] of FIXED)
    if (pattern.test(unit)) return { kind: 'fixed', ms: count * unitMs, cap, count, unitMs };
  for (const [pattern, name] of CALENDAR)
    if (pattern.test(unit)) return { kind: 'calendar', unit: name, count };
  return null;
}
