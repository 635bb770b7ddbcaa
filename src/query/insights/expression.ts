import {
  and,
  type CompareOperator,
  call,
  type Expression,
  literal,
  not,
  or,
  test,
  type ValueTest,
  within,
} from '../plan/expression.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { checkRegex } from '../regex.ts';
import { type AggregateSink, CallParser } from './call-parser.ts';
import { constantOf, unnamed } from './calls.ts';
import { type Environment, jsonPath } from './environment.ts';
import { type Lexer, type Token, unexpected } from './lexer.ts';

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
  private readonly calls: CallParser;
  private readonly readSubquery: () => number;
  private depth = 0;

  /** `readSubquery` reads a query in parentheses and gives its place among the inner plans. */
  constructor(lexer: Lexer, environment: Environment, readSubquery: () => number) {
    this.lexer = lexer;
    this.environment = environment;
    this.readSubquery = readSubquery;
    this.calls = new CallParser(lexer, environment, () => this.parseOr());
  }

  /** Reads one expression; aggregates are allowed when a sink takes them. */
  parse(sink: AggregateSink | null = null): Expression {
    return this.calls.withSink(sink, () => this.parseOr());
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
    while (this.lexer.takeWord('or')) terms.push(this.parseAnd());
    this.depth--;
    return or(terms);
  }

  private parseAnd(): Expression {
    const terms = [this.parseNot()];
    while (this.lexer.takeWord('and')) terms.push(this.parseNot());
    return and(terms);
  }

  private parseNot(): Expression {
    let negations = 0;
    while (this.lexer.takeWord('not') || this.lexer.takeSymbol('!')) negations++;
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
    const isNegated = this.lexer.takeWord('not');
    const found = this.lexer.takeWord('like')
      ? this.readLike(left, start)
      : this.lexer.takeWord('in')
        ? this.readMembership(left, start)
        : undefined;
    if (found === undefined) {
      this.lexer.reset(mark);
      return left;
    }
    return isNegated ? not(found) : found;
  }

  /** `like` looks anywhere in a text, which is seldom meant of addresses. */
  private readLike(left: Expression, start: number): Expression {
    const pattern = this.readPattern();
    const text = this.lexer.text.slice(start, this.endOfLast(start)).trimEnd();
    const span = { start, end: start + text.length };
    const isAddress = left.kind === 'column' && left.name.endsWith('addr');
    if (isAddress && pattern.kind === 'contains' && /^\d{1,3}\.(?:\d{1,3}\.?){0,3}$/.test(pattern.text)) {
      const reason = `"${pattern.text}" is looked for anywhere in the address, so 1${pattern.text} matches too; isIpInSubnet tests a block`;
      this.environment.note(reason, span);
    }
    return test(left, pattern, span);
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
    if (regex !== undefined) return regexTest(regex.pattern, regex);
    const token = this.lexer.next();
    if (token.kind === 'string' || token.kind === 'number') return { kind: 'contains', text: token.text };
    throw unexpected(token, 'a string or a /regular expression/');
  }

  private readMembership(left: Expression, start: number): Expression {
    const field = this.lexer.peek();
    if (field.kind === 'name' || field.kind === 'quoted-name')
      return call('item_of', [this.parsePrimary(), left], { start, end: this.lexer.mark() });
    const open = this.lexer.next();
    if (open.text !== '[' && open.text !== '(') throw unexpected(open, 'a list such as ["a", "b"]');
    const ahead = this.lexer.peek();
    if (open.text === '(' && ahead.kind === 'name' && ahead.text.toLowerCase() === 'source') {
      const inner = this.readSubquery();
      return within(left, inner, { start, end: this.lexer.mark() });
    }
    const close = open.text === '[' ? ']' : ')';
    const tests: ValueTest[] = [];
    while (!this.lexer.takeSymbol(close)) {
      const item = this.parseSum();
      const value = constantOf(item);
      if (value === undefined)
        throw new ParseStop(
          problem('query.argument-kind', item.span ?? open, { name: 'in', wanted: 'constants' }),
        );
      tests.push({ kind: 'compare', operator: '=', value });
      if (!this.lexer.takeSymbol(',') && this.lexer.peek().text !== close)
        throw unexpected(this.lexer.peek(), `"," or "${close}"`);
    }
    return test(left, { kind: 'in', tests }, { start, end: this.lexer.mark() });
  }

  private parseSum(): Expression {
    let left = this.parseProduct();
    for (;;) {
      if (this.lexer.takeSymbol('+')) left = call('add', [left, this.parseProduct()]);
      else if (this.lexer.takeSymbol('-')) left = call('subtract', [left, this.parseProduct()]);
      else return left;
    }
  }

  private parseProduct(): Expression {
    let left = this.parseUnary();
    for (;;) {
      if (this.lexer.takeSymbol('*')) left = call('multiply', [left, this.parseUnary()]);
      else if (this.lexer.takeSymbol('/')) left = call('divide', [left, this.parseUnary()]);
      else if (this.lexer.takeSymbol('%')) left = call('modulo', [left, this.parseUnary()]);
      else return left;
    }
  }

  private parseUnary(): Expression {
    if (!this.lexer.takeSymbol('-')) return this.parsePower();
    const value = this.parseUnary();
    const number = constantOf(value);
    return typeof number === 'number' ? literal(-number) : call('negate', [value]);
  }

  private parsePower(): Expression {
    const base = this.parsePrimary();
    return this.lexer.takeSymbol('^') ? call('power', [base, this.parseUnary()]) : base;
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
          ? this.withPath(this.calls.parseCall(token))
          : this.parseName(token);
      case 'symbol':
        if (token.text !== '(') throw unexpected(token, 'a value');
        return this.parseParentheses(token);
      case 'end':
        throw unexpected(token, 'a value');
    }
  }

  private parseParentheses(open: Token): Expression {
    const inner = this.parseOr();
    if (!this.lexer.takeSymbol(')'))
      throw new ParseStop(problem('query.unclosed', open, { what: 'parenthesis' }));
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
      if (this.lexer.takeSymbol('.')) path += `.${this.lexer.next().text}`;
      else if (path !== '' && this.lexer.takeSymbol('[')) {
        path += `.${this.lexer.next().text}`;
        this.lexer.takeSymbol(']');
      } else break;
    }
    return path === '' ? value : call('json_get', [value, literal(jsonPath(path.slice(1)))]);
  }
}

/** The test that a regular expression makes. Stops the parse at one that is not understood. */
export function regexTest(pattern: string, span: Span): ValueTest {
  const ignoreCase = pattern.startsWith('(?i)');
  const body = ignoreCase ? pattern.slice(4) : pattern;
  const reason = checkRegex(body);
  if (reason !== null) throw new ParseStop(problem('query.bad-regex', span, { reason }));
  return { kind: 'regex', pattern: unnamed(body), ignoreCase };
}
