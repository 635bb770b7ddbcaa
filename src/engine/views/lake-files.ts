import type { ColumnType, TableName } from '../../record/index.ts';

/** One data file of the lake, where the engine can open it. */
export interface LakeFile {
  /**
   * Absolute path on this machine. It contains the directory `<partition column>=<value>`, as Delta and Hive lay
   * files out; the engine takes the partition from there.
   */
  readonly path: string;
  /** The partition's date, `2026-01-31`. */
  readonly partition: string;
  readonly rows: number;
}

/** One table as the commit log has it. */
export interface LakeTableFiles {
  readonly files: readonly LakeFile[];
  /** Columns of the table's schema in the log: those of the catalogue, and fields it does not know. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

/** The state of a lake that a session reads. A table that has no files yet may be absent. */
export type LakeFiles = { readonly [name in TableName]?: LakeTableFiles };
