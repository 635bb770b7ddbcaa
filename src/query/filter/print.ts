import { formatIso } from '../../base/index.ts';
import { protocolName, TCP_FLAGS } from '../../record/index.ts';
import { columnBySpelling, kindOfPair, type ValueKind } from '../columns.ts';
import type { Expression, Scalar, ValueTest } from '../plan/expression.ts';

/**
 * A condition in the filter language, in its one canonical spelling: `parseFilter` of the text gives the same
 * condition again. Only conditions over columns can be written; a computed value prints as a call, for people.
 */
export function printFilter(condition: Expression): string {
  switch (condition.kind) {
    case 'and':
      if (condition.terms.length === 0) return 'any';
      return condition.terms
        .map((term) => (term.kind === 'or' ? grouped(term) : printFilter(term)))
        .join(' and ');
    case 'or':
      if (condition.terms.length === 0) return 'not any';
      return condition.terms
        .map((term) => (term.kind === 'and' ? grouped(term) : printFilter(term)))
        .join(' or ');
    case 'not':
      return printNegation(condition.term);
    case 'test':
      return printTest(printValue(condition.value), kindOf(condition.value), condition.test);
    case 'either':
      return printTest(condition.pair, kindOfPair(condition.pair), condition.test);
    case 'within':
      return `${printValue(condition.value)} in (plan ${condition.inner + 1})`;
    case 'call':
      return printCall(condition);
    case 'column':
    case 'literal':
      return printValue(condition);
  }
}

const COMPARE_SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

/** Two columns compared, as the language writes them; any other call as such, for people. */
function printCall(condition: Extract<Expression, { kind: 'call' }>): string {
  const sign = COMPARE_SIGNS[condition.name];
  const [left, right] = condition.args;
  const areColumns = left?.kind === 'column' && right?.kind === 'column';
  return sign !== undefined && areColumns ? `${left.name} ${sign} ${right.name}` : printValue(condition);
}

function grouped(condition: Expression): string {
  return `(${printFilter(condition)})`;
}

function printNegation(term: Expression): string {
  if (term.kind !== 'test' && term.kind !== 'either') return `not ${grouped(term)}`;
  const subject = term.kind === 'test' ? printValue(term.value) : term.pair;
  const kind = term.kind === 'test' ? kindOf(term.value) : kindOfPair(term.pair);
  if (term.test.kind === 'missing') return `${subject} is not null`;
  if (term.test.kind === 'in' || term.test.kind === 'cidr')
    return `${subject} not in ${printMembers(kind, term.test)}`;
  return `not ${printTest(subject, kind, term.test)}`;
}

function printTest(subject: string, kind: ValueKind, question: ValueTest): string {
  switch (question.kind) {
    case 'compare':
      return `${subject} ${question.operator} ${printScalar(kind, question.value)}`;
    case 'between':
      return `${subject} between ${printScalar(kind, question.low)} and ${printScalar(kind, question.high)}`;
    case 'in':
    case 'cidr':
      return `${subject} in ${printMembers(kind, question)}`;
    case 'glob':
      return `${subject} glob ${quoted(question.pattern)}`;
    case 'contains':
      return `${subject} contains ${quoted(question.text)}`;
    case 'regex':
      return `${subject} matches /${question.pattern.replaceAll('/', '\\/')}/${question.ignoreCase ? 'i' : ''}`;
    case 'bits':
      return `${subject} ${printBits(question)}`;
    case 'missing':
      return `${subject} is null`;
  }
}

function printMembers(kind: ValueKind, question: ValueTest): string {
  if (question.kind !== 'in') return printMember(kind, question);
  if (question.set !== undefined) return `@${question.set}`;
  return `(${question.tests.map((member) => printMember(kind, member)).join(', ')})`;
}

function printMember(kind: ValueKind, member: ValueTest): string {
  switch (member.kind) {
    case 'compare':
      return printScalar(kind, member.value);
    case 'between':
      return `${printScalar(kind, member.low)}-${printScalar(kind, member.high)}`;
    case 'cidr':
      return member.block;
    case 'glob':
      return member.pattern;
    case 'in':
      return printMembers(kind, member);
    case 'contains':
    case 'regex':
    case 'bits':
    case 'missing':
      return quoted('');
  }
}

function printBits(question: { readonly all: number; readonly none: number; readonly any: number }): string {
  if (question.any !== 0) return `has any ${flagNames(question.any).join(', ')}`;
  if (question.all === 0) return `lacks ${flagNames(question.none).join(', ')}`;
  const required = `has ${flagNames(question.all).join(', ')}`;
  return question.none === 0 ? required : `${required} and not ${flagNames(question.none).join(', ')}`;
}

function flagNames(bits: number): readonly string[] {
  return TCP_FLAGS.filter(({ bit }) => (bits & bit) !== 0).map(({ name }) => name);
}

function printScalar(kind: ValueKind, value: Scalar): string {
  if (typeof value === 'string') return kind === 'text' ? quoted(value) : value;
  if (typeof value === 'boolean') return String(value);
  if (kind === 'time' && Number.isInteger(value)) return formatIso(value);
  if (kind === 'protocol') return protocolName(value).toLowerCase();
  return String(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function kindOf(value: Expression): ValueKind {
  return (value.kind === 'column' ? columnBySpelling(value.name)?.kind : undefined) ?? 'text';
}

function printValue(value: Expression): string {
  if (value.kind === 'column') return value.name;
  if (value.kind === 'literal')
    return typeof value.value === 'string' ? quoted(value.value) : String(value.value ?? 'null');
  if (value.kind === 'call') return `${value.name}(${value.args.map(printValue).join(', ')})`;
  return `(${printFilter(value)})`;
}
