import { type Json, list, some, tagsOf, text } from './describe-json.ts';
import type { NetworkInput } from './schema.ts';

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

/** A route table; what a blackhole led to is gone, so nothing describes it. */
export function routeTableOf(table: Json): NonNullable<NetworkInput['routeTables']>[number] {
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
      return isBlackhole ? { to: String(to), blackhole: true } : { to: String(to), ...some('via', target) };
    }),
    tags: tagsOf(table),
    ...some('account', table['OwnerId']),
  };
}

/** A NAT gateway, zonal or regional. */
export function natOf(nat: Json): NonNullable<NetworkInput['natGateways']>[number] {
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

/** A VPC endpoint; the newer kinds that have interfaces count as interface endpoints. */
export function endpointOf(endpoint: Json): NonNullable<NetworkInput['endpoints']>[number] {
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

/** Seen from the VPC that is described, whichever side asked for the connection; nothing when neither is. */
export function peeringOf(
  peering: Json,
  vpcs: ReadonlySet<string>,
): readonly NonNullable<NetworkInput['peerings']>[number][] {
  const sides = ['RequesterVpcInfo', 'AccepterVpcInfo'].map((key) => (peering[key] ?? {}) as Json);
  const own = sides.find((side) => vpcs.has(text(side, 'VpcId')));
  const other = sides.find((side) => side !== own);
  if (own === undefined || other === undefined) return [];
  return [
    {
      id: text(peering, 'VpcPeeringConnectionId'),
      vpc: text(own, 'VpcId'),
      peerVpc: text(other, 'VpcId'),
      ...some('region', own['Region']),
      ...some('peerRegion', other['Region']),
    },
  ];
}

/**
 * Lists with the blocks that `describe-prefix-lists` gives with them, or that their entries give. A list without either
 * (as `describe-managed-prefix-lists` names it) is left out.
 */
export function prefixListsOf(
  lists: readonly Json[],
  entries: readonly Json[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>();
  const add = (id: string, cidrs: readonly string[]): void => {
    known.set(id, new Set([...(known.get(id) ?? []), ...cidrs]));
  };
  for (const one of lists) {
    const cidrs = one['Cidrs'];
    if (Array.isArray(cidrs)) add(text(one, 'PrefixListId'), cidrs as string[]);
  }
  for (const entry of entries) add(text(entry, 'owner'), [text(entry, 'Cidr')]);
  return known;
}
