import { canonicalIp } from '../base/index.ts';
import type { Attachment, Network, NetworkInterface, Subnet, Vpc } from '../flow/index.ts';
import type {
  NatGatewayResource,
  NetworkInterfaceResource,
  Resource,
  ResourceInventory,
  SubnetResource,
  TransitGatewayAttachmentResource,
  TransitGatewayResource,
  VpcResource,
} from '../service/index.ts';

/** Stands in where the model names no account or Region. */
export interface InventoryDefaults {
  readonly accountId: string;
  readonly region: string;
}

interface PlacedLike {
  readonly id: string;
  readonly account?: string | null | undefined;
  readonly region?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

type NatSpec = NonNullable<Network['spec']['natGateways']>[number];

/** The network model as the EC2 API shows it. The lists are made once, since a model does not change. */
export function inventoryOf(network: Network, defaults: InventoryDefaults): ResourceInventory {
  const { spec } = network;
  const whole = { accountId: spec.account ?? defaults.accountId, region: spec.region ?? defaults.region };
  const base = (one: PlacedLike): Resource => ({
    id: one.id,
    region: one.region ?? whole.region,
    ownerId: one.account ?? whole.accountId,
    tags: Object.entries(one.tags ?? {}).map(([key, value]) => ({ key, value })),
  });
  const groupNames = new Map((spec.securityGroups ?? []).map(({ id, name }) => [id, name ?? id]));
  const vpcs = [...network.vpcs.values()].map((vpc): VpcResource => ({ ...base(vpc), ...vpcPart(vpc) }));
  const subnets = [...network.subnets.values()].map(
    (subnet): SubnetResource => ({ ...base(subnet), ...subnetPart(subnet, base(subnet).region) }),
  );
  const networkInterfaces = network.interfaces.map(
    (one): NetworkInterfaceResource => ({ ...base(one), ...interfacePart(one, groupNames) }),
  );
  const transitGateways = (spec.transitGateways ?? []).map(
    (gateway): TransitGatewayResource => ({ ...base(gateway), description: gateway.description ?? '' }),
  );
  const transitGatewayAttachments = network.attachments.map(
    (one): TransitGatewayAttachmentResource => ({ ...base(one), ...attachmentPart(one) }),
  );
  const natGateways = (spec.natGateways ?? []).map(
    (nat): NatGatewayResource => ({ ...base(nat), ...natPart(nat, network) }),
  );
  return {
    vpcs: () => vpcs,
    subnets: () => subnets,
    networkInterfaces: () => networkInterfaces,
    transitGateways: () => transitGateways,
    transitGatewayAttachments: () => transitGatewayAttachments,
    natGateways: () => natGateways,
  };
}

function vpcPart(vpc: Vpc): Omit<VpcResource, keyof Resource> {
  return {
    cidrBlocks: vpc.cidrs.filter((cidr) => !cidr.includes(':')),
    ipv6CidrBlocks: vpc.cidrs.filter((cidr) => cidr.includes(':')),
    isDefault: vpc.isDefault,
  };
}

function subnetPart(subnet: Subnet, region: string): Omit<SubnetResource, keyof Resource> {
  return {
    vpcId: subnet.vpc.id,
    availabilityZone: subnet.zone ?? `${region}a`,
    availabilityZoneId: subnet.zoneId ?? '',
    cidrBlock: subnet.cidrs.find((cidr) => !cidr.includes(':')) ?? null,
    ipv6CidrBlocks: subnet.cidrs.filter((cidr) => cidr.includes(':')),
  };
}

function interfacePart(
  one: NetworkInterface,
  groupNames: ReadonlyMap<string, string>,
): Omit<NetworkInterfaceResource, keyof Resource> {
  const { spec } = one;
  return {
    vpcId: one.vpc.id,
    subnetId: one.subnet.id,
    description: spec.description ?? '',
    interfaceType: one.serviceType ?? 'interface',
    privateIps: spec.privateIps ?? [],
    ipv6Addresses: (spec.ipv6 ?? []).flatMap((text) => canonicalIp(text) ?? []),
    publicIp: spec.publicIps?.[0] ?? null,
    macAddress: spec.mac ?? null,
    instanceId: one.instanceId,
    isRequesterManaged:
      one.serviceType !== null || spec.loadBalancer !== undefined || spec.requester !== undefined,
    securityGroups: (spec.securityGroups ?? []).map((id) => ({ id, name: groupNames.get(id) ?? id })),
  };
}

function attachmentPart(one: Attachment): Omit<TransitGatewayAttachmentResource, keyof Resource> {
  return {
    transitGatewayId: one.gateway.id,
    attachedType: one.spec.type ?? 'vpc',
    attachedId: one.vpc?.id ?? one.spec.resource ?? '',
  };
}

function natPart(nat: NatSpec, network: Network): Omit<NatGatewayResource, keyof Resource> {
  const own = network.interfaces.find((one) => one.spec.natGateway === nat.id);
  return {
    vpcId: nat.vpc,
    subnetId: nat.subnet ?? null,
    isRegional: nat.subnet === undefined,
    isPublic: nat.isPublic ?? true,
    addresses: (nat.publicIps ?? []).map((publicIp, index) => ({
      publicIp,
      privateIp: index === 0 ? (own?.primary4 ?? null) : null,
      interfaceId: own?.id ?? null,
    })),
  };
}
