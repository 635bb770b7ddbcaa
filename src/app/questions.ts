import { dimensionsOf, type TimeRange } from '../analyze/index.ts';
import { WeirError } from '../base/index.ts';
import {
  formatProblem,
  type Parsed,
  type Plan,
  parseFilter,
  parseInsights,
  planOf,
  planReach,
  readQuestion,
  valueOf,
} from '../query/index.ts';

/** A text in one of the languages as a plan, with what is doubtful about it, ready to be shown. */
export interface PlannedQuestion {
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/** A question in the filter language: records, or groups of them. */
export interface FindQuestion {
  readonly filter: string;
  readonly range: TimeRange;
  /** The present in Unix seconds, for ages in the filter. */
  readonly nowSeconds: number;
  /** Members of the lists that `@name` may mean. */
  readonly sets?: ReadonlyMap<string, readonly string[]>;
  /** Comma-separated fields to group by; see `dimensionsOf`. */
  readonly by?: string;
  /** Comma-separated measures, the first one ranks; bytes, packets and flows when only groups are asked. */
  readonly measures?: string;
  /** Width of time slices; none when absent. */
  readonly everySeconds?: number;
  /** Comma-separated columns of records; all when absent. */
  readonly columns?: string;
  /** Transit gateway records rather than VPC ones, where the fields do not say it. */
  readonly isTgw?: boolean;
  /** Records, or groups over the whole range, at most. */
  readonly limit: number;
  /** Groups also over the same length of time this many seconds earlier. */
  readonly compareShiftSeconds?: number;
}

/**
 * The plan of a question in the filter language. Records come newest first, one more than asked, which tells whether
 * there are more; groups come with the rest in the row `other`.
 *
 * Errors (kind `query`): `query.problems` with places, `query.unknown-field`, `query.unknown-measure`, those of
 * `dimensionsOf`, `app.two-times`.
 */
export function planFind(question: FindQuestion): PlannedQuestion & Pick<ReadQuestion, 'reach'> {
  const { by, measures, everySeconds, columns } = question;
  const dimensions = by === undefined ? null : dimensionsOf(by);
  const source = question.isTgw === true ? 'tgw_flows' : (dimensions?.source ?? 'flows');
  const parsed = parseFilter(question.filter, {
    source,
    nowSeconds: question.nowSeconds,
    set: (name) => question.sets?.get(name),
  });
  const filter = valueOf(parsed, question.filter);
  const common = { source, filter, time: question.range };
  const isGrouped = by !== undefined || measures !== undefined || everySeconds !== undefined;
  if (!isGrouped) {
    const plan = planOf({
      ...common,
      columns: listOf(columns),
      order: [{ name: 'start', descending: true }],
      limit: question.limit + 1,
    });
    return { plan, warnings: warningsOf(parsed, question.filter), reach: planReach(plan) };
  }
  if (everySeconds !== undefined && dimensions?.bucket != null) {
    throw new WeirError('query', 'app.two-times', `--every and --by ${dimensions.bucket.name} both cut time`);
  }
  const bucket =
    everySeconds === undefined ? (dimensions?.bucket ?? null) : { name: 'time', seconds: everySeconds };
  const fields = dimensions?.columns ?? [];
  const { compareShiftSeconds } = question;
  const groups = planOf({
    ...common,
    by: fields,
    measures: measures === undefined ? ['bytes', 'packets', 'flows'] : listOf(measures),
    ...(fields.length === 0 ? {} : { limit: question.limit, other: true }),
    ...(compareShiftSeconds === undefined ? {} : { compareShiftSeconds }),
  });
  const plan = { ...groups, bucket };
  return { plan, warnings: warningsOf(parsed, question.filter), reach: planReach(plan) };
}

/** A question in the language of CloudWatch Logs Insights. */
export interface InsightsQuestion {
  readonly query: string;
  readonly range: TimeRange;
  readonly nowSeconds: number;
  /** CSV text of lookup tables by name. */
  readonly tables?: ReadonlyMap<string, string>;
}

/** The plan of a Logs Insights query. Errors: `query.problems` (kind `query`) with places. */
export function planInsights({
  query,
  range,
  nowSeconds,
  tables,
}: InsightsQuestion): PlannedQuestion & Pick<ReadQuestion, 'reach'> {
  const parsed = parseInsights(query, { time: range, nowSeconds, table: (name) => tables?.get(name) });
  const plan = valueOf(parsed, query);
  return { plan, warnings: warningsOf(parsed, query), reach: planReach(plan) };
}

/** A plain question as a plan, with what each part of it was read as. */
export interface ReadQuestion extends PlannedQuestion {
  /** What was understood, part by part: `filter` and `action = REJECT`. */
  readonly parts: readonly { readonly kind: string; readonly text: string }[];
  /** The days that the answer lies in, an earlier period to compare with included. */
  readonly reach: TimeRange;
}

/**
 * The plan of a question in plain English; `zone` is the one whose days and clocks are meant, UTC when absent. Words
 * without a meaning come as a warning.
 * Errors: `query.problems` (kind `query`) with places, when it asks nothing, too little of it is known, or it could
 * mean two things.
 */
export function planAsk(question: string, nowSeconds: number, zone?: string): ReadQuestion {
  const {
    plan: value,
    parts,
    unused,
    problems,
  } = readQuestion(question, {
    nowSeconds,
    ...(zone === undefined ? {} : { zone }),
  });
  const plan = valueOf({ value, problems, warnings: [] }, question);
  return {
    plan,
    parts: parts.map(({ kind, text }) => ({ kind, text })),
    reach: planReach(plan),
    warnings: unused.length === 0 ? [] : [`not used: ${unused.map(({ text }) => text).join(', ')}`],
  };
}

function warningsOf(parsed: Parsed<unknown>, text: string): readonly string[] {
  return parsed.warnings.map((warning) => formatProblem(warning, text));
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
