import type { JsonValue, ResultFrame } from '../engine/index.ts';
import { frameObjects } from '../engine/index.ts';
import { duckdb, explainPlan, type Plan } from '../query/index.ts';
import { type ApiContext, limitsOf } from './context.ts';
import type { Explain } from './contract/common.ts';
import { lakeFacts } from './lake-facts.ts';

/** The answer to a plan. */
export interface PlanAnswer {
  readonly frame: ResultFrame;
  /** The rows by column name. */
  readonly rows: readonly { readonly [name: string]: JsonValue }[];
  /** The plan in words. */
  readonly plan: string;
  readonly explain: Explain;
}

/**
 * Runs a plan on the smallest table that answers it.
 * Errors: those of the engine. Cost: one statement, within the limits of the config.
 */
export async function runPlan(context: ApiContext, plan: Plan): Promise<PlanAnswer> {
  const { inventory } = await lakeFacts(context);
  const explanation = explainPlan(plan, duckdb, inventory);
  const { sql, parameters, literalSql } = explanation.compiled;
  const options = { ...limitsOf(context), parameters, maxRows: context.config.maxRows };
  const frame = await context.withSession((session) => session.query(sql, options));
  return {
    frame,
    rows: frameObjects(frame),
    plan: explanation.plan,
    explain: {
      table: explanation.table,
      why: explanation.why,
      sql: literalSql,
      seconds: frame.seconds,
    },
  };
}
