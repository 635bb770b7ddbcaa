import type { TextShape } from '../opened-object.ts';
import { MAX_LINE_BYTES } from './capped-lines.ts';
import type { Unwrapper } from './unwrapper.ts';

/** Takes the wrapping off one line. Bytes `start` to `end` of `bytes` are the line without its newline. */
export interface LineRule {
  readonly shape: TextShape;
  /** True when what a line gives may be longer than the line, by its own length at most. */
  readonly isLonger?: boolean;
  /** The record, or the line as it is when it is not wrapped, or nothing for a header of the wrapper. */
  unwrapLine(bytes: Buffer, start: number, end: number): Uint8Array;
}

const NEWLINE = 0x0a;

/**
 * Applies a rule to every line and keeps the lines where they are: line n comes out as line n. Lines of over 1 MiB pass as
 * they are.
 */
export class LineUnwrapper implements Unwrapper {
  readonly lineNumbers = 'source';
  readonly controlMessages = 0;
  readonly duplicateEvents = 0;
  readonly #rule: LineRule;
  #carry: Uint8Array = new Uint8Array(0);
  /** True inside a line that is too long to look at. */
  #isInLongLine = false;

  constructor(rule: LineRule) {
    this.#rule = rule;
  }

  get shape(): TextShape {
    return this.#rule.shape;
  }

  push(chunk: Uint8Array): Uint8Array {
    const text = Buffer.concat(this.#carry.length === 0 ? [chunk] : [this.#carry, chunk]);
    const end = text.lastIndexOf(NEWLINE) + 1;
    const rest = text.subarray(end);
    const lines = this.#lines(text, end);
    if (rest.length <= MAX_LINE_BYTES && !(this.#isInLongLine && end === 0)) {
      this.#carry = rest;
      return lines;
    }
    this.#carry = new Uint8Array(0);
    this.#isInLongLine = true;
    return Buffer.concat([lines, rest]);
  }

  end(): Uint8Array {
    const rest = Buffer.from(this.#carry);
    this.#carry = new Uint8Array(0);
    return this.#isInLongLine ? rest : this.#rule.unwrapLine(rest, 0, rest.length);
  }

  /** The lines up to `end`, unwrapped, in one buffer. */
  #lines(text: Buffer, end: number): Buffer {
    const out = Buffer.allocUnsafe(this.#rule.isLonger === true ? end * 2 : end);
    let filled = 0;
    for (let start = 0; start < end; ) {
      const newline = text.indexOf(NEWLINE, start);
      const line = this.#isInLongLine
        ? text.subarray(start, newline)
        : this.#rule.unwrapLine(text, start, newline);
      this.#isInLongLine = false;
      out.set(line, filled);
      filled += line.length;
      out[filled++] = NEWLINE;
      start = newline + 1;
    }
    return out.subarray(0, filled);
  }
}
