import type { SqlSession } from '../base/index.ts';
import { isStorageError, type ObjectStore } from '../storage/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Action } from './delta-actions.ts';
import {
  decodeActions,
  encodeActions,
  lastCheckpointPath,
  logEntryPath,
  parseLogName,
} from './delta-json.ts';
import { applyActions, type DeltaTable, emptyDeltaTable, resetDeltaTable } from './delta-table.ts';
import { lakeError } from './errors.ts';

/** How often the log of a table gets a checkpoint. */
const CHECKPOINT_EVERY = 50;

/** How long checkpoints remember removed files, so that readers of old versions can tell; vacuum waits as long. */
export const TOMBSTONE_MS = 7 * 86_400_000;

/** Requests in flight while a log is loaded. */
const PARALLEL_READS = 16;

/** A version and its actions. */
export interface LogEntry {
  readonly version: number;
  readonly actions: readonly Action[];
}

/** What `refresh` did: applied some entries, or read the whole log (the first time, or after entries had expired). */
export interface Refreshed {
  /** The entries applied, after the checkpoint when there is one. */
  readonly entries: readonly LogEntry[];
  readonly isReloaded: boolean;
}

/** The log of one table. Holds the state as of the last `refresh` or commit. */
export interface DeltaLog {
  readonly table: DeltaTable;
  /** Brings the state up to date. Two requests when nothing is new. */
  refresh(): Promise<Refreshed>;
  /** One entry as it was written; null when there is none (yet, or any more). */
  readEntry(version: number): Promise<readonly Action[] | null>;
  /**
   * Writes the next version: true when it is ours, and the state has moved on; false when somebody else was first:
   * `refresh`, check again, retry. Every 50th version also gets a checkpoint.
   */
  tryCommit(actions: readonly Action[], nowMs: number): Promise<boolean>;
}

/** The log of `<tableName>/_delta_log` in a store. Reads nothing yet. */
export function createDeltaLog(
  store: ObjectStore,
  session: SqlSession,
  tableName: string,
  warn: (message: string) => void,
): DeltaLog {
  const table = emptyDeltaTable();
  let isLoaded = false;

  const readEntry = async (version: number): Promise<readonly Action[] | null> => {
    const path = logEntryPath(tableName, version);
    try {
      return decodeActions(await store.read(path), store.uriOf(path));
    } catch (error) {
      if (isStorageError(error, 'storage.not-found')) return null;
      throw error;
    }
  };

  const apply = (entry: LogEntry): void =>
    applyActions(table, entry.version, entry.actions, store.uriOf(logEntryPath(tableName, entry.version)));

  const load = async (): Promise<Refreshed> => {
    resetDeltaTable(table);
    const from = await newestCheckpoint(store, tableName);
    if (from !== null) {
      applyActions(
        table,
        from,
        await readCheckpoint(store, session, tableName, from),
        store.uriOf(tableName),
      );
    }
    const versions = await versionsAfter(store, tableName, from ?? -1);
    const entries: LogEntry[] = [];
    for (let i = 0; i < versions.length; i += PARALLEL_READS) {
      const batch = versions.slice(i, i + PARALLEL_READS);
      entries.push(
        ...(await Promise.all(
          batch.map(async (version) => ({ version, actions: (await readEntry(version)) ?? [] })),
        )),
      );
    }
    for (const entry of entries) apply(entry);
    isLoaded = true;
    return { entries, isReloaded: true };
  };

  return {
    table,
    readEntry,

    async refresh() {
      if (!isLoaded) return load();
      const entries: LogEntry[] = [];
      for (;;) {
        const version = table.version + 1;
        const actions = await readEntry(version);
        if (actions === null) {
          // Not written yet, or gone: a process that slept must never write a version that has expired.
          const checkpoint = await pointedCheckpoint(store, tableName);
          if (checkpoint !== null && checkpoint > table.version) return load();
          return { entries, isReloaded: false };
        }
        entries.push({ version, actions });
        apply({ version, actions });
      }
    },

    async tryCommit(actions, nowMs) {
      const version = table.version + 1;
      if (!(await store.putIfAbsent(logEntryPath(tableName, version), encodeActions(actions)))) return false;
      apply({ version, actions });
      if (version > 0 && version % CHECKPOINT_EVERY === 0) {
        try {
          await writeCheckpoint(store, session, tableName, table, nowMs - TOMBSTONE_MS);
        } catch (error) {
          // The commit stands without it; the next checkpoint covers it.
          warn(`no checkpoint of ${tableName} at version ${version}: ${String(error)}`);
        }
      }
      return true;
    },
  };
}

/** The version `_last_checkpoint` points at; null when there is none, or it is damaged (it is only a hint). */
export async function pointedCheckpoint(store: ObjectStore, tableName: string): Promise<number | null> {
  try {
    const bytes = await store.read(lastCheckpointPath(tableName));
    const version: unknown = (JSON.parse(Buffer.from(bytes).toString()) as { version?: unknown }).version;
    return typeof version === 'number' ? version : null;
  } catch (error) {
    if (isStorageError(error, 'storage.not-found') || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The version of the newest checkpoint: by the pointer, else by the listing. */
async function newestCheckpoint(store: ObjectStore, tableName: string): Promise<number | null> {
  const pointed = await pointedCheckpoint(store, tableName);
  if (pointed !== null) return pointed;
  let newest: number | null = null;
  for await (const { path } of store.list({ prefix: `${tableName}/_delta_log/` })) {
    const name = parseLogName(path.slice(path.lastIndexOf('/') + 1));
    if (name?.kind === 'checkpoint') newest = Math.max(newest ?? 0, name.version);
  }
  return newest;
}

/** The entries after a version, which must follow each other without a gap. */
async function versionsAfter(store: ObjectStore, tableName: string, after: number): Promise<number[]> {
  const prefix = `${tableName}/_delta_log/`;
  const versions: number[] = [];
  const startAfter = after < 0 ? {} : { startAfter: logEntryPath(tableName, after) };
  for await (const { path } of store.list({ prefix, ...startAfter })) {
    const name = parseLogName(path.slice(prefix.length));
    if (name?.kind === 'entry' && name.version > after) versions.push(name.version);
  }
  for (const [index, version] of versions.entries()) {
    const expected = after + 1 + index;
    if (version !== expected) {
      throw lakeError(
        'lake.log-gap',
        `the log of ${tableName} goes from version ${expected - 1} to ${version}; the entries between are missing, restore them from a copy of the lake`,
        { table: tableName, expected, version },
      );
    }
  }
  return versions;
}
