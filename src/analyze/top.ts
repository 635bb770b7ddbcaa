import { formatDay, formatIso } from '../base/index.ts';
import type { JsonValue } from '../engine/index.ts';
import {
  type Bucket,
  type Choice,
  type Explanation,
  type Expression,
  type FilterOptions,
  parseFilter,
  planOf,
  valueOf,
} from '../query/index.ts';
import { type Count, countOf, subtractCounts } from './count.ts';
import type { AnalyzeDeps } from './deps.ts';
import { dimensionsOf } from './dimensions.ts';
import { explainOnLake } from './run-plan.ts';
import { ALL_TIME, type TimeRange } from './time-range.ts';

/** What a top list is ranked by. */
export type Measure = 'bytes' | 'packets' | 'flows' | 'rejects';

export interface TopQuestion {
  /** Comma-separated fields; see `dimensionsOf`. */
  readonly fields: string;
  /** Ranked by this; `bytes` when absent. */
  readonly by?: Measure;
  /** Rows before "Other"; 20 when absent. */
  readonly limit?: number;
  readonly range?: TimeRange;
  /** Which records count, in the filter language. */
  readonly where?: string;
  /** What the filter may lean on. */
  readonly filterOptions?: Omit<FilterOptions, 'source'>;
}

/** Sums of one group. Integers; decimal text beyond 2^53. */
export interface TopSums {
  readonly flows: Count;
  readonly packets: Count;
  readonly bytes: Count;
  readonly rejects: Count;
}

export interface TopRow {
  /** One value per field of the question, null where the records have none. */
  readonly values: readonly JsonValue[];
  readonly sums: TopSums;
}

/**
 * A top list with nothing left out: `rows` + `other` = `total`, always. Sums are over records with log_status OK and
 * count a packet once for each interface that saw it. Ranked by rejects, only groups with rejects count.
 */
export interface TopAnswer {
  readonly fields: readonly string[];
  readonly by: Measure;
  readonly rows: readonly TopRow[];
  /** Groups that did not make the list, and their sums. */
  readonly other: { readonly groups: number; readonly sums: TopSums };
  readonly total: { readonly groups: number; readonly sums: TopSums };
  readonly choice: Choice;
  readonly explanation: Explanation;
  readonly seconds: number;
}

/** A top list decided on, not run. */
export interface TopPlan {
  readonly fields: readonly string[];
  readonly by: Measure;
  readonly bucket: Bucket | null;
  /** Plan, table and the statement as it runs. */
  readonly explanation: Explanation;
}

const MEASURES: readonly Measure[] = ['flows', 'packets', 'bytes', 'rejects'];

/**
 * The largest groups by bytes, packets, flows or rejects, from the smallest table that can answer.
 *
 * Errors: `analyze.unknown-field`, `analyze.two-times`, `analyze.mixed-records`; `query.problems` with places in the
 * filter; those of the engine. Cost: one statement, one pass over the chosen table.
 */
export async function runTop(deps: AnalyzeDeps, question: TopQuestion): Promise<TopAnswer> {
  const { fields, by, bucket, explanation } = await planTop(deps, question);
  const { sql, parameters, choices } = explanation.compiled;
  const frame = await deps.session.query(sql, { ...deps.limits, parameters });
  const width = fields.length;
  const rows = frame.rows
    .filter((row) => row[0] === 0)
    .map((row) => ({
      values: row.slice(1, width + 1).map((value, at) => readTime(value, fields[at] ?? '', bucket)),
      sums: sumsAt(row, width + 2),
    }));
  const totalRow = frame.rows.find((row) => row[0] === 1);
  const total = sumsAt(totalRow ?? [], width + 2);
  const groups = Number(totalRow?.[width + 1] ?? 0);
  const [choice] = choices;
  if (choice === undefined) throw new RangeError('a grouped plan reads a table');
  return {
    fields,
    by,
    rows,
    other: { groups: groups - rows.length, sums: restOf(total, rows) },
    total: { groups, sums: total },
    choice,
    explanation,
    seconds: frame.seconds,
  };
}

/** What `runTop` would run, for `--explain`. */
export async function planTop(deps: AnalyzeDeps, question: TopQuestion): Promise<TopPlan> {
  const { source, names, columns, bucket } = dimensionsOf(question.fields);
  const by = question.by ?? 'bytes';
  const filter = filterOf(question, source);
  const plan = {
    ...planOf({
      source,
      by: columns,
      measures: MEASURES,
      time: question.range ?? ALL_TIME,
      ...(filter === undefined ? {} : { filter }),
    }),
    bucket,
  };
  const explanation = await explainOnLake(deps, plan);
  const { compiled } = explanation;
  const ranked = (groups: string): string => rankedSql(groups, names, by, question.limit ?? 20);
  return {
    fields: names,
    by,
    bucket,
    explanation: {
      ...explanation,
      compiled: { ...compiled, sql: ranked(compiled.sql), literalSql: ranked(compiled.literalSql) },
    },
  };
}

/** All groups once, then the first of them, and the sums of all. */
function rankedSql(groups: string, fields: readonly string[], by: Measure, limit: number): string {
  const names = fields.map((name) => `"${name}"`);
  const sums = MEASURES.map((measure) => `coalesce("${measure}", 0) AS "${measure}"`);
  // Ranked by rejects, groups without any are no answer, neither in the list nor among the others.
  const having = by === 'rejects' ? ' WHERE "rejects" > 0' : '';
  const order = `"${by}" DESC, ${names.join(', ')}`;
  return [
    `WITH groups AS MATERIALIZED (SELECT ${[...names, ...sums].join(', ')} FROM (${groups}) AS g${having}),`,
    `ranked AS (SELECT * FROM groups ORDER BY ${order} LIMIT ${limit})`,
    `SELECT 0 AS part, ${names.join(', ')}, 1 AS groups, ${MEASURES.map((measure) => `"${measure}"`).join(', ')} FROM ranked`,
    `UNION ALL SELECT 1, ${names.map(() => 'NULL').join(', ')}, count(*), ${MEASURES.map((measure) => `coalesce(sum("${measure}"), 0)`).join(', ')} FROM groups`,
    `ORDER BY part, ${order}`,
  ].join('\n');
}

function filterOf(question: TopQuestion, source: 'flows' | 'tgw_flows'): Expression | undefined {
  const { where } = question;
  return where === undefined
    ? undefined
    : valueOf(parseFilter(where, { ...question.filterOptions, source }), where);
}

/** A slice of time as people write it: its day, or its first moment. */
function readTime(value: JsonValue, field: string, bucket: Bucket | null): JsonValue {
  if (bucket === null || field !== bucket.name || typeof value !== 'number') return value;
  return bucket.seconds % 86_400 === 0 ? formatDay(value) : formatIso(value);
}

function sumsAt(row: readonly JsonValue[], index: number): TopSums {
  const [flows, packets, bytes, rejects] = row.slice(index).map(countOf);
  return { flows: flows ?? 0, packets: packets ?? 0, bytes: bytes ?? 0, rejects: rejects ?? 0 };
}

/** What of `total` is not in `rows`, exactly. */
function restOf(total: TopSums, rows: readonly TopRow[]): TopSums {
  const rest = (measure: Measure): Count =>
    rows.reduce((left, row) => subtractCounts(left, row.sums[measure]), total[measure]);
  return { flows: rest('flows'), packets: rest('packets'), bytes: rest('bytes'), rejects: rest('rejects') };
}
