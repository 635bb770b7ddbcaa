import type { ParameterKind } from '../functions/row.ts';
import { FUNCTIONS, functionByName } from '../functions/table.ts';
import {
  and,
  type CompareOperator,
  call,
  column,
  type Expression,
  literal,
  not,
  or,
  test,
  type ValueTest,
} from '../plan/expression.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { checkRegex } from '../regex.ts';
import { suggest } from '../suggest.ts';
import { AGGREGATES, REFUSED_FUNCTIONS } from './aggregates.ts';
import { constantOf, lowerCall, unnamed } from './calls.ts';
import { type Environment, jsonPath } from './environment.ts';
import type { Lexer, Token } from './lexer.ts';

/** Takes aggregates where stats allows them and gives the column that will hold the value; undefined elsewhere. */
export type AggregateSink = (name: string, call: AggregateCall) => Expression;

/** An aggregate with its arguments, as written. */
export interface AggregateCall extends Span {
  readonly args: readonly Expression[];
  readonly isStar: boolean;
  readonly text: string;
}

const COMPARISONS: Readonly<Record<string, CompareOperator>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const COMPARE_CALLS: Readonly<Record<CompareOperator, string>> = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

const FLIPPED: Readonly<Record<CompareOperator, CompareOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const MAX_DEPTH = 100;

/**
 * Reads expressions of Logs Insights straight into plan expressions. Precedence, loosest first: or, and, not,
 * comparison, `+ -`, `* / %`, unary minus, `^`.
 */
export class ExpressionParser {
  private readonly lexer: Lexer;
  private readonly environment: Environment;
  private sink: AggregateSink | null = null;
  private depth = 0;

  constructor(lexer: Lexer, environment: Environment) {
    this.lexer = lexer;
    this.environment = environment;
  }

  /** Reads one expression; aggregates are allowed when a sink takes them. */
  parse(sink: AggregateSink | null = null): Expression {
    const before = this.sink;
    this.sink = sink;
    const value = this.parseOr();
    this.sink = before;
    return value;
  }

  /** Reads one operand: a field, a constant or a call, without operators after it. */
  parseOperand(): Expression {
    return this.parsePrimary();
  }

  private parseOr(): Expression {
    if (++this.depth > MAX_DEPTH) {
      const { start, end } = this.lexer.peek();
      throw new ParseStop(problem('query.too-deep', { start, end }, { limit: MAX_DEPTH }));
    }
    const terms = [this.parseAnd()];
    while (this.takeWord('or')) terms.push(this.parseAnd());
    this.depth--;
    return or(terms);
  }

  private parseAnd(): Expression {
    const terms = [this.parseNot()];
    while (this.takeWord('and')) terms.push(this.parseNot());
    return and(terms);
  }

  private parseNot(): Expression {
    let negations = 0;
    while (this.takeWord('not') || this.takeSymbol('!')) negations++;
    const term = this.parseComparison();
    return negations % 2 === 1 ? not(term) : term;
  }

  private parseComparison(): Expression {
    const start = this.lexer.peek().start;
    const left = this.parseSum();
    const token = this.lexer.peek();
    if (token.kind === 'symbol' && token.text === '=~') {
      this.lexer.next();
      return test(left, this.readPattern(), { start, end: this.endOfLast(start) });
    }
    const operator = token.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
    if (operator !== undefined) {
      this.lexer.next();
      return this.compare(left, operator, this.parseSum(), { start, end: this.lexer.mark() });
    }
    const mark = this.lexer.mark();
    const isNegated = this.takeWord('not');
    const found = this.takeWord('like')
      ? test(left, this.readPattern(), { start, end: this.endOfLast(start) })
      : this.takeWord('in')
        ? this.readMembership(left, start)
        : undefined;
    if (found === undefined) {
      this.lexer.reset(mark);
      return left;
    }
    return isNegated ? not(found) : found;
  }

  private endOfLast(start: number): number {
    return Math.max(start, this.lexer.mark());
  }

  private compare(left: Expression, operator: CompareOperator, right: Expression, span: Span): Expression {
    const rightValue = constantOf(right);
    if (rightValue !== undefined && constantOf(left) === undefined)
      return test(left, { kind: 'compare', operator, value: rightValue }, span);
    const leftValue = constantOf(left);
    if (leftValue !== undefined && rightValue === undefined)
      return test(right, { kind: 'compare', operator: FLIPPED[operator], value: leftValue }, span);
    return call(COMPARE_CALLS[operator], [left, right], span);
  }

  /** After `like` or `=~`: text is looked for as it is, /…/ as a regular expression. */
  private readPattern(): ValueTest {
    const regex = this.lexer.takeRegex();
    if (regex !== undefined) return this.regexTest(regex.pattern, regex);
    const token = this.lexer.next();
    if (token.kind === 'string' || token.kind === 'number') return { kind: 'contains', text: token.text };
    throw this.unexpected(token, 'a string or a /regular expression/');
  }

  private regexTest(pattern: string, span: Span): ValueTest {
    const ignoreCase = pattern.startsWith('(?i)');
    const body = ignoreCase ? pattern.slice(4) : pattern;
    const reason = checkRegex(body);
    if (reason !== null) throw new ParseStop(problem('query.bad-regex', span, { reason }));
    return { kind: 'regex', pattern: unnamed(body), ignoreCase };
  }

  private readMembership(left: Expression, start: number): Expression {
    const open = this.lexer.next();
    if (open.text !== '[' && open.text !== '(') throw this.unexpected(open, 'a list such as ["a", "b"]');
    if (this.lexer.peek().text.toLowerCase() === 'source') {
      const reason = 'subqueries are not available; run the inner query and list its values';
      throw new ParseStop(problem('query.refused-command', this.lexer.peek(), { name: 'subquery', reason }));
    }
    const close = open.text === '[' ? ']' : ')';
    const tests: ValueTest[] = [];
    while (!this.takeSymbol(close)) {
      const item = this.parseSum();
      const value = constantOf(item);
      if (value === undefined)
        throw new ParseStop(
          problem('query.argument-kind', item.span ?? open, { name: 'in', wanted: 'constants' }),
        );
      tests.push({ kind: 'compare', operator: '=', value });
      if (!this.takeSymbol(',') && this.lexer.peek().text !== close)
        throw this.unexpected(this.lexer.peek(), `"," or "${close}"`);
    }
    return test(left, { kind: 'in', tests }, { start, end: this.lexer.mark() });
  }

  private parseSum(): Expression {
    let left = this.parseProduct();
    for (;;) {
      if (this.takeSymbol('+')) left = call('add', [left, this.parseProduct()]);
      else if (this.takeSymbol('-')) left = call('subtract', [left, this.parseProduct()]);
      else return left;
    }
  }

  private parseProduct(): Expression {
    let left = this.parseUnary();
    for (;;) {
      if (this.takeSymbol('*')) left = call('multiply', [left, this.parseUnary()]);
      else if (this.takeSymbol('/')) left = call('divide', [left, this.parseUnary()]);
      else if (this.takeSymbol('%')) left = call('modulo', [left, this.parseUnary()]);
      else return left;
    }
  }

  private parseUnary(): Expression {
    if (!this.takeSymbol('-')) return this.parsePower();
    const value = this.parseUnary();
    const number = constantOf(value);
    return typeof number === 'number' ? literal(-number) : call('negate', [value]);
  }

  private parsePower(): Expression {
    const base = this.parsePrimary();
    return this.takeSymbol('^') ? call('power', [base, this.parseUnary()]) : base;
  }

  private parsePrimary(): Expression {
    const token = this.lexer.next();
    switch (token.kind) {
      case 'number':
        return literal(Number(token.text), token);
      case 'string':
        return literal(token.text, token);
      case 'quoted-name':
        return this.resolve(token);
      case 'period':
        throw new ParseStop(
          problem('query.unexpected', token, {
            found: token.text,
            wanted: 'a value; periods stand in bin() and its kin',
          }),
        );
      case 'name':
        return this.lexer.peek().text === '(' && this.lexer.peek().kind === 'symbol'
          ? this.withPath(this.parseCall(token))
          : this.parseName(token);
      case 'symbol':
        if (token.text !== '(') throw this.unexpected(token, 'a value');
        return this.parseParentheses(token);
      case 'end':
        throw this.unexpected(token, 'a value');
    }
  }

  private parseParentheses(open: Token): Expression {
    const inner = this.parseOr();
    if (!this.takeSymbol(')')) throw new ParseStop(problem('query.unclosed', open, { what: 'parenthesis' }));
    return inner;
  }

  private parseName(token: Token): Expression {
    const lower = token.text.toLowerCase();
    if (lower === 'true' || lower === 'false') return literal(lower === 'true', token);
    if (lower === 'null') return literal(null, token);
    return this.resolve(token);
  }

  private resolve(token: Token): Expression {
    return this.environment.resolve(token.text, token, (found) => {
      throw new ParseStop(found);
    });
  }

  /** `jsonParse(x).attribute[0]`. */
  private withPath(value: Expression): Expression {
    let path = '';
    for (;;) {
      if (this.takeSymbol('.')) path += `.${this.lexer.next().text}`;
      else if (path !== '' && this.takeSymbol('[')) {
        path += `.${this.lexer.next().text}`;
        this.takeSymbol(']');
      } else break;
    }
    return path === '' ? value : call('json_get', [value, literal(jsonPath(path.slice(1)))]);
  }

  private parseCall(name: Token): Expression {
    const lower = name.text.toLowerCase();
    const aggregate = AGGREGATES.get(lower);
    const written = aggregate !== undefined && this.sink !== null ? undefined : this.columnOfCall(name);
    if (written !== undefined) return written;
    // min and max of stats, greatest and least elsewhere: one name, one meaning.
    if (aggregate !== undefined) return this.parseAggregate(name, lower);
    const refused = REFUSED_FUNCTIONS.get(lower);
    if (refused !== undefined)
      throw new ParseStop(problem('query.refused-function', name, { name: name.text, reason: refused }));
    const row = functionByName(lower);
    if (row === undefined || row.internal) throw this.unknownFunction(name);
    this.lexer.next();
    const args: Expression[] = [];
    const raw: Token[] = [];
    while (!this.takeSymbol(')')) {
      const wanted = row.parameters[Math.min(args.length, row.parameters.length - 1)] ?? 'any';
      raw.push(this.lexer.peek());
      args.push(this.parseArgument(wanted, row.name));
      if (!this.takeSymbol(',') && this.lexer.peek().text !== ')')
        throw this.unexpected(this.lexer.peek(), '"," or ")"');
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
    while (!this.takeSymbol(')')) {
      if (args.length === 0 && this.takeSymbol('*')) isStar = true;
      else args.push(this.parseOr());
      if (!this.takeSymbol(',') && this.lexer.peek().text !== ')')
        throw this.unexpected(this.lexer.peek(), '"," or ")"');
    }
    this.sink = sink;
    const end = this.endOfCall(name.start);
    const text = this.lexer.text.slice(name.start, end);
    return sink(lower, { args, isStar, text, start: name.start, end });
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
        this.regexTest(regex.pattern, regex);
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

  private takeWord(word: string): boolean {
    const token = this.lexer.peek();
    if (token.kind !== 'name' || token.text.toLowerCase() !== word) return false;
    this.lexer.next();
    return true;
  }

  private takeSymbol(symbol: string): boolean {
    const token = this.lexer.peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.lexer.next();
    return true;
  }

  private unexpected(token: Token, wanted: string): ParseStop {
    return token.kind === 'end'
      ? new ParseStop(problem('query.unexpected-end', token, { wanted }))
      : new ParseStop(problem('query.unexpected', token, { found: token.text, wanted }));
  }
}
