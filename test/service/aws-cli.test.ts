import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER_KEY, startEndpoint, type TestEndpoint } from '../support/ec2-endpoint.ts';

const run = promisify(execFile);

function hasAwsCli(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface CliFlowLog {
  readonly FlowLogId: string;
  readonly ResourceId: string;
  readonly DeliverLogsStatus: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

describe.skipIf(!hasAwsCli())('the AWS CLI, unmodified (needs the aws command)', { timeout: 60_000 }, () => {
  let endpoint: TestEndpoint;
  let home: string;
  beforeAll(async () => {
    endpoint = await startEndpoint();
    home = await mkdtemp(join(tmpdir(), 'weir-aws-cli-'));
  });
  afterAll(async () => {
    await endpoint.stop();
    await rm(home, { recursive: true, force: true });
  });

  // Only what the CLI needs: no profile of the machine may leak into the test.
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_ACCESS_KEY_ID: OWNER_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OWNER_KEY.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  });
  const aws = (...words: string[]): Promise<string> => cli('ec2', ...words);
  const cli = async (...words: string[]): Promise<string> => {
    const all = ['--endpoint-url', endpoint.url, '--output', 'json', ...words];
    return (await run('aws', all, { env: environment() })).stdout;
  };
  const flowLogs = async (...words: string[]): Promise<readonly CliFlowLog[]> =>
    (JSON.parse(await aws('describe-flow-logs', ...words)) as { FlowLogs: readonly CliFlowLog[] }).FlowLogs;
  const failure = async (...words: string[]): Promise<string> =>
    aws(...words).then(
      () => 'it succeeded',
      (error: { stderr?: string }) => error.stderr ?? '',
    );

  const s3 = (resourceId: string, bucket: string): string[] => [
    'create-flow-logs',
    '--resource-type',
    'VPC',
    '--resource-ids',
    resourceId,
    '--traffic-type',
    'ALL',
    '--log-destination-type',
    's3',
    '--log-destination',
    `arn:aws:s3:::${bucket}`,
  ];

  it('creates, describes, tags, filters and deletes', async () => {
    const created = JSON.parse(
      await aws(
        ...s3('vpc-1', 'cli-bucket'),
        '--log-format',
        '${version} ${srcaddr} ${dstaddr}',
        '--max-aggregation-interval',
        '60',
        '--destination-options',
        'FileFormat=parquet,HiveCompatiblePartitions=true,PerHourPartition=false',
        '--tag-specifications',
        'ResourceType=vpc-flow-log,Tags=[{Key=env,Value=a b+c}]',
        '--client-token',
        'cli-1',
      ),
    ) as { FlowLogIds: string[]; Unsuccessful: unknown[]; ClientToken: string };
    expect(created).toMatchObject({ Unsuccessful: [], ClientToken: 'cli-1' });
    const id = created.FlowLogIds[0] ?? '';
    expect(await flowLogs('--flow-log-ids', id)).toMatchObject([
      {
        FlowLogId: id,
        ResourceId: 'vpc-1',
        DeliverLogsStatus: 'SUCCESS',
        FlowLogStatus: 'ACTIVE',
        LogDestination: 'arn:aws:s3:::cli-bucket',
        LogFormat: '${version} ${srcaddr} ${dstaddr}',
        MaxAggregationInterval: 60,
        DestinationOptions: {
          FileFormat: 'parquet',
          HiveCompatiblePartitions: true,
          PerHourPartition: false,
        },
        Tags: [{ Key: 'env', Value: 'a b+c' }],
      },
    ]);
    await aws('create-tags', '--resources', id, '--tags', 'Key=team,Value=net');
    expect(await flowLogs('--filter', 'Name=tag:team,Values=n?t')).toHaveLength(1);
    await aws('delete-tags', '--resources', id, '--tags', 'Key=env');
    const tags = JSON.parse(await aws('describe-tags', '--filters', `Name=resource-id,Values=${id}`)) as {
      Tags: unknown;
    };
    expect(tags.Tags).toEqual([{ Key: 'team', Value: 'net', ResourceId: id, ResourceType: 'vpc-flow-log' }]);

    const template = JSON.parse(
      await aws(
        'get-flow-logs-integration-template',
        '--flow-log-id',
        id,
        '--config-delivery-s3-destination-arn',
        'arn:aws:s3:::config/templates/',
        '--integrate-services',
        'AthenaIntegrations=[{IntegrationResultS3DestinationArn=arn:aws:s3:::results/,PartitionLoadFrequency=monthly,PartitionStartDate=2021-01-01T00:00:00,PartitionEndDate=2021-12-31T00:00:00}]',
      ),
    ) as { Result: string };
    expect(JSON.parse(template.Result)).toHaveProperty('AWSTemplateFormatVersion', '2010-09-09');

    expect(JSON.parse(await aws('delete-flow-logs', '--flow-log-ids', id))).toEqual({ Unsuccessful: [] });
    expect(await failure('delete-flow-logs', '--flow-log-ids', id)).toContain('(InvalidFlowLogId.NotFound)');
  });

  it('pages', async () => {
    for (let i = 0; i < 6; i++) {
      await endpoint.service.createFlowLogs(
        { region: 'us-east-1', accessKeyId: '' },
        inputFor(`page-bucket-${i}`),
      );
    }
    expect(await flowLogs('--page-size', '5')).toHaveLength(6);
    const first = JSON.parse(await aws('describe-flow-logs', '--max-items', '2')) as {
      FlowLogs: unknown[];
      NextToken: string;
    };
    expect(first.FlowLogs).toHaveLength(2);
    expect(await flowLogs('--starting-token', first.NextToken)).toHaveLength(4);
  });

  it('finds the network', async () => {
    const vpcs = JSON.parse(await aws('describe-vpcs', '--query', 'Vpcs[].VpcId')) as string[];
    expect(vpcs).toEqual(['vpc-1', 'vpc-2']);
    const filter = [
      '--filters',
      'Name=subnet-id,Values=subnet-1',
      '--query',
      'NetworkInterfaces[].PrivateIpAddress',
    ];
    expect(JSON.parse(await aws('describe-network-interfaces', ...filter))).toEqual([
      '10.0.1.10',
      '10.0.1.20',
    ]);
  });

  it('knows who asks', async () => {
    expect(JSON.parse(await cli('sts', 'get-caller-identity'))).toEqual({
      Account: '123456789012',
      UserId: 'AKIDOWNER',
      Arn: 'arn:aws:iam::123456789012:user/AKIDOWNER',
    });
  });

  it('prints errors', async () => {
    // Version 2 puts the number of its attempts between these two.
    const unknown = await failure(...s3('vpc-404', 'b-1'));
    expect(unknown).toContain(
      'An error occurred (InvalidVpcID.NotFound) when calling the CreateFlowLogs operation',
    );
    expect(unknown).toContain(': VpcID vpc-404 does not exist.');
    expect(await failure(...s3('vpc-1', 'b-1'), '--dry-run')).toContain('(DryRunOperation)');
    expect(await failure('run-instances')).toContain('(InvalidAction)');
  });
});

function inputFor(bucket: string) {
  return {
    resourceIds: ['vpc-2'],
    resourceType: 'VPC',
    trafficType: 'ALL',
    logDestinationType: 's3',
    logDestination: `arn:aws:s3:::${bucket}`,
    logGroupName: undefined,
    deliverLogsPermissionArn: undefined,
    deliverCrossAccountRole: undefined,
    logFormat: undefined,
    maxAggregationInterval: undefined,
    fileFormat: undefined,
    hiveCompatiblePartitions: undefined,
    perHourPartition: undefined,
    tagSpecifications: [],
    tagFieldSpecifications: [],
    clientToken: undefined,
    dryRun: false,
  };
}
