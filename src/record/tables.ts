import type { FieldType } from './field.ts';
import { fieldsOf } from './fields.ts';

/** SQL type of a lake column, in the names that DuckDB and Trino share. Times are UTC. */
export type ColumnType = 'INTEGER' | 'BIGINT' | 'VARCHAR' | 'DATE' | 'TIMESTAMPTZ' | 'DOUBLE' | 'BOOLEAN';

/**
 * How two rows of a rollup with equal keys become one: `key` columns are equal, the others merge by this rule.
 * Tables of records have only `key` columns and are never merged.
 */
export type MergeRule = 'key' | 'sum' | 'min' | 'max' | 'bit_or';

/** One column of a lake table. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly merge: MergeRule;
  readonly comment: string;
}

/** One table of the lake. */
export interface Table {
  readonly name: TableName;
  readonly comment: string;
  /** The partition column, a DATE: the UTC day, or the first day of the month. Null for records without a time. */
  readonly partition: string;
  /** The order of rows in compacted files. */
  readonly sort: readonly string[];
  /** All columns, the partition column first. */
  readonly columns: readonly TableColumn[];
}

export type TableName =
  | 'flows'
  | 'tgw_flows'
  | 'ip_day'
  | 'ip_month'
  | 'eni_5m'
  | 'svc_1h'
  | 'coverage'
  | 'ledger'
  | 'malformed';

const key = (name: string, type: ColumnType, comment: string): TableColumn => ({
  name,
  type,
  merge: 'key',
  comment,
});
const sum = (name: string, comment: string): TableColumn => ({ name, type: 'BIGINT', merge: 'sum', comment });

const SQL_TYPES: Readonly<Record<FieldType, ColumnType>> = {
  int32: 'INTEGER',
  int64: 'BIGINT',
  string: 'VARCHAR',
};

const fieldColumns = (kind: 'vpc' | 'tgw'): readonly TableColumn[] =>
  fieldsOf(kind).map((field) => key(field.sql, SQL_TYPES[field.type], field.meaning));

const DERIVED: readonly TableColumn[] = [
  key(
    'direction',
    'VARCHAR',
    'ingress or egress: flow_direction, else told from a private and a public side; NULL when not known',
  ),
  key(
    'remote_scope',
    'VARCHAR',
    'Scope of the far side: private, public, multicast, link-local, loopback, reserved; NULL when not known',
  ),
  key('ip_version', 'INTEGER', '4 or 6, by the addresses; NULL for records without traffic'),
  key(
    'svc_port',
    'INTEGER',
    'Port of the serving side: by SYN flags, else the lower port; NULL for protocols without ports',
  ),
  key('object_id', 'BIGINT', 'The source object in the ledger that the line came from'),
];

const COUNTERS: readonly TableColumn[] = [
  sum('flows', 'Records with log_status OK'),
  sum('packets', 'Packets of these records'),
  sum('bytes', 'Bytes of these records, IP headers included'),
];

const ADDRESS_COLUMNS: readonly TableColumn[] = [
  key('ip_key', 'VARCHAR', '32 hex digits of the 16-byte address, IPv4 mapped; text order is address order'),
  key('ip', 'VARCHAR', 'The address, canonical text'),
  key('record_kind', 'VARCHAR', 'vpc or tgw: which records it was seen in'),
  key('account_id', 'VARCHAR', 'Account of the records'),
  key('vpc_id', 'VARCHAR', 'VPC of the records, when they have one'),
  key(
    'role',
    'VARCHAR',
    'src, dst, or pkt_src, pkt_dst where the packet address differs from the record address',
  ),
  key('direction', 'VARCHAR', 'Direction of the records'),
  key('scope', 'VARCHAR', 'Scope of the address'),
  { name: 'first_seen', type: 'TIMESTAMPTZ', merge: 'min', comment: 'Earliest start' },
  { name: 'last_seen', type: 'TIMESTAMPTZ', merge: 'max', comment: 'Latest end' },
  ...COUNTERS,
  sum('rejects', 'Records with action REJECT'),
];

/**
 * The tables of the lake, a reader's whole map of it. `flows` and `tgw_flows` hold one row per record, NODATA and
 * SKIPDATA ones included; the rollups hold sums over records with log_status OK only.
 */
export const TABLES: readonly Table[] = [
  {
    name: 'flows',
    comment: 'One row per VPC flow log record',
    partition: 'day',
    sort: ['hour', 'interface_id', 'start', 'svc_port', 'srcaddr', 'dstaddr'],
    columns: [key('day', 'DATE', 'UTC day of start'), ...fieldColumns('vpc'), ...DERIVED],
  },
  {
    name: 'tgw_flows',
    comment: 'One row per transit gateway flow log record',
    partition: 'day',
    sort: ['hour', 'tgw_attachment_id', 'start', 'svc_port', 'srcaddr', 'dstaddr'],
    columns: [key('day', 'DATE', 'UTC day of start'), ...fieldColumns('tgw'), ...DERIVED],
  },
  {
    name: 'ip_day',
    comment: 'Address index: who was seen on which day, in which role',
    partition: 'day',
    sort: ['ip_key'],
    columns: [key('day', 'DATE', 'UTC day of start'), ...ADDRESS_COLUMNS],
  },
  {
    name: 'ip_month',
    comment: 'Address index, whole months merged from ip_day',
    partition: 'month',
    sort: ['ip_key'],
    columns: [key('month', 'DATE', 'First day of the UTC month'), ...ADDRESS_COLUMNS],
  },
  {
    name: 'eni_5m',
    comment: 'Volume per interface and 5 minutes',
    partition: 'month',
    sort: ['interface_id', 'ts'],
    columns: [
      key('month', 'DATE', 'First day of the UTC month'),
      key('ts', 'TIMESTAMPTZ', 'Start of the 5 minutes'),
      key('account_id', 'VARCHAR', 'Account of the records'),
      key('vpc_id', 'VARCHAR', 'VPC of the interface'),
      key('interface_id', 'VARCHAR', 'Interface'),
      key('direction', 'VARCHAR', 'Direction'),
      key('action', 'VARCHAR', 'ACCEPT or REJECT'),
      key('protocol', 'INTEGER', 'IANA protocol number'),
      key('ip_version', 'INTEGER', '4 or 6'),
      key('remote_scope', 'VARCHAR', 'Scope of the far side'),
      ...COUNTERS,
    ],
  },
  {
    name: 'svc_1h',
    comment: 'Volume per service port, interface and hour',
    partition: 'month',
    sort: ['ts', 'account_id', 'svc_port'],
    columns: [
      key('month', 'DATE', 'First day of the UTC month'),
      key('ts', 'TIMESTAMPTZ', 'Start of the hour'),
      key('account_id', 'VARCHAR', 'Account of the records'),
      key('vpc_id', 'VARCHAR', 'VPC of the interface'),
      key('interface_id', 'VARCHAR', 'Interface'),
      key('direction', 'VARCHAR', 'Direction'),
      key('action', 'VARCHAR', 'ACCEPT or REJECT'),
      key('protocol', 'INTEGER', 'IANA protocol number'),
      key('svc_port', 'INTEGER', 'Port of the serving side'),
      key('remote_scope', 'VARCHAR', 'Scope of the far side'),
      ...COUNTERS,
    ],
  },
  {
    name: 'coverage',
    comment: 'What each interface was known to do in each minute, as bitmaps per hour (bit 0 is minute 0)',
    partition: 'day',
    sort: ['interface_id', 'ts'],
    columns: [
      key('day', 'DATE', 'UTC day'),
      key('ts', 'TIMESTAMPTZ', 'Start of the hour'),
      key('account_id', 'VARCHAR', 'Account of the records'),
      key('vpc_id', 'VARCHAR', 'VPC of the interface'),
      key('interface_id', 'VARCHAR', 'Interface, regional NAT gateway, or transit gateway attachment'),
      {
        name: 'ok_minutes',
        type: 'BIGINT',
        merge: 'bit_or',
        comment: 'Minutes touched by records with traffic',
      },
      {
        name: 'nodata_minutes',
        type: 'BIGINT',
        merge: 'bit_or',
        comment: 'Minutes touched by NODATA records',
      },
      {
        name: 'skipdata_minutes',
        type: 'BIGINT',
        merge: 'bit_or',
        comment: 'Minutes touched by SKIPDATA records',
      },
    ],
  },
  {
    name: 'ledger',
    comment: 'One row per source object: what each of its lines became',
    partition: 'ingested_day',
    sort: ['uri'],
    columns: [
      key('ingested_day', 'DATE', 'UTC day of the commit'),
      key('object_id', 'BIGINT', 'Joins flows.object_id'),
      key('uri', 'VARCHAR', 'Address of the object: file://, s3://, or stdin:'),
      key('etag', 'VARCHAR', 'Content identity: the ETag on S3, SHA-256 elsewhere'),
      key('size_bytes', 'BIGINT', 'Size as stored'),
      key(
        'status',
        'VARCHAR',
        'ok; truncated (ends in the middle of its compression); duplicate (same bytes under another address); refused (no layout)',
      ),
      key('reason', 'VARCHAR', 'Why the status is not ok'),
      key('shape', 'VARCHAR', 'How the records were wrapped: text, export, message-json, …, parquet'),
      key('layout', 'VARCHAR', 'Field names in order, as read'),
      key('layout_source', 'VARCHAR', 'header, parquet, given, or inferred'),
      key('layout_confidence', 'DOUBLE', '0 to 1; 1 unless inferred'),
      key('unknown_fields', 'VARCHAR', 'Fields that the catalogue does not know, kept as text'),
      key('lines', 'BIGINT', 'Lines that are neither blank nor headers; ok + nodata + skipdata + malformed'),
      key('ok', 'BIGINT', 'Records with log_status OK'),
      key('nodata', 'BIGINT', 'NODATA records'),
      key('skipdata', 'BIGINT', 'SKIPDATA records'),
      key('malformed', 'BIGINT', 'Lines that are no records; kept in the table malformed'),
      key('bytes_read', 'BIGINT', 'Bytes after decompression'),
      key('first_start', 'TIMESTAMPTZ', 'Earliest start'),
      key('last_end', 'TIMESTAMPTZ', 'Latest end'),
      key('ingested_at', 'TIMESTAMPTZ', 'Time of the commit'),
    ],
  },
  {
    name: 'malformed',
    comment: 'Lines that are no records, word for word',
    partition: 'ingested_day',
    sort: ['uri', 'line_number'],
    columns: [
      key('ingested_day', 'DATE', 'UTC day of the commit'),
      key('object_id', 'BIGINT', 'Joins ledger.object_id'),
      key('uri', 'VARCHAR', 'Address of the object'),
      key(
        'line_number',
        'BIGINT',
        'Line in the object, from 1; for wrapped records the ordinal of the wrapped line',
      ),
      key(
        'code',
        'VARCHAR',
        'Stable reason: field-count, bad-number, number-out-of-range, bad-time, not-a-record',
      ),
      key('reason', 'VARCHAR', 'What was found and what was expected'),
      key('text', 'VARCHAR', 'The line'),
    ],
  },
];

/** The table of a name; every TableName has one. */
export function tableOf(name: TableName): Table {
  const table = TABLES.find((entry) => entry.name === name);
  if (table === undefined) throw new RangeError(`no table ${name}`);
  return table;
}
