export type { InterfaceCoverage, PlanAnswer, Summary, TopAnswer } from '../analyze/index.ts';
export {
  dimensionNames,
  explainOnLake,
  planTop,
  REPORTS,
  runCoverage,
  runLedger,
  runLedgerTotals,
  runMalformed,
  runPlan,
  runReport,
  runSummary,
  runTop,
  runValues,
  summaryJson,
} from '../analyze/index.ts';
export { compactLake, expireLake, lakeStatus, vacuumLake, verifyLake } from '../lake/index.ts';
export type { Explanation, Plan } from '../query/index.ts';
export { completeFilter, formatExplanation, MEASURES, QUERY_COLUMNS } from '../query/index.ts';
export { FIELDS, fieldByName } from '../record/index.ts';
export type { AwsServerOptions, AwsServing } from './aws-server.ts';
export { serveAws } from './aws-server.ts';
export type { Config, ConfigSources, SettingOrigin } from './config.ts';
export { resolveConfig } from './config.ts';
export type { FlowLogRequest, FlowLogSummary, FlowLogsCreated, FlowLogsEndpoint } from './flow-logs.ts';
export { createFlowLogs, deleteFlowLogs, describeFlowLogs } from './flow-logs.ts';
export { withLakeFiles } from './housekeeping.ts';
export type { IngestOptions } from './ingest.ts';
export { ingest } from './ingest.ts';
export type { IngestReport, IngestResult } from './ingest-report.ts';
export { readSets, readTables } from './question-files.ts';
export type { FindQuestion, InsightsQuestion, PlannedQuestion, ReadQuestion } from './questions.ts';
export { planAsk, planFind, planInsights } from './questions.ts';
export type { ReadSession, ReadSessionOptions } from './read-session.ts';
export { openReadSession } from './read-session.ts';
export type { RecordOptions, RecordReport, RecordResult } from './record.ts';
export { recordCaptures } from './record.ts';
export type { LiveRecordOptions } from './record-live.ts';
export { recordLive } from './record-live.ts';
export { ingestSample } from './sample.ts';
export type { ServeOptions, Serving } from './serve.ts';
export { serve } from './serve.ts';
export { SETTINGS } from './settings.ts';
export type { SimulateRequest, SimulateResult } from './simulate.ts';
export { SIMULATE_SCENARIOS, simulate } from './simulate.ts';
