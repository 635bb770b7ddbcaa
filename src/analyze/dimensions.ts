import { WeirError } from '../base/index.ts';
import { fieldByName, fieldsOf, type TableName, tableOf } from '../record/index.ts';

/** Something to group by: a column of the records, or a slice of time. */
export interface Dimension {
  /** The column of the answer. */
  readonly name: string;
  /** SQL over the records. */
  readonly expression: string;
}

/** Short names people type. */
const ALIASES: Readonly<Record<string, string>> = {
  src: 'srcaddr',
  dst: 'dstaddr',
  port: 'svc_port',
  eni: 'interface_id',
  interface: 'interface_id',
  account: 'account_id',
  vpc: 'vpc_id',
  subnet: 'subnet_id',
  instance: 'instance_id',
  proto: 'protocol',
  scope: 'remote_scope',
};

/** Slices of time, by the start of the record, UTC. */
const TIMES: Readonly<Record<string, string>> = {
  minute: 'to_timestamp("start" // 60 * 60)',
  hour: 'to_timestamp("start" // 3600 * 3600)',
  day: 'day',
};

/** Columns that measure rather than name; grouping by them is never meant. */
const NOT_DIMENSIONS: ReadonlySet<string> = new Set(['packets', 'bytes', 'start', 'end', 'object_id']);

/**
 * The dimensions that a comma-separated list names, and the record table they belong to. Names may be AWS's
 * (`pkt-srcaddr`), SQL's (`pkt_srcaddr`), TypeScript's (`pktSrcAddr`), an alias (`src`, `port`), a derived column
 * (`direction`, `svc_port`) or a slice of time (`minute`, `hour`, `day`).
 *
 * Errors: `analyze.unknown-field` with the nearest names, `analyze.mixed-records` when one field exists only in VPC
 * records and another only in transit gateway records.
 */
export function dimensionsOf(list: string): {
  readonly table: 'flows' | 'tgw_flows';
  readonly dimensions: readonly Dimension[];
} {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw unknownField(list);
  const dimensions = names.map(dimensionOf);
  const isIn = (table: TableName, dimension: Dimension): boolean =>
    dimension.name in TIMES || tableOf(table).columns.some((column) => column.name === dimension.name);
  if (dimensions.every((dimension) => isIn('flows', dimension))) return { table: 'flows', dimensions };
  if (dimensions.every((dimension) => isIn('tgw_flows', dimension)))
    return { table: 'tgw_flows', dimensions };
  throw new WeirError(
    'query',
    'analyze.mixed-records',
    `${names.join(', ')}: some of these fields exist only in VPC records and some only in transit gateway records`,
    { details: { fields: names } },
  );
}

function dimensionOf(text: string): Dimension {
  const lower = text.toLowerCase();
  const name = ALIASES[lower] ?? fieldByName(text)?.sql ?? lower;
  const time = TIMES[name];
  if (time !== undefined) return { name, expression: time };
  const isColumn = ['flows', 'tgw_flows'].some((table) =>
    tableOf(table as TableName).columns.some((column) => column.name === name),
  );
  if (!isColumn || NOT_DIMENSIONS.has(name)) throw unknownField(text);
  return { name, expression: `"${name}"` };
}

function unknownField(text: string): WeirError {
  const known = dimensionNames();
  const near = known.filter((name) => isNear(name, text.toLowerCase().replaceAll('-', '_'))).slice(0, 5);
  const hint = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '; weir fields lists them all';
  return new WeirError('query', 'analyze.unknown-field', `"${text}" is no field to group by${hint}`, {
    details: { field: text, near },
  });
}

/** All names that `dimensionsOf` takes, without the other spellings. */
function dimensionNames(): readonly string[] {
  const derived = ['direction', 'remote_scope', 'ip_version', 'svc_port'];
  const fields = [...fieldsOf('vpc'), ...fieldsOf('tgw')].map((field) => field.sql);
  const names = [...fields, ...derived, ...Object.keys(TIMES), ...Object.keys(ALIASES)];
  return [...new Set(names)].filter((name) => !NOT_DIMENSIONS.has(name));
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
