import { TABLES, type TableName } from '../record/index.ts';
import { removalOf } from './compact.ts';
import { lakeError } from './errors.ts';
import { type Lake, type LakeParts, lakeParts } from './lake.ts';
import type { LakeCommit, TableChange } from './lake-commit.ts';
import { tableStateOf } from './lake-state.ts';
import {
  type KeptFrom,
  keptFrom,
  keptFromSettings,
  laterDay,
  RAW_TABLES,
  ROLLUP_TABLES,
} from './retention.ts';
import { type LakeFile, lakeTableOf } from './snapshot.ts';

/** What may go. Several rules may be given; a partition goes when one of them says so. */
export interface ExpireOptions {
  /** Records of days before this one, `YYYY-MM-DD`. */
  readonly rawBefore?: string;
  /** Address index, volumes and coverage of days before this one; months go when they end before it. */
  readonly rollupsBefore?: string;
  /** The whole lake shall take no more bytes than this: oldest days first, records before rollups. */
  readonly maxBytes?: number;
  /** Only say what would go. */
  readonly dryRun?: boolean;
}

/** One partition that went, or would go. */
export interface ExpiredPartition {
  readonly table: TableName;
  readonly partition: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What `expireLake` did, or would do. */
export interface ExpireReport {
  readonly partitions: readonly ExpiredPartition[];
  /** Bytes of the live files that stay. */
  readonly bytesKept: number;
  /** False when only planned, or when nothing was to go. */
  readonly isDone: boolean;
}

interface Candidate {
  readonly table: TableName;
  readonly partition: string;
  /** The first day after the partition. */
  readonly endDay: string;
  readonly files: LakeFile[];
}

/**
 * Takes old partitions out of the lake, in one commit over all tables. Readers of older snapshots keep their files until
 * vacuum. The ledger stays whole, so nothing that expired is ingested again, and remembers from which day on the lake is
 * complete. Records without a time never expire by age.
 *
 * Errors: `lake.bad-option` for days that are none, or when no rule is given.
 */
export async function expireLake(lake: Lake, options: ExpireOptions): Promise<ExpireReport> {
  checkOptions(options);
  const parts = lakeParts(lake);
  const { deps, log, exclusive } = parts;
  return exclusive(async () => {
    await log.refresh();
    let plan = planExpiry(parts, options);
    if (options.dryRun === true || plan.expired.length === 0) return reportOf(plan, false);
    // Each attempt plans again: what others added or rewrote meanwhile is decided by the same rules.
    for (;;) {
      const commit = commitOf(parts, plan);
      const planned = plan;
      const changed = await log.append(commit, async () => {
        plan = planExpiry(parts, options);
        return samePlan(plan, planned) ? null : 'changed';
      });
      if (changed === null) {
        await log.rollForward();
        return reportOf(planned, true);
      }
      deps.reporter.progress({ phase: 'expiring', done: 0, total: plan.expired.length });
    }
  });
}

interface ExpiryPlan {
  readonly expired: readonly Candidate[];
  readonly bytesKept: number;
  readonly kept: KeptFrom;
}

function planExpiry({ log }: LakeParts, options: ExpireOptions): ExpiryPlan {
  const raw = candidatesOf(log, [...RAW_TABLES, 'malformed']);
  const rollups = candidatesOf(log, ROLLUP_TABLES);
  const totalBytes = TABLES.reduce(
    (sum, { name }) => sum + bytesOf(lakeTableOf(name, tableStateOf(log.state, name)).files),
    0,
  );
  const isOld = (candidate: Candidate, before: string | undefined): boolean =>
    before !== undefined && candidate.endDay <= before;
  const expired = [
    ...raw.filter((candidate) => isOld(candidate, options.rawBefore)),
    ...rollups.filter((candidate) => isOld(candidate, options.rollupsBefore)),
  ];
  let bytesKept = totalBytes - expired.reduce((sum, { files }) => sum + bytesOf(files), 0);
  const rest = [...raw, ...rollups].filter((candidate) => !expired.includes(candidate));
  for (const candidate of rest) {
    if (options.maxBytes === undefined || bytesKept <= options.maxBytes) break;
    expired.push(candidate);
    bytesKept -= bytesOf(candidate.files);
  }
  return { expired, bytesKept, kept: keptAfter(log, expired, options) };
}

/** From which day on each kind is complete once these partitions are gone. */
function keptAfter(log: LakeParts['log'], expired: readonly Candidate[], options: ExpireOptions): KeptFrom {
  const newest = (tables: readonly TableName[]): string | null =>
    expired
      .filter(({ table }) => tables.includes(table))
      .reduce<string | null>((day, { endDay }) => laterDay(day, endDay), null);
  const before = keptFrom(log);
  return {
    raw: laterDay(laterDay(before.raw, options.rawBefore ?? null), newest(RAW_TABLES)),
    malformed: laterDay(laterDay(before.malformed, options.rawBefore ?? null), newest(['malformed'])),
    rollups: laterDay(laterDay(before.rollups, options.rollupsBefore ?? null), newest(ROLLUP_TABLES)),
  };
}

/** The dated partitions of some tables, oldest first; of one day in the order of the tables. */
function candidatesOf(log: LakeParts['log'], tables: readonly TableName[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const table of tables) {
    for (const file of lakeTableOf(table, tableStateOf(log.state, table)).files) {
      if (file.partition === null) continue;
      const key = `${file.partition} ${table}`;
      const endDay = isMonthly(table) ? nextMonth(file.partition) : nextDay(file.partition);
      const candidate = candidates.get(key) ?? { table, partition: file.partition, endDay, files: [] };
      candidate.files.push(file);
      candidates.set(key, candidate);
    }
  }
  return [...candidates.values()].sort((a, b) => (a.endDay < b.endDay ? -1 : a.endDay > b.endDay ? 1 : 0));
}

function isMonthly(table: TableName): boolean {
  return TABLES.some(({ name, partition }) => name === table && partition === 'month');
}

function commitOf({ deps }: LakeParts, { expired, kept }: ExpiryPlan): LakeCommit {
  const changes = new Map<TableName, TableChange>();
  for (const { table, files } of expired) {
    const removes = files.map((file) => removalOf(table, file, deps.nowMs(), true));
    changes.set(table, {
      adds: [],
      removes: [...(changes.get(table)?.removes ?? []), ...removes],
      columns: [],
    });
  }
  const settings = keptFromSettings(kept);
  return { kind: 'expire', id: deps.newId(), objects: [], changes, settings };
}

function samePlan(a: ExpiryPlan, b: ExpiryPlan): boolean {
  const pathsOf = (plan: ExpiryPlan): string =>
    plan.expired.flatMap(({ files }) => files.map(({ path }) => path)).join('\n');
  return pathsOf(a) === pathsOf(b);
}

function reportOf({ expired, bytesKept }: ExpiryPlan, isDone: boolean): ExpireReport {
  const partitions = expired.map(({ table, partition, files }) => ({
    table,
    partition,
    files: files.length,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: bytesOf(files),
  }));
  return { partitions, bytesKept, isDone };
}

function checkOptions(options: ExpireOptions): void {
  const days = [options.rawBefore, options.rollupsBefore].filter((day) => day !== undefined);
  for (const day of days) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) {
      throw lakeError('lake.bad-option', `"${day}" is no day; use YYYY-MM-DD`, { day });
    }
  }
  if (days.length === 0 && options.maxBytes === undefined) {
    throw lakeError(
      'lake.bad-option',
      'nothing to expire by; give an age (--keep 90d) or a size (--max-size 500GB)',
    );
  }
}

const bytesOf = (files: readonly LakeFile[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

function nextMonth(day: string): string {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}
