import { WeirError } from '../base/index.ts';

/** A piece of query text: offsets in UTF-16 units, `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One thing that is wrong (or, in a list of warnings, doubtful) in a query text.
 * `expected` holds the words that would have been understood there; `suggestion` the likeliest replacement of the
 * text between `start` and `end`, null when nothing is near.
 */
export interface Problem extends Span {
  readonly code: ProblemCode;
  readonly message: string;
  readonly expected: readonly string[];
  readonly suggestion: string | null;
}

/** Each problem code with the facts its message needs. */
interface ProblemFacts {
  'query.unexpected': { readonly found: string; readonly wanted: string };
  'query.unexpected-end': { readonly wanted: string };
  'query.unclosed': { readonly what: string };
  'query.too-long': { readonly limit: number };
  'query.too-deep': { readonly limit: number };
  'query.unknown-field': { readonly name: string };
  'query.unknown-value': { readonly text: string; readonly wanted: string };
  'query.out-of-range': { readonly text: string; readonly low: number; readonly high: number };
  'query.bad-operator': { readonly operator: string; readonly field: string };
  'query.bad-regex': { readonly reason: string };
  'query.unknown-set': { readonly name: string };
  'query.unknown-table': { readonly name: string };
  'query.empty-list': Readonly<Record<string, never>>;
  'query.not-recorded': { readonly what: string; readonly reason: string };
  'query.never-true': { readonly reason: string };
  'query.missing-connective': { readonly found: string };
  'query.unknown-command': { readonly name: string };
  'query.refused-command': { readonly name: string; readonly reason: string };
  'query.unknown-function': { readonly name: string };
  'query.refused-function': { readonly name: string; readonly reason: string };
  'query.argument-count': { readonly name: string; readonly wanted: string; readonly found: number };
  'query.argument-kind': { readonly name: string; readonly wanted: string };
  'query.order-of-commands': { readonly reason: string };
  'query.undiscovered-field': { readonly name: string };
  'query.gone-after-stats': { readonly name: string };
  'query.limit': { readonly reason: string };
  'query.ask-nothing': Readonly<Record<string, never>>;
  'query.ask-unknown': { readonly text: string; readonly after: string };
  'query.ask-adjective': { readonly text: string; readonly noun: string };
  'query.ask-unused': { readonly words: string };
  'query.ask-refused': { readonly text: string; readonly reason: string };
  'query.ask-conflict': { readonly what: string; readonly text: string };
  'query.note': { readonly reason: string };
}

/** Stable codes of problems in query texts. */
export type ProblemCode = keyof ProblemFacts;

const MESSAGES: { readonly [C in ProblemCode]: (facts: ProblemFacts[C]) => string } = {
  'query.unexpected': ({ found, wanted }) => `found "${found}" where ${wanted} was expected`,
  'query.unexpected-end': ({ wanted }) => `the query ends where ${wanted} was expected`,
  'query.unclosed': ({ what }) => `this ${what} is never closed`,
  'query.too-long': ({ limit }) => `the query is longer than ${limit} characters`,
  'query.too-deep': ({ limit }) => `parentheses and negations nest more than ${limit} deep`,
  'query.unknown-field': ({ name }) => `there is no field "${name}"`,
  'query.unknown-value': ({ text, wanted }) => `"${text}" is not ${wanted}`,
  'query.out-of-range': ({ text, low, high }) => `${text} is outside ${low} to ${high}`,
  'query.bad-operator': ({ operator, field }) => `"${operator}" does not apply to ${field}`,
  'query.bad-regex': ({ reason }) => `this regular expression is refused: ${reason}`,
  'query.unknown-set': ({ name }) => `there is no set "@${name}"`,
  'query.unknown-table': ({ name }) => `there is no lookup table "${name}"`,
  'query.empty-list': () => 'the list is empty, so nothing can match',
  'query.not-recorded': ({ what, reason }) => `${what} cannot be asked of flow logs: ${reason}`,
  'query.never-true': ({ reason }) => `this can never match: ${reason}`,
  'query.missing-connective': ({ found }) => `"and" or "or" is missing before "${found}"`,
  'query.unknown-command': ({ name }) => `there is no command "${name}"`,
  'query.refused-command': ({ name, reason }) => `the command ${name} is not available here: ${reason}`,
  'query.unknown-function': ({ name }) => `there is no function "${name}"`,
  'query.refused-function': ({ name, reason }) => `the function ${name} is not available here: ${reason}`,
  'query.argument-count': ({ name, wanted, found }) => `${name} takes ${wanted}, not ${found}`,
  'query.argument-kind': ({ name, wanted }) => `${name} needs ${wanted} here`,
  'query.order-of-commands': ({ reason }) => reason,
  'query.undiscovered-field': ({ name }) =>
    `"${name}" is no discovered field of these events, so it is missing in each of them`,
  'query.gone-after-stats': ({ name }) =>
    `"${name}" does not exist after stats, which keeps only its own columns`,
  'query.limit': ({ reason }) => reason,
  'query.ask-nothing': () =>
    'nothing here names an address, a port, a time series or a ranking; try "top 10 sources of rejected traffic yesterday"',
  'query.ask-unknown': ({ text, after }) =>
    `"${text}"${after === '' ? '' : ` after "${after}"`} is no address, port, service, field or word known here`,
  'query.ask-adjective': ({ text, noun }) =>
    `"${text}" says something of "${noun}" that is not understood, and leaving it out would change the question`,
  'query.ask-unused': ({ words }) => `too many words have no meaning here: ${words}`,
  'query.ask-refused': ({ text, reason }) => (text === '' ? reason : `"${text}": ${reason}`),
  'query.ask-conflict': ({ what, text }) =>
    `the question holds ${what}, the second being "${text}"; ask for one`,
  'query.note': ({ reason }) => reason,
};

/** Makes a problem; the message follows from code and facts. */
export function problem<C extends ProblemCode>(
  code: C,
  span: Span,
  facts: ProblemFacts[C],
  help: { readonly expected?: readonly string[]; readonly suggestion?: string | null } = {},
): Problem {
  return {
    code,
    message: MESSAGES[code](facts),
    start: span.start,
    end: span.end,
    expected: help.expected ?? [],
    suggestion: help.suggestion ?? null,
  };
}

/**
 * What parsing a query text gives. `value` is null exactly when `problems` is not empty; warnings never prevent a
 * value.
 */
export interface Parsed<T> {
  readonly value: T | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * The value of a parsed query. Throws `query.problems` (kind `query`, details `{ problems }`) when it has none; the
 * message quotes the first problem with its place in the text.
 */
export function valueOf<T>(parsed: Parsed<T>, text: string): T {
  if (parsed.value !== null) return parsed.value;
  const first = parsed.problems[0];
  const message = first === undefined ? 'the query has no value' : formatProblem(first, text);
  throw new WeirError('query', 'query.problems', message, { details: { problems: parsed.problems } });
}

/** A problem for a terminal: message, the line of text, a caret under the place, and the help. */
export function formatProblem(found: Problem, text: string): string {
  const lineStart = text.lastIndexOf('\n', found.start - 1) + 1;
  const lineEnd = text.indexOf('\n', found.start);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const width = Math.max(1, Math.min(found.end, lineStart + line.length) - found.start);
  const lines = [found.message, `  ${line}`, `  ${' '.repeat(found.start - lineStart)}${'^'.repeat(width)}`];
  if (found.suggestion !== null) lines.push(`did you mean "${found.suggestion}"?`);
  if (found.expected.length > 0) lines.push(`expected: ${found.expected.join(', ')}`);
  return lines.join('\n');
}

/** Stops a parse at its first problem; never leaves the parser that threw it. */
export class ParseStop extends Error {
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.message);
    this.problem = found;
  }
}
