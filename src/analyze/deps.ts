import type { LakeReader, LakeSession, QueryOptions } from '../engine/index.ts';

/** A lake to ask, and how far a question may go. */
export interface AnalyzeDeps {
  readonly session: LakeSession;
  readonly reader: Pick<LakeReader, 'rowCounts' | 'newestPartition' | 'hasStatuses'> &
    Partial<Pick<LakeReader, 'partitionSizes'>>;
  /** Time limit and cancellation, for each statement. */
  readonly limits?: Pick<QueryOptions, 'timeoutMs' | 'signal'>;
}
