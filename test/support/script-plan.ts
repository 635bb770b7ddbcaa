import { expect } from 'vitest';
import { parseTimeSeconds } from '../../src/base/index.ts';
import {
  EVERY_TABLE,
  type Inventory,
  type Parsed,
  type Plan,
  parseFilter,
  parseInsights,
  planOf,
  printFilter,
} from '../../src/query/index.ts';
import { withoutSpans } from '../../src/query/plan/walk.ts';
import type { ScriptCase } from './query-script.ts';

const NOW = Date.UTC(2026, 0, 31, 12) / 1000;
/** Days before it are in `ip_month` and no longer in `ip_day`. */
export const SCRIPT_MERGED_UNTIL = '2026-01-01';
/** The tables that scripts are answered from. */
export const SCRIPT_INVENTORY: Inventory = {
  ...EVERY_TABLE,
  ip_month: { mergedUntilSeconds: Date.parse(SCRIPT_MERGED_UNTIL) / 1000 },
};
const SETS: Readonly<Record<string, readonly string[]>> = {
  ioc: ['203.0.113.9', '198.51.100.0/24', '2001:db8:bad::/48'],
  empty: [],
};
const TABLES: Readonly<Record<string, string>> = {
  owners: 'ip,owner,team\n10.0.0.1,alice,web\n10.0.0.2,"bob, jr",db\n10.0.0.1,carol,ops\n',
  nets: 'cidr,zone\n10.0.0.0/8,corp\n10.0.0.0/24,dmz\n2001:db8::/32,v6\n',
};

/** What a question of a script means, and what its parser said; a filter is also printed and read again, to the same tree. */
export function planOfCase(entry: ScriptCase): {
  plan: Plan | null;
  parsed: Parsed<unknown>;
  printed: string | null;
} {
  if (entry.kind === 'insights') {
    const parsed = parseInsights(entry.text, {
      nowSeconds: NOW,
      time: { startSeconds: null, endSeconds: null },
      table: (name) => TABLES[name],
    });
    return { plan: parsed.value, parsed, printed: null };
  }
  const [filter = '', ...parts] = entry.text.split(' ; ');
  const parsed = parseFilter(filter, { nowSeconds: NOW, set: (name) => SETS[name] });
  if (parsed.value === null) return { plan: null, parsed, printed: null };
  const printed = printFilter(parsed.value);
  const again = parseFilter(printed, { nowSeconds: NOW, set: (name) => SETS[name] });
  expect(again.problems, printed).toEqual([]);
  if (again.value !== null) expect(withoutSpans(again.value)).toEqual(withoutSpans(parsed.value));
  const options: Record<string, string> = Object.fromEntries(parts.map((part) => part.split(/ (.*)/s, 2)));
  const list = (key: string): string[] => options[key]?.split(/, */) ?? [];
  const columns =
    entry.kind === 'filter' ? ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'bytes'] : list('columns');
  const time = (key: string): number | null =>
    options[key] === undefined ? null : parseTimeSeconds(options[key], NOW);
  const plan = planOf({
    filter: parsed.value,
    columns,
    by: list('by'),
    measures: list('measure'),
    time: { startSeconds: time('from'), endSeconds: time('until') },
    ...(options['every'] === undefined ? {} : { bucketSeconds: Number(options['every']) }),
    ...(options['limit'] === undefined ? {} : { limit: Number.parseInt(options['limit'], 10) }),
    ...(options['limit']?.endsWith('other') === true ? { other: true } : {}),
    ...(options['compare'] === undefined ? {} : { compareShiftSeconds: Number(options['compare']) }),
    ...(parts.includes('bidirectional') ? { bidirectional: true } : {}),
    ...(parts.includes('any-status') ? { statuses: 'any' as const } : {}),
  });
  return { plan, parsed, printed };
}

/** True when the outermost SELECT has an ORDER BY. */
export function isOrdered(sql: string): boolean {
  let outer = sql;
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = outer.replace(/\([^()]*\)/g, '');
  }
  return outer.includes(' ORDER BY ');
}
