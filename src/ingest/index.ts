export type { FindOptions, KnownSource, RecordFinding } from './find/find-record.ts';
export { findRecord } from './find/find-record.ts';
export type { FoundLine, WantedRecord } from './find/line-search.ts';
export type { GroupResult, Lane, WantedObject } from './lanes/lane.ts';
export { localLane } from './lanes/lane.ts';
export { threadLane } from './lanes/thread-lane.ts';
export { parseGivenFormat } from './layout/given-format.ts';
export { openObject } from './open.ts';
export type {
  EmptyObject,
  Encoding,
  LayoutHints,
  LayoutSource,
  OpenedObject,
  OpenedParquet,
  OpenedText,
  ParquetBatch,
  ParquetColumn,
  ReadOutcome,
  RefusedObject,
  TextShape,
} from './opened-object.ts';
export type { PipelineConfig, PipelineSink, ReadObject, RejectedLine } from './pipeline.ts';
export type { AddressTable } from './scan/index.ts';
export { addressKeyOf, addressScopeOf } from './scan/index.ts';
export type { ListOptions, SourceListing } from './sources/list-objects.ts';
export { listSources } from './sources/list-objects.ts';
export type { ListingCounts, SourceProblem } from './sources/listing-counts.ts';
export { prefetchObjects } from './sources/prefetch.ts';
export type { SourceObject } from './sources/source-object.ts';
export type { TimeRange } from './sources/time-window.ts';
