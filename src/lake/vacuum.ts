import { TABLES, type TableName } from '../record/index.ts';
import { parseLogName } from './delta-json.ts';
import { pointedCheckpoint, TOMBSTONE_MS } from './delta-log.ts';
import { type Lake, type LakeParts, lakeParts } from './lake.ts';
import { FOLLOWERS, MAIN_TABLE } from './lake-commit.ts';
import { tableStateOf } from './lake-state.ts';

/** How long things that no longer count are kept. */
export interface VacuumOptions {
  /**
   * Files that no table names are removed this long after they were written: longer than any reader holds a snapshot and
   * any writer takes from staging to commit. Default 7 days.
   */
  readonly graceMs?: number;
  /** Log entries before the newest checkpoint are removed at this age. Default 30 days. */
  readonly logMs?: number;
  readonly dryRun?: boolean;
}

/** What vacuum removed, or would remove. */
export interface VacuumReport {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly logEntries: number;
  /** Temporary files and unfinished uploads; not counted in a dry run. */
  readonly unfinished: number;
}

const LOG_MS = 30 * 86_400_000;

/** Unfinished writes are of no use to anybody after a day. */
const UNFINISHED_MS = 86_400_000;

/** Removes data files that no table names any more, old log entries, and what killed writers left. */
export async function vacuumLake(lake: Lake, options: VacuumOptions = {}): Promise<VacuumReport> {
  const parts = lakeParts(lake);
  const { store, nowMs } = parts.deps;
  const isDry = options.dryRun === true;
  // Entries of flows may go only once every table has followed them.
  if (!isDry) {
    await parts.exclusive(async () => {
      await parts.log.refresh();
      await parts.log.rollForward(true);
    });
  }
  const files = await orphansOf(lake, nowMs() - (options.graceMs ?? TOMBSTONE_MS));
  if (!isDry) for (const { path } of files) await store.remove(path);
  let logEntries = 0;
  for (const { name } of TABLES) {
    const entries = await expiredEntries(parts, name, nowMs() - (options.logMs ?? LOG_MS));
    if (!isDry) for (const path of entries) await store.remove(path);
    logEntries += entries.length;
  }
  return {
    files: files.map(({ path }) => path),
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    logEntries,
    unfinished: isDry ? 0 : await store.removeStale(UNFINISHED_MS),
  };
}

/** Data files written before a moment (Unix milliseconds) that the lake does not name as of now. */
export async function orphansOf(
  lake: Lake,
  writtenBeforeMs: number,
): Promise<{ readonly path: string; readonly sizeBytes: number }[]> {
  const { deps, log, exclusive } = lakeParts(lake);
  const orphans: { path: string; sizeBytes: number }[] = [];
  for (const { name } of TABLES) {
    const listed: { path: string; sizeBytes: number }[] = [];
    for await (const entry of deps.store.list({ prefix: `${name}/` })) {
      if (entry.kind !== 'object' || entry.path.startsWith(`${name}/_delta_log/`)) continue;
      if (entry.modifiedMs < writtenBeforeMs) listed.push({ path: entry.path, sizeBytes: entry.sizeBytes });
    }
    // Looked at after listing: a file that was committed meanwhile is known now.
    await exclusive(() => log.refresh());
    const { files } = tableStateOf(log.state, name);
    orphans.push(...listed.filter(({ path }) => !files.has(path.slice(name.length + 1))));
  }
  return orphans;
}

/**
 * Entries and checkpoints before the newest checkpoint and older than a moment. Those of `flows` must also have been
 * followed by every other table, because they hold what the others still need.
 */
async function expiredEntries(
  { deps, log }: LakeParts,
  table: TableName,
  beforeMs: number,
): Promise<string[]> {
  const checkpoint = await pointedCheckpoint(deps.store, table);
  if (checkpoint === null) return [];
  const followed =
    table === MAIN_TABLE
      ? Math.min(...FOLLOWERS.map((name) => log.appliedVersion(name)))
      : Number.POSITIVE_INFINITY;
  const prefix = `${table}/_delta_log/`;
  const expired: string[] = [];
  for await (const entry of deps.store.list({ prefix })) {
    if (entry.kind !== 'object' || entry.modifiedMs >= beforeMs) continue;
    const name = parseLogName(entry.path.slice(prefix.length));
    if (name !== null && name.version < checkpoint && name.version <= followed) expired.push(entry.path);
  }
  return expired;
}
