import { DuckDBInstance } from '@duckdb/node-api';
import { type SqlParameter, type SqlSession, WeirError } from '../../src/base/index.ts';

/** A `SqlSession` on a private in-memory DuckDB, with the way to end it. */
export interface TestSession extends SqlSession {
  close(): void;
}

/** Opens one for tests of folders below `engine`; the smallest thing that keeps the contract of `SqlSession`. */
export async function openDuckdbSession(
  options: Readonly<Record<string, string>> = {},
): Promise<TestSession> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', ...options });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const attempt = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new WeirError('engine', 'engine.failed', text, { details: { sql }, cause: error });
    }
  };
  return {
    run: (sql, parameters: readonly SqlParameter[] = []) =>
      attempt(sql, async () => {
        await connection.run(sql, [...parameters]);
      }),
    rows: (sql, parameters: readonly SqlParameter[] = []) =>
      attempt(sql, async () => {
        const reader = await connection.runAndReadAll(sql, [...parameters]);
        return reader.getRowObjectsJS();
      }),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
