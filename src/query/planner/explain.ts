import { type CompiledPlan, compilePlan } from '../compile/compile.ts';
import type { Dialect } from '../compile/dialect.ts';
import type { Plan } from '../plan/plan.ts';
import { printPlan } from '../plan/print.ts';
import type { Inventory } from './choose.ts';

/** How a question will be answered: the plan in words, the table with the reasons, and the SQL. */
export interface Explanation {
  readonly plan: string;
  readonly table: string;
  readonly why: string;
  readonly passedOver: readonly { readonly table: string; readonly why: string }[];
  readonly warnings: readonly string[];
  readonly compiled: CompiledPlan;
}

/** Explains a plan for an engine and a lake. Decides and compiles; runs nothing. */
export function explainPlan(plan: Plan, dialect: Dialect, inventory: Inventory): Explanation {
  const compiled = compilePlan(plan, dialect, inventory);
  const [choice] = compiled.choices;
  return {
    plan: printPlan(plan),
    table: [...new Set(compiled.choices.map((entry) => entry.table))].join(', '),
    why: choice?.why ?? '',
    passedOver: choice?.passedOver ?? [],
    warnings: [...new Set(compiled.choices.flatMap((entry) => entry.warnings))],
    compiled,
  };
}

/** An explanation as text for a terminal. */
export function formatExplanation(explanation: Explanation): string {
  const lines = [
    explanation.plan,
    '',
    `table ${explanation.table}: ${explanation.why}`,
    ...explanation.passedOver.map(({ table, why }) => `  not ${table}: ${why}`),
    ...explanation.warnings.map((warning) => `  note: ${warning}`),
    '',
    explanation.compiled.literalSql,
  ];
  return lines.join('\n');
}
