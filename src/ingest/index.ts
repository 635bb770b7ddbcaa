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
export type { SourceObject } from './sources/source-object.ts';
