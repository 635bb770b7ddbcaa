import { mkdirSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sqlString } from '../../base/index.ts';
import { DuckDbSession } from './session.ts';

/** What one engine may use. */
export interface DuckDbConfig {
  /** Worker threads, 1 or more. */
  readonly threads: number;
  /** Memory the engine may hold before it spills to `tempDirectory`; a query that cannot spill fails. */
  readonly memoryLimitBytes: number;
  /** Where it spills. Made when missing; the engine empties it when it ends. */
  readonly tempDirectory: string;
  /**
   * When given, the engine is confined for good: it opens files in these directories (and `tempDirectory`) only,
   * reaches no network, loads no extension, and no statement can change a setting.
   */
  readonly confineTo?: readonly string[];
  /** Group keys of at most so many bits are counted in an array, others in a hash table; 12 when absent. */
  readonly arrayKeyBits?: number;
  /** Sessions, at a time, whose statements tell how far they are; 0 when absent. Others work the same otherwise. */
  readonly watchedSessions?: number;
}

/** One engine in memory. Sessions share its tables, views and limits; temporary tables belong to one session. */
export interface DuckDb {
  /** Opens a session: UTC, no progress bar, nothing ever downloaded. */
  connect(): Promise<DuckDbSession>;
  /** Where it may write files of its own. */
  readonly tempDirectory: string;
  /** Ends the engine and frees its memory. Sessions must be closed before. */
  close(): void;
}

/**
 * Starts DuckDB in memory. Extensions are never fetched or loaded on their own: what is linked into the package
 * (parquet, json, icu) is all that Weir needs.
 *
 * Errors: `engine.*` when the engine refuses the settings.
 */
export async function createDuckDb(config: DuckDbConfig): Promise<DuckDb> {
  mkdirSync(config.tempDirectory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(config.threads),
    memory_limit: `${Math.floor(config.memoryLimitBytes / 1024)}KiB`,
    temp_directory: config.tempDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    preserve_insertion_order: 'false',
    perfect_ht_threshold: String(config.arrayKeyBits ?? 12),
  });
  const setUp = new DuckDbSession(await instance.connect());
  // Set once for the whole engine: new connections inherit global settings.
  await setUp.run("SET GLOBAL TimeZone = 'UTC'");
  await setUp.run('SET GLOBAL parquet_metadata_cache = true');
  const watched: DuckDBConnection[] = [];
  for (let index = 0; index < (config.watchedSessions ?? 0); index++) {
    watched.push(await watchedConnection(instance));
  }
  if (config.confineTo !== undefined) {
    const directories = config.confineTo.map(sqlString).join(', ');
    await setUp.run(`SET GLOBAL allowed_directories = [${directories}]`);
    await setUp.run('SET GLOBAL enable_external_access = false');
    await setUp.run('SET GLOBAL lock_configuration = true');
  }
  setUp.close();
  return {
    tempDirectory: config.tempDirectory,
    connect: async () => {
      const connection = watched.pop();
      if (connection === undefined) return new DuckDbSession(await instance.connect());
      return new DuckDbSession(connection, () => watched.push(connection));
    },
    close: () => {
      for (const connection of watched) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Progress is a setting of the connection, and connections made after the settings are locked cannot have it. */
async function watchedConnection(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  return connection;
}
