import { PAIRS } from '../columns.ts';
import type { Expression, ValueTest } from './expression.ts';

/** What an expression reads: columns by name, and pairs asked as one. */
export interface ColumnUse {
  readonly columns: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/** The columns that expressions read; the two of a pair count as read through the pair only. */
export function columnsOf(expressions: readonly Expression[]): ColumnUse {
  const columns = new Set<string>();
  const pairs = new Set<string>();
  for (const expression of expressions) {
    visit(expression, (node) => {
      if (node.kind === 'column') columns.add(node.name);
      else if (node.kind === 'either') pairs.add(node.pair);
    });
  }
  return { columns, pairs };
}

/** True when an expression reads a column, be it through a pair. */
export function readsColumn(expression: Expression, name: string): boolean {
  const { columns, pairs } = columnsOf([expression]);
  if (columns.has(name)) return true;
  return [...pairs].some((pair) => PAIRS[pair as keyof typeof PAIRS].columns.includes(name));
}

/** Walks an expression, the outer parts first. */
export function visit(expression: Expression, see: (node: Expression) => void): void {
  see(expression);
  for (const child of childrenOf(expression)) visit(child, see);
}

/** The same expression with every part replaced, the inner parts first. */
export function rebuild(expression: Expression, change: (node: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return change({ ...expression, terms: expression.terms.map((term) => rebuild(term, change)) });
    case 'not':
      return change({ ...expression, term: rebuild(expression.term, change) });
    case 'test':
    case 'within':
      return change({ ...expression, value: rebuild(expression.value, change) });
    case 'call':
      return change({ ...expression, args: expression.args.map((arg) => rebuild(arg, change)) });
    case 'column':
    case 'literal':
    case 'either':
      return change(expression);
  }
}

/** The same expression without positions, for comparing meanings. */
export function withoutSpans(expression: Expression): Expression {
  return rebuild(expression, (node) => {
    const { span: _, ...rest } = node;
    return rest;
  });
}

/** The same test with every constant replaced. */
export function mapConstants(
  question: ValueTest,
  change: (value: string | number | boolean) => string | number | boolean,
): ValueTest {
  switch (question.kind) {
    case 'compare':
      return { ...question, value: change(question.value) };
    case 'between':
      return { ...question, low: change(question.low), high: change(question.high) };
    case 'in':
      return { ...question, tests: question.tests.map((inner) => mapConstants(inner, change)) };
    case 'cidr':
    case 'glob':
    case 'contains':
    case 'regex':
    case 'bits':
    case 'missing':
      return question;
  }
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.terms;
    case 'not':
      return [expression.term];
    case 'test':
    case 'within':
      return [expression.value];
    case 'call':
      return expression.args;
    case 'column':
    case 'literal':
    case 'either':
      return [];
  }
}
