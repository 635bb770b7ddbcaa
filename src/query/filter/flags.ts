import { TCP_FLAGS } from '../../record/index.ts';
import type { Expression } from '../plan/expression.ts';
import { problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { ask, badOperator, type FilterContext, type Subject, seesOperator, warn } from './context.ts';
import { equality } from './members.ts';
import { flagBits, type RawValue, wantedOf } from './value.ts';

/** `has SYN and not ACK`, `has SYN+FIN`, `has any FIN, RST`, `lacks ACK`. */
export function parseFlags(
  context: FilterContext,
  subject: Subject,
  word: string,
  start: number,
): Expression {
  const { scanner } = context;
  if (subject.kind !== 'flags') badOperator(context, subject, word, { start, end: scanner.position });
  scanner.expect({ kind: 'value', subject: subject.name });
  const isAny = word === 'any' || scanner.takeWord('any') !== undefined;
  if (isAny) return ask(context, subject, { kind: 'bits', all: 0, none: 0, any: readFlags(context) }, start);
  let all = 0;
  let none = 0;
  const startsNegated = scanner.takeWord('not', 'no', 'only') ?? (word === 'has' ? '' : 'not');
  if (startsNegated === 'only') {
    const bits = readFlags(context);
    return ask(context, subject, { kind: 'bits', all: bits, none: 255 & ~bits, any: 0 }, start);
  }
  if (startsNegated !== '') none |= readFlags(context, false);
  else all |= readFlags(context);
  for (let more = takeMoreFlags(context); more !== undefined; more = takeMoreFlags(context)) {
    if (more === 'not') none |= readFlags(context, false);
    else all |= readFlags(context);
  }
  return ask(context, subject, { kind: 'bits', all, none, any: 0 }, start);
}

/** `and [not] FLAG`, when what follows is a flag and not another condition. */
function takeMoreFlags(context: FilterContext): 'has' | 'not' | undefined {
  const { scanner } = context;
  const before = scanner.position;
  if (scanner.takeWord('and', 'but') !== undefined || scanner.take(/&&/y) !== undefined) {
    const isNot = scanner.takeWord('not', 'no') !== undefined || scanner.take(/!/y) !== undefined;
    const next = scanner.position;
    const name = scanner.take(/[A-Za-z]+/y)?.[0].toUpperCase();
    if (name !== undefined && name.length > 1 && flagBits([name]) !== null && !seesOperator(context)) {
      scanner.position = next;
      return isNot ? 'not' : 'has';
    }
  }
  scanner.position = before;
  return undefined;
}

function readFlags(context: FilterContext, isWanted = true): number {
  const { scanner } = context;
  let bits = 0;
  do {
    const raw = scanner.takeValue('a TCP flag');
    const names = raw.text.toUpperCase().split(/[+/]/);
    const found = flagBits(names);
    if (found === null) unknownFlag(context, raw);
    bits |= found ?? 0;
    if (isWanted) warnAboutFlags(context, found ?? 0, raw);
  } while (scanner.take(/,/y) !== undefined);
  return bits;
}

function unknownFlag(context: FilterContext, raw: RawValue): void {
  const names = TCP_FLAGS.map((flag) => flag.name);
  const help = { expected: names, suggestion: suggest(raw.text, names) };
  context.problems.push(problem('query.unknown-value', raw, { text: raw.text, wanted: 'a TCP flag' }, help));
}

function warnAboutFlags(context: FilterContext, bits: number, span: Span): void {
  if ((context.options.source ?? 'flows') !== 'flows') return;
  if ((bits & 232) !== 0) warn(context, 'VPC flow logs never record PSH, URG, ECE or CWR', span);
  else if (bits === 16) warn(context, 'VPC flow logs record ACK only together with SYN', span);
}

/** nfdump's `flags S` and `flags SF`: any of the letters; whole names do as well. */
export function parseFlagLetters(context: FilterContext, subject: Subject, start: number): Expression {
  const raw = context.scanner.takeValue(wantedOf(subject));
  if (/^\d+$/.test(raw.text)) return equality(context, subject, '=', raw, start);
  const text = raw.text.toUpperCase();
  const bits = flagBits(text.split(/[+/]/)) ?? (text === 'X' ? 255 : flagBits([...text]));
  if (bits === null) unknownFlag(context, raw);
  warnAboutFlags(context, bits ?? 0, raw);
  return ask(context, subject, { kind: 'bits', all: 0, none: 0, any: bits ?? 0 }, start);
}
