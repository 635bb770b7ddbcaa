import type { Reporter, SqlSession, WeirError } from '../base/index.ts';
import { TABLES, type TableName } from '../record/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import type { Action } from './delta-actions.ts';
import { logEntryPath } from './delta-json.ts';
import { createDeltaLog, type DeltaLog } from './delta-log.ts';
import { lakeError } from './errors.ts';
import {
  decodeLakeCommit,
  encodeLakeCommit,
  FOLLOWERS,
  type LakeCommit,
  MAIN_TABLE,
  netChange,
} from './lake-commit.ts';
import {
  applyLakeCommit,
  applyTableChange,
  columnsFromLog,
  emptyLakeState,
  type LakeState,
  metaDataOf,
  tableStateOf,
  withColumns,
} from './lake-state.ts';

/** What the log needs from outside. */
export interface LakeLogDeps {
  readonly store: ObjectStore;
  readonly session: SqlSession;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly reporter: Reporter;
}

/** A commit at its version. */
export interface VersionedCommit {
  readonly version: number;
  readonly commit: LakeCommit;
}

/** The log of the whole lake: the log of `flows` and the tables that follow it. */
export interface LakeLog {
  /** The lake as of the last `refresh` or `append`. */
  readonly state: LakeState;
  /** Reads what is new since the last call. Two requests when nothing is. */
  refresh(): Promise<void>;
  /** Commits after a version, as they were written. Cost: one read per version that this process has not seen. */
  commitsAfter(version: number): Promise<readonly VersionedCommit[]>;
  /**
   * Makes a commit the next version. Before each attempt the state is brought up to date and `check` is asked; what it
   * gives (not null) ends the attempt and is given back. Null: committed.
   *
   * Errors: `lake.commit-contention` when others were first again and again.
   */
  append<Refusal>(commit: LakeCommit, check: () => Promise<Refusal | null>): Promise<Refusal | null>;
  /**
   * Brings the logs of the other tables up to the version of `flows`. Safe to be killed in and to race with others. A
   * table with nothing new is passed over unless `evenIdle` (default false): then it notes the version it has reached.
   */
  rollForward(evenIdle?: boolean): Promise<void>;
  /** A setting of the lake, null when it was never made. */
  setting(name: string): string | null;
  /** The version of `flows` that a table's own log has reached. */
  appliedVersion(table: TableName): number;
  /** The log of one table, for housekeeping. */
  logOf(table: TableName): DeltaLog;
}

const MAX_ATTEMPTS = 300;

/** Name of the application in the `txn` actions of following tables. */
const FLOWS_APP = 'flows';

/** Decoded commits kept in memory; older ones are read again when somebody asks. */
const KEPT_COMMITS = 512;

/** The log of a lake in a store. Reads nothing yet. */
export function createLakeLog(deps: LakeLogDeps): LakeLog {
  const { store, session, nowMs, newId, reporter } = deps;
  const logs = new Map(
    TABLES.map(({ name }) => [name, createDeltaLog(store, session, name, (m) => reporter.warn(m))]),
  );
  const logOf = (name: TableName): DeltaLog => {
    const log = logs.get(name);
    if (log === undefined) throw new RangeError(`no table ${name}`);
    return log;
  };
  const main = logOf(MAIN_TABLE);
  const state = emptyLakeState();
  const recent = new Map<number, LakeCommit>();
  let isLoaded = false;

  const appliedVersion = (name: TableName): number => logOf(name).table.txns.get(FLOWS_APP)?.version ?? -1;

  const remember = (version: number, commit: LakeCommit): void => {
    recent.set(version, commit);
    if (recent.size > KEPT_COMMITS) recent.delete(version - KEPT_COMMITS);
  };

  const commitAt = async (version: number): Promise<LakeCommit> => {
    const known = recent.get(version);
    if (known !== undefined) return known;
    const actions = await main.readEntry(version);
    if (actions === null) {
      throw lakeError(
        'lake.log-gap',
        `entry ${version} of the log of flows is gone, but another table still waits for it; restore it from a copy of the lake`,
        { table: MAIN_TABLE, version },
      );
    }
    return decodeLakeCommit(actions);
  };

  const commitsAfter = async (version: number): Promise<readonly VersionedCommit[]> => {
    const commits: VersionedCommit[] = [];
    for (let v = version + 1; v <= main.table.version; v++)
      commits.push({ version: v, commit: await commitAt(v) });
    return commits;
  };

  /** The log of `flows` is shorter than what others have followed. Names what would have to go for it to be whole again. */
  const lostEntries = (applied: number): WeirError => {
    const { version } = main.table;
    const ahead = FOLLOWERS.filter((name) => appliedVersion(name) > version);
    const entries = ahead.map((name) => store.uriOf(logEntryPath(name, logOf(name).table.version)));
    return lakeError(
      'lake.log-gap',
      `the log of flows ends at version ${version}, but other tables have followed it to ${applied}; its newest entries are lost: ` +
        'restore them from a copy of the lake, or else move these away too, run weir lake verify, and ingest the sources again: ' +
        entries.join(' '),
      { table: MAIN_TABLE, tables: ahead, applied, version },
    );
  };

  /** The state of one follower: its own log, and what of the log of `flows` it has not followed yet. */
  const loadFollower = async (name: TableName): Promise<void> => {
    const { table } = logOf(name);
    const target = tableStateOf(state, name);
    target.columns = columnsFromLog(name, table.metaData, store.uriOf(name));
    target.files.clear();
    for (const [path, add] of table.files) target.files.set(path, add);
    if (table.version < 0) return;
    const applied = appliedVersion(name);
    if (applied > main.table.version) throw lostEntries(applied);
    const pending = (await commitsAfter(applied)).map(({ commit }) => commit);
    applyTableChange(name, target, netChange(pending, name));
  };

  const loadFlowColumns = (): void => {
    const columns = columnsFromLog(MAIN_TABLE, main.table.metaData, store.uriOf(MAIN_TABLE));
    tableStateOf(state, MAIN_TABLE).columns = columns;
  };

  /** Reads what is new in every log: followers first, so that `flows` is never behind what one has applied. */
  const loadAll = async (): Promise<void> => {
    await Promise.all(FOLLOWERS.map((name) => logOf(name).refresh()));
    const { entries } = await main.refresh();
    for (const { version, actions } of entries) remember(version, decodeLakeCommit(actions));
    const flows = tableStateOf(state, MAIN_TABLE);
    flows.files.clear();
    for (const [path, add] of main.table.files) flows.files.set(path, add);
    loadFlowColumns();
    for (const name of FOLLOWERS) await loadFollower(name);
    state.version = main.table.version;
    isLoaded = true;
  };

  const refresh = async (): Promise<void> => {
    if (!isLoaded) return loadAll();
    const { entries, isReloaded } = await main.refresh();
    if (isReloaded) {
      recent.clear();
      return loadAll();
    }
    for (const { version, actions } of entries) {
      const commit = decodeLakeCommit(actions);
      remember(version, commit);
      applyLakeCommit(state, version, commit);
      if (actions.some((action) => action.metaData !== undefined)) loadFlowColumns();
    }
  };

  /** Creates the tables that do not exist, `flows` last: while it is missing there is no lake. */
  const create = async (): Promise<void> => {
    for (const name of [...FOLLOWERS, MAIN_TABLE]) {
      const log = logOf(name);
      if (log.table.version >= 0) continue;
      const first: Action[] = [
        { commitInfo: { timestamp: nowMs(), operation: 'CREATE TABLE', engineInfo: 'weir', txnId: newId() } },
        { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
        { metaData: metaDataOf(name, tableStateOf(state, name).columns, null, newId, nowMs()) },
        // A table that joins a lake later has nothing to follow up to now.
        ...(state.version < 0 || name === MAIN_TABLE
          ? []
          : [{ txn: { appId: FLOWS_APP, version: state.version } }]),
      ];
      const isFirst = await log.tryCommit(first, nowMs());
      if (name === MAIN_TABLE) {
        // Another writer was first: its entries are for `refresh` to read, which also applies what they say.
        if (isFirst) state.version = Math.max(state.version, main.table.version);
      } else if (!isFirst) {
        await log.refresh();
      }
    }
  };

  /** A new `metaData` for `flows` when files bring columns it does not have, or settings change. */
  const metaDataFor = (commit: LakeCommit): Action[] => {
    const columns = commit.changes.get(MAIN_TABLE)?.columns ?? [];
    const logged = main.table.metaData;
    const known = new Set(decodedNames(logged?.schemaString));
    if (commit.settings === undefined && columns.every((name) => known.has(name))) return [];
    const all = withColumns(tableStateOf(state, MAIN_TABLE).columns, columns, MAIN_TABLE);
    return [{ metaData: metaDataOf(MAIN_TABLE, all, logged, newId, nowMs(), commit.settings) }];
  };

  const rollTable = async (name: TableName, evenIdle: boolean): Promise<void> => {
    const log = logOf(name);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await log.refresh();
      const applied = appliedVersion(name);
      const target = state.version;
      if (log.table.version < 0 || applied >= target) return;
      const commits = (await commitsAfter(applied)).map(({ commit }) => commit);
      const change = netChange(commits, name);
      const isIdle = change.adds.length + change.removes.length + change.columns.length === 0;
      if (isIdle && !evenIdle) return;
      const known = columnsFromLog(name, log.table.metaData, store.uriOf(name));
      const columns = withColumns(known, change.columns, name);
      const isWider = columns.length > decodedNames(log.table.metaData?.schemaString).length;
      const actions: Action[] = [
        {
          commitInfo: {
            timestamp: nowMs(),
            operation: 'FOLLOW',
            operationParameters: { flowsVersion: String(target) },
            engineInfo: 'weir',
            txnId: newId(),
          },
        },
        { txn: { appId: FLOWS_APP, version: target, lastUpdated: nowMs() } },
        ...(isWider ? [{ metaData: metaDataOf(name, columns, log.table.metaData, newId, nowMs()) }] : []),
        ...change.removes.map((remove) => ({ remove })),
        ...change.adds.map((add) => ({ add })),
      ];
      if (await log.tryCommit(actions, nowMs())) return;
    }
  };

  return {
    state,
    refresh,
    commitsAfter,
    appliedVersion,
    logOf,
    setting: (name) => main.table.metaData?.configuration[name] ?? null,

    async append(commit, check) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        await refresh();
        if (TABLES.some(({ name }) => logOf(name).table.version < 0)) {
          await create();
          await refresh();
        }
        const refusal = await check();
        if (refusal !== null) return refusal;
        const actions = encodeLakeCommit(commit, metaDataFor(commit), nowMs());
        if (await main.tryCommit(actions, nowMs())) {
          remember(main.table.version, commit);
          applyLakeCommit(state, main.table.version, commit);
          return null;
        }
        if (attempt > 2) await pause(Math.random() * Math.min(400, 10 * attempt));
      }
      throw lakeError(
        'lake.commit-contention',
        `other writers were first ${MAX_ATTEMPTS} times in a row; run fewer writers, or give each larger batches`,
      );
    },

    async rollForward(evenIdle = false) {
      await Promise.all(FOLLOWERS.map((name) => rollTable(name, evenIdle)));
    },
  };
}

function decodedNames(schemaString: string | undefined): string[] {
  if (schemaString === undefined) return [];
  return (JSON.parse(schemaString) as { fields: readonly { name: string }[] }).fields.map(({ name }) => name);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
