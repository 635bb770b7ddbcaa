import { columnBySpelling, PAIRS } from '../columns.ts';
import {
  and,
  type CompareOperator,
  call,
  column,
  type Expression,
  not,
  or,
  type ValueTest,
} from '../plan/expression.ts';
import { ParseStop, problem } from '../problem.ts';
import { checkRegex } from '../regex.ts';
import {
  ask,
  assertOrdered,
  badOperator,
  type FilterContext,
  operatorWords,
  type Subject,
  valueOf,
} from './context.ts';
import { parseFlagLetters, parseFlags } from './flags.ts';
import { assertNotFuzzy, seesGroup, takeRange } from './lucene.ts';
import { equality, oneOf, readList, readMember, readOne, takeRaw, takeSet } from './members.ts';
import { asStored, expandShortCidr, type RawValue, readCompare, wantedOf } from './value.ts';

const COMPARE_WORDS: Readonly<Record<string, CompareOperator>> = {
  eq: '=',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

const COMPARE_CALLS: Readonly<Record<CompareOperator, string>> = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

const OPERATOR_WORDS =
  'in notin like unlike ilike iunlike glob contains matches between has lacks without any is exists missing startswith endswith starts ends eq ne lt le gt ge'.split(
    ' ',
  );

/** Reads operator and value after a subject; without an operator the value is meant to equal. */
export function parseQuestion(context: FilterContext, subject: Subject, isNet = false): Expression {
  const { scanner } = context;
  const start = scanner.position;
  scanner.expect({ kind: 'operator', subject: subject.name });
  scanner.expect({ kind: 'value', subject: subject.name });
  if (scanner.take(/:(?!:)/y) !== undefined) return parseColon(context, subject);
  const isNegated = scanner.takeWord('not') !== undefined;
  const word = scanner.takeWord(...OPERATOR_WORDS);
  if (word !== undefined) {
    const answer = parseWordOperator(context, subject, word, start);
    return isNegated ? not(answer) : answer;
  }
  if (isNegated)
    throw scanner.unexpected('"in", "like", "contains", "matches" or "between"', ['in', 'like', 'matches']);
  const within = scanner.take(/!?<</y)?.[0];
  if (within !== undefined) {
    const found = ask(context, subject, readList(context, subject), start);
    return within === '<<' ? found : not(found);
  }
  const every = subject.pair === null ? undefined : scanner.take(/[=!]==/y)?.[0];
  if (every !== undefined) {
    const found = parseEvery(context, subject, start);
    return every === '===' ? found : not(found);
  }
  const symbol = scanner.take(/!~|~|===?|=|!==?|<>|<=|>=|<|>/y)?.[0];
  if (symbol === '~' || symbol === '!~') {
    const found = ask(context, subject, readRegex(context), start);
    return symbol === '~' ? found : not(found);
  }
  return parseComparison(context, subject, symbol, start, isNet);
}

/** Wireshark's `===`: the value of either end, where `==` is content with one. */
function parseEvery(context: FilterContext, subject: Subject, start: number): Expression {
  const question = readList(context, subject);
  const columns = subject.pair === null ? [] : PAIRS[subject.pair].columns;
  return and(columns.map((name) => ask(context, { ...subject, name, pair: null }, question, start)));
}

function parseComparison(
  context: FilterContext,
  subject: Subject,
  symbol: string | undefined,
  start: number,
  isNet: boolean,
): Expression {
  const { scanner } = context;
  const operator = operatorOf(symbol);
  scanner.expect({ kind: 'value', subject: subject.name });
  if (operator === '=' && scanner.take(/[[({]/y) !== undefined) {
    scanner.position--;
    return ask(context, subject, readList(context, subject), start);
  }
  if (symbol === undefined && subject.kind === 'flags') return parseFlagLetters(context, subject, start);
  if (scanner.atEnd())
    throw scanner.unexpected(`an operator or ${wantedOf(subject)}`, operatorWords(subject.kind));
  const before = scanner.position;
  if (symbol === undefined && scanner.seesWord('and', 'or'))
    throw scanner.unexpected('an operator', operatorWords(subject.kind));
  scanner.position = before;
  const set = takeSet(context, subject);
  if (set !== undefined) {
    const member = ask(context, subject, set, start);
    return operator === '!=' ? not(member) : member;
  }
  const other = takeColumn(context, subject, operator, start);
  if (other !== undefined) return other;
  let raw = takeRaw(context, subject);
  if (subject.kind === 'address' && isNet) raw = widenNet(context, raw);
  if (operator === '=' || operator === '!=') return equality(context, subject, operator, raw, start);
  assertOrdered(context, subject, symbol ?? '=', { start, end: raw.end });
  const reading = readCompare(subject, operator, raw, context.nowSeconds);
  return ask(context, subject, valueOf(context, reading), start);
}

/** `SrcPort < DstPort`: another column of the same kind. Text columns are left out: their names may be values. */
function takeColumn(
  context: FilterContext,
  subject: Subject,
  operator: CompareOperator,
  start: number,
): Expression | undefined {
  const { scanner } = context;
  if (subject.pair !== null || ['text', 'word', 'flags', 'protocol'].includes(subject.kind)) return undefined;
  const before = scanner.position;
  const word = scanner.take(/[A-Za-z_][\w.-]*/y)?.[0];
  const found = word === undefined ? undefined : columnBySpelling(word);
  const isAllowed = subject.kind !== 'address' || operator === '=' || operator === '!=';
  if (found?.kind === subject.kind && isAllowed) {
    const span = { start, end: scanner.position };
    return and([
      subject.implied,
      call(COMPARE_CALLS[operator], [column(subject.name), column(found.name)], span),
    ]);
  }
  scanner.position = before;
  return undefined;
}

/** `net 10.1` and `net 10.0.0.0 255.0.0.0`, as tcpdump and nfdump write blocks. */
function widenNet(context: FilterContext, raw: RawValue): RawValue {
  const mask = context.scanner.take(/(?:255|254|252|248|240|224|192|128|0)(?:\.\d{1,3}){3}(?![\w.])/y)?.[0];
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

function parseColon(context: FilterContext, subject: Subject): Expression {
  const { scanner } = context;
  const start = scanner.position;
  scanner.expect({ kind: 'value', subject: subject.name });
  if (scanner.match(/\*(?=[\s)]|$)/y) !== undefined)
    return not(ask(context, subject, { kind: 'missing' }, start));
  const symbol = scanner.take(/!=|<=|>=|<|>|=/y)?.[0];
  if (symbol !== undefined) return parseComparison(context, subject, symbol, start, false);
  assertNotFuzzy(context);
  const range = takeRange(context, subject);
  if (range !== undefined) return ask(context, subject, range, start);
  if (scanner.take(/(?=\/)/y) !== undefined) return ask(context, subject, readRegex(context), start);
  if (seesGroup(scanner)) return parseGroup(context, subject);
  if (scanner.take(/[[({]/y) !== undefined) {
    scanner.position--;
    return ask(context, subject, readList(context, subject), start);
  }
  const tests = [readMember(context, subject)];
  while (scanner.match(/,(?=\S)/y) !== undefined) tests.push(readMember(context, subject));
  return ask(context, subject, oneOf(tests), start);
}

/** `(>= 400 AND < 500)`, `(accept and not reject)`: a condition over one value. */
function parseGroup(context: FilterContext, subject: Subject): Expression {
  const { scanner } = context;
  const open = scanner.position;
  scanner.take(/\(/y);
  const terms = [parseGroupAnd(context, subject)];
  while (scanner.take(/\)/y) === undefined) {
    if (scanner.atEnd())
      throw new ParseStop(problem('query.unclosed', { start: open, end: open + 1 }, { what: 'parenthesis' }));
    if (scanner.takeWord('or') === undefined) scanner.take(/,/y);
    terms.push(parseGroupAnd(context, subject));
  }
  return or(terms);
}

function parseGroupAnd(context: FilterContext, subject: Subject): Expression {
  const terms = [parseGroupTerm(context, subject)];
  while (context.scanner.takeWord('and') !== undefined) terms.push(parseGroupTerm(context, subject));
  return and(terms);
}

function parseGroupTerm(context: FilterContext, subject: Subject): Expression {
  const { scanner } = context;
  if (scanner.takeWord('not') !== undefined) return not(parseGroupTerm(context, subject));
  if (scanner.take(/(?=\()/y) !== undefined) return parseGroup(context, subject);
  scanner.skipSpace();
  const start = scanner.position;
  const symbol = scanner.take(/<=|>=|<|>/y)?.[0];
  return symbol === undefined
    ? ask(context, subject, readMember(context, subject), start)
    : parseComparison(context, subject, symbol, start, false);
}

function parseWordOperator(
  context: FilterContext,
  subject: Subject,
  word: string,
  start: number,
): Expression {
  const { scanner } = context;
  switch (word) {
    case 'in': {
      scanner.expect({ kind: 'value', subject: subject.name });
      return ask(context, subject, readList(context, subject), start);
    }
    case 'notin':
      return not(ask(context, subject, readList(context, subject), start));
    case 'unlike':
      return not(parseTextOperator(context, subject, 'like', start));
    case 'ilike':
    case 'iunlike': {
      const found = parseTextOperator(context, subject, 'ilike', start);
      return word === 'ilike' ? found : not(found);
    }
    case 'between': {
      assertOrdered(context, subject, word, { start, end: scanner.position });
      const low = readOne(context, subject);
      if (scanner.takeWord('and') === undefined) throw scanner.unexpected('"and"', ['and']);
      return ask(context, subject, { kind: 'between', low, high: readOne(context, subject) }, start);
    }
    case 'is':
      return parseIs(context, subject, start);
    case 'exists':
      return not(ask(context, subject, { kind: 'missing' }, start));
    case 'missing':
      return ask(context, subject, { kind: 'missing' }, start);
    case 'like':
    case 'glob':
    case 'contains':
    case 'starts':
    case 'startswith':
    case 'ends':
    case 'endswith':
      return parseTextOperator(context, subject, word, start);
    case 'matches':
      return ask(context, subject, readRegex(context), start);
    case 'has':
    case 'lacks':
    case 'without':
    case 'any':
      return parseFlags(context, subject, word, start);
    default:
      return parseComparison(context, subject, COMPARE_WORDS[word], start, false);
  }
}

function parseIs(context: FilterContext, subject: Subject, start: number): Expression {
  const { scanner } = context;
  const isNegated = scanner.takeWord('not') !== undefined;
  const isMissing = scanner.takeWord('null', 'missing', 'empty', 'none') !== undefined;
  const found = isMissing
    ? ask(context, subject, { kind: 'missing' }, start)
    : parseComparison(context, subject, '=', start, false);
  return isNegated ? not(found) : found;
}

function parseTextOperator(
  context: FilterContext,
  subject: Subject,
  word: string,
  start: number,
): Expression {
  const { scanner } = context;
  if (word === 'starts' || word === 'ends') scanner.takeWord('with');
  if (subject.kind !== 'text' && subject.kind !== 'word' && subject.kind !== 'address')
    badOperator(context, subject, word, { start, end: scanner.position });
  const text = asStored(subject, scanner.takeValue('text').text);
  if (word === 'ilike') {
    const pattern = text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/[%*]/g, '.*')
      .replaceAll('?', '.');
    return ask(context, subject, { kind: 'regex', pattern: `^${pattern}$`, ignoreCase: true }, start);
  }
  if (word === 'glob') return ask(context, subject, { kind: 'glob', pattern: text }, start);
  if (word === 'like')
    return ask(context, subject, { kind: 'glob', pattern: text.replaceAll('%', '*') }, start);
  if (word === 'contains') return ask(context, subject, { kind: 'contains', text }, start);
  const pattern = word.startsWith('start') ? `${text}*` : `*${text}`;
  return ask(context, subject, { kind: 'glob', pattern }, start);
}

function readRegex(context: FilterContext): ValueTest {
  const { scanner } = context;
  scanner.skipSpace();
  const start = scanner.position;
  const written = scanner.match(/\/((?:[^/\\\n]|\\.)*)\/(i?)/y);
  const pattern = written?.[1]?.replaceAll('\\/', '/') ?? scanner.takeValue('a /regular expression/').text;
  const reason = checkRegex(pattern);
  if (reason !== null)
    context.problems.push(problem('query.bad-regex', { start, end: scanner.position }, { reason }));
  return { kind: 'regex', pattern, ignoreCase: written?.[2] === 'i' };
}

function operatorOf(symbol: string | undefined): CompareOperator {
  if (symbol === undefined || symbol.startsWith('=')) return '=';
  if (symbol.startsWith('!') || symbol === '<>') return '!=';
  return symbol as CompareOperator;
}
