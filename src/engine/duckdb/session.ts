import type { DuckDBConnection, DuckDBResultReader, StatementType } from '@duckdb/node-api';
import { type SqlParameter, type SqlRow, type SqlSession, WeirError } from '../../base/index.ts';
import type { ResultFrame } from '../frame.ts';
import { engineError } from './errors.ts';
import { type RowStream, rowStream } from './row-stream.ts';
import { INTERRUPT_EVERY_MS, type StatementLimits, StatementWatch } from './statement-watch.ts';
import { toJsonValue } from './values.ts';

/** How far one query may go. */
export interface QueryOptions extends StatementLimits {
  /** Values of `$1`, `$2`, … */
  readonly parameters?: readonly SqlParameter[];
  /** Rows to hand out at most; the frame says when there were more. Without it, all. */
  readonly maxRows?: number;
}

/** A session that answers questions with typed frames, beside the plain `SqlSession`. */
export interface QuerySession extends SqlSession {
  /**
   * Runs one statement and gives its rows as JSON values. Cost: rows are streamed, so a row limit also bounds the
   * work of statements without a sort or an aggregate.
   *
   * Errors: `WeirError` of kind `engine`; codes in `duckdb/errors.ts`.
   */
  query(sql: string, options?: QueryOptions): Promise<ResultFrame>;
  /** Runs one statement and gives its rows as they are made; `maxRows` plays no part. Errors: as `query`. */
  stream(sql: string, options?: QueryOptions): Promise<RowStream>;
  /** How far the running statement is. Any time, also while it runs. */
  progress(): StatementProgress;
}

/** How far a statement is, as the engine reckons. */
export interface StatementProgress {
  /** 0 to 100; null when the engine cannot say, as before a statement and on sessions that are not watched. */
  readonly percent: number | null;
  /** Rows read so far, of all tables together. */
  readonly rowsRead: number;
}

/** One connection to DuckDB. Statements run one after another; open a session per question asked at the same time. */
export class DuckDbSession implements QuerySession {
  readonly #connection: DuckDBConnection;
  /** Pieces of work that hold the connection now. */
  #running = 0;
  #isClosed = false;

  readonly #release: () => void;

  /** `release` gives the connection back when nothing runs on it any more; it is closed without one. */
  constructor(connection: DuckDBConnection, release: () => void = () => connection.closeSync()) {
    this.#connection = connection;
    this.#release = release;
  }

  async run(sql: string, parameters: readonly SqlParameter[] = []): Promise<void> {
    try {
      await this.use((connection) => connection.run(sql, [...parameters]));
    } catch (error) {
      throw engineError(error, sql, this.#isClosed ? 'cancelled' : null);
    }
  }

  async rows(sql: string, parameters: readonly SqlParameter[] = []): Promise<readonly SqlRow[]> {
    try {
      const reader = await this.use((connection) => connection.runAndReadAll(sql, [...parameters]));
      return reader.getRowObjectsJS();
    } catch (error) {
      throw engineError(error, sql, this.#isClosed ? 'cancelled' : null);
    }
  }

  /**
   * Works with the engine's own connection, for this folder only. The connection stays open until `work` has ended,
   * whoever closes the session meanwhile.
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.#hold();
    try {
      return await work(this.#connection);
    } finally {
      this.#letGo();
    }
  }

  async query(sql: string, options: QueryOptions = {}): Promise<ResultFrame> {
    const started = performance.now();
    const reader = await this.#read(sql, options);
    const all = reader.getRows();
    const limit = options.maxRows ?? all.length;
    const types = reader.columnTypes();
    return {
      columns: reader.deduplicatedColumnNames().map((name, index) => ({ name, type: String(types[index]) })),
      rows: all.slice(0, limit).map((row) => row.map(toJsonValue)),
      truncated: all.length > limit,
      seconds: (performance.now() - started) / 1000,
    };
  }

  async stream(sql: string, options: QueryOptions = {}): Promise<RowStream> {
    const watch = new StatementWatch(this.#connection, sql, options);
    try {
      this.#hold();
    } catch (error) {
      watch.end();
      throw error;
    }
    const end = (): void => {
      watch.end();
      this.#letGo();
    };
    try {
      return rowStream(await this.#connection.stream(sql, [...(options.parameters ?? [])]), watch, end);
    } catch (error) {
      end();
      throw watch.errorOf(error, this.#isClosed);
    }
  }

  progress(): StatementProgress {
    const { percentage, rows_processed: rows } = this.#connection.progress;
    return { percent: percentage < 0 ? null : percentage, rowsRead: Number(rows) };
  }

  /** What kind of statement each statement of the text is, by the engine's own parser and binder. Runs none. */
  async statementTypes(sql: string): Promise<readonly StatementType[]> {
    try {
      return await this.use(async (connection) => {
        const statements = await connection.extractStatements(sql);
        const types: StatementType[] = [];
        for (let index = 0; index < statements.count; index++) {
          const prepared = await statements.prepare(index);
          types.push(prepared.statementType);
          prepared.destroySync();
        }
        return types;
      });
    } catch (error) {
      throw engineError(error, sql, this.#isClosed ? 'cancelled' : null);
    }
  }

  /**
   * Gives the connection back. What still runs is interrupted and ends with an error first: closing the connection of a
   * running statement breaks or hangs the process. The session is of no use afterwards; closing it again changes nothing.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#running === 0) {
      this.#release();
      return;
    }
    const interrupting = setInterval(() => {
      if (this.#running === 0) clearInterval(interrupting);
      else this.#connection.interrupt();
    }, INTERRUPT_EVERY_MS);
  }

  async #read(sql: string, options: QueryOptions): Promise<DuckDBResultReader> {
    const watch = new StatementWatch(this.#connection, sql, options);
    const values = [...(options.parameters ?? [])];
    const { maxRows } = options;
    try {
      return await this.use((connection) =>
        maxRows === undefined
          ? connection.runAndReadAll(sql, values)
          : connection.streamAndReadUntil(sql, maxRows + 1, values),
      );
    } catch (error) {
      throw watch.errorOf(error, this.#isClosed);
    } finally {
      watch.end();
    }
  }

  #hold(): void {
    if (this.#isClosed) throw new WeirError('engine', 'engine.closed', 'the session was closed');
    this.#running++;
  }

  #letGo(): void {
    this.#running--;
    if (this.#isClosed && this.#running === 0) this.#release();
  }
}
