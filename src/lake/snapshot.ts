import { sqlIdentifier, sqlString } from '../base/index.ts';
import { type TableName, tableOf } from '../record/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import { SORTED_TAG } from './data-file.ts';
import { type AddFile, type FileStats, statsOf } from './delta-actions.ts';
import type { LakeColumn } from './delta-schema.ts';
import type { LakeState, TableState } from './lake-state.ts';

/** One live data file. */
export interface LakeFile {
  /** Path in the store, the table's folder included. */
  readonly path: string;
  /** `YYYY-MM-DD`, null for the NULL partition. */
  readonly partition: string | null;
  readonly sizeBytes: number;
  readonly rows: number;
  /** Bounds for skipping files; null when the file has none. */
  readonly stats: FileStats | null;
  /** True: compaction wrote it, its rows are in the table's order. */
  readonly isSorted: boolean;
  /** When it was written, Unix seconds. */
  readonly writtenSeconds: number;
}

/** One table of a snapshot. */
export interface LakeTable {
  readonly name: TableName;
  readonly columns: readonly LakeColumn[];
  /** Sorted by partition, then path. */
  readonly files: readonly LakeFile[];
}

/** Every table of the lake at one moment, consistent with each other. Never changes. */
export interface LakeSnapshot {
  /** Version of the log of `flows`; -1 for a lake that does not exist yet. */
  readonly version: number;
  readonly tables: ReadonlyMap<TableName, LakeTable>;
}

/** A copy of the state for readers. Statistics are parsed on first use: a lake can have 100,000 files. */
export function snapshotOf(state: LakeState): LakeSnapshot {
  const tables = [...state.tables].map(([name, table]) => [name, lakeTableOf(name, table)] as const);
  return { version: state.version, tables: new Map(tables) };
}

/** The files of one table as readers see them. */
export function lakeTableOf(name: TableName, table: TableState): LakeTable {
  const files = [...table.files.values()].map((add) => lakeFileOf(name, add));
  files.sort((a, b) => compareText(a.partition ?? '', b.partition ?? '') || compareText(a.path, b.path));
  return { name, columns: table.columns, files };
}

function lakeFileOf(name: TableName, add: AddFile): LakeFile {
  let stats: FileStats | null | undefined;
  const parsed = (): FileStats | null => (stats === undefined ? (stats = statsOf(add)) : stats);
  return {
    path: `${name}/${decodeURIComponent(add.path)}`,
    partition: add.partitionValues[tableOf(name).partition] ?? null,
    sizeBytes: add.size,
    get rows() {
      return parsed()?.numRecords ?? 0;
    },
    get stats() {
      return parsed();
    },
    isSorted: add.tags?.[SORTED_TAG] === '1',
    writtenSeconds: add.modificationTime / 1000,
  };
}

/** The table of a snapshot; every table of the catalogue is there. */
export function snapshotTable(snapshot: LakeSnapshot, name: TableName): LakeTable {
  const table = snapshot.tables.get(name);
  if (table === undefined) throw new RangeError(`no table ${name}`);
  return table;
}

/**
 * The rows of some files as a FROM item for DuckDB. Columns are matched by field id and named by the table, so files
 * that lack a column give NULL and no footer is opened before the query needs it.
 */
export function filesSql(
  columns: readonly LakeColumn[],
  localPaths: readonly string[],
  withFileName = false,
): string {
  if (localPaths.length === 0) {
    const list = columns.map(({ name, type }) => `NULL::${type} AS ${sqlIdentifier(name)}`);
    return `(SELECT ${list.join(', ')}${withFileName ? ', NULL::VARCHAR AS filename' : ''} WHERE FALSE)`;
  }
  const schema = columns.map(
    ({ name, type, fieldId }) =>
      `${fieldId}: {name: ${sqlString(name)}, type: ${sqlString(type)}, default_value: NULL}`,
  );
  return (
    `read_parquet([${localPaths.map(sqlString).join(', ')}], schema = MAP {${schema.join(', ')}}` +
    `${withFileName ? ', filename = true' : ''})`
  );
}

/** Local paths of files, downloading at most a few at a time from a remote store. */
export async function localPaths(store: ObjectStore, files: readonly LakeFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (let from = 0; from < files.length; from += PARALLEL_DOWNLOADS) {
    const batch = files.slice(from, from + PARALLEL_DOWNLOADS);
    paths.push(...(await Promise.all(batch.map(({ path }) => store.localFile(path)))));
  }
  return paths;
}

/** Items by key, in the order of first appearance. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const PARALLEL_DOWNLOADS = 8;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
