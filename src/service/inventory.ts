import type { Tag } from './flow-log.ts';

/** What all resources of the network model have. */
export interface Resource {
  readonly id: string;
  readonly region: string;
  readonly ownerId: string;
  readonly tags: readonly Tag[];
}

/** A VPC. CIDR blocks: the primary one first. */
export interface VpcResource extends Resource {
  readonly cidrBlocks: readonly string[];
  readonly ipv6CidrBlocks: readonly string[];
  readonly isDefault: boolean;
}

/** A subnet. `cidrBlock` is null for an IPv6-only subnet. */
export interface SubnetResource extends Resource {
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly cidrBlock: string | null;
  readonly ipv6CidrBlocks: readonly string[];
}

/** A network interface. Addresses: the primary one first. */
export interface NetworkInterfaceResource extends Resource {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly description: string;
  /** AWS's word: `interface`, `nat_gateway`, `network_load_balancer`, … */
  readonly interfaceType: string;
  readonly privateIps: readonly string[];
  readonly ipv6Addresses: readonly string[];
  readonly publicIp: string | null;
  readonly macAddress: string | null;
  readonly instanceId: string | null;
  readonly isRequesterManaged: boolean;
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[];
}

/** A transit gateway. */
export interface TransitGatewayResource extends Resource {
  readonly description: string;
}

/** What is plugged into a transit gateway. */
export interface TransitGatewayAttachmentResource extends Resource {
  readonly transitGatewayId: string;
  /** `vpc`, `vpn`, `peering`, … */
  readonly attachedType: string;
  readonly attachedId: string;
}

/** A NAT gateway. Only regional ones can have a flow log of their own; zonal ones have an interface. */
export interface NatGatewayResource extends Resource {
  readonly vpcId: string;
  /** Null for a regional gateway. */
  readonly subnetId: string | null;
  readonly isRegional: boolean;
  readonly isPublic: boolean;
  readonly addresses: readonly {
    readonly publicIp: string | null;
    readonly privateIp: string | null;
    readonly interfaceId: string | null;
  }[];
}

/**
 * The network as the service sees it. The network model of `flow/` is joined to it in `app/`.
 *
 * Each call answers the state of now; a list that has not changed must be the same array, since indexes are kept by
 * array identity.
 */
export interface ResourceInventory {
  vpcs(): readonly VpcResource[];
  subnets(): readonly SubnetResource[];
  networkInterfaces(): readonly NetworkInterfaceResource[];
  transitGateways(): readonly TransitGatewayResource[];
  transitGatewayAttachments(): readonly TransitGatewayAttachmentResource[];
  natGateways(): readonly NatGatewayResource[];
}

/** A network without anything in it. */
export const EMPTY_INVENTORY: ResourceInventory = {
  vpcs: () => NONE,
  subnets: () => NONE,
  networkInterfaces: () => NONE,
  transitGateways: () => NONE,
  transitGatewayAttachments: () => NONE,
  natGateways: () => NONE,
};

const NONE: readonly never[] = [];

const indexes = new WeakMap<readonly Resource[], ReadonlyMap<string, Resource>>();

/** The resource with this id, or undefined. Cost: constant; the first call over a list walks it once. */
export function findResource<R extends Resource>(list: readonly R[], id: string): R | undefined {
  let index = indexes.get(list);
  if (index === undefined) {
    index = new Map(list.map((resource) => [resource.id, resource]));
    indexes.set(list, index);
  }
  return index.get(id) as R | undefined;
}
