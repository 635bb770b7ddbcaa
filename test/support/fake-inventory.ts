import type {
  NatGatewayResource,
  NetworkInterfaceResource,
  ResourceInventory,
  SubnetResource,
  TransitGatewayAttachmentResource,
  TransitGatewayResource,
  VpcResource,
} from '../../src/service/index.ts';

const OWNER = '123456789012';
const base = (id: string, region = 'us-east-1') => ({
  id,
  region,
  ownerId: OWNER,
  tags: [{ key: 'Name', value: `${id}-name` }],
});

/** A network interface in subnet-1 of vpc-1 unless said otherwise. */
export function fakeInterface(
  id: string,
  change: Partial<NetworkInterfaceResource> = {},
): NetworkInterfaceResource {
  return {
    ...base(id),
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    description: `interface ${id}`,
    interfaceType: 'interface',
    privateIps: ['10.0.1.10', '10.0.1.11'],
    ipv6Addresses: ['2001:db8::10'],
    publicIp: '198.51.100.7',
    macAddress: '02:00:00:00:00:01',
    instanceId: 'i-0123456789abcdef0',
    isRequesterManaged: false,
    securityGroups: [{ id: 'sg-1', name: 'web' }],
    ...change,
  };
}

/**
 * Two VPCs with a subnet each (plus one VPC in eu-west-1), three interfaces, a transit gateway with two attachments, a
 * regional and a zonal NAT gateway. `addInterface` makes one appear later.
 */
export function fakeInventory(): ResourceInventory & { addInterface(added: NetworkInterfaceResource): void } {
  const vpc = (id: string, cidr: string, region?: string): VpcResource => ({
    ...base(id, region),
    cidrBlocks: [cidr],
    ipv6CidrBlocks: ['2001:db8::/56'],
    isDefault: false,
  });
  const subnet = (id: string, vpcId: string, cidrBlock: string): SubnetResource => ({
    ...base(id),
    vpcId,
    availabilityZone: `us-east-1${id === 'subnet-1' ? 'a' : 'b'}`,
    availabilityZoneId: `use1-az${id.slice(-1)}`,
    cidrBlock,
    ipv6CidrBlocks: [],
  });
  const attachment = (id: string, vpcId: string): TransitGatewayAttachmentResource => ({
    ...base(id),
    transitGatewayId: 'tgw-1',
    attachedType: 'vpc',
    attachedId: vpcId,
  });
  const nat = (id: string, isRegional: boolean): NatGatewayResource => ({
    ...base(id),
    vpcId: 'vpc-1',
    subnetId: isRegional ? null : 'subnet-1',
    isRegional,
    isPublic: true,
    addresses: [
      {
        publicIp: '198.51.100.9',
        privateIp: isRegional ? null : '10.0.1.9',
        interfaceId: isRegional ? null : 'eni-9',
      },
    ],
  });
  const vpcs = [
    vpc('vpc-1', '10.0.0.0/16'),
    vpc('vpc-2', '10.1.0.0/16'),
    vpc('vpc-eu', '10.2.0.0/16', 'eu-west-1'),
  ];
  const subnets = [subnet('subnet-1', 'vpc-1', '10.0.1.0/24'), subnet('subnet-2', 'vpc-2', '10.1.1.0/24')];
  let interfaces: readonly NetworkInterfaceResource[] = [
    fakeInterface('eni-1'),
    fakeInterface('eni-2', { privateIps: ['10.0.1.20'], instanceId: null, publicIp: null }),
    fakeInterface('eni-3', { vpcId: 'vpc-2', subnetId: 'subnet-2', privateIps: ['10.1.1.5'] }),
  ];
  const gateways: readonly TransitGatewayResource[] = [{ ...base('tgw-1'), description: 'core' }];
  const attachments = [attachment('tgw-attach-1', 'vpc-1'), attachment('tgw-attach-2', 'vpc-2')];
  const nats = [nat('nat-1', true), nat('nat-2', false)];
  return {
    vpcs: () => vpcs,
    subnets: () => subnets,
    networkInterfaces: () => interfaces,
    transitGateways: () => gateways,
    transitGatewayAttachments: () => attachments,
    natGateways: () => nats,
    addInterface: (added) => {
      interfaces = [...interfaces, added];
    },
  };
}
