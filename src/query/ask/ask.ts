import { formatIso } from '../../base/index.ts';
import { printFilter } from '../filter/print.ts';
import { planOf } from '../plan/build.ts';
import { and, column, test } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import type { OrderKey, Plan, TimeRange } from '../plan/plan.ts';
import { columnsOf } from '../plan/walk.ts';
import { type Problem, problem, type Span } from '../problem.ts';
import { conditionOf, type Draft } from './draft.ts';
import { QuestionReader } from './reader.ts';
import { DISTINCT_MEASURES } from './tables.ts';

/** One part of how a question was read: what it says, in words of the other languages, and where it came from. */
export interface ReadingPart extends Span {
  readonly kind: 'filter' | 'dimension' | 'measure' | 'time' | 'bucket' | 'limit' | 'compare' | 'threshold';
  readonly text: string;
}

/**
 * How a plain question was read. `plan` is null when it was refused, and `problems` then say why. `unused` are the words
 * that played no part, ordinary ones such as "the" aside.
 */
export interface Answerable {
  readonly plan: Plan | null;
  readonly parts: readonly ReadingPart[];
  readonly unused: readonly (Span & { readonly text: string })[];
  readonly problems: readonly Problem[];
}

/** What reading a plain question leans on beside its text. */
export interface AskOptions {
  /** The present in Unix seconds. */
  readonly nowSeconds: number;
}

const RANKED = 10;
const LISTED = 100;
const MAX_LENGTH = 2000;

/**
 * Reads a question in plain English by rules alone: the same words always give the same plan. It refuses rather than
 * guess: when nothing is asked, when a word after "from", "to" or "by" is unknown, when two times stand side by side,
 * or when more than a few words have no meaning.
 */
export function readQuestion(text: string, options: AskOptions): Answerable {
  if (text.length > MAX_LENGTH) {
    const found = problem('query.too-long', { start: MAX_LENGTH, end: text.length }, { limit: MAX_LENGTH });
    return { plan: null, parts: [], unused: [], problems: [found] };
  }
  const reader = new QuestionReader(text, options.nowSeconds);
  const draft = reader.read();
  const unused = reader.unused.map(({ text, start, end }) => ({ text, start, end }));
  const problems = [...reader.problems, ...refusals(draft, reader)];
  if (problems.length > 0) return { plan: null, parts: [], unused, problems };
  const plan = planOfDraft(draft, options);
  return { plan, parts: partsOf(draft, plan), unused, problems };
}

function refusals(draft: Draft, reader: QuestionReader): readonly Problem[] {
  const whole = { start: reader.words[0]?.start ?? 0, end: reader.words.at(-1)?.end ?? 0 };
  const isEmpty =
    draft.filters.length === 0 &&
    draft.dimensions.length === 0 &&
    draft.measures.length === 0 &&
    draft.distinct === null &&
    draft.threshold === null;
  if (isEmpty) return [problem('query.ask-nothing', whole, {})];
  const [first] = reader.unused;
  const isTooMuch = reader.unused.length > 2 || reader.unused.length * 3 > reader.words.length;
  if (first === undefined || !isTooMuch || reader.problems.length > 0) return [];
  return [problem('query.ask-unused', first, { words: reader.unused.map((word) => word.text).join(', ') })];
}

function planOfDraft(draft: Draft, options: AskOptions): Plan {
  const asked = and(draft.filters.map((entry) => conditionOf(entry, draft)));
  const filter = and([asked, ...recordThreshold(draft)]);
  const time = timeOf(draft, options.nowSeconds);
  const by = dimensionsOf(draft, filter);
  const isTrend = draft.intents.has('trend') && draft.bucket === null;
  const bucketSeconds = isTrend ? bucketFor(time, options.nowSeconds) : draft.bucket?.seconds;
  const isGrouped = by.length > 0 || bucketSeconds !== undefined;
  const measures = measuresOf(draft, filter, isGrouped);
  if (measures.length === 0) {
    const isRanked = draft.intents.has('most') || draft.intents.has('least');
    const order = isRanked ? [{ name: 'bytes', descending: draft.intents.has('most') }] : [];
    return planOf({ filter, time, order, limit: draft.limit?.count ?? (isRanked ? RANKED : LISTED) });
  }
  const [main] = measures;
  const direction: OrderKey[] =
    draft.intents.has('least') && main !== undefined && bucketSeconds === undefined
      ? [{ name: main.name, descending: false }]
      : [];
  const base = planOf({
    filter,
    time,
    by,
    order: direction,
    ...(bucketSeconds === undefined ? {} : { bucketSeconds }),
    ...(by.length === 0 ? {} : { limit: limitOf(draft, bucketSeconds !== undefined) }),
    ...(draft.compare === null ? {} : { compareShiftSeconds: draft.compare.seconds }),
    statuses: 'ok',
  });
  return withThreshold({ ...base, measures }, draft);
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

/** Without groups, "more than 10 MB" is said of each record. */
function recordThreshold(draft: Draft): readonly Plan['filter'][] {
  const { threshold } = draft;
  const isOfRecords = threshold !== null && ['bytes', 'packets'].includes(threshold.measure);
  if (!isOfRecords || draft.dimensions.length > 0 || draft.intents.has('who')) return [];
  return [test(threshold.measure, { kind: 'compare', operator: threshold.operator, value: threshold.value })];
}

/** Groups under the threshold are left out before the limit counts. */
function withThreshold(plan: Plan, draft: Draft): Plan {
  if (draft.threshold === null || plan.dimensions.length === 0) return plan;
  const { operator, value, measure } = draft.threshold;
  const condition = test(column(measure), { kind: 'compare', operator, value });
  const rank = plan.order[0] ?? { name: plan.measures[0]?.name ?? measure, descending: true };
  return {
    ...plan,
    limit: null,
    steps: [
      { kind: 'where', condition },
      {
        kind: 'sort',
        keys: [rank, ...plan.dimensions.map(({ name }) => ({ name, descending: false }))].map((key) => ({
          value: column(key.name),
          descending: key.descending,
          natural: false,
        })),
      },
      { kind: 'limit', count: draft.limit?.count ?? LISTED },
    ],
  };
}

function limitOf(draft: Draft, isSeries: boolean): number {
  if (draft.limit !== null) return draft.limit.count;
  return isSeries || draft.intents.has('most') || draft.intents.has('least') ? RANKED : LISTED;
}

function dimensionsOf(draft: Draft, filter: Plan['filter']): readonly string[] {
  const { columns } = columnsOf([filter]);
  const isAskedWho =
    draft.intents.has('who') ||
    (draft.intents.has('which') &&
      draft.verbs.size > 0 &&
      !draft.intents.has('howmany') &&
      draft.measures.every((m) => m.isWeak));
  const isSender = draft.hasIdSubject || columns.has('srcaddr');
  const far = isSender && !columns.has('dstaddr') ? 'dstaddr' : 'srcaddr';
  const receives = draft.verbs.has('receive') && !columns.has('dstaddr');
  const named = draft.dimensions.flatMap((entry) =>
    entry.columns.map((name) => (name === 'host' ? (receives ? 'dstaddr' : far) : name)),
  );
  if (named.length > 0) return [...new Set(named)];
  const ranks = draft.intents.has('most') || draft.intents.has('least') || draft.limit !== null;
  const ranksHosts = ranks && draft.bucket === null && draft.distinct === null && !isRecordList(draft);
  return isAskedWho || ranksHosts ? [receives ? 'dstaddr' : far] : [];
}

/** "Show the last 20 rejected connections" and "the largest flows" ask for records. */
function isRecordList(draft: Draft): boolean {
  const isRanked = draft.intents.has('most') || draft.intents.has('least');
  const isOfFlows =
    draft.measures.length > 0 &&
    draft.measures.every((measure) => measure.isWeak && measure.name === 'flows');
  return (
    !draft.intents.has('howmany') &&
    (isOfFlows || (!isRanked && draft.measures.every((measure) => measure.isWeak)))
  );
}

function measuresOf(draft: Draft, filter: Plan['filter'], isGrouped: boolean): readonly Measure[] {
  if (draft.distinct !== null) {
    const name = DISTINCT_MEASURES[draft.distinct.column];
    if (name !== undefined) return measuresNamed([name]);
    return [
      {
        name: `${draft.distinct.column}s`,
        aggregate: 'count_distinct',
        value: column(draft.distinct.column),
      },
    ];
  }
  const strong = draft.measures.filter((measure) => !measure.isWeak).map((measure) => measure.name);
  const wanted =
    draft.threshold === null || recordThreshold(draft).length > 0
      ? strong
      : [draft.threshold.measure, ...strong];
  if (wanted.length > 0) return measuresNamed([...new Set(wanted)]);
  const weak = draft.measures[0]?.name;
  const isCounting = draft.intents.has('howmany');
  if ((draft.intents.has('exists') || draft.intents.has('first')) && !isGrouped && !isCounting)
    return measuresNamed(['first_seen', 'last_seen']);
  const isRejected = printFilter(filter).includes('action = REJECT');
  const isReached = weak === undefined && (draft.verbs.has('talk') || draft.verbs.has('reach'));
  if (isGrouped) return measuresNamed([isRejected || weak === 'flows' || isReached ? 'flows' : 'bytes']);
  if (isCounting) return measuresNamed([weak ?? 'flows']);
  if (draft.compare !== null) return measuresNamed([isRejected ? 'flows' : (weak ?? 'bytes')]);
  if (draft.intents.has('list') || weak !== 'bytes') return [];
  return measuresNamed(['bytes']);
}

function measuresNamed(names: readonly string[]): readonly Measure[] {
  return planOf({ measures: names }).measures;
}

/** A width that gives a chart some dozens of points. */
function bucketFor(time: TimeRange, nowSeconds: number): number {
  if (time.startSeconds === null) return 86_400;
  const length = (time.endSeconds ?? nowSeconds) - time.startSeconds;
  return length <= 6 * 3600 ? 300 : length <= 4 * 86_400 ? 3600 : 86_400;
}

function partsOf(draft: Draft, plan: Plan): readonly ReadingPart[] {
  const whole = { start: 0, end: 0 };
  const parts: ReadingPart[] = draft.filters.map((entry) => ({
    kind: 'filter',
    text: printFilter(conditionOf(entry, draft)),
    start: entry.start,
    end: entry.end,
  }));
  const add = (kind: ReadingPart['kind'], text: string, span: Span | null | undefined): void => {
    const { start, end } = span ?? whole;
    parts.push({ kind, text, start, end });
  };
  for (const { name } of plan.dimensions)
    add(
      'dimension',
      name,
      draft.dimensions.find((entry) => entry.columns.includes(name)),
    );
  for (const { name } of plan.measures)
    add(
      'measure',
      name,
      draft.measures.find((entry) => entry.name === name && !entry.isWeak) ??
        draft.measures.find((entry) => entry.name === name) ??
        draft.distinct,
    );
  add('time', timeText(plan.time), draft.time);
  if (plan.bucket !== null) add('bucket', `every ${plan.bucket.seconds} s`, draft.bucket);
  if (draft.threshold !== null) {
    const { measure, operator, value } = draft.threshold;
    add('threshold', `${measure} ${operator} ${value}`, draft.threshold);
  }
  if (plan.limit !== null) add('limit', String(plan.limit.count), draft.limit);
  if (draft.compare !== null) add('compare', `with ${draft.compare.seconds} s earlier`, draft.compare);
  return parts;
}

function timeText({ startSeconds, endSeconds }: TimeRange): string {
  const start = startSeconds === null ? null : `from ${formatIso(startSeconds)}`;
  const end = endSeconds === null ? null : `until ${formatIso(endSeconds)}`;
  return [start, end].filter((part) => part !== null).join(' ') || 'all time';
}
