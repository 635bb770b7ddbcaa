import { ParseStop, problem, type Span } from '../problem.ts';

/** A piece of Logs Insights text. `value` is the text without quotes, the number, or the period's parts. */
export interface Token extends Span {
  readonly kind: 'name' | 'quoted-name' | 'string' | 'number' | 'period' | 'symbol' | 'end';
  readonly text: string;
}

const SYMBOLS = /<=|>=|!=|=~|==|[|,()[\].=<>+\-*/%^!:]/y;
const PERIOD =
  /(\d+)(ms|msec|millisecond|s|sec|second|min|minute|mo|mon|month|m|hr|hour|h|day|d|week|w|qtr|quarter|q|yr|year|y)s?(?![A-Za-z0-9_@])/y;

/** A dot inside a backticked part of a path, which is no step of it; a private-use character. */
export const QUOTED_DOT = '\uE001';

/**
 * Cuts Logs Insights text into tokens, one at a time, because only the parser knows where `/` begins a regular
 * expression. Space, line breaks and `#` comments separate; inside strings, backticks and /regex/ `#` is text.
 */
export class Lexer {
  readonly text: string;
  private position = 0;
  private ahead: Token | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token, without taking it. */
  peek(): Token {
    this.ahead ??= this.read();
    return this.ahead;
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.ahead = null;
    this.position = token.end;
    return token;
  }

  /** Where to go back to. */
  mark(): number {
    return this.peek().start;
  }

  /** Goes back to a mark. */
  reset(mark: number): void {
    this.ahead = null;
    this.position = mark;
  }

  /** Takes a word in any letter case. */
  takeWord(...words: readonly string[]): boolean {
    const token = this.peek();
    if (token.kind !== 'name' || !words.includes(token.text.toLowerCase())) return false;
    this.next();
    return true;
  }

  /** True when a symbol comes next. */
  isAtSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Takes a symbol. */
  takeSymbol(symbol: string): boolean {
    if (!this.isAtSymbol(symbol)) return false;
    this.next();
    return true;
  }

  /** Takes a symbol that must come; `wanted` says what for. */
  expectSymbol(symbol: string, wanted = `"${symbol}"`): void {
    if (!this.takeSymbol(symbol)) throw unexpected(this.peek(), wanted);
  }

  /** Takes a regular expression when one begins here. */
  takeRegex(): (Span & { readonly pattern: string }) | undefined {
    const { start, text } = this.peek();
    if (text !== '/') return undefined;
    this.reset(start);
    const found = this.match(/\/((?:[^/\\\n]|\\.)*)\//y);
    if (found === null)
      throw new ParseStop(
        problem('query.unclosed', { start, end: start + 1 }, { what: 'regular expression' }),
      );
    this.position = start + found[0].length;
    return { pattern: (found[1] ?? '').replaceAll('\\/', '/'), start, end: this.position };
  }

  private read(): Token {
    this.position += this.match(/(?:\s+|#[^\n]*)*/y)?.[0].length ?? 0;
    const start = this.position;
    const token = (kind: Token['kind'], length: number, text: string): Token => ({
      kind,
      text,
      start,
      end: start + length,
    });
    if (start >= this.text.length) return token('end', 0, '');
    const sign = this.text[start] ?? '';
    if (sign === '"' || sign === "'") return this.readString(sign, token);
    if (sign === '`') {
      const found = this.match(/`([^`]*)`/y);
      if (found === null) this.unclosed('backtick');
      return token('quoted-name', found?.[0].length ?? 0, found?.[1] ?? '');
    }
    const period = this.match(PERIOD);
    if (period !== null) return token('period', period[0].length, period[0]);
    const number = this.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== null) return token('number', number[0].length, number[0]);
    const name = this.match(/[A-Za-z_@][A-Za-z0-9_@]*(?:\.[A-Za-z0-9_@]+|\.`[^`]*`)*(?:\.(?=\s|$))?/y);
    if (name !== null) {
      const text = name[0].replace(/\.$/, '');
      const path = text.replace(/`([^`]*)`/g, (_, part: string) => part.replaceAll('.', QUOTED_DOT));
      return token('name', text.length, path);
    }
    const symbol = this.match(SYMBOLS);
    if (symbol !== null) return token('symbol', symbol[0].length, symbol[0]);
    throw new ParseStop(
      problem(
        'query.unexpected',
        { start, end: start + 1 },
        { found: sign, wanted: 'a command or an expression' },
      ),
    );
  }

  private readString(quote: string, token: (k: Token['kind'], n: number, t: string) => Token): Token {
    const found = this.match(quote === '"' ? /"((?:[^"\\]|\\.)*)"/sy : /'((?:[^'\\]|\\.)*)'/sy);
    if (found === null) this.unclosed('quote');
    return token('string', found?.[0].length ?? 0, unescaped(found?.[1] ?? ''));
  }

  private unclosed(what: string): never {
    const start = this.position;
    throw new ParseStop(problem('query.unclosed', { start, end: start + 1 }, { what }));
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    return pattern.exec(this.text);
  }
}

/** The stop of a parse at a token that was not wanted. */
export function unexpected(token: Token, wanted: string): ParseStop {
  return token.kind === 'end'
    ? new ParseStop(problem('query.unexpected-end', token, { wanted }))
    : new ParseStop(problem('query.unexpected', token, { found: token.text, wanted }));
}

/** `\\`, `\"`, `\'`, `\n`, `\t`; another backslash stays itself. */
function unescaped(body: string): string {
  return body.replace(/\\([\\"'nt])/g, (_, sign: string) =>
    sign === 'n' ? '\n' : sign === 't' ? '\t' : sign,
  );
}
