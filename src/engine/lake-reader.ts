import type { SqlParameter, SqlRow } from '../base/index.ts';
import { TABLES, type TableName } from '../record/index.ts';
import { assertReadOnlySql } from './duckdb/confine.ts';
import type { DuckDb } from './duckdb/instance.ts';
import type { DuckDbSession, QueryOptions, QuerySession } from './duckdb/session.ts';
import type { ResultFrame } from './frame.ts';
import type { LakeFiles } from './views/lake-files.ts';
import { createLakeViews, VIEW_NAMES } from './views/lake-views.ts';
import { createSqlMacros, SQL_MACROS } from './views/trino-macros.ts';

/** One conversation with a lake: trusted statements of ours through `query`, those of people through `ask`. */
export interface LakeSession extends QuerySession {
  /**
   * Runs a statement from outside: one statement that only reads our views.
   * Errors: those of `assertReadOnlySql` (kind `query`), then those of `query`.
   */
  ask(sql: string, options?: QueryOptions): Promise<ResultFrame>;
  close(): void;
}

/** A lake opened for reading. Views come into being when a statement first names them. */
export interface LakeReader {
  /** Opens a session; each runs one statement at a time. */
  connect(): Promise<LakeSession>;
  /** Rows per table in the state being read: what the choice of the smallest table goes by. */
  rowCounts(): Readonly<Record<TableName, number>>;
  /** The newest dated partition of a table, `2026-01-31`; null when it has none. */
  newestPartition(table: TableName): string | null;
  /** True when every record of a table is known to have a log_status, as those of AWS's usual formats do. */
  hasStatuses(table: 'flows' | 'tgw_flows'): boolean;
  /** Bytes of the files of a table by the first day of their partition; null for records without a usable time. */
  partitionSizes(table: TableName): ReadonlyMap<string | null, number>;
  /** Moves to another state of the lake. Statements that are running finish on the old one. */
  update(lake: LakeFiles): void;
  close(): void;
}

const MACRO_NAME = new RegExp(`\\b(?:${SQL_MACROS.map((macro) => macro.name).join('|')}|ipaddress)\\b`, 'i');
const VIEWS: ReadonlySet<string> = new Set(VIEW_NAMES);

/**
 * A reader of `lake` on an engine of its own. Cost: nothing until asked; a statement pays for the footers of the
 * tables it names, once per state of the lake, and for the macros once if it names one.
 */
export function createLakeReader(db: DuckDb, lake: LakeFiles): LakeReader {
  let state = lake;
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
    connect: async () => lakeSession(await db.connect(), prepared),
    rowCounts: () => rowCountsOf(state),
    newestPartition: (table) => newestPartitionOf(state, table),
    hasStatuses: (table) => (state.tables[table]?.files ?? []).every((file) => file.rowsWithoutStatus === 0),
    partitionSizes: (table) => partitionSizesOf(state, table),
    update: (newLake) => {
      state = newLake;
      created = new Set();
    },
    close: () => db.close(),
  };
}

/** Makes the views and macros that a statement needs. */
type Prepare = (session: DuckDbSession, sql: string, views: ReadonlySet<string>) => Promise<void>;

function lakeSession(session: DuckDbSession, prepared: Prepare): LakeSession {
  const trusted = async (sql: string): Promise<void> =>
    prepared(session, sql, await viewsNamedIn(session, sql));
  return {
    query: async (sql, options) => {
      await trusted(sql);
      return session.query(sql, options);
    },
    ask: async (sql, options) => {
      const isShow = /\bshow\b/i.test(sql);
      await assertReadOnlySql(session, sql, VIEWS, (used) => prepared(session, sql, isShow ? VIEWS : used));
      return session.query(sql, options);
    },
    run: async (sql: string, parameters?: readonly SqlParameter[]): Promise<void> => {
      await trusted(sql);
      return session.run(sql, parameters);
    },
    rows: async (sql: string, parameters?: readonly SqlParameter[]): Promise<readonly SqlRow[]> => {
      await trusted(sql);
      return session.rows(sql, parameters);
    },
    close: () => session.close(),
  };
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
