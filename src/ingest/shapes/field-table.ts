import { fieldByName, formatHeader, type Layout, layoutOf, parseTokens } from '../../record/index.ts';
import { type Separator, splitCells } from './cells.ts';
import { fieldNameOf, tokenOf } from './field-names.ts';
import type { LineRule } from './line-unwrapper.ts';

/** A table whose columns are the fields of flow logs, as Athena, Logs Insights and spreadsheets write their results. */
export interface FieldTable {
  readonly separator: Separator;
  readonly header: TableHeader;
}

interface TableHeader {
  /** The columns, the first that is a field in front: it tells readers of text that a line is a header. */
  readonly layout: Layout;
  /** Where that one stands in the table. */
  readonly foremost: number;
}

const SEPARATORS: readonly Separator[] = [',', '\t', ';'];

/**
 * The table that a first line begins: separated names, at least half of them fields of the catalogue in any of its spellings.
 * Null when the line is no such header.
 */
export function fieldTableOf(line: string): FieldTable | null {
  const text = bare(line);
  for (const separator of SEPARATORS) {
    const header = headerOfCells(splitCells(text, separator));
    if (header !== null) return { separator, header };
  }
  return null;
}

/**
 * Rows of such a table to records, line by line: cells parted by single spaces, an empty cell as `-`, a blank inside a cell
 * percent-encoded as in tags. A row that is no record stays as it is written. A header that comes again begins a table of its own.
 */
export function fieldTableRule({ separator, header: first }: FieldTable): LineRule {
  let header = first;
  return {
    shape: 'field-table',
    unwrapLine(bytes, start, end) {
      const cells = splitCells(bare(bytes.toString('utf8', start, end)), separator);
      const next = headerOfCells(cells);
      if (next !== null) {
        header = next;
        return Buffer.from(formatHeader(next.layout));
      }
      const tokens = toFront(cells ?? [], header.foremost).map(tokenOf);
      const isRecord = parseTokens(header.layout, tokens).kind === 'record';
      return isRecord ? Buffer.from(tokens.join(' ')) : bytes.subarray(start, end);
    },
  };
}

function bare(line: string): string {
  return line.replace(/^\uFEFF/, '').replace(/\r$/, '');
}

function headerOfCells(cells: readonly string[] | null): TableHeader | null {
  if (cells === null || cells.length < 2) return null;
  const names = cells.map(fieldNameOf);
  const fields = names.map((name) => fieldByName(name) !== undefined);
  if (fields.filter(Boolean).length * 2 < names.length) return null;
  const foremost = fields.indexOf(true);
  const layout = layoutOf(toFront(names, foremost));
  return layout === null ? null : { layout, foremost };
}

function toFront<T>(items: readonly T[], at: number): readonly T[] {
  if (at <= 0 || at >= items.length) return items;
  return [...items.slice(at, at + 1), ...items.slice(0, at), ...items.slice(at + 1)];
}
