import { type Layout, parseHeader } from '../../record/index.ts';

/** The layout that the tokens of a line declare; null when it is no header. Equal headers give one and the same object. */
export function headerOf(tokens: readonly string[]): Layout | null {
  const first = tokens[0];
  // Records begin with a digit or a dash, as a rule: they need no look at the catalogue.
  if (first === undefined || first === '-' || /^\d/.test(first)) return null;
  const key = tokens.join(' ');
  const known = headers.get(key);
  if (known !== undefined) return known;
  const layout = parseHeader(tokens);
  if (layout === null) return null;
  if (headers.size >= MAX_HEADERS) headers.clear();
  headers.set(key, layout);
  return layout;
}

/** Objects of one flow log share their header: reading it once makes small objects cheap and layouts comparable. */
const headers = new Map<string, Layout>();
const MAX_HEADERS = 256;
