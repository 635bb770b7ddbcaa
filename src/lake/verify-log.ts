import { isWeirError, messageOf } from '../base/index.ts';
import { TABLES } from '../record/index.ts';
import { logEntryPath } from './delta-json.ts';
import { applyActions, type DeltaTable, emptyDeltaTable } from './delta-table.ts';
import type { LakeParts } from './lake.ts';
import { createLakeLog, type LakeLog } from './lake-log.ts';
import { problemOf, type VerifyProblem } from './verify-problem.ts';

/** A log read afresh from the store, or why it cannot be. */
export interface CheckedLog {
  readonly log: LakeLog | null;
  readonly problems: readonly VerifyProblem[];
}

/**
 * Reads every log from the store as a new process would, then once more entry by entry from the first one where none has
 * expired: a checkpoint must say the same as the entries before it.
 */
export async function checkLog({ deps }: LakeParts): Promise<CheckedLog> {
  const log = createLakeLog(deps);
  try {
    await log.refresh();
    const problems: VerifyProblem[] = [];
    for (const { name } of TABLES) {
      const { table, readEntry } = log.logOf(name);
      if (table.version < 0) continue;
      const replayed = await replay(readEntry, table.version);
      if (replayed !== null && !sameFiles(replayed, table)) {
        problems.push(
          problemOf(
            'log-differs',
            deps.store.uriOf(logEntryPath(name, table.version)),
            `the checkpoint of ${name} names other files than the log entries before it; remove the checkpoint and _last_checkpoint`,
          ),
        );
      }
    }
    return { log, problems };
  } catch (error) {
    if (!isWeirError(error)) throw error;
    const where = String(error.details['where'] ?? error.details['table'] ?? deps.store.uri);
    return { log: null, problems: [problemOf('log-damaged', where, messageOf(error))] };
  }
}

/** The table from its entries alone; null when the first ones have expired. */
async function replay(readEntry: LakeLogEntryReader, version: number): Promise<DeltaTable | null> {
  const table = emptyDeltaTable();
  for (let v = 0; v <= version; v++) {
    const actions = await readEntry(v);
    if (actions === null) return null;
    applyActions(table, v, actions, `entry ${v}`);
  }
  return table;
}

type LakeLogEntryReader = ReturnType<LakeLog['logOf']>['readEntry'];

function sameFiles(a: DeltaTable, b: DeltaTable): boolean {
  if (a.files.size !== b.files.size || a.metaData?.schemaString !== b.metaData?.schemaString) return false;
  return [...a.files].every(([path, add]) => b.files.get(path)?.size === add.size);
}
