import { splitLine } from '../../record/index.ts';
import { headerOf } from './header.ts';

/** Lines that a layout is told from: enough to see every kind of value, few enough to cost nothing. */
const MAX_LINES = 100;

/** Longest line that counts as a sample; longer ones are no records. */
const MAX_LINE_LENGTH = 8192;

/** One line of a sample, split. */
export interface SampleLine {
  /** The line, from 1. */
  readonly number: number;
  readonly text: string;
  readonly tokens: readonly string[];
}

/**
 * The first lines of some text that are not blank. The last line is left out when it may be cut (`isWhole` false). When
 * the first line is a header it is the only one: the rest has nothing to add, and small objects stay cheap.
 */
export function sampleLines(bytes: Uint8Array, isWhole: boolean): readonly SampleLine[] {
  const lines: SampleLine[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length && lines.length < MAX_LINES; ) {
    const newline = bytes.indexOf(10, start);
    if (newline < 0 && !isWhole) break;
    const end = newline < 0 ? bytes.length : newline;
    number++;
    const text = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + start,
      Math.min(end - start, MAX_LINE_LENGTH),
    ).toString();
    const tokens = splitLine(text);
    if (tokens.length > 0) lines.push({ number, text: text.replace(/\r$/, ''), tokens });
    if (lines.length === 1 && lines[0] !== undefined && headerOf(lines[0].tokens) !== null) return lines;
    start = end + 1;
  }
  return lines;
}
