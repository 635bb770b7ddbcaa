/** Logs Insights names the times of a record so. */
const OTHER_NAMES: Readonly<Record<string, string>> = { startTime: 'start', endTime: 'end' };

/**
 * The name that a column of a table or a member of an object stands for: without the `@` of Logs Insights, and with `_` for what cannot
 * stand in a name. Fields keep their spelling.
 */
export function fieldNameOf(text: string): string {
  const name = text.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^_+|_+$/g, '');
  return OTHER_NAMES[name] ?? name;
}

/** A value as it can stand in a line: `-` when there is none, blanks percent-encoded as in tags. */
export function tokenOf(value: string): string {
  const text = value.trim();
  return text === '' ? '-' : text.replace(/\s/g, encodeURIComponent);
}
