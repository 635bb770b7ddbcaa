import { type Expression, or } from '../plan/expression.ts';
import type { DraftFilter } from './draft.ts';

/**
 * "A or B" as one condition, and "A and B" where one value cannot be both; null when the two stand side by side. An end
 * named anew begins a condition of its own.
 */
export function mergedFilter(
  last: DraftFilter,
  what: DraftFilter['what'],
  joiner: string,
  hasRole: boolean,
): DraftFilter['what'] | null {
  if (joiner !== 'or' && joiner !== 'and') return null;
  if (last.what.kind === 'condition' && what.kind === 'condition') {
    const isSame = columnOf(last.what.condition) === columnOf(what.condition);
    if (joiner === 'and' && !isSame) return null;
    return { kind: 'condition', condition: or([last.what.condition, what.condition]) };
  }
  if (last.what.kind === 'condition' || what.kind === 'condition' || last.what.kind !== what.kind || hasRole)
    return null;
  const tests = [last.what.question, what.question].flatMap((each) =>
    each.kind === 'in' ? each.tests : [each],
  );
  return { ...last.what, question: { kind: 'in', tests } };
}

function columnOf(condition: Expression): string {
  return condition.kind === 'test' && condition.value.kind === 'column' ? condition.value.name : '';
}
