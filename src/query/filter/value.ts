import {
  canonicalIp,
  cidrOf,
  formatIp,
  parseCidr,
  parseDurationSeconds,
  parseSize,
  parseTimeSeconds,
} from '../../base/index.ts';
import { protocolNumber, TCP_FLAGS } from '../../record/index.ts';
import type { QueryColumn, ValueKind } from '../columns.ts';
import type { CompareOperator, Scalar, ValueTest } from '../plan/expression.ts';
import { type Problem, problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { SERVICE_NAMES, servicePorts } from '../words/services.ts';
import { PROTOCOL_NAMES, VALUE_SYNONYMS } from './words.ts';

/** A value as written: its text without quotes, and where it stands. */
export interface RawValue extends Span {
  readonly text: string;
  readonly quoted: boolean;
}

/** What a value is held against; pairs borrow the kind of their columns. */
export interface ValueSubject {
  readonly name: string;
  readonly kind: ValueKind;
  readonly words: readonly string[];
}

/** Either a meaning, or the problem that there is none. */
export type Reading<T> = { readonly value: T } | { readonly problem: Problem };

const WANTED: Readonly<Record<ValueKind, string>> = {
  address: 'an address or a CIDR block such as 10.0.0.0/8',
  port: 'a port, a range such as 8000-8080, or a service name such as ssh',
  protocol: 'a protocol name such as tcp, or its number',
  flags: 'TCP flags such as SYN or SYN+ACK, or their number',
  bytes: 'a size such as 1500, 10MB or 4KiB',
  count: 'a number such as 100 or 5k',
  'bits-per-second': 'a rate such as 1Mbps',
  seconds: 'a length of time such as 30s or 5m',
  time: 'a time such as 2026-01-31T14:00:00Z, 2026-01-31, or an age such as 3h',
  integer: 'a whole number',
  word: 'one of its words',
  text: 'text',
};

/**
 * The test that a value stands for when it is said to equal: a block of addresses, a range of ports and a name with
 * wildcards are more than one value.
 */
export function readEquals(subject: ValueSubject, raw: RawValue, nowSeconds: number): Reading<ValueTest> {
  const { kind } = subject;
  if (kind === 'address') return readAddress(raw);
  if (!raw.quoted && (kind === 'text' || kind === 'word') && /[*?]/.test(raw.text))
    return { value: { kind: 'glob', pattern: asStored(subject, raw.text) } };
  const range = raw.quoted ? null : /^([^-]+?)(?:-|\.\.)([^-].*)$/.exec(raw.text);
  if (range !== null && isRangeable(kind)) {
    const low = readScalar(subject, { ...raw, text: range[1] ?? '' }, nowSeconds);
    const high = readScalar(subject, { ...raw, text: range[2] ?? '' }, nowSeconds);
    if ('value' in low && 'value' in high)
      return { value: { kind: 'between', low: low.value, high: high.value } };
  }
  const ports = kind === 'port' ? servicePorts(raw.text) : undefined;
  if (ports !== undefined && ports.length > 1) return { value: anyOf(ports) };
  const scalar = readScalar(subject, raw, nowSeconds);
  return 'value' in scalar ? { value: { kind: 'compare', operator: '=', value: scalar.value } } : scalar;
}

/** The test of a comparison with an operator other than equality. */
export function readCompare(
  subject: ValueSubject,
  operator: CompareOperator,
  raw: RawValue,
  nowSeconds: number,
): Reading<ValueTest> {
  const scalar = readScalar(subject, raw, nowSeconds);
  return 'value' in scalar ? { value: { kind: 'compare', operator, value: scalar.value } } : scalar;
}

/** One constant in the unit of its column. */
export function readScalar(subject: ValueSubject, raw: RawValue, nowSeconds: number): Reading<Scalar> {
  switch (subject.kind) {
    case 'address':
      return orProblem(canonicalIp(raw.text), subject, raw);
    case 'port':
      return readPort(subject, raw);
    case 'protocol': {
      const number = protocolNumber(raw.text);
      return orProblem(number, subject, raw, suggest(raw.text, PROTOCOL_NAMES));
    }
    case 'flags': {
      const names = raw.text.toUpperCase().split(/[+,/|]/);
      const number = /^\d{1,3}$/.test(raw.text) ? Number(raw.text) : flagBits(names);
      return orProblem(
        number,
        subject,
        raw,
        suggest(
          raw.text,
          TCP_FLAGS.map((flag) => flag.name),
        ),
      );
    }
    case 'bytes':
    case 'count':
      return orProblem(parseNumber(raw.text) ?? parseSize(raw.text), subject, raw);
    case 'bits-per-second':
      return orProblem(parseRate(raw.text), subject, raw);
    case 'seconds':
      return orProblem(parseSeconds(raw.text), subject, raw);
    case 'time':
      return orProblem(parsePartialTime(isoOf(raw.text), nowSeconds), subject, raw);
    case 'integer':
      return orProblem(parseNumber(raw.text), subject, raw);
    case 'word':
      return readWord(subject, raw);
    case 'text':
      return { value: asStored(subject, raw.text) };
  }
}

/** The bits of flag names or nfdump letters; null when one is neither. */
export function flagBits(names: readonly string[]): number | null {
  let bits = 0;
  for (const name of names) {
    const flag = TCP_FLAGS.find((entry) => entry.name === name || entry.name[0] === name);
    if (name === 'RESET') bits |= 4;
    else if (name === 'SYN-ACK' || name === 'SYNACK') bits |= 18;
    else if (flag === undefined) return null;
    else bits |= flag.bit;
  }
  return bits;
}

/** A list of constants as one test. */
export function anyOf(values: readonly Scalar[]): ValueTest {
  return { kind: 'in', tests: values.map((value) => ({ kind: 'compare', operator: '=', value })) };
}

/** The subject of a column. */
export function subjectOf(entry: QueryColumn): ValueSubject {
  return { name: entry.name, kind: entry.kind, words: entry.words };
}

/** What the values of a kind look like, for messages. */
export function wantedOf(subject: ValueSubject): string {
  return subject.words.length > 0 ? `one of ${subject.words.join(', ')}` : WANTED[subject.kind];
}

/** Text in the case of the column: AWS writes the codes of its services in capitals. */
export function asStored(subject: ValueSubject, text: string): string {
  return subject.name.endsWith('aws_service') ? text.toUpperCase() : text;
}

function readAddress(raw: RawValue): Reading<ValueTest> {
  const text = expandShortCidr(raw.text);
  const range = parseCidr(text);
  if (range !== null) {
    if (!text.includes('/') || range.first === range.last) {
      const value = formatIp({ version: range.version, value: range.first });
      return { value: { kind: 'compare', operator: '=', value } };
    }
    return { value: { kind: 'cidr', block: canonicalCidr(text) } };
  }
  if (/^[0-9a-fA-F.:*?]+$/.test(raw.text) && raw.text.includes('*'))
    return { value: { kind: 'glob', pattern: raw.text } };
  return {
    problem: problem(
      'query.unknown-value',
      raw,
      { text: raw.text, wanted: WANTED.address },
      {
        expected: ['an address', 'a CIDR block', '@set'],
        suggestion: nearestAddress(raw.text),
      },
    ),
  };
}

/** `10/8` and `10.1/16` as people write IPv4 blocks; any other text comes back as it is. */
export function expandShortCidr(text: string): string {
  const match = /^(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d{1,2})$/.exec(text);
  if (match?.[1] === undefined) return text;
  const octets = match[1].split('.');
  while (octets.length < 4) octets.push('0');
  return `${octets.join('.')}/${match[2]}`;
}

/** A CIDR block with its host bits cleared, in canonical text. The text must be one. */
export function canonicalCidr(text: string): string {
  const range = cidrOf(text);
  return `${formatIp({ version: range.version, value: range.first })}/${text.slice(text.indexOf('/') + 1)}`;
}

function nearestAddress(text: string): string | null {
  const withoutZeros = text.replace(/(^|\.)0+(?=\d)/g, '$1');
  return withoutZeros !== text && parseCidr(withoutZeros) !== null ? withoutZeros : null;
}

function readPort(subject: ValueSubject, raw: RawValue): Reading<Scalar> {
  const named = servicePorts(raw.text)?.[0];
  if (named !== undefined) return { value: named };
  const number = /\./.test(raw.text) ? null : parseNumber(raw.text);
  if (number !== null && number > 65_535)
    return { problem: problem('query.out-of-range', raw, { text: raw.text, low: 0, high: 65_535 }) };
  return orProblem(number, subject, raw, suggest(raw.text, SERVICE_NAMES));
}

function readWord(subject: ValueSubject, raw: RawValue): Reading<Scalar> {
  const lower = raw.text.toLowerCase();
  const exact = subject.words.find((word) => word.toLowerCase() === lower);
  const found = exact ?? VALUE_SYNONYMS[subject.name]?.[lower];
  const candidates = [...subject.words, ...Object.keys(VALUE_SYNONYMS[subject.name] ?? {})];
  return orProblem(found ?? null, subject, raw, suggest(raw.text, candidates), subject.words);
}

function orProblem<T extends Scalar>(
  value: T | null,
  subject: ValueSubject,
  raw: RawValue,
  suggestion: string | null = null,
  expected: readonly string[] = [],
): Reading<T> {
  if (value !== null) return { value };
  const wanted = wantedOf(subject);
  return {
    problem: problem('query.unknown-value', raw, { text: raw.text, wanted }, { expected, suggestion }),
  };
}

function isRangeable(kind: ValueKind): boolean {
  return kind === 'port' || kind === 'protocol' || kind === 'bytes' || kind === 'count' || kind === 'integer';
}

function parseNumber(text: string): number | null {
  return /^(?:\d+(?:\.\d+)?|0x[0-9a-f]+)$/i.test(text) ? Number(text) : null;
}

/** `1Mbps`, `500kbit/s`, `2.5G`: bits per second; `1MB/s` and `1MBps` are bytes. */
function parseRate(text: string): number | null {
  const match = /^(.*?)(bps|Bps|bit\/s|bits\/s|B\/s|b\/s)?$/.exec(text);
  const size = match?.[1] === undefined ? null : parseSize(match[1]);
  if (size === null) return null;
  return match?.[2]?.startsWith('B') === true ? size * 8 : size;
}

function parseSeconds(text: string): number | null {
  const millis = /^(\d+(?:\.\d+)?)ms$/.exec(text);
  if (millis !== null) return Number(millis[1]) / 1000;
  const pieces = text.match(/\d+(?:\.\d+)?[a-z]+/gi) ?? [];
  if (pieces.length < 2 || pieces.join('') !== text) return parseNumber(text) ?? parseDurationSeconds(text);
  // `1h30m`.
  return pieces.reduce<number | null>((sum, piece) => {
    const seconds = parseDurationSeconds(piece);
    return sum === null || seconds === null ? null : sum + seconds;
  }, 0);
}

/** Times cut short after year, month, hour or minute, beside all other forms. */
function parsePartialTime(text: string, nowSeconds: number): number | null {
  const cut = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2})[T ](\d{2}))?$/.exec(text);
  if (cut === null) return parseTimeSeconds(text, nowSeconds);
  const whole = `${cut[1]}-${cut[2] ?? '01'}-${cut[3] ?? '01'}T${cut[4] ?? '00'}:00:00Z`;
  return parseTimeSeconds(whole, nowSeconds);
}

/** `now-5d` as the age `5d`, and a space between day and hour as ISO's `T`. */
function isoOf(text: string): string {
  return text.replace(/^now-(?=\d)/, '').replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T');
}
