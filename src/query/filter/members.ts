import { type Expression, not, type ValueTest } from '../plan/expression.ts';
import { ParseStop, problem } from '../problem.ts';
import { ask, type FilterContext, type Subject, valueOf } from './context.ts';
import { type RawValue, readEquals, readScalar, wantedOf } from './value.ts';

/** A list in any bracket, a set, or a single value. */
export function readList(context: FilterContext, subject: Subject): ValueTest {
  const { scanner } = context;
  scanner.skipSpace();
  const start = scanner.position;
  const open = scanner.match(/[[({]/y)?.[0];
  if (open === undefined) return readMember(context, subject);
  const close = open === '(' ? /\)/y : open === '[' ? /\]/y : /\}/y;
  const tests: ValueTest[] = [];
  while (scanner.take(close) === undefined) {
    scanner.expect({ kind: 'value', subject: subject.name });
    if (scanner.atEnd())
      throw new ParseStop(problem('query.unclosed', { start, end: start + 1 }, { what: 'list' }));
    tests.push(readMember(context, subject));
    if (scanner.take(/,/y) === undefined) scanner.takeWord('or');
  }
  if (tests.length === 0)
    context.problems.push(problem('query.empty-list', { start, end: scanner.position }, {}));
  return oneOf(tests);
}

/** One member of a list: a value, a range, a block or a set. */
export function readMember(context: FilterContext, subject: Subject): ValueTest {
  const set = takeSet(context, subject);
  if (set !== undefined) return set;
  return valueOf(context, readEquals(subject, takeRaw(context, subject), context.nowSeconds));
}

/** Units that may stand apart from their number, by kind of column: `10 MB`, `5 minutes`, `1 Mbps`. */
const UNITS: Readonly<Partial<Record<Subject['kind'], RegExp>>> = {
  bytes: /(?:[kmgtp]i?b?|b)(?![\w./-])/iy,
  'bits-per-second': /[kmgt]?(?:bps|bits?\/s|b\/s)(?![\w./-])/iy,
  seconds: /(?:ms|(?:s|sec|second|m|min|minute|h|hour|d|day)s?)(?![\w./-])/iy,
};

/** The text of a value, with the unit of a number that stands apart. */
export function takeRaw({ scanner }: FilterContext, subject: Subject): RawValue {
  const raw = scanner.takeValue(wantedOf(subject));
  const unit = UNITS[subject.kind];
  if (unit === undefined || raw.quoted || !/^\d+(?:\.\d+)?$/.test(raw.text)) return raw;
  const found = scanner.take(unit)?.[0];
  return found === undefined ? raw : { ...raw, text: raw.text + found, end: scanner.position };
}

/** One constant, such as a bound of a range. */
export function readOne(context: FilterContext, subject: Subject): string | number | boolean {
  const reading = readScalar(subject, takeRaw(context, subject), context.nowSeconds);
  if ('value' in reading) return reading.value;
  context.problems.push(reading.problem);
  return 0;
}

/** `@name`: members come from the caller, each read as a value would be. */
export function takeSet(context: FilterContext, subject: Subject): ValueTest | undefined {
  const { scanner } = context;
  scanner.skipSpace();
  const start = scanner.position;
  const name = scanner.match(/@([\w./-]+)/y)?.[1];
  if (name === undefined) return undefined;
  const members = context.options.set?.(name);
  const span = { start, end: scanner.position };
  if (members === undefined) {
    context.problems.push(problem('query.unknown-set', span, { name }));
    return { kind: 'in', tests: [], set: name };
  }
  const tests = members.map((text) =>
    valueOf(context, readEquals(subject, { ...span, text, quoted: false }, context.nowSeconds)),
  );
  return { kind: 'in', tests, set: name };
}

/** The condition that a subject equals a value, or does not. */
export function equality(
  context: FilterContext,
  subject: Subject,
  operator: '=' | '!=',
  raw: RawValue,
  start: number,
): Expression {
  const found = valueOf(context, readEquals(subject, raw, context.nowSeconds));
  if (operator === '=') return ask(context, subject, found, start);
  if (subject.pair === null && found.kind === 'compare')
    return ask(context, subject, { ...found, operator: '!=' }, start);
  return not(ask(context, subject, found, start));
}

/** Several tests as one; lists inside lists become one, a single test stays itself. */
export function oneOf(tests: readonly ValueTest[]): ValueTest {
  const flat = tests.flatMap((entry) =>
    entry.kind === 'in' && entry.set === undefined ? entry.tests : [entry],
  );
  const only = flat.length === 1 ? flat[0] : undefined;
  return only ?? { kind: 'in', tests: flat };
}
