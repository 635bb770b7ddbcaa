import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb, { type Appender } from '@duckdb/node-bindings';
import { ipKey, parseIp, scopeOf, sqlIdentifier, sqlString } from '../../base/index.ts';
import { type BatchColumn, type ColumnBatch, FIELDS } from '../../record/index.ts';
import type { DuckDbSession } from './session.ts';

/** Rows of one DuckDB vector. */
const VECTOR_ROWS = 2048;
/** Longer dictionaries reach DuckDB as a table, shorter ones as literals. */
const LITERAL_ENTRIES = 2000;
type TextColumn = Extract<BatchColumn, { kind: 'text' }>;

/** What is known of each distinct address of a batch; null entries are text that is no address. */
export interface AddressFacts {
  /** The dictionary that the address columns share. */
  readonly dictionary: readonly string[];
  keyOf(code: number): string | null;
  scopeOf(code: number): string | null;
}

/** The tables and types of a loaded batch. */
export interface LoadedBatch {
  /** Name of the table with the rows. */
  readonly relation: string;
  /** Drops the tables and types. */
  drop(): Promise<void>;
}

const ADDRESS_COLUMNS = new Set(
  FIELDS.filter((field) => field.shape === 'address').map((field) => field.sql),
);

/**
 * Loads a batch into the table `relation` (columns as in the batch, text columns as ENUMs over their
 * dictionaries) and its distinct addresses into `<relation>_addresses (ip, ip_key, scope)`.
 *
 * Values are copied vector by vector out of the batch's own memory, so nothing is boxed: about 10 ns per value.
 * ENUMs make grouping and Parquet's dictionary encoding work on numbers (`docs/decisions/0002-columnar-scanner.md`).
 * The tables are of the engine, not of the session, so that another session can work on them while the next batch is
 * loaded. Columns that are null in every row are left out. Errors: rejects with what DuckDB says.
 */
export async function loadBatch(
  session: DuckDbSession,
  relation: string,
  batch: ColumnBatch,
  addresses: AddressFacts = plainAddresses(batch),
): Promise<LoadedBatch> {
  const types = await session.use((connection) => load(connection, relation, batch, addresses));
  return {
    relation,
    drop: async () => {
      await session.run(`DROP TABLE IF EXISTS ${sqlIdentifier(relation)}`);
      await session.run(`DROP VIEW IF EXISTS ${sqlIdentifier(`${relation}_addresses`)}`);
      await session.run(`DROP TABLE IF EXISTS ${sqlIdentifier(`${relation}_dictionary`)}`);
      for (const name of types) await session.run(`DROP TYPE IF EXISTS ${sqlIdentifier(name)}`);
    },
  };
}

/** Loads, and gives the names of the types that it made. */
async function load(
  connection: DuckDBConnection,
  relation: string,
  batch: ColumnBatch,
  addresses: AddressFacts,
): Promise<readonly string[]> {
  const columns = batch.columns.filter((column) => hasValues(column));
  const dictionaryTable = `${relation}_dictionary`;
  const types = new Map<readonly string[], string>();
  await loadAddresses(connection, relation, addresses);
  for (const column of columns) {
    if (column.kind !== 'text' || types.has(column.dictionary)) continue;
    const name = `${relation}_type${types.size}`;
    const isAddresses = column.dictionary === addresses.dictionary;
    await createEnum(connection, name, column.dictionary, isAddresses ? dictionaryTable : null);
    types.set(column.dictionary, name);
  }
  const definitions = columns.map((column) => `${sqlIdentifier(column.name)} ${sqlType(column, types)}`);
  await connection.run(`CREATE OR REPLACE TABLE ${sqlIdentifier(relation)} (${definitions.join(', ')})`);
  await appendRows(connection, relation, batch.rows, columns.map(rawColumn));
  return [...types.values()];
}

/** A column as bytes: `width` bytes per row from `bytes`, validity bits from `valid` (null: no nulls). */
interface RawColumn {
  readonly width: number;
  readonly bytes: Uint8Array;
  readonly valid: Uint8Array | null;
}

function rawColumn(column: BatchColumn): RawColumn {
  const valid = isAllSet(column.valid) ? null : column.valid;
  if (column.kind === 'int32') return { width: 4, bytes: bytesOf(column.values), valid };
  if (column.kind === 'int64') return { width: 8, bytes: bytesOf(column.words), valid };
  const size = column.dictionary.length;
  if (size <= 255) return { width: 1, bytes: Uint8Array.from(column.codes), valid };
  if (size <= 65_535) return { width: 2, bytes: bytesOf(Uint16Array.from(column.codes)), valid };
  return { width: 4, bytes: bytesOf(column.codes), valid };
}

async function appendRows(
  connection: DuckDBConnection,
  relation: string,
  rows: number,
  columns: readonly RawColumn[],
): Promise<void> {
  const appender = await connection.createAppender(relation);
  try {
    // The appender's own types, not equal ones made anew: two ENUM types are told equal by comparing every entry, for
    // each chunk again, unless they are one object.
    const handle = rawAppender(appender);
    const raw = duckdb.create_data_chunk(
      columns.map((_, index) => duckdb.appender_column_type(handle, index)),
    );
    const chunk = new DuckDBDataChunk(raw);
    for (let from = 0; from < rows; from += VECTOR_ROWS) {
      const count = Math.min(VECTOR_ROWS, rows - from);
      duckdb.data_chunk_reset(raw);
      for (const [index, column] of columns.entries()) {
        copyVector(duckdb.data_chunk_get_vector(raw, index), column, from, count);
      }
      duckdb.data_chunk_set_size(raw, count);
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

/** The binding's handle, which the API keeps to itself. */
function rawAppender(appender: DuckDBAppender): Appender {
  return (appender as unknown as { readonly appender: Appender }).appender;
}

function copyVector(
  vector: ReturnType<typeof duckdb.data_chunk_get_vector>,
  column: RawColumn,
  from: number,
  count: number,
): void {
  const { bytes, valid, width } = column;
  // The binding takes no shared memory, which batches of other threads lie in.
  scratch.set(bytes.subarray(from * width, (from + count) * width));
  duckdb.copy_data_to_vector(vector, 0, scratch.buffer, 0, count * width);
  if (valid === null) return;
  duckdb.vector_ensure_validity_writable(vector);
  // `from` is a multiple of 2048, so the bits start on a byte.
  const byteCount = (count + 7) >> 3;
  scratch.set(valid.subarray(from >> 3, (from >> 3) + byteCount));
  duckdb.copy_data_to_vector_validity(vector, 0, scratch.buffer, 0, byteCount);
}

/** One vector of the widest column. */
const scratch = new Uint8Array(new ArrayBuffer(VECTOR_ROWS * 8));

/** Makes `<relation>_addresses`, and `<relation>_dictionary` with the address texts in code order. */
async function loadAddresses(
  connection: DuckDBConnection,
  relation: string,
  addresses: AddressFacts,
): Promise<void> {
  const dictionaryTable = `${relation}_dictionary`;
  await connection.run(
    `CREATE OR REPLACE TABLE ${sqlIdentifier(dictionaryTable)} (code INTEGER, ip VARCHAR, ip_key VARCHAR, scope VARCHAR)`,
  );
  const appender = await connection.createAppender(dictionaryTable);
  try {
    for (const [code, text] of addresses.dictionary.entries()) {
      const key = addresses.keyOf(code);
      appender.appendInteger(code);
      appender.appendVarchar(text);
      if (key === null) {
        appender.appendNull();
        appender.appendNull();
      } else {
        appender.appendVarchar(key);
        appender.appendVarchar(addresses.scopeOf(code) ?? 'public');
      }
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
  await connection.run(
    `CREATE OR REPLACE VIEW ${sqlIdentifier(`${relation}_addresses`)} AS
     SELECT ip, ip_key, scope FROM ${sqlIdentifier(dictionaryTable)} WHERE ip_key IS NOT NULL`,
  );
}

/** Makes an ENUM of a dictionary, codes in order: from `table (code, ip)` when there is one, else from the texts. */
async function createEnum(
  connection: DuckDBConnection,
  name: string,
  dictionary: readonly string[],
  table: string | null,
): Promise<void> {
  await connection.run(`DROP TYPE IF EXISTS ${sqlIdentifier(name)}`);
  if (table === null && dictionary.length <= LITERAL_ENTRIES) {
    await connection.run(
      `CREATE TYPE ${sqlIdentifier(name)} AS ENUM (${dictionary.map(sqlString).join(', ')})`,
    );
    return;
  }
  const source = table ?? `${name}_texts`;
  if (table === null) await loadTexts(connection, source, dictionary);
  await connection.run(
    `CREATE TYPE ${sqlIdentifier(name)} AS ENUM (SELECT ip FROM ${sqlIdentifier(source)} ORDER BY code)`,
  );
  if (table === null) await connection.run(`DROP TABLE ${sqlIdentifier(source)}`);
}

async function loadTexts(
  connection: DuckDBConnection,
  table: string,
  texts: readonly string[],
): Promise<void> {
  await connection.run(`CREATE OR REPLACE TABLE ${sqlIdentifier(table)} (code INTEGER, ip VARCHAR)`);
  const appender = await connection.createAppender(table);
  try {
    for (const [code, text] of texts.entries()) {
      appender.appendInteger(code);
      appender.appendVarchar(text);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

function sqlType(column: BatchColumn, types: ReadonlyMap<readonly string[], string>): string {
  if (column.kind === 'int32') return 'INTEGER';
  if (column.kind === 'int64') return 'BIGINT';
  return sqlIdentifier(types.get(column.dictionary) ?? 'VARCHAR');
}

/** The facts worked out from the text itself, for batches that carry none. */
function plainAddresses(batch: ColumnBatch): AddressFacts {
  const column = batch.columns.find(
    (entry): entry is TextColumn => entry.kind === 'text' && ADDRESS_COLUMNS.has(entry.name),
  );
  const dictionary = column?.dictionary ?? [];
  return {
    dictionary,
    keyOf: (code) => {
      const address = parseIp(dictionary[code] ?? '');
      return address === null ? null : ipKey(address);
    },
    scopeOf: (code) => {
      const address = parseIp(dictionary[code] ?? '');
      return address === null ? null : scopeOf(address);
    },
  };
}

function bytesOf(array: Int32Array | Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function hasValues(column: BatchColumn): boolean {
  return (column.kind !== 'text' || column.dictionary.length > 0) && column.valid.some((byte) => byte !== 0);
}

function isAllSet(valid: Uint8Array): boolean {
  return valid.every((byte) => byte === 255);
}
