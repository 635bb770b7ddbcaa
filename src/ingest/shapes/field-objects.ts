import {
  fieldByName,
  formatHeader,
  isFieldName,
  type Layout,
  parseHeader,
  parseTokens,
} from '../../record/index.ts';
import { fieldNameOf, plainName, tokenOf } from './field-names.ts';

/** One record as names and values. */
export type NamedValues = Readonly<Record<string, unknown>>;

/**
 * Turns objects whose members are the fields of a record into lines: `{"srcaddr":"10.0.0.1","bytes":40}`, as shippers and query
 * engines write them. Members that are absent or null are `-`; names that Weir does not know become columns of their own.
 *
 * The columns are those of all objects so far, so a new header comes only with a new name. When they would be no header any
 * more, for all the names that Weir does not know, they begin anew with those of the object.
 */
export class FieldObjects {
  #names: readonly string[] = [];
  #layout: Layout | null = null;

  /** The line of a record, with a header before it when that has changed. Null for what is no record. */
  linesOf(values: NamedValues): readonly string[] | null {
    const members = membersOf(values);
    if (members === null) return null;
    const fresh = [...members.keys()].filter((name) => !this.#names.includes(name));
    let names: readonly string[] = [...this.#names, ...fresh];
    let layout = fresh.length === 0 ? this.#layout : parseHeader(names);
    if (layout === null) {
      names = withFieldInFront([...members.keys()]);
      layout = parseHeader(names);
    }
    if (layout === null) return null;
    const tokens = names.map((name) => tokenOf(members.get(name) ?? ''));
    if (parseTokens(layout, tokens).kind !== 'record') return null;
    this.#names = names;
    this.#layout = layout;
    const line = tokens.join(' ');
    return fresh.length === 0 ? [line] : [formatHeader(layout), line];
  }
}

/** A row of Logs Insights as its API gives it, `[{"field":"srcAddr","value":"10.0.0.1"}, …]`; null for anything else. */
export function namedValuesOfRow(value: unknown): NamedValues | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const pairs: [string, unknown][] = [];
  for (const cell of value as readonly unknown[]) {
    if (typeof cell !== 'object' || cell === null || !('field' in cell) || !('value' in cell)) return null;
    pairs.push([String(cell.field), cell.value]);
  }
  return Object.fromEntries(pairs);
}

/**
 * The members by their names in AWS's spelling; null unless at least half of them are fields, and a status or both addresses are
 * among them: logs of other services share some of the names.
 */
function membersOf(values: NamedValues): ReadonlyMap<string, string> | null {
  const members = new Map<string, string>();
  let known = 0;
  for (const [key, value] of Object.entries(values)) {
    const name = plainName(fieldNameOf(key));
    const field = fieldByName(name) ?? fieldByName(name.toLowerCase());
    if (field !== undefined) known++;
    if (name !== '') members.set(field?.name ?? name, textOf(value));
  }
  const has = (...names: readonly string[]): boolean => names.every((name) => members.has(name));
  const isRecord = has('log-status') || has('srcaddr', 'dstaddr') || has('pkt-srcaddr', 'pkt-dstaddr');
  return isRecord && known * 2 >= members.size ? members : null;
}

/** A header is known by its first name. */
function withFieldInFront(names: readonly string[]): readonly string[] {
  const first = names.filter(isFieldName).slice(0, 1);
  return [...first, ...names.filter((name) => !first.includes(name))];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
