import { tableOf } from '../../record/index.ts';
import type { Plan } from '../plan/plan.ts';
import { isGrouped } from '../plan/plan.ts';
import { type Choice, EVERY_TABLE, type Inventory } from '../planner/choose.ts';
import { scannedBytes } from '../planner/estimate.ts';
import { type BoundSql, type Dialect, SqlWriter } from './dialect.ts';
import { type Head, headRows } from './head.ts';
import { innerRows } from './inner.ts';
import type { Rows } from './rows.ts';
import { type OutputColumn, selectOf, stepRows } from './steps.ts';
import { typeOfColumn } from './types.ts';

/** A plan as a statement of one engine. */
export interface CompiledPlan extends BoundSql {
  readonly dialect: Dialect['name'];
  /** The statement with its values written out, for people to copy. */
  readonly literalSql: string;
  readonly columns: readonly OutputColumn[];
  /** Where the rows come from; several for comparisons and both directions. */
  readonly choices: readonly Choice[];
}

/**
 * Compiles a plan for an engine. The tables of the inventory must exist there under their names, as tables or views.
 * Errors: `query.dialect-fact` (kind `bug`) when the dialect lacks a fact. Cost: well under a millisecond.
 */
export function compilePlan(plan: Plan, dialect: Dialect, inventory: Inventory = EVERY_TABLE): CompiledPlan {
  const writer = new SqlWriter(dialect);
  const head = planRows(plan, inventory, writer);
  const { sql: nested, columns } = selectOf(head.rows, writer);
  const sql = plan.steps.length === 0 ? (head.flatSql ?? nested) : nested;
  return {
    ...writer.finish(sql),
    dialect: dialect.name,
    literalSql: writer.finishLiteral(sql),
    columns: columns.length > 0 || isGrouped(plan) ? columns : recordColumns(plan),
    choices: head.choices,
  };
}

/** The rows of a plan after its steps. The plans that it reads are compiled before it, into the same statement. */
function planRows(plan: Plan, inventory: Inventory, outer: SqlWriter): Head {
  const heads = (plan.inner ?? []).map((inner) => planRows(inner, inventory, outer));
  const writer = outer.over(heads.map(({ rows }) => innerRows(rows)));
  const head = headRows(plan, inventory, writer);
  const rows = plan.steps.reduce(
    (current, step) =>
      step.kind === 'estimate'
        ? estimateRows(totalBytes(plan, head, heads, inventory))
        : stepRows(step, current, writer),
    head.rows,
  );
  return { ...head, rows, choices: [...head.choices, ...heads.flatMap(({ choices }) => choices)] };
}

function totalBytes(plan: Plan, head: Head, heads: readonly Head[], inventory: Inventory): number | null {
  const own = [{ plan, head }, ...(plan.inner ?? []).map((inner, i) => ({ plan: inner, head: heads[i] }))];
  const sizes = own.map((part) =>
    scannedBytes(part.head?.choices.map(({ table }) => table) ?? [], part.plan.time, inventory),
  );
  return sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

function estimateRows(bytes: number | null): Rows {
  const name = '"estimatedBytes"';
  return {
    from: `(SELECT CAST(${bytes ?? 'NULL'} AS BIGINT) AS ${name}) AS r`,
    conditions: [],
    columns: new Map([['estimatedBytes', { sql: name, type: 'number' }]]),
    base: null,
    order: [],
    count: null,
    taken: new Set(['estimatedbytes']),
  };
}

function recordColumns(plan: Plan): readonly OutputColumn[] {
  return tableOf(plan.source).columns.map((entry) => ({ name: entry.name, type: typeOfColumn(entry.type) }));
}
