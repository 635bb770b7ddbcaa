import { parseCidr } from '../../base/index.ts';
import { TCP_FLAGS } from '../../record/index.ts';
import { columnBySpelling, kindOfPair, PAIRS, pairBySpelling, QUERY_COLUMNS } from '../columns.ts';
import {
  ALWAYS,
  and,
  type CompareOperator,
  type EitherPair,
  type Expression,
  either,
  not,
  or,
  test,
  type ValueTest,
} from '../plan/expression.ts';
import type { PlanSource } from '../plan/plan.ts';
import { type Parsed, ParseStop, type Problem, problem, type Span } from '../problem.ts';
import { checkRegex } from '../regex.ts';
import { suggest } from '../suggest.ts';
import { type Expectation, Scanner } from './scanner.ts';
import {
  expandShortCidr,
  flagBits,
  type RawValue,
  type Reading,
  readCompare,
  readEquals,
  readScalar,
  subjectOf,
  type ValueSubject,
  wantedOf,
} from './value.ts';
import { CONDITION_WORDS, NOT_RECORDED, PROTOCOL_WORDS, TERM_WORDS } from './words.ts';

/** What a filter may lean on beside its text. */
export interface FilterOptions {
  /** The records that are asked; `flows` unless given. */
  readonly source?: PlanSource;
  /** The present, for ages such as `3h`; Unix seconds, 0 unless given. */
  readonly nowSeconds?: number;
  /** Members of the set `@name`, one text each; undefined when there is no such set. */
  readonly set?: (name: string) => readonly string[] | undefined;
}

const MAX_LENGTH = 50_000;
const MAX_DEPTH = 100;

const COMPARE_WORDS: Readonly<Record<string, CompareOperator>> = {
  eq: '=',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

const OPERATOR_WORDS =
  'in like glob contains matches between has lacks without any is exists missing startswith endswith starts ends eq ne lt le gt ge'.split(
    ' ',
  );

/** A subject of a question: one column, or two of which either may answer. */
type Subject = ValueSubject & { readonly pair: EitherPair | null; readonly implied: Expression };

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
  const parser = new FilterParser(text, options);
  const parsed = parser.parse();
  return { parsed, at: parser.scanner.expectedAt, expectations: parser.scanner.expectations };
}

class FilterParser {
  readonly scanner: Scanner;
  private readonly options: FilterOptions;
  private readonly nowSeconds: number;
  private readonly problems: Problem[] = [];
  private readonly warnings: Problem[] = [];
  private depth = 0;

  constructor(text: string, options: FilterOptions) {
    this.scanner = new Scanner(text);
    this.options = options;
    this.nowSeconds = options.nowSeconds ?? 0;
  }

  parse(): Parsed<Expression> {
    const value = this.parseWhole();
    const { problems, warnings } = this;
    return { value: problems.length > 0 ? null : value, problems, warnings };
  }

  private parseWhole(): Expression | null {
    const { scanner } = this;
    if (scanner.text.length > MAX_LENGTH) {
      this.problems.push(
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
      this.problems.push(error.problem);
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
      return this.parseQuestion(this.pairSubject('ip'));
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
    if (protocol !== undefined && !this.seesOperator()) return this.parseProtocolTerm(protocol);
    const condition = CONDITION_WORDS.get(lower);
    if (condition !== undefined && !this.seesOperator()) return condition;
    if (lower === 'host' || lower === 'net')
      return this.parseQuestion(this.pairSubject('ip'), lower === 'net');
    if (lower === 'portrange') return this.parseQuestion(this.pairSubject('port'));
    const layered = /^(tcp|udp)\.(port|srcport|dstport|flags)$/.exec(lower);
    if (layered?.[1] !== undefined && layered[2] !== undefined) {
      const implied = equalTo('protocol', layered[1] === 'tcp' ? 6 : 17);
      return this.parseQuestion({ ...this.subjectOfWord(layered[2], span), implied });
    }
    return this.parseQuestion(this.subjectOfWord(word, span));
  }

  private takeBareAddress(): Expression | undefined {
    const before = this.scanner.position;
    const text = this.scanner.match(/[0-9A-Fa-f.:]+(?:\/\d{1,3})?(?![\w.:/-])/y)?.[0];
    if (text !== undefined && parseCidr(text) !== null && /[.:]/.test(text)) {
      this.scanner.position = before;
      return this.parseQuestion(this.pairSubject('ip'));
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
    if (both === 'or') return this.parseQuestion(this.pairSubject(pair), word === 'net');
    const [src, dst] = PAIRS[pair].columns;
    const first = this.columnSubject(side === 'src' ? src : dst);
    if (both === undefined) return this.parseQuestion(first, word === 'net');
    const start = scanner.position;
    const one = this.parseQuestion(first, word === 'net');
    const end = scanner.position;
    scanner.position = start;
    const other = this.parseQuestion(this.columnSubject(side === 'src' ? dst : src), word === 'net');
    scanner.position = end;
    return and([one, other]);
  }

  private takeOtherSide(side: 'src' | 'dst'): 'or' | 'and' | undefined {
    const before = this.scanner.position;
    const connective = this.scanner.takeWord('or', 'and');
    const other = connective && this.scanner.takeWord(side === 'src' ? 'dst' : 'src');
    if (other !== undefined && !this.seesOperator()) return connective === 'or' ? 'or' : 'and';
    this.scanner.position = before;
    return undefined;
  }

  /** nfdump's `first seen > T` and `last seen < T`. */
  private parseSeen(word: string): Expression | undefined {
    if (word !== 'first' && word !== 'last') return undefined;
    if (this.scanner.takeWord('seen') === undefined) throw this.scanner.unexpected('"seen"', ['seen']);
    return this.parseQuestion(this.columnSubject(word === 'first' ? 'start' : 'end'));
  }

  /** `tcp`, and `tcp dst port 22` in one breath. */
  private parseProtocolTerm(number: number): Expression {
    const protocol = equalTo('protocol', number);
    if (!this.scanner.seesWord('src', 'dst', 'port', 'portrange', 'host', 'net')) return protocol;
    return and([protocol, this.parseTerm()]);
  }

  private subjectOfWord(word: string, span: Span): Subject {
    const pair = pairBySpelling(word);
    if (pair !== undefined) return this.pairSubject(pair);
    const found = columnBySpelling(word);
    const source = this.options.source ?? 'flows';
    if (found?.sources.includes(source) === true) return { ...subjectOf(found), pair: null, implied: ALWAYS };
    if (found === undefined && NOT_RECORDED.has(word.toLowerCase())) throw refusal(word, span);
    const candidates = QUERY_COLUMNS.filter((entry) => entry.sources.includes(source)).flatMap((entry) => [
      entry.name,
      ...entry.aliases,
    ]);
    const suggestion = suggest(word, [...TERM_WORDS, ...candidates]);
    if (found !== undefined) {
      const reason =
        source === 'flows' ? 'it is a field of transit gateway records' : 'it is a field of VPC records';
      this.problems.push(problem('query.not-recorded', span, { what: word, reason }));
    } else {
      this.problems.push(problem('query.unknown-field', span, { name: word }, { suggestion }));
    }
    return { name: word, kind: 'text', words: [], pair: null, implied: ALWAYS };
  }

  private columnSubject(name: string): Subject {
    const found = columnBySpelling(name);
    if (found === undefined) throw new RangeError(`no column ${name}`);
    return { ...subjectOf(found), pair: null, implied: ALWAYS };
  }

  private pairSubject(pair: EitherPair): Subject {
    return { name: pair, kind: kindOfPair(pair), words: [], pair, implied: ALWAYS };
  }

  private seesOperator(): boolean {
    const before = this.scanner.position;
    const seen = this.scanner.take(/[=<>~:]|!=|!~/y) !== undefined;
    this.scanner.position = before;
    return (
      seen || this.scanner.seesWord('is', 'in', 'like', 'matches', 'contains', 'between', 'has', 'exists')
    );
  }

  private parseQuestion(subject: Subject, isNet = false): Expression {
    const { scanner } = this;
    const start = scanner.position;
    scanner.expect({ kind: 'operator', subject: subject.name });
    scanner.expect({ kind: 'value', subject: subject.name });
    if (scanner.take(/:(?!:)/y) !== undefined) return this.parseColon(subject);
    const isNegated = scanner.takeWord('not') !== undefined;
    const word = scanner.takeWord(...OPERATOR_WORDS);
    if (word !== undefined) {
      const answer = this.parseWordOperator(subject, word, start);
      return isNegated ? not(answer) : answer;
    }
    if (isNegated)
      throw scanner.unexpected('"in", "like", "contains", "matches" or "between"', ['in', 'like', 'matches']);
    const symbol = scanner.take(/!~|~|==?|!==?|<>|<=|>=|<|>/y)?.[0];
    if (symbol === '~' || symbol === '!~') {
      const found = this.ask(subject, this.readRegex(), start);
      return symbol === '~' ? found : not(found);
    }
    return this.parseComparison(subject, symbol, start, isNet);
  }

  private parseComparison(
    subject: Subject,
    symbol: string | undefined,
    start: number,
    isNet: boolean,
  ): Expression {
    const { scanner } = this;
    const operator = operatorOf(symbol);
    scanner.expect({ kind: 'value', subject: subject.name });
    if (operator === '=' && scanner.take(/[[({]/y) !== undefined) {
      scanner.position--;
      return this.ask(subject, this.readList(subject), start);
    }
    if (symbol === undefined && subject.kind === 'flags') return this.parseFlagLetters(subject, start);
    if (scanner.atEnd())
      throw scanner.unexpected(`an operator or ${wantedOf(subject)}`, operatorWords(subject.kind));
    const before = scanner.position;
    if (symbol === undefined && scanner.seesWord('and', 'or'))
      throw scanner.unexpected('an operator', operatorWords(subject.kind));
    scanner.position = before;
    const set = this.takeSet(subject);
    if (set !== undefined) {
      const member = this.ask(subject, set, start);
      return operator === '!=' ? not(member) : member;
    }
    let raw = scanner.takeValue(wantedOf(subject));
    if (subject.kind === 'address' && isNet) raw = this.widenNet(raw);
    if (operator === '=' || operator === '!=') return this.equality(subject, operator, raw, start);
    this.assertOrdered(subject, symbol ?? '=', { start, end: raw.end });
    const reading = readCompare(subject, operator, raw, this.nowSeconds);
    return this.ask(subject, this.valueOf(reading), start);
  }

  /** `net 10.1` and `net 10.0.0.0 255.0.0.0`, as tcpdump and nfdump write blocks. */
  private widenNet(raw: RawValue): RawValue {
    const mask = this.scanner.take(/(?:255|254|252|248|240|224|192|128|0)(?:\.\d{1,3}){3}(?![\w.])/y)?.[0];
    if (mask !== undefined) {
      const bits = mask
        .split('.')
        .reduce((sum, part) => sum + Number(part).toString(2).replaceAll('0', '').length, 0);
      return { ...raw, text: `${raw.text}/${bits}` };
    }
    const octets = raw.text.split('.').length;
    return /^\d{1,3}(?:\.\d{1,3}){0,2}$/.test(raw.text)
      ? { ...raw, text: expandShortCidr(`${raw.text}/${octets * 8}`) }
      : raw;
  }

  private equality(subject: Subject, operator: '=' | '!=', raw: RawValue, start: number): Expression {
    const found = this.valueOf(readEquals(subject, raw, this.nowSeconds));
    if (operator === '=') return this.ask(subject, found, start);
    if (subject.pair === null && found.kind === 'compare')
      return this.ask(subject, { ...found, operator: '!=' }, start);
    return not(this.ask(subject, found, start));
  }

  private parseColon(subject: Subject): Expression {
    const { scanner } = this;
    const start = scanner.position;
    scanner.expect({ kind: 'value', subject: subject.name });
    if (scanner.match(/\*(?=[\s)]|$)/y) !== undefined)
      return not(this.ask(subject, { kind: 'missing' }, start));
    const symbol = scanner.take(/!=|<=|>=|<|>|=/y)?.[0];
    if (symbol !== undefined) return this.parseComparison(subject, symbol, start, false);
    if (scanner.take(/[[({]/y) !== undefined) {
      scanner.position--;
      return this.ask(subject, this.readList(subject), start);
    }
    const tests = [this.readMember(subject)];
    while (scanner.match(/,(?=\S)/y) !== undefined) tests.push(this.readMember(subject));
    return this.ask(subject, oneOf(tests), start);
  }

  private parseWordOperator(subject: Subject, word: string, start: number): Expression {
    const { scanner } = this;
    switch (word) {
      case 'in': {
        scanner.expect({ kind: 'value', subject: subject.name });
        return this.ask(subject, this.readList(subject), start);
      }
      case 'between': {
        this.assertOrdered(subject, word, { start, end: scanner.position });
        const low = this.readOne(subject);
        if (scanner.takeWord('and') === undefined) throw scanner.unexpected('"and"', ['and']);
        return this.ask(subject, { kind: 'between', low, high: this.readOne(subject) }, start);
      }
      case 'is':
        return this.parseIs(subject, start);
      case 'exists':
        return not(this.ask(subject, { kind: 'missing' }, start));
      case 'missing':
        return this.ask(subject, { kind: 'missing' }, start);
      case 'like':
      case 'glob':
      case 'contains':
      case 'starts':
      case 'startswith':
      case 'ends':
      case 'endswith':
        return this.parseTextOperator(subject, word, start);
      case 'matches':
        return this.ask(subject, this.readRegex(), start);
      case 'has':
      case 'lacks':
      case 'without':
      case 'any':
        return this.parseFlags(subject, word, start);
      default:
        return this.parseComparison(subject, COMPARE_WORDS[word], start, false);
    }
  }

  private parseIs(subject: Subject, start: number): Expression {
    const { scanner } = this;
    const isNegated = scanner.takeWord('not') !== undefined;
    const isMissing = scanner.takeWord('null', 'missing', 'empty', 'none') !== undefined;
    const found = isMissing
      ? this.ask(subject, { kind: 'missing' }, start)
      : this.parseComparison(subject, '=', start, false);
    return isNegated ? not(found) : found;
  }

  private parseTextOperator(subject: Subject, word: string, start: number): Expression {
    const { scanner } = this;
    if (word === 'starts' || word === 'ends') scanner.takeWord('with');
    if (subject.kind !== 'text' && subject.kind !== 'word' && subject.kind !== 'address')
      this.badOperator(subject, word, { start, end: scanner.position });
    const { text } = scanner.takeValue('text');
    if (word === 'glob') return this.ask(subject, { kind: 'glob', pattern: text }, start);
    if (word === 'like')
      return this.ask(subject, { kind: 'glob', pattern: text.replaceAll('%', '*') }, start);
    if (word === 'contains') return this.ask(subject, { kind: 'contains', text }, start);
    const pattern = word.startsWith('start') ? `${text}*` : `*${text}`;
    return this.ask(subject, { kind: 'glob', pattern }, start);
  }

  private readRegex(): ValueTest {
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const written = scanner.match(/\/((?:[^/\\\n]|\\.)*)\/(i?)/y);
    const pattern = written?.[1]?.replaceAll('\\/', '/') ?? scanner.takeValue('a /regular expression/').text;
    const reason = checkRegex(pattern);
    if (reason !== null)
      this.problems.push(problem('query.bad-regex', { start, end: scanner.position }, { reason }));
    return { kind: 'regex', pattern, ignoreCase: written?.[2] === 'i' };
  }

  /** `has SYN and not ACK`, `has SYN+FIN`, `has any FIN, RST`, `lacks ACK`. */
  private parseFlags(subject: Subject, word: string, start: number): Expression {
    const { scanner } = this;
    if (subject.kind !== 'flags') this.badOperator(subject, word, { start, end: scanner.position });
    scanner.expect({ kind: 'value', subject: subject.name });
    const isAny = word === 'any' || scanner.takeWord('any') !== undefined;
    if (isAny) return this.ask(subject, { kind: 'bits', all: 0, none: 0, any: this.readFlags() }, start);
    let all = 0;
    let none = 0;
    const startsNegated = scanner.takeWord('not', 'no', 'only') ?? (word === 'has' ? '' : 'not');
    if (startsNegated === 'only') {
      const bits = this.readFlags();
      return this.ask(subject, { kind: 'bits', all: bits, none: 255 & ~bits, any: 0 }, start);
    }
    if (startsNegated !== '') none |= this.readFlags(false);
    else all |= this.readFlags();
    for (let more = this.takeMoreFlags(); more !== undefined; more = this.takeMoreFlags()) {
      if (more === 'not') none |= this.readFlags(false);
      else all |= this.readFlags();
    }
    return this.ask(subject, { kind: 'bits', all, none, any: 0 }, start);
  }

  /** `and [not] FLAG`, when what follows is a flag and not another condition. */
  private takeMoreFlags(): 'has' | 'not' | undefined {
    const { scanner } = this;
    const before = scanner.position;
    if (scanner.takeWord('and', 'but') !== undefined || scanner.take(/&&/y) !== undefined) {
      const isNot = scanner.takeWord('not', 'no') !== undefined || scanner.take(/!/y) !== undefined;
      const next = scanner.position;
      const name = scanner.take(/[A-Za-z]+/y)?.[0].toUpperCase();
      if (name !== undefined && name.length > 1 && flagBits([name]) !== null && !this.seesOperator()) {
        scanner.position = next;
        return isNot ? 'not' : 'has';
      }
    }
    scanner.position = before;
    return undefined;
  }

  private readFlags(isWanted = true): number {
    const { scanner } = this;
    let bits = 0;
    do {
      const raw = scanner.takeValue('a TCP flag');
      const names = raw.text.toUpperCase().split(/[+/]/);
      const found = flagBits(names);
      if (found === null) this.unknownFlag(raw);
      bits |= found ?? 0;
      if (isWanted) this.warnAboutFlags(found ?? 0, raw);
    } while (scanner.take(/,/y) !== undefined);
    return bits;
  }

  private unknownFlag(raw: RawValue): void {
    const names = TCP_FLAGS.map((flag) => flag.name);
    const help = { expected: names, suggestion: suggest(raw.text, names) };
    this.problems.push(problem('query.unknown-value', raw, { text: raw.text, wanted: 'a TCP flag' }, help));
  }

  private warnAboutFlags(bits: number, span: Span): void {
    if ((this.options.source ?? 'flows') !== 'flows') return;
    if ((bits & 232) !== 0) this.warn('VPC flow logs never record PSH, URG, ECE or CWR', span);
    else if (bits === 16) this.warn('VPC flow logs record ACK only together with SYN', span);
  }

  private warn(reason: string, span: Span): void {
    this.warnings.push(problem('query.note', span, { reason }));
  }

  /** nfdump's `flags S` and `flags SF`: any of the letters; whole names do as well. */
  private parseFlagLetters(subject: Subject, start: number): Expression {
    const raw = this.scanner.takeValue(wantedOf(subject));
    if (/^\d+$/.test(raw.text)) return this.equality(subject, '=', raw, start);
    const text = raw.text.toUpperCase();
    const bits = flagBits(text.split(/[+/]/)) ?? (text === 'X' ? 255 : flagBits([...text]));
    if (bits === null) this.unknownFlag(raw);
    this.warnAboutFlags(bits ?? 0, raw);
    return this.ask(subject, { kind: 'bits', all: 0, none: 0, any: bits ?? 0 }, start);
  }

  /** A list in any bracket, a set, or a single value. */
  private readList(subject: Subject): ValueTest {
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const open = scanner.match(/[[({]/y)?.[0];
    if (open === undefined) return this.readMember(subject);
    const close = open === '(' ? /\)/y : open === '[' ? /\]/y : /\}/y;
    const tests: ValueTest[] = [];
    while (scanner.take(close) === undefined) {
      scanner.expect({ kind: 'value', subject: subject.name });
      if (scanner.atEnd())
        throw new ParseStop(problem('query.unclosed', { start, end: start + 1 }, { what: 'list' }));
      tests.push(this.readMember(subject));
      if (scanner.take(/,/y) === undefined) scanner.takeWord('or');
    }
    if (tests.length === 0)
      this.problems.push(problem('query.empty-list', { start, end: scanner.position }, {}));
    return oneOf(tests);
  }

  private readMember(subject: Subject): ValueTest {
    const set = this.takeSet(subject);
    if (set !== undefined) return set;
    return this.valueOf(readEquals(subject, this.scanner.takeValue(wantedOf(subject)), this.nowSeconds));
  }

  private readOne(subject: Subject): string | number | boolean {
    const reading = readScalar(subject, this.scanner.takeValue(wantedOf(subject)), this.nowSeconds);
    if ('value' in reading) return reading.value;
    this.problems.push(reading.problem);
    return 0;
  }

  /** `@name`: members come from the caller, each read as a value would be. */
  private takeSet(subject: Subject): ValueTest | undefined {
    const { scanner } = this;
    scanner.skipSpace();
    const start = scanner.position;
    const name = scanner.match(/@([\w./-]+)/y)?.[1];
    if (name === undefined) return undefined;
    const members = this.options.set?.(name);
    const span = { start, end: scanner.position };
    if (members === undefined) {
      this.problems.push(problem('query.unknown-set', span, { name }));
      return { kind: 'in', tests: [], set: name };
    }
    const tests = members.map((text) =>
      this.valueOf(readEquals(subject, { ...span, text, quoted: false }, this.nowSeconds)),
    );
    return { kind: 'in', tests, set: name };
  }

  private assertOrdered(subject: Subject, operator: string, span: Span): void {
    if (['address', 'text', 'word', 'flags', 'protocol'].includes(subject.kind))
      this.badOperator(subject, operator, span);
  }

  private badOperator(subject: Subject, operator: string, span: Span): void {
    const expected = operatorWords(subject.kind);
    this.problems.push(problem('query.bad-operator', span, { operator, field: subject.name }, { expected }));
  }

  private valueOf(reading: Reading<ValueTest>): ValueTest {
    if ('value' in reading) return reading.value;
    this.problems.push(reading.problem);
    return { kind: 'missing' };
  }

  private ask(subject: Subject, question: ValueTest, start: number): Expression {
    const span = { start, end: this.scanner.position };
    const asked =
      subject.pair === null ? test(subject.name, question, span) : either(subject.pair, question, span);
    return and([subject.implied, asked]);
  }
}

/** The operators that apply to a kind of value, as words of the language. */
export function operatorWords(kind: ValueSubject['kind']): readonly string[] {
  switch (kind) {
    case 'address':
      return ['=', '!=', 'in', 'not in', 'is null', 'is not null', 'like'];
    case 'text':
    case 'word':
      return ['=', '!=', 'in', 'not in', 'like', 'contains', 'matches', 'is null', 'is not null'];
    case 'flags':
      return ['has', 'has any', 'lacks', '=', '!=', 'is null'];
    case 'protocol':
      return ['=', '!=', 'in', 'not in', 'is null'];
    default:
      return ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'is null', 'is not null'];
  }
}

function refusal(word: string, span: Span): ParseStop {
  const reason = NOT_RECORDED.get(word.toLowerCase()) ?? '';
  return new ParseStop(problem('query.not-recorded', span, { what: word, reason }));
}

function sideOf(word: string): 'src' | 'dst' | undefined {
  const lower = word.toLowerCase();
  return lower === 'src' || lower === 'dst' ? lower : undefined;
}

function operatorOf(symbol: string | undefined): CompareOperator {
  if (symbol === undefined || symbol.startsWith('=')) return '=';
  if (symbol.startsWith('!') || symbol === '<>') return '!=';
  return symbol as CompareOperator;
}

function equalTo(name: string, value: number): Expression {
  return test(name, { kind: 'compare', operator: '=', value });
}

/** Several tests as one; lists inside lists become one, a single test stays itself. */
function oneOf(tests: readonly ValueTest[]): ValueTest {
  const flat = tests.flatMap((entry) =>
    entry.kind === 'in' && entry.set === undefined ? entry.tests : [entry],
  );
  const only = flat.length === 1 ? flat[0] : undefined;
  return only ?? { kind: 'in', tests: flat };
}
