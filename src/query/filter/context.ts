import { and, type EitherPair, type Expression, either, test, type ValueTest } from '../plan/expression.ts';
import type { PlanSource } from '../plan/plan.ts';
import { type Problem, problem, type Span } from '../problem.ts';
import { Scanner } from './scanner.ts';
import type { Reading, ValueSubject } from './value.ts';

/** What a filter may lean on beside its text. */
export interface FilterOptions {
  /** The records that are asked; `flows` unless given. */
  readonly source?: PlanSource;
  /** The present, for ages such as `3h`; Unix seconds, 0 unless given. */
  readonly nowSeconds?: number;
  /** Members of the set `@name`, one text each; undefined when there is no such set. */
  readonly set?: (name: string) => readonly string[] | undefined;
}

/** A subject of a question: one column, or two of which either may answer. `implied` must hold as well. */
export type Subject = ValueSubject & { readonly pair: EitherPair | null; readonly implied: Expression };

/** The state of one parse: the text, what the caller gave, and what was found wrong so far. */
export class FilterContext {
  readonly scanner: Scanner;
  readonly options: FilterOptions;
  readonly nowSeconds: number;
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  constructor(text: string, options: FilterOptions) {
    this.scanner = new Scanner(text);
    this.options = options;
    this.nowSeconds = options.nowSeconds ?? 0;
  }
}

/** Notes that an operator does not apply to a subject. */
export function badOperator(context: FilterContext, subject: Subject, operator: string, span: Span): void {
  const expected = operatorWords(subject.kind);
  context.problems.push(problem('query.bad-operator', span, { operator, field: subject.name }, { expected }));
}

/** Notes a problem unless the values of a subject have an order. */
export function assertOrdered(context: FilterContext, subject: Subject, operator: string, span: Span): void {
  if (['address', 'text', 'word', 'flags', 'protocol'].includes(subject.kind))
    badOperator(context, subject, operator, span);
}

/** The test of a reading; a problem is noted, and a test that stands in for it given. */
export function valueOf(context: FilterContext, reading: Reading<ValueTest>): ValueTest {
  if ('value' in reading) return reading.value;
  context.problems.push(reading.problem);
  return { kind: 'missing' };
}

/** Notes something doubtful. */
export function warn(context: FilterContext, reason: string, span: Span): void {
  context.warnings.push(problem('query.note', span, { reason }));
}

/** The condition that a subject passes a test, with what the subject implies. */
export function ask(
  context: FilterContext,
  subject: Subject,
  question: ValueTest,
  start: number,
): Expression {
  const span = { start, end: context.scanner.position };
  warnReversed(context, question, span);
  const asked =
    subject.pair === null ? test(subject.name, question, span) : either(subject.pair, question, span);
  return and([subject.implied, asked]);
}

function warnReversed(context: FilterContext, question: ValueTest, span: Span): void {
  if (question.kind === 'in') for (const each of question.tests) warnReversed(context, each, span);
  // Text between two others is an error of its own, and has another order than numbers.
  if (question.kind !== 'between') return;
  const { low, high } = question;
  if (typeof low === 'number' && typeof high === 'number' && low > high)
    warn(context, `nothing lies between ${low} and ${high}; write the smaller first`, span);
}

/** True when an operator comes next; reads nothing. */
export function seesOperator(context: FilterContext): boolean {
  const before = context.scanner.position;
  const seen = context.scanner.take(/[=<>~:]|!=|!~/y) !== undefined;
  context.scanner.position = before;
  return (
    seen || context.scanner.seesWord('is', 'in', 'like', 'matches', 'contains', 'between', 'has', 'exists')
  );
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
