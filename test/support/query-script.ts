import { canonicalIp } from '../../src/base/index.ts';
import { tableOf } from '../../src/record/index.ts';
import type { TestFlow } from './query-lake.ts';

/** One question of a script with what is expected of it. `expect` holds each expectation by its word, in order. */
export interface ScriptCase {
  readonly line: number;
  readonly kind: 'filter' | 'plan' | 'insights';
  readonly text: string;
  readonly expectations: readonly {
    readonly word: string;
    readonly text: string;
    readonly rows: readonly string[];
  }[];
}

/** A script: records to load, then questions. */
export interface QueryScript {
  readonly flows: readonly TestFlow[];
  readonly cases: readonly ScriptCase[];
}

/**
 * Reads a script. Blocks are separated by blank lines, `#` begins a comment line. A block is `load` with indented lines
 * (field names, then values; `-` is missing), or a question (`filter …`, `plan …`, `insights …`) with indented
 * expectations: `print`, `sql`, `trino`, `table`, `problem`, `warning`, and `rows` with the rows below it. A question
 * goes on over lines that begin with `|` or `>`.
 */
export function parseScript(text: string): QueryScript {
  const flows: TestFlow[] = [];
  const cases: ScriptCase[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || line.startsWith('#')) continue;
    const body: string[] = [];
    const start = i + 1;
    while (/^[ |>]/.test(lines[i + 1] ?? '')) body.push(lines[++i] ?? '');
    if (line.trim() === 'load') {
      flows.push(...loadFlows(body));
      continue;
    }
    const head = /^(filter|plan|insights)(?: (.*))?$/.exec(line);
    if (head?.[1] === undefined) throw new Error(`script line ${start}: ${line}`);
    const more = body
      .filter((entry) => /^[|>]/.test(entry))
      .map((entry) => entry.slice(entry.startsWith('>') ? 1 : 0));
    const text = [head[2] ?? '', ...more].join('\n');
    const kind = head[1] as ScriptCase['kind'];
    cases.push({
      line: start,
      kind,
      text,
      expectations: expectationsOf(body.filter((entry) => entry.startsWith(' '))),
    });
  }
  return { flows, cases };
}

function expectationsOf(lines: readonly string[]): ScriptCase['expectations'] {
  const found: { word: string; text: string; rows: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('    ')) {
      found.at(-1)?.rows.push(line.trim());
      continue;
    }
    const [, word = '', text = ''] = /^ {2}(\S+) ?(.*)$/.exec(line) ?? [];
    found.push({ word, text, rows: [] });
  }
  return found;
}

function loadFlows(lines: readonly string[]): readonly TestFlow[] {
  const [header = '', ...rows] = lines.map((line) => line.trim());
  const names = header.split(/\s+/);
  const types = new Map(tableOf('flows').columns.map((column) => [column.name, column.type]));
  return rows.map((row) => {
    const values = row.split(/\s+/);
    return Object.fromEntries(
      names.map((name, i) => {
        const value = values[i] ?? '-';
        if (value === '-') return [name, null];
        const isText = types.get(name) === 'VARCHAR';
        return [name, isText ? (canonicalIp(value) ?? value) : Number(value)];
      }),
    );
  });
}

/** A value of an answer as scripts write it. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(10)));
  if (Array.isArray(value)) return `[${value.map(formatCell).join(', ')}]`;
  return String(value);
}
