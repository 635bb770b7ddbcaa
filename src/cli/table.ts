import { formatBytes, formatCount } from '../base/index.ts';

/** A column of a printed table. */
export interface TableColumn {
  readonly name: string;
  /** `bytes` and counts are scaled for people (`1.23 GB`), `percent` gets its sign; others are printed as they are. */
  readonly unit?: string | null;
  /** Numbers with a meaning of their own, such as ports: never scaled. */
  readonly align?: 'left' | 'right';
}

const COUNTED = new Set(['packets', 'records', 'addresses', 'lines', 'objects', 'minutes']);
/** A cell longer than this is cut, so that one bad line does not widen the table. */
const MAX_CELL = 80;

/** Rows as an aligned table with a header; `(no rows)` when there are none. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => columns.map((column, index) => cellText(column, row[index])));
  const rightAligned = columns.map(
    (column, index) => column.align === 'right' || (column.align === undefined && isNumeric(rows, index)),
  );
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.name), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const fill = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(text)));
        return rightAligned[index] === true ? fill + text : text + fill;
      })
      .join('  ')
      .trimEnd();
  const header = line(columns.map((column) => column.name));
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const body = cells.length === 0 ? ['(no rows)'] : cells.map(line);
  return `${[header, rule, ...body].join('\n')}\n`;
}

/** A value as a person reads it; `-` for null, as flow logs write it. */
export function cellText(column: TableColumn, value: unknown): string {
  if (value === null || value === undefined) return '-';
  const number = typeof value === 'number' ? value : Number.NaN;
  if (Number.isFinite(number) && column.unit === 'bytes') return formatBytes(number);
  if (Number.isFinite(number) && column.unit === 'percent') return `${number} %`;
  if (Number.isFinite(number) && COUNTED.has(column.unit ?? '')) return formatCount(number);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const clean = printable(text);
  return clean.length > MAX_CELL ? `${clean.slice(0, MAX_CELL - 1)}…` : clean;
}

/** Text from logs may hold anything; control characters must not reach the terminal. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

function isNumeric(rows: readonly (readonly unknown[])[], index: number): boolean {
  const values = rows.map((row) => row[index]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === 'number' || isBigNumber(value));
}

/** Integers beyond 2^53 arrive as text. */
function isBigNumber(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{16,40}$/.test(value);
}

function displayWidth(text: string): number {
  return Array.from(text).length;
}
