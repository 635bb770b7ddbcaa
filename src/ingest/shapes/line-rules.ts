import { bareLine, splitCsv } from './csv-cells.ts';
import type { LineRule } from './line-unwrapper.ts';

const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const LETTER_T = 0x54;

/** Longest ISO time with fraction and zone: `2024-12-14T16:38:45.123456789+00:00`. */
const MAX_TIME_BYTES = 36;

/**
 * CloudWatch's export to S3: the time of the event in ISO 8601, one space, the record. The time is dropped, since the
 * record has its own; a line whose rest cannot be a record stays whole, so that it is kept word for word.
 */
export const exportRule: LineRule = {
  shape: 'export',
  unwrapLine(bytes, start, end) {
    if (!hasTimeAt(bytes, start, end)) return bytes.subarray(start, end);
    const space = bytes.indexOf(SPACE, start);
    if (space < 0 || space >= end || space - start > MAX_TIME_BYTES) return bytes.subarray(start, end);
    return mayBeRecord(bytes, space + 1, end) ? bytes.subarray(space + 1, end) : bytes.subarray(start, end);
  },
};

/** True when a line begins like an ISO time, `2024-12-14T16:38`. */
function hasTimeAt(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start > 20 &&
    bytes[start + 4] === DASH &&
    bytes[start + 7] === DASH &&
    bytes[start + 10] === LETTER_T &&
    bytes[start + 13] === COLON
  );
}

/** True when values begin here: a lower-case letter, digit or dash. No JSON, no log level. */
function mayBeRecord(bytes: Uint8Array, start: number, end: number): boolean {
  const byte = start < end ? (bytes[start] ?? 0) : 0;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === DASH;
}

/** True when some line looks like CloudWatch's export. */
export function isExportLine(line: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)? [0-9a-z-]/.test(line);
}

const NOTHING = new Uint8Array(0);

/** The first line of a CSV whose cells hold log events; null when a line is none. Gives the place of the message. */
export function messageColumnOf(line: string): number | null {
  const cells = splitCsv(bareLine(line));
  if (cells === null || cells.length < 2 || line.length > 1000) return null;
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const column = names.findIndex((name) => name === 'message' || name === '@message');
  return column >= 0 && names.some((name) => /time/.test(name)) ? column : null;
}

/** True for a CSV line without a header before it: a time (ISO, milliseconds, or as Excel leaves it), then a record. */
export function isTimedCsvLine(line: string): boolean {
  return /^"?[0-9][0-9.,:TZE+ -]*"?,"?(?:\d+|-) \S+ /.test(line);
}

/**
 * CloudWatch's console export: `timestamp,message` with the time in milliseconds (or damaged by Excel: `1.7284E+12`), or
 * the CSV of Logs Insights with its own columns. The header becomes a blank line; a row with fewer cells stays whole.
 */
export function csvRule(messageColumn: number): LineRule {
  return {
    shape: 'console-csv',
    unwrapLine(bytes, start, end) {
      // Byte for byte, so that nothing becomes longer than it was.
      const line = bareLine(bytes.toString('latin1', start, end));
      if (line === '') return NOTHING;
      if (messageColumnOf(line) !== null) return NOTHING;
      const cell = splitCsv(line)?.[messageColumn];
      if (cell === undefined || cell.includes('\n') || !/^\s*[0-9a-z-]/.test(cell))
        return bytes.subarray(start, end);
      return Buffer.from(cell, 'latin1');
    },
  };
}
