import type { Expression } from '../plan/expression.ts';
import type { NamedExpression, SortKey, Step } from '../plan/step.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { Environment, type InsightsOptions } from './environment.ts';
import { ExpressionParser } from './expression.ts';
import { Lexer, type Token } from './lexer.ts';

/**
 * A Logs Insights query while its commands are read: the steps so far, what will be shown, and the facts that later
 * commands are checked against.
 */
export class Query {
  readonly lexer: Lexer;
  readonly environment: Environment;
  readonly expressions: ExpressionParser;
  readonly steps: Step[] = [];
  /** Columns of the last `display`; null without one. */
  display: readonly NamedExpression[] | null = null;
  /** What is shown without `display`, in order. */
  shown: NamedExpression[] = [];
  /** Columns that parse, unnest and lookups added, shown after the others. */
  added: NamedExpression[] = [];
  hasFields = false;
  /** Places of commands that later ones may forbid. */
  sortedAt: Span | null = null;
  limitedAt: Span | null = null;
  dedupedAt: Span | null = null;
  statsCount = 0;
  /** The time bucket of the last stats, for fillmissing. */
  bucket: { readonly name: string; readonly ms: number } | null = null;
  /** The keys of the last stats, which break ties of a sort. */
  groupKeys: readonly string[] = [];
  lastSort: readonly SortKey[] = [];

  constructor(text: string, options: InsightsOptions) {
    this.lexer = new Lexer(text);
    this.environment = new Environment(options);
    this.expressions = new ExpressionParser(this.lexer, this.environment);
  }

  /** Adds a step. */
  push(step: Step): void {
    this.steps.push(step);
  }

  /** Reads `expression [as name]`; without a name the text is the name. */
  readNamed(parse: () => Expression = () => this.expressions.parse()): NamedExpression & Span {
    const start = this.lexer.peek().start;
    const value = parse();
    const end = this.lexer.mark();
    const text = trimEnd(this.lexer.text.slice(start, end));
    const name = this.takeWord('as') ? this.readName('a name').text : text.replace(/^`([^`]*)`$/, '$1');
    return { name, value, start, end: start + text.length };
  }

  /** Reads a name, bare or in backticks. */
  readName(wanted: string): Token {
    const token = this.lexer.next();
    if (token.kind === 'name' || token.kind === 'quoted-name') return token;
    throw this.unexpected(token, wanted);
  }

  /** Reads `item, item, …`. */
  readList<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  /** Takes a word in any letter case. */
  takeWord(...words: readonly string[]): boolean {
    const token = this.lexer.peek();
    if (token.kind !== 'name' || !words.includes(token.text.toLowerCase())) return false;
    this.lexer.next();
    return true;
  }

  /** Takes a symbol. */
  takeSymbol(symbol: string): boolean {
    const token = this.lexer.peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.lexer.next();
    return true;
  }

  /** True at the end of a command. */
  atEnd(): boolean {
    const token = this.lexer.peek();
    return token.kind === 'end' || (token.kind === 'symbol' && token.text === '|');
  }

  /** The stop of a parse at a token that was not wanted. */
  unexpected(token: Token, wanted: string): ParseStop {
    return token.kind === 'end'
      ? new ParseStop(problem('query.unexpected-end', token, { wanted }))
      : new ParseStop(problem('query.unexpected', token, { found: token.text, wanted }));
  }

  /** The stop of a parse for a command in the wrong place. */
  misplaced(span: Span, reason: string): ParseStop {
    return new ParseStop(problem('query.order-of-commands', span, { reason }));
  }
}

function trimEnd(text: string): string {
  return text.replace(/(?:\s|#[^\n]*$)+$/, '');
}
