import { isFieldName } from '../../record/index.ts';

/** Logs Insights names the times of a record so. */
const OTHER_NAMES: Readonly<Record<string, string>> = { startTime: 'start', endTime: 'end' };

/** The name of a column of a table, or of a member of an object, as that of a field: without the `@` of Logs Insights. */
export function fieldNameOf(text: string): string {
  const name = text.trim().replace(/^@/, '');
  return OTHER_NAMES[name] ?? name;
}

/**
 * The names of the columns of a table as a layout can have them: what other characters a program puts into the name of a column
 * of its own (`__index_level_0__`, `Source IP`) become `_`, and a column without a name, or whose name comes again, gets a number.
 */
export function plainNames(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name, index) => {
    const base = plainName(name) || `column_${index + 1}`;
    const key = base.toLowerCase().replaceAll('-', '_');
    const chosen = seen.has(key) ? `${key}_column_${index + 1}` : base;
    seen.add(key);
    return chosen;
  });
}

/** The same for one name; fields keep their spelling, and empty is what has no letter. */
export function plainName(name: string): string {
  if (isFieldName(name)) return name;
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');
}

/** A value as it can stand in a line: `-` when there is none, blanks percent-encoded as in tags. Text may be bytes as Latin-1. */
export function tokenOf(value: string): string {
  const text = value.replace(/^[ \t]+|[ \t]+$/g, '');
  return text === '' ? '-' : text.replace(/[ \t\r\n]/g, encodeURIComponent);
}
