import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateTagsCommand,
  DeleteFlowLogsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeTransitGatewayAttachmentsCommand,
  DescribeTransitGatewaysCommand,
  DescribeVpcsCommand,
  type EC2Client,
  paginateDescribeFlowLogs,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READER_KEY, startEndpoint, type TestEndpoint } from '../support/ec2-endpoint.ts';
import { fakeInterface } from '../support/fake-inventory.ts';

const S3: CreateFlowLogsCommandInput = {
  ResourceType: 'VPC',
  ResourceIds: ['vpc-1'],
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flow-bucket/custom/',
};
const DEFAULT_FORMAT =
  '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}';

let endpoint: TestEndpoint;
let ec2: EC2Client;
beforeEach(async () => {
  endpoint = await startEndpoint();
  ec2 = endpoint.client();
});
afterEach(() => endpoint.stop());

const errorOf = async (
  work: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> => {
  const error = await work.then(
    () => new Error('it succeeded'),
    (caught: unknown) => caught as Error,
  );
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return { name: error.name, status, message: error.message };
};

describe('the JavaScript SDK, unmodified', () => {
  it('creates, describes and deletes a flow log to S3', async () => {
    const created = await ec2.send(
      new CreateFlowLogsCommand({
        ...S3,
        LogFormat:
          '${version} ${interface-id} ${srcaddr} ${dstaddr} ${bytes} ${start} ${end} ${instance-tag}',
        MaxAggregationInterval: 60,
        DestinationOptions: { FileFormat: 'parquet', HiveCompatiblePartitions: true, PerHourPartition: true },
        TagSpecifications: [
          {
            ResourceType: 'vpc-flow-log',
            Tags: [
              { Key: 'env', Value: 'prod' },
              { Key: 'empty', Value: '' },
            ],
          },
        ],
        TagFieldSpecifications: [{ ResourceType: 'instance', TagKeys: ['Name'] }],
        ClientToken: 'token-1',
      }),
    );
    expect(created.ClientToken).toBe('token-1');
    expect(created.Unsuccessful).toEqual([]);
    const id = created.FlowLogIds?.[0] ?? '';
    expect(id).toMatch(/^fl-[0-9a-f]{17}$/);
    expect(created.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);

    const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [id] }));
    expect(FlowLogs).toHaveLength(1);
    expect(FlowLogs?.[0]).toMatchObject({
      FlowLogId: id,
      FlowLogStatus: 'ACTIVE',
      ResourceId: 'vpc-1',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::flow-bucket/custom/',
      DeliverLogsStatus: 'SUCCESS',
      LogFormat: '${version} ${interface-id} ${srcaddr} ${dstaddr} ${bytes} ${start} ${end} ${instance-tag}',
      MaxAggregationInterval: 60,
      DestinationOptions: { FileFormat: 'parquet', HiveCompatiblePartitions: true, PerHourPartition: true },
      Tags: [
        { Key: 'empty', Value: '' },
        { Key: 'env', Value: 'prod' },
      ],
    });
    expect(Math.abs(Date.now() - (FlowLogs?.[0]?.CreationTime?.getTime() ?? 0))).toBeLessThan(60_000);
    expect(FlowLogs?.[0]?.LogGroupName).toBeUndefined();

    expect((await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }))).Unsuccessful).toEqual([]);
    expect((await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs).toEqual([]);
  });

  it('creates flow logs to CloudWatch Logs and Firehose, and of a transit gateway', async () => {
    await ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: 'NetworkInterface',
        ResourceIds: ['eni-1', 'eni-2'],
        TrafficType: 'REJECT',
        LogGroupName: '/vpc/flow',
        DeliverLogsPermissionArn: 'arn:aws:iam::123456789012:role/flow',
      }),
    );
    await ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: 'TransitGateway',
        ResourceIds: ['tgw-1'],
        LogDestinationType: 'kinesis-data-firehose',
        LogDestination: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/flows',
      }),
    );
    const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
    expect(FlowLogs.map((each) => each.ResourceId).sort()).toEqual(['eni-1', 'eni-2', 'tgw-1']);
    const group = FlowLogs.find((each) => each.ResourceId === 'eni-1');
    expect(group).toMatchObject({
      LogGroupName: '/vpc/flow',
      LogDestination: 'arn:aws:logs:us-east-1:123456789012:log-group:/vpc/flow',
      LogDestinationType: 'cloud-watch-logs',
      DeliverLogsPermissionArn: 'arn:aws:iam::123456789012:role/flow',
      LogFormat: DEFAULT_FORMAT,
      MaxAggregationInterval: 600,
    });
    expect(group?.DestinationOptions).toBeUndefined();
    const transit = FlowLogs.find((each) => each.ResourceId === 'tgw-1');
    expect(transit?.TrafficType).toBeUndefined();
    expect(transit?.MaxAggregationInterval).toBe(60);
    expect(transit?.LogFormat?.split(' ')).toHaveLength(36);
  });

  it('pages through flow logs, also while some are deleted', async () => {
    const destinations = Array.from({ length: 23 }, (_, i) => `arn:aws:s3:::bucket-${i}`);
    for (const LogDestination of destinations)
      await ec2.send(new CreateFlowLogsCommand({ ...S3, LogDestination }));
    const seen: string[] = [];
    for await (const page of paginateDescribeFlowLogs({ client: ec2, pageSize: 5 }, {})) {
      const ids = (page.FlowLogs ?? []).map((each) => each.FlowLogId ?? '');
      expect(ids.length).toBeLessThanOrEqual(5);
      seen.push(...ids);
      if (ids[0] !== undefined) await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [ids[0]] }));
    }
    expect(new Set(seen).size).toBe(23);
    expect(seen).toHaveLength(23);
  });

  it('filters', async () => {
    await ec2.send(new CreateFlowLogsCommand({ ...S3, ResourceIds: ['vpc-1', 'vpc-2'] }));
    await ec2.send(
      new CreateFlowLogsCommand({
        ...S3,
        ResourceType: 'Subnet',
        ResourceIds: ['subnet-1'],
        TrafficType: 'ACCEPT',
        TagSpecifications: [{ ResourceType: 'vpc-flow-log', Tags: [{ Key: 'team', Value: 'Net*Ops' }] }],
      }),
    );
    const find = async (...pairs: [string, string[]][]): Promise<string[]> => {
      const Filter = pairs.map(([Name, Values]) => ({ Name, Values }));
      const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({ Filter }));
      return FlowLogs.map((each) => each.ResourceId ?? '').sort();
    };
    expect(await find(['resource-id', ['vpc-1', 'subnet-1']])).toEqual(['subnet-1', 'vpc-1']);
    expect(await find(['resource-id', ['vpc-?']])).toEqual(['vpc-1', 'vpc-2']);
    expect(await find(['resource-id', ['vpc-*']], ['traffic-type', ['ACCEPT']])).toEqual([]);
    expect(await find(['traffic-type', ['accept']])).toEqual([]);
    expect(await find(['tag:team', ['Net\\*Ops']])).toEqual(['subnet-1']);
    expect(await find(['tag:team', ['net*']])).toEqual([]);
    expect(await find(['tag-key', ['team', 'x']])).toEqual(['subnet-1']);
    expect(await find(['log-destination-type', ['s3']], ['deliver-log-status', ['SUCCESS']])).toHaveLength(3);
    expect(await errorOf(find(['colour', ['red']]))).toMatchObject({ name: 'InvalidFilter', status: 400 });
  });

  it('answers a repeated client token with the first answer, and refuses another question', async () => {
    const first = await ec2.send(new CreateFlowLogsCommand({ ...S3, ClientToken: 'once' }));
    const again = await ec2.send(new CreateFlowLogsCommand({ ...S3, ClientToken: 'once' }));
    expect(again.FlowLogIds).toEqual(first.FlowLogIds);
    expect((await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs).toHaveLength(1);
    const other = { ...S3, LogDestination: 'arn:aws:s3:::elsewhere', ClientToken: 'once' };
    expect(await errorOf(ec2.send(new CreateFlowLogsCommand(other)))).toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
  });

  it('shows what delivery reported', async () => {
    const { FlowLogIds = [] } = await ec2.send(new CreateFlowLogsCommand(S3));
    const describeOne = async () =>
      (await ec2.send(new DescribeFlowLogsCommand({ FlowLogIds }))).FlowLogs?.[0];
    await endpoint.service.setDeliveryError(FlowLogIds[0] ?? '', 'Access error');
    expect(await describeOne()).toMatchObject({
      DeliverLogsStatus: 'FAILED',
      DeliverLogsErrorMessage: 'Access error',
    });
    await endpoint.service.setDeliveryError(FlowLogIds[0] ?? '', null);
    expect((await describeOne())?.DeliverLogsErrorMessage).toBeUndefined();
    await endpoint.service.setDeliveryError('fl-00000000000000000', 'Rate limited');
  });

  it('tags flow logs, and nothing else', async () => {
    const { FlowLogIds: Resources = [] } = await ec2.send(new CreateFlowLogsCommand(S3));
    const tagsOf = async () => {
      const Filters = [{ Name: 'resource-type', Values: ['vpc-flow-log'] }];
      const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters }));
      expect(Tags.every((tag) => tag.ResourceId === Resources[0])).toBe(true);
      return Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value]));
    };
    await ec2.send(
      new CreateTagsCommand({
        Resources,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2 <&> "' },
        ],
      }),
    );
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'a', Value: '3' }] }));
    expect(await tagsOf()).toEqual({ a: '3', b: '2 <&> "' });
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'a', Value: 'other' }] }));
    expect(await tagsOf()).toEqual({ a: '3', b: '2 <&> "' });
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'a' }] }));
    expect(await tagsOf()).toEqual({ b: '2 <&> "' });
    await ec2.send(new DeleteTagsCommand({ Resources }));
    expect(await tagsOf()).toEqual({});
    const tag = (id: string) =>
      ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'k', Value: 'v' }] }));
    expect(await errorOf(tag('vpc-1'))).toMatchObject({ name: 'OperationNotPermitted' });
    expect(await errorOf(tag('vpc-404'))).toMatchObject({ name: 'InvalidID' });
    expect(await errorOf(tag('fl-404'))).toMatchObject({ name: 'InvalidFlowLogId.NotFound' });
  });

  it('finds the resources of the network', async () => {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
    expect(Vpcs?.map((each) => [each.VpcId, each.CidrBlock])).toEqual([
      ['vpc-1', '10.0.0.0/16'],
      ['vpc-2', '10.1.0.0/16'],
    ]);
    expect(Vpcs?.[0]).toMatchObject({
      OwnerId: '123456789012',
      State: 'available',
      Tags: [{ Key: 'Name', Value: 'vpc-1-name' }],
    });
    const Filters = [{ Name: 'vpc-id', Values: ['vpc-1'] }];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    expect(Subnets).toHaveLength(1);
    expect(Subnets?.[0]).toMatchObject({
      SubnetId: 'subnet-1',
      AvailabilityZone: 'us-east-1a',
      AvailableIpAddressCount: 251,
    });
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces?.map((each) => each.NetworkInterfaceId)).toEqual(['eni-1', 'eni-2']);
    expect(NetworkInterfaces?.[0]).toMatchObject({
      PrivateIpAddress: '10.0.1.10',
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.1.10', Primary: true },
        { PrivateIpAddress: '10.0.1.11', Primary: false },
      ],
      Association: { PublicIp: '198.51.100.7' },
      Attachment: { InstanceId: 'i-0123456789abcdef0' },
      Groups: [{ GroupId: 'sg-1', GroupName: 'web' }],
      Status: 'in-use',
    });
    const { TransitGateways } = await ec2.send(
      new DescribeTransitGatewaysCommand({ TransitGatewayIds: ['tgw-1'] }),
    );
    expect(TransitGateways?.[0]?.TransitGatewayArn).toBe(
      'arn:aws:ec2:us-east-1:123456789012:transit-gateway/tgw-1',
    );
    const attachments = await ec2.send(
      new DescribeTransitGatewayAttachmentsCommand({ Filters: [{ Name: 'resource-id', Values: ['vpc-2'] }] }),
    );
    expect(attachments.TransitGatewayAttachments?.map((each) => each.TransitGatewayAttachmentId)).toEqual([
      'tgw-attach-2',
    ]);
    const { NatGateways } = await ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: 'state', Values: ['available'] }] }),
    );
    expect(NatGateways?.map((each) => [each.NatGatewayId, each.AvailabilityMode])).toEqual([
      ['nat-1', 'regional'],
      ['nat-2', 'zonal'],
    ]);
    const { Regions } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(Regions?.map((each) => each.RegionName)).toEqual(['us-east-1', 'eu-west-1']);
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map((each) => each.ZoneId)).toEqual(['use1-az1', 'use1-az2']);
    expect(await errorOf(ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-404'] })))).toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
  });

  it('pages through interfaces', async () => {
    for (let i = 10; i < 30; i++) endpoint.inventory.addInterface(fakeInterface(`eni-${i}`));
    let count = 0;
    for await (const page of paginateDescribeNetworkInterfaces({ client: ec2, pageSize: 7 }, {})) {
      count += page.NetworkInterfaces?.length ?? 0;
    }
    expect(count).toBe(23);
  });

  it('sees one Region at a time', async () => {
    const europe = endpoint.client(undefined, 'eu-west-1');
    expect((await europe.send(new DescribeVpcsCommand({}))).Vpcs?.map((each) => each.VpcId)).toEqual([
      'vpc-eu',
    ]);
    await ec2.send(new CreateFlowLogsCommand(S3));
    expect((await europe.send(new DescribeFlowLogsCommand({}))).FlowLogs).toEqual([]);
    expect(await errorOf(europe.send(new CreateFlowLogsCommand(S3)))).toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
    const nowhere = endpoint.client(undefined, 'ap-south-1');
    expect(await errorOf(nowhere.send(new DescribeVpcsCommand({})))).toMatchObject({
      name: 'AuthFailure',
      message: expect.stringContaining('us-east-1, eu-west-1'),
    });
  });

  it('is refused with a wrong secret, an unknown key and without the right to change', async () => {
    const wrong = endpoint.client({ accessKeyId: 'AKIDOWNER', secretAccessKey: 'guess' });
    expect(await errorOf(wrong.send(new DescribeFlowLogsCommand({})))).toMatchObject({
      name: 'SignatureDoesNotMatch',
      status: 403,
    });
    const unknown = endpoint.client({ accessKeyId: 'AKIDNOBODY', secretAccessKey: 'guess' });
    expect(await errorOf(unknown.send(new DescribeFlowLogsCommand({})))).toMatchObject({
      name: 'AuthFailure',
      status: 401,
    });
    const reader = endpoint.client(READER_KEY);
    expect((await reader.send(new DescribeFlowLogsCommand({}))).FlowLogs).toEqual([]);
    expect(await errorOf(reader.send(new CreateFlowLogsCommand({ ...S3, DryRun: true })))).toMatchObject({
      name: 'UnauthorizedOperation',
      status: 403,
    });
    expect(await errorOf(ec2.send(new CreateFlowLogsCommand({ ...S3, DryRun: true })))).toMatchObject({
      name: 'DryRunOperation',
      status: 412,
    });
    expect(endpoint.service.flowLogs()).toEqual([]);
  });
});
