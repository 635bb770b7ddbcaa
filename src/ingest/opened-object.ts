import type { Layout } from '../record/index.ts';
import type { TypedValues } from './typed-values.ts';

/** How the records of an object were wrapped. The ledger's `shape`. */
export type TextShape =
  /** Bare records, one per line. */
  | 'text'
  /** CloudWatch export to S3: ISO time, space, record. */
  | 'export'
  /** CloudWatch console export: `timestamp,message`. */
  | 'console-csv'
  /** A table: values parted by commas, tabs, semicolons or bars. */
  | 'csv'
  /** JSON of any kind that holds records in strings: `{"message": …}` lines, subscription envelopes, AWS CLI output. */
  | 'message-json'
  | 'subscription'
  | 'log-events'
  | 'documents'
  /** JSON objects whose members are the fields of a record. */
  | 'field-objects';

/** A layer that was taken off the bytes of an object, outermost first. */
export type Encoding = 'gzip' | 'zstd' | 'utf-16';

/** Where a layout comes from. The ledger's `layout_source`. */
export type LayoutSource = 'header' | 'given' | 'inferred' | 'parquet';

/** What reading an object came to. Final once its lines or batches are exhausted. */
export interface ReadOutcome {
  /** `truncated`: the object ends, or its compression breaks, before its end; everything before was delivered. */
  readonly status: 'ok' | 'truncated';
  /** Why the status is not ok; null when it is. */
  readonly reason: string | null;
  /** Bytes after decompression, before unwrapping. */
  readonly bytesRead: number;
  /** Probes of CloudWatch (CONTROL_MESSAGE); they are no lines. */
  readonly controlMessages: number;
  /** Repeated deliveries of one event inside the object, dropped by event id and text; they are no lines. */
  readonly duplicateEvents: number;
}

interface Read {
  /** The reading so far. */
  outcome(): ReadOutcome;
}

/** An object with records in lines. */
export interface OpenedText extends Read {
  readonly kind: 'text';
  readonly shape: TextShape;
  readonly encodings: readonly Encoding[];
  /**
   * The layout of the first line. A header further down changes it (the scanner's business). A layout without columns
   * means that nothing is known before the first header: every line up to there is malformed.
   */
  readonly layout: Layout;
  readonly layoutSource: LayoutSource;
  /** 0 to 1; 1 unless inferred. */
  readonly confidence: number;
  /** Why this layout, for people: `header`, or what the inference rests on. */
  readonly layoutReason: string;
  /** Names in the layout that the catalogue does not know; they become text columns. */
  readonly unknownFields: readonly string[];
  /**
   * `source`: line n of `lines` is line n of the object (wrapper headers are left as blank lines). `ordinal`: line n is
   * the n-th wrapped line.
   */
  readonly lineNumbers: 'source' | 'ordinal';
  /**
   * The records as bytes, lines parted by `\n`; chunks of any size, lines may span chunks, the last line may lack its
   * `\n`. Headers, blank lines, CRLF and a byte order mark are left in. Wrapper lines that hold no record come through
   * word for word, so that the scanner counts them malformed. Bytes of a line beyond 1 MiB are cut and the line is made
   * malformed. A second iteration gives
   * nothing; chunks belong to the caller. Bad bytes never throw (see `outcome`); a source that
   * fails on the way does (`ingest.unreadable` or kind `service`), and then nothing of the object must be kept.
   */
  readonly lines: AsyncIterable<Uint8Array>;
}

/** A column of a Parquet object. */
export interface ParquetColumn {
  /** Name in the file. */
  readonly sourceName: string;
  /** Column name in SQL spelling, as in `layout`. */
  readonly name: string;
}

/** Rows of a Parquet object, columns in the order of `columns`. Text may be `-` or `None`. */
export interface ParquetBatch {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly values: TypedValues }[];
}

/** An object with records in Parquet rows. A row counts as a line; its number is the row's ordinal, from 1. */
export interface OpenedParquet extends Read {
  readonly kind: 'parquet';
  readonly layout: Layout;
  readonly columns: readonly ParquetColumn[];
  readonly unknownFields: readonly string[];
  /** Rows that the file says it has. */
  readonly rows: number;
  /** At most 131,072 rows at a time. Can be iterated once. Never throws on bad bytes (see `outcome`). */
  readonly batches: AsyncIterable<ParquetBatch>;
}

/** An object without bytes, or with blank lines only. */
export interface EmptyObject extends Read {
  readonly kind: 'empty';
}

/**
 * An object that is not read: no layout could be told, or it holds no lines at all. Nothing in it is a record; when
 * `lines` is not null, every line of it that is not blank counts as malformed.
 */
export interface RefusedObject extends Read {
  readonly kind: 'refused';
  /** `ingest.not-flow-logs`, `ingest.ambiguous-layout`, `ingest.binary`, `ingest.bad-parquet`, `ingest.unreadable`. */
  readonly code: string;
  /** What was found and what to do about it (for instance how to give the format). */
  readonly reason: string;
  /** Shape as far as it was told. */
  readonly shape: TextShape | 'parquet' | null;
  /** As in `OpenedText`; null for bytes that are no text. */
  readonly lines: AsyncIterable<Uint8Array> | null;
}

/** What `openObject` gives. */
export type OpenedObject = OpenedText | OpenedParquet | EmptyObject | RefusedObject;

/** What is known about the layout before an object is opened. */
export interface LayoutHints {
  /** `--format`: the layouts that headerless text may have. One is taken as it is; among several the lines decide. */
  readonly given?: readonly Layout[] | undefined;
}
