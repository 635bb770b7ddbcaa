import type { Field, RecordKind } from './field.ts';
import { fieldByName } from './fields.ts';
import { tableOf } from './tables.ts';

/** One column of a layout: a field of the catalogue, or a name that the catalogue does not know (kept as text). */
export interface LayoutColumn {
  /** Column name in SQL spelling; for unknown fields their own name with `-` as `_`, and `source_` before one that is taken. */
  readonly name: string;
  /** Undefined for an unknown field, and for a field of the other kind of record. */
  readonly field: Field | undefined;
}

/** What the values of a line mean, in order. */
export interface Layout {
  readonly kind: RecordKind;
  readonly columns: readonly LayoutColumn[];
}

/** Names of columns that the lake's tables and views have beside the fields. */
const TAKEN: ReadonlySet<string> = new Set(
  [...tableOf('flows').columns, ...tableOf('tgw_flows').columns]
    .flatMap(({ name }) => (fieldByName(name) === undefined ? [name] : []))
    .concat('start_time', 'end_time', 'date'),
);

const NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/**
 * The layout of a list of field names, in hyphen or underscore spelling. Unknown names become text columns under
 * their own name, and so do transit-gateway-only fields beside VPC-only ones. A list with a transit-gateway-only field and no
 * VPC-only field is of kind `tgw`, every other of kind `vpc`. Null when a name repeats, is no name at all, or not one of them is known.
 */
export function layoutOf(names: readonly string[]): Layout | null {
  const fields = names.map(anyField);
  const known = fields.filter((field) => field !== undefined);
  if (known.length === 0) return null;
  const isTgw = known.some((f) => !f.kinds.includes('vpc')) && known.every((f) => f.kinds.includes('tgw'));
  const kind = isTgw ? 'tgw' : 'vpc';
  const columns: LayoutColumn[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const field = fields[index];
    if (field === undefined && !NAME.test(name)) return null;
    const isOwn = field?.kinds.includes(kind) === true;
    const column = { name: field?.sql ?? unknownName(name), field: isOwn ? field : undefined };
    if (seen.has(column.name)) return null;
    seen.add(column.name);
    columns.push(column);
  }
  return { kind, columns };
}

function unknownName(name: string): string {
  const plain = name.toLowerCase().replaceAll('-', '_');
  return TAKEN.has(plain) ? `source_${plain}` : plain;
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
 * Reads a header line, in any case: every token has the shape of a name, at least half of them are known fields, and so is the
 * first one or at least four. Null for anything else, records above all.
 */
export function parseHeader(tokens: readonly string[]): Layout | null {
  const first = tokens[0];
  // Records begin with a digit or a dash, as a rule: they need no look at the catalogue.
  if (first === undefined || first === '-' || /^\d/.test(first)) return null;
  const known = tokens.filter(isFieldName).length;
  return known * 2 >= tokens.length && (known >= 4 || isFieldName(first)) ? layoutOf(tokens) : null;
}

/** True for the name of a field in any spelling and case. */
export function isFieldName(name: string): boolean {
  return anyField(name) !== undefined;
}

function anyField(name: string): Field | undefined {
  return fieldByName(name) ?? fieldByName(name.toLowerCase());
}

/** A stable text for comparing layouts: kind and column names. */
export function layoutKey(layout: Layout): string {
  return `${layout.kind}:${layout.columns.map((column) => column.name).join(',')}`;
}
