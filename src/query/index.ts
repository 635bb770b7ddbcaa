export type { Answerable, AskOptions, ReadingPart } from './ask/ask.ts';
export { readQuestion } from './ask/ask.ts';
export type { QueryColumn, ValueKind } from './columns.ts';
export { columnBySpelling, PAIRS, pairBySpelling, QUERY_COLUMNS } from './columns.ts';
export type { CompiledPlan } from './compile/compile.ts';
export { compilePlan } from './compile/compile.ts';
export type { BoundSql, Dialect, DialectName } from './compile/dialect.ts';
export { parseLookupCsv } from './compile/lookup.ts';
export type { OutputColumn } from './compile/steps.ts';
export type { ValueType } from './compile/types.ts';
export { duckdb } from './dialects/duckdb.ts';
export { trino } from './dialects/trino.ts';
export type { Completion, CompletionOptions, Completions } from './filter/complete.ts';
export { completeFilter } from './filter/complete.ts';
export type { FilterOptions } from './filter/context.ts';
export { parseFilter } from './filter/parse.ts';
export { printFilter } from './filter/print.ts';
export { FUNCTIONS } from './functions/table.ts';
export {
  INSIGHTS_AGGREGATES,
  REFUSED_FUNCTIONS as REFUSED_INSIGHTS_FUNCTIONS,
} from './insights/aggregates.ts';
export {
  COMMANDS as INSIGHTS_COMMANDS,
  REFUSED_COMMANDS as REFUSED_INSIGHTS_COMMANDS,
} from './insights/commands/table.ts';
export type { InsightsOptions } from './insights/environment.ts';
export { parseInsights } from './insights/parse.ts';
export type { Question } from './plan/build.ts';
export { MEASURES, measureByName, planOf } from './plan/build.ts';
export { decodePlan } from './plan/decode.ts';
export type { CompareOperator, EitherPair, Expression, Scalar, ValueTest } from './plan/expression.ts';
export { ALWAYS, and, column, either, literal, not, or, test } from './plan/expression.ts';
export type { AggregateName, Dimension, Measure } from './plan/measure.ts';
export type { Bucket, Limit, OrderKey, Plan, PlanSource, TimeRange } from './plan/plan.ts';
export { isGrouped } from './plan/plan.ts';
export { printPlan } from './plan/print.ts';
export { reversePlan } from './plan/reverse.ts';
export type { LookupTable, Step } from './plan/step.ts';
export type { Choice, Inventory, TableFacts } from './planner/choose.ts';
export { chooseTable, EVERY_TABLE } from './planner/choose.ts';
export type { Explanation } from './planner/explain.ts';
export { explainPlan, formatExplanation } from './planner/explain.ts';
export type { Parsed, Problem, ProblemCode, Span } from './problem.ts';
export { formatProblem, valueOf } from './problem.ts';
export { SERVICE_NAMES, serviceName, servicePorts } from './words/services.ts';
