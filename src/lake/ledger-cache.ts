import { type SqlSession, sqlIdentifier } from '../base/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import { type LakeState, tableStateOf } from './lake-state.ts';
import { filesSql, lakeTableOf, localPaths } from './snapshot.ts';

/** The ledger as a temporary table of the session, kept up with the lake. */
export interface LedgerCache {
  /** The table's name, after the ledger's files of this state were loaded. Cost: one read per file that is new. */
  tableOf(state: LakeState): Promise<string>;
}

/** The columns look-ups need. */
const COLUMNS = ['object_id', 'uri', 'etag', 'size_bytes', 'status', 'reason', 'lines', 'ingested_at'];

let caches = 0;

/**
 * A writer asks the ledger before every commit, and every commit adds a small file to it: reading all of them each time
 * would cost the square of the commits. Compaction replaces files by one; then the table is made anew.
 */
export function createLedgerCache(session: SqlSession, store: ObjectStore): LedgerCache {
  caches += 1;
  const name = `lake_ledger_${caches}`;
  const list = COLUMNS.map((column) => sqlIdentifier(column)).join(', ');
  const loaded = new Set<string>();
  let isMade = false;

  return {
    async tableOf(state) {
      const { columns, files } = lakeTableOf('ledger', tableStateOf(state, 'ledger'));
      const live = new Set(files.map(({ path }) => path));
      if (!isMade || [...loaded].some((path) => !live.has(path))) {
        loaded.clear();
        await session.run(
          `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${list} FROM ${filesSql(columns, [])}`,
        );
        isMade = true;
      }
      const fresh = files.filter(({ path }) => !loaded.has(path));
      if (fresh.length > 0) {
        const source = filesSql(columns, await localPaths(store, fresh));
        await session.run(`INSERT INTO ${name} SELECT ${list} FROM ${source}`);
        for (const { path } of fresh) loaded.add(path);
      }
      return name;
    },
  };
}
