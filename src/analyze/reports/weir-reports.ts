import { RECORD_COLUMNS } from './aws-reports.ts';
import { column, type Report } from './report.ts';

const RECORD_LIST = RECORD_COLUMNS.map((entry) => entry.name).join(', ');
const RECORDS = column('records', 'records', 'Flow log records');
const BYTES = column('bytes', 'bytes', 'Bytes, counted once per interface that saw them');
const PACKETS = column('packets', 'packets', 'Packets');

/** Reasons why a transit gateway loses packets, by column. */
const LOSSES = [
  ['no route', 'packets_lost_no_route'],
  ['blackhole route', 'packets_lost_blackhole'],
  ['larger than the MTU', 'packets_lost_mtu_exceeded'],
  ['time to live expired', 'packets_lost_ttl_expired'],
] as const;

/** Questions that AWS's set leaves out. */
export const WEIR_REPORTS: readonly Report[] = [
  {
    name: 'RejectedPorts',
    alias: 'rejected-ports',
    origin: 'weir',
    purpose: 'Ports that rejected traffic aimed at, and how many sources tried them',
    table: 'flows',
    needs: ['dstport', 'protocol', 'action'],
    parameters: [],
    columns: [
      column('dstport', null, 'Destination port; NULL for protocols without ports'),
      column('protocol', null, 'IANA protocol number'),
      RECORDS,
      PACKETS,
      column('sources', 'addresses', 'Distinct source addresses'),
      column('targets', 'addresses', 'Distinct destination addresses'),
      column('last_seen', null, 'Latest window, UTC'),
    ],
    limit: 50,
    sql: `SELECT CASE WHEN protocol IN (6, 17, 33, 132, 136) THEN dstport END AS dstport, protocol, count(*) AS records, sum(packets) AS packets,
      count(DISTINCT srcaddr) AS sources, count(DISTINCT dstaddr) AS targets, max(end_time) AS last_seen
      FROM t WHERE action = 'REJECT' GROUP BY ALL ORDER BY records DESC, dstport, protocol LIMIT :limit`,
  },
  {
    name: 'EniActivity',
    alias: 'eni-activity',
    origin: 'weir',
    purpose: 'What each interface did: volume each way, rejects, quiet and lost windows',
    table: 'flows',
    needs: ['interface-id'],
    parameters: [],
    columns: [
      column('interface_id', null, 'Interface, or the regional NAT gateway'),
      column('first_seen', null, 'Earliest window, UTC'),
      column('last_seen', null, 'Latest window, UTC'),
      RECORDS,
      column('bytes_in', 'bytes', 'Bytes of ingress records'),
      column('bytes_out', 'bytes', 'Bytes of egress records'),
      column('bytes_unknown', 'bytes', 'Bytes of records whose direction is not known'),
      column('rejects', 'records', 'Rejected records'),
      column('nodata', 'records', 'Windows without traffic'),
      column(
        'skipdata',
        'records',
        'Lines that stand for lost records: the sums of these windows are too small',
      ),
    ],
    limit: 100,
    sql: `SELECT coalesce(interface_id, resource_id) AS interface_id, min(start_time) AS first_seen, max(end_time) AS last_seen,
      count(*) FILTER (log_status = 'OK') AS records,
      coalesce(sum(bytes) FILTER (log_status = 'OK' AND direction = 'ingress'), 0) AS bytes_in,
      coalesce(sum(bytes) FILTER (log_status = 'OK' AND direction = 'egress'), 0) AS bytes_out,
      coalesce(sum(bytes) FILTER (log_status = 'OK' AND direction IS NULL), 0) AS bytes_unknown,
      count(*) FILTER (log_status = 'OK' AND action = 'REJECT') AS rejects,
      count(*) FILTER (log_status = 'NODATA') AS nodata, count(*) FILTER (log_status = 'SKIPDATA') AS skipdata
      FROM all_t GROUP BY 1 ORDER BY bytes_in + bytes_out + bytes_unknown DESC, interface_id LIMIT :limit`,
  },
  {
    name: 'Ipv6Audit',
    alias: 'ipv6-audit',
    origin: 'weir',
    purpose: 'IPv6 per interface: which way, how far, allowed or not; IPv6 is where forgotten rules hide',
    table: 'flows',
    needs: ['srcaddr', 'action'],
    parameters: [],
    columns: [
      column('interface_id', null, 'Interface'),
      column('direction', null, 'ingress or egress'),
      column('remote_scope', null, 'Where the far side lives: public, private, link-local …'),
      column('action', null, 'ACCEPT or REJECT'),
      RECORDS,
      PACKETS,
      BYTES,
      column('remotes', 'addresses', 'Distinct far addresses'),
    ],
    limit: 100,
    sql: `SELECT coalesce(interface_id, resource_id) AS interface_id, direction, remote_scope, action, count(*) AS records,
      sum(packets) AS packets, sum(bytes) AS bytes,
      count(DISTINCT CASE direction WHEN 'egress' THEN dstaddr ELSE srcaddr END) AS remotes
      FROM t WHERE ip_version = 6 GROUP BY ALL
      ORDER BY bytes DESC, interface_id, direction, remote_scope, action LIMIT :limit`,
  },
  {
    name: 'EfaAudit',
    alias: 'efa-audit',
    origin: 'weir',
    purpose: 'Elastic Fabric Adapter traffic, which bypasses the operating system and its firewall',
    table: 'flows',
    needs: ['type'],
    parameters: [],
    columns: [
      column('interface_id', null, 'Interface'),
      column('srcaddr', null, 'Source address'),
      column('dstaddr', null, 'Destination address'),
      column('action', null, 'ACCEPT or REJECT'),
      RECORDS,
      PACKETS,
      BYTES,
    ],
    limit: 100,
    sql: `SELECT interface_id, srcaddr, dstaddr, action, count(*) AS records, sum(packets) AS packets, sum(bytes) AS bytes
      FROM t WHERE type = 'EFA' GROUP BY ALL ORDER BY bytes DESC, interface_id, srcaddr, dstaddr LIMIT :limit`,
  },
  {
    name: 'TgwPacketLoss',
    alias: 'tgw-loss',
    origin: 'weir',
    purpose: 'Packets that transit gateways lost, by reason and pair of attachments',
    table: 'tgw_flows',
    needs: ['packets-lost-no-route', 'tgw-attachment-id'],
    parameters: [],
    columns: [
      column('tgw_id', null, 'Transit gateway'),
      column('attachment_id', null, 'Attachment that recorded it'),
      column('pair_attachment_id', null, 'The other attachment; NULL when there was no route to one'),
      column('direction', null, 'Seen from the transit gateway'),
      column('reason', null, 'Why the packets were lost'),
      column('packets_lost', 'packets', 'Packets lost'),
      column('packets', 'packets', 'Packets of the same attachments and direction, lost or not'),
      column('lost_percent', 'percent', 'Lost of all packets'),
      column('flows', 'records', 'Records with such losses'),
    ],
    limit: 100,
    sql: `WITH sums AS MATERIALIZED (SELECT tgw_id, tgw_attachment_id AS attachment_id, tgw_pair_attachment_id AS pair_attachment_id,
        flow_direction AS direction, sum(packets) AS packets, ${LOSSES.map(([, name]) => `sum(${name}) AS ${name}, count(*) FILTER (${name} > 0) AS ${name}_flows`).join(', ')}
        FROM t GROUP BY ALL),
      losses AS (${LOSSES.map(([reason, name]) => `SELECT tgw_id, attachment_id, pair_attachment_id, direction, '${reason}' AS reason, ${name} AS packets_lost, packets, ${name}_flows AS flows FROM sums`).join(' UNION ALL ')})
      SELECT tgw_id, attachment_id, pair_attachment_id, direction, reason, packets_lost, packets,
        round(100 * packets_lost / greatest(packets, packets_lost, 1), 3) AS lost_percent, flows
      FROM losses WHERE packets_lost > 0
      ORDER BY packets_lost DESC, tgw_id, attachment_id, pair_attachment_id, direction, reason LIMIT :limit`,
  },
  {
    name: 'TrafficOfAddress',
    alias: 'host',
    origin: 'weir',
    purpose: 'Traffic of an address on either side, also inside the packets',
    table: 'flows',
    needs: ['srcaddr', 'dstaddr'],
    parameters: [{ name: 'ip', type: 'address', meaning: 'The address', example: '2001:db8::14' }],
    columns: RECORD_COLUMNS,
    limit: 100,
    sql: `SELECT ${RECORD_LIST} FROM (
        SELECT * FROM t WHERE srcaddr = :ip
        UNION ALL SELECT * FROM t WHERE dstaddr = :ip AND coalesce(srcaddr, '') <> :ip
        UNION ALL SELECT * FROM t WHERE pkt_srcaddr = :ip AND coalesce(srcaddr, '') <> :ip AND coalesce(dstaddr, '') <> :ip
        UNION ALL SELECT * FROM t WHERE pkt_dstaddr = :ip AND coalesce(pkt_srcaddr, '') <> :ip AND coalesce(srcaddr, '') <> :ip AND coalesce(dstaddr, '') <> :ip)
      ORDER BY start_time DESC, interface_id, srcaddr, dstaddr, srcport, dstport, bytes DESC LIMIT :limit`,
  },
];
