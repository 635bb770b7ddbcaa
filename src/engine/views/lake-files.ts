import type { ColumnType, TableName } from '../../record/index.ts';

/** One data file of the lake. */
export interface LakeFile {
  /** Path below the root of the lake, or an absolute one; `LakeFiles.localPath` turns it into one the engine opens. */
  readonly path: string;
  /** The first day of the partition, `2026-01-31`; null for records without a usable time. */
  readonly partition: string | null;
  readonly rows: number;
  /** Bytes of the file; absent when nobody said. */
  readonly sizeBytes?: number;
  /** Records in it without a log_status; null or absent when nobody counted them. */
  readonly rowsWithoutStatus?: number | null;
}

/** A column as the data files hold it, the partition column included. */
export interface LakeFileColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Parquet field id, by which files and columns are matched. */
  readonly fieldId: number;
}

/** One table as the commit log has it. */
export interface LakeTableFiles {
  readonly files: readonly LakeFile[];
  /** Columns of the table's schema in the log: those of the catalogue, and fields it does not know. */
  readonly columns: readonly LakeFileColumn[];
}

/** The state of a lake that a session reads. A table that has no files yet may be absent. */
export interface LakeFiles {
  /** Version of the lake's log; states of one version are the same. Absent: nobody knows, each is another one. */
  readonly version?: number;
  readonly tables: { readonly [name in TableName]?: LakeTableFiles };
  /** A local path with the bytes of a file: itself on disk, a download for a lake on S3. Called when a table is first needed. */
  readonly localPath: (path: string) => Promise<string>;
}
