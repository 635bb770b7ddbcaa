import type { Action } from './delta-actions.ts';
import { lakeError } from './errors.ts';

const VERSION_DIGITS = 20;

/** `_delta_log/00000000000000000042.json` below a table. */
export function logEntryPath(table: string, version: number): string {
  return `${table}/_delta_log/${paddedVersion(version)}.json`;
}

/** `_delta_log/00000000000000000050.checkpoint.parquet` below a table. */
export function checkpointPath(table: string, version: number): string {
  return `${table}/_delta_log/${paddedVersion(version)}.checkpoint.parquet`;
}

/** The pointer to the newest checkpoint. */
export function lastCheckpointPath(table: string): string {
  return `${table}/_delta_log/_last_checkpoint`;
}

/** What a file name of a log means; null for names that are none of ours. */
export function parseLogName(
  name: string,
): { readonly kind: 'entry' | 'checkpoint'; readonly version: number } | null {
  const match = /^(\d{20})\.(json|checkpoint\.parquet)$/.exec(name);
  if (match === null) return null;
  return { kind: match[2] === 'json' ? 'entry' : 'checkpoint', version: Number(match[1]) };
}

/**
 * Actions as the bytes of a log entry: one JSON object per line, a newline at the end. A leading `commitInfo` notes how
 * many lines follow it, because an entry cut between two lines would read as a smaller one.
 */
export function encodeActions(actions: readonly Action[]): Uint8Array {
  const lines = actions.map((action) =>
    action.commitInfo === undefined
      ? action
      : { commitInfo: { ...action.commitInfo, [LINES]: actions.length } },
  );
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** Member of `commitInfo` with the number of lines of its entry. */
const LINES = 'weirLines';

/**
 * The actions of a log entry. Unknown actions and members are kept as they are; the protocol says to ignore them.
 *
 * Errors: `lake.torn-log-entry` when the entry is empty, a line is no JSON object, or lines are missing: it was cut short
 * or damaged.
 */
export function decodeActions(bytes: Uint8Array, where: string): Action[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
  const actions: Action[] = [];
  let expected: unknown;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const action = parseObject(line);
    if (action === null) throw tornEntry(where, index + 1);
    expected ??= (action.commitInfo as Readonly<Record<string, unknown>> | undefined)?.[LINES];
    actions.push(action);
  }
  if (actions.length === 0 || (typeof expected === 'number' && expected !== actions.length)) {
    throw tornEntry(where, actions.length + 1);
  }
  return actions;
}

function parseObject(line: string): Action | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function tornEntry(where: string, line: number): Error {
  return lakeError(
    'lake.torn-log-entry',
    `the log entry ${where} is damaged at line ${line}; restore it from a copy of the lake, or, when it is the newest entry, ` +
      'move it away and ingest its sources again (what it held is not in the lake then)',
    { where, line },
  );
}

function paddedVersion(version: number): string {
  return String(version).padStart(VERSION_DIGITS, '0');
}
