import { TABLES, type TableName } from '../record/index.ts';
import { type Lake, lakeParts } from './lake.ts';
import { keptFrom } from './retention.ts';
import { filesSql, type LakeFile, localPaths, snapshotOf, snapshotTable } from './snapshot.ts';
import { orphansOf } from './vacuum.ts';
import { checkContents, checkFiles } from './verify-files.ts';
import { checkLog } from './verify-log.ts';
import { problemOf, type VerifyProblem } from './verify-problem.ts';
import { checkLedger, checkRollups } from './verify-sums.ts';

/** What `verifyLake` looked at and found. */
export interface VerifyReport {
  /** Version of the lake that was checked; null when its log cannot be read. */
  readonly version: number | null;
  readonly files: number;
  readonly rows: number;
  readonly objects: number;
  readonly problems: readonly VerifyProblem[];
  /** True when no problem is an error; notes do not count. */
  readonly isClean: boolean;
}

/** Files younger than this may belong to a batch that is being written. */
const YOUNG_MS = 3_600_000;

/**
 * Checks the lake from the ground: the logs, every file, and all sums, each against what it was made from. Changes nothing.
 *
 * Cost: the logs from their beginning, two small reads per file, and one pass over a few columns of `flows`, `tgw_flows` and
 * every rollup. When that pass meets damaged data, every file is read whole to name those that are damaged.
 */
export async function verifyLake(lake: Lake): Promise<VerifyReport> {
  const parts = lakeParts(lake);
  const { store, session, nowMs, reporter } = parts.deps;
  const { log, problems: logProblems } = await checkLog(parts);
  const problems: VerifyProblem[] = [...logProblems];
  if (log === null) return { version: null, files: 0, rows: 0, objects: 0, problems, isClean: false };

  const snapshot = snapshotOf(log.state);
  const readable = new Map<TableName, readonly LakeFile[]>();
  for (const [done, { name }] of TABLES.entries()) {
    reporter.progress({ phase: `checking files of ${name}`, done, total: TABLES.length });
    const checked = await checkFiles(session, store, snapshotTable(snapshot, name));
    readable.set(name, checked.readable);
    problems.push(...checked.problems);
  }
  const kept = keptFrom(log);
  const columns = (name: TableName): Set<string> =>
    new Set(snapshotTable(snapshot, name).columns.map((column) => column.name));
  const checkSums = async (): Promise<VerifyProblem[]> => {
    const sources = new Map<TableName, string>();
    for (const [name, files] of readable) {
      sources.set(name, filesSql(snapshotTable(snapshot, name).columns, await localPaths(store, files)));
    }
    const source = (name: TableName): string => sources.get(name) ?? '';
    return [
      ...(await checkLedger(session, source, kept)),
      ...(await checkRollups(session, source, kept, columns)),
    ];
  };
  try {
    problems.push(...(await checkSums()));
  } catch (error) {
    // Some file has a good footer and damaged data. Which, only reading each tells.
    const damaged: VerifyProblem[] = [];
    for (const [name, files] of readable) {
      const checked = await checkContents(session, store, files);
      readable.set(name, checked.readable);
      damaged.push(...checked.problems);
    }
    if (damaged.length === 0) throw error;
    problems.push(...damaged, ...(await checkSums()));
  }
  for (const { path, sizeBytes } of await orphansOf(lake, nowMs() - YOUNG_MS)) {
    problems.push(
      problemOf('orphan-file', path, `${sizeBytes} bytes that no table names; vacuum removes it`),
    );
  }
  const tables = [...snapshot.tables.values()];
  return {
    version: snapshot.version,
    files: tables.reduce((sum, { files }) => sum + files.length, 0),
    rows: tables.reduce((sum, { files }) => sum + files.reduce((rows, file) => rows + file.rows, 0), 0),
    objects: snapshotTable(snapshot, 'ledger').files.reduce((sum, { rows }) => sum + rows, 0),
    problems,
    isClean: problems.every(({ severity }) => severity !== 'error'),
  };
}
