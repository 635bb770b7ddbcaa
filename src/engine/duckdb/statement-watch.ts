import type { DuckDBConnection } from '@duckdb/node-api';
import { engineError, type StopReason } from './errors.ts';

/** When a statement has to end before it is done. */
export interface StatementLimits {
  /** Wall time after which the engine is interrupted (`engine.timeout`). Without it, none. */
  readonly timeoutMs?: number;
  /** Interrupts the engine when aborted (`engine.cancelled`). */
  readonly signal?: AbortSignal;
  /** Called once when the engine has not ended ten seconds after it was told to: some of its loops look for no interrupt. */
  readonly onStuck?: () => void;
}

const STUCK_AFTER_MS = 10_000;

/** An interrupt that arrives before the engine has begun is lost, so a stopped query is interrupted until it ends. */
export const INTERRUPT_EVERY_MS = 20;

/** Interrupts the statement of a connection when its time is up or nobody wants its answer any more. */
export class StatementWatch {
  readonly #connection: DuckDBConnection;
  readonly #sql: string;
  readonly #limits: StatementLimits;
  readonly #timer: NodeJS.Timeout | undefined;
  #stopped: StopReason | null = null;
  #interrupting: NodeJS.Timeout | undefined;
  #waiting: NodeJS.Timeout | undefined;

  /** Errors: `engine.cancelled` when the signal has fired already. */
  constructor(connection: DuckDBConnection, sql: string, limits: StatementLimits) {
    this.#connection = connection;
    this.#sql = sql;
    this.#limits = limits;
    if (limits.signal?.aborted === true) throw engineError(limits.signal.reason, sql, 'cancelled');
    limits.signal?.addEventListener('abort', this.#onAbort);
    const { timeoutMs } = limits;
    this.#timer = timeoutMs === undefined ? undefined : setTimeout(() => this.stop('timeout'), timeoutMs);
  }

  /** Why the statement was interrupted; null while it may run. */
  get stopped(): StopReason | null {
    return this.#stopped;
  }

  /** Interrupts the statement until `end`. */
  stop(reason: StopReason): void {
    if (this.#stopped !== null) return;
    this.#stopped = reason;
    this.#connection.interrupt();
    this.#interrupting = setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS);
    const { onStuck } = this.#limits;
    if (onStuck !== undefined) this.#waiting = setTimeout(onStuck, STUCK_AFTER_MS);
  }

  /** What the engine threw, as our error; `isClosed` when the session was closed meanwhile. */
  errorOf(error: unknown, isClosed = false): Error {
    return engineError(
      error,
      this.#sql,
      this.#stopped ?? (isClosed ? 'cancelled' : null),
      this.#limits.timeoutMs,
    );
  }

  /** The statement is over, well or not. */
  end(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#interrupting);
    clearTimeout(this.#waiting);
    this.#limits.signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.stop('cancelled');
}
