import { WeirError } from './errors.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
};

/** `90s`, `5m`, `3h`, `2d`, `1w` and their long names, as seconds. Null when it is no duration. */
export function parseDurationSeconds(text: string): number | null {
  const match =
    /^(\d+(?:\.\d+)?)\s*([a-z]+?)s?$/i.exec(text.trim()) ?? /^(\d+(?:\.\d+)?)\s*(s)$/i.exec(text.trim());
  const unit = match?.[2] === undefined ? undefined : UNIT_SECONDS[match[2].toLowerCase()];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

/**
 * A moment as Unix seconds: ISO 8601 (a missing zone means UTC), `yyyy-mm-dd`, Unix seconds or milliseconds,
 * `now`, or an age such as `3h` (that long before `nowSeconds`). Null when it is none of these.
 */
export function parseTimeSeconds(text: string, nowSeconds: number): number | null {
  const trimmed = text.trim();
  if (trimmed === 'now') return nowSeconds;
  if (/^\d{9,10}$/.test(trimmed)) return Number(trimmed);
  if (/^\d{12,13}$/.test(trimmed)) return Number(trimmed) / 1000;
  const age = parseDurationSeconds(trimmed.replace(/^-/, ''));
  if (age !== null) return nowSeconds - age;
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(trimmed.slice(10));
  const iso =
    trimmed.length === 10 ? `${trimmed}T00:00:00Z` : `${trimmed.replace(' ', 'T')}${hasZone ? '' : 'Z'}`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** `parseTimeSeconds` that throws `base.bad-time` (kind `query`) with the accepted forms. */
export function timeSecondsOf(text: string, nowSeconds: number): number {
  const seconds = parseTimeSeconds(text, nowSeconds);
  if (seconds !== null) return seconds;
  throw new WeirError(
    'query',
    'base.bad-time',
    `"${text}" is not a time; use 2026-01-31T14:00:00Z, 2026-01-31, Unix seconds, or an age such as 3h or 7d`,
  );
}

/** `2026-01-31T14:00:00Z`, whole seconds, UTC. */
export function formatIso(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The UTC day of a moment, `2026-01-31`. */
export function formatDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** `1.2 s`, `3 min 5 s`, `2 h 10 min`: a length of time for people. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.round((seconds % 86_400) / 3600)} h`;
}
