import type { Cell } from '../../../src/api/index.ts';
import { exactText, type GridColumn } from './cell-text.ts';

/** Forms in which a piece of a table is copied or saved. */
export const TABLE_FORMS = ['TSV', 'CSV', 'JSON'] as const;
export type TableForm = (typeof TABLE_FORMS)[number];

/** Columns and rows that belong together. */
export interface TablePiece {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A piece of a table as text with a heading, every value exact; missing values are empty, in JSON null. */
export function tableText({ columns, rows }: TablePiece, form: TableForm): string {
  const names = columns.map((column) => column.name);
  switch (form) {
    case 'TSV':
      return [names, ...rows.map((row) => row.map(tsvCell))].map((cells) => cells.join('\t')).join('\n');
    case 'CSV':
      return [names.map(csvText), ...rows.map((row) => row.map(csvCell))]
        .map((cells) => cells.join(','))
        .join('\n');
    case 'JSON':
      return JSON.stringify(
        rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]))),
        null,
        2,
      );
  }
}

function tsvCell(value: Cell): string {
  return exactText(value).replaceAll(/[\t\r\n]+/g, ' ');
}

/** Text that a spreadsheet would run as a formula gets a quote before it. */
function csvCell(value: Cell): string {
  const text = exactText(value);
  return csvText(typeof value === 'string' && /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text);
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
