import { PAIRS } from '../columns.ts';
import {
  and,
  conjuncts,
  type EitherPair,
  type Expression,
  not,
  test,
  type ValueTest,
} from '../plan/expression.ts';

/** More arms than this cost more scans than pruning saves; what is left stays one condition. */
const MOST_ARMS = 8;

/** Any file holds one of more addresses than this, so that a second scan spares nothing. */
const MOST_MEMBERS = 20;

/**
 * Splits a condition into disjoint arms, each a conjunction, whose union is the condition: "source or destination is
 * X" becomes "source is X" and "destination is X but source is not". Each arm is then an equality that bloom filters
 * and statistics prune by, which no engine does for OR.
 *
 * Gives one arm, the condition itself, when nothing is to be gained.
 */
export function armsOf(condition: Expression): readonly Expression[] {
  let arms: readonly Expression[] = [and([])];
  for (const term of inOrderOfGain(conjuncts(condition))) {
    const split = splitTerm(term);
    arms =
      split.length > 1 && arms.length * split.length <= MOST_ARMS
        ? arms.flatMap((arm) => split.map((part) => and([arm, part])))
        : arms.map((arm) => and([arm, term]));
  }
  return arms;
}

/** The disjoint parts of one term; the term alone when it has none. */
function splitTerm(term: Expression): readonly Expression[] {
  if (term.kind === 'either')
    return canPrune(term.pair, term.test) ? splitEither(term.pair, term.test) : [term];
  if (term.kind !== 'or' || !term.terms.every((inner) => splitTerm(inner).length > 1)) return [term];
  return term.terms.flatMap((inner, index) => {
    const earlier = term.terms.slice(0, index).map((other) => not(other));
    return splitTerm(inner).map((part) => and([part, ...earlier]));
  });
}

function splitEither(pair: EitherPair, question: ValueTest): readonly Expression[] {
  const [first, second] = PAIRS[pair].columns;
  return [test(first, question), and([test(second, question), not(test(first, question))])];
}

/**
 * Only equalities of addresses prune, by bloom filters; blocks, ranges and patterns scan all the same, and once is enough
 * for that. A port is in most row groups: two scans took twice the time of one that tests both columns.
 */
function canPrune(pair: EitherPair, question: ValueTest): boolean {
  if (pair === 'port' || pair === 'aws_service') return false;
  switch (question.kind) {
    case 'compare':
      return question.operator === '=';
    case 'in':
      return question.tests.length <= MOST_MEMBERS && question.tests.every((inner) => canPrune(pair, inner));
    case 'cidr':
    case 'between':
    case 'glob':
    case 'contains':
    case 'regex':
    case 'bits':
    case 'missing':
      return false;
  }
}

/** Either-side terms split first: the number of arms is bounded. */
function inOrderOfGain(terms: readonly Expression[]): readonly Expression[] {
  const rank = (term: Expression): number => (term.kind === 'either' ? 0 : 1);
  return [...terms].sort((a, b) => rank(a) - rank(b));
}
