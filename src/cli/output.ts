import type { CommandContext, OutputFormat } from './command.ts';
import { formatTable, type TableColumn } from './table.ts';

/** A list of equal rows, ready for any format. */
export interface RowList {
  readonly columns: readonly TableColumn[];
  /** One value per column, as JSON. */
  readonly rows: readonly (readonly unknown[])[];
}

/** The format that was asked for, else a table for people and one record per line for programs. */
export function chosenFormat(context: CommandContext, configured: OutputFormat | null): OutputFormat {
  return context.format ?? configured ?? (context.stdout.isTTY === true ? 'table' : 'ndjson');
}

/** Prints rows in a format. JSON is one array of objects, ndjson one object per line, CSV has a header (RFC 4180). */
export function writeRows(stdout: CommandContext['stdout'], format: OutputFormat, list: RowList): void {
  switch (format) {
    case 'table':
      stdout.write(formatTable(list.columns, list.rows));
      return;
    case 'json': {
      const objects = rowObjects(list).map((row) => JSON.stringify(row));
      stdout.write(objects.length === 0 ? '[]\n' : `[\n${objects.join(',\n')}\n]\n`);
      return;
    }
    case 'ndjson':
      stdout.write(
        rowObjects(list)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
      );
      return;
    case 'csv':
      stdout.write(
        [list.columns.map((column) => column.name), ...list.rows]
          .map((row) => `${row.map(csvCell).join(',')}\r\n`)
          .join(''),
      );
  }
}

/** Prints one object: JSON as it is, CSV as one row, a table as names and values. */
export function writeObject(
  stdout: CommandContext['stdout'],
  format: OutputFormat,
  object: Readonly<Record<string, unknown>>,
  table: string,
): void {
  if (format === 'table') stdout.write(table);
  else if (format === 'csv') {
    const columns = Object.keys(object).map((name) => ({ name }));
    writeRows(stdout, 'csv', { columns, rows: [Object.values(object)] });
  } else stdout.write(`${JSON.stringify(object)}\n`);
}

function rowObjects(list: RowList): readonly Readonly<Record<string, unknown>>[] {
  return list.rows.map((row) =>
    Object.fromEntries(list.columns.map((column, index) => [column.name, row[index] ?? null])),
  );
}

/** Empty for null; text that a spreadsheet would run as a formula is kept as it is: this is data, not a sheet. */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
