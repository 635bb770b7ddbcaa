import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type SqlRow, type SqlSession, sqlIdentifier, sqlString } from '../base/index.ts';
import { type TableName, tableOf } from '../record/index.ts';
import { type ObjectStore, storageError } from '../storage/index.ts';
import type { AddFile, FileStats } from './delta-actions.ts';
import { fieldIdOf } from './delta-schema.ts';

/** How the Parquet of a file is written, as options of DuckDB's COPY. */
export type ParquetStyle = 'fresh' | 'sorted' | 'rollup';

/** Options per style, apart from the dictionary limit. */
const STYLES: Readonly<Record<ParquetStyle, string>> = {
  // Written once, read a few times, rewritten by compaction: quick, no bloom filters.
  fresh: 'COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 4096',
  sorted:
    'COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 122880, BLOOM_FILTER_FALSE_POSITIVE_RATIO 0.001',
  rollup: 'COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 122880, WRITE_BLOOM_FILTER false',
};

/** The tag of files that compaction wrote: they are in the table's sort order. */
export const SORTED_TAG = 'weir.sorted';

/** One Parquet file to write. */
export interface FileOrder {
  readonly table: TableName;
  /** `YYYY-MM-DD`, null for the NULL partition. */
  readonly partition: string | null;
  /** The SELECT whose rows go into the file, the partition column among them. */
  readonly select: string;
  readonly columns: readonly string[];
  readonly style: ParquetStyle;
  /** Largest dictionary of a column chunk, in values; DuckDB writes bloom filters for dictionary-encoded chunks only. */
  readonly dictionaryLimit?: number;
  readonly isSorted?: boolean;
  /** Bounds that the engine's own statistics lack, because the column is ENUM-typed. */
  readonly bounds?: Readonly<Record<string, readonly [string, string]>>;
}

/** A file written locally, not yet in the store. */
export interface WrittenFile {
  readonly localPath: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly stats: FileStats;
}

/** Runs the COPY into a scratch file. Gives null, and leaves no file, when there are no rows. */
export async function writeParquet(
  session: SqlSession,
  scratchDirectory: string,
  order: FileOrder,
): Promise<WrittenFile | null> {
  const localPath = join(scratchDirectory, `${randomUUID()}.parquet`);
  const fieldIds = order.columns.map((name) => `${sqlIdentifier(name)}: ${fieldIdOf(name)}`);
  const limit = order.dictionaryLimit === undefined ? '' : `, DICTIONARY_SIZE_LIMIT ${order.dictionaryLimit}`;
  try {
    const [row] = await session.rows(
      `COPY (${order.select}) TO ${sqlString(localPath)} ` +
        `(FORMAT parquet, ${STYLES[order.style]}${limit}, FIELD_IDS {${fieldIds.join(', ')}}, RETURN_STATS)`,
    );
    const rows = Number(row?.['count'] ?? 0);
    if (row === undefined || rows === 0) {
      await rm(localPath, { force: true });
      return null;
    }
    return { localPath, rows, sizeBytes: Number(row['file_size_bytes']), stats: statsFrom(row, rows, order) };
  } catch (error) {
    // In a directory that became read-only there may be nothing to remove, and no way to.
    await rm(localPath, { force: true }).catch(() => {});
    throw diskFaultOf(error, localPath) ?? error;
  }
}

/** A fault of the disk, which the engine tells in words only; null for any other. */
function diskFaultOf(error: unknown, localPath: string): Error | null {
  const text = messageOf(error);
  const where = /file "([^"]+)"/.exec(text)?.[1] ?? localPath;
  if (/no space left on device/i.test(text)) return storageError('storage.disk-full', where, error);
  if (/permission denied|read-only file system/i.test(text))
    return storageError('storage.access-denied', where, error);
  return null;
}

/** Moves a written file into the store under a fresh name and gives its `add`. */
export async function storeFile(
  store: ObjectStore,
  order: FileOrder,
  written: WrittenFile,
  nowMs: number,
  isNewData: boolean,
): Promise<AddFile> {
  const { partition } = tableOf(order.table);
  const folder = `${partition}=${order.partition ?? '__HIVE_DEFAULT_PARTITION__'}`;
  const path = `${folder}/${randomUUID()}.parquet`;
  await store.putFile(`${order.table}/${path}`, written.localPath, { move: true });
  return {
    path,
    partitionValues: { [partition]: order.partition },
    size: written.sizeBytes,
    modificationTime: nowMs,
    dataChange: isNewData,
    stats: JSON.stringify(written.stats),
    ...(order.isSorted === true ? { tags: { [SORTED_TAG]: '1' } } : {}),
  };
}

/** Columns whose bounds go into the log: what readers skip files by. Text bounds of addresses would skip nothing. */
const STATS_COLUMNS: ReadonlySet<string> = new Set([
  'start',
  'end',
  'ts',
  'first_seen',
  'last_seen',
  'ip_key',
  'account_id',
  'vpc_id',
  'interface_id',
  'tgw_attachment_id',
  'svc_port',
  'uri',
  'log_status',
]);

const TIME_COLUMNS: ReadonlySet<string> = new Set(['ts', 'first_seen', 'last_seen']);

/** A text bound longer than this would be a page in every log entry. */
const MAX_BOUND_LENGTH = 200;

function statsFrom(row: SqlRow, rows: number, order: FileOrder): FileStats {
  const minValues: Record<string, string | number> = {};
  const maxValues: Record<string, string | number> = {};
  const nullCount: Record<string, number> = {};
  for (const [quoted, facts] of entriesOf(row['column_statistics'])) {
    const name = quoted.replace(/^"|"$/g, '').replaceAll('""', '"');
    if (!STATS_COLUMNS.has(name)) continue;
    const values = new Map(entriesOf(facts).map(([key, value]) => [key, String(value)]));
    const nulls = values.get('null_count');
    if (nulls !== undefined) nullCount[name] = Number(nulls);
    const [min, max] = order.bounds?.[name] ?? [values.get('min'), values.get('max')];
    if (min === undefined || max === undefined || min.length + max.length > MAX_BOUND_LENGTH) continue;
    minValues[name] = boundOf(order.table, name, min);
    maxValues[name] = boundOf(order.table, name, max);
  }
  return { numRecords: rows, minValues, maxValues, nullCount };
}

function boundOf(table: TableName, name: string, text: string): string | number {
  // `2026-01-01 10:00:00+00` as the protocol writes it.
  if (TIME_COLUMNS.has(name)) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`;
  const type = tableOf(table).columns.find((column) => column.name === name)?.type;
  return type === 'INTEGER' || type === 'BIGINT' ? Number(text) : text;
}

/** The entries of a MAP, in any of the shapes clients of DuckDB give one. */
function entriesOf(map: unknown): (readonly [string, unknown])[] {
  if (map instanceof Map) return [...map] as [string, unknown][];
  if (Array.isArray(map)) {
    return (map as { key: unknown; value: unknown }[]).map(({ key, value }) => [String(key), value] as const);
  }
  return typeof map === 'object' && map !== null ? Object.entries(map) : [];
}
