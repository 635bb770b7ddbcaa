export type { FileStats } from './delta-actions.ts';
export type { LakeColumn } from './delta-schema.ts';
export type { LakeErrorCode } from './errors.ts';
export type { CommitResult, Lake, LakeBatch, LakeDeps } from './lake.ts';
export { openLake } from './lake.ts';
export type {
  KnownObject,
  LedgerEntry,
  LedgerStatus,
  LookUp,
  MalformedLine,
  ObjectVersion,
} from './ledger.ts';
export { objectIdOf } from './ledger.ts';
export type { LakeFile, LakeSnapshot, LakeTable } from './snapshot.ts';
export { filesSql, localPaths, snapshotTable } from './snapshot.ts';
export type { Staged } from './stage.ts';
