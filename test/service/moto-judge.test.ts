import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint, type TestEndpoint } from '../support/ec2-endpoint.ts';
import { canUse, createTestBucket, sharedServer } from '../support/servers/index.ts';

/** One of the two endpoints, with the ids of what exists there. */
interface Side {
  readonly ec2: EC2Client;
  readonly vpc: string;
  readonly subnet: string;
  readonly eni: string;
}

/** The one bucket that exists on both. */
let bucket = '';

type Ask = (side: Side) => CreateFlowLogsCommandInput;

const ROLE = 'arn:aws:iam::123456789012:role/flow';
const s3 = (side: Side): CreateFlowLogsCommandInput => ({
  ResourceType: 'VPC',
  ResourceIds: [side.vpc],
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: `arn:aws:s3:::${bucket}`,
});
const group = (side: Side): CreateFlowLogsCommandInput => ({
  ResourceType: 'VPC',
  ResourceIds: [side.vpc],
  TrafficType: 'ALL',
  LogDestinationType: 'cloud-watch-logs',
  LogGroupName: 'group',
  DeliverLogsPermissionArn: ROLE,
});

/** Calls that both must refuse in the same words. */
const REFUSED: readonly (readonly [string, Ask])[] = [
  ['no destination', (side) => ({ ...s3(side), LogDestination: undefined })],
  ['s3 with a log group', (side) => ({ ...s3(side), LogDestination: undefined, LogGroupName: 'g' })],
  ['a log group without a role', (side) => ({ ...group(side), DeliverLogsPermissionArn: undefined })],
  ['an interval of 120', (side) => ({ ...s3(side), MaxAggregationInterval: 120 })],
  ['an unknown VPC', (side) => ({ ...s3(side), ResourceIds: ['vpc-0000000000000404a'] })],
  [
    'an unknown subnet',
    (side) => ({ ...s3(side), ResourceType: 'Subnet', ResourceIds: ['subnet-0000000000000404a'] }),
  ],
  [
    'an unknown interface',
    (side) => ({ ...s3(side), ResourceType: 'NetworkInterface', ResourceIds: ['eni-0000000000000404a'] }),
  ],
];

describe.skipIf(!canUse('moto'))('beside moto, which others wrote (needs moto_server)', () => {
  let endpoint: TestEndpoint;
  let theirs: Side;
  let ours: Side;
  beforeAll(async () => {
    const moto = await sharedServer('moto');
    bucket = await createTestBucket(moto);
    endpoint = await startEndpoint({ probeBucket: async (name) => (name === bucket ? 'ready' : 'missing') });
    const credentials = { accessKeyId: moto.accessKeyId, secretAccessKey: moto.secretAccessKey };
    const ec2 = new EC2Client({ endpoint: moto.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.1.0/24' }),
    );
    const { NetworkInterface } = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId }),
    );
    theirs = {
      ec2,
      vpc: Vpc?.VpcId ?? '',
      subnet: Subnet?.SubnetId ?? '',
      eni: NetworkInterface?.NetworkInterfaceId ?? '',
    };
    ours = { ec2: endpoint.client(), vpc: 'vpc-1', subnet: 'subnet-1', eni: 'eni-1' };
  });
  afterAll(async () => {
    theirs?.ec2.destroy();
    await endpoint?.stop();
  });

  const both = async <T>(work: (side: Side) => Promise<T>): Promise<readonly [T, T]> =>
    Promise.all([work(ours), work(theirs)]);
  const errorOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it.each(REFUSED)('refuses %s in the same words', async (_name, ask) => {
    const [mine, judge] = await both((side) => errorOf(side.ec2.send(new CreateFlowLogsCommand(ask(side)))));
    expect(mine).toBe(judge);
    expect(mine).not.toBe('no error');
  });

  it('a missing bucket is unsuccessful in the same words', async () => {
    const [mine, judge] = await both(async (side) => {
      const input = { ...s3(side), LogDestination: 'arn:aws:s3:::no-bucket' };
      const answer = await side.ec2.send(new CreateFlowLogsCommand(input));
      return [answer.FlowLogIds ?? [], answer.Unsuccessful?.map((each) => each.Error)];
    });
    expect(mine).toEqual(judge);
  });

  it('creates, refuses the second, shows and deletes alike', async () => {
    const [mine, judge] = await both(async (side) => {
      const asks: readonly CreateFlowLogsCommandInput[] = [
        { ...s3(side), LogFormat: '${version} ${srcaddr}', MaxAggregationInterval: 60 },
        { ...s3(side), ResourceType: 'Subnet', ResourceIds: [side.subnet], TrafficType: 'ACCEPT' },
        { ...s3(side), ResourceType: 'NetworkInterface', ResourceIds: [side.eni], TrafficType: 'REJECT' },
      ];
      const ids: string[] = [];
      for (const ask of asks)
        ids.push(...((await side.ec2.send(new CreateFlowLogsCommand(ask))).FlowLogIds ?? []));
      const again = await errorOf(side.ec2.send(new CreateFlowLogsCommand(s3(side))));
      const shown = [];
      for (const FlowLogIds of ids.map((id) => [id])) {
        const [flowLog] = (await side.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds }))).FlowLogs ?? [];
        // DestinationOptions is where we answer what AWS answers and moto nothing.
        const {
          FlowLogId,
          CreationTime,
          ResourceId: _own,
          DestinationOptions: _moto,
          Tags = [],
          ...rest
        } = flowLog ?? {};
        shown.push({ ...rest, Tags, hasId: FlowLogId !== undefined, hasTime: CreationTime instanceof Date });
      }
      const find = async (Name: string, Values: string[]): Promise<number | undefined> =>
        (await side.ec2.send(new DescribeFlowLogsCommand({ Filter: [{ Name, Values }] }))).FlowLogs?.length;
      const found = [
        await find('traffic-type', ['ACCEPT', 'REJECT']),
        await find('resource-id', [side.vpc]),
        await find('log-destination-type', ['s3']),
        await find('deliver-log-status', ['SUCCESS']),
      ];
      await side.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: ids }));
      const left =
        (await side.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: ids }))).FlowLogs?.length ?? 0;
      const unknown = await errorOf(
        side.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: ['fl-1a2b3c4d', 'fl-2'] })),
      );
      return { made: ids.length, again, shown, found, left, unknown };
    });
    expect(mine).toEqual(judge);
    expect(mine.made).toBe(3);
  });
});
