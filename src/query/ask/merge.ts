import { type Expression, or } from '../plan/expression.ts';
import type { DraftCondition, DraftFilter } from './draft.ts';

/**
 * "A or B" as one condition, and "A and B" where one value cannot be both; null when the two stand side by side. An end
 * named anew begins a condition of its own, and so do two conditions of different columns with only a comma between.
 */
export function mergedFilter(
  last: DraftFilter,
  what: DraftCondition,
  joiner: string,
  hasRole: boolean,
  isListed: boolean,
): DraftCondition | null {
  if (joiner !== 'or' && joiner !== 'and') return null;
  if (last.what.kind === 'condition' && what.kind === 'condition') {
    const isSame = columnOf(last.what.condition) === columnOf(what.condition);
    if ((joiner === 'and' || isListed) && !isSame) return null;
    return { kind: 'condition', condition: orOf(last.what.condition, what.condition) };
  }
  if (last.what.kind === 'condition' || what.kind === 'condition' || last.what.kind !== what.kind || hasRole)
    return null;
  // "A as source and B as destination" are two ends.
  const ends = [last.what.end, what.end];
  if (ends.includes('src') && ends.includes('dst')) return null;
  if (what.isAtAddress === true) return null;
  const tests = [last.what.question, what.question].flatMap((each) =>
    each.kind === 'in' ? each.tests : [each],
  );
  return { ...last.what, question: { kind: 'in', tests } };
}

/** Either condition; values of one column become one list. */
function orOf(left: Expression, right: Expression): Expression {
  const isListed = left.kind === 'test' && right.kind === 'test' && isValues(left) && isValues(right);
  const isPair = left.kind === 'either' && right.kind === 'either' && left.pair === right.pair;
  if (!(isListed && columnOf(left) === columnOf(right)) && !isPair) return or([left, right]);
  const tests = [left.test, right.test].flatMap((each) => (each.kind === 'in' ? each.tests : [each]));
  return { ...left, test: { kind: 'in', tests } };
}

function isValues(condition: Extract<Expression, { kind: 'test' }>): boolean {
  return (
    condition.test.kind === 'in' || (condition.test.kind === 'compare' && condition.test.operator === '=')
  );
}

function columnOf(condition: Expression): string {
  if (condition.kind === 'either') return condition.pair;
  return condition.kind === 'test' && condition.value.kind === 'column' ? condition.value.name : '';
}
