import { parseCidr, SCOPE_BLOCKS } from '../../base/index.ts';
import { canonicalCidr } from '../filter/value.ts';
import {
  and,
  call,
  type Expression,
  literal,
  not,
  type Scalar,
  test,
  type ValueTest,
} from '../plan/expression.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import type { Environment } from './environment.ts';
import type { Token } from './lexer.ts';
import { type Period, parsePeriod } from './period.ts';

/** Functions that are another shape of plan: times, subnets, constants of the query. */
export function lowerCall(
  environment: Environment,
  name: string,
  args: readonly Expression[],
  raw: readonly Token[],
  span: Span,
): Expression {
  const { options } = environment;
  const [first = literal(null), second = literal(null)] = args;
  switch (name) {
    case 'bin':
      return floorTo(environment, timestamp(environment, span), first, span, 'floor');
    case 'datefloor':
      return floorTo(environment, first, second, span, 'floor');
    case 'dateceil':
      return floorTo(environment, first, second, span, 'ceil');
    case 'now':
      return literal(options.nowSeconds, span);
    case 'querystarttime':
      return literal(milliseconds(options.time.startSeconds), span);
    case 'queryendtime':
      return literal(milliseconds(options.time.endSeconds), span);
    case 'querytimerange': {
      const { startSeconds, endSeconds } = options.time;
      return literal(
        startSeconds === null || endSeconds === null ? null : (endSeconds - startSeconds) * 1000,
        span,
      );
    }
    case 'messagesize':
      return call(
        'strlen',
        [
          environment.resolve('@message', span, (found) => {
            throw new ParseStop(found);
          }),
        ],
        span,
      );
    case 'isipinsubnet':
    case 'isipv4insubnet':
    case 'isipv6insubnet':
      return inSubnet(environment, name, first, second, raw[1] ?? raw[0]);
    case 'isprivateip':
      return inBlocks(first, RFC1918);
    case 'isreservedip':
      return inBlocks(first, RESERVED);
    case 'ispublicip':
      return and([call('isvalidip', [first]), not(inBlocks(first, [...RFC1918, ...RESERVED]))]);
    case 'parsedate':
    case 'formatdate':
      return withPattern(environment, name, args, span);
    default:
      return call(name, args, span);
  }
}

function timestamp(environment: Environment, span: Span): Expression {
  return environment.resolve('@timestamp', span, () => {
    const reason =
      'bin() reads @timestamp, which stats did not keep; carry it with "by bin(5m) as @t", then use datefloor(@t, …)';
    throw new ParseStop(problem('query.order-of-commands', span, { reason }));
  });
}

function floorTo(
  environment: Environment,
  time: Expression,
  period: Expression,
  span: Span,
  way: 'floor' | 'ceil',
): Expression {
  const text = period.kind === 'literal' ? String(period.value) : '';
  const parsed = parsePeriod(text);
  if (parsed === null)
    throw new ParseStop(problem('query.argument-kind', span, { name: 'bin', wanted: 'a period such as 5m' }));
  if (parsed.kind === 'fixed')
    return call(
      `time_${way}`,
      [time, literal(lengthOf(environment, parsed, text, period.span ?? span))],
      span,
    );
  if (parsed.count !== 1) {
    const wanted = `a period of one ${parsed.unit}; longer ones have no agreed start`;
    throw new ParseStop(problem('query.argument-kind', period.span ?? span, { name: 'bin', wanted }));
  }
  return call(`time_${way}_unit`, [time, literal(parsed.unit)], span);
}

function lengthOf(
  environment: Environment,
  period: Extract<Period, { kind: 'fixed' }>,
  text: string,
  span: Span,
): number {
  if (period.cap === null || period.count <= period.cap) return period.ms;
  const capped = period.cap * period.unitMs;
  if (environment.options.capsPeriods === true) {
    environment.note(`${text} is capped at ${period.cap} of its unit`, span);
    return capped;
  }
  environment.note(`AWS computes ${text} as ${period.cap} of its unit; here it is what it says`, span);
  return period.ms;
}

function inSubnet(
  environment: Environment,
  name: string,
  address: Expression,
  block: Expression,
  at: Token | undefined,
): Expression {
  const text = constantOf(block);
  const range = typeof text === 'string' ? parseCidr(text) : null;
  const wanted = name === 'isipinsubnet' ? null : name === 'isipv4insubnet' ? 4 : 6;
  if (range === null || typeof text !== 'string' || (wanted !== null && range.version !== wanted)) {
    const kind = wanted === null ? 'a CIDR block' : `an IPv${wanted} CIDR block`;
    throw new ParseStop(
      problem('query.argument-kind', at ?? { start: 0, end: 0 }, {
        name,
        wanted: `${kind} such as ${wanted === 6 ? '2001:db8::/32' : '10.0.0.0/8'}`,
      }),
    );
  }
  const canonical = canonicalCidr(text.includes('/') ? text : `${text}/${range.version === 4 ? 32 : 128}`);
  return inBlocks(address, [canonical]);
}

/** Java date patterns, also in the spelling of strftime for engines that want that. */
function withPattern(
  environment: Environment,
  name: string,
  args: readonly Expression[],
  span: Span,
): Expression {
  const [value = literal(null), pattern = literal(null), zone] = args;
  const text = constantOf(pattern);
  const converted = typeof text === 'string' ? strftimePattern(text, name === 'formatdate') : null;
  const zoneName = zone === undefined ? 'UTC' : constantOf(zone);
  if (converted === null || !['UTC', 'GMT', 'Z', 'Etc/UTC'].includes(String(zoneName))) {
    const wanted =
      converted === null ? 'a pattern of yyyy MM dd HH mm ss SSS and punctuation' : 'the zone UTC';
    throw new ParseStop(problem('query.argument-kind', pattern.span ?? span, { name, wanted }));
  }
  return call(name, [value, literal(converted), pattern], span);
}

const RFC1918: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const RESERVED: readonly string[] = SCOPE_BLOCKS.map((block) => block.cidr).filter(
  (cidr) => !RFC1918.includes(cidr),
);

/** Membership in blocks. Text that a query cut out of a message may be anything, so it is checked to be an address. */
function inBlocks(address: Expression, blocks: readonly string[]): Expression {
  const tests = blocks.map((block): ValueTest => ({ kind: 'cidr', block }));
  const [only] = tests;
  const inside = test(address, tests.length === 1 && only !== undefined ? only : { kind: 'in', tests });
  const isStored = address.kind === 'column' && address.name.endsWith('addr');
  return isStored ? inside : and([call('isvalidip', [address]), inside]);
}

/** The constant of an expression; undefined for anything else. */
export function constantOf(expression: Expression): Scalar | undefined {
  return expression.kind === 'literal' && expression.value !== null ? expression.value : undefined;
}

function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

/** Named groups as plain ones: names matter only to parse, which counts them. */
export function unnamed(pattern: string): string {
  return pattern.replace(/\(\?P?<([A-Za-z_]\w*)>/g, '(');
}

const PATTERN_LETTERS: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  MM: '%m',
  dd: '%d',
  HH: '%H',
  mm: '%M',
  ss: '%S',
  SSS: '%g',
};

function strftimePattern(java: string, isOutput: boolean): string | null {
  let out = '';
  for (const [piece] of java.matchAll(/([A-Za-z])\1*|'[^']*'|[^A-Za-z']+/g)) {
    if (piece.startsWith("'")) out += piece.slice(1, -1);
    else if (/^[A-Za-z]/.test(piece)) {
      const letters = PATTERN_LETTERS[piece];
      if (letters === undefined || (letters === '%g' && !isOutput)) return null;
      out += letters;
    } else out += piece.replaceAll('%', '%%');
  }
  return out;
}
