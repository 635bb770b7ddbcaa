import { ParseStop, problem } from '../problem.ts';
import type { RawValue } from './value.ts';

/** What could have stood at a place; completion turns it into words. */
export type Expectation =
  | { readonly kind: 'term' }
  | { readonly kind: 'connective' }
  | { readonly kind: 'operator'; readonly subject: string }
  | { readonly kind: 'value'; readonly subject: string };

/**
 * A reader of filter text, one piece at a time, that remembers what was wanted at the furthest place reached.
 * White space and comments (`#` or `--` to the end of the line, and those of C) separate pieces.
 */
export class Scanner {
  readonly text: string;
  position = 0;
  expectedAt = 0;
  expectations: Expectation[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** Moves over white space and comments. */
  skipSpace(): void {
    this.match(/(?:\s+|#[^\n]*|--(?=\s|$)[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y);
    if (!this.text.startsWith('/*', this.position)) return;
    const span = { start: this.position, end: this.position + 2 };
    throw new ParseStop(problem('query.unclosed', span, { what: 'comment' }));
  }

  /** True when nothing but space is left. */
  atEnd(): boolean {
    this.skipSpace();
    return this.position >= this.text.length;
  }

  /** Notes what could stand here. */
  expect(expectation: Expectation): void {
    this.skipSpace();
    if (this.position > this.expectedAt) this.expectations = [];
    if (this.position < this.expectedAt) return;
    this.expectedAt = this.position;
    this.expectations.push(expectation);
  }

  /** Reads a sticky pattern at the position, without skipping space; undefined when it is not there. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.position += found[0].length;
    return found;
  }

  /** Reads a sticky pattern after space; on failure the position is unchanged. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const before = this.position;
    this.skipSpace();
    const found = this.match(pattern);
    if (found === undefined) this.position = before;
    return found;
  }

  /** Reads one of these words, whole and in any case; gives it in lower case. */
  takeWord(...words: readonly string[]): string | undefined {
    const before = this.position;
    const found = this.take(/[A-Za-z_]+(?![\w.@-]|:\S)/y)?.[0].toLowerCase();
    if (found !== undefined && words.includes(found)) return found;
    this.position = before;
    return undefined;
  }

  /** True when one of the words comes next; reads nothing. */
  seesWord(...words: readonly string[]): boolean {
    const before = this.position;
    const seen = this.takeWord(...words) !== undefined;
    this.position = before;
    return seen;
  }

  /** Reads a value: quoted text, or everything up to space, a bracket, a comma or an operator. */
  takeValue(wanted: string): RawValue {
    this.skipSpace();
    const start = this.position;
    const quote = this.match(/["']/y)?.[0];
    if (quote !== undefined) {
      const body = this.match(quote === '"' ? /(?:[^"\\]|\\.)*/sy : /(?:[^'\\]|\\.)*/sy)?.[0] ?? '';
      if (this.match(quote === '"' ? /"/y : /'/y) === undefined)
        throw new ParseStop(problem('query.unclosed', { start, end: start + 1 }, { what: 'quote' }));
      return { text: body.replace(/\\(.)/gs, '$1'), quoted: true, start, end: this.position };
    }
    const text = this.match(/[^\s,()[\]{}"'=<>!&|#]+/y)?.[0];
    if (text === undefined) throw this.unexpected(wanted);
    return { text, quoted: false, start, end: this.position };
  }

  /** The end of a parse at the next piece of text, which is not what was wanted; the caller throws it. */
  unexpected(wanted: string, expected: readonly string[] = []): ParseStop {
    this.skipSpace();
    const start = this.position;
    const found = /^(?:[\w.:/@-]+|\S)/.exec(this.text.slice(start, start + 40))?.[0];
    const span = { start, end: start + (found?.length ?? 0) };
    return new ParseStop(
      found === undefined
        ? problem('query.unexpected-end', span, { wanted }, { expected })
        : problem('query.unexpected', span, { found, wanted }, { expected }),
    );
  }
}
