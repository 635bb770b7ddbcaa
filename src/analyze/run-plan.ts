import type { JsonValue, QueryOptions } from '../engine/index.ts';
import {
  type Dialect,
  duckdb,
  type Explanation,
  explainPlan,
  isByAddress,
  type Plan,
  trino,
} from '../query/index.ts';
import type { AnalyzeDeps } from './deps.ts';
import { lakeInventory } from './lake-inventory.ts';

/** A column of the answer to a plan. `type` says what its numbers are: `time` milliseconds, `seconds` Unix seconds. */
export type PlanColumn = Explanation['compiled']['columns'][number];

/** The answer to a plan, and where it came from. */
export interface PlanAnswer {
  readonly columns: readonly PlanColumn[];
  /** The engine's names of their types, such as BIGINT. */
  readonly sqlTypes: readonly string[];
  /** One value per column. */
  readonly rows: readonly (readonly JsonValue[])[];
  /** True when the row limit cut the answer. */
  readonly truncated: boolean;
  readonly seconds: number;
  readonly explanation: Explanation;
}

/**
 * Runs a plan on the smallest table of the lake that answers it.
 *
 * Errors: those of the engine. Cost: one statement, after one look at the ledger per state of the lake.
 */
export async function runPlan(
  deps: AnalyzeDeps,
  plan: Plan,
  options: Pick<QueryOptions, 'maxRows'> = {},
): Promise<PlanAnswer> {
  const explanation = await explainOnLake(deps, plan);
  const { sql, parameters, columns } = explanation.compiled;
  const frame = await deps.session.query(sql, {
    ...deps.limits,
    ...options,
    parameters,
    isPruned: isByAddress(plan.filter),
  });
  return {
    columns: frame.columns.map(({ name }, index) => columns[index] ?? { name, type: 'text' }),
    sqlTypes: frame.columns.map(({ type }) => type),
    rows: frame.rows,
    truncated: frame.truncated,
    seconds: frame.seconds,
    explanation,
  };
}

/** What `runPlan` would run, for `--explain`: plan, table with the reasons, SQL; or the same question in the SQL of Trino. */
export async function explainOnLake(
  deps: AnalyzeDeps,
  plan: Plan,
  dialect: Dialect['name'] = 'duckdb',
): Promise<Explanation> {
  return explainPlan(plan, { duckdb, trino }[dialect], await lakeInventory(deps));
}
