import type { Integer } from '../../src/api/index.ts';
import { formatBytes, formatCount } from '../../src/base/index.ts';

/** What a number counts, which decides its unit. Quantities never share an axis. */
export type Quantity = 'bytes' | 'count' | 'bits per second' | 'packets per second';

const RATE_UNITS = { 'bits per second': 'bit/s', 'packets per second': 'packets/s' } as const;

/** Short and exact text of a number: the short one is shown, the exact one is its tooltip and what is copied. */
export function formatQuantity(
  value: Integer,
  quantity: Quantity,
): { readonly short: string; readonly exact: string } {
  if (quantity === 'bits per second' || quantity === 'packets per second') {
    return formatRate(Number(value), quantity);
  }
  const short = quantity === 'bytes' ? formatBytes(Number(value)) : formatCount(Number(value));
  const digits = typeof value === 'string' ? value : Math.round(value).toFixed(0);
  const grouped = digits.replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
  return { short, exact: quantity === 'bytes' ? `${grouped} bytes` : grouped };
}

function formatRate(
  value: number,
  quantity: keyof typeof RATE_UNITS,
): { readonly short: string; readonly exact: string } {
  const unit = RATE_UNITS[quantity];
  const scaled = formatCount(value === 0 || value >= 100 ? Math.round(value) : value);
  const exact = `${Number(value.toFixed(3))} ${unit}`;
  // A prefix belongs to bits: 12 Mbit/s; packets are counted in thousands: 12 k packets/s.
  const isPrefixed = quantity === 'bits per second' && /[a-zA-Z]$/.test(scaled);
  return { short: `${scaled}${isPrefixed ? '' : ' '}${unit}`, exact };
}

/** A share of a whole: `0 %`, `< 0.1 %`, `4.2 %`, `37 %`, `99.7 %`; `100 %` is all of it. A dash when there is no whole. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  return percent < 10 || (percent >= 99.5 && percent < 100)
    ? `${percent.toFixed(1)} %`
    : `${Math.round(percent)} %`;
}

/** A change against an earlier value: `+12 %`, `−4.1 %`, `×3.2`, `new` where there was nothing before. */
export function formatChange(now: number, before: number): string {
  if (before === 0) return now === 0 ? '±0 %' : 'new';
  const ratio = now / before;
  if (ratio >= 2) return `×${ratio.toPrecision(2)}`;
  const percent = 100 * (ratio - 1);
  if (Math.abs(percent) < 0.05) return '±0 %';
  const size = Math.abs(percent) < 10 ? Math.abs(percent).toFixed(1) : Math.round(Math.abs(percent));
  return `${percent < 0 ? '−' : '+'}${size} %`;
}

/** How times are shown: the viewer's zone or UTC. */
export type Zone = 'local' | 'utc';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...options,
    hourCycle: 'h23',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  formatters.set(key, made);
  return made;
}

/** `Sat 14 Mar 12:05`, with the year when it is not the present one, or where it is asked for. */
export function formatMoment(seconds: number, zone: Zone, hasYear = false): string {
  const date = new Date(seconds * 1000);
  const isPresent = date.getUTCFullYear() === new Date().getUTCFullYear();
  const year = isPresent && !hasYear ? {} : ({ year: 'numeric' } as const);
  const day = formatter(zone, { weekday: 'short', day: 'numeric', month: 'short', ...year })
    .format(date)
    .replace(',', '');
  return `${day} ${formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(date)}`;
}

/** `12:05`. */
export function formatClock(seconds: number, zone: Zone): string {
  return formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(seconds * 1000));
}

/** `14 Mar`. */
export function formatDayMonth(seconds: number, zone: Zone): string {
  return formatter(zone, { day: 'numeric', month: 'short' }).format(new Date(seconds * 1000));
}

/** `Mar 2026`. */
export function formatMonth(seconds: number, zone: Zone): string {
  return formatter(zone, { month: 'short', year: 'numeric' }).format(new Date(seconds * 1000));
}

/** `2026-03-14 12:05:31`, sortable, in the zone. */
export function formatTimestamp(seconds: number, zone: Zone): string {
  const offset = zone === 'utc' ? 0 : -new Date(seconds * 1000).getTimezoneOffset() * 60;
  return new Date((seconds + offset) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `15 minutes`, `1 hour`, `7 days`: a width of a slice, for labels. */
export function formatWidth(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const [size, name] = units.find(([unit]) => seconds % unit === 0 && seconds >= unit) ?? [1, 'second'];
  const count = seconds / size;
  return count === 1 ? name : `${count} ${name}s`;
}

/** `47 min`, `6.50 h`, `63.7 h`, `12.5 days`: a number of minutes, short; the exact one belongs beside it. */
export function formatMinutes(minutes: number): string {
  if (minutes < 120) return `${Math.round(minutes)} min`;
  if (minutes < 72 * 60) return `${(minutes / 60).toPrecision(3).replace(/\.0+$/, '')} h`;
  return minutes < 1_439_280
    ? `${(minutes / 1440).toPrecision(3).replace(/\.0+$/, '')} days`
    : `${formatCount(minutes / 1440)} days`;
}

/** `1 record`, `218 k records`: a number with its noun. */
export function formatNumberOf(value: Integer, noun: string): string {
  return `${formatQuantity(value, 'count').short} ${noun}${Number(value) === 1 ? '' : 's'}`;
}

/** `3 min ago`, `2 days ago`; `just now` under a minute. */
export function formatAge(seconds: number): string {
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
