import { describe, expect, it } from 'vitest';
import { networkFromDescribe } from '../../../src/flow/index.ts';

/** Answers as the AWS command line prints them, cut to what matters. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'vpcs.json': {
    Vpcs: [
      {
        VpcId: 'vpc-1',
        CidrBlock: '10.0.0.0/16',
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.8.0.0/16' },
          { CidrBlock: '10.7.0.0/16', CidrBlockState: { State: 'disassociated' } },
        ],
        EncryptionControl: { Mode: 'monitor', State: 'available' },
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8:1::/56' }],
        OwnerId: '123456789012',
        IsDefault: false,
        BlockPublicAccessStates: { InternetGatewayBlockMode: 'block-ingress' },
        Tags: [{ Key: 'Name', Value: 'main' }],
      },
    ],
  },
  'subnets.json': {
    Subnets: [
      {
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        CidrBlock: '10.0.1.0/24',
        Ipv6CidrBlockAssociationSet: [],
        AvailabilityZone: 'us-west-2-lax-1a',
        AvailabilityZoneId: 'usw2-lax1-az1',
        BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
        OwnerId: '123456789012',
      },
      {
        SubnetId: 'subnet-2',
        VpcId: 'vpc-1',
        CidrBlock: '10.0.2.0/24',
        AvailabilityZone: 'us-west-2a',
        AvailabilityZoneId: 'usw2-az1',
        OwnerId: '123456789012',
        OutpostArn: 'arn:aws:outposts:us-west-2:123456789012:outpost/op-1',
      },
    ],
  },
  'interfaces.json': {
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-1',
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        InterfaceType: 'interface',
        PrivateIpAddresses: [
          { Primary: false, PrivateIpAddress: '10.0.1.6' },
          { Primary: true, PrivateIpAddress: '10.0.1.5', Association: { PublicIp: '198.51.100.7' } },
        ],
        Ipv6Addresses: [],
        MacAddress: '02:00:00:00:00:05',
        Groups: [{ GroupId: 'sg-1', GroupName: 'web' }],
        Attachment: { InstanceId: 'i-1' },
        RequesterManaged: false,
        OwnerId: '123456789012',
        AvailabilityZone: 'us-west-2-lax-1a',
        TagSet: [{ Key: 'Role', Value: 'edge' }],
      },
      {
        NetworkInterfaceId: 'eni-nat',
        SubnetId: 'subnet-2',
        InterfaceType: 'nat_gateway',
        Description: 'Interface for NAT Gateway nat-1',
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.2.9' }],
        RequesterManaged: true,
        Groups: [],
      },
      {
        NetworkInterfaceId: 'eni-elb',
        SubnetId: 'subnet-2',
        InterfaceType: 'network_load_balancer',
        Description: 'ELB net/front/0123456789abcdef',
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.2.8' }],
        RequesterManaged: true,
        Groups: [],
      },
      {
        NetworkInterfaceId: 'eni-tgw',
        SubnetId: 'subnet-2',
        InterfaceType: 'transit_gateway',
        Description: 'Network Interface for Transit Gateway Attachment tgw-attach-1',
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.2.7' }],
        RequesterManaged: true,
        Groups: [],
      },
      {
        NetworkInterfaceId: 'eni-rds',
        SubnetId: 'subnet-2',
        InterfaceType: 'interface',
        Description: 'RDSNetworkInterface',
        RequesterId: 'amazon-rds',
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.2.6' }],
        RequesterManaged: true,
        Groups: [{ GroupId: 'sg-of-another-account' }],
      },
    ],
  },
  'instances.json': {
    Reservations: [
      { Instances: [{ InstanceId: 'i-1', Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] }] },
    ],
  },
  'groups.json': {
    SecurityGroups: [
      {
        GroupId: 'sg-1',
        GroupName: 'web',
        VpcId: 'vpc-1',
        OwnerId: '123456789012',
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            IpRanges: [{ CidrIp: '0.0.0.0/0' }],
            Ipv6Ranges: [{ CidrIpv6: '::/0' }],
            PrefixListIds: [],
            UserIdGroupPairs: [{ GroupId: 'sg-1' }, { GroupId: 'sg-of-another-account' }],
          },
          { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
          {
            IpProtocol: 'tcp',
            FromPort: 1,
            ToPort: 2,
            UserIdGroupPairs: [{ GroupId: 'sg-of-another-account' }],
          },
        ],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ],
  },
  'acls.json': {
    NetworkAcls: [
      {
        NetworkAclId: 'acl-1',
        VpcId: 'vpc-1',
        IsDefault: true,
        Associations: [{ SubnetId: 'subnet-2' }],
        Entries: [
          {
            RuleNumber: 100,
            Protocol: '6',
            RuleAction: 'deny',
            Egress: false,
            CidrBlock: '203.0.113.0/24',
            PortRange: { From: 22, To: 25 },
          },
          {
            RuleNumber: 200,
            Protocol: '1',
            RuleAction: 'allow',
            Egress: true,
            CidrBlock: '0.0.0.0/0',
            IcmpTypeCode: { Type: 0, Code: 0 },
          },
          { RuleNumber: 32767, Protocol: '-1', RuleAction: 'deny', Egress: false, CidrBlock: '0.0.0.0/0' },
        ],
      },
    ],
  },
  'routes.json': {
    RouteTables: [
      {
        RouteTableId: 'rtb-1',
        VpcId: 'vpc-1',
        Associations: [{ Main: true }],
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
          { DestinationCidrBlock: '192.0.2.0/24', NatGatewayId: 'nat-gone', State: 'blackhole' },
        ],
      },
    ],
  },
  'nat.json': {
    NatGateways: [
      {
        NatGatewayId: 'nat-1',
        VpcId: 'vpc-1',
        SubnetId: 'subnet-2',
        ConnectivityType: 'public',
        NatGatewayAddresses: [{ PublicIp: '198.51.100.9', PrivateIp: '10.0.2.9' }],
      },
    ],
  },
  'tgw.json': {
    TransitGateways: [{ TransitGatewayId: 'tgw-1', OwnerId: '123456789012', Description: 'core' }],
  },
  'attachments.json': {
    TransitGatewayAttachments: [
      {
        TransitGatewayAttachmentId: 'tgw-attach-1',
        TransitGatewayId: 'tgw-1',
        ResourceType: 'vpc',
        ResourceId: 'vpc-1',
        Association: { TransitGatewayRouteTableId: 'tgw-rtb-1' },
      },
    ],
  },
  'tables.json': {
    TransitGatewayRouteTables: [{ TransitGatewayRouteTableId: 'tgw-rtb-1', TransitGatewayId: 'tgw-1' }],
  },
  'routes-of-tgw-rtb-1.json': {
    Routes: [
      {
        DestinationCidrBlock: '10.0.0.0/16',
        TransitGatewayAttachments: [{ TransitGatewayAttachmentId: 'tgw-attach-1' }],
        State: 'active',
      },
      { DestinationCidrBlock: '10.9.0.0/16', State: 'blackhole' },
    ],
  },
};

const files = (answers: Readonly<Record<string, unknown>>) =>
  Object.entries(answers).map(([name, value]) => ({ name, text: JSON.stringify(value) }));

describe('a model from aws ec2 describe-* answers', () => {
  const spec = networkFromDescribe(files(ANSWERS));

  it('has the places', () => {
    expect(spec.vpcs?.[0]).toEqual({
      id: 'vpc-1',
      cidrs: ['10.0.0.0/16', '10.8.0.0/16', '2001:db8:1::/56'],
      isDefault: false,
      mainRouteTable: 'rtb-1',
      defaultNetworkAcl: 'acl-1',
      blockPublicAccess: 'block-ingress',
      encryptionControls: 'monitor',
      account: '123456789012',
      region: 'us-west-2',
      tags: { Name: 'main' },
    });
    expect(spec.subnets).toMatchObject([
      {
        id: 'subnet-1',
        zone: 'us-west-2-lax-1a',
        zoneId: 'usw2-lax1-az1',
        region: 'us-west-2',
        sublocation: { type: 'localzone', id: 'usw2-lax1-az1' },
        isExemptFromBlockPublicAccess: true,
      },
      { id: 'subnet-2', networkAcl: 'acl-1', sublocation: { type: 'outpost', id: 'op-1' } },
    ]);
  });

  it('has the interfaces and what they belong to', () => {
    expect(spec.interfaces).toMatchObject([
      {
        id: 'eni-1',
        privateIps: ['10.0.1.5', '10.0.1.6'],
        publicIps: ['198.51.100.7'],
        instance: 'i-1',
        securityGroups: ['sg-1'],
        mac: '02:00:00:00:00:05',
        tags: { Role: 'edge' },
      },
      { id: 'eni-nat', natGateway: 'nat-1' },
      { id: 'eni-elb', loadBalancer: { name: 'front', type: 'network' } },
      { id: 'eni-tgw', transitGatewayAttachment: 'tgw-attach-1' },
      { id: 'eni-rds', requester: 'amazon-rds', securityGroups: [] },
    ]);
    expect(spec.instances).toMatchObject([{ id: 'i-1', autoScalingGroup: 'web' }]);
  });

  it('has the rules, without those that only others could match', () => {
    expect(spec.securityGroups?.[0]).toMatchObject({
      inbound: [
        { protocol: 'tcp', ports: '443-443', peers: ['0.0.0.0/0', '::/0', 'sg-1'] },
        { protocol: 'icmp', icmp: { type: 8, code: -1 }, peers: ['10.0.0.0/8'] },
      ],
      outbound: [{ protocol: 'all', peers: ['0.0.0.0/0'] }],
    });
    expect(spec.networkAcls?.[0]).toMatchObject({
      inbound: [{ rule: 100, action: 'deny', protocol: '6', ports: '22-25', cidr: '203.0.113.0/24' }],
      outbound: [
        { rule: 200, action: 'allow', protocol: '1', icmp: { type: 0, code: 0 }, cidr: '0.0.0.0/0' },
      ],
    });
  });

  it('has the routes, of transit gateways too', () => {
    expect(spec.routeTables?.[0]?.routes).toEqual([
      { to: '10.0.0.0/16', via: 'local' },
      { to: '0.0.0.0/0', via: 'igw-1' },
      { to: '192.0.2.0/24', blackhole: true },
    ]);
    expect(spec.transitGateways?.[0]).toMatchObject({
      id: 'tgw-1',
      attachments: [{ id: 'tgw-attach-1', vpc: 'vpc-1', interfaces: ['eni-tgw'], routeTable: 'tgw-rtb-1' }],
      routeTables: [
        {
          id: 'tgw-rtb-1',
          routes: [
            { to: '10.0.0.0/16', via: 'tgw-attach-1' },
            { to: '10.9.0.0/16', blackhole: true },
          ],
        },
      ],
    });
  });

  it('leaves out what is deleted, and takes others’ VPCs as far as they are told of', () => {
    const tags = {};
    const more = {
      'gone-nat.json': {
        NatGateways: [{ NatGatewayId: 'nat-2', VpcId: 'vpc-9', SubnetId: 'subnet-9', State: 'deleted' }],
      },
      'going.json': {
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-going',
            SubnetId: 'subnet-2',
            InterfaceType: 'nat_gateway',
            Description: 'Interface for NAT Gateway nat-2',
            PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.2.5' }],
          },
        ],
      },
      'endpoints.json': {
        VpcEndpoints: [
          { VpcEndpointId: 'vpce-1', VpcId: 'vpc-9', VpcEndpointType: 'Gateway', State: 'Deleted' },
        ],
      },
      'peerings.json': {
        VpcPeeringConnections: [
          {
            VpcPeeringConnectionId: 'pcx-1',
            RequesterVpcInfo: { VpcId: 'vpc-of-another', Region: 'eu-west-1' },
            AccepterVpcInfo: { VpcId: 'vpc-1', Region: 'us-west-2' },
            Status: { Code: 'active' },
          },
          {
            VpcPeeringConnectionId: 'pcx-2',
            RequesterVpcInfo: { VpcId: 'vpc-1' },
            AccepterVpcInfo: { VpcId: 'vpc-8' },
            Status: { Code: 'deleted' },
          },
        ],
      },
      'more-attachments.json': {
        TransitGatewayAttachments: [
          {
            TransitGatewayAttachmentId: 'tgw-attach-2',
            TransitGatewayId: 'tgw-1',
            ResourceType: 'vpc',
            ResourceId: 'vpc-of-another',
            State: 'available',
          },
          {
            TransitGatewayAttachmentId: 'tgw-attach-3',
            TransitGatewayId: 'tgw-1',
            ResourceType: 'tgw-peering',
            ResourceId: 'tgw-9',
          },
        ],
      },
    };
    const whole = networkFromDescribe(files({ ...ANSWERS, ...more }));
    expect(whole.natGateways?.map(({ id }) => id)).toEqual(['nat-1']);
    expect(whole.interfaces?.map(({ id }) => id)).not.toContain('eni-going');
    expect(whole.endpoints).toEqual([]);
    expect(whole.peerings).toEqual([
      { id: 'pcx-1', vpc: 'vpc-1', peerVpc: 'vpc-of-another', region: 'us-west-2', peerRegion: 'eu-west-1' },
    ]);
    expect(whole.transitGateways?.[0]?.attachments?.slice(1)).toEqual([
      { id: 'tgw-attach-2', type: 'vpc', resource: 'vpc-of-another', interfaces: [], tags },
      { id: 'tgw-attach-3', type: 'tgw-peering', resource: 'tgw-9', interfaces: [], tags },
    ]);
  });

  it('knows prefix lists by either call, and AWS’s last rules of both address families', () => {
    const entry = { Egress: false, Protocol: '-1', RuleAction: 'deny' };
    const whole = networkFromDescribe(
      files({
        ...ANSWERS,
        'lists.json': { PrefixLists: [{ PrefixListId: 'pl-1', Cidrs: ['192.0.2.0/24'] }] },
        'managed.json': {
          PrefixLists: [
            { PrefixListId: 'pl-1', State: 'create-complete' },
            { PrefixListId: 'pl-2', State: 'create-complete' },
            { PrefixListId: 'pl-3', State: 'create-complete' },
          ],
        },
        'entries-of-pl-2.json': { Entries: [{ Cidr: '198.51.100.0/24' }, { Cidr: '203.0.113.7/32' }] },
        'more-acls.json': {
          NetworkAcls: [
            {
              NetworkAclId: 'acl-2',
              VpcId: 'vpc-1',
              Entries: [
                { ...entry, RuleNumber: 32_767, CidrBlock: '0.0.0.0/0' },
                { ...entry, RuleNumber: 32_768, Ipv6CidrBlock: '::/0' },
                {
                  ...entry,
                  RuleNumber: 7,
                  Protocol: '50',
                  CidrBlock: '0.0.0.0/0',
                  PortRange: { From: 0, To: 65_535 },
                },
              ],
            },
          ],
        },
      }),
    );
    expect(whole.prefixLists).toEqual([
      { id: 'pl-1', cidrs: ['192.0.2.0/24'] },
      { id: 'pl-2', cidrs: ['198.51.100.0/24', '203.0.113.7/32'] },
    ]);
    expect(whole.networkAcls?.[1]?.inbound).toEqual([
      { rule: 7, action: 'deny', protocol: '50', cidr: '0.0.0.0/0' },
    ]);
  });

  it('says which answer is missing', () => {
    const { 'vpcs.json': _, ...rest } = ANSWERS;
    expect(() => networkFromDescribe(files(rest))).toThrow(/there is no vpc-1 in vpcs/);
  });

  it.each([
    [
      'no JSON',
      { name: 'a.json', text: 'Vpcs' },
      /a\.json is no answer of aws ec2 describe-\*: it is not JSON/,
    ],
    ['another answer', { name: 'a.json', text: '{"Buckets":[]}' }, /it has none of Vpcs/],
    ['routes of who knows what', { name: 'a.json', text: '{"Routes":[]}' }, /must hold the id tgw-rtb/],
    ['entries of who knows what', { name: 'a.json', text: '{"Entries":[]}' }, /must hold the id pl-/],
  ])('refuses %s', (_, file, message) => {
    expect(() => networkFromDescribe([file])).toThrow(message);
  });
});
