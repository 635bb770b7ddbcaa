import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectKeyFolder } from '../../src/aws/index.ts';
import type { FlowLog } from '../../src/service/index.ts';
import { type AthenaIntegration, formatIntegrationTemplate } from '../../src/service/integration/template.ts';
import { startEndpoint, type TestEndpoint } from '../support/ec2-endpoint.ts';
import { fakeFlowLog } from '../support/flow-log-fixture.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, any>> }>
  >;
}

const DAILY: AthenaIntegration = {
  resultArn: 'arn:aws:s3:::results/q/',
  frequency: 'daily',
  startDay: null,
  endDay: null,
};
const FIXED: AthenaIntegration = {
  ...DAILY,
  frequency: 'none',
  startDay: '2026-01-30',
  endDay: '2026-02-02',
};
const templateOf = (flowLog: FlowLog, ...integrations: AthenaIntegration[]): Template =>
  JSON.parse(formatIntegrationTemplate(flowLog, integrations)) as Template;
const typesOf = (template: Template): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(template.Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
};

describe('the Athena integration template', () => {
  const flowLog = fakeFlowLog('fl-0123456789abcdef0');

  it('has a database, and per integration a table, a workgroup, a loader and the queries of the format', () => {
    const template = templateOf(flowLog, DAILY, FIXED);
    expect(typesOf(template)).toEqual({
      'AWS::Glue::Database': 1,
      'AWS::Glue::Table': 2,
      'AWS::Athena::WorkGroup': 2,
      'AWS::Athena::NamedQuery': 16,
      'AWS::Lambda::Function': 2,
      'AWS::IAM::Role': 2,
      'Custom::FirstPartitions': 2,
      'AWS::Events::Rule': 1,
      'AWS::Lambda::Permission': 1,
    });
    const { VpcFlowLogsDatabase, Table1, Table2, WorkGroup2 } = template.Resources;
    expect(VpcFlowLogsDatabase?.Properties['DatabaseInput'].Name).toBe(
      'vpcflowlogsathenadatabasefl0123456789abcdef0',
    );
    expect(Table1?.Properties['TableInput'].Name).toBe('fl0123456789abcdef0daily');
    expect(Table2?.Properties['TableInput'].Name).toBe('fl0123456789abcdef0none2026013020260202');
    expect(WorkGroup2?.Properties['Name']).toBe('fl0123456789abcdef0none2026013020260202workgroup');
    expect(WorkGroup2?.Properties['WorkGroupConfiguration'].ResultConfiguration.OutputLocation).toBe(
      's3://results/q/',
    );
  });

  it('every reference is to a resource of the template', () => {
    const text = formatIntegrationTemplate(flowLog, [DAILY, { ...DAILY, frequency: 'weekly' }]);
    const { Resources } = JSON.parse(text) as Template;
    const names = [
      ...text.matchAll(/"(?:Ref|DependsOn)": "([^":]+)"/g),
      ...text.matchAll(/"Fn::GetAtt": \[\s*"([^"]+)"/g),
    ].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in Resources))).toEqual([]);
  });

  it('the queries follow the format', () => {
    const queriesOf = (logFormat: string): string[] =>
      Object.values(templateOf(fakeFlowLog('fl-1', { logFormat }), DAILY).Resources)
        .filter(({ Type }) => Type === 'AWS::Athena::NamedQuery')
        .map(({ Properties }) => Properties['Name'] as string);
    expect(queriesOf('${version} ${action}')).toEqual(['VpcFlowLogsRejectedTraffic']);
    expect(queriesOf('${start}')).toEqual([]);
    const all =
      '${protocol} ${action} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${bytes} ${type} ${pkt-srcaddr} ${pkt-dstaddr} ${instance-id} ${subnet-id}';
    expect(queriesOf(all)).toHaveLength(16);
  });

  it('columns are the format in order, text and Parquet each in its types', () => {
    const columnsOf = (flowLog: FlowLog): string[] => {
      const input = templateOf(flowLog, DAILY).Resources['Table1']?.Properties['TableInput'];
      const columns = input?.StorageDescriptor?.Columns as readonly { Name: string; Type: string }[];
      return columns.map(({ Name, Type }) => `${Name} ${Type}`);
    };
    const logFormat = '${version} ${protocol} ${bytes} ${pkt-srcaddr} ${end} ${encryption-status}';
    expect(columnsOf(fakeFlowLog('fl-1', { logFormat }))).toEqual([
      'version int',
      'protocol bigint',
      'bytes bigint',
      'pkt_srcaddr string',
      'end bigint',
      'encryption_status int',
    ]);
    const options = {
      fileFormat: 'parquet',
      hiveCompatiblePartitions: true,
      perHourPartition: true,
    } as const;
    const parquet = fakeFlowLog('fl-1', { logFormat, destinationOptions: options });
    expect(columnsOf(parquet)[1]).toBe('protocol int');
    const input = templateOf(parquet, DAILY).Resources['Table1']?.Properties['TableInput'];
    expect(input.PartitionKeys.map((key: { Name: string }) => key.Name)).toEqual(['date', 'hour']);
    expect(input.StorageDescriptor.Location).toBe(
      's3://flow-bucket/custom/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/',
    );
  });
});

describe('the calls that ask for it', () => {
  let endpoint: TestEndpoint;
  let s3Id: string;
  let groupId: string;
  let tgwId: string;
  beforeEach(async () => {
    endpoint = await startEndpoint({}, { signatures: 'optional' });
    const create = async (form: string): Promise<string> =>
      /<item>(fl-[^<]+)/.exec(
        await (await fetch(`${endpoint.url}/?Action=CreateFlowLogs&${form}`)).text(),
      )?.[1] ?? '';
    const destination = 'LogDestinationType=s3&LogDestination=arn:aws:s3:::flow-bucket';
    s3Id = await create(`ResourceType=VPC&ResourceId.1=vpc-1&TrafficType=ALL&${destination}`);
    groupId = await create(
      'ResourceType=VPC&ResourceId.1=vpc-1&TrafficType=ALL&LogGroupName=g&DeliverLogsPermissionArn=r',
    );
    tgwId = await create(`ResourceType=TransitGateway&ResourceId.1=tgw-1&${destination}`);
  });
  afterEach(() => endpoint.stop());

  const ask = async (change: Record<string, string | undefined>): Promise<string> => {
    const stem = 'IntegrateService.AthenaIntegration.1';
    const all: Record<string, string | undefined> = {
      Action: 'GetFlowLogsIntegrationTemplate',
      FlowLogId: s3Id,
      ConfigDeliveryS3DestinationArn: 'arn:aws:s3:::config/templates/',
      [`${stem}.IntegrationResultS3DestinationArn`]: 'arn:aws:s3:::results/',
      [`${stem}.PartitionLoadFrequency`]: 'monthly',
      ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name.replace('~', stem), value])),
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const body = await (await fetch(`${endpoint.url}/?${new URLSearchParams(given).toString()}`)).text();
    return /<Code>([^<]+)/.exec(body)?.[1] ?? (body.includes('<result>') ? 'template' : body);
  };

  it('answers a template, or says what is wrong', async () => {
    const past = {
      '~.PartitionStartDate': '2021-01-01T00:00:00',
      '~.PartitionEndDate': '2021-12-31T00:00:00Z',
    };
    const none = { ...past, '~.PartitionLoadFrequency': 'none' };
    const rows: readonly (readonly [Record<string, string | undefined>, string])[] = [
      [{}, 'template'],
      [past, 'template'],
      [none, 'template'],
      [{ FlowLogId: groupId }, 'InvalidParameter'],
      [{ FlowLogId: tgwId }, 'InvalidParameter'],
      [{ FlowLogId: undefined }, 'MissingParameter'],
      [{ ConfigDeliveryS3DestinationArn: undefined }, 'MissingParameter'],
      [{ ConfigDeliveryS3DestinationArn: 'bucket' }, 'InvalidParameterValue'],
      [{ '~.IntegrationResultS3DestinationArn': undefined }, 'MissingParameter'],
      [{ '~.PartitionLoadFrequency': undefined }, 'MissingParameter'],
      [{ '~.PartitionLoadFrequency': 'hourly' }, 'InvalidParameterValue'],
      [{ ...none, '~.PartitionStartDate': undefined }, 'MissingParameter'],
      [{ ...none, '~.PartitionEndDate': undefined }, 'MissingParameter'],
      [{ ...none, '~.PartitionEndDate': '2999-01-01' }, 'InvalidParameterValue'],
      [{ ...past, '~.PartitionStartDate': '2022-01-01' }, 'InvalidParameterValue'],
      [{ ...past, '~.PartitionStartDate': 'soon' }, 'InvalidParameterValue'],
      [{ DryRun: 'true' }, 'DryRunOperation'],
    ];
    for (const [change, expected] of rows) expect(await ask(change), JSON.stringify(change)).toBe(expected);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Stand-ins for the two modules that only exist inside Lambda, and a run that prints what was asked of Glue. */
const HARNESS = `
import json, sys, types
calls = []
class Glue:
    def get_table(self, DatabaseName, Name):
        return {"Table": {"StorageDescriptor": {"Columns": [], "Location": "x"}}}
    def batch_create_partition(self, DatabaseName, TableName, PartitionInputList):
        calls.append([[p["Values"], p["StorageDescriptor"]["Location"]] for p in PartitionInputList])
        return {"Errors": [{"ErrorDetail": {"ErrorCode": sys.argv[2]}}] if sys.argv[2] else []}
answers = []
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: Glue())
sys.modules["cfnresponse"] = types.SimpleNamespace(SUCCESS="SUCCESS", FAILED="FAILED", send=lambda e, c, status, data: answers.append(status))
import index
failed = None
try:
    index.handler(json.loads(sys.argv[1]), None)
except RuntimeError as error:
    failed = str(error)
print(json.dumps({"calls": calls, "answers": answers, "failed": failed}))
`;

describe.skipIf(!hasPython)('the partition loader (needs python3)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weir-loader-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  interface LoaderRun {
    readonly calls: readonly (readonly (readonly [readonly string[], string])[])[];
    readonly answers: readonly string[];
    readonly failed: string | null;
  }
  const run = (
    flowLog: FlowLog,
    integration: AthenaIntegration,
    event: object,
    glueError = '',
  ): LoaderRun => {
    const loader = templateOf(flowLog, integration).Resources['PartitionLoader1']?.Properties;
    writeFileSync(join(folder, 'index.py'), loader?.['Code'].ZipFile as string);
    writeFileSync(join(folder, 'harness.py'), HARNESS);
    const env = {
      PATH: process.env['PATH'],
      ...(loader?.['Environment'].Variables as Record<string, string>),
    };
    const done = spawnSync('python3', ['harness.py', JSON.stringify(event), glueError], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(done.stderr).toBe('');
    return JSON.parse(done.stdout) as LoaderRun;
  };

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('loads the asked days where the objects lie (Hive %s, hourly %s)', (hive, hourly) => {
    const destinationOptions = {
      fileFormat: 'parquet',
      hiveCompatiblePartitions: hive,
      perHourPartition: hourly,
    } as const;
    const flowLog = fakeFlowLog('fl-1', {
      destinationOptions,
      logDestination: 'arn:aws:s3:::flow-bucket/50%25 off/',
    });
    const { calls, answers } = run(flowLog, FIXED, { RequestType: 'Create' });
    expect(answers).toEqual(['SUCCESS']);
    const partitions = calls.flat();
    expect(partitions).toHaveLength(hourly ? 96 : 4);
    const layout = {
      prefix: '50%25 off',
      accountId: '123456789012',
      region: 'us-east-1',
      hive,
      perHour: hourly,
      serviceName: 'aws-service',
    } as const;
    for (const [[day = '', hour = '00'], location] of partitions) {
      const slot = Date.parse(`${day}T${hour}:00:00Z`) / 1000;
      expect(location).toBe(`s3://flow-bucket/${objectKeyFolder(layout, slot)}`);
    }
    expect(partitions[0]?.[0][0]).toBe('2026-01-30');
    expect(partitions.at(-1)?.[0][0]).toBe('2026-02-02');
  });

  it('on schedule goes from today to the next run', () => {
    const ahead = { daily: 2, weekly: 8, monthly: 32 } as const;
    for (const frequency of ['daily', 'weekly', 'monthly'] as const) {
      const { calls, answers } = run(fakeFlowLog('fl-1'), { ...FIXED, frequency }, { source: 'aws.events' });
      expect(calls.flat()).toHaveLength(ahead[frequency]);
      expect(answers).toEqual([]);
    }
  });

  it('minds existing partitions as little as it must, and other errors always', () => {
    expect(
      run(fakeFlowLog('fl-1'), FIXED, { RequestType: 'Update' }, 'AlreadyExistsException').answers,
    ).toEqual(['SUCCESS']);
    expect(run(fakeFlowLog('fl-1'), FIXED, { RequestType: 'Update' }, 'AccessDenied').answers).toEqual([
      'FAILED',
    ]);
    expect(run(fakeFlowLog('fl-1'), FIXED, {}, 'AccessDenied').failed).toContain('AccessDenied');
    expect(run(fakeFlowLog('fl-1'), FIXED, { RequestType: 'Delete' })).toMatchObject({
      calls: [],
      answers: ['SUCCESS'],
    });
  });
});
