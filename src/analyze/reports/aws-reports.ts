import { column, type Report, type ReportColumn, type ReportParameter } from './report.ts';

/** What a listed record shows: who, what, how much. All other fields are one `weir sql` away. */
export const RECORD_COLUMNS: readonly ReportColumn[] = [
  column('start_time', null, 'Start of the window, UTC'),
  column('interface_id', null, 'Interface'),
  column('direction', null, 'ingress or egress'),
  column('srcaddr', null, 'Source address'),
  column('srcport', null, 'Source port'),
  column('dstaddr', null, 'Destination address'),
  column('dstport', null, 'Destination port'),
  column('protocol', null, 'IANA protocol number'),
  column('packets', 'packets', 'Packets in the window'),
  column('bytes', 'bytes', 'Bytes in the window'),
  column('action', null, 'ACCEPT or REJECT'),
  column('tcp_flags', null, 'OR of the TCP flags'),
];

const RECORD_LIST = RECORD_COLUMNS.map((entry) => entry.name).join(', ');
/** Newest first, then every column that can break a tie, so that the same lake gives the same list. */
const NEWEST =
  'ORDER BY start_time DESC, interface_id, srcaddr, dstaddr, srcport, dstport, bytes DESC LIMIT :limit';

const BYTES = column('bytes', 'bytes', 'Bytes, counted once per interface that saw them');
const IP: ReportParameter = { name: 'ip', type: 'address', meaning: 'The address', example: '10.0.1.14' };

interface Spec {
  readonly purpose: string;
  readonly needs: readonly string[];
}

const records = (
  name: string,
  alias: string,
  spec: Spec,
  where: string,
  parameters: readonly ReportParameter[] = [],
): Report => ({
  name: `VpcFlowLogs${name}`,
  alias,
  origin: 'aws',
  table: 'flows',
  ...spec,
  parameters,
  columns: RECORD_COLUMNS,
  limit: 100,
  sql: `SELECT ${RECORD_LIST} FROM t WHERE ${where} ${NEWEST}`,
});

const sums = (
  name: string,
  alias: string,
  spec: Spec,
  keys: readonly { readonly name: string; readonly expression: string; readonly meaning: string }[],
  limit: number,
  where = 'true',
): Report => ({
  name: `VpcFlowLogs${name}`,
  alias,
  origin: 'aws',
  table: 'flows',
  ...spec,
  parameters: [],
  columns: [...keys.map((key) => column(key.name, null, key.meaning)), BYTES],
  limit,
  sql: `SELECT ${keys.map((key) => `${key.expression} AS ${key.name}`).join(', ')}, sum(bytes) AS bytes FROM t WHERE ${where} GROUP BY ALL ORDER BY bytes DESC NULLS LAST, ${keys.map((key) => key.name).join(', ')} LIMIT :limit`,
});

const volumeOf = (type: 'IPv4' | 'IPv6'): Report => ({
  name: `VpcFlowLogs${type}Traffic`,
  alias: type === 'IPv4' ? 'ipv4-traffic' : 'ipv6-traffic',
  origin: 'aws',
  purpose: `Total ${type} bytes`,
  table: 'flows',
  needs: ['bytes'],
  parameters: [],
  columns: [
    column('records', 'records', 'Records with traffic'),
    column('packets', 'packets', 'Packets'),
    BYTES,
  ],
  limit: 1,
  // Version 2 records have no type; the addresses then say it. EFA has its own type and is neither.
  sql: `SELECT count(*) AS records, coalesce(sum(packets), 0) AS packets, coalesce(sum(bytes), 0) AS bytes FROM t WHERE coalesce(type, 'IPv' || ip_version) = '${type}' LIMIT :limit`,
});

const source = { name: 'srcaddr', expression: 'srcaddr', meaning: 'Source address' };
const destination = { name: 'dstaddr', expression: 'dstaddr', meaning: 'Destination address' };
const packetSource = {
  name: 'pkt_srcaddr',
  expression: 'coalesce(pkt_srcaddr, srcaddr)',
  meaning: 'Source address in the packet',
};
const packetDestination = {
  name: 'pkt_dstaddr',
  expression: 'coalesce(pkt_dstaddr, dstaddr)',
  meaning: 'Destination address in the packet',
};

/**
 * The sixteen queries that AWS's Athena integration saves, under AWS's names. Names and purposes are AWS's; the SQL is
 * ours. A question about either side is a UNION of two equalities, never an OR, which no index or bloom filter serves.
 */
export const AWS_REPORTS: readonly Report[] = [
  records(
    'AcceptedTraffic',
    'accepted',
    { purpose: 'TCP connections that were allowed', needs: ['protocol', 'action'] },
    "action = 'ACCEPT' AND protocol = 6",
  ),
  sums(
    'AdminPortTraffic',
    'admin-ports',
    {
      purpose: 'Addresses with the most traffic served on administration ports',
      needs: ['srcaddr', 'srcport', 'bytes'],
    },
    [source, { name: 'srcport', expression: 'srcport', meaning: 'Administration port' }],
    10,
    'srcport IN (20, 21, 22, 23, 3389, 5985, 5986)',
  ),
  volumeOf('IPv4'),
  volumeOf('IPv6'),
  records(
    'RejectedTCPTraffic',
    'rejected-tcp',
    { purpose: 'TCP connections that were rejected', needs: ['protocol', 'action'] },
    "action = 'REJECT' AND protocol = 6",
  ),
  records(
    'RejectedTraffic',
    'rejected',
    { purpose: 'Traffic that was rejected', needs: ['action'] },
    "action = 'REJECT'",
  ),
  {
    ...records(
      'SshRdpTraffic',
      'ssh-rdp',
      { purpose: 'SSH and RDP traffic, either side', needs: ['srcport', 'dstport'] },
      'true',
    ),
    sql: `SELECT ${RECORD_LIST} FROM (SELECT * FROM t WHERE dstport IN (22, 3389) UNION ALL SELECT * FROM t WHERE srcport IN (22, 3389) AND coalesce(dstport, -1) NOT IN (22, 3389)) ${NEWEST}`,
  },
  sums(
    'TopTalkers',
    'top-talkers',
    { purpose: 'Addresses that sent the most', needs: ['srcaddr', 'bytes'] },
    [source],
    50,
  ),
  sums(
    'TopTalkersPacketLevel',
    'top-talkers-packet-level',
    {
      purpose: 'Addresses that sent the most, by the addresses in the packets',
      needs: ['pkt-srcaddr', 'bytes'],
    },
    [packetSource],
    50,
  ),
  sums(
    'TopTalkingInstances',
    'top-instances',
    { purpose: 'Instances with the most traffic', needs: ['instance-id', 'bytes'] },
    [{ name: 'instance_id', expression: 'instance_id', meaning: 'Instance' }],
    50,
    'instance_id IS NOT NULL',
  ),
  sums(
    'TopTalkingSubnets',
    'top-subnets',
    { purpose: 'Subnets with the most traffic', needs: ['subnet-id', 'bytes'] },
    [{ name: 'subnet_id', expression: 'subnet_id', meaning: 'Subnet' }],
    50,
    'subnet_id IS NOT NULL',
  ),
  records(
    'TopTCPTraffic',
    'tcp-of',
    { purpose: 'All TCP traffic that an address sent', needs: ['srcaddr', 'protocol'] },
    'protocol = 6 AND srcaddr = :ip',
    [IP],
  ),
  sums(
    'TotalBytesTransferred',
    'top-pairs',
    {
      purpose: 'Pairs of source and destination with the most bytes',
      needs: ['srcaddr', 'dstaddr', 'bytes'],
    },
    [source, destination],
    50,
  ),
  sums(
    'TotalBytesTransferredPacketLevel',
    'top-pairs-packet-level',
    {
      purpose: 'Pairs of source and destination with the most bytes, by the addresses in the packets',
      needs: ['pkt-srcaddr', 'pkt-dstaddr', 'bytes'],
    },
    [packetSource, packetDestination],
    50,
  ),
  records(
    'TrafficFrmSrcAddr',
    'from',
    { purpose: 'Traffic that an address sent', needs: ['srcaddr'] },
    'srcaddr = :ip',
    [IP],
  ),
  records(
    'TrafficToDstAddr',
    'to',
    { purpose: 'Traffic to an address', needs: ['dstaddr'] },
    'dstaddr = :ip',
    [IP],
  ),
];
