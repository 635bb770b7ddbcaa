import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type SqlParameter, type SqlRow, sqlIdentifier, sqlString } from '../base/index.ts';
import { TABLES, type TableName } from '../record/index.ts';
import { assertReadOnlySql } from './duckdb/confine.ts';
import type { DuckDb } from './duckdb/instance.ts';
import type { RowStream } from './duckdb/row-stream.ts';
import type { DuckDbSession, QueryOptions, QuerySession } from './duckdb/session.ts';
import type { StatementLimits } from './duckdb/statement-watch.ts';
import type { ResultFrame } from './frame.ts';
import { ATHENA_VIEWS } from './views/athena-views.ts';
import type { LakeFiles } from './views/lake-files.ts';
import { createLakeViews, VIEW_NAMES } from './views/lake-views.ts';
import { createSqlMacros, SQL_MACROS } from './views/trino-macros.ts';

/** One conversation with a lake: trusted statements of ours through `query`, those of people through `ask`. */
export interface LakeSession extends QuerySession {
  query(sql: string, options?: LakeQueryOptions): Promise<ResultFrame>;
  /**
   * Runs a statement from outside: one statement that only reads our views.
   * Errors: those of `assertReadOnlySql` (kind `query`), then those of `query`.
   */
  ask(sql: string, options?: QueryOptions): Promise<ResultFrame>;
  /** Runs a statement from outside and gives its rows as they are made. Errors: as `ask`. */
  askStream(sql: string, options?: QueryOptions): Promise<RowStream>;
  /**
   * Writes the rows of a statement of ours, its values written out, to a Parquet file in the engine's temporary directory,
   * and gives its path. The caller removes it. Errors: as `query`; then there is no file.
   */
  copy(sql: string, options?: StatementLimits): Promise<string>;
  /** The same for a SELECT from outside. Errors: as `ask`; `engine.bad-sql` for a statement that is no SELECT. */
  askCopy(sql: string, options?: StatementLimits & { readonly maxRows?: number }): Promise<string>;
  close(): void;
}

/**
 * Lets a statement in, and gives the function that lets it out. `bytes` is the size of the tables that it names, infinite
 * for SQL from outside, of which nobody knows; `isPruned` is what the caller of `query` said. What it rejects with, the
 * statement fails with.
 */
export type Admission = (bytes: number, isPruned: boolean) => Promise<() => void>;

/** What may be said of a statement of ours. */
export interface LakeQueryOptions extends QueryOptions {
  /** True when filters leave out most of what its tables hold. */
  readonly isPruned?: boolean;
}

/** A lake as it was at one moment, or, of a reader, as it is. */
export interface LakeMoment {
  /** Tells states apart; the version of the lake's log where that is known. */
  version(): number;
  /** Opens a session; each runs one statement at a time. Those of `query` and `ask` wait for `admit`, when there is one. */
  connect(admit?: Admission): Promise<LakeSession>;
  /** Rows per table in the state being read: what the choice of the smallest table goes by. */
  rowCounts(): Readonly<Record<TableName, number>>;
  /** The newest dated partition of a table, `2026-01-31`; null when it has none. */
  newestPartition(table: TableName): string | null;
  /** True when every record of a table is known to have a log_status, as those of AWS's usual formats do. */
  hasStatuses(table: 'flows' | 'tgw_flows'): boolean;
  /** Bytes of the files of a table by the first day of their partition; null for records without a usable time. */
  partitionSizes(table: TableName): ReadonlyMap<string | null, number>;
}

/** A lake opened for reading. Views come into being when a statement first names them. */
export interface LakeReader extends LakeMoment {
  /** Moves to another state of the lake. Statements that are running finish on the old one. */
  update(lake: LakeFiles): void;
  /** Keeps the present state for `at`, and gives its version. The 16 states that were used last are kept. */
  hold(): number;
  /** The state of a version, the present one or one that is kept; null for any other. Its files may have gone since. */
  at(version: number): LakeMoment | null;
  close(): void;
}

const HELD_STATES = 16;
const tidy = (): Promise<void> => Promise.resolve();
const MACRO_NAME = new RegExp(`\\b(?:${SQL_MACROS.map((macro) => macro.name).join('|')}|ipaddress)\\b`, 'i');
const VIEWS: ReadonlySet<string> = new Set(VIEW_NAMES);

/**
 * A reader of `lake` on an engine of its own. Cost: nothing until asked; a statement pays for the footers of the
 * tables it names, once per state of the lake, and for the macros once if it names one.
 */
export function createLakeReader(db: DuckDb, lake: LakeFiles): LakeReader {
  let state = lake;
  let version = lake.version ?? 0;
  const held = new Map<number, LakeMoment>();
  let created = new Set<string>();
  let hasMacros = false;
  let preparing: Promise<void> = Promise.resolve();

  const prepare = async (session: DuckDbSession, sql: string, views: ReadonlySet<string>): Promise<void> => {
    if (!hasMacros && MACRO_NAME.test(sql)) {
      await createSqlMacros(session);
      hasMacros = true;
    }
    const missing = VIEW_NAMES.filter((name) => !created.has(name) && views.has(name));
    if (missing.length === 0) return;
    const target = created;
    await createLakeViews(session, state, new Set(missing));
    for (const name of missing) target.add(name);
  };

  /** One at a time, since two sessions must not create the same view at once. */
  const prepared: Prepare = (session, sql, views) => {
    const next = preparing.then(() => prepare(session, sql, views));
    preparing = next.catch(() => {});
    return next;
  };

  return {
    version: () => version,
    connect: async (admit) =>
      lakeSession(await db.connect(), {
        prepared,
        admit: admissionOf(admit, () => state),
        tempDirectory: db.tempDirectory,
        tidy,
      }),
    ...factsOf(() => state),
    update: (newLake) => {
      if (newLake.version !== undefined && newLake.version === version) return;
      state = newLake;
      version = newLake.version ?? version + 1;
      created = new Set();
    },
    hold: () => {
      const kept = held.get(version) ?? momentOf(db, state, version, prepared);
      keep(held, version, kept);
      return version;
    },
    at: (wanted) => {
      const kept = held.get(wanted) ?? (wanted === version ? momentOf(db, state, version, prepared) : null);
      if (kept !== null) keep(held, wanted, kept);
      return kept;
    },
    close: () => db.close(),
  };
}

/** The last one used is the last one to go. */
function keep(held: Map<number, LakeMoment>, version: number, moment: LakeMoment): void {
  held.delete(version);
  held.set(version, moment);
  const [oldest] = held.keys();
  if (held.size > HELD_STATES && oldest !== undefined) held.delete(oldest);
}

function factsOf(
  stateOf: () => LakeFiles,
): Pick<LakeMoment, 'rowCounts' | 'newestPartition' | 'hasStatuses' | 'partitionSizes'> {
  return {
    rowCounts: () => rowCountsOf(stateOf()),
    newestPartition: (table) => newestPartitionOf(stateOf(), table),
    partitionSizes: (table) => partitionSizesOf(stateOf(), table),
    hasStatuses: (table) =>
      (stateOf().tables[table]?.files ?? []).every((file) => file.rowsWithoutStatus === 0),
  };
}

/** A state of its own: its sessions have views of their own, which hide those of the engine. */
function momentOf(db: DuckDb, state: LakeFiles, version: number, shared: Prepare): LakeMoment {
  return {
    version: () => version,
    connect: async (admit) => {
      const session = await db.connect();
      const created = new Set<string>();
      const prepared: Prepare = async (_session, sql, views) => {
        await shared(session, sql, new Set());
        const missing = VIEW_NAMES.filter((name) => !created.has(name) && views.has(name));
        if (missing.length === 0) return;
        for (const name of missing) created.add(name);
        const made = await createLakeViews(session, state, new Set(missing), 'session');
        for (const name of made) created.add(name);
      };
      const dropViews = async (): Promise<void> => {
        for (const name of created) await session.run(`DROP VIEW IF EXISTS temp.${sqlIdentifier(name)}`);
      };
      return lakeSession(session, {
        prepared,
        admit: admissionOf(admit, () => state),
        tempDirectory: db.tempDirectory,
        tidy: dropViews,
      });
    },
    ...factsOf(() => state),
  };
}

/** Makes the views and macros that a statement needs. */
type Prepare = (session: DuckDbSession, sql: string, views: ReadonlySet<string>) => Promise<void>;

/** Waits until a statement over these views may run; null: over anything. */
type Admit = (views: ReadonlySet<string> | null, isPruned: boolean) => Promise<() => void>;

function admissionOf(admit: Admission | undefined, stateOf: () => LakeFiles): Admit {
  if (admit === undefined) return async () => () => {};
  return (views, isPruned) =>
    admit(views === null ? Number.POSITIVE_INFINITY : bytesOfViews(stateOf(), views), isPruned);
}

/** What a session needs of its reader. */
interface SessionDeps {
  readonly prepared: Prepare;
  readonly admit: Admit;
  readonly tempDirectory: string;
  /** Runs before the session is given back. */
  readonly tidy: () => Promise<void>;
}

function lakeSession(
  session: DuckDbSession,
  { prepared, admit, tempDirectory, tidy }: SessionDeps,
): LakeSession {
  const copyTo = async (sql: string, options: StatementLimits = {}): Promise<string> => {
    const path = join(tempDirectory, `export-${randomUUID()}.parquet`);
    try {
      const { timeoutMs, signal } = options;
      const limits = {
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(signal === undefined ? {} : { signal }),
      };
      const write = (rows: string) =>
        session.query(`COPY (${rows}) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd)`, limits);
      const columns = await session.rows(`DESCRIBE ${sql}`);
      if (!columns.some(isWide)) await write(sql);
      else {
        try {
          await write(wideAs('DECIMAL(38, 0)', columns, sql));
        } catch (error) {
          // A number of 39 digits is no decimal of Parquet; as text it is still all there.
          if (!/conversion error/i.test(messageOf(error))) throw error;
          await write(wideAs('VARCHAR', columns, sql));
        }
      }
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    return path;
  };
  const trusted = async (sql: string): Promise<void> =>
    prepared(session, sql, await viewsNamedIn(session, sql));
  return {
    query: async (sql, options) => {
      const views = await viewsNamedIn(session, sql);
      const leave = await admit(views, options?.isPruned === true);
      try {
        // Only now: the lake may have moved on while the statement waited, and files of before be gone.
        await prepared(session, sql, views);
        return await session.query(sql, options);
      } finally {
        leave();
      }
    },
    ask: async (sql, options) => {
      const isShow = /\bshow\b/i.test(sql);
      const prepare = (used: ReadonlySet<string>) => prepared(session, sql, isShow ? VIEWS : used);
      const used = await assertReadOnlySql(session, sql, VIEWS, prepare);
      const leave = await admit(null, false);
      try {
        await prepare(used);
        return await session.query(sql, options);
      } finally {
        leave();
      }
    },
    run: async (sql: string, parameters?: readonly SqlParameter[]): Promise<void> => {
      await trusted(sql);
      return session.run(sql, parameters);
    },
    rows: async (sql: string, parameters?: readonly SqlParameter[]): Promise<readonly SqlRow[]> => {
      await trusted(sql);
      return session.rows(sql, parameters);
    },
    stream: async (sql, options) => {
      await trusted(sql);
      return session.stream(sql, options);
    },
    askStream: async (sql, options) => {
      await assertReadOnlySql(session, sql, VIEWS, (used) => prepared(session, sql, used));
      return session.stream(sql, options);
    },
    copy: async (sql, options) => {
      await trusted(sql);
      return copyTo(sql, options);
    },
    askCopy: async (sql, options) => {
      await assertReadOnlySql(session, sql, VIEWS, (used) => prepared(session, sql, used));
      // Written anew from its tree, so that no comment or semicolon reaches what stands around it.
      const [row] = await session.rows(
        `SELECT json_deserialize_sql(json_serialize_sql(${sqlString(sql)})) AS sql`,
      );
      const limit = options?.maxRows === undefined ? '' : ` LIMIT ${options.maxRows}`;
      return copyTo(`SELECT * FROM (${String(row?.['sql'])}) AS r${limit}`, options);
    },
    progress: () => session.progress(),
    close: () => void tidy().finally(() => session.close()),
  };
}

/** True for integers of 128 bits, as every sum of integers is one. */
function isWide(column: SqlRow): boolean {
  return /^U?HUGEINT$/.test(String(column['column_type']));
}

/** The same rows with such integers as another type: Parquet has none, and the engine would round them to floating point. */
function wideAs(type: string, columns: readonly SqlRow[], sql: string): string {
  const names = columns.map((_, index) => `c${index}`);
  const selected = columns.map((column, index) => {
    const value = isWide(column) ? `CAST(c${index} AS ${type})` : `c${index}`;
    return `${value} AS ${sqlIdentifier(String(column['column_name']))}`;
  });
  return `SELECT ${selected.join(', ')} FROM (${sql}) AS r(${names.join(', ')})`;
}

/** The views that a statement of ours reads; for what is no query, each word may be one. */
async function viewsNamedIn(session: DuckDbSession, sql: string): Promise<ReadonlySet<string>> {
  try {
    return await assertReadOnlySql(session, sql, VIEWS);
  } catch {
    return new Set(sql.toLowerCase().match(/\w+/g));
  }
}

function rowCountsOf(lake: LakeFiles): Readonly<Record<TableName, number>> {
  const entries = TABLES.map(({ name }) => [
    name,
    (lake.tables[name]?.files ?? []).reduce((sum, file) => sum + file.rows, 0),
  ]);
  return Object.fromEntries(entries) as Record<TableName, number>;
}

/** The files of the tables that views read, in bytes. */
function bytesOfViews(lake: LakeFiles, views: ReadonlySet<string>): number {
  const tables = new Set([
    ...views,
    ...ATHENA_VIEWS.flatMap(({ name, over }) => (views.has(name) ? [over] : [])),
  ]);
  const sizes = TABLES.flatMap(({ name }) => (tables.has(name) ? (lake.tables[name]?.files ?? []) : []));
  return sizes.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

function partitionSizesOf(lake: LakeFiles, table: TableName): ReadonlyMap<string | null, number> {
  const sizes = new Map<string | null, number>();
  for (const { partition, sizeBytes = 0 } of lake.tables[table]?.files ?? [])
    sizes.set(partition, (sizes.get(partition) ?? 0) + sizeBytes);
  return sizes;
}

function newestPartitionOf(lake: LakeFiles, table: TableName): string | null {
  let newest: string | null = null;
  for (const { partition } of lake.tables[table]?.files ?? []) {
    if (partition !== null && (newest === null || partition > newest)) newest = partition;
  }
  return newest;
}
