import { sqlIdentifier } from '../base/index.ts';
import type { RecordKind, TableName } from '../record/index.ts';

/** A staged relation as the SQL below sees it. */
export interface Relation {
  readonly name: string;
  readonly kind: RecordKind;
  readonly columns: ReadonlySet<string>;
}

/** Records beyond this many minutes are cut for the coverage: no aggregation window is longer, only clocks are wrong. */
const MAX_COVERED_MINUTES = 24 * 60;

/** What a count stops at: counters of broken records may add up to more than a column holds. */
const MOST = '9223372036854775807';

/** The sum of a column of counts, and of what sums give, as a BIGINT: at most the greatest one, 0 without rows. */
export function sumSql(column: string): string {
  return `least(coalesce(sum(${column}), 0), ${MOST})::BIGINT`;
}

/** True for a group in which a sum has stopped at the greatest BIGINT, so that it says less than the records do. */
export function isStoppedSql(column: string): string {
  return `coalesce(max(${column}) = ${MOST}, FALSE)`;
}

/** Seconds outside of 1970 to 9999 have no day that every engine can hold; such records go to the NULL partition. */
const LAST_SECOND = 253_402_300_799;

/** The day number of a record, NULL when it has no usable start. */
export function dayNumberSql(relation: Relation): string {
  if (!relation.columns.has('start')) return 'NULL::BIGINT';
  return `CASE WHEN start BETWEEN 0 AND ${LAST_SECOND} THEN start // 86400 END`;
}

/** Seconds as a TIMESTAMPTZ, NULL where no calendar has them. */
export function timestampSql(seconds: string): string {
  return `CASE WHEN ${seconds} BETWEEN 0 AND ${LAST_SECOND} THEN to_timestamp(${seconds}) END`;
}

/** A column of the relation, NULL of a type where it has none. */
function columnOf(relation: Relation, name: string, type: string): string {
  return relation.columns.has(name) ? sqlIdentifier(name) : `NULL::${type}`;
}

/** One of these is not null in every record of traffic. */
const TRAFFIC_COLUMNS = ['srcaddr', 'dstaddr', 'pkt_srcaddr', 'pkt_dstaddr', 'packets', 'bytes'];

/** True for records that count in rollups: log_status OK, or no log_status and signs of traffic. */
export function okSql(columns: ReadonlySet<string>): string {
  const traffic = TRAFFIC_COLUMNS.filter((name) => columns.has(name));
  const hasTraffic =
    traffic.length === 0 ? 'FALSE' : `(${traffic.map((name) => `${name} IS NOT NULL`).join(' OR ')})`;
  if (!columns.has('log_status')) return hasTraffic;
  return `(log_status = 'OK' OR (log_status IS NULL AND ${hasTraffic}))`;
}

/**
 * Interface-minute windows by status, with how many records each has. One row per window is few: the records of an
 * interface share their windows.
 */
export function windowsSql(relation: Relation): string {
  const place =
    relation.kind === 'tgw'
      ? columnOf(relation, 'tgw_attachment_id', 'VARCHAR')
      : relation.columns.has('resource_id')
        ? `coalesce(${columnOf(relation, 'interface_id', 'VARCHAR')}::VARCHAR, resource_id::VARCHAR)`
        : columnOf(relation, 'interface_id', 'VARCHAR');
  const start = columnOf(relation, 'start', 'BIGINT');
  const end = relation.columns.has('end') ? `greatest("end", ${start})` : start;
  return (
    `SELECT ${dayNumberSql(relation)} AS day_number, ${columnOf(relation, 'account_id', 'VARCHAR')} AS account_id, ` +
    `${columnOf(relation, 'vpc_id', 'VARCHAR')} AS vpc_id, ${place} AS interface_id, ` +
    `${columnOf(relation, 'log_status', 'VARCHAR')} AS log_status, ` +
    `${start} // 60 AS first_minute, ${end} // 60 AS last_minute, count(*) AS records ` +
    `FROM ${sqlIdentifier(relation.name)} GROUP BY ALL`
  );
}

/** Windows as bitmaps per interface and hour. `windows` is the table `windowsSql` filled. */
export function coverageSql(windows: string): string {
  const bits = (status: string): string => `coalesce(bit_or(mask) FILTER (status = '${status}'), 0)::BIGINT`;
  return `
WITH spans AS (
  SELECT account_id, vpc_id, interface_id, first_minute,
    least(last_minute, first_minute + ${MAX_COVERED_MINUTES - 1}) AS last_minute,
    CASE log_status WHEN 'NODATA' THEN 'nodata' WHEN 'SKIPDATA' THEN 'skipdata' ELSE 'ok' END AS status
  FROM ${windows} WHERE day_number IS NOT NULL AND interface_id IS NOT NULL
), hours AS (
  SELECT account_id, vpc_id, interface_id, status, hour,
    (1::BIGINT << (least(last_minute - hour * 60, 59) + 1)::INTEGER)
      - (1::BIGINT << greatest(first_minute - hour * 60, 0)::INTEGER) AS mask
  FROM (SELECT *, unnest(range(first_minute // 60, last_minute // 60 + 1)) AS hour FROM spans)
)
SELECT (hour // 24)::INTEGER AS day_number, hour, account_id, vpc_id, interface_id,
  ${bits('ok')} AS ok_minutes, ${bits('nodata')} AS nodata_minutes, ${bits('skipdata')} AS skipdata_minutes
FROM hours GROUP BY ALL`;
}

interface Role {
  readonly role: string;
  readonly column: string;
  /** The record address it is told from, for packet addresses. */
  readonly beside: string | null;
}

const ROLES: readonly Role[] = [
  { role: 'src', column: 'srcaddr', beside: null },
  { role: 'dst', column: 'dstaddr', beside: null },
  { role: 'pkt_src', column: 'pkt_srcaddr', beside: 'srcaddr' },
  { role: 'pkt_dst', column: 'pkt_dstaddr', beside: 'dstaddr' },
];

/** Sums per day, account, VPC, direction, address and role, before addresses get their keys. Null: no address column. */
export function addressSumsSql(relation: Relation): string | null {
  const parts = ROLES.filter(({ column }) => relation.columns.has(column)).map(({ role, column, beside }) => {
    const differs =
      beside !== null && relation.columns.has(beside) ? ` AND ${column} IS DISTINCT FROM ${beside}` : '';
    return (
      `SELECT ${dayNumberSql(relation)} AS day_number, ${columnOf(relation, 'account_id', 'VARCHAR')} AS account_id, ` +
      `${columnOf(relation, 'vpc_id', 'VARCHAR')} AS vpc_id, '${role}' AS role, ` +
      `${columnOf(relation, 'direction', 'VARCHAR')} AS direction, ${column} AS address, ` +
      `${timesSql(relation)}, ${countersSql(relation)}, ${rejectsSql(relation)} AS rejects ` +
      `FROM ${sqlIdentifier(relation.name)} WHERE ${okSql(relation.columns)} AND ${column} IS NOT NULL${differs} GROUP BY ALL`
    );
  });
  if (parts.length === 0) return null;
  // Each part may have its own ENUM of addresses; text is their common type.
  return parts
    .map(
      (part) =>
        `SELECT day_number, account_id::VARCHAR AS account_id, vpc_id::VARCHAR AS vpc_id, role, ` +
        `direction::VARCHAR AS direction, address::VARCHAR AS address, first_second, last_second, flows, packets, bytes, rejects FROM (${part})`,
    )
    .join(' UNION ALL ');
}

/** The rollups of volume: the length of their buckets and their keys beside the time. */
export const VOLUMES: readonly {
  readonly table: TableName;
  readonly seconds: number;
  readonly keys: readonly string[];
}[] = [
  {
    table: 'eni_5m',
    seconds: 300,
    keys: [
      'account_id',
      'vpc_id',
      'interface_id',
      'direction',
      'action',
      'protocol',
      'ip_version',
      'remote_scope',
    ],
  },
  {
    table: 'svc_1h',
    seconds: 3600,
    keys: [
      'account_id',
      'vpc_id',
      'interface_id',
      'direction',
      'action',
      'protocol',
      'svc_port',
      'remote_scope',
    ],
  },
];

/** The bucket of `volumeSumsSql`; every rollup's bucket is a multiple of it. */
const FINEST_SECONDS = 300;

/**
 * Volume by the keys of all rollups at once and 5 minutes: the one pass over the records that `volumeSql` folds further.
 */
export function volumeSumsSql(relation: Relation): string {
  const keys = [...new Set(VOLUMES.flatMap((volume) => volume.keys))];
  const start = columnOf(relation, 'start', 'BIGINT');
  const keyColumns = keys.map((name) => `${columnOf(relation, name, typeOfKey(name))} AS ${name}`);
  return (
    `SELECT CASE WHEN ${dayNumberSql(relation)} IS NOT NULL THEN ${start} // ${FINEST_SECONDS} END AS bucket, ` +
    `${keyColumns.join(', ')}, ${countersSql(relation)} ` +
    `FROM ${sqlIdentifier(relation.name)} WHERE ${okSql(relation.columns)} GROUP BY ALL`
  );
}

/** One rollup of volume from the table `volumeSumsSql` filled; `month_day` is the day number of its month's first day. */
export function volumeSql(sums: string, { seconds, keys }: (typeof VOLUMES)[number]): string {
  const bucketStart = `(bucket // ${seconds / FINEST_SECONDS}) * ${seconds}`;
  const month = `epoch(date_trunc('month', make_timestamp(bucket_start * 1000000)))::BIGINT // 86400`;
  return (
    `SELECT *, ${month} AS month_day FROM (SELECT ${bucketStart} AS bucket_start, ${keys.join(', ')}, ` +
    `${sumSql('flows')} AS flows, ${sumSql('packets')} AS packets, ${sumSql('bytes')} AS bytes FROM ${sums} GROUP BY ALL)`
  );
}

const NUMBER_KEYS: ReadonlySet<string> = new Set(['protocol', 'ip_version', 'svc_port']);
const typeOfKey = (name: string): string => (NUMBER_KEYS.has(name) ? 'INTEGER' : 'VARCHAR');

function timesSql(relation: Relation): string {
  return (
    `min(${columnOf(relation, 'start', 'BIGINT')}) AS first_second, ` +
    `max(${columnOf(relation, relation.columns.has('end') ? 'end' : 'start', 'BIGINT')}) AS last_second`
  );
}

function countersSql(relation: Relation): string {
  const sum = (name: string): string => (relation.columns.has(name) ? sumSql(name) : '0::BIGINT');
  return `count(*) AS flows, ${sum('packets')} AS packets, ${sum('bytes')} AS bytes`;
}

function rejectsSql(relation: Relation): string {
  return relation.columns.has('action') ? `count(*) FILTER (action = 'REJECT')` : '0::BIGINT';
}
