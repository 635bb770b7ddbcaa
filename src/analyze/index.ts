export type { Count } from './count.ts';
export type { CoverageAnswer, CoverageQuestion, InterfaceCoverage } from './coverage.ts';
export { runCoverage } from './coverage.ts';
export type { CoverageHour, CoverageInterval, CoverageTimeline, MinuteState } from './coverage-minutes.ts';
export { coverageTimeline } from './coverage-minutes.ts';
export type { AnalyzeDeps } from './deps.ts';
export { dimensionNames, dimensionsOf } from './dimensions.ts';
export type {
  EntityAnswer,
  EntityList,
  EntityPlace,
  EntityQuestion,
  EntitySeen,
} from './entity/entity.ts';
export { entitySeen, runEntity } from './entity/entity.ts';
export type { Entity } from './entity/entity-kind.ts';
export { lakeInventory } from './lake-inventory.ts';
export type { LedgerObject, LedgerQuestion, LedgerTotals } from './ledger.ts';
export { runLedger, runLedgerObject, runLedgerTotals, runMalformed } from './ledger.ts';
export type { NetworkAnswer, NetworkEdge, NetworkNode, NetworkQuestion } from './network/network.ts';
export { runNetwork } from './network/network.ts';
export type { Report, ReportColumn, ReportParameter } from './reports/report.ts';
export type { ReportAnswer, ReportQuestion } from './reports/run-report.ts';
export { REPORTS, runReport } from './reports/run-report.ts';
export type { PlanAnswer, PlanColumn } from './run-plan.ts';
export { explainOnLake, runPlan } from './run-plan.ts';
export type { ConversationVolume, Summary, SummaryQuestion, VolumePoint } from './summary.ts';
export { runSummary } from './summary.ts';
export { summaryJson } from './summary-json.ts';
export type { TimeRange } from './time-range.ts';
export type { Measure, TopAnswer, TopPlan, TopQuestion, TopRow, TopSums } from './top.ts';
export { planTop, runTop } from './top.ts';
export type { FieldValue, FieldValues, ValuesQuestion } from './values.ts';
export { runValues } from './values.ts';
