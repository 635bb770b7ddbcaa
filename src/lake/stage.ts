import { type SqlSession, sqlIdentifier, sqlString } from '../base/index.ts';
import { type RecordKind, type TableName, tableOf } from '../record/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import { type FileOrder, storeFile, writeParquet } from './data-file.ts';
import type { AddFile } from './delta-actions.ts';
import { lakeError } from './errors.ts';
import type { TableChange } from './lake-commit.ts';
import {
  addressSumsSql,
  coverageSql,
  dayNumberSql,
  type Relation,
  timestampSql,
  VOLUMES,
  volumeSql,
  volumeSumsSql,
  windowsSql,
} from './stage-sql.ts';

/** Files in the store that no commit names yet. Given to `commit`; a staged batch that is never committed is swept by vacuum. */
export interface Staged {
  /** Records in the batch, NODATA and SKIPDATA ones included. */
  readonly rows: number;
  readonly changes: ReadonlyMap<TableName, TableChange>;
}

/** What staging needs. */
export interface StageDeps {
  readonly store: ObjectStore;
  readonly session: SqlSession;
  readonly nowMs: () => number;
}

/** Collects the files of a batch; uploads run while the engine writes the next file. */
interface Staging {
  write(order: FileOrder): Promise<void>;
  finish(rows: number): Promise<Staged>;
}

/**
 * Writes one batch of parsed records as files: the records themselves, unsorted, one file per day, and what they add to
 * the address index, the volumes and the coverage. Nothing is visible before `commit`.
 *
 * `relation` names a temporary table of the session with a subset of the columns of `flows` (or `tgw_flows`) and any
 * number of text columns for unknown fields; `<relation>_addresses(ip, ip_key, scope)` has a row per distinct address.
 *
 * Errors: `lake.column-clash` for an unknown field whose name no engine could tell from another column.
 * Cost: one pass to write, one per rollup; temporary tables of the size of the rollups.
 */
export async function stageRecords(deps: StageDeps, relationName: string, kind: RecordKind): Promise<Staged> {
  const { session } = deps;
  const relation = await describeRelation(session, relationName, kind);
  const staging = createStaging(deps, await deps.store.scratchDirectory());
  const windows = temporaryTable('windows');
  await session.run(`CREATE OR REPLACE TEMP TABLE ${sqlIdentifier(windows)} AS ${windowsSql(relation)}`);
  try {
    const rows = await writeRecords(session, staging, relation, windows);
    await writeCoverage(session, staging, sqlIdentifier(windows));
    await writeAddresses(session, staging, relation);
    // Transit gateways see traffic that interfaces see as well; the volumes count it once.
    if (kind === 'vpc') await writeVolumes(session, staging, relation);
    return await staging.finish(rows);
  } finally {
    await session.run(`DROP TABLE IF EXISTS ${sqlIdentifier(windows)}`);
  }
}

/** Several staged batches as one, for objects larger than a batch: they are committed together or not at all. */
export function mergeStaged(parts: readonly Staged[]): Staged {
  const changes = new Map<TableName, TableChange>();
  for (const part of parts) {
    for (const [table, change] of part.changes) {
      const before = changes.get(table);
      changes.set(table, {
        adds: [...(before?.adds ?? []), ...change.adds],
        removes: [],
        columns: [...new Set([...(before?.columns ?? []), ...change.columns])],
      });
    }
  }
  return { rows: parts.reduce((sum, part) => sum + part.rows, 0), changes };
}

/** Writes rows given as values (ledger, malformed lines) as one file of a table. */
export async function stageRows(
  deps: StageDeps,
  table: TableName,
  partition: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<Staged> {
  const staging = createStaging(deps, await deps.store.scratchDirectory());
  const { columns, partition: partitionColumn } = tableOf(table);
  const stored = columns.filter(({ name }) => name !== partitionColumn);
  const relation = temporaryTable(table);
  const list = stored.map(({ name, type }) => `${sqlIdentifier(name)} ${type}`).join(', ');
  await deps.session.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${list})`);
  try {
    const shape = JSON.stringify([Object.fromEntries(stored.map(({ name, type }) => [name, type]))]);
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      const json = JSON.stringify(rows.slice(from, from + ROWS_PER_INSERT), jsonValue);
      await deps.session.run(
        `INSERT INTO ${relation} SELECT unnest(from_json($1, ${sqlString(shape)}), recursive := true)`,
        [json],
      );
    }
    await staging.write({
      table,
      partition,
      select: `SELECT DATE ${sqlString(partition)} AS ${partitionColumn}, * FROM ${relation}`,
      columns: columns.map(({ name }) => name),
      style: 'fresh',
    });
    return await staging.finish(rows.length);
  } finally {
    await deps.session.run(`DROP TABLE IF EXISTS ${relation}`);
  }
}

const ROWS_PER_INSERT = 20_000;

/** Lone surrogates, which the engine's JSON reader rejects, become U+FFFD; 64-bit integers become digits. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string' || !/[\ud800-\udfff]/.test(value)) return value;
  return Buffer.from(value).toString();
}

let temporaryTables = 0;

/** A name no other batch of this process uses, so that batches may be staged at the same time. */
function temporaryTable(purpose: string): string {
  temporaryTables += 1;
  return `stage_${purpose}_${temporaryTables}`;
}

function createStaging({ store, session, nowMs }: StageDeps, scratch: string): Staging {
  const adds = new Map<TableName, AddFile[]>();
  const columns = new Map<TableName, Set<string>>();
  const uploads: Promise<void>[] = [];
  return {
    async write(order) {
      const written = await writeParquet(session, scratch, order);
      if (written === null) return;
      const upload = (async () => {
        const add = await storeFile(store, order, written, nowMs(), true);
        adds.set(order.table, [...(adds.get(order.table) ?? []), add]);
        columns.set(order.table, new Set([...(columns.get(order.table) ?? []), ...order.columns]));
      })();
      // Looked at in `finish`; until then a failure must not count as unhandled.
      upload.catch(() => {});
      uploads.push(upload);
    },
    async finish(rows) {
      await Promise.all(uploads);
      const changes = [...adds].map(
        ([table, files]) =>
          [table, { adds: files, removes: [], columns: [...(columns.get(table) ?? [])] }] as const,
      );
      return { rows, changes: new Map(changes) };
    },
  };
}

async function describeRelation(session: SqlSession, name: string, kind: RecordKind): Promise<Relation> {
  const rows = await session.rows(`SELECT name FROM pragma_table_info(${sqlString(name)})`);
  const columns = new Set(rows.map((row) => String(row['name'])));
  const table = tableOf(kind === 'vpc' ? 'flows' : 'tgw_flows');
  const known = new Set(table.columns.map((column) => column.name));
  for (const column of columns) {
    if (known.has(column)) continue;
    const isPlain = /^[a-z_][a-z0-9_]*$/.test(column);
    if (!isPlain || column === table.partition) {
      throw lakeError(
        'lake.column-clash',
        `the unknown field "${column}" cannot be a column of ${table.name}: a name is lower-case letters, digits and _, and is taken once`,
        { column, table: table.name },
      );
    }
  }
  return { name, kind, columns };
}

interface DayOfBatch {
  readonly dayNumber: number | null;
  readonly records: number;
  readonly bounds: Readonly<Record<string, readonly [string, string]>>;
}

/** The days of the batch with exact bounds of the columns that ENUM types leave without. */
async function daysOf(session: SqlSession, windows: string, relation: Relation): Promise<DayOfBatch[]> {
  const bounded: Record<string, string> = { account_id: 'account_id', vpc_id: 'vpc_id' };
  if (relation.kind === 'tgw') bounded['tgw_attachment_id'] = 'interface_id';
  else if (!relation.columns.has('resource_id')) bounded['interface_id'] = 'interface_id';
  const list = Object.entries(bounded).map(
    ([name, column]) => `min(${column}::VARCHAR) AS min_${name}, max(${column}::VARCHAR) AS max_${name}`,
  );
  const rows = await session.rows(
    `SELECT day_number, sum(records)::BIGINT AS records, ${list.join(', ')} FROM ${sqlIdentifier(windows)} GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map((row) => {
    const bounds: Record<string, readonly [string, string]> = {};
    for (const name of Object.keys(bounded)) {
      const [min, max] = [row[`min_${name}`], row[`max_${name}`]];
      if (typeof min === 'string' && typeof max === 'string') bounds[name] = [min, max];
    }
    const dayNumber = row['day_number'] === null ? null : Number(row['day_number']);
    return { dayNumber, records: Number(row['records']), bounds };
  });
}

async function writeRecords(
  session: SqlSession,
  staging: Staging,
  relation: Relation,
  windows: string,
): Promise<number> {
  const table = tableOf(relation.kind === 'vpc' ? 'flows' : 'tgw_flows');
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const stored = [
    ...table.columns.map(({ name }) => name).filter((name) => relation.columns.has(name)),
    ...[...relation.columns].filter((name) => !types.has(name)).sort(),
  ];
  const list = stored.map((name) => {
    const type = types.get(name) ?? 'VARCHAR';
    // Text may be ENUM-typed, which is written as text without a cast, from its dictionary.
    return type === 'VARCHAR'
      ? sqlIdentifier(name)
      : `CAST(${sqlIdentifier(name)} AS ${type}) AS ${sqlIdentifier(name)}`;
  });
  const days = await daysOf(session, windows, relation);
  for (const { dayNumber, bounds } of days) {
    const partition = dayNumber === null ? null : dayText(dayNumber);
    const filter =
      days.length === 1 ? '' : ` WHERE ${dayNumberSql(relation)} IS NOT DISTINCT FROM ${dayNumber ?? 'NULL'}`;
    await staging.write({
      table: table.name,
      partition,
      select: `SELECT ${dateSql(partition)} AS ${table.partition}, ${list.join(', ')} FROM ${sqlIdentifier(relation.name)}${filter}`,
      columns: [table.partition, ...stored],
      style: 'fresh',
      bounds,
    });
  }
  return days.reduce((sum, day) => sum + day.records, 0);
}

async function writeCoverage(session: SqlSession, staging: Staging, windows: string): Promise<void> {
  await withRollup(session, 'coverage', coverageSql(windows), 'day_number', async (rollup, dayNumber) => {
    if (dayNumber === null) return;
    const day = dayText(dayNumber);
    await staging.write({
      table: 'coverage',
      partition: day,
      select:
        `SELECT DATE '${day}' AS day, to_timestamp(hour * 3600) AS ts, account_id, vpc_id, interface_id, ` +
        `ok_minutes, nodata_minutes, skipdata_minutes FROM ${rollup} WHERE day_number = ${dayNumber}`,
      columns: tableOf('coverage').columns.map(({ name }) => name),
      style: 'fresh',
    });
  });
}

async function writeAddresses(session: SqlSession, staging: Staging, relation: Relation): Promise<void> {
  const sql = addressSumsSql(relation);
  if (sql === null) return;
  const addresses = sqlIdentifier(`${relation.name}_addresses`);
  await withRollup(session, 'ip_day', sql, 'day_number', async (rollup, dayNumber) => {
    const day = dayNumber === null ? null : dayText(dayNumber);
    await staging.write({
      table: 'ip_day',
      partition: day,
      select:
        `SELECT ${dateSql(day)} AS day, ip_key, address AS ip, ${sqlString(relation.kind)} AS record_kind, account_id, vpc_id, ` +
        `role, direction, scope, ${timestampSql('first_second')} AS first_seen, ${timestampSql('last_second')} AS last_seen, ` +
        `flows, packets, bytes, rejects FROM ${rollup} LEFT JOIN ${addresses} ON ${addresses}.ip = address ` +
        `WHERE day_number IS NOT DISTINCT FROM ${dayNumber ?? 'NULL'}`,
      columns: tableOf('ip_day').columns.map(({ name }) => name),
      style: 'fresh',
    });
  });
}

async function writeVolumes(session: SqlSession, staging: Staging, relation: Relation): Promise<void> {
  const sums = temporaryTable('volumes');
  await session.run(`CREATE OR REPLACE TEMP TABLE ${sums} AS ${volumeSumsSql(relation)}`);
  try {
    for (const volume of VOLUMES) {
      const { table, keys } = volume;
      await withRollup(session, table, volumeSql(sums, volume), 'month_day', async (rollup, monthDay) => {
        const partition = monthDay === null ? null : dayText(monthDay);
        await staging.write({
          table,
          partition,
          select:
            `SELECT ${dateSql(partition)} AS month, to_timestamp(bucket_start) AS ts, ${keys.join(', ')}, flows, packets, bytes ` +
            `FROM ${rollup} WHERE month_day IS NOT DISTINCT FROM ${monthDay ?? 'NULL'}`,
          columns: tableOf(table).columns.map(({ name }) => name),
          style: 'fresh',
        });
      });
    }
  } finally {
    await session.run(`DROP TABLE IF EXISTS ${sums}`);
  }
}

/** Materialises a rollup once and calls `write` for each of its partitions. */
async function withRollup(
  session: SqlSession,
  name: TableName,
  sql: string,
  partitionColumn: string,
  write: (rollup: string, partition: number | null) => Promise<void>,
): Promise<void> {
  const rollup = temporaryTable(name);
  await session.run(`CREATE OR REPLACE TEMP TABLE ${rollup} AS ${sql}`);
  try {
    const rows = await session.rows(`SELECT DISTINCT ${partitionColumn} AS p FROM ${rollup} ORDER BY ALL`);
    for (const { p } of rows) await write(rollup, p === null ? null : Number(p));
  } finally {
    await session.run(`DROP TABLE IF EXISTS ${rollup}`);
  }
}

function dateSql(day: string | null): string {
  return day === null ? 'NULL::DATE' : `DATE '${day}'`;
}

function dayText(dayNumber: number): string {
  return new Date(dayNumber * 86_400_000).toISOString().slice(0, 10);
}
