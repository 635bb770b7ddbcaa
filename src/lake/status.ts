import { TABLES, type TableName } from '../record/index.ts';
import { type Lake, lakeParts } from './lake.ts';
import { MAIN_TABLE } from './lake-commit.ts';
import { keptFrom } from './retention.ts';
import { snapshotTable } from './snapshot.ts';

/** One table in numbers. */
export interface TableStatus {
  readonly table: TableName;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** Files below 32 MB; many of them make reading slow. */
  readonly smallFiles: number;
  /** Files that compaction has not sorted yet. */
  readonly unsortedFiles: number;
  /** When compaction last wrote a file that is still there, Unix seconds; null for never. */
  readonly compactedSeconds: number | null;
  /** First and last dated partition; null when there is none. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Version of the table's own log; -1 before it exists. */
  readonly logVersion: number;
  /** Version of the log of `flows` that the table's own log has reached: what other engines see of it. */
  readonly followedVersion: number;
}

/** The lake in numbers. */
export interface LakeStatus {
  readonly uri: string;
  /** Version of the log of `flows`; -1 for a lake that does not exist yet. */
  readonly version: number;
  /** Unix seconds of the last commit; null before the first one. */
  readonly lastCommitSeconds: number | null;
  readonly bytes: number;
  /** From which day on records and rollups are complete; null: nothing has expired. */
  readonly rawKeptFrom: string | null;
  readonly rollupsKeptFrom: string | null;
  readonly tables: readonly TableStatus[];
}

const SMALL_BYTES = 32e6;

/** Numbers of every table, from the log alone. */
export async function lakeStatus(lake: Lake): Promise<LakeStatus> {
  const snapshot = await lake.snapshot();
  const { log } = lakeParts(lake);
  const tables = TABLES.map(({ name }): TableStatus => {
    const { files } = snapshotTable(snapshot, name);
    const partitions = files.flatMap(({ partition }) => (partition === null ? [] : [partition]));
    return {
      table: name,
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      files: files.length,
      bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      smallFiles: files.filter(({ sizeBytes }) => sizeBytes < SMALL_BYTES).length,
      unsortedFiles: files.filter(({ isSorted }) => !isSorted).length,
      compactedSeconds: latest(
        files.filter(({ isSorted }) => isSorted).map(({ writtenSeconds }) => writtenSeconds),
      ),
      oldest: partitions[0] ?? null,
      newest: partitions.at(-1) ?? null,
      logVersion: log.logOf(name).table.version,
      followedVersion: name === MAIN_TABLE ? snapshot.version : log.appliedVersion(name),
    };
  });
  const newest = snapshot.version < 0 ? null : await log.logOf(MAIN_TABLE).readEntry(snapshot.version);
  const timestamp = newest?.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.timestamp;
  const { raw, rollups } = keptFrom(log);
  return {
    uri: lake.store.uri,
    version: snapshot.version,
    lastCommitSeconds: timestamp === undefined ? null : timestamp / 1000,
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    rawKeptFrom: raw,
    rollupsKeptFrom: rollups,
    tables,
  };
}

function latest(seconds: readonly number[]): number | null {
  return seconds.reduce<number | null>((last, one) => (last === null || one > last ? one : last), null);
}
