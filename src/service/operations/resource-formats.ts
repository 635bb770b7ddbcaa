import type { XmlNode } from '../../aws/index.ts';
import { parseCidr } from '../../base/index.ts';
import type { FilterFields } from '../filters.ts';
import type {
  NatGatewayResource,
  NetworkInterfaceResource,
  SubnetResource,
  TransitGatewayAttachmentResource,
  VpcResource,
} from '../inventory.ts';
import { formatTags } from './flow-logs.ts';

/** The filters and the answer's item of each resource type, in the element names of EC2's model. */
export const vpcFilters: FilterFields<VpcResource> = {
  'vpc-id': (vpc) => [vpc.id],
  cidr: (vpc) => vpc.cidrBlocks.slice(0, 1),
  'cidr-block-association.cidr-block': (vpc) => vpc.cidrBlocks,
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => vpc.ipv6CidrBlocks,
  'is-default': (vpc) => [String(vpc.isDefault)],
  isDefault: (vpc) => [String(vpc.isDefault)],
  'owner-id': (vpc) => [vpc.ownerId],
  state: () => ['available'],
};

/** One VPC. */
export function formatVpc(vpc: VpcResource): XmlNode {
  return {
    vpcId: vpc.id,
    ownerId: vpc.ownerId,
    state: 'available',
    cidrBlock: vpc.cidrBlocks[0],
    cidrBlockAssociationSet: vpc.cidrBlocks.map((cidrBlock) => ({
      cidrBlock,
      cidrBlockState: { state: 'associated' },
    })),
    ipv6CidrBlockAssociationSet: vpc.ipv6CidrBlocks.map((ipv6CidrBlock) => ({
      ipv6CidrBlock,
      ipv6CidrBlockState: { state: 'associated' },
    })),
    instanceTenancy: 'default',
    isDefault: vpc.isDefault,
    tagSet: formatTags(vpc.tags),
  };
}

/** Filters of DescribeSubnets. */
export const subnetFilters: FilterFields<SubnetResource> = {
  'subnet-id': (subnet) => [subnet.id],
  'vpc-id': (subnet) => [subnet.vpcId],
  'availability-zone': (subnet) => [subnet.availabilityZone],
  'availability-zone-id': (subnet) => [subnet.availabilityZoneId],
  'cidr-block': (subnet) => (subnet.cidrBlock === null ? [] : [subnet.cidrBlock]),
  'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) => subnet.ipv6CidrBlocks,
  'owner-id': (subnet) => [subnet.ownerId],
  state: () => ['available'],
};

/** One subnet. */
export function formatSubnet(subnet: SubnetResource): XmlNode {
  return {
    subnetId: subnet.id,
    subnetArn: `arn:aws:ec2:${subnet.region}:${subnet.ownerId}:subnet/${subnet.id}`,
    state: 'available',
    ownerId: subnet.ownerId,
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidrBlock ?? undefined,
    ipv6CidrBlockAssociationSet: subnet.ipv6CidrBlocks.map((ipv6CidrBlock) => ({
      ipv6CidrBlock,
      ipv6CidrBlockState: { state: 'associated' },
    })),
    ipv6Native: subnet.cidrBlock === null,
    availableIpAddressCount: subnet.cidrBlock === null ? 0 : usableAddresses(subnet.cidrBlock),
    availabilityZone: subnet.availabilityZone,
    availabilityZoneId: subnet.availabilityZoneId,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    tagSet: formatTags(subnet.tags),
  };
}

/** Filters of DescribeNetworkInterfaces. */
export const interfaceFilters: FilterFields<NetworkInterfaceResource> = {
  'network-interface-id': (eni) => [eni.id],
  'vpc-id': (eni) => [eni.vpcId],
  'subnet-id': (eni) => [eni.subnetId],
  'private-ip-address': (eni) => eni.privateIps.slice(0, 1),
  'addresses.private-ip-address': (eni) => eni.privateIps,
  'ipv6-addresses.ipv6-address': (eni) => eni.ipv6Addresses,
  'association.public-ip': (eni) => (eni.publicIp === null ? [] : [eni.publicIp]),
  'attachment.instance-id': (eni) => (eni.instanceId === null ? [] : [eni.instanceId]),
  'group-id': (eni) => eni.securityGroups.map((group) => group.id),
  'group-name': (eni) => eni.securityGroups.map((group) => group.name),
  'interface-type': (eni) => [eni.interfaceType],
  'mac-address': (eni) => (eni.macAddress === null ? [] : [eni.macAddress]),
  'requester-managed': (eni) => [String(eni.isRequesterManaged)],
  description: (eni) => [eni.description],
  'owner-id': (eni) => [eni.ownerId],
  status: (eni) => [statusOf(eni)],
};

/** One network interface. */
export function formatInterface(eni: NetworkInterfaceResource): XmlNode {
  return {
    networkInterfaceId: eni.id,
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    description: eni.description,
    ownerId: eni.ownerId,
    requesterManaged: eni.isRequesterManaged,
    status: statusOf(eni),
    macAddress: eni.macAddress ?? undefined,
    privateIpAddress: eni.privateIps[0],
    interfaceType: eni.interfaceType,
    groupSet: eni.securityGroups.map(({ id, name }) => ({ groupId: id, groupName: name })),
    attachment:
      eni.instanceId === null
        ? undefined
        : { instanceId: eni.instanceId, instanceOwnerId: eni.ownerId, status: 'attached' },
    association: eni.publicIp === null ? undefined : { publicIp: eni.publicIp },
    privateIpAddressesSet: eni.privateIps.map((privateIpAddress, index) => ({
      privateIpAddress,
      primary: index === 0,
    })),
    ipv6AddressesSet: eni.ipv6Addresses.map((ipv6Address) => ({ ipv6Address })),
    tagSet: formatTags(eni.tags),
  };
}

/** Filters of DescribeTransitGatewayAttachments. */
export const attachmentFilters: FilterFields<TransitGatewayAttachmentResource> = {
  'transit-gateway-attachment-id': (attachment) => [attachment.id],
  'transit-gateway-id': (attachment) => [attachment.transitGatewayId],
  'resource-id': (attachment) => [attachment.attachedId],
  'resource-type': (attachment) => [attachment.attachedType],
  'resource-owner-id': (attachment) => [attachment.ownerId],
  state: () => ['available'],
};

/** One transit gateway attachment. */
export function formatAttachment(attachment: TransitGatewayAttachmentResource): XmlNode {
  return {
    transitGatewayAttachmentId: attachment.id,
    transitGatewayId: attachment.transitGatewayId,
    transitGatewayOwnerId: attachment.ownerId,
    resourceOwnerId: attachment.ownerId,
    resourceType: attachment.attachedType,
    resourceId: attachment.attachedId,
    state: 'available',
    tagSet: formatTags(attachment.tags),
  };
}

/** Filters of DescribeNatGateways. */
export const natGatewayFilters: FilterFields<NatGatewayResource> = {
  'nat-gateway-id': (nat) => [nat.id],
  'vpc-id': (nat) => [nat.vpcId],
  'subnet-id': (nat) => (nat.subnetId === null ? [] : [nat.subnetId]),
  state: () => ['available'],
};

/** One NAT gateway. */
export function formatNatGateway(nat: NatGatewayResource): XmlNode {
  return {
    natGatewayId: nat.id,
    vpcId: nat.vpcId,
    subnetId: nat.subnetId ?? undefined,
    state: 'available',
    connectivityType: nat.isPublic ? 'public' : 'private',
    availabilityMode: nat.isRegional ? 'regional' : 'zonal',
    natGatewayAddressSet: nat.addresses.map(({ publicIp, privateIp, interfaceId }) => ({
      publicIp: publicIp ?? undefined,
      privateIp: privateIp ?? undefined,
      networkInterfaceId: interfaceId ?? undefined,
      status: 'succeeded',
    })),
    tagSet: formatTags(nat.tags),
  };
}

function statusOf(eni: NetworkInterfaceResource): 'in-use' | 'available' {
  return eni.instanceId !== null || eni.isRequesterManaged ? 'in-use' : 'available';
}

/** AWS keeps five addresses of every subnet for itself. */
function usableAddresses(cidr: string): number {
  const range = parseCidr(cidr);
  return range === null ? 0 : Math.max(0, Number(range.last - range.first + 1n) - 5);
}
