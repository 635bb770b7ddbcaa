import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SqlSession, sqlString } from '../base/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import type { Action } from './delta-actions.ts';
import { checkpointPath, lastCheckpointPath } from './delta-json.ts';
import { type DeltaTable, stateActions } from './delta-table.ts';
import { lakeError } from './errors.ts';

/** Delta's checkpoint schema (protocol, "Checkpoint Schema"), in DuckDB's types. */
const COLUMNS = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add:
    'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, ' +
    'dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
  remove:
    'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, ' +
    'partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
  metaData:
    'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), ' +
    'schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)',
} as const;

/**
 * Writes the state of a table as a checkpoint and points `_last_checkpoint` at it. Racing writers of the same version
 * write the same content, so the last one may win.
 */
export async function writeCheckpoint(
  store: ObjectStore,
  session: SqlSession,
  tableName: string,
  table: DeltaTable,
  tombstonesSinceMs: number,
): Promise<void> {
  const actions = stateActions(table, tombstonesSinceMs);
  const scratch = join(await store.scratchDirectory(), randomUUID());
  const json = `${scratch}.json`;
  const parquet = `${scratch}.parquet`;
  try {
    const lines = actions.map((action) => `${JSON.stringify(action)}\n`);
    await writeFile(json, lines.join(''));
    // The engine allocates twice the largest object for each of its threads: a generous limit costs more than it may have.
    const largest = lines.reduce((most, line) => Math.max(most, Buffer.byteLength(line)), 1 << 16);
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${sqlString(name)}: ${sqlString(type)}`);
    await session.run(
      `COPY (SELECT * FROM read_json(${sqlString(json)}, format = 'newline_delimited', maximum_object_size = ${largest}, ` +
        `columns = {${columns.join(', ')}})) TO ${sqlString(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await store.putFile(checkpointPath(tableName, table.version), parquet, { move: true });
    await store.put(
      lastCheckpointPath(tableName),
      Buffer.from(JSON.stringify({ version: table.version, size: actions.length })),
    );
  } finally {
    await Promise.all([rm(json, { force: true }), rm(parquet, { force: true })]);
  }
}

/**
 * The actions of a checkpoint.
 *
 * Errors: `lake.bad-checkpoint` when the file cannot be read as one.
 */
export async function readCheckpoint(
  store: ObjectStore,
  session: SqlSession,
  tableName: string,
  version: number,
): Promise<Action[]> {
  const path = checkpointPath(tableName, version);
  try {
    const local = await store.localFile(path);
    const members = Object.keys(COLUMNS).map((name) => `to_json("${name}")::VARCHAR AS "${name}"`);
    const rows = await session.rows(`SELECT ${members.join(', ')} FROM read_parquet(${sqlString(local)})`);
    return rows.map((row) => {
      for (const name of Object.keys(COLUMNS)) {
        const text = row[name];
        if (typeof text === 'string') return { [name]: withoutNulls(JSON.parse(text)) };
      }
      return {};
    });
  } catch (error) {
    throw lakeError(
      'lake.bad-checkpoint',
      `the checkpoint ${store.uriOf(path)} cannot be read; remove it and _last_checkpoint beside it when the log entries before it still exist`,
      { path },
      error,
    );
  }
}

/** Absent members come back from Parquet as nulls; partition values are the one place where null means something. */
function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
