import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTimeSeconds } from '../../src/base/index.ts';
import {
  compilePlan,
  decodePlan,
  duckdb,
  EVERY_TABLE,
  type Inventory,
  type Parsed,
  type Plan,
  type Problem,
  parseFilter,
  parseInsights,
  planOf,
  printFilter,
  printPlan,
  trino,
} from '../../src/query/index.ts';
import { withoutSpans } from '../../src/query/plan/walk.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake } from '../support/query-lake.ts';
import { formatCell, parseScript, type ScriptCase } from '../support/query-script.ts';

const FOLDER = join(import.meta.dirname, 'scripts');
const NOW = Date.UTC(2026, 0, 31, 12) / 1000;
/** Run by hand to write what the code gives now into the scripts; the diff is then read by a person. */
const UPDATES = process.env['UPDATE_SCRIPTS'] === '1';
const MERGED_UNTIL = '2026-01-01';
const INVENTORY: Inventory = {
  ...EVERY_TABLE,
  ip_month: { mergedUntilSeconds: Date.parse(MERGED_UNTIL) / 1000 },
};
const SETS: Readonly<Record<string, readonly string[]>> = {
  ioc: ['203.0.113.9', '198.51.100.0/24', '2001:db8:bad::/48'],
  empty: [],
};
const TABLES: Readonly<Record<string, string>> = {
  owners: 'ip,owner,team\n10.0.0.1,alice,web\n10.0.0.2,"bob, jr",db\n10.0.0.1,carol,ops\n',
  nets: 'cidr,zone\n10.0.0.0/8,corp\n10.0.0.0/24,dmz\n2001:db8::/32,v6\n',
};

const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

it('finds scripts', () => expect(names.length).toBeGreaterThan(3));

describe.each(names)('script %s', (name) => {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  const script = parseScript(text);
  let session: TestSession;
  const written = new Map<number, readonly string[]>();
  beforeAll(async () => {
    session = await openQueryLake(script.flows, MERGED_UNTIL);
  });
  afterAll(() => {
    session.close();
    if (UPDATES) writeFileSync(path, updated(text, written));
  });

  it.each(
    script.cases.map((entry) => [`line ${entry.line}: ${entry.text.replaceAll('\n', ' ')}`, entry] as const),
  )('%s', async (_, entry) => {
    const found = await run(entry, session);
    if (UPDATES) written.set(entry.line, found);
    else expect(found).toEqual(expected(entry));
  });
});

/** What the code makes of a question, as the lines that a script holds. */
async function run(entry: ScriptCase, session: TestSession): Promise<readonly string[]> {
  const { plan, parsed, printed } = read(entry);
  const lines = parsed.problems.map((found) => `  problem ${place(found)}`);
  lines.push(...parsed.warnings.map((found) => `  warning ${place(found)}`));
  if (printed !== null) lines.push(`  print ${printed}`);
  if (plan === null) return lines;
  expect(decodePlan(JSON.parse(JSON.stringify(plan)))).toEqual(JSON.parse(JSON.stringify(plan)));
  expect(printPlan(plan)).not.toBe('');
  const compiled = compilePlan(plan, duckdb, INVENTORY);
  const other = compilePlan(plan, trino, INVENTORY);
  expect(other.columns).toEqual(compiled.columns);
  lines.push(`  table ${[...new Set(compiled.choices.map((choice) => choice.table))].join(', ')}`);
  lines.push(`  sql ${compiled.sql}`, `  trino ${other.sql}`);
  const rows = await session.rows(compiled.sql, compiled.parameters);
  const header = rows[0] === undefined ? compiled.columns.map((column) => column.name) : Object.keys(rows[0]);
  const body = rows.map((row) => `    ${header.map((name) => formatCell(row[name])).join(' | ')}`);
  return [...lines, `  rows ${header.join(' | ')}`, ...(isOrdered(compiled.sql) ? body : body.toSorted())];
}

function read(entry: ScriptCase): { plan: Plan | null; parsed: Parsed<unknown>; printed: string | null } {
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
function isOrdered(sql: string): boolean {
  let outer = sql;
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = outer.replace(/\([^()]*\)/g, '');
  }
  return outer.includes(' ORDER BY ');
}

function place(found: Problem): string {
  const help = found.suggestion === null ? '' : ` -> ${found.suggestion}`;
  return `${found.start}-${found.end} ${found.code}: ${found.message}${help}`;
}

function expected(entry: ScriptCase): readonly string[] {
  return entry.expectations.flatMap(({ word, text, rows }) => [
    `  ${word}${text === '' ? '' : ` ${text}`}`,
    ...rows.map((row) => `    ${row}`),
  ]);
}

function updated(text: string, written: ReadonlyMap<number, readonly string[]>): string {
  const out: string[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    out.push(lines[i] ?? '');
    const expectations = written.get(i + 1);
    if (expectations === undefined) continue;
    while (/^[|>]/.test(lines[i + 1] ?? '')) out.push(lines[++i] ?? '');
    while ((lines[i + 1] ?? '').startsWith('  ')) i++;
    out.push(...expectations);
  }
  return out.join('\n');
}
