/** File names that are never logs, and why they lie beside them. */
const NOT_LOGS: ReadonlyMap<string, string> = new Map([
  ['aws-logs-write-test', 'CloudWatch leaves it when it checks the bucket before an export'],
  ['_SUCCESS', 'Spark and Hadoop leave it when a job is done'],
  ['Thumbs.db', 'Windows folder view'],
  ['desktop.ini', 'Windows folder view'],
]);

/** Why a file or folder found on the way is left out; null when it is read. Files named on purpose are never asked. */
export function skipReason(name: string): 'hidden' | 'not-a-log' | null {
  if (name.startsWith('.')) return 'hidden';
  return NOT_LOGS.has(name) || name === '_delta_log' || name.endsWith('$folder$') ? 'not-a-log' : null;
}
