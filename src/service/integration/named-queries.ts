/** One of the saved queries of the Athena integration. */
export interface NamedQuery {
  /** AWS's name. */
  readonly name: string;
  readonly purpose: string;
  /** Fields a log format must have, in AWS's spelling; without them the query is left out. */
  readonly needs: readonly string[];
  /** The SQL over a quoted table; `?` is an execution parameter. */
  readonly sql: (table: string) => string;
}

const top = (table: string, columns: string, limit: number, where = ''): string =>
  `SELECT ${columns}, sum(bytes) AS total_bytes FROM ${table}${where === '' ? '' : ` WHERE ${where}`} GROUP BY ${columns} ORDER BY total_bytes DESC LIMIT ${limit}`;
const rows = (table: string, where: string): string => `SELECT * FROM ${table} WHERE ${where} LIMIT 100`;
/** FTP, SSH, telnet, RDP, WinRM. */
const ADMIN_PORTS = '20, 21, 22, 23, 3389, 5985, 5986';

/** The 16 queries, names and purposes as AWS has them, the SQL ours. Source: flow-logs.md §7.2. */
export const NAMED_QUERIES: readonly NamedQuery[] = [
  {
    name: 'VpcFlowLogsAcceptedTraffic',
    purpose: 'TCP connections that were allowed by security groups and network ACLs',
    needs: ['protocol', 'action'],
    sql: (table) => rows(table, "action = 'ACCEPT' AND protocol = 6"),
  },
  {
    name: 'VpcFlowLogsAdminPortTraffic',
    purpose: 'The 10 addresses that served most traffic on administrative ports',
    needs: ['srcaddr', 'srcport', 'bytes'],
    sql: (table) => top(table, 'srcaddr, srcport', 10, `srcport IN (${ADMIN_PORTS})`),
  },
  {
    name: 'VpcFlowLogsIPv4Traffic',
    purpose: 'Total IPv4 bytes',
    needs: ['type', 'bytes'],
    sql: (table) => `SELECT sum(bytes) AS total_bytes FROM ${table} WHERE type = 'IPv4'`,
  },
  {
    name: 'VpcFlowLogsIPv6Traffic',
    purpose: 'Total IPv6 bytes',
    needs: ['type', 'bytes'],
    sql: (table) => `SELECT sum(bytes) AS total_bytes FROM ${table} WHERE type = 'IPv6'`,
  },
  {
    name: 'VpcFlowLogsRejectedTCPTraffic',
    purpose: 'TCP connections that were rejected',
    needs: ['protocol', 'action'],
    sql: (table) => rows(table, "action = 'REJECT' AND protocol = 6"),
  },
  {
    name: 'VpcFlowLogsRejectedTraffic',
    purpose: 'All rejected traffic',
    needs: ['action'],
    sql: (table) => rows(table, "action = 'REJECT'"),
  },
  {
    name: 'VpcFlowLogsSshRdpTraffic',
    purpose: 'SSH and RDP traffic',
    needs: ['srcport', 'dstport'],
    sql: (table) => rows(table, 'dstport IN (22, 3389) OR srcport IN (22, 3389)'),
  },
  {
    name: 'VpcFlowLogsTopTalkers',
    purpose: 'The 50 addresses with most traffic',
    needs: ['srcaddr', 'bytes'],
    sql: (table) => top(table, 'srcaddr', 50),
  },
  {
    name: 'VpcFlowLogsTopTalkersPacketLevel',
    purpose: 'The 50 packet-level addresses with most traffic',
    needs: ['pkt-srcaddr', 'bytes'],
    sql: (table) => top(table, 'pkt_srcaddr', 50),
  },
  {
    name: 'VpcFlowLogsTopTalkingInstances',
    purpose: 'The 50 instances with most traffic',
    needs: ['instance-id', 'bytes'],
    sql: (table) => top(table, 'instance_id', 50, "instance_id <> '-'"),
  },
  {
    name: 'VpcFlowLogsTopTalkingSubnets',
    purpose: 'The 50 subnets with most traffic',
    needs: ['subnet-id', 'bytes'],
    sql: (table) => top(table, 'subnet_id', 50, "subnet_id <> '-'"),
  },
  {
    name: 'VpcFlowLogsTopTCPTraffic',
    purpose: 'All TCP traffic of one source address',
    needs: ['srcaddr', 'protocol'],
    sql: (table) => rows(table, 'protocol = 6 AND srcaddr = ?'),
  },
  {
    name: 'VpcFlowLogsTotalBytesTransferred',
    purpose: 'The 50 pairs of source and destination with most bytes',
    needs: ['srcaddr', 'dstaddr', 'bytes'],
    sql: (table) => top(table, 'srcaddr, dstaddr', 50),
  },
  {
    name: 'VpcFlowLogsTotalBytesTransferredPacketLevel',
    purpose: 'The 50 packet-level pairs of source and destination with most bytes',
    needs: ['pkt-srcaddr', 'pkt-dstaddr', 'bytes'],
    sql: (table) => top(table, 'pkt_srcaddr, pkt_dstaddr', 50),
  },
  {
    name: 'VpcFlowLogsTrafficFrmSrcAddr',
    purpose: 'Traffic of one source address',
    needs: ['srcaddr'],
    sql: (table) => rows(table, 'srcaddr = ?'),
  },
  {
    name: 'VpcFlowLogsTrafficToDstAddr',
    purpose: 'Traffic to one destination address',
    needs: ['dstaddr'],
    sql: (table) => rows(table, 'dstaddr = ?'),
  },
];
