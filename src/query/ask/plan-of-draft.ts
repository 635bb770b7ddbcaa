import { columnBySpelling } from '../columns.ts';
import { printFilter } from '../filter/print.ts';
import { planOf } from '../plan/build.ts';
import { and, call, column, type Expression, literal, test } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import type { OrderKey, Plan, TimeRange } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { columnsOf, readsColumn } from '../plan/walk.ts';
import { type Draft, filterOf } from './draft.ts';
import { SUMS } from './lexicon/nouns.ts';
import { DISTINCT_MEASURES } from './tables.ts';

const RANKED = 10;
const LISTED = 100;

/** The plan of what was read. */
export function planOfDraft(asked: Draft, nowSeconds: number): Plan {
  const draft = { ...asked, source: sourceOf(asked) };
  const isList = isRejectList(draft);
  const isRejected = test('action', { kind: 'compare', operator: '=', value: 'REJECT' });
  const filter = and([filterOf(draft), ...recordThreshold(draft), ...(isList ? [isRejected] : [])]);
  if (isNew(draft)) return planOfNew(draft, filter, nowSeconds);
  const time = timeOf(draft, nowSeconds);
  const by = isList ? [] : dimensionsOf(draft, filter);
  const isTrend = draft.intents.has('trend') && draft.bucket === null;
  const bucketSeconds = isTrend ? bucketFor(time, nowSeconds) : draft.bucket?.seconds;
  const isGrouped = by.length > 0 || bucketSeconds !== undefined;
  const measures = isList ? [] : measuresOf(draft, filter, isGrouped);
  if (measures.length === 0) return planOfRecords(draft, filter, time);
  const [main] = measures;
  const isAscending = draft.intents.has('least') && bucketSeconds === undefined;
  const order: OrderKey[] = isAscending && main !== undefined ? [{ name: main.name, descending: false }] : [];
  const base = planOf({
    source: draft.source,
    filter,
    time,
    by,
    order,
    ...(bucketSeconds === undefined ? {} : { bucketSeconds }),
    ...(by.length === 0 ? {} : { limit: limitOf(draft, bucketSeconds !== undefined), other: true }),
    ...(draft.compare === null ? {} : { compareShiftSeconds: draft.compare.seconds }),
    statuses: readsColumn(filter, 'log_status') ? 'any' : 'ok',
  });
  return withSteps({ ...base, measures }, draft, nowSeconds);
}

/** A field that only transit gateways record says which records are meant. */
function sourceOf(draft: Draft): Plan['source'] {
  const { columns } = columnsOf([filterOf(draft)]);
  const named = [...columns, ...draft.dimensions.flatMap((entry) => entry.columns)];
  const isOfGateway = named.some((name) => columnBySpelling(name)?.sources.includes('flows') === false);
  return isOfGateway ? 'tgw_flows' : draft.source;
}

/** Records, the newest first unless the largest or the oldest were asked for. */
function planOfRecords(draft: Draft, filter: Expression, time: TimeRange): Plan {
  const isRanked = draft.intents.has('most') || draft.intents.has('least');
  const by = draft.measures.find(
    (entry) => !entry.isWeak && ['bytes', 'packets'].includes(entry.measure.name),
  );
  const ranked = { name: by?.measure.name ?? 'bytes', descending: draft.intents.has('most') };
  const newest = { name: 'start', descending: draft.limit?.isOldest !== true };
  const isOne = isRanked && draft.measures.some((entry) => entry.isOne === true);
  return planOf({
    source: draft.source,
    filter,
    time,
    order: [isRanked ? ranked : newest],
    limit: draft.limit?.count ?? (isOne ? 1 : isRanked ? RANKED : LISTED),
  });
}

/** "Which sources are new today": those whose first record of all lies in the time asked. */
export function isNew(draft: Draft): boolean {
  if (draft.intents.has('new')) return !draft.intents.has('when');
  const isBare = draft.dimensions.some((entry) => entry.isAsked !== true) && draft.measures.length === 0;
  const isWhen = draft.intents.has('when') || draft.intents.has('last') || draft.distinct !== null;
  return draft.intents.has('first') && isBare && !isWhen && draft.time !== null && draft.verbs.size === 0;
}

function planOfNew(draft: Draft, filter: Expression, nowSeconds: number): Plan {
  const by = dimensionsOf(draft, filter);
  const { startSeconds, endSeconds } = draft.time?.range ?? { startSeconds: null, endSeconds: null };
  const seen = (operator: '>=' | '<', value: number | null): readonly Expression[] =>
    value === null ? [] : [test('first_seen', { kind: 'compare', operator, value })];
  const isOver = endSeconds !== null && endSeconds <= nowSeconds;
  const condition = and([...seen('>=', startSeconds), ...seen('<', isOver ? endSeconds : null)]);
  const measures = planOf({ measures: ['first_seen'] }).measures;
  const plan = { ...planOf({ source: draft.source, filter, by, statuses: 'ok' }), measures };
  const steps: readonly Step[] = [
    { kind: 'where', condition },
    sortStep([{ name: 'first_seen', descending: true }], plan),
    { kind: 'limit', count: draft.limit?.count ?? LISTED },
  ];
  return { ...plan, steps };
}

/** A comparison needs a range with two ends: up to now, and as long as the period when none was named. */
function timeOf(draft: Draft, nowSeconds: number): TimeRange {
  const asked = draft.time?.range ?? { startSeconds: null, endSeconds: null };
  if (draft.compare === null) return asked;
  const start = nowSeconds - draft.compare.seconds;
  return {
    startSeconds: asked.startSeconds ?? start - (start % 300),
    endSeconds: asked.endSeconds ?? nowSeconds - (nowSeconds % 300),
  };
}

const OF_RECORDS = ['bytes', 'packets', 'bps', 'pps'];

/** True when "more than 10 MB" is said of each record: without groups, or of a rate, which only records have. */
export function isRecordThreshold(draft: Draft): boolean {
  const { threshold } = draft;
  if (threshold === null || !OF_RECORDS.includes(threshold.measure.name)) return false;
  if (['bps', 'pps'].includes(threshold.measure.name)) return true;
  return draft.dimensions.length === 0 && draft.bucket === null && !draft.intents.has('who');
}

function recordThreshold(draft: Draft): readonly Expression[] {
  const { threshold } = draft;
  return threshold === null || !isRecordThreshold(draft)
    ? []
    : [test(threshold.measure.name, threshold.test)];
}

/** What is done to the rows of the answer: limits on groups, growth, rates, the busiest slices of time. */
function withSteps(plan: Plan, draft: Draft, nowSeconds: number): Plan {
  const [main] = plan.measures;
  const steps: Step[] = [];
  let isSorted = false;
  const { threshold } = draft;
  if (threshold !== null && !isRecordThreshold(draft)) {
    steps.push({ kind: 'where', condition: test(threshold.measure.name, threshold.test) });
    isSorted = true;
  }
  if (draft.intents.has('growth') && main !== undefined) {
    const amount = (name: string): Expression => call('coalesce', [column(name), literal(0)]);
    const growth = call('subtract', [amount(main.name), amount(`previous_${main.name}`)]);
    const name = `growth_${main.name}`;
    steps.push(
      { kind: 'extend', columns: [{ name, value: growth }] },
      sortStep([{ name, descending: true }], plan),
    );
    steps.push({ kind: 'limit', count: draft.limit?.count ?? RANKED });
    return { ...plan, limit: null, steps };
  }
  const rate = rateColumn(plan, draft, nowSeconds);
  if (rate !== null) steps.push({ kind: 'extend', columns: [rate] });
  if (draft.rankedSlices !== null && main !== undefined) {
    steps.push(sortStep([{ name: main.name, descending: !draft.intents.has('least') }], plan));
    steps.push({ kind: 'limit', count: draft.rankedSlices });
    return { ...plan, steps };
  }
  if (!isSorted) return { ...plan, steps };
  const series: OrderKey[] = plan.bucket === null ? [] : [{ name: plan.bucket.name, descending: false }];
  const rank = plan.order[0] ?? { name: main?.name ?? 'bytes', descending: true };
  steps.push(sortStep(series.length > 0 ? series : [rank], plan));
  if (plan.bucket === null) steps.push({ kind: 'limit', count: draft.limit?.count ?? LISTED });
  return { ...plan, limit: null, steps };
}

function sortStep(keys: readonly OrderKey[], plan: Plan): Step {
  const rest = plan.dimensions.map(({ name }) => ({ name, descending: false }));
  return {
    kind: 'sort',
    keys: [...keys, ...rest].map((key) => ({
      value: column(key.name),
      descending: key.descending,
      natural: false,
    })),
  };
}

/** Seconds that a rate is spread over: a slice of time, or the range up to now; null when neither is known. */
export function rateSeconds(draft: Draft, nowSeconds: number): number | null {
  if (draft.bucket !== null) return draft.bucket.seconds;
  const { startSeconds = null, endSeconds = null } = draft.time?.range ?? {};
  if (startSeconds === null) return null;
  return Math.max(1, Math.min(endSeconds ?? nowSeconds, nowSeconds) - startSeconds);
}

function rateColumn(
  plan: Plan,
  draft: Draft,
  nowSeconds: number,
): { name: string; value: Expression } | null {
  const { rate } = draft;
  const seconds = plan.bucket?.seconds ?? rateSeconds(draft, nowSeconds);
  if (rate === null || seconds === null) return null;
  const scaled = call('multiply', [column(rate.of.name), literal(rate.unit.factor)]);
  return { name: rate.unit.name, value: call('divide', [scaled, literal(seconds)]) };
}

function limitOf(draft: Draft, isSeries: boolean): number {
  if (draft.limit !== null) return draft.limit.count;
  return isSeries || draft.intents.has('most') || draft.intents.has('least') ? RANKED : LISTED;
}

function dimensionsOf(draft: Draft, filter: Expression): readonly string[] {
  // What is left out of an end does not say that the end is known.
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  const { columns } = columnsOf(terms.filter((term) => term.kind !== 'not'));
  const isAskedWho =
    draft.intents.has('who') ||
    (draft.intents.has('which') &&
      draft.verbs.size > 0 &&
      !draft.intents.has('howmany') &&
      draft.measures.every((measure) => measure.isWeak));
  const isSender = draft.hasIdSubject || columns.has('srcaddr');
  // "Hosts in 10.0.0.0/8" are those of the block.
  const isOfBlock = draft.filters.some(({ what }) => what.kind === 'address' && what.end === 'inside');
  const far = isSender && !isOfBlock && !columns.has('dstaddr') ? 'dstaddr' : 'srcaddr';
  // "Hosts in 10.0.0.0/8 that received" are those of the block; one address that received is no group.
  const isReceiverKnown = columns.has('dstaddr') && readsOne(filter, 'dstaddr');
  const receives = (draft.verbs.has('receive') || draft.isPassive) && !isReceiverKnown;
  const named = draft.dimensions.flatMap((entry) =>
    entry.columns.map((name) => (name === 'host' ? (receives ? 'dstaddr' : far) : name)),
  );
  // "Which servers contacted X": those that did are at the other end of X.
  const isPinned = isActive(draft) && readsOne(filter, 'dstaddr') && !columns.has('srcaddr');
  const turned = isPinned ? named.map((name) => (name === 'dstaddr' ? 'srcaddr' : name)) : named;
  if (named.length > 0) return [...new Set(turned)];
  const ranks = draft.intents.has('most') || draft.intents.has('least') || draft.limit !== null;
  const ranksHosts =
    ranks &&
    draft.bucket === null &&
    draft.rate === null &&
    draft.distinct === null &&
    !draft.measures.some((entry) => entry.measure.name.includes('_')) &&
    !isRecordList(draft);
  const isBothPinned = readsOne(filter, 'srcaddr') && readsOne(filter, 'dstaddr');
  return (isAskedWho && !isBothPinned) || ranksHosts ? [receives ? 'dstaddr' : far] : [];
}

/** True when what is asked for did something: "reached", "sent". */
function isActive(draft: Draft): boolean {
  return draft.verbs.size > 0 && !draft.verbs.has('receive') && !draft.isPassive;
}

/** True when a condition asks a column for exactly one value. */
function readsOne(filter: Expression, name: string): boolean {
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  return terms.some(
    (term) =>
      term.kind === 'test' &&
      term.value.kind === 'column' &&
      term.value.name === name &&
      term.test.kind === 'compare' &&
      term.test.operator === '=',
  );
}

/** "Show the last 20 rejected connections" and "the largest flows" ask for records. */
function isRecordList(draft: Draft): boolean {
  const isRanked = draft.intents.has('most') || draft.intents.has('least');
  const [first] = draft.measures;
  const isOfFlows = first?.isWeak === true && first.measure.name === 'flows';
  // "How big was the largest flow" asks for the flow.
  const isLargest = isRanked && first?.isOne === true && draft.intents.has('howmuch');
  return (
    (!draft.intents.has('howmany') || isLargest) &&
    (isOfFlows || (!isRanked && draft.measures.every((entry) => entry.isWeak)))
  );
}

/** "Show the last 20 rejects": the records themselves. */
function isRejectList(draft: Draft): boolean {
  const isListed = draft.intents.has('list') || (draft.limit !== null && !draft.intents.has('most'));
  const isCounted = (['howmany', 'least', 'trend', 'who', 'which'] as const).some((intent) =>
    draft.intents.has(intent),
  );
  return (
    isListed &&
    !isCounted &&
    draft.measures.length > 0 &&
    draft.measures.every((entry) => entry.isWeak || entry.measure.name === 'rejects') &&
    draft.measures.some((entry) => entry.measure.name === 'rejects') &&
    draft.dimensions.length === 0 &&
    draft.bucket === null &&
    draft.compare === null &&
    draft.threshold === null
  );
}

function measuresOf(draft: Draft, filter: Expression, isGrouped: boolean): readonly Measure[] {
  const { intents } = draft;
  if (draft.distinct !== null) return [distinctMeasure(countedColumn(draft, filter))];
  const isRecords = isRecordList(draft) && (intents.has('most') || intents.has('least')) && !isGrouped;
  if (isRecords) return [];
  const strong = draft.measures.filter((entry) => !entry.isWeak).map((entry) => entry.measure);
  const limited = draft.threshold === null || isRecordThreshold(draft) ? [] : [draft.threshold.measure];
  const wanted = uniqueMeasures([...limited, ...strong]);
  if (wanted.length > 0) return wanted;
  const weak = draft.measures[0]?.measure.name ?? (draft.isVolume ? 'bytes' : undefined);
  const isCounting = intents.has('howmany');
  const isTimed = (['first', 'last', 'when'] as const).some((intent) => intents.has(intent));
  const isSeen = intents.has('seen') || (isTimed && !isCounting);
  if (isSeen || (intents.has('exists') && !isGrouped && !isCounting))
    return named(['first_seen', 'last_seen']);
  const isRejected = printFilter(filter).includes('action = REJECT') || readsColumn(filter, 'log_status');
  const isReached = weak === undefined && (draft.verbs.has('talk') || draft.verbs.has('reach'));
  if (isGrouped) return [isRejected || weak === 'flows' || isReached ? SUMS.flows : SUMS.bytes];
  if (isCounting) return named([weak ?? (intents.has('howmuch') ? 'bytes' : 'flows')]);
  if (draft.compare !== null) return named([isRejected ? 'flows' : (weak ?? 'bytes')]);
  if (intents.has('list') || weak !== 'bytes') return [];
  return [SUMS.bytes];
}

/** "How many hosts did 10.0.0.5 talk to" counts where it went, "how many hosts talked to it" those it came from. */
function countedColumn(draft: Draft, filter: Expression): string {
  const name = draft.distinct?.column ?? '';
  if (name !== 'host') return name;
  const { columns } = columnsOf([filter]);
  return columns.has('srcaddr') && !columns.has('dstaddr') ? 'dstaddr' : 'srcaddr';
}

function distinctMeasure(name: string): Measure {
  const known = DISTINCT_MEASURES[name];
  const found = known === undefined ? undefined : named([known])[0];
  return found ?? { name: `${name}s`, aggregate: 'count_distinct', value: column(name) };
}

function uniqueMeasures(measures: readonly Measure[]): readonly Measure[] {
  return measures.filter((each, i) => measures.findIndex((other) => other.name === each.name) === i);
}

function named(names: readonly string[]): readonly Measure[] {
  return planOf({ measures: names }).measures;
}

/** A width that gives a chart some dozens of points. */
function bucketFor(time: TimeRange, nowSeconds: number): number {
  if (time.startSeconds === null) return 86_400;
  const length = (time.endSeconds ?? nowSeconds) - time.startSeconds;
  return length <= 6 * 3600 ? 300 : length <= 4 * 86_400 ? 3600 : 86_400;
}
