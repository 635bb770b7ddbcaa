import type { Explanation, Plan, PlanAnswer } from '../app/index.ts';
import { formatIso } from '../base/index.ts';
import type { CommandContext, OutputFormat } from './command.ts';
import { decoded } from './decoded.ts';
import type { LakeWork } from './lake-command.ts';
import { type RowList, writeRows } from './output.ts';
import { seriesTable } from './series.ts';

/** How the answer to a plan is shown. */
export interface AnswerOptions {
  /** Columns of records that a table on a terminal shows; all of them when absent. */
  readonly shown?: readonly string[];
  /** Rows to print; the plan asks for one more, and a note tells when it came. */
  readonly limit?: number;
  /** True to draw series in place of the rows of a table, false to draw them below. */
  readonly seriesInstead?: boolean;
}

/**
 * Runs a plan and prints its rows; with `--explain` prints how it would be answered instead. Rows of time slices are
 * also drawn as bars on a terminal.
 */
export async function answerPlan(
  context: CommandContext,
  { read, format }: Pick<LakeWork, 'read' | 'format'>,
  plan: Plan,
  options: AnswerOptions = {},
): Promise<number> {
  const { explainOnLake, runPlan } = await import('../app/index.ts');
  if (context.has('explain'))
    return writeExplanation(context, format, await explainOnLake(read.analyze, plan));
  const answer = await runPlan(read.analyze, plan);
  for (const warning of answer.explanation.warnings) context.note(warning);
  const limit = options.limit ?? answer.rows.length;
  const rows = answer.rows.slice(0, limit);
  if (format === 'table') {
    const list = tableOf(answer, rows, options.shown);
    const width = context.stdout.columns ?? 100;
    const series = seriesTable(answer.columns, rows, plan.bucket?.seconds ?? null, width);
    if (series === null || options.seriesInstead !== true) writeRows(context.stdout, format, list);
    if (series !== null) context.stdout.write(options.seriesInstead === true ? series : `\n${series}`);
  } else
    writeRows(context.stdout, format, {
      columns: answer.columns,
      rows: rows.map((row) => row.map(timeOf(answer))),
    });
  const most = plan.limit;
  if (options.limit === undefined && most !== null && !most.other && rows.length >= most.count)
    context.note(`at most ${most.count} are shown; there may be more`);
  if (answer.rows.length > limit) context.note(`only the first ${limit} are shown; -n shows more`);
  return 0;
}

/** Prints which table answers and why, and the SQL. */
export async function writeExplanation(
  context: CommandContext,
  format: OutputFormat,
  explanation: Explanation,
): Promise<number> {
  const { formatExplanation } = await import('../app/index.ts');
  const { plan, table, why, passedOver, warnings, compiled } = explanation;
  context.stdout.write(
    format === 'table'
      ? `${formatExplanation(explanation)}\n`
      : `${JSON.stringify({ plan, table, why, passedOver, warnings, sql: compiled.literalSql })}\n`,
  );
  return 0;
}

const UNITS: Readonly<Record<string, string>> = { bytes: 'bytes', packets: 'packets', flows: 'records' };

function tableOf(
  answer: PlanAnswer,
  rows: PlanAnswer['rows'],
  shown: readonly string[] | undefined,
): RowList {
  // The row of the rest says so in its first field, which is empty there.
  const otherAt = answer.columns.findIndex(({ name, type }) => name === 'other' && type === 'boolean');
  const fieldAt = answer.columns.findIndex(({ type }, index) => index !== otherAt && type !== 'seconds');
  const ordered =
    shown === undefined
      ? answer.columns.flatMap((_, index) => (index === otherAt ? [] : [index]))
      : shown.flatMap((name) => {
          const index = answer.columns.findIndex((column) => column.name === name);
          return index < 0 ? [] : [index];
        });
  const toTime = timeOf(answer);
  return {
    columns: ordered.map((index) => {
      const name = answer.columns[index]?.name ?? '';
      const unit = UNITS[name.replace(/^previous_/, '')];
      return unit === undefined ? { name } : { name, unit };
    }),
    rows: rows.map((row) =>
      ordered.map((index) => {
        const name = answer.columns[index]?.name ?? '';
        if (index === fieldAt && otherAt >= 0 && row[otherAt] === true) return '(others)';
        const value = toTime(row[index] ?? null, index);
        return (name === 'start' || name === 'end') && typeof value === 'number'
          ? formatIso(value)
          : decoded(name, value);
      }),
    ),
  };
}

/** Times of plans as ISO 8601; those of Logs Insights come as AWS writes them. */
function timeOf(answer: PlanAnswer): (value: unknown, index: number) => unknown {
  return (value, index) =>
    typeof value === 'number' && answer.columns[index]?.type === 'seconds' ? formatIso(value) : value;
}
