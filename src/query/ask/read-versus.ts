import type { Expression } from '../plan/expression.ts';
import { readEntity } from './entity.ts';
import { CONDITIONS } from './lexicon/conditions.ts';
import { SUMS } from './lexicon/nouns.ts';
import { ROLES } from './lexicon/roles.ts';
import { mergedFilter } from './merge.ts';
import type { Rule } from './reading.ts';

/** `accept vs reject`, `https versus http`, `vpc-1 vs vpc-2`: two values side by side are groups of their column. */
export const readVersus: Rule = (reading) => {
  const found = ROLES.find(reading.words, reading.at);
  const last = reading.filters.at(-1);
  if (found?.value !== 'compare' || last?.what.kind !== 'condition' || last.isNegated) return false;
  // "IPv6 bytes vs IPv4 bytes": what is measured may stand between.
  const noun = reading.measures.at(-1);
  const before = reading.words[reading.at - 1]?.end;
  const isNoun = noun !== undefined && noun.end === before && !reading.textBetween(last.end, noun.start);
  if (last.end !== before && !isNoun) return false;
  const next = reading.at + found.length;
  const condition = CONDITIONS.find(reading.words, next);
  const entity = condition === undefined ? readEntity(reading.words, next) : undefined;
  const other = condition?.value ?? (entity?.kind === 'condition' ? entity.condition : undefined);
  const name = columnOf(last.what.condition);
  if (other === undefined || name === null || columnOf(other) !== name) return false;
  const merged = mergedFilter(last, { kind: 'condition', condition: other }, 'or', false, false);
  if (merged === null) return false;
  const length = condition?.length ?? entity?.length ?? 1;
  reading.take(found.length + length);
  const span = { start: last.start, end: reading.words[reading.at - 1]?.end ?? last.end };
  reading.filters[reading.filters.length - 1] = { ...last, what: merged, ...span };
  reading.dimensions.push({ columns: [name], isAsked: true, ...span });
  // Verdicts are counted, everything else is weighed.
  if (name === 'action') reading.measures.push({ measure: SUMS.flows, isWeak: true, ...span });
  return true;
};

function columnOf(condition: Expression): string | null {
  return condition.kind === 'test' && condition.value.kind === 'column' ? condition.value.name : null;
}
