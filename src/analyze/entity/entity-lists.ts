import { sqlString } from '../../base/index.ts';
import type { Measure } from '../top.ts';
import type { Entity } from './entity-kind.ts';

/** The lists of an entity's page. */
export type EntityListName =
  | 'destinations'
  | 'sources'
  | 'services'
  | 'rejectedSources'
  | 'rejectedPorts'
  | 'pairs'
  | 'interfaces'
  | 'instances'
  | 'protocols'
  | 'directions';

interface ListRow {
  readonly name: EntityListName;
  readonly fields: readonly string[];
  /** Ranked by rejects, and of rejected records alone. */
  readonly isRejected: boolean;
  readonly kinds: readonly Entity['kind'][];
}

const ALL: readonly Entity['kind'][] = ['address', 'interface', 'instance', 'port'];
const list = (
  name: EntityListName,
  fields: readonly string[],
  kinds: readonly Entity['kind'][] = ALL,
  isRejected = false,
): ListRow => ({ name, fields, isRejected, kinds });

/** Every list, in reading order. Those of an address know its other end: what it sent to, what it received from. */
export const ENTITY_LISTS: readonly ListRow[] = [
  list('destinations', ['dstaddr']),
  list('sources', ['srcaddr']),
  list('services', ['svc_port', 'protocol'], ['address', 'interface', 'instance']),
  list('rejectedSources', ['srcaddr'], ALL, true),
  list('rejectedPorts', ['dstport', 'protocol'], ALL, true),
  list('pairs', ['srcaddr', 'dstaddr'], ['interface', 'instance', 'port']),
  list('interfaces', ['interface_id'], ['address', 'instance', 'port']),
  list('instances', ['instance_id'], ['address', 'interface', 'port']),
  list('protocols', ['protocol']),
  list('directions', ['direction']),
];

const SUMS = `sum(bytes) AS bytes, sum(packets) AS packets, sum(flows) AS flows, sum(rejects) AS rejects`;
/** The same, zero where there is nothing; of numbers that may be more than 64 bits hold. */
const WHOLE = ['bytes', 'packets', 'flows', 'rejects']
  .map((name) => `CAST(coalesce(sum(${name}), 0) AS HUGEINT) AS ${name}`)
  .join(', ');

/**
 * One statement for a whole page: the records are read and grouped once, everything else is made of the groups. Rows are
 * `(part, key, rank, six texts, bytes, packets, flows, rejects)`; in a list, rank 0 is the rest.
 */
export function listsSql(
  records: string,
  entity: Entity,
  by: Measure,
  limit: number,
  places: number,
): string {
  const lists = ENTITY_LISTS.filter(({ kinds }) => kinds.includes(entity.kind));
  return `WITH g AS MATERIALIZED (
  SELECT srcaddr, dstaddr, svc_port, protocol, action, direction, interface_id, instance_id,
    CASE WHEN action = 'REJECT' THEN dstport END AS rejected_port,
    svc_port = srcport AND svc_port IS DISTINCT FROM dstport AS source_serves,
    svc_port = dstport AND svc_port IS DISTINCT FROM srcport AS destination_serves,
    any_value(subnet_id) AS subnet_id, any_value(vpc_id) AS vpc_id, any_value(account_id) AS account_id,
    sum(bytes) AS bytes, sum(packets) AS packets, count(*) AS flows, count(*) FILTER (WHERE action = 'REJECT') AS rejects
  FROM (${records}) AS records GROUP BY ALL
)
SELECT 'total' AS part, 'all' AS key, 0 AS rank, ${nulls(0)}, ${WHOLE} FROM g
UNION ALL SELECT 'side', ${sideSql(entity)} AS key, 0, ${nulls(0)}, ${WHOLE} FROM g GROUP BY ALL
UNION ALL SELECT 'role', ${roleSql(entity)} AS key, 0, ${nulls(0)}, ${WHOLE} FROM g GROUP BY ALL
UNION ALL (SELECT 'place', 'own', row_number() OVER (ORDER BY flows DESC, a, b), * FROM (
  SELECT CASE direction WHEN 'egress' THEN srcaddr WHEN 'ingress' THEN dstaddr END AS a, interface_id AS b, any_value(instance_id) AS c,
    any_value(subnet_id) AS d, any_value(vpc_id) AS e, any_value(account_id) AS f, ${WHOLE}
  FROM g WHERE ${ownSql(entity)} GROUP BY a, b) ORDER BY flows DESC, a, b LIMIT ${places})
${lists.map((row) => `UNION ALL ${listSql(row, entity, by, limit)}`).join('\n')}
ORDER BY part, rank`;
}

function listSql(row: ListRow, entity: Entity, by: Measure, limit: number): string {
  const measure = row.isRejected ? 'rejects' : by;
  const columns = row.fields.map((field) =>
    row.isRejected && field === 'dstport' ? 'rejected_port' : field,
  );
  const shown = columns.map((column) => `CASE WHEN rank <= ${limit} THEN CAST(${column} AS VARCHAR) END`);
  const names = columns.join(', ');
  const condition = [
    ...(row.isRejected ? ["action = 'REJECT'"] : []),
    ...(row.name === 'destinations' && entity.kind === 'address'
      ? [`srcaddr = ${sqlString(entity.value)}`]
      : []),
    ...(row.name === 'sources' && entity.kind === 'address' ? [`dstaddr = ${sqlString(entity.value)}`] : []),
  ];
  const beyond = `CASE WHEN rank <= ${limit} THEN rank ELSE 0 END`;
  return `(SELECT ${sqlString(row.name)}, '', ${beyond}, ${shown.join(', ')}, ${nulls(columns.length)}, ${WHOLE} FROM (
  SELECT *, row_number() OVER (ORDER BY ${measure} DESC, ${names}) AS rank FROM (
    SELECT ${names}, ${SUMS} FROM g WHERE ${condition.length === 0 ? 'true' : condition.join(' AND ')} GROUP BY ${names}))
  GROUP BY ALL)`;
}

/** The columns `a` to `f` from the index on, empty. */
function nulls(from: number): string {
  return ['a', 'b', 'c', 'd', 'e', 'f']
    .slice(from)
    .map((name) => `CAST(NULL AS VARCHAR) AS ${name}`)
    .join(', ');
}

function sideSql({ kind, value }: Entity): string {
  switch (kind) {
    case 'address':
      return `CASE WHEN srcaddr = dstaddr THEN 'both' WHEN srcaddr = ${sqlString(value)} THEN 'sent' ELSE 'received' END`;
    case 'interface':
    case 'instance':
      return `CASE direction WHEN 'egress' THEN 'sent' WHEN 'ingress' THEN 'received' ELSE 'both' END`;
    case 'port':
      return `'both'`;
  }
}

/** Who serves is told by the service port; a record whose two ports are equal tells nothing. */
function roleSql({ kind, value }: Entity): string {
  const role = (isSource: string, isDestination: string): string =>
    `CASE WHEN (${isSource}) AND source_serves OR (${isDestination}) AND destination_serves THEN 'server'
      WHEN (${isSource}) AND destination_serves OR (${isDestination}) AND source_serves THEN 'client' ELSE 'unknown' END`;
  switch (kind) {
    case 'address':
      return role(`srcaddr = ${sqlString(value)}`, `dstaddr = ${sqlString(value)}`);
    case 'interface':
    case 'instance':
      return role(`direction = 'egress'`, `direction = 'ingress'`);
    case 'port':
      return `CASE WHEN svc_port = ${Number(value)} THEN 'server' WHEN svc_port IS NOT NULL THEN 'client' ELSE 'unknown' END`;
  }
}

/** Records written by the interface that holds the entity. */
function ownSql({ kind, value }: Entity): string {
  switch (kind) {
    case 'address':
      return `direction = 'egress' AND srcaddr = ${sqlString(value)} OR direction = 'ingress' AND dstaddr = ${sqlString(value)}`;
    case 'interface':
    case 'instance':
      return 'direction IS NOT NULL';
    case 'port':
      return 'false';
  }
}
