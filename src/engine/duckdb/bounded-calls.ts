import { isFineTimes, itemsOf, MOST_ITEMS } from './list-size.ts';
import type { SqlNode } from './sql-node.ts';

/** Longest text, in repetitions or characters, that one call may be asked for by number. */
const MOST_TEXT = 10_000;

/** Most samples that an estimate may keep; the engine sets room for them aside at once. */
const MOST_SAMPLES = 100_000;

/** Most wildcards of GLOB, which goes back to each of them for each of the others. */
const MOST_STARS = 3;

/** Functions that make a text some times as long as theirs, and how often one may stand inside another. */
const WIDENING: ReadonlySet<string> = new Set(
  'hex to_hex bin to_binary to_base64 base64 replace regexp_replace url_encode concat concat_ws array_to_string list_aggregate'.split(
    ' ',
  ),
);
const MOST_WIDENINGS = 4;

/** Functions that make as much as a number says, and which argument it is. The engine makes it in one piece, which no limit on time or memory stops. */
const SIZED: Readonly<Record<string, { readonly argument: number; readonly most: number }>> = {
  repeat: { argument: 1, most: MOST_TEXT },
  lpad: { argument: 1, most: MOST_TEXT },
  rpad: { argument: 1, most: MOST_TEXT },
  list_resize: { argument: 1, most: MOST_ITEMS },
  array_resize: { argument: 1, most: MOST_ITEMS },
  bitstring: { argument: 1, most: MOST_TEXT },
};

const LISTS: ReadonlySet<string> = new Set(['range', 'generate_series', 'sequence']);
const PATTERNS: ReadonlySet<string> = new Set(['printf', 'format']);
const GROWING: ReadonlySet<string> = new Set([
  '*',
  '**',
  '^',
  '<<',
  'pow',
  'power',
  'multiply',
  'factorial',
  '!__postfix',
  'exp',
]);

/**
 * What is wrong with a call whose result is as large as its arguments say, null when it is bounded: a number, or
 * `least(…, number)`, of modest size. `name` is lower case.
 */
export function unboundedCall(name: string, node: SqlNode): string | null {
  const args = (node['children'] ?? []) as readonly SqlNode[];
  const sized = Object.hasOwn(SIZED, name) ? SIZED[name] : undefined;
  if (sized !== undefined) {
    const size = mostOf(args[sized.argument]);
    return size !== null && size <= sized.most
      ? null
      : `${name} without a bound; write a number up to ${sized.most}, or least(…, ${sized.most}),`;
  }
  // Lists by length of something else are common and small; those that are large are so by a large number.
  if (LISTS.has(name) && isLongList(args))
    return `${name} of more than ${MOST_ITEMS} items as a list; FROM range(…) makes rows instead, and so it`;
  if (name === '~~~' && !isPlainGlob(args[1]))
    return `GLOB with more than ${MOST_STARS} "*" or a computed pattern; LIKE and regexp_matches take any, and it`;
  const samples = name === 'reservoir_quantile' ? mostOf(args[2]) : 0;
  if (samples === null || samples > MOST_SAMPLES) return `${name} with more than ${MOST_SAMPLES} samples`;
  if (WIDENING.has(name) && wideningsOf(node) > MOST_WIDENINGS)
    return `${name} inside more than ${MOST_WIDENINGS} functions that make a text longer`;
  if (PATTERNS.has(name) && !isPlainPattern(args[0])) return `${name} with a wide or computed field`;
  return null;
}

function isLongList(args: readonly SqlNode[]): boolean {
  const items = itemsOf(args);
  if (items !== null) return items > MOST_ITEMS;
  return isFineTimes(args) || args.some(mayBeLarge);
}

/** How many functions that make a text longer stand one inside the other, this one included. */
function wideningsOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((most, each) => Math.max(most, wideningsOf(each)), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const node = value as SqlNode;
  const isOne = node['class'] === 'FUNCTION' && WIDENING.has(String(node['function_name']).toLowerCase());
  return wideningsOf(Object.values(node)) + (isOne ? 1 : 0);
}

function isPlainGlob(node: SqlNode | undefined): boolean {
  const pattern =
    node?.['class'] === 'CONSTANT' ? (node['value'] as SqlNode | undefined)?.['value'] : undefined;
  return typeof pattern === 'string' && (pattern.match(/\*+/g)?.length ?? 0) <= MOST_STARS;
}

/** The largest value of a number, or of `least(…)` that holds one. */
function mostOf(node: SqlNode | undefined): number | null {
  if (node === undefined) return null;
  if (node['class'] === 'CAST') return mostOf(node['child'] as SqlNode);
  if (node['class'] === 'CONSTANT') return numberOf(node);
  if (node['class'] !== 'FUNCTION' || String(node['function_name']).toLowerCase() !== 'least') return null;
  const bounds = ((node['children'] ?? []) as readonly SqlNode[]).map(mostOf).filter((most) => most !== null);
  return bounds.length === 0 ? null : Math.min(...bounds);
}

function mayBeLarge(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mayBeLarge);
  if (typeof node !== 'object' || node === null) return false;
  const found = node as SqlNode;
  if (found['class'] === 'CONSTANT') return Math.abs(numberOf(found) ?? 0) > MOST_ITEMS;
  if (found['class'] === 'FUNCTION' && GROWING.has(String(found['function_name']).toLowerCase())) return true;
  return Object.values(found).some(mayBeLarge);
}

function isPlainPattern(node: SqlNode | undefined): boolean {
  const text = node?.['class'] === 'CONSTANT' ? (node['value'] as SqlNode | undefined)?.['value'] : undefined;
  return typeof text === 'string' && !/\d{4}|\*|\{[^}]*\{/.test(text);
}

function numberOf(node: SqlNode): number | null {
  const value = (node['value'] as SqlNode | undefined)?.['value'];
  // Numbers of 128 bits come in two halves.
  if (typeof value === 'object' && value !== null) return Infinity;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : null;
}
