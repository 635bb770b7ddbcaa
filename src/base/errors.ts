/**
 * What went wrong, by who can act on it. The kind decides the fate of the error: see the exit-code table
 * in `src/cli/exit-codes.ts` and the HTTP statuses in `src/api`.
 */
export type ErrorKind = 'input' | 'query' | 'service' | 'engine' | 'config' | 'bug';

export interface WeirErrorInit {
  /** Structured facts about this one case; JSON-serialisable, never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The error that caused this one, kept whole. */
  readonly cause?: unknown;
}

/**
 * The one error class of the project.
 *
 * `code` is stable and dotted, folder first (`record.bad-port`, `lake.commit-lost`); callers match on it.
 * `message` is for people: what was found, what was expected, what to do next.
 */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, code: string, message: string, init: WeirErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = kind;
    this.code = code;
    this.details = init.details ?? {};
  }
}

/** True for our own errors; narrows `unknown` from a catch clause. */
export function isWeirError(error: unknown): error is WeirError {
  return error instanceof WeirError;
}

/** The message of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws a `bug` error when an invariant of ours does not hold. Never for bad input. */
export function assertInvariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new WeirError('bug', 'base.invariant', `broken invariant: ${message}`);
}

/** For the default branch of a switch over a closed union: a missing case does not compile. */
export function unreachable(value: never): never {
  throw new WeirError('bug', 'base.unreachable', `unexpected value ${JSON.stringify(value)}`);
}
