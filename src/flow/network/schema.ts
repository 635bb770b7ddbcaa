import * as z from 'zod';
import { parseCidr, parseIp } from '../../base/index.ts';
import { protocolNumber } from '../../record/index.ts';

/**
 * The shape of `network.yaml`, one table for three uses: checking, types, and the published JSON Schema
 * (`docs/reference/network-schema.json`). Unknown keys are errors: a misspelt key would silently open a firewall.
 */

const idOf = (prefix: string, meaning: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-[0-9A-Za-z-]{1,80}$`), `expected an id such as ${prefix}-0123456789abcdef0`)
    .describe(meaning);

const text = z.string().min(1);
/** A value that records show as it is, where spaces part the fields. */
const token = z.string().regex(/^\S+$/, 'expected text without spaces');
const ip = z.string().refine((value) => parseIp(value) !== null, 'expected an IPv4 or IPv6 address');
const ipv4 = z.string().refine((value) => parseIp(value)?.version === 4, 'expected an IPv4 address');
const ipv6 = z.string().refine((value) => parseIp(value)?.version === 6, 'expected an IPv6 address');
const cidr = z
  .string()
  .refine((value) => parseCidr(value) !== null, 'expected a block such as 10.0.0.0/16 or 2001:db8::/56');
const mac = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'expected an Ethernet address such as 02:00:00:00:00:01');

/** Twelve digits. YAML reads them as a number, which loses leading zeros; they are put back. */
const account = z
  .union([z.string().regex(/^(\d{1,12}|unknown)$/, 'expected up to twelve digits'), z.number().int().min(0)])
  .transform((value) => (typeof value === 'number' ? String(value).padStart(12, '0') : value))
  .describe('Account id; quote it when it begins with 0');
const region = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)+-\d+$/, 'expected a Region such as us-east-1')
  .describe('Region');
const tags = z.record(z.string(), z.string()).describe('Tags by key; quote numbers');

const placed = {
  account: account.optional(),
  region: region.optional(),
  tags: tags.optional(),
};

const blockPublicAccess = z.enum(['off', 'block-bidirectional', 'block-ingress']);

const vpc = z.strictObject({
  id: idOf('vpc', 'VPC'),
  cidrs: z.array(cidr).min(1).describe('IPv4 and IPv6 blocks, the primary one first'),
  isDefault: z.boolean().optional(),
  mainRouteTable: idOf('rtb', 'Route table of subnets that name none').optional(),
  defaultNetworkAcl: idOf('acl', 'Network ACL of subnets that name none').optional(),
  blockPublicAccess: blockPublicAccess.optional().describe('VPC Block Public Access; default off'),
  encryptionControls: z.enum(['off', 'monitor', 'enforce']).optional().describe('Default off'),
  ...placed,
});

const subnet = z.strictObject({
  id: idOf('subnet', 'Subnet'),
  vpc: idOf('vpc', 'Its VPC'),
  cidrs: z.array(cidr).min(1).describe('At most one IPv4 block, and IPv6 blocks'),
  zone: text.optional().describe('Availability Zone name, such as us-east-1a'),
  zoneId: token.max(80).optional().describe('Zone id, such as use1-az1'),
  routeTable: idOf('rtb', 'Default: the main route table of the VPC').optional(),
  networkAcl: idOf('acl', 'Default: the default network ACL of the VPC').optional(),
  sublocation: z.strictObject({ type: z.enum(['wavelength', 'outpost', 'localzone']), id: token }).optional(),
  isExemptFromBlockPublicAccess: z.boolean().optional(),
  ...placed,
});

const ecs = z.strictObject({
  clusterArn: token,
  clusterName: token,
  containerInstanceArn: token.optional().describe('EC2 launch type only'),
  containerInstanceId: token.optional().describe('EC2 launch type only'),
  containerIds: z.array(token).max(2).optional().describe('Docker runtime ids of the first two containers'),
  serviceName: token.optional(),
  taskDefinitionArn: token,
  taskArn: token,
  taskId: token,
});

const networkInterface = z.strictObject({
  id: idOf('eni', 'Network interface'),
  subnet: idOf('subnet', 'Its subnet'),
  privateIps: z.array(ipv4).optional().describe('Private IPv4 addresses, the primary one first'),
  ipv6: z.array(ipv6).optional().describe('IPv6 addresses, the primary one first'),
  publicIps: z
    .array(ipv4)
    .optional()
    .describe('Public and Elastic addresses; they never appear in srcaddr or dstaddr'),
  mac: mac.optional().describe('Finds its packets in a capture of several interfaces'),
  securityGroups: z
    .array(idOf('sg', 'Security group'))
    .optional()
    .describe('None: nothing is rejected by one'),
  instance: idOf('i', 'Belongs to this instance').optional(),
  natGateway: idOf('nat', 'Belongs to this zonal NAT gateway').optional(),
  loadBalancer: z
    .strictObject({ name: text, type: z.enum(['network', 'application', 'gateway']) })
    .optional()
    .describe('Belongs to this load balancer'),
  transitGatewayAttachment: idOf('tgw-attach', 'Belongs to this attachment').optional(),
  endpoint: idOf('vpce', 'Belongs to this interface endpoint').optional(),
  requester: text.optional().describe('Managed by another service, such as amazon-rds'),
  supportsEncryption: z
    .boolean()
    .optional()
    .describe('Nitro hardware encryption in transit; false: refused (EC) where the VPC enforces it'),
  description: z.string().optional(),
  ecs: ecs.optional().describe('The ECS task (awsvpc mode) that uses the interface'),
  ...placed,
});

const instance = z.strictObject({
  id: idOf('i', 'Instance'),
  autoScalingGroup: text.optional(),
  ...placed,
});

const autoScalingGroup = z.strictObject({ name: text, tags: tags.optional() });

const protocol = z
  .union([z.string(), z.number().int().min(-1).max(255)])
  .refine(
    (value) => value === 'all' || value === -1 || protocolNumber(String(value)) !== null,
    'expected all, a protocol name such as tcp, or its number',
  )
  .describe('all, tcp, udp, icmp, icmpv6 or a number');
const ports = z
  .union([
    z.number().int().min(0).max(65_535),
    z.string().regex(/^\d{1,5}(-\d{1,5})?$/, 'expected a port or a range such as 1024-65535'),
  ])
  .describe('A port or a range such as 1024-65535; absent means all');
const icmp = z
  .strictObject({
    type: z.number().int().min(-1).max(255),
    code: z.number().int().min(-1).max(255).optional(),
  })
  .describe('ICMP type and code; absent or -1 means all');

const groupRule = z.strictObject({
  protocol,
  ports: ports.optional(),
  icmp: icmp.optional(),
  peers: z
    .array(z.union([cidr, z.string().regex(/^(sg|pl)-[0-9A-Za-z-]+$/)]))
    .min(1)
    .describe(
      'Blocks, security groups (sg-…) and prefix lists (pl-…): sources inbound, destinations outbound',
    ),
  id: text.optional().describe('Security group rule id (sgr-…)'),
  description: z.string().optional(),
});

const securityGroup = z.strictObject({
  id: idOf('sg', 'Security group'),
  name: text.optional(),
  vpc: idOf('vpc', 'Its VPC'),
  inbound: z.array(groupRule).optional().describe('Default: nothing is allowed in'),
  outbound: z.array(groupRule).optional().describe('Default: nothing is allowed out'),
  ...placed,
});

const aclRule = z.strictObject({
  rule: z.number().int().min(1).max(32_766).describe('Rules are tried by ascending number'),
  action: z.enum(['allow', 'deny']),
  protocol,
  ports: ports.optional().describe('Destination ports'),
  icmp: icmp.optional(),
  cidr: cidr.describe('Source inbound, destination outbound'),
});

const networkAcl = z.strictObject({
  id: idOf('acl', 'Network ACL'),
  vpc: idOf('vpc', 'Its VPC'),
  inbound: z.array(aclRule).optional().describe('What no rule matches is denied'),
  outbound: z.array(aclRule).optional().describe('What no rule matches is denied'),
  ...placed,
});

const prefixList = z.strictObject({
  id: idOf('pl', 'Prefix list'),
  name: text.optional(),
  cidrs: z.array(cidr),
  ...placed,
});

const route = z.strictObject({
  to: z.union([cidr, idOf('pl', 'Prefix list')]),
  via: text
    .optional()
    .describe('local, igw-…, eigw-…, nat-…, eni-…, i-…, tgw-…, pcx-…, vgw-…, vpce-…, lgw-…, cagw-…'),
  blackhole: z.boolean().optional().describe('The target is gone; packets are dropped'),
});

const routeTable = z.strictObject({
  id: idOf('rtb', 'Route table'),
  vpc: idOf('vpc', 'Its VPC; its own blocks are local without saying so'),
  routes: z.array(route).optional(),
  ...placed,
});

const internetGateway = z.strictObject({
  id: idOf('igw', 'Internet gateway'),
  vpc: idOf('vpc', 'Attached to').optional(),
  ...placed,
});

const natGateway = z.strictObject({
  id: idOf('nat', 'NAT gateway'),
  vpc: idOf('vpc', 'Its VPC'),
  subnet: idOf('subnet', 'Its subnet; a regional NAT gateway has none').optional(),
  isPublic: z.boolean().optional().describe('Default true'),
  publicIps: z.array(ipv4).optional(),
  ...placed,
});

const endpoint = z.strictObject({
  id: idOf('vpce', 'VPC endpoint'),
  vpc: idOf('vpc', 'Its VPC'),
  type: z.enum(['gateway', 'interface', 'gateway-load-balancer']),
  service: text.optional().describe('Service name, such as com.amazonaws.us-east-1.s3'),
  ...placed,
});

const peering = z.strictObject({
  id: idOf('pcx', 'VPC peering connection'),
  vpc: idOf('vpc', 'One side'),
  peerVpc: idOf('vpc', 'The other side'),
  peerRegion: region.optional().describe('Region of the other side; default the same'),
  ...placed,
});

const attachment = z.strictObject({
  id: idOf('tgw-attach', 'Attachment'),
  type: z
    .enum([
      'vpc',
      'vpn',
      'vpn-concentrator',
      'client-vpn',
      'direct-connect-gateway',
      'peering',
      'tgw-peering',
      'connect',
      'network-function',
    ])
    .optional()
    .describe('Default vpc'),
  vpc: idOf('vpc', 'The attached VPC').optional(),
  resource: text.optional().describe('What else is attached: a VPN connection, another transit gateway'),
  cidrs: z.array(cidr).optional().describe('Blocks behind it; default the blocks of its VPC'),
  interfaces: z.array(idOf('eni', 'Interface of the attachment')).optional(),
  routeTable: idOf('tgw-rtb', 'The associated route table').optional(),
  mtu: z.number().int().min(68).max(65_535).optional().describe('Default 8500'),
  ...placed,
});

const transitRoute = z.strictObject({
  to: cidr,
  via: idOf('tgw-attach', 'Attachment').optional(),
  blackhole: z.boolean().optional(),
});

const transitGateway = z.strictObject({
  id: idOf('tgw', 'Transit gateway'),
  description: z.string().optional(),
  attachments: z.array(attachment).optional(),
  routeTables: z
    .array(z.strictObject({ id: idOf('tgw-rtb', 'Route table'), routes: z.array(transitRoute).optional() }))
    .optional(),
  ...placed,
});

const capture = z
  .strictObject({
    file: text.optional().describe('Name of the capture file; * stands for any text'),
    device: text.optional().describe('Name of the capture interface (pcapng, live capture)'),
    deviceIndex: z.number().int().min(1).optional().describe('Kernel index of the device (cooked v2, NFLOG)'),
    prefix: text.optional().describe('Beginning of the NFLOG prefix'),
    interfaces: z.array(idOf('eni', 'Interfaces whose packets it holds')).optional(),
    natGateway: idOf('nat', 'The regional NAT gateway whose packets it holds').optional(),
    attachments: z.array(idOf('tgw-attach', 'Attachments whose packets it holds')).optional(),
    action: z.enum(['ACCEPT', 'REJECT']).optional().describe('The verdict that the prefix stands for'),
  })
  .describe(
    'What a capture holds. The first entry that fits a packet counts; without one every interface may be meant',
  );

/** `network.yaml`. */
export const networkSchema = z.strictObject({
  account: account.optional().describe('Account of everything that names none'),
  region: region.optional().describe('Region of everything that names none'),
  vpcs: z.array(vpc).optional(),
  subnets: z.array(subnet).optional(),
  interfaces: z.array(networkInterface).optional(),
  instances: z.array(instance).optional(),
  autoScalingGroups: z.array(autoScalingGroup).optional(),
  securityGroups: z.array(securityGroup).optional(),
  networkAcls: z.array(networkAcl).optional(),
  prefixLists: z.array(prefixList).optional(),
  routeTables: z.array(routeTable).optional(),
  internetGateways: z.array(internetGateway).optional(),
  natGateways: z.array(natGateway).optional(),
  endpoints: z.array(endpoint).optional(),
  peerings: z.array(peering).optional(),
  transitGateways: z.array(transitGateway).optional(),
  dnsServers: z.array(ip).optional().describe('More addresses of the Amazon DNS server than the usual ones'),
  captures: z.array(capture).optional(),
});

/** What `network.yaml` says, checked for shape only; `check-network.ts` looks at what refers to what. */
export type NetworkSpec = z.output<typeof networkSchema>;
export type NetworkInput = z.input<typeof networkSchema>;
export type InterfaceSpec = z.output<typeof networkInterface>;
export type GroupRuleSpec = z.output<typeof groupRule>;
export type AclRuleSpec = z.output<typeof aclRule>;
export type CaptureSpec = z.output<typeof capture>;
export type AttachmentSpec = z.output<typeof attachment>;

/** The JSON Schema of `network.yaml`, for editors. */
export function networkJsonSchema(): Record<string, unknown> {
  return {
    title: 'Weir network model',
    ...z.toJSONSchema(networkSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}
