import { parseHeader } from '../../record/index.ts';
import { splitCsv } from './csv-cells.ts';
import type { LineRule } from './line-unwrapper.ts';

/** What stands between values where it is no space. */
const SEPARATORS = ['\t', ',', ';', '|'] as const;

/** The mark of UTF-8, read byte by byte. */
const BYTE_ORDER_MARK = /^\u00EF\u00BB\u00BF/;

/** Lines without a header count as separated from this many values on: the shortest formats have no telling values. */
const FEWEST_VALUES = 6;

/**
 * The separator of a table of records, as spreadsheets and query results are exported: its first line names the fields, or
 * holds no space and many cells. Null for anything else.
 */
export function separatorOf(line: string): string | null {
  const text = line.replace(/^\uFEFF/, '').replace(/\r$/, '');
  for (const separator of SEPARATORS) {
    if (!text.includes(separator)) continue;
    const cells = splitCsv(text, separator)?.map((cell) => cell.trim()) ?? [];
    if (parseHeader(cells) !== null) return separator;
    if (cells.length >= FEWEST_VALUES && cells.every((cell) => /^[!-~]*$/.test(cell))) return separator;
  }
  return null;
}

/**
 * A table of records: cells become values with a space between, empty ones `-`. A line with a quote left open stays as it is,
 * and a cell of several words makes its line malformed.
 */
export function separatedRule(separator: string): LineRule {
  const plain = new RegExp(`[ "\\r\u00EF]|(?:^|[${separator}])(?:[${separator}]|$)`);
  return {
    shape: 'csv',
    isLonger: true,
    unwrapLine(bytes, start, end) {
      // Byte for byte: separators and quotes are ASCII, whatever else there is.
      const line = bytes.toString('latin1', start, end);
      if (!plain.test(line)) return Buffer.from(line.replaceAll(separator, ' '), 'latin1');
      const text = line.replace(BYTE_ORDER_MARK, '').replace(/\r$/, '');
      const cells = text.trim() === '' ? null : splitCsv(text, separator);
      if (cells === null) return bytes.subarray(start, end);
      return Buffer.from(cells.map((cell) => (cell.trim() === '' ? '-' : cell.trim())).join(' '), 'latin1');
    },
  };
}
