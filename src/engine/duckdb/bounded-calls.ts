/** A node of the engine's tree of a statement. */
export type SqlNode = Readonly<Record<string, unknown>>;

/** Longest text, in repetitions or characters, and longest list that one call may be asked for by number. */
const MOST_TEXT = 10_000;
const MOST_ITEMS = 1_000_000;

/** Functions that make as much as a number says, and which argument it is. The engine makes it in one piece, which no limit on time or memory stops. */
const SIZED: Readonly<Record<string, { readonly argument: number; readonly most: number }>> = {
  repeat: { argument: 1, most: MOST_TEXT },
  lpad: { argument: 1, most: MOST_TEXT },
  rpad: { argument: 1, most: MOST_TEXT },
  list_resize: { argument: 1, most: MOST_ITEMS },
  array_resize: { argument: 1, most: MOST_ITEMS },
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
  if (LISTS.has(name) && args.some(mayBeLarge))
    return `${name} of more than ${MOST_ITEMS} items as a list; FROM range(…) makes rows instead, and so it`;
  if (PATTERNS.has(name) && !isPlainPattern(args[0])) return `${name} with a wide or computed field`;
  return null;
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
