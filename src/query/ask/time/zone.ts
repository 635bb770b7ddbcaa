import { own } from '../words.ts';

/** A time zone: how far its clocks are ahead of UTC at a moment, in seconds. */
export interface Zone {
  readonly name: string;
  offsetAt(epochSeconds: number): number;
}

/** A moment as clocks and calendars of a zone show it. `month` is 1 to 12; `weekday` 0 is Sunday. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
  readonly weekday: number;
}

/** Coordinated universal time. */
export const UTC: Zone = { name: 'UTC', offsetAt: () => 0 };

/** Abbreviations that mean one offset everywhere, in minutes. `IST`, `CST` and their like mean several and are not here. */
const FIXED: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  zulu: 0,
  wet: 0,
  cet: 60,
  cest: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  sgt: 480,
  hkt: 480,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
  est: -300,
  edt: -240,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

/** Zones that people name by a place or by two letters. */
const PLACES: Readonly<Record<string, string>> = {
  et: 'America/New_York',
  pt: 'America/Los_Angeles',
  'eastern time': 'America/New_York',
  'pacific time': 'America/Los_Angeles',
  'berlin time': 'Europe/Berlin',
  'london time': 'Europe/London',
  'uk time': 'Europe/London',
  'paris time': 'Europe/Paris',
  'dublin time': 'Europe/Dublin',
  'new york time': 'America/New_York',
  'tokyo time': 'Asia/Tokyo',
  'sydney time': 'Australia/Sydney',
  'singapore time': 'Asia/Singapore',
};

/** Abbreviations of more than one zone; a question that names one is refused. */
export const AMBIGUOUS_ZONES: ReadonlySet<string> = new Set(['ist', 'cst', 'bst', 'ast', 'sst']);

/**
 * The zone of a name: `UTC`, `CET` (always +01:00), `UTC+2`, `+05:30`, `Europe/Berlin` (with its daylight saving), or a
 * place as people say it (`berlin time`). Null for other words.
 */
export function zoneOf(name: string): Zone | null {
  const lower = name.toLowerCase();
  const fixed = own(FIXED, lower);
  if (fixed !== undefined) return fixed === 0 ? UTC : fixedZone(name.toUpperCase(), fixed * 60);
  const offset = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(lower);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return minutes > 14 * 60 ? null : fixedZone(name, (offset[1] === '-' ? -60 : 60) * minutes);
  }
  const place = own(PLACES, lower) ?? (/^[a-z]+\/[a-z_]+(?:\/[a-z_]+)?$/.test(lower) ? name : null);
  return place === null ? null : namedZone(place);
}

function fixedZone(name: string, seconds: number): Zone {
  return { name, offsetAt: () => seconds };
}

const named = new Map<string, Zone | null>();

function namedZone(name: string): Zone | null {
  const known = named.get(name);
  if (known !== undefined) return known;
  const made = madeZone(name);
  // Names come from outside, so what is kept is bounded.
  if (named.size < 100) named.set(name, made);
  return made;
}

function madeZone(name: string): Zone | null {
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  const offsetAt = (epochSeconds: number): number => {
    const shown = new Map(
      clock.formatToParts(epochSeconds * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall / 1000 - Math.floor(epochSeconds);
  };
  return { name: clock.resolvedOptions().timeZone, offsetAt };
}

/** What clocks and calendars of a zone show at a moment. */
export function civilAt(epochSeconds: number, zone: Zone): Civil {
  const wall = new Date((epochSeconds + zone.offsetAt(epochSeconds)) * 1000);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    minutes: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
    weekday: wall.getUTCDay(),
  };
}

/**
 * The moment at which clocks of a zone show a time; days, months and minutes beyond their ends carry over. A time that
 * daylight saving skips is the one as long after midnight; one that comes twice is the earlier.
 */
export function epochAt(year: number, month: number, day: number, minutes: number, zone: Zone): number {
  const wall = Date.UTC(year, month - 1, day, 0, minutes) / 1000;
  const before = wall - zone.offsetAt(wall - 86_400);
  if (before + zone.offsetAt(before) === wall) return before;
  const after = wall - zone.offsetAt(wall + 86_400);
  return after + zone.offsetAt(after) === wall ? after : before;
}
