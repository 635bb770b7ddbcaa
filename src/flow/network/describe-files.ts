import { WeirError } from '../../base/index.ts';
import { aclOf, groupOf } from './describe-firewall.ts';
import { endpointOf, natOf, peeringOf, prefixListsOf, routeTableOf } from './describe-gateways.ts';
import { type Json, list, placeOf, regionOf, some, tagsOf, text } from './describe-json.ts';
import { transitGatewayOf } from './describe-transit.ts';
import { checkedNetwork } from './read-network.ts';
import type { NetworkInput, NetworkSpec } from './schema.ts';

/** One answer of the AWS command line, as saved with `aws ec2 describe-… > FILE`. */
export interface DescribeFile {
  readonly name: string;
  readonly text: string;
}

/** The lists of the answers that are understood; others in a folder are an error, so that nothing is left out unseen. */
const LISTS = [
  'Vpcs',
  'Subnets',
  'NetworkInterfaces',
  'Reservations',
  'AutoScalingGroups',
  'SecurityGroups',
  'NetworkAcls',
  'PrefixLists',
  'Entries',
  'RouteTables',
  'InternetGateways',
  'NatGateways',
  'VpcEndpoints',
  'VpcPeeringConnections',
  'TransitGateways',
  'TransitGatewayAttachments',
  'TransitGatewayVpcAttachments',
  'TransitGatewayRouteTables',
  'Routes',
] as const;
type ListName = (typeof LISTS)[number];

/** Answers about a part of something, which say only in the name of their file whose part it is. */
const NAMED_PARTS: Partial<Record<ListName, { readonly id: RegExp; readonly needs: string }>> = {
  Routes: {
    id: /tgw-rtb-[0-9a-z]+/i,
    needs: 'a file with transit gateway routes must hold the id tgw-rtb-… of their table',
  },
  Entries: {
    id: /pl-[0-9a-z]+/i,
    needs: 'a file with the entries of a prefix list must hold the id pl-… of the list',
  },
};

/** AWS shows what is gone for an hour or more; what it was connected to may be described no longer. */
const GONE: ReadonlySet<string> = new Set(['deleted', 'failed', 'rejected', 'expired', 'terminated']);

/**
 * Makes a network model from answers of `aws ec2 describe-*` (and `aws autoscaling describe-auto-scaling-groups`, `aws ec2
 * search-transit-gateway-routes` and `get-managed-prefix-list-entries`, each saved in a file whose name holds the id of the
 * route table or list). Which call an answer came from is told by its content. What is deleted is left out. Security groups
 * and prefix lists of others, which no call describes, match nothing.
 *
 * Errors: `flow.bad-describe` (kind `config`) for a file that is no such answer; `flow.bad-network` for what does not fit
 * together, often because an answer is missing.
 */
export function networkFromDescribe(files: readonly DescribeFile[]): NetworkSpec {
  const lists = new Map<ListName, Json[]>();
  for (const file of files) readFile(file, lists);
  const of = (name: ListName): readonly Json[] => (lists.get(name) ?? []).filter((one) => !isGone(one));
  const groups = new Set(of('SecurityGroups').map((group) => text(group, 'GroupId')));
  const vpcs = new Set(of('Vpcs').map((vpc) => text(vpc, 'VpcId')));
  const prefixLists = prefixListsOf(of('PrefixLists'), of('Entries'));
  const isKnownPeer = (peer: string): boolean =>
    peer.startsWith('sg-') ? groups.has(peer) : peer.startsWith('pl-') ? prefixLists.has(peer) : true;
  const interfaces = remainingInterfaces(of('NetworkInterfaces'), [...lists.values()].flat());
  const network: NetworkInput = {
    vpcs: of('Vpcs').map((vpc) => vpcOf(vpc, of('RouteTables'), of('NetworkAcls'), of('Subnets'))),
    subnets: of('Subnets').map((subnet) => subnetOf(subnet, of('RouteTables'), of('NetworkAcls'))),
    interfaces: interfaces.map((one) => interfaceOf(one, groups)),
    instances: of('Reservations').flatMap((reservation) => list(reservation, 'Instances').map(instanceOf)),
    autoScalingGroups: of('AutoScalingGroups').map((group) => ({
      name: text(group, 'AutoScalingGroupName'),
      tags: tagsOf(group),
    })),
    securityGroups: of('SecurityGroups').map((group) => groupOf(group, isKnownPeer)),
    networkAcls: of('NetworkAcls').map(aclOf),
    prefixLists: [...prefixLists].map(([id, cidrs]) => ({ id, cidrs: [...cidrs] })),
    routeTables: of('RouteTables').map(routeTableOf),
    internetGateways: of('InternetGateways').map((gateway) => ({
      id: text(gateway, 'InternetGatewayId'),
      ...some('vpc', list(gateway, 'Attachments')[0]?.['VpcId']),
    })),
    natGateways: of('NatGateways').map(natOf),
    endpoints: of('VpcEndpoints').map(endpointOf),
    peerings: of('VpcPeeringConnections').flatMap((peering) => peeringOf(peering, vpcs)),
    transitGateways: of('TransitGateways').map((gateway) =>
      transitGatewayOf(gateway, {
        attachments: of('TransitGatewayAttachments'),
        vpcAttachments: of('TransitGatewayVpcAttachments'),
        routeTables: of('TransitGatewayRouteTables'),
        routes: of('Routes'),
        interfaces,
        vpcs,
      }),
    ),
  };
  return checkedNetwork(network, 'the describe files');
}

function readFile({ name, text: content }: DescribeFile, lists: Map<ListName, Json[]>): void {
  let tree: unknown;
  try {
    tree = JSON.parse(content);
  } catch (cause) {
    throw badDescribe(name, 'it is not JSON', cause);
  }
  const found = LISTS.filter((list) => Array.isArray((tree as Json | null)?.[list]));
  if (found.length === 0) throw badDescribe(name, `it has none of ${LISTS.join(', ')}`);
  for (const each of found) {
    const rows = (tree as Json)[each] as Json[];
    const part = NAMED_PARTS[each];
    const owner = part?.id.exec(name)?.[0];
    if (part !== undefined && owner === undefined) throw badDescribe(name, `the name of ${part.needs}`);
    const known = part === undefined ? rows : rows.map((row) => ({ ...row, owner }));
    lists.set(each, [...(lists.get(each) ?? []), ...known]);
  }
}

/** Without those of gateways, endpoints and attachments that are gone: their interfaces go a little later. */
function remainingInterfaces(interfaces: readonly Json[], all: readonly Json[]): readonly Json[] {
  const keys = ['NatGatewayId', 'VpcEndpointId', 'TransitGatewayAttachmentId'];
  const gone = all.filter(isGone).flatMap((one) => keys.flatMap((key) => text(one, key) || []));
  if (gone.length === 0) return interfaces;
  const marker = new RegExp(`\\b(?:${gone.join('|')})\\b`);
  return interfaces.filter(({ Description }) => !marker.test(String(Description)));
}

function isGone(one: Json): boolean {
  const status = one['Status'];
  const state = typeof status === 'object' && status !== null ? (status as Json)['Code'] : one['State'];
  return typeof state === 'string' && GONE.has(state.toLowerCase());
}

function vpcOf(
  vpc: Json,
  tables: readonly Json[],
  acls: readonly Json[],
  subnets: readonly Json[],
): NonNullable<NetworkInput['vpcs']>[number] {
  const id = text(vpc, 'VpcId');
  const mine = (one: Json): boolean => one['VpcId'] === id;
  const main = tables
    .filter(mine)
    .find((table) => list(table, 'Associations').some(({ Main }) => Main === true));
  const acl = acls.filter(mine).find(({ IsDefault }) => IsDefault === true);
  const cidrs = [...blocksOf(vpc, 'CidrBlock'), ...blocksOf(vpc, 'Ipv6CidrBlock')];
  const controls = (vpc['EncryptionControl'] ?? {}) as Json;
  return {
    id,
    cidrs: cidrs.length > 0 ? cidrs : [text(vpc, 'CidrBlock')],
    isDefault: vpc['IsDefault'] === true,
    ...some('mainRouteTable', main?.['RouteTableId']),
    ...some('defaultNetworkAcl', acl?.['NetworkAclId']),
    ...some('blockPublicAccess', publicAccessOf(vpc) as 'off' | undefined),
    ...(isGone(controls) ? {} : some('encryptionControls', controls['Mode'] as 'monitor' | undefined)),
    ...placeOf(vpc, subnets.find(mine)),
  };
}

function subnetOf(
  subnet: Json,
  tables: readonly Json[],
  acls: readonly Json[],
): NonNullable<NetworkInput['subnets']>[number] {
  const id = text(subnet, 'SubnetId');
  const isAssociated = (one: Json): boolean =>
    list(one, 'Associations').some(({ SubnetId }) => SubnetId === id);
  const sublocation = sublocationOf(subnet);
  return {
    id,
    vpc: text(subnet, 'VpcId'),
    cidrs: [
      ...(typeof subnet['CidrBlock'] === 'string' ? [subnet['CidrBlock']] : []),
      ...blocksOf(subnet, 'Ipv6CidrBlock'),
    ],
    ...some('zone', subnet['AvailabilityZone']),
    ...some('zoneId', subnet['AvailabilityZoneId']),
    ...some('routeTable', tables.find(isAssociated)?.['RouteTableId']),
    ...some('networkAcl', acls.find(isAssociated)?.['NetworkAclId']),
    ...(sublocation === null ? {} : { sublocation }),
    // Its own mode is off, whatever the VPC's is, when an exclusion covers it.
    ...(publicAccessOf(subnet) === 'off' ? { isExemptFromBlockPublicAccess: true } : {}),
    ...placeOf(subnet, subnet),
  };
}

/** Blocks of an association set, without those that are going or gone. */
function blocksOf(one: Json, key: 'CidrBlock' | 'Ipv6CidrBlock'): readonly string[] {
  return list(one, `${key}AssociationSet`)
    .filter((each) => {
      const state = (each[`${key}State`] as Json | undefined)?.['State'];
      return state === undefined || state === 'associated' || state === 'associating';
    })
    .map((each) => text(each, key));
}

function publicAccessOf(one: Json): unknown {
  return (one['BlockPublicAccessStates'] as Json | undefined)?.['InternetGatewayBlockMode'];
}

/** An outpost by its ARN; Wavelength and Local Zones by the name of the zone, which goes on behind the Region's. */
function sublocationOf(
  subnet: Json,
): { readonly type: 'outpost' | 'wavelength' | 'localzone'; readonly id: string } | null {
  const outpost = subnet['OutpostArn'];
  if (typeof outpost === 'string') return { type: 'outpost', id: outpost.split('/').at(-1) ?? outpost };
  const zone = text(subnet, 'AvailabilityZone');
  const behindRegion = zone.slice((regionOf(zone) ?? zone).length);
  const id = text(subnet, 'AvailabilityZoneId') || zone;
  if (behindRegion.length <= 1) return null;
  return { type: behindRegion.includes('-wlz-') ? 'wavelength' : 'localzone', id };
}

function interfaceOf(
  one: Json,
  groups: ReadonlySet<string>,
): NonNullable<NetworkInput['interfaces']>[number] {
  const addresses = list(one, 'PrivateIpAddresses').toSorted(
    (a, b) => Number(b['Primary']) - Number(a['Primary']),
  );
  const six = list(one, 'Ipv6Addresses').toSorted(
    (a, b) => Number(b['IsPrimaryIpv6'] === true) - Number(a['IsPrimaryIpv6'] === true),
  );
  const publicIps = addresses.flatMap((each) => {
    const ip = (each['Association'] as Json | undefined)?.['PublicIp'];
    return typeof ip === 'string' ? [ip] : [];
  });
  return {
    id: text(one, 'NetworkInterfaceId'),
    subnet: text(one, 'SubnetId'),
    privateIps: addresses.map((each) => text(each, 'PrivateIpAddress')),
    ipv6: six.map((each) => text(each, 'Ipv6Address')),
    publicIps,
    ...some('mac', one['MacAddress']),
    securityGroups: list(one, 'Groups')
      .map((group) => text(group, 'GroupId'))
      .filter((id) => groups.has(id)),
    ...some('description', one['Description']),
    ...ownerOf(one),
    tags: tagsOf(one, 'TagSet'),
    ...some('account', one['OwnerId']),
    ...some('region', regionOf(one['AvailabilityZone'])),
  };
}

/** What an interface belongs to: AWS names it in the type and, for services, in the description. */
function ownerOf(one: Json): Partial<NonNullable<NetworkInput['interfaces']>[number]> {
  const description = typeof one['Description'] === 'string' ? one['Description'] : '';
  const id = (prefix: string): string | undefined =>
    new RegExp(`\\b${prefix}-[0-9a-z]+`).exec(description)?.[0];
  const balancer = /^ELB (app|net|gwy)\/([^/]+)\//.exec(description);
  const type = one['InterfaceType'];
  if (type === 'nat_gateway' || type === 'natGateway') return some('natGateway', id('nat'));
  if (type === 'transit_gateway') return some('transitGatewayAttachment', id('tgw-attach'));
  if (type === 'vpc_endpoint' || type === 'gateway_load_balancer_endpoint')
    return some('endpoint', id('vpce'));
  if (balancer?.[2] !== undefined) {
    const types = { app: 'application', net: 'network', gwy: 'gateway' } as const;
    return { loadBalancer: { name: balancer[2], type: types[balancer[1] as keyof typeof types] } };
  }
  const instance = (one['Attachment'] as Json | undefined)?.['InstanceId'];
  if (one['RequesterManaged'] === true) return some('requester', one['RequesterId'] ?? 'aws');
  return some('instance', instance);
}

function instanceOf(instance: Json): NonNullable<NetworkInput['instances']>[number] {
  const tags = tagsOf(instance);
  return {
    id: text(instance, 'InstanceId'),
    ...some('autoScalingGroup', tags['aws:autoscaling:groupName']),
    tags,
  };
}

function badDescribe(name: string, reason: string, cause?: unknown): WeirError {
  return new WeirError(
    'config',
    'flow.bad-describe',
    `${name} is no answer of aws ec2 describe-*: ${reason}`,
    {
      cause,
    },
  );
}
