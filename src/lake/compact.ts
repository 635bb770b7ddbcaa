import { rm } from 'node:fs/promises';
import { assertInvariant, type SqlSession, sqlString } from '../base/index.ts';
import { TABLES, type TableName, tableOf } from '../record/index.ts';
import { compactSql, cutExpression, isRollup, monthSql } from './compact-sql.ts';
import { type FileOrder, storeFile, type WrittenFile, writeParquet } from './data-file.ts';
import type { AddFile, RemoveFile } from './delta-actions.ts';
import { type Lake, type LakeParts, lakeParts } from './lake.ts';
import type { TableChange } from './lake-commit.ts';
import { tableStateOf } from './lake-state.ts';
import { filesSql, groupBy, type LakeFile, lakeTableOf, localPaths } from './snapshot.ts';

/** How far compaction goes. */
export interface CompactOptions {
  /** Only these tables; default all. */
  readonly tables?: readonly TableName[];
  /** Only partitions before this day, `YYYY-MM-DD`; default all. Late data makes a partition worth compacting again. */
  readonly before?: string;
  /** Size that compacted files aim at. Default 256 MB; files are left alone from half of it on. */
  readonly targetBytes?: number;
  /** Move the days of months before this day from `ip_day` into `ip_month`: whole months, a month's first day. */
  readonly monthsBefore?: string;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
}

/** What became of one partition. `conflict`: somebody else rewrote or expired it first; nothing was changed. */
export interface CompactedPartition {
  readonly table: TableName;
  readonly partition: string | null;
  readonly outcome: 'done' | 'planned' | 'conflict';
  readonly filesBefore: number;
  readonly bytesBefore: number;
  /** Zero when only planned, as `bytesAfter`. */
  readonly filesAfter: number;
  readonly bytesAfter: number;
}

const DEFAULT_TARGET_BYTES = 256e6;

/**
 * Rewrites small and unsorted files, partition by partition, in the table's sort order, merging rows of rollups with equal
 * keys. Safe beside ingest and other compactions: a partition that somebody else changed first is left to them.
 *
 * Cost: reads and writes what it compacts; memory is the engine's own for sorting one file.
 */
export async function compactLake(lake: Lake, options: CompactOptions = {}): Promise<CompactedPartition[]> {
  const parts = lakeParts(lake);
  const { deps, log, exclusive } = parts;
  await exclusive(() => log.refresh());
  const report: CompactedPartition[] = [];
  const blooms = createBloomWriter(deps.reporter.warn);
  if (options.monthsBefore !== undefined)
    report.push(...(await moveMonths(parts, options.monthsBefore, options, blooms)));
  const plans = planCompaction(parts, options);
  for (const [done, plan] of plans.entries()) {
    deps.reporter.progress({ phase: `compacting ${plan.table}`, done, total: plans.length });
    report.push(await rewrite(parts, plan, options, blooms));
  }
  if (options.dryRun !== true) await lake.settle();
  return report;
}

/** Files of one table that become files of one partition of a table, mostly the same one. */
interface Rewrite {
  readonly from: TableName;
  readonly table: TableName;
  readonly partition: string | null;
  readonly files: readonly LakeFile[];
}

/** The partitions worth rewriting, and which of their files. Decides only. */
function planCompaction({ log }: LakeParts, options: CompactOptions): Rewrite[] {
  const smallBytes = (options.targetBytes ?? DEFAULT_TARGET_BYTES) / 2;
  const plans: Rewrite[] = [];
  for (const { name } of TABLES) {
    if (options.tables !== undefined && !options.tables.includes(name)) continue;
    const { files } = lakeTableOf(name, tableStateOf(log.state, name));
    for (const [partition, all] of groupBy(files, (file) => file.partition)) {
      if (options.before !== undefined && partition !== null && partition >= options.before) continue;
      const chosen = all.filter((file) => !file.isSorted || file.sizeBytes < smallBytes);
      if (chosen.length > 1 || chosen.some((file) => !file.isSorted)) {
        plans.push({ from: name, table: name, partition, files: chosen });
      }
    }
  }
  return plans;
}

async function rewrite(
  parts: LakeParts,
  plan: Rewrite,
  options: CompactOptions,
  blooms: BloomWriter,
): Promise<CompactedPartition> {
  const { deps, log, exclusive } = parts;
  const bytesBefore = plan.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const facts = {
    table: plan.table,
    partition: plan.partition,
    filesBefore: plan.files.length,
    bytesBefore,
  };
  if (options.dryRun === true) return { ...facts, outcome: 'planned', filesAfter: 0, bytesAfter: 0 };

  const adds = await writeRewritten(
    parts,
    plan,
    bytesBefore,
    options.targetBytes ?? DEFAULT_TARGET_BYTES,
    blooms,
  );
  const removes = plan.files.map((file) => removalOf(plan.from, file, deps.nowMs()));
  const changes = new Map<TableName, TableChange>();
  changes.set(plan.table, { adds, removes: plan.from === plan.table ? removes : [], columns: [] });
  if (plan.from !== plan.table) changes.set(plan.from, { adds: [], removes, columns: [] });
  const live = tableStateOf(log.state, plan.from).files;
  const refusal = await exclusive(() =>
    log.append({ kind: 'compact', id: deps.newId(), objects: [], changes }, async () =>
      removes.every(({ path }) => live.has(path)) ? null : 'conflict',
    ),
  );
  if (refusal !== null) {
    await Promise.all(adds.map(({ path }) => deps.store.remove(`${plan.table}/${path}`)));
    return { ...facts, outcome: 'conflict', filesAfter: 0, bytesAfter: 0 };
  }
  return {
    ...facts,
    outcome: 'done',
    filesAfter: adds.length,
    bytesAfter: adds.reduce((sum, { size }) => sum + size, 0),
  };
}

/** The `remove` of a live file. */
export function removalOf(table: TableName, file: LakeFile, nowMs: number, isLoss = false): RemoveFile {
  return {
    path: file.path.slice(table.length + 1),
    deletionTimestamp: nowMs,
    dataChange: isLoss,
    extendedFileMetadata: true,
    partitionValues: { [tableOf(table).partition]: file.partition },
    size: file.sizeBytes,
  };
}

async function writeRewritten(
  { deps, log }: LakeParts,
  plan: Rewrite,
  bytes: number,
  targetBytes: number,
  blooms: BloomWriter,
): Promise<AddFile[]> {
  const { session, store, nowMs } = deps;
  const paths = await localPaths(store, plan.files);
  const source = filesSql(tableStateOf(log.state, plan.from).columns, paths);
  const columns = await storedColumns(session, plan, paths, log);
  const scratch = await store.scratchDirectory();
  const adds: AddFile[] = [];
  let rows = 0;
  for (const where of await cuts(session, plan, source, Math.ceil(bytes / targetBytes))) {
    const order: FileOrder = {
      table: plan.table,
      partition: plan.partition,
      select:
        plan.from === plan.table
          ? compactSql(plan.table, source, columns, where)
          : monthSql(source, plan.partition ?? ''),
      columns,
      style: isRollup(tableOf(plan.table)) ? 'rollup' : 'sorted',
      isSorted: true,
    };
    const written = await blooms.write(session, scratch, order);
    if (written === null) continue;
    rows += written.rows;
    adds.push(await storeFile(store, order, written, nowMs(), false));
  }
  if (!isRollup(tableOf(plan.table))) {
    const expected = plan.files.reduce((sum, file) => sum + file.rows, 0);
    assertInvariant(rows === expected, `compaction of ${plan.table} wrote ${rows} of ${expected} rows`);
  }
  return adds;
}

/** The columns some source file has, in the table's order; rollups have all of theirs. */
async function storedColumns(
  session: SqlSession,
  plan: Rewrite,
  paths: readonly string[],
  log: LakeParts['log'],
): Promise<string[]> {
  const all = tableStateOf(log.state, plan.table).columns.map(({ name }) => name);
  if (isRollup(tableOf(plan.table))) return all;
  const rows = await session.rows(
    `SELECT DISTINCT name FROM parquet_schema([${paths.map(sqlString).join(', ')}])`,
  );
  const present = new Set(rows.map(({ name }) => String(name)));
  return all.filter((name) => present.has(name));
}

/** Conditions that cut the source into parts of about equal size, in sort order; one null condition for a single part. */
async function cuts(
  session: SqlSession,
  plan: Rewrite,
  source: string,
  parts: number,
): Promise<(string | null)[]> {
  if (parts <= 1 || plan.from !== plan.table) return [null];
  const expression = cutExpression(plan.table);
  const shares = Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts);
  const rows = await session.rows(
    `SELECT DISTINCT unnest(quantile_disc(cut, [${shares.join(', ')}]))::VARCHAR AS bound FROM
       (SELECT ${expression} AS cut FROM ${source} USING SAMPLE reservoir(100000 ROWS) REPEATABLE (1))`,
  );
  const type = cutType(plan.table);
  const bounds = rows
    .flatMap(({ bound }) => (bound === null ? [] : [String(bound)]))
    .sort((a, b) => (type === 'BIGINT' ? Number(a) - Number(b) : a < b ? -1 : 1))
    .map((bound) => `CAST(${sqlString(bound)} AS ${type})`);
  if (bounds.length === 0) return [null];
  const first = `(${expression} <= ${bounds[0]} OR ${expression} IS NULL)`;
  const middle = bounds
    .slice(1)
    .map((bound, i) => `(${expression} > ${bounds[i]} AND ${expression} <= ${bound})`);
  return [first, ...middle, `${expression} > ${bounds.at(-1)}`];
}

function cutType(table: TableName): string {
  const { sort, columns } = tableOf(table);
  return columns.find(({ name }) => name === sort[0])?.type ?? 'BIGINT';
}

/** Columns that must carry bloom filters: an address is looked up by equality. */
const BLOOM_COLUMNS = ['srcaddr', 'dstaddr'];

/**
 * Dictionary limits to try, in values per row group of 122,880. Bloom filters come with dictionaries only and vanish
 * without a word above the limit; but a limit that also lets ports and byte counts have dictionaries makes files a fifth
 * larger. The last one holds any row group.
 */
const DICTIONARY_LIMITS = [12_288, 24_576, 61_440, 122_880];

/** Remembers, for one run, which limit the last file needed: days are alike. */
interface BloomWriter {
  write(session: SqlSession, scratch: string, order: FileOrder): Promise<WrittenFile | null>;
}

/** Writes files and looks whether the address columns carry bloom filters; writes again with larger dictionaries if not. */
function createBloomWriter(warn: (message: string) => void): BloomWriter {
  let step = 0;
  return {
    async write(session, scratch, order) {
      if (order.style !== 'sorted') return writeParquet(session, scratch, order);
      const columns = BLOOM_COLUMNS.filter((name) => order.columns.includes(name));
      for (; ; step += 1) {
        const dictionaryLimit = DICTIONARY_LIMITS[step] ?? 0;
        const written = await writeParquet(session, scratch, { ...order, dictionaryLimit });
        if (written === null || (await missingBlooms(session, written.localPath, columns)) === 0)
          return written;
        if (step === DICTIONARY_LIMITS.length - 1) {
          warn(`a file of ${order.table} has no bloom filters; looking up one address there reads all of it`);
          return written;
        }
        await rm(written.localPath, { force: true });
      }
    },
  };
}

/** Column chunks of these columns that hold values but no bloom filter. */
export async function missingBlooms(
  session: SqlSession,
  localPath: string,
  columns: readonly string[],
): Promise<number> {
  if (columns.length === 0) return 0;
  const [row] = await session.rows(
    `SELECT count(*) AS missing FROM parquet_metadata(${sqlString(localPath)})
     WHERE path_in_schema IN (${columns.map(sqlString).join(', ')}) AND bloom_filter_offset IS NULL
       AND num_values > coalesce(stats_null_count, 0)`,
  );
  return Number(row?.['missing'] ?? 0);
}

/** Moves whole months of `ip_day` into `ip_month`; a month that gets late days is moved again and merged. */
async function moveMonths(
  parts: LakeParts,
  monthsBefore: string,
  options: CompactOptions,
  blooms: BloomWriter,
): Promise<CompactedPartition[]> {
  const { files } = lakeTableOf('ip_day', tableStateOf(parts.log.state, 'ip_day'));
  const limit = `${monthsBefore.slice(0, 7)}-01`;
  const finished = files.filter(({ partition }) => partition !== null && partition < limit);
  const report: CompactedPartition[] = [];
  for (const [month, days] of groupBy(finished, ({ partition }) => `${String(partition).slice(0, 7)}-01`)) {
    report.push(
      await rewrite(
        parts,
        { from: 'ip_day', table: 'ip_month', partition: month, files: days },
        options,
        blooms,
      ),
    );
  }
  return report;
}
