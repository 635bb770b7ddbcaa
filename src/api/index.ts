export type { Api } from './api.ts';
export { createApi } from './api.ts';
export type { ApiConfig } from './config.ts';
export { checkApiConfig, defaultApiConfig } from './config.ts';
export type { ApiDeps } from './context.ts';
export type { Cell, Explain, Integer, Problem, Range, ScopeQuery, Sums } from './contract/common.ts';
export type { Coverage, CoverageMinutes } from './contract/coverage.ts';
export type { EntityFacts } from './contract/entity.ts';
export type { Progress } from './contract/events.ts';
export type { LakeState } from './contract/lake.ts';
export type { Ledger } from './contract/ledger.ts';
export type { Network } from './contract/network.ts';
export type { Overview, VolumePoint } from './contract/overview.ts';
export type {
  AnswerTable,
  AskAnswer,
  AskBody,
  InsightsAnswer,
  InsightsBody,
  QueryAnswer,
  QueryBody,
  SqlBody,
} from './contract/query.ts';
export type { RawLine, RawLineBody } from './contract/raw-line.ts';
export type { Records } from './contract/records.ts';
export type { Storage } from './contract/storage.ts';
export type { Top, TopMeasure } from './contract/top.ts';
export type { Values } from './contract/values.ts';
export type { OpenApiDocument } from './openapi.ts';
export { openApiDocument } from './openapi.ts';
export { ROUTES } from './routes.ts';
export type { ApiServer } from './server.ts';
export { startApiServer } from './server.ts';
