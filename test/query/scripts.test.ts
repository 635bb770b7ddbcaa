import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePlan, decodePlan, duckdb, type Problem, printPlan, trino } from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake } from '../support/query-lake.ts';
import { formatCell, parseScript, type ScriptCase } from '../support/query-script.ts';
import { isOrdered, planOfCase, SCRIPT_INVENTORY, SCRIPT_MERGED_UNTIL } from '../support/script-plan.ts';

const FOLDER = join(import.meta.dirname, 'scripts');
/** Run by hand to write what the code gives now into the scripts; the diff is then read by a person. */
const UPDATES = process.env['UPDATE_SCRIPTS'] === '1';

const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

it('finds scripts', () => expect(names.length).toBeGreaterThan(3));

describe.each(names)('script %s', (name) => {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  const script = parseScript(text);
  let session: TestSession;
  const written = new Map<number, readonly string[]>();
  beforeAll(async () => {
    session = await openQueryLake(script.flows, SCRIPT_MERGED_UNTIL);
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
  const { plan, parsed, printed } = planOfCase(entry);
  const lines = parsed.problems.map((found) => `  problem ${place(found)}`);
  lines.push(...parsed.warnings.map((found) => `  warning ${place(found)}`));
  if (printed !== null) lines.push(`  print ${printed}`);
  if (plan === null) return lines;
  expect(decodePlan(JSON.parse(JSON.stringify(plan)))).toEqual(JSON.parse(JSON.stringify(plan)));
  expect(printPlan(plan)).not.toBe('');
  const compiled = compilePlan(plan, duckdb, SCRIPT_INVENTORY);
  const other = compilePlan(plan, trino, SCRIPT_INVENTORY);
  expect(other.columns).toEqual(compiled.columns);
  lines.push(`  table ${[...new Set(compiled.choices.map((choice) => choice.table))].join(', ')}`);
  lines.push(`  sql ${compiled.sql}`, `  trino ${other.sql}`);
  const rows = await session.rows(compiled.sql, compiled.parameters);
  const header = rows[0] === undefined ? compiled.columns.map((column) => column.name) : Object.keys(rows[0]);
  const body = rows.map((row) => `    ${header.map((name) => formatCell(row[name])).join(' | ')}`);
  return [...lines, `  rows ${header.join(' | ')}`, ...(isOrdered(compiled.sql) ? body : body.toSorted())];
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
