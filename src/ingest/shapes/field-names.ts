/** Logs Insights names the times of a record so. */
const OTHER_NAMES: Readonly<Record<string, string>> = { startTime: 'start', endTime: 'end' };

/**
 * The name that a column of a table or a member of an object stands for: without the `@` of Logs Insights, and with `_` for what cannot
 * stand in a name. Fields keep their spelling.
 */
export function fieldNameOf(text: string): string {
  const name = /^[\w-]+$/.test(text) ? text : text.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^_+|_+$/g, '');
  return OTHER_NAMES[name] ?? name;
}

/** A value as it can stand in a line: `-` when there is none, blanks percent-encoded as in tags. Text may be bytes as Latin-1. */
export function tokenOf(value: string): string {
  const text = value.replace(/^[ \t]+|[ \t]+$/g, '');
  return text === '' ? '-' : text.replace(/[ \t\r\n]/g, encodeURIComponent);
}
