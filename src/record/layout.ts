import type { Field, RecordKind } from './field.ts';
import { fieldByName } from './fields.ts';

/** One column of a layout: a field of the catalogue, or a name that the catalogue does not know (kept as text). */
export interface LayoutColumn {
  /** Column name in SQL spelling; for unknown fields their own name with `-` as `_`. */
  readonly name: string;
  /** Undefined for an unknown field. */
  readonly field: Field | undefined;
}

/** What the values of a line mean, in order. */
export interface Layout {
  readonly kind: RecordKind;
  readonly columns: readonly LayoutColumn[];
}

const NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/**
 * The layout of a list of field names, in hyphen or underscore spelling. Unknown names become text columns under
 * their own name. A list with a transit-gateway-only field and no VPC-only field is of kind `tgw`, every other
 * of kind `vpc`. Null when a name repeats, is no name at all, or not one of them is known.
 */
export function layoutOf(names: readonly string[]): Layout | null {
  const columns: LayoutColumn[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const field = fieldByName(name) ?? fieldByName(name.toLowerCase());
    if (field === undefined && !NAME.test(name)) return null;
    const column = { name: field?.sql ?? name.toLowerCase().replaceAll('-', '_'), field };
    if (seen.has(column.name)) return null;
    seen.add(column.name);
    columns.push(column);
  }
  const fields = columns.flatMap((column) => (column.field === undefined ? [] : [column.field]));
  if (fields.length === 0) return null;
  const isTgw = fields.some((f) => !f.kinds.includes('vpc')) && fields.every((f) => f.kinds.includes('tgw'));
  return { kind: isTgw ? 'tgw' : 'vpc', columns };
}

/** The layout of catalogue fields. */
export function layoutOfFields(fields: readonly Field[]): Layout {
  const isTgw = fields.some((f) => !f.kinds.includes('vpc'));
  return { kind: isTgw ? 'tgw' : 'vpc', columns: fields.map((field) => ({ name: field.sql, field })) };
}

/** Field names in AWS's spelling, space-separated, as in the first line of a text file on S3. */
export function formatHeader(layout: Layout): string {
  return layout.columns.map((column) => column.field?.name ?? column.name).join(' ');
}

/**
 * Reads a header line: its first token names a known field, every token has the shape of a name, and at least half of
 * them are known. Null for anything else, records above all.
 */
export function parseHeader(tokens: readonly string[]): Layout | null {
  const first = tokens[0];
  if (first === undefined || fieldByName(first) === undefined) return null;
  const known = tokens.filter((token) => fieldByName(token) !== undefined).length;
  return known * 2 >= tokens.length ? layoutOf(tokens) : null;
}

/** A stable text for comparing layouts: kind and column names. */
export function layoutKey(layout: Layout): string {
  return `${layout.kind}:${layout.columns.map((column) => column.name).join(',')}`;
}
