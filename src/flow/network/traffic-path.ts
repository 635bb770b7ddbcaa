import type { Network, NetworkInterface } from './network.ts';
import type { RouteTarget } from './route-table.ts';

const SAME_VPC = 1;
const VIRTUAL_PRIVATE_GATEWAY = 3;
const PEERING_IN_REGION = 4;
const PEERING_TO_OTHER_REGION = 5;
const LOCAL_OR_WAVELENGTH_ZONE = 6;
const GATEWAY_ENDPOINT = 7;
const INTERNET_GATEWAY = 8;

/**
 * `traffic-path` of egress traffic that takes this route; null when none of AWS's numbers applies. NAT gateways, interface
 * endpoints, appliances and transit gateways are other resources in the VPC: path 1.
 * Source: flow log records, traffic-path; flow-logs.md §1.4 (transit gateway as 1 is unverified).
 */
export function trafficPathOf(target: RouteTarget, from: NetworkInterface, network: Network): number | null {
  if (target.isBlackhole) return null;
  const { via } = target;
  const kind = via.split('-', 1)[0] ?? '';
  switch (kind) {
    case 'local':
    case 'nat':
    case 'eni':
    case 'i':
    case 'tgw':
    case 'lgw':
      return SAME_VPC;
    case 'igw':
    case 'eigw':
      return INTERNET_GATEWAY;
    case 'vgw':
      return VIRTUAL_PRIVATE_GATEWAY;
    case 'pcx':
      return peeringPath(via, from, network);
    case 'cagw':
      return LOCAL_OR_WAVELENGTH_ZONE;
    case 'vpce': {
      const endpoint = (network.spec.endpoints ?? []).find(({ id }) => id === via);
      return endpoint?.type === 'gateway' ? GATEWAY_ENDPOINT : SAME_VPC;
    }
    default:
      return null;
  }
}

function peeringPath(id: string, from: NetworkInterface, network: Network): number {
  const peering = (network.spec.peerings ?? []).find((each) => each.id === id);
  const otherVpc = peering?.vpc === from.vpc.id ? peering.peerVpc : peering?.vpc;
  const otherRegion = network.vpcs.get(otherVpc ?? '')?.region ?? null;
  const region = peering?.vpc === from.vpc.id ? (peering.peerRegion ?? otherRegion) : otherRegion;
  return region !== null && region !== from.region ? PEERING_TO_OTHER_REGION : PEERING_IN_REGION;
}
