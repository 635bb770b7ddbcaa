import type { TableName } from '../../record/index.ts';
import { conjuncts, type Expression, type ValueTest } from '../plan/expression.ts';
import type { TimeRange } from '../plan/plan.ts';
import type { Inventory } from './choose.ts';

/**
 * The bytes of the files that a question over some tables and a time range opens; null when nobody knows the sizes.
 * More than is read, because columns and row groups that do not matter are left out.
 */
export function scannedBytes(
  tables: readonly TableName[],
  { startSeconds, endSeconds }: TimeRange,
  inventory: Inventory,
): number | null {
  let total = 0;
  for (const table of new Set(tables)) {
    const partitions = inventory[table]?.partitions;
    if (partitions === undefined) return null;
    for (const part of partitions) {
      const isBefore = startSeconds !== null && part.endSeconds !== null && part.endSeconds <= startSeconds;
      const isAfter = endSeconds !== null && part.startSeconds !== null && part.startSeconds >= endSeconds;
      if (!isBefore && !isAfter) total += part.sizeBytes;
    }
  }
  return total;
}

/**
 * True when a question over records names an address that they must have, at either end or at one: row groups without it
 * are left out by their bloom filters, so that it costs a fraction of what its tables hold. Talkative addresses are in most.
 */
export function isByAddress(filter: Expression): boolean {
  return conjuncts(filter).some((term) => {
    if (term.kind === 'either') return term.pair === 'ip' && isEquality(term.test);
    if (term.kind !== 'test' || term.value.kind !== 'column') return false;
    const { name } = term.value;
    return (name === 'srcaddr' || name === 'dstaddr') && isEquality(term.test);
  });
}

/** True when most records may meet a filter: it has only bounds, and the lack of something. */
export function isBroad(filter: Expression): boolean {
  return conjuncts(filter).every((term) => {
    if (term.kind === 'not') return true;
    return term.kind === 'test' && term.test.kind === 'compare' && term.test.operator !== '=';
  });
}

function isEquality(question: ValueTest): boolean {
  return question.kind === 'compare' && question.operator === '=';
}
