import type { Zone } from '../format.ts';

/** The name of the zone in which a person reads times and means days. */
export function zoneNameOf(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
