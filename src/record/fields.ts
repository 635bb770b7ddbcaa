import { address, count, type Field, field, NO_TRAFFIC, type RecordKind, text } from './field.ts';

const BOTH: readonly RecordKind[] = ['vpc', 'tgw'];
const VPC: readonly RecordKind[] = ['vpc'];
const TGW: readonly RecordKind[] = ['tgw'];
const NOT_ECS = 'the interface belongs to no running ECS task of the flow log owner';
const NO_TAG = 'untagged, owned by another account, or within the first hour of the flow log';
const NO_NEXT_HOP =
  'the next hop has no interface, is in another Region, or (all but the zone id) belongs to another account';

const tag = (name: string, meaning: string, example: string, misleads = ''): Field =>
  field(name, VPC, 11, 'percent-encoded', 'string', meaning, example, { nullWhen: NO_TAG, misleads });

/**
 * The field catalogue: every field of VPC flow logs (versions 2 to 11) and of transit gateway flow logs.
 *
 * One table, many readers: line parser and writer, lake schema, SQL comments, completion, `weir fields` and the
 * reference page. Order: AWS's own, by version, the transit-gateway-only fields last.
 * Source: Amazon VPC and Transit Gateway user guides, flow log record tables, mid-2026.
 */
export const FIELDS: readonly Field[] = [
  field('version', BOTH, 2, 'integer', 'int32', 'Format version of the record', '5', {
    nullWhen: 'never',
    misleads:
      'It is the highest version among the chosen fields, the same in each line; it does not say which fields are there or where.',
  }),
  text(
    'account-id',
    BOTH,
    2,
    'Account that owns the source interface (or transit gateway) of the record',
    '123456789010',
    {
      nullWhen: 'never; the word unknown stands for interfaces that AWS made',
      misleads: 'Not always twelve digits: unknown, shorter and masked values occur.',
    },
  ),
  text('interface-id', VPC, 2, 'Network interface whose traffic is recorded', 'eni-1235b8ca123456789', {
    nullWhen: 'flows of a regional NAT gateway, which has no interface',
    misleads:
      'The same packet is recorded on each interface that it crosses; sums over interfaces count it again.',
  }),
  address(
    'srcaddr',
    BOTH,
    2,
    'Source address; for egress the primary private address of the sending interface',
    '172.31.16.139',
    {
      camel: 'srcAddr',
      misleads: 'Behind a NAT gateway or an appliance it is the middle box; pkt-srcaddr has the sender.',
    },
  ),
  address(
    'dstaddr',
    BOTH,
    2,
    'Destination address; for ingress the primary private address of the interface',
    '172.31.16.21',
    {
      camel: 'dstAddr',
      misleads:
        'Traffic to a secondary or public address of the interface shows its primary private address.',
    },
  ),
  field('srcport', BOTH, 2, 'port', 'int32', 'Source port', '20641', {
    camel: 'srcPort',
    nullWhen: NO_TRAFFIC,
    misleads: '0 for ICMP and others without ports, which is no port zero.',
  }),
  field('dstport', BOTH, 2, 'port', 'int32', 'Destination port', '22', {
    camel: 'dstPort',
    nullWhen: NO_TRAFFIC,
    misleads: 'On records of answers it is the client port; the service port is then srcport.',
  }),
  field('protocol', BOTH, 2, 'integer', 'int32', 'IANA protocol number', '6', {
    nullWhen: NO_TRAFFIC,
    misleads:
      "INT32 in the Parquet files although AWS's Athena table says bigint. Masked logs carry numbers over 255; they are kept.",
  }),
  count('packets', BOTH, 2, 'packets', 'Packets of the flow in the window', '20'),
  count('bytes', BOTH, 2, 'bytes', 'Bytes of the flow in the window, IP headers included', '4249', {
    nullWhen: `${NO_TRAFFIC}; rejects by VPC Block Public Access`,
    misleads: 'Counted at the IP layer: larger than the payload, smaller than the frames.',
  }),
  field('start', BOTH, 2, 'time', 'int64', 'Time of the first packet in the window', '1418530010', {
    unit: 'unix seconds',
    nullWhen: 'never',
    misleads: 'Shared by all flows of an interface and window, and up to 60 s off: no flow start.',
  }),
  field('end', BOTH, 2, 'time', 'int64', 'Time of the last packet in the window, inclusive', '1418530070', {
    unit: 'unix seconds',
    nullWhen: 'never',
    misleads: 'The time slot of the S3 object follows end, the CloudWatch timestamp follows start.',
  }),
  text('action', VPC, 2, 'ACCEPT or REJECT by security groups and network ACLs', 'ACCEPT', {
    nullWhen: NO_TRAFFIC,
    misleads:
      'A REJECT may be a late packet of a closed connection, so it proves no rule. The word is never DENY.',
  }),
  text('log-status', BOTH, 2, 'OK, NODATA (no traffic in the window) or SKIPDATA (records were lost)', 'OK', {
    nullWhen: 'never',
    misleads: 'One SKIPDATA line may stand for many lost flows; sums over that window are too small.',
  }),
  text('vpc-id', VPC, 3, 'VPC of the interface', 'vpc-abcdefab012345678'),
  text('subnet-id', VPC, 3, 'Subnet of the interface', 'subnet-aaaaaaaa012345678', {
    nullWhen: 'regional NAT gateway',
  }),
  text('instance-id', VPC, 3, 'Instance of the interface, if you own it', 'i-01234567890123456', {
    nullWhen: 'interfaces managed by a service (NAT gateway, transit gateway, load balancer)',
  }),
  field(
    'tcp-flags',
    BOTH,
    3,
    'byte',
    'int32',
    'OR of the TCP flags in the window: FIN 1, SYN 2, RST 4, SYN-ACK 18',
    '19',
    {
      nullWhen: `not computable; ${NO_TRAFFIC}`,
      misleads:
        'ACK is set only with SYN, so 0 is ordinary data, and the OR loses order and count. Transit gateways add PSH 8 and URG 32.',
    },
  ),
  text('type', BOTH, 3, 'Type of traffic: IPv4, IPv6 or EFA', 'IPv4', { nullWhen: NO_TRAFFIC }),
  address('pkt-srcaddr', VPC, 3, 'Source address in the packet itself', '10.20.33.164', {
    camel: 'pktSrcAddr',
  }),
  address('pkt-dstaddr', VPC, 3, 'Destination address in the packet itself', '203.0.113.5', {
    camel: 'pktDstAddr',
  }),
  text('region', BOTH, 4, 'Region of the interface (or transit gateway)', 'ap-southeast-2'),
  text('az-id', VPC, 4, 'Zone id of the interface', 'apse2-az3', {
    nullWhen: 'traffic of a sublocation',
    misleads: 'The id, not the name: the same id is the same place in each account, the same name is not.',
  }),
  text('sublocation-type', VPC, 4, 'wavelength, outpost or localzone', 'outpost', {
    nullWhen: 'no sublocation',
  }),
  text('sublocation-id', VPC, 4, 'Id of the sublocation', 'op-0123456789abcdef0', {
    nullWhen: 'no sublocation',
  }),
  text('pkt-src-aws-service', BOTH, 5, 'Service whose published ranges hold pkt-srcaddr', 'S3', {
    camel: 'pktSrcAwsService',
    nullWhen: 'no AWS service address',
    misleads: 'An address in overlapping ranges gets one name only.',
  }),
  text('pkt-dst-aws-service', BOTH, 5, 'Service whose published ranges hold pkt-dstaddr', 'S3', {
    camel: 'pktDstAwsService',
    nullWhen: 'no AWS service address',
    misleads: 'An address in overlapping ranges gets one name only.',
  }),
  text(
    'flow-direction',
    BOTH,
    5,
    'ingress or egress, seen from the interface (or transit gateway)',
    'egress',
    {
      nullWhen: NO_TRAFFIC,
      misleads: 'Seen from the interface: an answer from a server you run is egress.',
    },
  ),
  field('traffic-path', VPC, 5, 'integer', 'int32', 'Path of egress traffic, 1 to 8', '8', {
    nullWhen: 'every ingress record; egress where no path applies',
    misleads:
      'Path 2 is an internet gateway or a gateway endpoint; transit gateways have no code of their own.',
  }),
  text('ecs-cluster-arn', VPC, 7, 'ARN of the ECS cluster', 'arn:aws:ecs:us-east-1:123456789010:cluster/c', {
    nullWhen: NOT_ECS,
  }),
  text('ecs-cluster-name', VPC, 7, 'Name of the ECS cluster', 'my-cluster', { nullWhen: NOT_ECS }),
  text(
    'ecs-container-instance-arn',
    VPC,
    7,
    'ARN of the container instance',
    'arn:aws:ecs:us-east-1:123456789010:container-instance/c/1',
    {
      nullWhen: `${NOT_ECS}; Fargate`,
    },
  ),
  text('ecs-container-instance-id', VPC, 7, 'Id of the container instance', 'i-01234567890123456', {
    nullWhen: `${NOT_ECS}; Fargate`,
  }),
  text('ecs-container-id', VPC, 7, 'Docker runtime id of the first container', '574fc0af-908', {
    nullWhen: NOT_ECS,
    misleads: 'Container order follows the event stream, and a stopped container may linger.',
  }),
  text('ecs-second-container-id', VPC, 7, 'Docker runtime id of the second container', '816bc224-160', {
    nullWhen: 'fewer than two containers',
  }),
  text('ecs-service-name', VPC, 7, 'Name of the ECS service', 'payments-service', {
    nullWhen: 'the task was not started by a service',
  }),
  text(
    'ecs-task-definition-arn',
    VPC,
    7,
    'ARN of the task definition',
    'arn:aws:ecs:us-east-1:123456789010:task-definition/backend:3',
    {
      nullWhen: NOT_ECS,
    },
  ),
  text('ecs-task-arn', VPC, 7, 'ARN of the task', 'arn:aws:ecs:us-east-1:123456789010:task/c/6adbd0d6', {
    nullWhen: NOT_ECS,
  }),
  text('ecs-task-id', VPC, 7, 'Id of the task', '6adbd0d6-211', { nullWhen: NOT_ECS }),
  text(
    'reject-reason',
    VPC,
    8,
    'Why traffic was rejected: BPA (Block Public Access) or EC (encryption controls)',
    'BPA',
    {
      nullWhen: 'any other reason; ACCEPT',
      misleads: 'An open set: real records carry Accepted on an ACCEPT.',
    },
  ),
  text('resource-id', VPC, 9, 'Regional NAT gateway of the record', 'nat-1234567890abcdef', {
    nullWhen: 'no regional NAT gateway',
  }),
  field(
    'encryption-status',
    VPC,
    10,
    'integer',
    'int32',
    '0 not encrypted, 1 by Nitro hardware, 2 by the application, 3 both',
    '1',
    {
      nullWhen: 'encryption controls off, or the status is unknown',
      misleads: 'Application encryption is judged by port 443 alone; 0 is an answer, NULL is none.',
    },
  ),
  tag('instance-tag', 'Value of the first instance tag key of the flow log', 'payments%20api'),
  tag('instance-tag-2', 'Value of the second instance tag key', 'blue'),
  tag('interface-tag', 'Value of the first network interface tag key', 'edge'),
  tag('interface-tag-2', 'Value of the second network interface tag key', 'green'),
  tag(
    'asg-tag',
    'Value of the first Auto Scaling group tag key',
    'web',
    'A tag whose value is - cannot be told from a missing one.',
  ),
  tag(
    'asg-tag-2',
    'Value of the second Auto Scaling group tag key',
    'batch',
    'A tag whose value is - cannot be told from a missing one.',
  ),
  text(
    'interface-type',
    VPC,
    11,
    'Service behind the interface, such as nat_gateway or transit_gateway',
    'nat_gateway',
    {
      nullWhen: 'no service, or one that is not supported',
    },
  ),
  text(
    'next-hop-interface-id',
    VPC,
    11,
    'Egress: interface that receives; ingress: interface that sends',
    'eni-11111111aaaaaaaaa',
    {
      nullWhen: NO_NEXT_HOP,
      misleads: 'Through a middle box it names the middle box, not the final target.',
    },
  ),
  text('next-hop-subnet-id', VPC, 11, 'Subnet of the next-hop interface', 'subnet-11111111aaaaaaaaa', {
    nullWhen: NO_NEXT_HOP,
  }),
  text('next-hop-az-id', VPC, 11, 'Zone id of the next-hop interface', 'use1-az2', { nullWhen: NO_NEXT_HOP }),
  text('next-hop-vpc-id', VPC, 11, 'VPC of the next-hop interface', 'vpc-abcdefab012345678', {
    nullWhen: NO_NEXT_HOP,
  }),
  text('next-hop-interface-type', VPC, 11, 'Service behind the next-hop interface', 'transit_gateway', {
    nullWhen: NO_NEXT_HOP,
  }),
  text('resource-type', TGW, 6, 'Type that the subscription was made on', 'TransitGateway', {
    nullWhen: 'never',
  }),
  text('tgw-id', TGW, 6, 'Transit gateway recorded', 'tgw-0a12bc34de56f7890'),
  text('tgw-attachment-id', TGW, 6, 'Attachment recorded', 'tgw-attach-0123456789abcdef0', {
    misleads: 'Each flow is seen twice, once per attachment and direction: never add ingress and egress.',
  }),
  text('tgw-src-vpc-account-id', TGW, 6, 'Account of the source VPC', '123456789010'),
  text('tgw-dst-vpc-account-id', TGW, 6, 'Account of the destination VPC', '123456789010'),
  text('tgw-src-vpc-id', TGW, 6, 'Source VPC', 'vpc-0abc12345def67890'),
  text('tgw-dst-vpc-id', TGW, 6, 'Destination VPC', 'vpc-0def12345abc67890'),
  text('tgw-src-subnet-id', TGW, 6, 'Source subnet', 'subnet-0abc12345def67890'),
  text('tgw-dst-subnet-id', TGW, 6, 'Destination subnet', 'subnet-0def12345abc67890'),
  text('tgw-src-eni', TGW, 6, 'Interface of the source attachment', 'eni-0abc12345def67890'),
  text('tgw-dst-eni', TGW, 6, 'Interface of the destination attachment', 'eni-0def12345abc67890'),
  text('tgw-src-az-id', TGW, 6, 'Zone id at the source', 'use1-az1', { nullWhen: 'sublocations' }),
  text('tgw-dst-az-id', TGW, 6, 'Zone id at the destination', 'use1-az2', { nullWhen: 'sublocations' }),
  text('tgw-pair-attachment-id', TGW, 6, 'The other attachment of the flow', 'tgw-attach-0def12345abc67890'),
  count('packets-lost-no-route', TGW, 6, 'packets', 'Packets lost: no route', '0'),
  count('packets-lost-blackhole', TGW, 6, 'packets', 'Packets lost: blackhole route', '0'),
  count('packets-lost-mtu-exceeded', TGW, 6, 'packets', 'Packets lost: larger than the MTU', '0'),
  count('packets-lost-ttl-expired', TGW, 6, 'packets', 'Packets lost: time to live expired', '0'),
];

const byAnySpelling = new Map<string, Field>(
  FIELDS.flatMap((entry) => [
    [entry.name, entry],
    [entry.sql, entry],
    [entry.camel, entry],
  ]),
);

/** The field of an exact spelling, AWS's, SQL's or TypeScript's; undefined for unknown names. */
export function fieldByName(name: string): Field | undefined {
  return byAnySpelling.get(name);
}

/** The fields of one kind of record, in catalogue order: 54 for `vpc`, 36 for `tgw`. */
export function fieldsOf(kind: RecordKind): readonly Field[] {
  return FIELDS.filter((entry) => entry.kinds.includes(kind));
}
