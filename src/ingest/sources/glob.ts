/** A pattern for paths, split into the part that is plain text and the whole as a test. */
export interface Glob {
  /** The folders before the first wildcard, with a slash at the end; empty when there is none. */
  readonly base: string;
  /** True for paths (with `/`) that match as a whole. */
  matches(path: string): boolean;
}

/** True when a text has wildcards: `*`, `?`, `[…]` or `{…}`. */
export function hasWildcards(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Reads a pattern: `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `[!a-z]` are one character, `{a,b}`
 * alternatives. Anything unbalanced stands for itself.
 */
export function parseGlob(pattern: string): Glob {
  const wildcard = pattern.search(/[*?[{]/);
  const plain = wildcard < 0 ? pattern : pattern.slice(0, wildcard);
  const expression = new RegExp(`^${toExpression(pattern)}$`, 's');
  return { base: plain.slice(0, plain.lastIndexOf('/') + 1), matches: (path) => expression.test(path) };
}

function toExpression(pattern: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const token = /^\*\*\/|^\*\*|^\*|^\?|^\[!?[^\]/]+\]|^\{[^{}]*\}|^[\s\S]/.exec(rest)?.[0] ?? '';
    out += toTerm(token);
    at += token.length;
  }
  return out;
}

function toTerm(token: string): string {
  if (token === '**/') return '(?:.*/)?';
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.length > 2 && token.startsWith('[')) return toSet(token);
  if (token.length > 1 && token.startsWith('{')) {
    return `(?:${token.slice(1, -1).split(',').map(toExpression).join('|')})`;
  }
  return token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function toSet(token: string): string {
  const isNegated = token[1] === '!';
  const members = token.slice(isNegated ? 2 : 1, -1).replace(/[\\^[\]]/g, '\\$&');
  const set = `[${isNegated ? '^/' : ''}${members}]`;
  try {
    return new RegExp(set, 's').source;
  } catch {
    // A range the wrong way round, `[z-a]`.
    return token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
}
