import { parseCidr, rangeKeys } from '../../base/index.ts';
import type { LookupTable, Step } from '../plan/step.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import { expressionSql } from './expression.ts';
import { freeName, type Rows, scopeOf } from './rows.ts';
import { fromWhere } from './scan.ts';
import { textOf } from './value-test.ts';

type LookupStep = Extract<Step, { kind: 'lookup' }>;

/**
 * Adds the columns of a small table that travels inside the statement. The first row of equal keys counts; with `cidr`
 * the longest block that holds the address, then the first row. Rows without a match get missing values.
 */
export function lookupRows(step: LookupStep, rows: Rows, writer: SqlWriter): Rows {
  const table = tableSql(step, writer);
  const taken = new Set(rows.taken);
  const scope = scopeOf(rows);
  const keys = step.keys.map((key) => {
    const value = textOf(writer, expressionSql(key.value, writer, scope));
    const sql = step.cidr ? writer.fact('address.any-key', value) : value;
    return { column: key.column, sql, name: freeName('lookup_key', taken) };
  });
  const joins = keys.map((key) =>
    step.cidr
      ? `r.${key.name} BETWEEN l."first_key" AND l."last_key"`
      : `r.${key.name} = l.${quoteName(key.column)}`,
  );
  const id = freeName('lookup_row', taken);
  const computed = keys.map((key) => `${key.sql} AS ${key.name}`).join(', ');
  const numbered = `(SELECT *, row_number() OVER () AS ${id}, ${computed} ${fromWhere(rows)}) AS r`;
  const columns = new Map(rows.columns);
  const outputs: string[] = [];
  for (const output of step.outputs) {
    const inner = freeName(output.name, taken);
    outputs.push(`l.${quoteName(output.column)} AS ${inner}`);
    columns.set(output.name, { sql: inner, type: 'text' });
  }
  const order = step.cidr ? 'l."bits" DESC NULLS LAST, l."position"' : 'l."position"';
  const joined =
    `SELECT r.*, ${[...outputs, `row_number() OVER (PARTITION BY r.${id} ORDER BY ${order}) AS "lookup_rank"`].join(', ')}` +
    ` FROM ${numbered} LEFT JOIN ${table} ON ${joins.join(' AND ')}`;
  return {
    ...rows,
    conditions: [],
    from: `(SELECT * FROM (${joined}) AS m WHERE "lookup_rank" = 1) AS r`,
    columns,
    taken: taken.add('lookup_rank'),
  };
}

function tableSql(step: LookupStep, writer: SqlWriter): string {
  const { header, rows } = step.table;
  const names = [...header.map(quoteName), '"position"'];
  const cidrColumn = step.cidr ? header.indexOf(step.keys[0]?.column ?? '') : -1;
  if (step.cidr) names.push('"first_key"', '"last_key"', '"bits"');
  const values = rows.flatMap((row, position) => {
    const cells = header.map((_, i) => writer.bind(row[i] ?? null));
    if (!step.cidr) return [`(${[...cells, position].join(', ')})`];
    const bounds = boundsOf(row[cidrColumn] ?? '');
    if (bounds === null) return [];
    return [
      `(${[...cells, position, writer.bind(bounds.first), writer.bind(bounds.last), bounds.bits].join(', ')})`,
    ];
  });
  const body = values.length === 0 ? `(${names.map(() => 'NULL').join(', ')})` : values.join(', ');
  return `(VALUES ${body}) AS l(${names.join(', ')})`;
}

function boundsOf(
  block: string,
): { readonly first: string; readonly last: string; readonly bits: number } | null {
  const range = parseCidr(block.trim());
  if (range === null) return null;
  const hostBits = (range.last - range.first + 1n).toString(2).length - 1;
  return { ...rangeKeys(range), bits: 128 - hostBits };
}

/** The rows of a CSV text with a header line: commas, double quotes, either line end. */
export function parseLookupCsv(name: string, text: string): LookupTable {
  const records: string[][] = [];
  let cells: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/y;
  const body = text.replace(/^\uFEFF/, '');
  while (cell.lastIndex < body.length) {
    const found = cell.exec(body);
    if (found === null) break;
    const raw = found[1] ?? '';
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (found[2] === ',') continue;
    records.push(cells);
    cells = [];
  }
  if (cells.length > 0) records.push([...cells, '']);
  const [header = [], ...rows] = records;
  return { name, header, rows: rows.filter((entry) => entry.some((text) => text !== '')) };
}
