import type { Explanation, Plan, PlanAnswer } from '../app/index.ts';
import { formatCount, formatIso, WeirError } from '../base/index.ts';
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
  const dialect = dialectOption(context);
  if (context.has('explain'))
    return writeExplanation(context, format, await explainOnLake(read.analyze, plan, dialect));
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

/** The engine of `--dialect`. Errors: `cli.bad-option` for others, and where nothing shows its SQL. */
function dialectOption(context: CommandContext): 'duckdb' | 'trino' {
  const name = context.value('dialect') ?? 'duckdb';
  if (name !== 'duckdb' && name !== 'trino')
    throw new WeirError(
      'query',
      'cli.bad-option',
      `--dialect "${name}" is no engine known here; use duckdb or trino`,
    );
  if (name === 'trino' && !context.has('explain'))
    throw new WeirError('query', 'cli.bad-option', '--dialect trino only shows SQL: add --explain');
  return name;
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
  const [nowAt, thenAt] = comparedColumns(answer);
  const isCompared = nowAt >= 0 && shown === undefined;
  return {
    columns: [
      ...ordered.map((index) => {
        const name = answer.columns[index]?.name ?? '';
        const unit = UNITS[name.replace(/^previous_/, '')];
        return unit === undefined ? { name } : { name, unit };
      }),
      ...(isCompared ? [{ name: 'change' }] : []),
    ],
    rows: rows.map((row) => [
      ...ordered.map((index) => {
        const name = answer.columns[index]?.name ?? '';
        if (index === fieldAt && otherAt >= 0 && row[otherAt] === true) return '(others)';
        const value = toTime(row[index] ?? null, index);
        return (name === 'start' || name === 'end') && typeof value === 'number'
          ? formatIso(value)
          : decoded(name, value);
      }),
      ...(isCompared ? [changeText(row[nowAt], row[thenAt])] : []),
    ]),
  };
}

/** Where the first measure and its value of the earlier time stand; -1 when nothing is compared. */
function comparedColumns({ columns }: PlanAnswer): readonly [now: number, then: number] {
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const now = columns.findIndex(({ name }) => at(`previous_${name}`) >= 0);
  return [now, now < 0 ? -1 : at(`previous_${columns[now]?.name ?? ''}`)];
}

/** What became of a number, in words that line up: `+12 %`, `×8`, `new`, `gone`. */
function changeText(now: unknown, then: unknown): string {
  const [present, past] = [Number(now ?? 0), Number(then ?? 0)];
  if (present === past) return '=';
  if (past === 0) return 'new';
  if (present === 0) return 'gone';
  if (present >= past * 3) return `×${formatCount(Math.round(present / past))}`;
  const percent = Math.round((present / past - 1) * 100);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`;
}

/** Times of plans as ISO 8601; those of Logs Insights come as AWS writes them. */
function timeOf(answer: PlanAnswer): (value: unknown, index: number) => unknown {
  return (value, index) =>
    typeof value === 'number' && answer.columns[index]?.type === 'seconds' ? formatIso(value) : value;
}
