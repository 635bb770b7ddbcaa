import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnalyzeDeps, TimeRange } from '../analyze/index.ts';
import { formatDay, type Reporter } from '../base/index.ts';
import {
  createDuckDb,
  createLakeReader,
  type LakeFiles,
  type LakeReader,
  type LakeSession,
} from '../engine/index.ts';
import { type LakeSnapshot, type LakeStatus, lakeStatus, openLake } from '../lake/index.ts';
import { type TableName, tableOf } from '../record/index.ts';
import { type ObjectStore, openStore, parseS3Location } from '../storage/index.ts';
import type { Config } from './config.ts';

/** A lake opened for questions. */
export interface ReadSession {
  readonly reader: LakeReader;
  /** A session of its own for who asks one thing at a time. */
  readonly session: LakeSession;
  /** What `analyze` takes. */
  readonly analyze: AnalyzeDeps;
  /** True when the lake has no table yet: nothing was ever ingested. */
  readonly isEmpty: boolean;
  /** The address of the lake, for messages. */
  readonly uri: string;
  /** What the lake's files come to, from its log alone. */
  status(): Promise<LakeStatus>;
  /** Looks at the log again and moves to its newest state. */
  refresh(): Promise<void>;
  close(): void;
}

export interface ReadSessionOptions {
  /** Only files of these days are opened (and, on S3, downloaded). Everything when absent. */
  readonly range?: TimeRange;
  readonly signal?: AbortSignal;
  readonly reporter?: Reporter;
  /** Sessions, at a time, that tell how far their statements are; none when absent. */
  readonly watchedSessions?: number;
}

/**
 * Opens the lake of the configuration for reading, on an engine that can open the lake's files and nothing else.
 * Cost: one look at the commit log; tables are opened when a question names them.
 *
 * Errors: `storage.*` and `lake.*` when the log cannot be read.
 */
export async function openReadSession(
  config: Config,
  options: ReadSessionOptions = {},
): Promise<ReadSession> {
  const store = await openStore(config.lake.location, config.storage);
  const db = await createDuckDb({
    threads: config.engine.threads,
    memoryLimitBytes: config.engine.memoryBytes,
    tempDirectory: config.engine.tempDirectory,
    confineTo: readableDirectories(config),
    // The 65,536 ports, and none.
    arrayKeyBits: 17,
    watchedSessions: options.watchedSessions ?? 0,
  });
  const bookkeeping = await db.connect();
  try {
    const lake = openLake({
      store,
      session: bookkeeping,
      now: () => Date.now() / 1000,
      newId: randomUUID,
      ...(options.reporter === undefined ? {} : { reporter: options.reporter }),
    });
    const snapshot = await lake.snapshot();
    const reader = createLakeReader(db, lakeFilesOf(snapshot, store, options.range));
    const session = await reader.connect();
    const limits = {
      timeoutMs: config.engine.timeoutSeconds * 1000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    return {
      reader,
      session,
      analyze: { session, reader, limits },
      isEmpty: [...snapshot.tables.values()].every((table) => table.files.length === 0),
      uri: store.uri,
      status: () => lakeStatus(lake),
      refresh: async () => reader.update(lakeFilesOf(await lake.snapshot(), store, options.range)),
      close: () => {
        session.close();
        bookkeeping.close();
        reader.close();
        rmSync(config.engine.tempDirectory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    bookkeeping.close();
    db.close();
    throw error;
  }
}

/** A snapshot as the engine wants it, without the files of other days. */
export function lakeFilesOf(snapshot: LakeSnapshot, store: ObjectStore, range?: TimeRange): LakeFiles {
  const tables = [...snapshot.tables].map(([name, table]) => {
    const files = table.files.filter((file) => isInRange(name, file.partition, range));
    return [
      name,
      {
        files: files.map(({ path, partition, rows, sizeBytes, stats }) => ({
          path,
          partition,
          rows,
          sizeBytes,
          rowsWithoutStatus: stats?.nullCount['log_status'] ?? null,
        })),
        columns: table.columns,
      },
    ] as const;
  });
  return {
    version: snapshot.version,
    tables: Object.fromEntries(tables),
    localPath: (path) => store.localFile(path),
  };
}

/** Ledger and malformed are partitioned by when they were ingested, so a time range says nothing of them. */
function isInRange(name: TableName, partition: string | null, range: TimeRange | undefined): boolean {
  if (range === undefined || partition === null || tableOf(name).partition === 'ingested_day') return true;
  const isMonth = tableOf(name).partition === 'month';
  const dateOf = (seconds: number): string =>
    isMonth ? `${formatDay(seconds).slice(0, 7)}-01` : formatDay(seconds);
  if (range.startSeconds !== null && partition < dateOf(range.startSeconds)) return false;
  return range.endSeconds === null || partition <= dateOf(range.endSeconds);
}

/** The lake itself, or for a lake on S3 the directory of its local copies. */
function readableDirectories(config: Config): readonly string[] {
  const { location } = config.lake;
  if (parseS3Location(location) === null) {
    return [/^file:\/\//i.test(location) ? fileURLToPath(location) : resolve(location)];
  }
  return [config.storage.cacheDirectory];
}
