import { parseCidr } from '../../base/index.ts';
import { columnBySpelling, PAIRS, pairBySpelling } from '../columns.ts';
import { ALWAYS, and, type EitherPair, type Expression, not, or, test } from '../plan/expression.ts';
import { type Parsed, ParseStop, problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { ask, FilterContext, type FilterOptions, type Subject, seesOperator } from './context.ts';
import { parseQuestion } from './question.ts';
import { assertKnownForm, unknownConnective } from './refused.ts';
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
    const unknown = unknownConnective(scanner.text, start);
    if (unknown !== undefined) return unknown;
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
    const counter = this.takeDirected();
    if (counter !== undefined) return counter;
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
    assertKnownForm(scanner, word, span);
    const side = sideOf(lower);
    if (side !== undefined) return this.parseSide(side, span);
    if (lower === '_exists_') return this.parseExists();
    const seen = this.parseSeen(lower);
    if (seen !== undefined) return seen;
    const protocol = PROTOCOL_WORDS.get(lower);
    if (protocol !== undefined && !seesOperator(this.context)) return this.parseProtocolTerm(protocol);
    if (lower === 'ip' && !seesOperator(this.context)) {
      const family = this.parseFamily();
      if (family !== undefined) return family;
    }
    const quantified = this.parseQuantified(lower);
    if (quantified !== undefined) return quantified;
    const condition = CONDITION_WORDS.get(lower);
    if (condition !== undefined && !seesOperator(this.context)) {
      const more = scanner.takeWord('acl', 'vrf');
      if (more !== undefined) throw refusal(more, { start, end: scanner.position });
      return condition;
    }
    if (lower === 'host' || lower === 'net')
      return parseQuestion(this.context, pairSubject('ip'), lower === 'net');
    if (lower === 'portrange') return parseQuestion(this.context, pairSubject('port'));
    const layered = /^(tcp|udp)\.(port|srcport|dstport|flags)$/.exec(lower);
    if (layered?.[1] !== undefined && layered[2] !== undefined) {
      const implied = equalTo('protocol', layered[1] === 'tcp' ? 6 : 17);
      return this.parseField({ ...subjectOfWord(this.context, layered[2], span), implied }, word, start);
    }
    const flag = /^tcp\.flags\.(syn|fin|reset|rst)$/.exec(lower)?.[1];
    if (flag !== undefined) return this.parseFlagField(flag);
    return this.parseField(subjectOfWord(this.context, word, span), word, start);
  }

  /** A field, or in the habit of Wireshark its bare dotted name, which asks whether it is there. */
  private parseField(subject: Subject, word: string, start: number): Expression {
    const isBare =
      word.includes('.') &&
      (this.scanner.atEnd() || this.seesEnd()) &&
      columnBySpelling(subject.name) !== undefined;
    if (!isBare) return parseQuestion(this.context, subject);
    const { implied } = subject;
    return and([
      implied,
      not(ask(this.context, { ...subject, implied: ALWAYS }, { kind: 'missing' }, start)),
    ]);
  }

  private seesEnd(): boolean {
    const before = this.scanner.position;
    const isEnd = this.scanner.take(/(?=\)|&&|\|\|)/y) !== undefined || this.scanner.seesWord('and', 'or');
    this.scanner.position = before;
    return isEnd;
  }

  /** `tcp.flags.syn == 1`, `tcp.flags.reset`: one flag as a field of its own. */
  private parseFlagField(flag: string): Expression {
    const value = this.scanner.take(/(?:==?|eq\b)\s*(1|0|true|false)\b/iy)?.[1]?.toLowerCase();
    const bit = flag === 'syn' ? 2 : flag === 'fin' ? 1 : 4;
    const isSet = value === undefined || value === '1' || value === 'true';
    const question = { kind: 'bits', all: isSet ? bit : 0, none: isSet ? 0 : bit, any: 0 } as const;
    return and([equalTo('protocol', 6), test('tcp_flags', question)]);
  }

  /** tcpdump's `ip host A`, `ip proto tcp`, and Wireshark's bare `ip`: IPv4 and what follows. */
  private parseFamily(): Expression | undefined {
    const family = equalTo('ip_version', 4);
    if (this.scanner.atEnd() || this.seesEnd()) return family;
    const follows = this.scanner.seesWord('host', 'net', 'src', 'dst', 'proto', 'port', 'portrange');
    return follows ? and([family, this.parseTerm()]) : undefined;
  }

  /** Wireshark's `any ip.addr == A`, which is what it means here anyway, and `all ip.addr == A`. */
  private parseQuantified(word: string): Expression | undefined {
    if (word !== 'any' && word !== 'all') return undefined;
    const { scanner } = this;
    const before = scanner.position;
    const name = scanner.take(/[A-Za-z_][\w.-]*(?=\s*(?:[=!<>]|in\b|eq\b|ne\b))/y)?.[0];
    const pair = name === undefined ? undefined : pairBySpelling(name);
    scanner.position = before;
    if (name === undefined || pair === undefined) return undefined;
    const found = this.parseTerm();
    if (word === 'any' || found.kind !== 'either') return found;
    return and(PAIRS[pair].columns.map((column) => test(column, found.test)));
  }

  /** Graylog's `_exists_:field`. */
  private parseExists(): Expression {
    const { scanner } = this;
    const start = scanner.position;
    if (scanner.take(/:/y) === undefined) throw scanner.unexpected('":" and a field', []);
    const word = scanner.take(/[A-Za-z_@][\w.-]*/y)?.[0];
    if (word === undefined) throw scanner.unexpected('a field', []);
    const subject = subjectOfWord(this.context, word, {
      start: scanner.position - word.length,
      end: scanner.position,
    });
    return not(ask(this.context, subject, { kind: 'missing' }, start));
  }

  /** nfdump's `in bytes`, which are those of the record, and `out bytes`, which are those of another. */
  private takeDirected(): Expression | undefined {
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const way = scanner.takeWord('in', 'out');
    const word = way === undefined ? undefined : scanner.takeWord('bytes', 'packets', 'if');
    if (word === undefined || way === undefined) {
      scanner.position = start;
      return undefined;
    }
    const span = { start, end: scanner.position };
    if (word === 'if') throw refusal(word, span);
    if (way === 'out') {
      const reason = 'the other direction of a connection is a record of its own';
      throw new ParseStop(problem('query.not-recorded', span, { what: `out ${word}`, reason }));
    }
    return parseQuestion(this.context, columnSubject(word));
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
        'mask',
        'if',
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
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const detail = number === 1 || number === 58 ? scanner.takeWord('type', 'code') : undefined;
    if (detail !== undefined) throw refusal(`icmp.${detail}`, { start, end: scanner.position });
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
