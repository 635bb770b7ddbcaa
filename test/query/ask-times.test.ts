import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../src/query/index.ts';

const SATURDAY = Date.UTC(2026, 0, 31, 12) / 1000;

function rangeOf(time: string, options: { zone?: string; nowSeconds?: number } = {}): string {
  const { plan, problems } = readQuestion(`rejects ${time}`, { nowSeconds: SATURDAY, ...options });
  if (plan === null) return problems.map(({ message }) => message).join(' ');
  const stamp = (seconds: number | null): string =>
    seconds === null ? '' : new Date(seconds * 1000).toISOString().slice(0, 16);
  return `${stamp(plan.time.startSeconds)} .. ${stamp(plan.time.endSeconds)}`;
}

describe('times of day', () => {
  it.each([
    ['since 9am', '2026-01-31T09:00 .. '],
    ['since 3pm', '2026-01-30T15:00 .. '],
    ['between 02:00 and 02:40', '2026-01-31T02:00 .. 2026-01-31T02:40'],
    ['between 2 and 3am', '2026-01-31T02:00 .. 2026-01-31T03:00'],
    ['between 11pm and 1am', '2026-01-30T23:00 .. 2026-01-31T01:00'],
    ['from 9 to 11:30am yesterday', '2026-01-30T09:00 .. 2026-01-30T11:30'],
    ['on monday 9-10am', '2026-01-26T09:00 .. 2026-01-26T10:00'],
    ['yesterday between 14:00 and 15:00', '2026-01-30T14:00 .. 2026-01-30T15:00'],
    ['at noon yesterday', '2026-01-30T12:00 .. 2026-01-30T13:00'],
    ['at 14:05 on 2026-01-15', '2026-01-15T14:05 .. 2026-01-15T14:06'],
    ['this morning', '2026-01-31T06:00 .. 2026-01-31T12:00'],
    ['last night', '2026-01-30T18:00 .. 2026-01-31T06:00'],
    ['on monday evening', '2026-01-26T18:00 .. 2026-01-27T00:00'],
    ['yesterday during business hours', '2026-01-30T09:00 .. 2026-01-30T17:00'],
    ['from yesterday 22:00 until today 06:00', '2026-01-30T22:00 .. 2026-01-31T06:00'],
    ['since 2026-01-15 14:30', '2026-01-15T14:30 .. '],
    ['until 5pm yesterday', ' .. 2026-01-30T17:00'],
    ['from 9am onwards', '2026-01-31T09:00 .. '],
    ['in the last hour and a half', '2026-01-31T10:30 .. '],
    ['last 1h30m', '2026-01-31T10:30 .. '],
    ['half an hour ago', '2026-01-31T11:30 .. 2026-01-31T11:31'],
  ])('%s', (time, expected) => expect(rangeOf(time)).toBe(expected));
});

describe('days, weeks, months', () => {
  it.each([
    ['on 3 Nov', '2025-11-03T00:00 .. 2025-11-04T00:00'],
    ['on the 15th', '2026-01-15T00:00 .. 2026-01-16T00:00'],
    ['on the 3rd of november 2024', '2024-11-03T00:00 .. 2024-11-04T00:00'],
    ['on 28.01.2026', '2026-01-28T00:00 .. 2026-01-29T00:00'],
    ['on 25/12/2025', '2025-12-25T00:00 .. 2025-12-26T00:00'],
    ['nov 3-5', '2025-11-03T00:00 .. 2025-11-06T00:00'],
    ['from 3 to 5 november', '2025-11-03T00:00 .. 2025-11-06T00:00'],
    ['in october', '2025-10-01T00:00 .. 2025-11-01T00:00'],
    ['in 2025', '2025-01-01T00:00 .. 2026-01-01T00:00'],
    ['in q3 2025', '2025-07-01T00:00 .. 2025-10-01T00:00'],
    ['week to date', '2026-01-26T00:00 .. '],
    ['ytd', '2026-01-01T00:00 .. '],
    ['so far this month', '2026-01-01T00:00 .. '],
    ['the week before last', '2026-01-12T00:00 .. 2026-01-19T00:00'],
    ['last weekend', '2026-01-24T00:00 .. 2026-01-26T00:00'],
    ['over the past fortnight', '2026-01-17T00:00 .. '],
    ['since the start of the week', '2026-01-26T00:00 .. '],
    ['last quarter', '2025-10-01T00:00 .. 2026-01-01T00:00'],
  ])('%s', (time, expected) => expect(rangeOf(time)).toBe(expected));
});

describe('time zones', () => {
  it.each([
    ['between 9:00 and 10:30 CET', undefined, '2026-01-31T08:00 .. 2026-01-31T09:30'],
    ['since 9am Europe/Berlin', undefined, '2026-01-31T08:00 .. '],
    [
      'between 14:00 and 15:00 Europe/Berlin on 15 July 2025',
      undefined,
      '2025-07-15T12:00 .. 2025-07-15T13:00',
    ],
    ['between 14:00 and 15:00 CET on 15 July 2025', undefined, '2025-07-15T13:00 .. 2025-07-15T14:00'],
    ['since 9am UTC+2', undefined, '2026-01-31T07:00 .. '],
    ['yesterday', 'Europe/Berlin', '2026-01-29T23:00 .. 2026-01-30T23:00'],
    ['today', 'Asia/Tokyo', '2026-01-30T15:00 .. 2026-01-31T15:00'],
    ['this week', 'America/New_York', '2026-01-26T05:00 .. 2026-02-02T05:00'],
    ['since 9am', 'America/New_York', '2026-01-30T14:00 .. '],
    ['since 9am UTC', 'America/New_York', '2026-01-31T09:00 .. '],
    ['last month', 'Asia/Kolkata', '2025-11-30T18:30 .. 2025-12-31T18:30'],
    ['last 90 days', '+05:30', '2025-11-01T18:30 .. '],
    ['last 3 hours', 'Europe/Berlin', '2026-01-31T09:00 .. '],
  ] as const)('%s in %s', (time, zone, expected) => {
    expect(rangeOf(time, zone === undefined ? {} : { zone })).toBe(expected);
  });

  it('has days of 23 and 25 hours where clocks change', () => {
    const spring = { zone: 'Europe/Berlin', nowSeconds: Date.UTC(2026, 2, 30, 12) / 1000 };
    expect(rangeOf('yesterday', spring)).toBe('2026-03-28T23:00 .. 2026-03-29T22:00');
    const autumn = { zone: 'Europe/Berlin', nowSeconds: Date.UTC(2026, 9, 26, 12) / 1000 };
    expect(rangeOf('yesterday', autumn)).toBe('2026-10-24T22:00 .. 2026-10-25T23:00');
    // The hour that does not exist is as long after midnight; the one that comes twice is the first.
    expect(rangeOf('since yesterday 02:30', spring)).toBe('2026-03-29T01:30 .. ');
    expect(rangeOf('since yesterday 02:30', autumn)).toBe('2026-10-25T00:30 .. ');
  });
});
