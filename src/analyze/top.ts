import { isWeirError, WeirError } from '../base/index.ts';
import type { JsonValue, LakeReader, LakeSession, QueryOptions } from '../engine/index.ts';
import { chooseTable, type Measure, type TableChoice } from './choose-table.ts';
import { type Count, countOf, subtractCounts } from './count.ts';
import { dimensionsOf } from './dimensions.ts';
import { ALL_TIME, type TimeRange } from './time-range.ts';

/** A lake to ask, and how far a question may go. */
export interface AnalyzeDeps {
  readonly session: LakeSession;
  readonly reader: Pick<LakeReader, 'rowCounts' | 'newestPartition'>;
  /** Time limit and cancellation, for each statement. */
  readonly limits?: Pick<QueryOptions, 'timeoutMs' | 'signal'>;
}

export interface TopQuestion {
  /** Comma-separated fields; see `dimensionsOf`. */
  readonly fields: string;
  /** Ranked by this; `bytes` when absent. */
  readonly by?: Measure;
  /** Rows before "Other"; 20 when absent. */
  readonly limit?: number;
  readonly range?: TimeRange;
  /** SQL condition on columns of the records, from outside. */
  readonly where?: string;
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
  readonly choice: TableChoice;
  readonly sql: string;
  readonly seconds: number;
}

const MEASURES: readonly Measure[] = ['flows', 'packets', 'bytes', 'rejects'];

/**
 * The largest groups by bytes, packets, flows or rejects, from the smallest table that can answer.
 *
 * Errors: `analyze.unknown-field`, `analyze.mixed-records`, `analyze.bad-where`; those of the engine.
 * Cost: one statement, one pass over the chosen table.
 */
export async function runTop(deps: AnalyzeDeps, question: TopQuestion): Promise<TopAnswer> {
  const plan = await planTop(deps, question);
  const frame = await deps.session.query(plan.sql, deps.limits);
  const width = plan.fields.length;
  const rows = frame.rows
    .filter((row) => row[0] === 0)
    .map((row) => ({ values: row.slice(1, width + 1), sums: sumsAt(row, width + 2) }));
  const totalRow = frame.rows.find((row) => row[0] === 1);
  const total = sumsAt(totalRow ?? [], width + 2);
  const groups = Number(totalRow?.[width + 1] ?? 0);
  return {
    fields: plan.fields,
    by: plan.by,
    rows,
    other: { groups: groups - rows.length, sums: restOf(total, rows) },
    total: { groups, sums: total },
    choice: plan.choice,
    sql: plan.sql,
    seconds: frame.seconds,
  };
}

/** What `runTop` would run, for `--explain`. */
export async function planTop(
  deps: AnalyzeDeps,
  question: TopQuestion,
): Promise<{
  readonly fields: readonly string[];
  readonly by: Measure;
  readonly choice: TableChoice;
  readonly sql: string;
}> {
  const { table, dimensions } = dimensionsOf(question.fields);
  const by = question.by ?? 'bytes';
  const limit = question.limit ?? 20;
  const filterOn = await whereColumns(deps.session, question.where);
  const fields = dimensions.map((dimension) => dimension.name);
  const choice = chooseTable(
    { table, groupBy: fields, filterOn, range: question.range ?? ALL_TIME },
    deps.reader,
  );
  const names = fields.map((name) => `"${name}"`);
  const keys = dimensions.map(({ name, expression }) =>
    choice.table === table ? `${expression} AS "${name}"` : `"${name}"`,
  );
  const renamed = Object.entries(choice.columns).map(([name, column]) => `, ${column} AS "${name}"`);
  const source = renamed.length === 0 ? choice.source : `(SELECT *${renamed.join('')} FROM ${choice.source})`;
  // The line break ends a comment that the condition may end with.
  const where = question.where === undefined ? '' : ` AND (${question.where}\n)`;
  const sums = MEASURES.map((measure) => `coalesce(${choice.measures[measure]}, 0) AS ${measure}_sum`);
  // Ranked by rejects, groups without any are no answer, neither in the list nor among the others.
  const having = by === 'rejects' ? ` HAVING ${choice.measures.rejects} > 0` : '';
  const order = `${by}_sum DESC, ${names.join(', ')}`;
  const sql = [
    `WITH groups AS MATERIALIZED (SELECT ${[...keys, ...sums].join(', ')} FROM ${source} WHERE ${choice.condition}${where} GROUP BY ALL${having}),`,
    `ranked AS (SELECT * FROM groups ORDER BY ${order} LIMIT ${limit})`,
    `SELECT 0 AS part, ${names.join(', ')}, 1 AS groups, ${MEASURES.map((measure) => `${measure}_sum`).join(', ')} FROM ranked`,
    `UNION ALL SELECT 1, ${names.map(() => 'NULL').join(', ')}, count(*), ${MEASURES.map((measure) => `coalesce(sum(${measure}_sum), 0)`).join(', ')} FROM groups`,
    `ORDER BY part, ${order}`,
  ].join('\n');
  return { fields, by, choice, sql };
}

async function whereColumns(session: LakeSession, where: string | undefined): Promise<readonly string[]> {
  if (where === undefined) return [];
  try {
    return await session.columnsOf(where);
  } catch (error) {
    if (!isWeirError(error) || error.kind !== 'query') throw error;
    throw new WeirError('query', 'analyze.bad-where', `--where: ${error.message}`, {
      details: { ...error.details, where },
      cause: error,
    });
  }
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
