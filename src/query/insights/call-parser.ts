import type { ParameterKind } from '../functions/row.ts';
import { FUNCTIONS, functionByName } from '../functions/table.ts';
import { column, type Expression, literal } from '../plan/expression.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { checkRegex } from '../regex.ts';
import { suggest } from '../suggest.ts';
import { AGGREGATES } from './aggregates.ts';
import { lowerCall, unnamed } from './calls.ts';
import type { Environment } from './environment.ts';
import { type Lexer, type Token, unexpected } from './lexer.ts';

/** Takes aggregates where stats allows them and gives the column that will hold the value; undefined elsewhere. */
export type AggregateSink = (name: string, call: AggregateCall) => Expression;

/** An aggregate with its arguments, as written. */
export interface AggregateCall extends Span {
  readonly args: readonly Expression[];
  readonly isStar: boolean;
  readonly text: string;
}

/** Reads calls: functions of a row everywhere, aggregates where a sink takes them. */
export class CallParser {
  private readonly lexer: Lexer;
  private readonly environment: Environment;
  private readonly parseOr: () => Expression;
  private sink: AggregateSink | null = null;

  constructor(lexer: Lexer, environment: Environment, parseOr: () => Expression) {
    this.lexer = lexer;
    this.environment = environment;
    this.parseOr = parseOr;
  }

  /** Reads something with a sink for its aggregates, or with none. */
  withSink<T>(sink: AggregateSink | null, read: () => T): T {
    const before = this.sink;
    this.sink = sink;
    const value = read();
    this.sink = before;
    return value;
  }

  /** Reads a call whose name was just taken. */
  parseCall(name: Token): Expression {
    const lower = name.text.toLowerCase();
    const aggregate = AGGREGATES.get(lower);
    const written = aggregate !== undefined && this.sink !== null ? undefined : this.columnOfCall(name);
    if (written !== undefined) return written;
    // min and max of stats, greatest and least elsewhere: one name, one meaning.
    if (aggregate !== undefined) return this.parseAggregate(name, lower);
    const row = functionByName(lower);
    if (row === undefined || row.internal) throw this.unknownFunction(name);
    this.lexer.next();
    const args: Expression[] = [];
    const raw: Token[] = [];
    while (!this.lexer.takeSymbol(')')) {
      const wanted = row.parameters[Math.min(args.length, row.parameters.length - 1)] ?? 'any';
      raw.push(this.lexer.peek());
      args.push(this.parseArgument(wanted, row.name));
      if (!this.lexer.takeSymbol(',') && this.lexer.peek().text !== ')')
        throw unexpected(this.lexer.peek(), '"," or ")"');
    }
    const span = { start: name.start, end: this.lexer.mark() };
    if (args.length < row.least || args.length > row.most) {
      const wanted =
        row.least === row.most ? `${row.least} arguments` : `${row.least} to ${row.most} arguments`;
      throw new ParseStop(
        problem('query.argument-count', name, { name: name.text, wanted, found: args.length }),
      );
    }
    return lowerCall(this.environment, row.name, args, raw, span);
  }

  /** After stats `sum(bytes)` names a column of its result. */
  private columnOfCall(name: Token): Expression | undefined {
    const mark = this.lexer.mark();
    let depth = 0;
    let end = name.end;
    do {
      const token = this.lexer.next();
      if (token.kind === 'end') break;
      if (token.text === '(' && token.kind === 'symbol') depth++;
      if (token.text === ')' && token.kind === 'symbol') depth--;
      end = token.end;
    } while (depth > 0);
    const found = this.environment.columnOfText(this.lexer.text.slice(name.start, end));
    if (found !== undefined) return column(found, { start: name.start, end });
    this.lexer.reset(mark);
    return undefined;
  }

  private parseAggregate(name: Token, lower: string): Expression {
    const { sink } = this;
    if (sink === null) {
      const reason = 'it is an aggregate, which belongs in stats';
      throw new ParseStop(problem('query.refused-function', name, { name: name.text, reason }));
    }
    this.lexer.next();
    this.sink = null;
    const args: Expression[] = [];
    let isStar = false;
    while (!this.lexer.takeSymbol(')')) {
      if (args.length === 0 && this.lexer.takeSymbol('*')) isStar = true;
      else args.push(args.length === 0 ? this.parseOr() : this.parseParameter());
      if (!this.lexer.takeSymbol(',') && this.lexer.peek().text !== ')')
        throw unexpected(this.lexer.peek(), '"," or ")"');
    }
    this.sink = sink;
    const end = this.endOfCall(name.start);
    const text = this.lexer.text.slice(name.start, end);
    return sink(lower, { args, isStar, text, start: name.start, end });
  }

  /** What follows the field of an aggregate: a number, or the period of rate(). */
  private parseParameter(): Expression {
    if (this.lexer.peek().kind !== 'period') return this.parseOr();
    const token = this.lexer.next();
    return literal(token.text, token);
  }

  /** The place after the closing parenthesis just taken. */
  private endOfCall(start: number): number {
    return this.lexer.text.lastIndexOf(')', Math.max(start, this.lexer.mark() - 1)) + 1;
  }

  private parseArgument(wanted: ParameterKind, name: string): Expression {
    if (wanted === 'period') {
      const token = this.lexer.next();
      if (token.kind === 'period') return literal(token.text, token);
      throw new ParseStop(problem('query.argument-kind', token, { name, wanted: 'a period such as 5m' }));
    }
    if (wanted === 'regex') {
      const regex = this.lexer.takeRegex();
      if (regex !== undefined) {
        const reason = checkRegex(regex.pattern.replace(/^\(\?i\)/, ''));
        if (reason !== null) throw new ParseStop(problem('query.bad-regex', regex, { reason }));
        return literal(unnamed(regex.pattern), regex);
      }
    }
    return this.parseOr();
  }

  private unknownFunction(name: Token): ParseStop {
    const names = [...FUNCTIONS.filter((row) => !row.internal).map((row) => row.name), ...AGGREGATES.keys()];
    const suggestion = suggest(name.text, names);
    return new ParseStop(problem('query.unknown-function', name, { name: name.text }, { suggestion }));
  }
}
