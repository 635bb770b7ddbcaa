import type { Cell } from './contract/common.ts';
import type { AnswerTable } from './contract/query.ts';

/** Forms of a table beside JSON, by the media type that a request accepts. */
const FORMATS: Readonly<Record<string, (table: Pick<AnswerTable, 'columns' | 'rows'>) => string>> = {
  'text/csv': csvOf,
  'application/x-ndjson': ndjsonOf,
};

/** A table in the form that a request asks for; null when it asks for none of ours, or when the answer is no table. */
export function tableText(
  answer: unknown,
  accept: string,
): { readonly body: string; readonly type: string; readonly isTruncated: boolean } | null {
  const type = Object.keys(FORMATS).find((name) => accept.toLowerCase().includes(name));
  const format = type === undefined ? undefined : FORMATS[type];
  if (type === undefined || format === undefined || !isTable(answer)) return null;
  return { body: format(answer), type: `${type}; charset=utf-8`, isTruncated: answer.truncated };
}

/** RFC 4180, with a heading. Missing values are empty; text that a spreadsheet would run as a formula gets a quote before it. */
function csvOf({ columns, rows }: Pick<AnswerTable, 'columns' | 'rows'>): string {
  const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;
  return line(columns.map((column) => column.name)) + rows.map(line).join('');
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const safe = typeof value === 'string' && /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function ndjsonOf({ columns, rows }: Pick<AnswerTable, 'columns' | 'rows'>): string {
  const objects = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null]))),
  );
  return objects.map((text) => `${text}\n`).join('');
}

function isTable(answer: unknown): answer is AnswerTable {
  return typeof answer === 'object' && answer !== null && 'columns' in answer && 'rows' in answer;
}
