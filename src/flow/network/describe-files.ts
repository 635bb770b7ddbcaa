import { WeirError } from '../../base/index.ts';
import { aclOf, groupOf } from './describe-firewall.ts';
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

/**
 * Makes a network model from answers of `aws ec2 describe-*` (and `aws autoscaling describe-auto-scaling-groups`, `aws ec2
 * search-transit-gateway-routes` saved in a file whose name holds the route table's id). Which call an answer came from is
 * told by its content. Security groups and prefix lists of others, which no call describes, match nothing.
 *
 * Errors: `flow.bad-describe` (kind `config`) for a file that is no such answer; `flow.bad-network` for what does not fit
 * together, often because an answer is missing.
 */
export function networkFromDescribe(files: readonly DescribeFile[]): NetworkSpec {
  const lists = new Map<ListName, Json[]>();
  for (const file of files) readFile(file, lists);
  const of = (name: ListName): readonly Json[] => lists.get(name) ?? [];
  const groups = new Set(of('SecurityGroups').map((group) => text(group, 'GroupId')));
  const prefixLists = new Set(of('PrefixLists').map((list) => text(list, 'PrefixListId')));
  const isKnownPeer = (peer: string): boolean =>
    peer.startsWith('sg-') ? groups.has(peer) : peer.startsWith('pl-') ? prefixLists.has(peer) : true;
  const network: NetworkInput = {
    vpcs: of('Vpcs').map((vpc) => vpcOf(vpc, of('RouteTables'), of('NetworkAcls'), of('Subnets'))),
    subnets: of('Subnets').map((subnet) => subnetOf(subnet, of('RouteTables'), of('NetworkAcls'))),
    interfaces: of('NetworkInterfaces').map((one) => interfaceOf(one, groups)),
    instances: of('Reservations').flatMap((reservation) => list(reservation, 'Instances').map(instanceOf)),
    autoScalingGroups: of('AutoScalingGroups').map((group) => ({
      name: text(group, 'AutoScalingGroupName'),
      tags: tagsOf(group),
    })),
    securityGroups: of('SecurityGroups').map((group) => groupOf(group, isKnownPeer)),
    networkAcls: of('NetworkAcls').map(aclOf),
    prefixLists: of('PrefixLists').map((one) => ({
      id: text(one, 'PrefixListId'),
      cidrs: (one['Cidrs'] ?? []) as string[],
    })),
    routeTables: of('RouteTables').map(routeTableOf),
    internetGateways: of('InternetGateways').map((gateway) => ({
      id: text(gateway, 'InternetGatewayId'),
      ...some('vpc', list(gateway, 'Attachments')[0]?.['VpcId']),
    })),
    natGateways: of('NatGateways').map(natOf),
    endpoints: of('VpcEndpoints').map(endpointOf),
    peerings: of('VpcPeeringConnections').map(peeringOf),
    transitGateways: of('TransitGateways').map((gateway) =>
      transitGatewayOf(gateway, {
        attachments: of('TransitGatewayAttachments'),
        vpcAttachments: of('TransitGatewayVpcAttachments'),
        routeTables: of('TransitGatewayRouteTables'),
        routes: of('Routes'),
        interfaces: of('NetworkInterfaces'),
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
    const table = /tgw-rtb-[0-9a-z]+/i.exec(name)?.[0];
    if (each === 'Routes' && table === undefined)
      throw badDescribe(
        name,
        'the name of a file with transit gateway routes must hold the id tgw-rtb-… of their table',
      );
    const known = each === 'Routes' ? rows.map((row) => ({ ...row, table })) : rows;
    lists.set(each, [...(lists.get(each) ?? []), ...known]);
  }
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
  const cidrs = [
    ...list(vpc, 'CidrBlockAssociationSet').map((each) => text(each, 'CidrBlock')),
    ...list(vpc, 'Ipv6CidrBlockAssociationSet').map((each) => text(each, 'Ipv6CidrBlock')),
  ];
  const mode = (vpc['BlockPublicAccessStates'] as Json | undefined)?.['InternetGatewayBlockMode'];
  return {
    id,
    cidrs: cidrs.length > 0 ? cidrs : [text(vpc, 'CidrBlock')],
    isDefault: vpc['IsDefault'] === true,
    ...some('mainRouteTable', main?.['RouteTableId']),
    ...some('defaultNetworkAcl', acl?.['NetworkAclId']),
    ...some('blockPublicAccess', mode as 'off' | undefined),
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
  const outpost = subnet['OutpostArn'];
  return {
    id,
    vpc: text(subnet, 'VpcId'),
    cidrs: [
      ...(typeof subnet['CidrBlock'] === 'string' ? [subnet['CidrBlock']] : []),
      ...list(subnet, 'Ipv6CidrBlockAssociationSet').map((each) => text(each, 'Ipv6CidrBlock')),
    ],
    ...some('zone', subnet['AvailabilityZone']),
    ...some('zoneId', subnet['AvailabilityZoneId']),
    ...some('routeTable', tables.find(isAssociated)?.['RouteTableId']),
    ...some('networkAcl', acls.find(isAssociated)?.['NetworkAclId']),
    ...(typeof outpost === 'string'
      ? { sublocation: { type: 'outpost' as const, id: outpost.split('/').at(-1) ?? outpost } }
      : {}),
    ...placeOf(subnet, subnet),
  };
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
  if (one['InterfaceType'] === 'nat_gateway') return some('natGateway', id('nat'));
  if (one['InterfaceType'] === 'transit_gateway') return some('transitGatewayAttachment', id('tgw-attach'));
  if (one['InterfaceType'] === 'vpc_endpoint') return some('endpoint', id('vpce'));
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

const ROUTE_TARGETS = [
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'EgressOnlyInternetGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'GatewayId',
] as const;

function routeTableOf(table: Json): NonNullable<NetworkInput['routeTables']>[number] {
  return {
    id: text(table, 'RouteTableId'),
    vpc: text(table, 'VpcId'),
    routes: list(table, 'Routes').map((route) => {
      const to =
        route['DestinationCidrBlock'] ??
        route['DestinationIpv6CidrBlock'] ??
        route['DestinationPrefixListId'];
      const isBlackhole = route['State'] === 'blackhole';
      const target = ROUTE_TARGETS.map((key) => route[key]).find((value) => typeof value === 'string');
      // What a blackhole led to is gone, so nothing describes it.
      return isBlackhole ? { to: String(to), blackhole: true } : { to: String(to), ...some('via', target) };
    }),
    tags: tagsOf(table),
    ...some('account', table['OwnerId']),
  };
}

function natOf(nat: Json): NonNullable<NetworkInput['natGateways']>[number] {
  const isRegional = nat['AvailabilityMode'] === 'regional';
  const addresses = list(nat, 'NatGatewayAddresses');
  return {
    id: text(nat, 'NatGatewayId'),
    vpc: text(nat, 'VpcId'),
    ...(isRegional ? {} : some('subnet', nat['SubnetId'])),
    isPublic: nat['ConnectivityType'] !== 'private',
    publicIps: addresses.flatMap(({ PublicIp }) => (typeof PublicIp === 'string' ? [PublicIp] : [])),
    tags: tagsOf(nat),
  };
}

function endpointOf(endpoint: Json): NonNullable<NetworkInput['endpoints']>[number] {
  const types = {
    Gateway: 'gateway',
    Interface: 'interface',
    GatewayLoadBalancer: 'gateway-load-balancer',
  } as const;
  return {
    id: text(endpoint, 'VpcEndpointId'),
    vpc: text(endpoint, 'VpcId'),
    type: types[endpoint['VpcEndpointType'] as keyof typeof types] ?? 'interface',
    ...some('service', endpoint['ServiceName']),
    tags: tagsOf(endpoint),
    ...some('account', endpoint['OwnerId']),
  };
}

function peeringOf(peering: Json): NonNullable<NetworkInput['peerings']>[number] {
  const requester = (peering['RequesterVpcInfo'] ?? {}) as Json;
  const accepter = (peering['AccepterVpcInfo'] ?? {}) as Json;
  return {
    id: text(peering, 'VpcPeeringConnectionId'),
    vpc: text(requester, 'VpcId'),
    peerVpc: text(accepter, 'VpcId'),
    ...some('region', requester['Region']),
    ...some('peerRegion', accepter['Region']),
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
