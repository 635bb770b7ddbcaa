/** A value that can be bound to `$1`, `$2`, … of a statement. */
export type SqlParameter = string | number | bigint | boolean | null;

/** One row of an answer: column name to JavaScript value (bigint for 64-bit integers, null for NULL). */
export type SqlRow = Readonly<Record<string, unknown>>;

/**
 * A connection to the embedded SQL engine, as the lower folders see it. `engine/duckdb` implements it; whoever
 * needs SQL takes one as an argument, so that only that folder knows the engine.
 *
 * Errors: rejects with a `WeirError` of kind `engine` carrying the SQL and the engine's own text.
 */
export interface SqlSession {
  /** Runs one statement and drops its rows. */
  run(sql: string, parameters?: readonly SqlParameter[]): Promise<void>;
  /** Runs one statement and gives all of its rows; for answers known to be small. */
  rows(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly SqlRow[]>;
}

/** `text` as a SQL string literal. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as a quoted SQL identifier. */
export function sqlIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
