export type { Measure, SumQuestion, TableChoice } from './choose-table.ts';
export { chooseTable } from './choose-table.ts';
export { dimensionNames } from './dimensions.ts';
export type { Report, ReportColumn, ReportParameter } from './reports/report.ts';
export type { ReportAnswer, ReportQuestion } from './reports/run-report.ts';
export { REPORTS, runReport } from './reports/run-report.ts';
export type { TimeRange } from './time-range.ts';
export type { AnalyzeDeps, TopAnswer, TopQuestion, TopRow, TopSums } from './top.ts';
export { planTop, runTop } from './top.ts';
