import { formatIso } from '../../base/index.ts';
import { printFilter } from '../filter/print.ts';
import { column, test } from '../plan/expression.ts';
import type { Plan, TimeRange } from '../plan/plan.ts';
import type { Span } from '../problem.ts';
import { conditionOf, type Draft, type DraftFilter } from './draft.ts';
import type { Correction } from './spelling.ts';

/** What a part of a question is about. `spelling` says what a misspelt word was taken for. */
export type PartKind =
  | 'source'
  | 'filter'
  | 'dimension'
  | 'measure'
  | 'time'
  | 'bucket'
  | 'limit'
  | 'compare'
  | 'threshold'
  | 'rate'
  | 'spelling';

/**
 * One part of how a question was read: what it says, in words of the other languages, and where it came from. A part that
 * no word asked for, such as a limit, has an empty place. `alternatives` are other readings of the same words, to be
 * chosen instead; most parts have none.
 */
export interface ReadingPart extends Span {
  readonly kind: PartKind;
  readonly text: string;
  readonly alternatives: readonly string[];
}

/** The parts of a reading, in the order of the plan. */
export function partsOf(
  draft: Draft,
  plan: Plan,
  corrections: readonly Correction[],
): readonly ReadingPart[] {
  const parts: ReadingPart[] = [];
  const add = (
    kind: PartKind,
    text: string,
    span: Span | null | undefined,
    alternatives: readonly string[] = [],
  ): void => {
    const { start, end } = span ?? { start: 0, end: 0 };
    parts.push({ kind, text, start, end, alternatives });
  };
  if (plan.source !== 'flows') add('source', plan.source, null);
  for (const entry of draft.filters)
    add('filter', printFilter(conditionOf(entry, draft)), entry, otherEnds(entry, draft));
  for (const { name } of plan.dimensions)
    add(
      'dimension',
      name,
      draft.dimensions.find((entry) => entry.columns.includes(name)),
      OTHER_DIMENSIONS[name] ?? [],
    );
  for (const { name } of plan.measures)
    add(
      'measure',
      name,
      draft.measures.find((entry) => entry.measure.name === name && !entry.isWeak) ??
        draft.measures.find((entry) => entry.measure.name === name) ??
        draft.distinct,
    );
  add('time', timeText(plan.time), draft.time);
  if (plan.bucket !== null) add('bucket', `every ${plan.bucket.seconds} s`, draft.bucket);
  const limits = plan.steps.flatMap((step) => (step.kind === 'where' ? [printFilter(step.condition)] : []));
  for (const text of limits) add('threshold', text, draft.threshold ?? draft.time);
  if (limits.length === 0 && draft.threshold !== null)
    add(
      'threshold',
      printFilter(test(column(draft.threshold.measure.name), draft.threshold.test)),
      draft.threshold,
    );
  for (const step of plan.steps)
    if (step.kind === 'extend') for (const { name } of step.columns) add('rate', name, draft.rate);
  const rows = plan.limit?.count ?? plan.steps.find((step) => step.kind === 'limit')?.count;
  if (rows !== undefined) add('limit', String(rows), draft.limit);
  if (draft.compare !== null) add('compare', `with ${draft.compare.seconds} s earlier`, draft.compare);
  for (const { word, read } of corrections) add('spelling', read, word);
  return parts;
}

const OTHER_DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
  srcaddr: ['dstaddr'],
  dstaddr: ['srcaddr'],
  dstport: ['svc_port', 'srcport'],
  svc_port: ['dstport'],
};

/** The same value at the other ends of a flow. */
function otherEnds(entry: DraftFilter, draft: Draft): readonly string[] {
  const { what } = entry;
  if (what.kind === 'condition' || what.isBetween) return [];
  const shown = printFilter(conditionOf(entry, draft));
  return (['src', 'dst', 'either'] as const)
    .map((end) => printFilter(conditionOf({ ...entry, what: { ...what, end, isAtAddress: false } }, draft)))
    .filter((text, i, all) => text !== shown && all.indexOf(text) === i);
}

function timeText({ startSeconds, endSeconds }: TimeRange): string {
  const start = startSeconds === null ? null : `from ${formatIso(startSeconds)}`;
  const end = endSeconds === null ? null : `until ${formatIso(endSeconds)}`;
  return [start, end].filter((part) => part !== null).join(' ') || 'all time';
}
