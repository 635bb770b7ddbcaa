import type { DuckDBConnection, DuckDBResultReader, StatementType } from '@duckdb/node-api';
import { type SqlParameter, type SqlRow, type SqlSession, WeirError } from '../../base/index.ts';
import type { ResultFrame } from '../frame.ts';
import { engineError, type StopReason } from './errors.ts';
import { toJsonValue } from './values.ts';

/** How far one query may go. */
export interface QueryOptions {
  /** Values of `$1`, `$2`, … */
  readonly parameters?: readonly SqlParameter[];
  /** Rows to hand out at most; the frame says when there were more. Without it, all. */
  readonly maxRows?: number;
  /** Wall time after which the engine is interrupted (`engine.timeout`). Without it, none. */
  readonly timeoutMs?: number;
  /** Interrupts the engine when aborted (`engine.cancelled`). */
  readonly signal?: AbortSignal;
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
}

/** An interrupt that arrives before the engine has begun is lost, so a stopped query is interrupted until it ends. */
const INTERRUPT_EVERY_MS = 20;

/** One connection to DuckDB. Statements run one after another; open a session per question asked at the same time. */
export class DuckDbSession implements QuerySession {
  readonly #connection: DuckDBConnection;
  /** Pieces of work that hold the connection now. */
  #running = 0;
  #isClosed = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
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
    if (this.#isClosed) throw new WeirError('engine', 'engine.closed', 'the session was closed');
    this.#running++;
    try {
      return await work(this.#connection);
    } finally {
      this.#running--;
      if (this.#isClosed && this.#running === 0) this.#connection.closeSync();
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
      this.#connection.closeSync();
      return;
    }
    const interrupting = setInterval(() => {
      if (this.#running === 0) clearInterval(interrupting);
      else this.#connection.interrupt();
    }, INTERRUPT_EVERY_MS);
  }

  async #read(sql: string, options: QueryOptions): Promise<DuckDBResultReader> {
    const { signal, timeoutMs } = options;
    const values = [...(options.parameters ?? [])];
    let stopped: StopReason | null = null;
    let interrupting: NodeJS.Timeout | undefined;
    const stop = (reason: StopReason): void => {
      if (stopped !== null) return;
      stopped = reason;
      this.#connection.interrupt();
      interrupting = setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS);
    };
    const onAbort = (): void => stop('cancelled');
    if (signal?.aborted === true) throw engineError(signal.reason, sql, 'cancelled');
    signal?.addEventListener('abort', onAbort);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), timeoutMs);
    try {
      const { maxRows } = options;
      return await this.use((connection) =>
        maxRows === undefined
          ? connection.runAndReadAll(sql, values)
          : connection.streamAndReadUntil(sql, maxRows + 1, values),
      );
    } catch (error) {
      throw engineError(error, sql, stopped ?? (this.#isClosed ? 'cancelled' : null), timeoutMs);
    } finally {
      clearTimeout(timer);
      clearInterval(interrupting);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
