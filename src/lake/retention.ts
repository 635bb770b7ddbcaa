import type { TableName } from '../record/index.ts';
import type { LakeLog } from './lake-log.ts';

/** The tables of records, which retention takes first, together with `malformed`. */
export const RAW_TABLES: readonly TableName[] = ['flows', 'tgw_flows'];

/** The tables that outlive records. The ledger is in neither list: it remembers for ever what was ingested. */
export const ROLLUP_TABLES: readonly TableName[] = ['ip_day', 'ip_month', 'eni_5m', 'svc_1h', 'coverage'];

/** From which day on everything that was ingested is still there; null: nothing has expired. */
export interface KeptFrom {
  readonly raw: string | null;
  /** By the day of ingest, unlike the others. */
  readonly malformed: string | null;
  readonly rollups: string | null;
}

const SETTINGS: Readonly<Record<keyof KeptFrom, string>> = {
  raw: 'weir.rawKeptFrom',
  malformed: 'weir.malformedKeptFrom',
  rollups: 'weir.rollupsKeptFrom',
};

/** What earlier expiries left. */
export function keptFrom(log: LakeLog): KeptFrom {
  const { raw, malformed, rollups } = SETTINGS;
  return { raw: log.setting(raw), malformed: log.setting(malformed), rollups: log.setting(rollups) };
}

/** The settings that say so. */
export function keptFromSettings(kept: KeptFrom): Readonly<Record<string, string>> {
  const entries = Object.entries(SETTINGS).flatMap(([kind, setting]) => {
    const day = kept[kind as keyof KeptFrom];
    return day === null ? [] : [[setting, day] as const];
  });
  return Object.fromEntries(entries);
}

/** The later of two days; null is before every day. */
export function laterDay(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}
