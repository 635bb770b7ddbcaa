import { messageOf, WeirError } from '../../base/index.ts';

/** Why a statement was stopped by us rather than by the engine. */
export type StopReason = 'timeout' | 'cancelled';

/** The engine starts its messages with one of these when the statement, not the machine, is at fault. */
const STATEMENT_FAULTS =
  /^(?:Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Syntax|Not implemented|Mismatch Type|Constraint|Expression) Error/i;

/**
 * The engine's error as ours, kind `engine`, with `sql`, `dialect` and `engineText` in its details.
 *
 * Codes: `engine.timeout` and `engine.cancelled` (stopped by us), `engine.out-of-memory`, `engine.bad-sql` (the
 * statement is at fault), `engine.denied` (the confinement refused), `engine.failed` (all else: a file that is gone,
 * a full disk).
 */
export function engineError(
  error: unknown,
  sql: string,
  stopped: StopReason | null,
  timeoutMs?: number,
): WeirError {
  const engineText = messageOf(error).replace(/^Failed to \w+ \w+: /, '');
  const init = { details: { sql: shorten(sql), dialect: 'duckdb', engineText }, cause: error };
  if (stopped === 'timeout') {
    const limit = timeoutMs === undefined ? 'its time limit' : `${timeoutMs / 1000} s`;
    return new WeirError('engine', 'engine.timeout', `the query was stopped after ${limit}`, init);
  }
  if (stopped === 'cancelled')
    return new WeirError('engine', 'engine.cancelled', 'the query was cancelled', init);
  if (/^Out of Memory Error/i.test(engineText)) {
    return new WeirError(
      'engine',
      'engine.out-of-memory',
      `the query needs more memory than it may have: ${firstLine(engineText)}`,
      init,
    );
  }
  if (/^Permission Error/i.test(engineText)) {
    return new WeirError('engine', 'engine.denied', firstLine(engineText), init);
  }
  if (STATEMENT_FAULTS.test(engineText))
    return new WeirError('engine', 'engine.bad-sql', engineText.trimEnd(), init);
  return new WeirError('engine', 'engine.failed', engineText.trimEnd(), init);
}

/** Generated statements can list thousands of files; the first part is what a person can use. */
function shorten(sql: string): string {
  return sql.length <= 4000 ? sql : `${sql.slice(0, 4000)} … (${sql.length} characters)`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
