import { columnBySpelling } from '../columns.ts';
import type { Expression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { columnsOf } from '../plan/walk.ts';
import { type Problem, problem, type Span } from '../problem.ts';
import { conditionOf, type Draft } from './draft.ts';
import { isNew, isRecordThreshold, rateSeconds } from './plan-of-draft.ts';
import type { Reading } from './reading.ts';

/** Why a draft is no question that can be answered as it was meant; empty when it is one. */
export function refusalsOf(draft: Draft, reading: Reading): readonly Problem[] {
  const whole = { start: reading.words[0]?.start ?? 0, end: reading.words.at(-1)?.end ?? 0 };
  if (isEmpty(draft)) return [problem('query.ask-nothing', whole, {})];
  const refuse = (span: Span | null, reason: string): Problem =>
    problem('query.ask-refused', span ?? whole, { text: reading.textOf(span ?? whole), reason });
  const found: Problem[] = [...contradictions(draft, refuse)];
  const { now } = { now: reading.present.nowSeconds };
  if (draft.rate !== null && rateSeconds(draft, now) === null)
    found.push(
      refuse(draft.rate, 'a rate needs a time, such as "yesterday", or slices, such as "per minute"'),
    );
  const other = draft.dimensions.find(
    (entry) =>
      entry.isAsked !== true &&
      !['srcaddr', 'host', 'instance_id', 'interface_id', 'account_id'].includes(entry.columns[0] ?? ''),
  );
  if (draft.intents.has('who') && other !== undefined)
    found.push(refuse(other, 'it asks who, and for something else besides'));
  const client = draft.dimensions.find((entry) => /^clients?$/i.test(reading.textOf(entry)));
  if (client !== undefined && draft.verbs.has('receive') && draft.verbs.size === 1 && !draft.isPassive)
    found.push(
      refuse(client, 'clients are read as those that send; say "destinations" for those that receive'),
    );
  if (draft.intents.has('compare') && draft.compare === null)
    found.push(
      refuse(
        null,
        'a question is compared with an earlier time, such as "last week"; ask twice to compare anything else',
      ),
    );
  if (draft.bucket !== null && isShorter(draft, now))
    found.push(
      refuse(
        draft.bucket,
        'the time asked is shorter than one slice; a time of day on many days is not one range',
      ),
    );
  if (draft.intents.has('growth') && draft.compare === null)
    found.push(refuse(null, 'growth needs an earlier time to compare with, as in "compared with last week"'));
  if (isNew(draft) && (draft.dimensions.length === 0 || draft.time === null))
    found.push(refuse(null, 'what is new needs a noun and a time, as in "new destinations today"'));
  if (draft.intents.has('most') && draft.intents.has('least') && draft.rankedSlices === null)
    found.push(refuse(null, 'it asks for the most and the least'));
  if (
    draft.threshold !== null &&
    draft.dimensions.length === 0 &&
    draft.bucket === null &&
    !isRecordThreshold(draft) &&
    !draft.intents.has('who')
  )
    found.push(refuse(draft.threshold, 'say of what, as in "sources with more than 100 rejects"'));
  const [first] = reading.unused;
  const isTooMuch = reading.unused.length > 2 || reading.unused.length * 3 > reading.words.length;
  if (first !== undefined && isTooMuch && reading.problems.length === 0)
    found.push(
      problem('query.ask-unused', first, { words: reading.unused.map((word) => word.text).join(', ') }),
    );
  return found;
}

function isShorter({ bucket, time, rankedSlices }: Draft, now: number): boolean {
  const { startSeconds = null, endSeconds = null } = time?.range ?? {};
  if (bucket === null || startSeconds === null || rankedSlices !== null) return false;
  return (endSeconds ?? now) - startSeconds < bucket.seconds && endSeconds !== null;
}

function isEmpty(draft: Draft): boolean {
  return (
    draft.filters.length === 0 &&
    draft.dimensions.length === 0 &&
    draft.measures.length === 0 &&
    draft.distinct === null &&
    draft.threshold === null &&
    draft.rankedSlices === null
  );
}

/** Two conditions that no record can meet together, such as accepted and rejected. */
function contradictions(draft: Draft, refuse: (span: Span, reason: string) => Problem): readonly Problem[] {
  const values = new Map<string, string>();
  const found: Problem[] = [];
  for (const filter of draft.filters) {
    if (filter.isNegated) continue;
    const condition = conditionOf(filter, draft);
    for (const term of condition.kind === 'and' ? condition.terms : [condition]) {
      const column = equalColumn(term);
      if (column === null || term.kind !== 'test') continue;
      const value = JSON.stringify(term.test);
      const before = values.get(column);
      if (before !== undefined && before !== value)
        found.push(refuse(filter, `${column} has another value already; say "or" if either will do`));
      values.set(column, value);
    }
  }
  for (const filter of draft.filters) {
    const term = conditionOf(filter, draft);
    const column = term.kind === 'not' ? equalColumn(term.term) : null;
    if (column !== null && values.has(column))
      found.push(
        refuse(
          filter,
          `${column} has a value already; one group that has one and not the other cannot be asked`,
        ),
      );
  }
  return found;
}

function equalColumn(term: Expression): string | null {
  if (term.kind !== 'test' || term.value.kind !== 'column') return null;
  if (term.test.kind === 'compare' && term.test.operator === '=') return term.value.name;
  return null;
}

/** A field that the records asked for do not have; null when all are there. */
export function missingField(plan: Plan, whole: Span): Problem | null {
  const { columns } = columnsOf([plan.filter, ...plan.dimensions.map(({ value }) => value)]);
  for (const name of columns) {
    const found = columnBySpelling(name);
    if (found === undefined || found.sources.includes(plan.source)) continue;
    const reason =
      plan.source === 'tgw_flows'
        ? 'records of transit gateways do not have it; they know attachments and the ends of the flow'
        : 'only records of transit gateways have it';
    return problem('query.not-recorded', whole, { what: name, reason });
  }
  return null;
}
