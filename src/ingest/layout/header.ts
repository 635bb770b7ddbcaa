import { type Layout, parseHeader } from '../../record/index.ts';
import type { SampleLine } from './sample.ts';

/** The layout that a line declares; null when it is no header. Equal headers give one and the same object. */
export function headerOf(line: SampleLine): Layout | null {
  const first = line.tokens[0];
  // Records begin with a digit or a dash, as a rule: they need no look at the catalogue.
  if (first === undefined || first === '-' || /^\d/.test(first)) return null;
  const key = line.tokens.join(' ');
  const known = headers.get(key);
  if (known !== undefined) return known;
  const layout = parseHeader(line.tokens);
  if (layout === null) return null;
  if (headers.size >= MAX_HEADERS) headers.clear();
  headers.set(key, layout);
  return layout;
}

/** Objects of one flow log share their header: reading it once makes small objects cheap and layouts comparable. */
const headers = new Map<string, Layout>();
const MAX_HEADERS = 256;
