export type { BatchColumn, ColumnBatch } from './column-batch.ts';
export type { Field, FieldShape, FieldType, FieldUnit, RecordKind } from './field.ts';
export { FIELDS, fieldByName, fieldsOf } from './fields.ts';
export type { Layout, LayoutColumn } from './layout.ts';
export { formatHeader, isFieldName, layoutKey, layoutOf, layoutOfFields, parseHeader } from './layout.ts';
export type { FieldValue, FlowRecord, LineProblem, LineStatus, ParsedLine } from './line.ts';
export { decodeTag, encodeTag, formatLine, parseLine, parseTokens, splitLine, statusOf } from './line.ts';
export {
  DEFAULT_FORMAT,
  formatLogFormat,
  kindsOf,
  parseLogFormat,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
  versionOf,
} from './log-format.ts';
export { formatTcpFlags, hasPorts, protocolName, protocolNumber, TCP_FLAGS, TRAFFIC_PATHS } from './names.ts';
export type { ColumnType, MergeRule, Table, TableColumn, TableName } from './tables.ts';
export { TABLES, tableOf } from './tables.ts';
