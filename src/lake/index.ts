export type { CompactedPartition, CompactOptions } from './compact.ts';
export { compactLake } from './compact.ts';
export type { FileStats } from './delta-actions.ts';
export type { LakeColumn } from './delta-schema.ts';
export type { LakeErrorCode } from './errors.ts';
export type { ExpiredPartition, ExpireOptions, ExpireReport } from './expire.ts';
export { expireLake } from './expire.ts';
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
export type { LakeStatus, TableStatus } from './status.ts';
export { lakeStatus } from './status.ts';
export type { VacuumOptions, VacuumReport } from './vacuum.ts';
export { vacuumLake } from './vacuum.ts';
export type { VerifyReport } from './verify.ts';
export { verifyLake } from './verify.ts';
export type { VerifyCode, VerifyProblem } from './verify-problem.ts';
