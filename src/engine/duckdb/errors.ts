import { isWeirError, messageOf, WeirError } from '../../base/index.ts';

/** Why a statement was stopped by us rather than by the engine. */
export type StopReason = 'timeout' | 'cancelled';

/** The engine starts its messages with one of these when the statement, not the machine, is at fault. */
const STATEMENT_FAULTS =
  /^(?:Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Syntax|Not implemented|Mismatch Type|Constraint|Expression) Error/i;

/** What the engine says of a Parquet file that is not one, or not any more. It calls some of these faults of the statement. */
const FILE_FAULTS =
  /No magic bytes|too small to be a Parquet file|TProtocolException|don't know what type|[Dd]ecompress\w* fail|[Ff]ailed to decompress|corrupt|Footer length|not enough bytes|Failed to read (?:Parquet )?file/;

/** Words of the operating system in the engine's messages, and what a person can do about them. */
const ADVICE: readonly (readonly [words: RegExp, advice: string])[] = [
  [/no space left on device/i, 'free some space and run again'],
  [/permission denied|read-only file system/i, "check the file's permissions"],
  [/no such file or directory/i, 'weir lake verify names the files that are lost'],
];

/**
 * The engine's error as ours, kind `engine`, with `sql`, `dialect` and `engineText` in its details.
 *
 * Codes: `engine.timeout` and `engine.cancelled` (stopped by us), `engine.out-of-memory`, `engine.bad-sql` (the
 * statement is at fault), `engine.denied` (the confinement refused), `engine.bad-file` (a file is damaged),
 * `engine.failed` (all else: a file that is gone, a full disk).
 */
export function engineError(
  error: unknown,
  sql: string,
  stopped: StopReason | null,
  timeoutMs?: number,
): WeirError {
  if (isWeirError(error)) return error;
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
  if (FILE_FAULTS.test(engineText)) {
    return new WeirError(
      'engine',
      'engine.bad-file',
      `a file cannot be read as Parquet, it seems damaged; weir lake verify names the damaged files of a lake (${firstLine(engineText)})`,
      init,
    );
  }
  if (STATEMENT_FAULTS.test(engineText))
    return new WeirError('engine', 'engine.bad-sql', engineText.trimEnd(), init);
  const advice = ADVICE.find(([words]) => words.test(engineText))?.[1];
  const message = advice === undefined ? engineText.trimEnd() : `${engineText.trimEnd()}; ${advice}`;
  return new WeirError('engine', 'engine.failed', message, init);
}

/** Generated statements can list thousands of files; the first part is what a person can use. */
function shorten(sql: string): string {
  return sql.length <= 4000 ? sql : `${sql.slice(0, 4000)} … (${sql.length} characters)`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
