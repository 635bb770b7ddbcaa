import { canonicalIp, WeirError } from '../base/index.ts';
import type { Field } from './field.ts';
import { type Layout, layoutKey, parseHeader } from './layout.ts';

/** The value of one field: a number for INT32, a bigint for INT64, text otherwise; null for `-`. */
export type FieldValue = string | number | bigint | null;

/** A record by SQL column name. Absent keys are fields that the layout does not have. */
export type FlowRecord = Readonly<Record<string, FieldValue>>;

/** What became of a line in the ledger. */
export type LineStatus = 'ok' | 'nodata' | 'skipdata';

/** Why a line is no record. Stable codes, shown in `weir ledger --malformed`. */
export interface LineProblem {
  readonly code: 'field-count' | 'bad-number' | 'number-out-of-range' | 'bad-time' | 'not-a-record';
  /** For people: what was found and what was expected. */
  readonly reason: string;
  /** AWS name of the field at fault, when there is one. */
  readonly field?: string;
}

/** A line, read. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: FlowRecord; readonly status: LineStatus }
  | { readonly kind: 'header'; readonly layout: Layout }
  | { readonly kind: 'blank' }
  | { readonly kind: 'malformed'; readonly problem: LineProblem };

const INT32_MAX = 2_147_483_647;
const INT64_MAX = 9_223_372_036_854_775_807n;

/**
 * Reads one line of flow log text under a layout, the plain way. This is the definition of what a line means; the
 * columnar scanner in `ingest/scan` is the fast way and is tested against it.
 *
 * Values are split at runs of spaces; `\r`, a byte order mark and spaces at the ends are dropped. `-` is null.
 * Times over 2^31-1 are milliseconds and are divided by 1000. Addresses become canonical (RFC 5952); text that is no
 * address stays as it is. Tag fields are percent-decoded, malformed escapes stay raw.
 * Never throws: what is no record comes back as `malformed` with its reason.
 */
export function parseLine(layout: Layout, text: string): ParsedLine {
  const tokens = splitLine(text);
  if (tokens.length === 0) return { kind: 'blank' };
  const header = parseHeader(tokens);
  return header === null ? parseTokens(layout, tokens) : { kind: 'header', layout: header };
}

function countsText(values: number, fields: number): string {
  if (fields === 0) return 'no layout is known to read it by';
  return `${values} ${values === 1 ? 'value' : 'values'} where the layout has ${fields}`;
}

/** `parseLine` of values that are apart already and are no header, as the rows of a Parquet file. */
export function parseTokens(
  layout: Layout,
  tokens: readonly string[],
): Extract<ParsedLine, { kind: 'record' | 'malformed' }> {
  if (tokens.length !== layout.columns.length) {
    return malformed('field-count', countsText(tokens.length, layout.columns.length));
  }
  const record: Record<string, FieldValue> = {};
  for (const [index, column] of layout.columns.entries()) {
    const token = tokens[index] ?? '-';
    const value = column.field === undefined ? textValue(token) : parseValue(column.field, token);
    if (typeof value === 'object' && value !== null) return { kind: 'malformed', problem: value };
    record[column.name] = value;
  }
  return { kind: 'record', record, status: statusOf(record) };
}

/** The tokens of a line: split at runs of spaces, without byte order mark and line end. */
export function splitLine(text: string): readonly string[] {
  const trimmed = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
  return trimmed.split(' ').filter((token) => token !== '');
}

/** What the ledger counts a record as. A status that AWS does not know (yet) counts as `ok` and is kept as text. */
export function statusOf(record: FlowRecord): LineStatus {
  const status = record['log_status'];
  if (status === 'NODATA') return 'nodata';
  return status === 'SKIPDATA' ? 'skipdata' : 'ok';
}

/**
 * Writes a record as AWS would: values in layout order, `-` for null and absent, tags percent-encoded, one space
 * between, no newline. Throws `record.unwritable` (kind `bug`) for text with a space outside the tag fields.
 */
export function formatLine(layout: Layout, record: FlowRecord): string {
  return layout.columns.map(({ name, field }) => formatValue(field, record[name] ?? null, layout)).join(' ');
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as in the tag fields. */
export function encodeTag(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Percent-decodes a tag value; a malformed escape leaves the whole value as it is. */
export function decodeTag(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function formatValue(field: Field | undefined, value: FieldValue, layout: Layout): string {
  if (value === null) return '-';
  const text = field?.shape === 'percent-encoded' ? encodeTag(String(value)) : String(value);
  if (text !== '' && !/\s/.test(text)) return text;
  throw new WeirError('bug', 'record.unwritable', `the value "${text}" cannot stand in a flow log line`, {
    details: { field: field?.name ?? null, layout: layoutKey(layout) },
  });
}

function textValue(token: string): string | null {
  return token === '-' ? null : token;
}

/** A value, or the problem with it. */
function parseValue(field: Field, token: string): FieldValue | LineProblem {
  if (token === '-') return null;
  switch (field.shape) {
    case 'text':
      return token;
    case 'address':
      return canonicalIp(token) ?? token;
    case 'percent-encoded':
      return decodeTag(token);
    case 'port':
      return parseSmall(field, token, 65_535);
    case 'byte':
      return parseSmall(field, token, 255);
    case 'integer':
      return parseSmall(field, token, INT32_MAX);
    case 'count':
      return parseCount(field, token);
    case 'time':
      return parseTime(field, token);
  }
}

function parseSmall(field: Field, token: string, max: number): number | LineProblem {
  if (!/^\d+$/.test(token)) return badNumber(field, token);
  const value = Number(token);
  return value <= max ? value : outOfRange(field, token, max);
}

function parseCount(field: Field, token: string): bigint | LineProblem {
  if (!/^\d+$/.test(token)) return badNumber(field, token);
  const value = BigInt(token);
  return value <= INT64_MAX ? value : outOfRange(field, token, INT64_MAX);
}

function parseTime(field: Field, token: string): bigint | LineProblem {
  const value = parseCount(field, token);
  if (typeof value !== 'bigint' || value <= BigInt(INT32_MAX)) return value;
  const seconds = value / 1000n;
  if (seconds <= BigInt(INT32_MAX)) return seconds;
  return {
    code: 'bad-time',
    field: field.name,
    reason: `${field.name} "${token}" is neither Unix seconds nor milliseconds`,
  };
}

function badNumber(field: Field, token: string): LineProblem {
  return {
    code: 'bad-number',
    field: field.name,
    reason: `${field.name} "${token.slice(0, 40)}" is not a whole number`,
  };
}

function outOfRange(field: Field, token: string, max: number | bigint): LineProblem {
  return {
    code: 'number-out-of-range',
    field: field.name,
    reason: `${field.name} "${token.slice(0, 40)}" is over ${max}`,
  };
}

function malformed(code: LineProblem['code'], reason: string): Extract<ParsedLine, { kind: 'malformed' }> {
  return { kind: 'malformed', problem: { code, reason } };
}
