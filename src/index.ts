/**
 * Weir as a library: the main job and its answers. The parts have entries of their own: `weir/record` (fields, formats, lines),
 * `weir/packet` (captures), `weir/query` (plans and languages), `weir/lake` (the tables).
 */
export type { Config, IngestOptions, IngestReport, IngestResult, ReadSession } from './app/index.ts';
export { ingest, openReadSession, resolveConfig } from './app/index.ts';
export type { ErrorKind, Progress, Reporter } from './base/index.ts';
export { silentReporter, WeirError } from './base/index.ts';
