import { explainOnLake, type PlanAnswer, runPlan } from '../analyze/index.ts';
import type { JsonValue } from '../engine/index.ts';
import type { Plan } from '../query/index.ts';
import { type ApiContext, analyzeDeps } from './context.ts';
import type { Explain } from './contract/common.ts';
import type { AnswerTable } from './contract/query.ts';

/**
 * The answer to a plan, within the limits of the config; from memory when the lake has not changed since it was asked
 * before. Errors: those of the engine.
 */
export async function answerPlan(
  context: ApiContext,
  plan: Plan,
  maxRows = context.config.maxRows,
): Promise<PlanAnswer> {
  return remembered(
    context,
    ['plan', maxRows, plan],
    () => context.withSession((session) => runPlan(analyzeDeps(context, session), plan, { maxRows })),
    (answer) => answer.rows.length * answer.columns.length,
  );
}

/**
 * The answer to a question that says everything, ages and the present included; from memory when the lake has not
 * changed since it was asked before, and from whoever is asking it at this moment. `cellsOf` says how many values an
 * answer has.
 */
export async function remembered<Answer>(
  context: ApiContext,
  question: readonly unknown[],
  ask: () => Promise<Answer>,
  cellsOf: (answer: Answer) => number,
): Promise<Answer> {
  const { cache, reader, signal } = context;
  const version = reader.version();
  const key = JSON.stringify([version, ...question]);
  const known = cache.get(key) as Answer | undefined;
  if (known !== undefined) return known;
  for (let asked = cache.asked.get(key); asked !== undefined; asked = cache.asked.get(key)) {
    try {
      return (await asked.answer) as Answer;
    } catch (error) {
      // Who asked has gone and its statement with it: one of those who wait asks again.
      if (!asked.signal.aborted) throw error;
    }
  }
  signal.throwIfAborted();
  const answering = ask();
  const entry = { answer: answering, signal };
  cache.asked.set(key, entry);
  try {
    const answer = await answering;
    // When the lake has moved on meanwhile nobody knows which state it was that answered.
    if (reader.version() === version) cache.set(key, answer, cellsOf(answer));
    return answer;
  } finally {
    if (cache.asked.get(key) === entry) cache.asked.delete(key);
  }
}

/** The statement that `answerPlan` would run. */
export async function statementOf(
  context: ApiContext,
  plan: Plan,
): Promise<PlanAnswer['explanation']['compiled']> {
  const { compiled } = await context.withSession((session) =>
    explainOnLake(analyzeDeps(context, session), plan),
  );
  return compiled;
}

/** Where an answer came from. */
export function explainOf({ explanation, seconds }: Pick<PlanAnswer, 'explanation' | 'seconds'>): Explain {
  const { table, why, compiled } = explanation;
  return { table, why, sql: compiled.literalSql, seconds };
}

/** An answer as the table of the contract. */
export function tableOf({ columns, sqlTypes, rows, truncated, seconds }: PlanAnswer): AnswerTable {
  return {
    columns: columns.map(({ name }, index) => ({ name, type: sqlTypes[index] ?? '' })),
    rows: rows.map((row) => [...row]),
    truncated,
    seconds,
  };
}

/** The rows of an answer by column name. */
export function rowObjects({ columns, rows }: PlanAnswer): readonly { readonly [name: string]: JsonValue }[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
}
