import { TABLES, type TableName, tableOf } from '../record/index.ts';
import type { AddFile, MetaData } from './delta-actions.ts';
import { columnsOf, decodeSchema, encodeSchema, extraColumn, type LakeColumn } from './delta-schema.ts';
import type { LakeCommit, TableChange } from './lake-commit.ts';

/** One table at the version of the lake. */
export interface TableState {
  columns: readonly LakeColumn[];
  /** Live files by their path in the table's log. */
  readonly files: Map<string, AddFile>;
}

/** The whole lake at one version of the log of `flows`: every table, consistent with each other. */
export interface LakeState {
  /** -1 before anything was written. */
  version: number;
  readonly tables: ReadonlyMap<TableName, TableState>;
}

/** A lake without files, with the catalogue's columns. */
export function emptyLakeState(): LakeState {
  return {
    version: -1,
    tables: new Map(TABLES.map((table) => [table.name, { columns: columnsOf(table), files: new Map() }])),
  };
}

/** The state of one table. Every table of the catalogue has one. */
export function tableStateOf(state: LakeState, name: TableName): TableState {
  const table = state.tables.get(name);
  if (table === undefined) throw new RangeError(`no table ${name}`);
  return table;
}

/** Moves the state on by one commit; tables the catalogue does not know are left alone. */
export function applyLakeCommit(state: LakeState, version: number, commit: LakeCommit): void {
  for (const [name, change] of commit.changes) {
    const table = state.tables.get(name);
    if (table !== undefined) applyTableChange(name, table, change);
  }
  state.version = version;
}

/** Moves one table on by a change. */
export function applyTableChange(name: TableName, table: TableState, change: TableChange): void {
  table.columns = withColumns(table.columns, change.columns, name);
  for (const { path } of change.removes) table.files.delete(path);
  for (const add of change.adds) table.files.set(add.path, add);
}

/** Columns plus those of `names` that are new: the catalogue's own type where it has one, text otherwise. */
export function withColumns(
  columns: readonly LakeColumn[],
  names: readonly string[],
  table: TableName,
): readonly LakeColumn[] {
  const known = new Set(columns.map(({ name }) => name));
  const catalogue = columnsOf(tableOf(table));
  const added = names
    .filter((name) => !known.has(name))
    .map((name) => catalogue.find((column) => column.name === name) ?? extraColumn(name));
  return added.length === 0 ? columns : [...columns, ...added];
}

/**
 * The columns readers see: those of the log, in its order, then catalogue columns that the log does not have yet (a lake
 * written by an older release), which are NULL in every file.
 */
export function columnsFromLog(name: TableName, metaData: MetaData | null, where: string): LakeColumn[] {
  const catalogue = columnsOf(tableOf(name));
  if (metaData === null) return catalogue;
  const logged = decodeSchema(metaData.schemaString, where);
  const known = new Set(logged.map((column) => column.name));
  return [...logged, ...catalogue.filter((column) => !known.has(column.name))];
}

/** A `metaData` action for a table with these columns; identity and settings of an older one are kept. */
export function metaDataOf(
  name: TableName,
  columns: readonly LakeColumn[],
  older: MetaData | null,
  newId: () => string,
  nowMs: number,
  settings: Readonly<Record<string, string>> = {},
): MetaData {
  const table = tableOf(name);
  return {
    id: older?.id ?? newId(),
    name,
    description: table.comment,
    format: { provider: 'parquet', options: {} },
    schemaString: encodeSchema(columns),
    partitionColumns: [table.partition],
    configuration: { ...older?.configuration, ...settings },
    createdTime: older?.createdTime ?? nowMs,
  };
}
