/** A form that an answer can take. */
export type Format = 'json' | 'csv' | 'ndjson' | 'parquet' | 'arrow' | 'events';

/** Media types of the forms of a table, the first one is sent. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
  events: 'text/event-stream',
};

/** Forms whose rows are sent while they are made. */
export type TableFormat = Exclude<Format, 'json' | 'events'>;

const FORMATS = Object.keys(MEDIA_TYPES) as readonly Format[];

/** The media type of a form without its parameters. */
export function mediaTypeOf(format: Format): string {
  return MEDIA_TYPES[format].split(';', 1)[0] ?? '';
}

/**
 * The form that a request asks for: `?format=` first, then the first type of Accept that is ours. Null for a `format`
 * that is none.
 */
export function formatOf(format: string | undefined, accept: string): Format | null {
  if (format !== undefined && format !== '') return FORMATS.find((name) => name === format) ?? null;
  for (const part of accept.toLowerCase().split(',')) {
    const type = part.split(';', 1)[0]?.trim() ?? '';
    const found = FORMATS.find((name) => mediaTypeOf(name) === type);
    if (found !== undefined) return found;
  }
  return 'json';
}
