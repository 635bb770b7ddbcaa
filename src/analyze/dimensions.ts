import { WeirError } from '../base/index.ts';
import { type Bucket, columnBySpelling, type PlanSource, QUERY_COLUMNS } from '../query/index.ts';

/** What a comma-separated list of dimensions names. */
export interface Dimensions {
  /** The kind of records that has all of them. */
  readonly source: PlanSource;
  /** Names of the answer's columns, in the order of the list. */
  readonly names: readonly string[];
  /** Those that are columns of the records. */
  readonly columns: readonly string[];
  /** The one that is a slice of time; null when there is none. */
  readonly bucket: Bucket | null;
}

/** Short names people type, where a filter would mean both ends or nothing. */
const ALIASES: Readonly<Record<string, string>> = { src: 'srcaddr', dst: 'dstaddr', port: 'svc_port' };

/** Slices of time, by the start of the record, UTC: seconds. */
const TIMES: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Columns that measure rather than name; grouping by them is never meant. */
const NOT_DIMENSIONS: ReadonlySet<string> = new Set([
  'packets',
  'bytes',
  'start',
  'end',
  'object_id',
  'duration',
  'bps',
  'pps',
  'bpp',
]);

const GROUPED = QUERY_COLUMNS.filter(({ name }) => !NOT_DIMENSIONS.has(name));

/**
 * The dimensions that a comma-separated list names. Names may be AWS's (`pkt-srcaddr`), SQL's (`pkt_srcaddr`),
 * TypeScript's (`pktSrcAddr`), a short one (`src`, `port`, `eni`), a derived column (`direction`, `svc_port`) or one
 * slice of time (`minute`, `hour`, `day`).
 *
 * Errors: `analyze.unknown-field` with the nearest names, `analyze.two-times`, `analyze.mixed-records` when one field
 * exists only in VPC records and another only in transit gateway records.
 */
export function dimensionsOf(list: string): Dimensions {
  const given = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (given.length === 0) throw unknownField(list);
  const names = [...new Set(given.map(dimensionOf))];
  const times = names.filter((name) => name in TIMES);
  if (times.length > 1) {
    throw new WeirError('query', 'analyze.two-times', `${times.join(', ')}: one slice of time is enough`, {
      details: { fields: times },
    });
  }
  const [time] = times;
  const columns = names.filter((name) => !(name in TIMES));
  return {
    source: sourceOf(columns),
    names,
    columns,
    bucket: time === undefined ? null : { name: time, seconds: TIMES[time] ?? 0 },
  };
}

/** All names that `dimensionsOf` takes, without the other spellings. */
export function dimensionNames(): readonly string[] {
  return [...GROUPED.map(({ name }) => name), ...Object.keys(TIMES), ...Object.keys(ALIASES)];
}

function sourceOf(columns: readonly string[]): PlanSource {
  const holdsAll = (source: PlanSource): boolean =>
    columns.every((name) => columnBySpelling(name)?.sources.includes(source) === true);
  if (holdsAll('flows')) return 'flows';
  if (holdsAll('tgw_flows')) return 'tgw_flows';
  throw new WeirError(
    'query',
    'analyze.mixed-records',
    `${columns.join(', ')}: some of these fields exist only in VPC records and some only in transit gateway records`,
    { details: { fields: columns } },
  );
}

function dimensionOf(text: string): string {
  const lower = text.toLowerCase();
  if (lower in TIMES) return lower;
  const name = ALIASES[lower] ?? columnBySpelling(text)?.name;
  if (name === undefined || NOT_DIMENSIONS.has(name)) throw unknownField(text);
  return name;
}

/** The error for a name that is no field, with the nearest names. */
export function unknownField(text: string): WeirError {
  const near = dimensionNames()
    .filter((name) => isNear(name, text.toLowerCase().replaceAll('-', '_')))
    .slice(0, 5);
  const hint = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '; weir fields lists them all';
  return new WeirError('query', 'analyze.unknown-field', `"${text}" is no field to group by${hint}`, {
    details: { field: text, near },
  });
}

/** Shares a beginning, holds the other, or is two letters away at most. */
function isNear(name: string, text: string): boolean {
  if (text.length < 2) return false;
  return (
    name.includes(text) ||
    text.includes(name) ||
    name.startsWith(text.slice(0, 4)) ||
    distance(name, text) <= 2
  );
}

function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      current.push(
        Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 3;
}
