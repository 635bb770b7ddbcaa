import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { type AwsEndpoint, createAwsEndpoint } from '../../src/app/aws-endpoint.ts';
import type { ServiceCapture } from '../../src/app/record-service.ts';
import { Network, parseNetwork } from '../../src/flow/index.ts';
import { readCapture } from '../../src/packet/index.ts';
import { readBack } from '../support/delivery.ts';
import { type RunningServer, startServer } from '../support/http-starter.ts';
import { ethernet, ipv4, pcap, tcp } from '../support/packet-builder.ts';
import { awsEnvironmentOf, canUse, sharedServer } from '../support/servers/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const NETWORK = new Network(
  parseNetwork(
    `
account: "123456789012"
region: us-east-1
vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/16] }]
subnets:
  - { id: subnet-1, vpc: vpc-1, cidrs: [10.0.1.0/24], zoneId: use1-az1 }
  - { id: subnet-2, vpc: vpc-1, cidrs: [10.0.2.0/24], zoneId: use1-az2 }
securityGroups:
  - id: sg-web
    vpc: vpc-1
    inbound: [{ protocol: tcp, ports: 443, peers: [0.0.0.0/0] }]
    outbound: [{ protocol: all, peers: [0.0.0.0/0] }]
interfaces:
  - { id: eni-web, subnet: subnet-1, privateIps: [10.0.1.10], securityGroups: [sg-web] }
  - { id: eni-idle, subnet: subnet-2, privateIps: [10.0.2.20], transitGatewayAttachment: tgw-attach-1 }
transitGateways:
  - id: tgw-1
    attachments: [{ id: tgw-attach-1, vpc: vpc-1, interfaces: [eni-idle] }]
`,
    'network.yaml',
  ),
);

/** On the edge of a long window and of a slot, so that what belongs together is in one file at any time of day. */
const START = Math.floor(Date.now() / 600_000) * 600 - 600;

/** A connection to port 443, one to port 22, and a packet of the next window, which closes the first. */
function capture(laterSeconds: number): Uint8Array {
  const packet = (seconds: number, dstPort: number) => ({
    seconds: seconds + laterSeconds,
    bytes: ethernet(
      ipv4(
        { src: '198.51.100.1', dst: '10.0.1.10', protocol: 6 },
        tcp({ srcPort: 40_000, dstPort, flags: 2 }),
      ),
    ),
  });
  return pcap([packet(START, 443), packet(START + 1, 22), packet(START + 1, 22), packet(START + 60, 443)]);
}

async function replay(into: ServiceCapture | null, laterSeconds = 0): Promise<void> {
  if (into === null) throw new Error('the endpoint has a network');
  const bytes = capture(laterSeconds);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  await readCapture(pieces(), (packet) => into.add(packet));
  into.end();
}

let open: { endpoint: AwsEndpoint; server: RunningServer; client: EC2Client }[] = [];
const stop = async (): Promise<void> => {
  for (const { endpoint, server, client } of open) {
    client.destroy();
    await server.stop();
    await endpoint.close();
  }
  open = [];
};
afterEach(stop);

async function start(
  more: Partial<Parameters<typeof createAwsEndpoint>[0]> = {},
  state = mkdtempSync(join(home, 'state-')),
) {
  const made = await createAwsEndpoint(
    {
      stateDirectory: state,
      accountId: '123456789012',
      regions: ['us-east-1'],
      credentials: [],
      network: NETWORK,
      ...more,
    },
    { progress: () => {}, warn: () => {} },
  );
  if (made.delivery === null) throw new Error('there is a state directory');
  const endpoint = { ...made, delivery: made.delivery };
  const server = await startServer(endpoint.handler);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new EC2Client({ endpoint: server.url, region: 'us-east-1', credentials });
  open.push({ endpoint, server, client });
  const create = async (input: Partial<CreateFlowLogsCommandInput>): Promise<string> => {
    const { FlowLogIds = [], Unsuccessful = [] } = await client.send(
      new CreateFlowLogsCommand({
        ResourceType: 'VPC',
        ResourceIds: ['vpc-1'],
        TrafficType: 'ALL',
        MaxAggregationInterval: 60,
        LogDestinationType: 's3',
        LogDestination: 'arn:aws:s3:::flows/team',
        ...input,
      }),
    );
    expect(Unsuccessful).toEqual([]);
    return FlowLogIds[0] ?? '';
  };
  const status = async (id: string) => {
    const { FlowLogs = [] } = await client.send(new DescribeFlowLogsCommand({ FlowLogIds: [id] }));
    return { status: FlowLogs[0]?.DeliverLogsStatus, message: FlowLogs[0]?.DeliverLogsErrorMessage };
  };
  return { endpoint, server, client, create, status, state };
}

const tail = (line: string): string =>
  line.split(' ').slice(5, 10).concat(line.split(' ').slice(-2)).join(' ');

describe('flow logs made through the EC2 API', () => {
  it('decide what of the packets is delivered, where, and in which format', async () => {
    const buckets = mkdtempSync(join(home, 'buckets-'));
    const { endpoint, client, create, status } = await start({ bucketDirectory: buckets });
    const { NetworkInterfaces = [] } = await client.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces.map((one) => one.NetworkInterfaceId)).toEqual(['eni-idle', 'eni-web']);
    const all = await create({});
    const rejects = await create({
      ResourceType: 'NetworkInterface',
      ResourceIds: ['eni-web'],
      TrafficType: 'REJECT',
      LogDestination: 'arn:aws:s3:::rejects',
      LogFormat: '${interface-id} ${dstport} ${action} ${az-id}',
    });
    await create({ ResourceType: 'Subnet', ResourceIds: ['subnet-2'], LogDestination: 'arn:aws:s3:::idle' });
    await replay(endpoint.openCapture('web.pcap'));
    expect(await endpoint.delivery.drain(5000)).toBe(0);

    const flows = await readBack(join(buckets, 'flows', 'team'));
    expect(flows.map((file) => file.name)).toEqual([
      expect.stringMatching(new RegExp(`^AWSLogs/123456789012/vpcflowlogs/us-east-1/.*${all}.*\\.log\\.gz$`)),
    ]);
    const byInterface = (id: string): string[] =>
      flows
        .flatMap((file) => file.lines)
        .filter((line) => line.split(' ')[2] === id)
        .map(tail);
    expect(byInterface('eni-web')).toEqual([
      '40000 443 6 1 40 ACCEPT OK',
      '40000 22 6 2 80 REJECT OK',
      '40000 443 6 1 40 ACCEPT OK',
    ]);
    expect(byInterface('eni-idle')).toEqual(['- - - - - - NODATA', '- - - - - - NODATA']);

    const rejected = await readBack(join(buckets, 'rejects'));
    expect(rejected).toMatchObject([
      { header: 'interface-id dstport action az-id', lines: ['eni-web 22 REJECT use1-az1'] },
    ]);
    const idle = await readBack(join(buckets, 'idle'));
    expect(idle.flatMap((file) => file.lines)).toHaveLength(2);
    expect(await status(all)).toEqual({ status: 'SUCCESS', message: undefined });

    // A deleted flow log keeps what was published and records nothing more; the others go on.
    await client.send(new DeleteFlowLogsCommand({ FlowLogIds: [rejects] }));
    await replay(endpoint.openCapture('web.pcap'));
    expect(await endpoint.delivery.drain(5000)).toBe(0);
    expect((await readBack(join(buckets, 'rejects'))).flatMap((file) => file.lines)).toHaveLength(1);
    expect((await readBack(join(buckets, 'flows'))).flatMap((file) => file.lines)).toHaveLength(10);
  });

  it('show why delivery fails, keep the records over a restart, and deliver them when it works again', async () => {
    const state = mkdtempSync(join(home, 'state-'));
    // A file where the folder of the buckets should be: nothing can be written below it.
    const blocked = join(state, 'flow-logs.journal');
    const first = await start({ bucketDirectory: blocked }, state);
    const id = await first.create({});
    await replay(first.endpoint.openCapture('web.pcap'));
    expect(await first.endpoint.delivery.drain(0)).toBe(5);
    await expect.poll(() => first.status(id)).toMatchObject({ status: 'FAILED' });
    await stop();

    const second = await start({ bucketDirectory: blocked }, state);
    expect(await second.status(id)).toMatchObject({ status: 'FAILED' });
    expect(second.endpoint.delivery.deliverer.counts()).toMatchObject([{ flowLogId: id, recovered: 5 }]);
    await stop();

    const buckets = mkdtempSync(join(home, 'buckets-'));
    const third = await start({ bucketDirectory: buckets }, state);
    expect(await third.endpoint.delivery.drain(10_000)).toBe(0);
    expect((await readBack(buckets)).flatMap((file) => file.lines)).toHaveLength(5);
    await expect.poll(() => third.status(id)).toEqual({ status: 'SUCCESS', message: undefined });
  });

  it('of transit gateways and of long windows run beside the others, each with records of its own kind', async () => {
    const buckets = mkdtempSync(join(home, 'buckets-'));
    const { endpoint, create } = await start({ bucketDirectory: buckets });
    const long = { MaxAggregationInterval: 600, LogDestination: 'arn:aws:s3:::long' };
    await create({ ...long, LogFormat: '${start} ${end} ${dstport} ${packets}' });
    await create({
      ResourceType: 'TransitGateway',
      ResourceIds: ['tgw-1'],
      TrafficType: undefined,
      MaxAggregationInterval: 60,
      LogDestination: 'arn:aws:s3:::transit',
      DestinationOptions: {
        FileFormat: 'plain-text',
        HiveCompatiblePartitions: true,
        PerHourPartition: false,
      },
    });
    await replay(endpoint.openCapture('web.pcap'));
    expect(await endpoint.delivery.drain(5000)).toBe(0);

    const windows = (await readBack(join(buckets, 'long'))).flatMap((file) => file.lines);
    expect(windows.filter((line) => !line.endsWith('- -')).toSorted()).toEqual([
      `${START} ${START + 60} 22 2`,
      `${START} ${START + 60} 443 2`,
    ]);
    const transit = await readBack(join(buckets, 'transit'));
    expect(transit[0]?.name).toContain('/service=vpcflowlogs/');
    expect(transit[0]?.header).toContain('tgw-id tgw-attachment-id');
    const ids = transit.flatMap((file) => file.lines).map((line) => line.split(' ').slice(0, 5).join(' '));
    expect(new Set(ids)).toEqual(new Set(['6 TransitGateway 123456789012 tgw-1 tgw-attach-1']));
  });

  it('note in the log itself what a full spool could not take', async () => {
    const blocked = join(mkdtempSync(join(home, 'blocked-')), 'no', 'folder');
    const buckets = mkdtempSync(join(home, 'buckets-'));
    const state = mkdtempSync(join(home, 'state-'));
    writeFileSync(join(blocked, '..', '..', 'no'), 'a file where a folder should be');
    const { endpoint, create } = await start({ bucketDirectory: blocked, spoolBytes: 8000 }, state);
    await create({ ResourceType: 'NetworkInterface', ResourceIds: ['eni-web'] });
    const recording = endpoint.openCapture('web.pcap');
    for (let window = 0; window < 60; window++) await replay(recording, window * 60);
    const [counts] = endpoint.delivery.deliverer.counts();
    expect(counts?.refused).toBeGreaterThan(0);
    await stop();

    const second = await start({ bucketDirectory: buckets, spoolBytes: 8000 }, state);
    expect(await second.endpoint.delivery.drain(5000)).toBe(0);
    const lines = (await readBack(join(buckets, 'flows'))).flatMap((file) => file.lines).map(tail);
    expect(lines).toHaveLength(counts?.accepted ?? 0);
    // The oldest are whole; then a notice per window, until there is no room for notices either.
    expect(lines[0]).toBe('40000 443 6 1 40 ACCEPT OK');
    const notices = lines.filter((line) => line.endsWith('SKIPDATA'));
    expect(notices.length).toBeGreaterThan(1);
    expect(lines.slice(-notices.length)).toEqual(notices);
  });

  it('cannot be made by a web page', async () => {
    const { server } = await start({ bucketDirectory: home });
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { origin: 'https://stranger.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=DescribeFlowLogs&Version=2016-11-15',
    });
    expect(answer.status).toBe(403);
  });

  describe.skipIf(!canUse('moto'))('with moto behind (needs moto)', () => {
    it('deliver to CloudWatch Logs and S3, and say when a bucket is not there', async () => {
      const moto = await sharedServer('moto');
      const { AWS_ENDPOINT_URL: endpointUrl = '', ...environment } = awsEnvironmentOf(moto);
      Object.assign(process.env, environment);
      const { endpoint, client, create, status } = await start({
        storage: { endpoint: endpointUrl, maxAttempts: 1 },
        aws: { endpoint: endpointUrl },
      });
      await expect(create({ LogDestination: 'arn:aws:s3:::nobody-has-this' })).rejects.toThrow();
      const logGroup = `/vpc/${Date.now()}`;
      const id = await create({
        LogDestinationType: 'cloud-watch-logs',
        LogDestination: undefined,
        LogGroupName: logGroup,
        DeliverLogsPermissionArn: 'arn:aws:iam::123456789012:role/flow-logs',
      });
      await replay(endpoint.openCapture('web.pcap'));
      expect(await endpoint.delivery.drain(10_000)).toBe(0);
      const logs = new CloudWatchLogsClient({ endpoint: endpointUrl, region: 'us-east-1' });
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: logGroup }));
      expect(events.map((event) => event.logStreamName).toSorted()).toEqual([
        'eni-idle-all',
        'eni-idle-all',
        'eni-web-all',
        'eni-web-all',
        'eni-web-all',
      ]);
      expect(await status(id)).toMatchObject({ status: 'SUCCESS' });
      await client.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }));
    }, 30_000);
  });
});
