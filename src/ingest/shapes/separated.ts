import { isFieldName, type Layout, parseHeader, parseTokens } from '../../record/index.ts';
import { bareLine, splitCsv } from './csv-cells.ts';
import { fieldNameOf, plainNames, tokenOf } from './field-names.ts';
import type { LineRule } from './line-unwrapper.ts';

/** What stands between values where it is no space. */
const SEPARATORS = ['\t', ',', ';', '|'] as const;

/** Lines without a header count as separated from this many values on: the shortest formats have no telling values. */
const FEWEST_VALUES = 6;

/**
 * The separator of a table of records, as spreadsheets and query results are exported: its first line names the fields, or
 * holds no space and many cells. Null for anything else.
 */
export function separatorOf(line: string): string | null {
  const text = bareLine(line);
  for (const separator of SEPARATORS) {
    if (!text.includes(separator)) continue;
    const cells = splitCsv(text, separator)?.map((cell) => cell.trim()) ?? [];
    if (parseHeader(namesOf(cells)) !== null) return separator;
    if (cells.length >= FEWEST_VALUES && cells.every((cell) => /^[!-~]*$/.test(cell))) return separator;
  }
  return null;
}

/**
 * A table of records: cells become values with a space between, empty ones `-`, a blank inside a cell percent-encoded as in tags. Under
 * a header, a row that is no record stays as it is written; so does a line with a quote left open. A header may come again.
 */
export function separatedRule(separator: string): LineRule {
  const isWord = /^[!-~]+$/;
  const isEmptyCell = new RegExp(`(?:^|[${separator}])(?:[${separator}]|$)`);
  let layout: Layout | null = null;
  return {
    shape: 'csv',
    unwrapLine(bytes, start, end) {
      // Byte for byte: separators and quotes are ASCII, whatever else there is.
      const text = bareLine(bytes.toString('latin1', start, end));
      const isPlain = isWord.test(text) && !text.includes('"') && !isEmptyCell.test(text);
      const cells = isPlain ? text.split(separator) : splitCsv(text, separator);
      if (cells === null || text === '') return bytes.subarray(start, end);
      const names = namesOf(cells);
      const header = parseHeader(names);
      if (header !== null) {
        layout = header;
        return Buffer.from(names.join(' '), 'latin1');
      }
      const tokens = isPlain ? cells : cells.map(tokenOf);
      if (layout !== null && parseTokens(layout, tokens).kind === 'malformed')
        return bytes.subarray(start, end);
      return Buffer.from(tokens.join(' '), 'latin1');
    },
  };
}

/** Cells as the names of a header; those of a record as they are. */
function namesOf(cells: readonly string[]): readonly string[] {
  if (/^[\d-]/.test(cells[0] ?? '')) return cells;
  const names = cells.map(fieldNameOf);
  return names.some(isFieldName) ? plainNames(names) : cells;
}
