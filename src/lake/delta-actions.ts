/** Partition column to value as text, null for the NULL partition. */
export type PartitionValues = Readonly<Record<string, string | null>>;

/** The `add` action: a data file joins the table. `path` is relative to the table and percent-encoded. */
export interface AddFile {
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
  /** Unix milliseconds. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** `FileStats` as JSON text, as the protocol wants it. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The `remove` action: a data file leaves the table; the bytes stay until vacuum. */
export interface RemoveFile {
  readonly path: string;
  readonly deletionTimestamp: number;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
}

/** The `metaData` action: schema and partitioning from this version on. */
export interface MetaData {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
}

/** The `txn` action: the last version of an application that this table holds. */
export interface Txn {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

/** The `commitInfo` action; `weir` is ours, see `lake-commit.ts`. */
export interface CommitInfo {
  readonly timestamp: number;
  readonly operation: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  readonly isBlindAppend?: boolean;
  readonly engineInfo?: string;
  readonly txnId?: string;
  readonly weir?: unknown;
}

/** One action of a commit: exactly one member is set (Delta protocol, "Actions"). */
export interface Action {
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly metaData?: MetaData;
  readonly protocol?: Protocol;
  readonly txn?: Txn;
  readonly commitInfo?: CommitInfo;
}

/** What an `add` tells readers of its rows, for skipping files. Values of `DATE` and time columns are ISO text. */
export interface FileStats {
  readonly numRecords: number;
  readonly minValues: Readonly<Record<string, string | number>>;
  readonly maxValues: Readonly<Record<string, string | number>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** The statistics of a file; null when it has none. */
export function statsOf(add: AddFile): FileStats | null {
  return add.stats === undefined ? null : (JSON.parse(add.stats) as FileStats);
}
