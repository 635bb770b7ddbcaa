import { parseCidr } from '../../base/index.ts';
import { columnBySpelling, PAIRS, pairBySpelling } from '../columns.ts';
import { ALWAYS, and, type EitherPair, type Expression, not, or, test } from '../plan/expression.ts';
import { type Parsed, ParseStop, problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { FilterContext, type FilterOptions, seesOperator } from './context.ts';
import { parseQuestion } from './question.ts';
import type { Expectation, Scanner } from './scanner.ts';
import { columnSubject, pairSubject, refusal, subjectOfWord } from './subject.ts';
import { CONDITION_WORDS, NOT_RECORDED, PROTOCOL_WORDS } from './words.ts';

const MAX_LENGTH = 50_000;
const MAX_DEPTH = 100;

/**
 * Reads a filter. An empty text is the condition that every record meets.
 * Errors: none thrown; see `Parsed`. Cost: one pass, no backtracking over more than one word.
 */
export function parseFilter(text: string, options: FilterOptions = {}): Parsed<Expression> {
  return readFilter(text, options).parsed;
}

/** `parseFilter`, and what could have stood at the furthest place that it reached: the ground of completion. */
export function readFilter(
  text: string,
  options: FilterOptions,
): {
  readonly parsed: Parsed<Expression>;
  readonly at: number;
  readonly expectations: readonly Expectation[];
} {
  const parser = new FilterParser(new FilterContext(text, options));
  const parsed = parser.parse();
  return { parsed, at: parser.scanner.expectedAt, expectations: parser.scanner.expectations };
}

class FilterParser {
  readonly scanner: Scanner;
  private readonly context: FilterContext;
  private depth = 0;

  constructor(context: FilterContext) {
    this.scanner = context.scanner;
    this.context = context;
  }

  parse(): Parsed<Expression> {
    const value = this.parseWhole();
    const { problems, warnings } = this.context;
    return { value: problems.length > 0 ? null : value, problems, warnings };
  }

  private parseWhole(): Expression | null {
    const { scanner } = this;
    if (scanner.text.length > MAX_LENGTH) {
      this.context.problems.push(
        problem('query.too-long', { start: MAX_LENGTH, end: scanner.text.length }, { limit: MAX_LENGTH }),
      );
      return null;
    }
    try {
      scanner.expect({ kind: 'term' });
      if (scanner.atEnd()) return ALWAYS;
      const value = this.parseOr();
      if (scanner.atEnd()) return value;
      throw this.afterTerm();
    } catch (error) {
      if (!(error instanceof ParseStop)) throw error;
      this.context.problems.push(error.problem);
      return null;
    }
  }

  private afterTerm(): ParseStop {
    const { scanner } = this;
    const start = scanner.position;
    const found = /^[\w.:/@-]+/.exec(scanner.text.slice(start, start + 40))?.[0];
    if (found === undefined) return scanner.unexpected('"and", "or" or the end', ['and', 'or']);
    const span = { start, end: start + found.length };
    const near = suggest(found, ['and', 'or']);
    return new ParseStop(
      problem('query.missing-connective', span, { found }, { expected: ['and', 'or'], suggestion: near }),
    );
  }

  private parseOr(): Expression {
    const terms = [this.parseAnd()];
    while (this.takeConnective('or', /\|\|/y)) terms.push(this.parseAnd());
    return or(terms);
  }

  private parseAnd(): Expression {
    const terms = [this.parseUnary()];
    while (this.takeConnective('and', /&&/y) || this.seesKeyValue()) terms.push(this.parseUnary());
    return and(terms);
  }

  private takeConnective(word: string, symbol: RegExp): boolean {
    this.scanner.expect({ kind: 'connective' });
    return this.scanner.takeWord(word) !== undefined || this.scanner.take(symbol) !== undefined;
  }

  /** `src:10.0.0.1 port:22`: with the key:value habit, what stands side by side must all hold. */
  private seesKeyValue(): boolean {
    const before = this.scanner.position;
    const key = this.scanner.take(/([A-Za-z_@][\w.-]*):(?=[^\s:])/y)?.[1];
    this.scanner.position = before;
    return key !== undefined && (columnBySpelling(key) ?? pairBySpelling(key) ?? sideOf(key)) !== undefined;
  }

  private parseUnary(): Expression {
    const { scanner } = this;
    scanner.expect({ kind: 'term' });
    const start = scanner.position;
    if (this.depth > MAX_DEPTH)
      throw new ParseStop(problem('query.too-deep', { start, end: start + 1 }, { limit: MAX_DEPTH }));
    if (scanner.takeWord('not') !== undefined || scanner.take(/!(?![=~])/y) !== undefined) {
      this.depth++;
      const term = this.parseUnary();
      this.depth--;
      return not(term);
    }
    if (scanner.take(/\(/y) === undefined) return this.parseTerm();
    this.depth++;
    const inner = this.parseOr();
    this.depth--;
    if (scanner.take(/\)/y) !== undefined) return inner;
    if (!scanner.atEnd()) throw this.afterTerm();
    throw new ParseStop(problem('query.unclosed', { start, end: start + 1 }, { what: 'parenthesis' }));
  }

  private parseTerm(): Expression {
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const address = this.takeBareAddress();
    if (address !== undefined) return address;
    if (scanner.takeWord('in') !== undefined) {
      scanner.position = start;
      return parseQuestion(this.context, pairSubject('ip'));
    }
    const word = scanner.match(/[A-Za-z_@][\w.-]*/y)?.[0];
    if (word === undefined)
      throw scanner.unexpected('a condition', ['a field', 'ip', 'port', 'src', 'dst', 'not', '(']);
    const span = { start, end: scanner.position };
    const lower = word.toLowerCase();
    if (lower === 'and' || lower === 'or') {
      scanner.position = start;
      throw scanner.unexpected('a condition', ['a field', 'ip', 'port', 'src', 'dst', 'not', '(']);
    }
    const side = sideOf(lower);
    if (side !== undefined) return this.parseSide(side, span);
    const seen = this.parseSeen(lower);
    if (seen !== undefined) return seen;
    const protocol = PROTOCOL_WORDS.get(lower);
    if (protocol !== undefined && !seesOperator(this.context)) return this.parseProtocolTerm(protocol);
    const condition = CONDITION_WORDS.get(lower);
    if (condition !== undefined && !seesOperator(this.context)) return condition;
    if (lower === 'host' || lower === 'net')
      return parseQuestion(this.context, pairSubject('ip'), lower === 'net');
    if (lower === 'portrange') return parseQuestion(this.context, pairSubject('port'));
    const layered = /^(tcp|udp)\.(port|srcport|dstport|flags)$/.exec(lower);
    if (layered?.[1] !== undefined && layered[2] !== undefined) {
      const implied = equalTo('protocol', layered[1] === 'tcp' ? 6 : 17);
      return parseQuestion(this.context, { ...subjectOfWord(this.context, layered[2], span), implied });
    }
    return parseQuestion(this.context, subjectOfWord(this.context, word, span));
  }

  private takeBareAddress(): Expression | undefined {
    const before = this.scanner.position;
    const text = this.scanner.match(/[0-9A-Fa-f.:]+(?:\/\d{1,3})?(?![\w.:/-])/y)?.[0];
    if (text !== undefined && parseCidr(text) !== null && /[.:]/.test(text)) {
      this.scanner.position = before;
      return parseQuestion(this.context, pairSubject('ip'));
    }
    this.scanner.position = before;
    return undefined;
  }

  /** `src ip A`, `dst port 22`, `src A`, `src or dst net B`. */
  private parseSide(side: 'src' | 'dst', span: Span): Expression {
    const { scanner } = this;
    const both = this.takeOtherSide(side);
    const word =
      scanner.takeWord(
        'ip',
        'host',
        'net',
        'addr',
        'address',
        'port',
        'portrange',
        'as',
        'geo',
        'mac',
        'vlan',
      ) ?? 'ip';
    if (NOT_RECORDED.has(word)) throw refusal(word, span);
    const pair: EitherPair = word.startsWith('port') ? 'port' : 'ip';
    if (both === 'or') return parseQuestion(this.context, pairSubject(pair), word === 'net');
    const [src, dst] = PAIRS[pair].columns;
    const first = columnSubject(side === 'src' ? src : dst);
    if (both === undefined) return parseQuestion(this.context, first, word === 'net');
    const start = scanner.position;
    const one = parseQuestion(this.context, first, word === 'net');
    const end = scanner.position;
    scanner.position = start;
    const other = parseQuestion(this.context, columnSubject(side === 'src' ? dst : src), word === 'net');
    scanner.position = end;
    return and([one, other]);
  }

  private takeOtherSide(side: 'src' | 'dst'): 'or' | 'and' | undefined {
    const before = this.scanner.position;
    const connective = this.scanner.takeWord('or', 'and');
    const other = connective && this.scanner.takeWord(side === 'src' ? 'dst' : 'src');
    if (other !== undefined && !seesOperator(this.context)) return connective === 'or' ? 'or' : 'and';
    this.scanner.position = before;
    return undefined;
  }

  /** nfdump's `first seen > T` and `last seen < T`. */
  private parseSeen(word: string): Expression | undefined {
    if (word !== 'first' && word !== 'last') return undefined;
    if (this.scanner.takeWord('seen') === undefined) throw this.scanner.unexpected('"seen"', ['seen']);
    return parseQuestion(this.context, columnSubject(word === 'first' ? 'start' : 'end'));
  }

  /** `tcp`, and `tcp dst port 22` in one breath. */
  private parseProtocolTerm(number: number): Expression {
    const protocol = equalTo('protocol', number);
    if (!this.scanner.seesWord('src', 'dst', 'port', 'portrange', 'host', 'net')) return protocol;
    return and([protocol, this.parseTerm()]);
  }
}

function sideOf(word: string): 'src' | 'dst' | undefined {
  const lower = word.toLowerCase();
  return lower === 'src' || lower === 'dst' ? lower : undefined;
}

function equalTo(name: string, value: number): Expression {
  return test(name, { kind: 'compare', operator: '=', value });
}
