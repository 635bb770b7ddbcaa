import type { Cell } from './contract/common.ts';

/** Writes the rows of a table as text, piece by piece. */
export interface TableText {
  /** What comes before the first row. */
  readonly head: string;
  rows(rows: readonly (readonly Cell[])[]): string;
}

/**
 * RFC 4180, with a heading. Missing values are empty; text that a spreadsheet would run as a formula gets a quote before
 * it.
 */
export function csvText(names: readonly string[]): TableText {
  const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;
  return { head: line(names), rows: (rows) => rows.map(line).join('') };
}

/** One JSON object per line. */
export function ndjsonText(names: readonly string[]): TableText {
  // Names are the same on every line, so they are written once.
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const line = (row: readonly Cell[]): string =>
    `${keys.map((key, index) => key + JSON.stringify(row[index] ?? null)).join('')}${keys.length === 0 ? '{' : ''}}\n`;
  return { head: '', rows: (rows) => rows.map(line).join('') };
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const safe = typeof value === 'string' && /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
