/** What a run did. `lines = ok + nodata + skipdata + malformed`. */
export interface IngestResult {
  /** Objects read and committed. */
  readonly objects: number;
  /** Objects that the lake had already, under this address or another. */
  readonly objectsSkipped: number;
  /** Lines that are neither blank nor headers. */
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly malformed: number;
  /** Bytes after decompression. */
  readonly bytesRead: number;
  readonly seconds: number;
}

/** A run's result and what a person should know beside it. */
export interface IngestReport {
  readonly result: IngestResult;
  /** Objects and folders that could not be read. They are tried again by the next run. */
  readonly problems: readonly { readonly uri: string; readonly reason: string }[];
  /** Objects whose reading came to less than everything: truncated or refused. */
  readonly imperfect: readonly { readonly uri: string; readonly status: string; readonly reason: string }[];
  /** Unknown fields that were kept as text, with the number of objects that have them. */
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Things found at the sources and left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}
