import { objectKeyFolder, parseS3Arn } from '../../aws/index.ts';
import { assertInvariant } from '../../base/index.ts';
import { type Field, parseLogFormat } from '../../record/index.ts';
import type { FlowLog } from '../flow-log.ts';
import { NAMED_QUERIES } from './named-queries.ts';
import { PARTITION_LOADER_SOURCE } from './partition-loader.ts';

/** How often the table gets new partitions. */
export const LOAD_FREQUENCIES = ['none', 'daily', 'weekly', 'monthly'] as const;
/** One of `LOAD_FREQUENCIES`. */
export type LoadFrequency = (typeof LOAD_FREQUENCIES)[number];

/** One Athena integration: a table over the flow log's objects with its queries. */
export interface AthenaIntegration {
  /** Where Athena writes results: an S3 ARN. */
  readonly resultArn: string;
  readonly frequency: LoadFrequency;
  /** UTC days `yyyy-mm-dd`, both inclusive; null for today, and for as far as the schedule looks ahead. */
  readonly startDay: string | null;
  readonly endDay: string | null;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** When the loader runs, and how many days ahead it then adds. */
const SCHEDULES: Readonly<
  Record<LoadFrequency, { readonly expression: string | null; readonly aheadDays: number }>
> = {
  none: { expression: null, aheadDays: 0 },
  daily: { expression: 'cron(5 0 * * ? *)', aheadDays: 1 },
  weekly: { expression: 'cron(5 0 ? * MON *)', aheadDays: 7 },
  monthly: { expression: 'cron(5 0 1 * ? *)', aheadDays: 31 },
};

/**
 * The CloudFormation template (JSON, which CloudFormation takes as YAML too) that makes a flow log's objects on S3 a
 * table of Athena: database, and per integration a partitioned table, a workgroup, the named queries that the log
 * format can answer, and the Lambda function that adds partitions, on its schedule unless the frequency is `none`.
 *
 * Names carry the flow log id without its hyphen, since Athena's identifiers have none.
 * Source: flow-logs.md §5.2, §7.2.
 */
export function formatIntegrationTemplate(
  flowLog: FlowLog,
  integrations: readonly AthenaIntegration[],
): string {
  const database = `vpcflowlogsathenadatabase${plainId(flowLog)}`;
  const resources: Record<string, Json> = {
    VpcFlowLogsDatabase: {
      Type: 'AWS::Glue::Database',
      Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: database } },
    },
  };
  for (const [index, integration] of integrations.entries()) {
    Object.assign(resources, integrationResources(flowLog, database, integration, String(index + 1)));
  }
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Athena integration of VPC flow log ${flowLog.id}`,
    Resources: resources,
  };
  return `${JSON.stringify(template, null, 2)}\n`;
}

/** The table's name, and the stem of the workgroup's: `{id}{frequency}{start}{end}`. */
export function integrationName(flowLog: FlowLog, integration: AthenaIntegration): string {
  const days = [integration.startDay, integration.endDay].map((day) => (day ?? '').replaceAll('-', ''));
  return `${plainId(flowLog)}${integration.frequency}${days.join('')}`;
}

function integrationResources(
  flowLog: FlowLog,
  database: string,
  integration: AthenaIntegration,
  suffix: string,
): Record<string, Json> {
  const name = integrationName(flowLog, integration);
  const fields = parseLogFormat(flowLog.logFormat);
  const [table, workgroup] = [`Table${suffix}`, `WorkGroup${suffix}`];
  const resources: Record<string, Json> = {
    [table]: tableResource(flowLog, database, name, fields),
    [workgroup]: workgroupResource(`${name}workgroup`, integration),
    ...loaderResources(flowLog, database, name, integration, suffix),
  };
  const has = new Set(fields.map((field) => field.name));
  for (const query of NAMED_QUERIES) {
    if (!query.needs.every((field) => has.has(field))) continue;
    resources[`${query.name}${suffix}`] = {
      Type: 'AWS::Athena::NamedQuery',
      DependsOn: table,
      Properties: {
        Name: query.name,
        Description: query.purpose,
        Database: database,
        WorkGroup: { Ref: workgroup },
        QueryString: query.sql(`"${database}"."${name}"`),
      },
    };
  }
  return resources;
}

function tableResource(flowLog: FlowLog, database: string, name: string, fields: readonly Field[]): Json {
  const isParquet = flowLog.destinationOptions?.fileFormat === 'parquet';
  const hourKeys =
    flowLog.destinationOptions?.perHourPartition === true ? [{ Name: 'hour', Type: 'string' }] : [];
  return {
    Type: 'AWS::Glue::Table',
    DependsOn: 'VpcFlowLogsDatabase',
    Properties: {
      CatalogId: { Ref: 'AWS::AccountId' },
      DatabaseName: database,
      TableInput: {
        Name: name,
        TableType: 'EXTERNAL_TABLE',
        Parameters: isParquet
          ? { EXTERNAL: 'TRUE', classification: 'parquet' }
          : { EXTERNAL: 'TRUE', classification: 'csv', 'skip.header.line.count': '1' },
        PartitionKeys: [{ Name: 'date', Type: 'date' }, ...hourKeys],
        StorageDescriptor: {
          Columns: fields.map((field) => ({
            Name: field.sql,
            Type: columnType(field, isParquet),
            Comment: field.meaning,
          })),
          Location: `s3://${bucketOf(flowLog)}/${rootFolder(flowLog)}`,
          ...(isParquet ? PARQUET_STORAGE : TEXT_STORAGE),
        },
      },
    },
  };
}

const TEXT_STORAGE: Readonly<Record<string, Json>> = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
    Parameters: { 'field.delim': ' ', 'serialization.format': ' ' },
  },
};

const PARQUET_STORAGE: Readonly<Record<string, Json>> = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

/** Parquet files carry their types; for text AWS's own table says bigint for the protocol number. */
function columnType(field: Field, isParquet: boolean): string {
  if (field.type === 'string') return 'string';
  if (field.type === 'int64') return 'bigint';
  return !isParquet && field.name === 'protocol' ? 'bigint' : 'int';
}

function workgroupResource(name: string, integration: AthenaIntegration): Json {
  const result = parseS3Arn(integration.resultArn);
  assertInvariant(result !== null, 'the result ARN was checked');
  const folder = result.prefix === '' ? '' : `${result.prefix}/`;
  return {
    Type: 'AWS::Athena::WorkGroup',
    Properties: {
      Name: name,
      // Without it a workgroup that has run a query cannot be deleted with its stack.
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: { ResultConfiguration: { OutputLocation: `s3://${result.bucket}/${folder}` } },
    },
  };
}

function loaderResources(
  flowLog: FlowLog,
  database: string,
  table: string,
  integration: AthenaIntegration,
  suffix: string,
): Record<string, Json> {
  const schedule = SCHEDULES[integration.frequency];
  const [role, loader, rule] = [
    `PartitionLoaderRole${suffix}`,
    `PartitionLoader${suffix}`,
    `PartitionSchedule${suffix}`,
  ];
  const loaderArn = { 'Fn::GetAtt': [loader, 'Arn'] };
  const resources: Record<string, Json> = {
    [role]: roleResource(database, table),
    [loader]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Description: `Adds partitions to ${database}.${table}`,
        Runtime: 'python3.13',
        Handler: 'index.handler',
        Timeout: 900,
        Role: { 'Fn::GetAtt': [role, 'Arn'] },
        Code: { ZipFile: PARTITION_LOADER_SOURCE },
        Environment: {
          Variables: {
            DATABASE: database,
            TABLE: table,
            LOCATION: locationPattern(flowLog),
            HOURLY: String(flowLog.destinationOptions?.perHourPartition ?? false),
            START: integration.startDay ?? '',
            END: integration.endDay ?? '',
            AHEAD_DAYS: String(schedule.aheadDays),
          },
        },
      },
    },
    [`FirstPartitions${suffix}`]: {
      Type: 'Custom::FirstPartitions',
      DependsOn: `Table${suffix}`,
      Properties: { ServiceToken: loaderArn },
    },
  };
  if (schedule.expression === null) return resources;
  resources[rule] = {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: schedule.expression,
      State: 'ENABLED',
      Targets: [{ Id: 'loader', Arn: loaderArn }],
    },
  };
  resources[`PartitionLoaderPermission${suffix}`] = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: loader },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    },
  };
  return resources;
}

function roleResource(database: string, table: string): Json {
  const glueArn = (resource: string): Json => ({
    'Fn::Sub': `arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
  });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      ManagedPolicyArns: [
        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      ],
      Policies: [
        {
          PolicyName: 'partitions',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['glue:GetTable', 'glue:BatchCreatePartition'],
                Resource: [
                  glueArn('catalog'),
                  glueArn(`database/${database}`),
                  glueArn(`table/${database}/${table}`),
                ],
              },
            ],
          },
        },
      ],
    },
  };
}

/** The folder of one partition as a strftime pattern. */
function locationPattern(flowLog: FlowLog): string {
  const { hiveCompatiblePartitions = false, perHourPartition = false } = flowLog.destinationOptions ?? {};
  const day = hiveCompatiblePartitions ? 'year=%Y/month=%m/day=%d/' : '%Y/%m/%d/';
  const hour = hiveCompatiblePartitions ? 'hour=%H/' : '%H/';
  const root = `s3://${bucketOf(flowLog)}/${rootFolder(flowLog)}`;
  return root.replaceAll('%', '%%') + day + (perHourPartition ? hour : '');
}

/** The folder above the days. */
function rootFolder(flowLog: FlowLog): string {
  const hive = flowLog.destinationOptions?.hiveCompatiblePartitions ?? false;
  const { accountId, region } = flowLog;
  const prefix = parseS3Arn(flowLog.logDestination)?.prefix ?? '';
  const layout = { prefix, accountId, region, hive, perHour: false, serviceName: 'aws-service' } as const;
  return objectKeyFolder(layout, 0).slice(0, -(hive ? 'year=1970/month=01/day=01/' : '1970/01/01/').length);
}

function bucketOf(flowLog: FlowLog): string {
  const location = parseS3Arn(flowLog.logDestination);
  assertInvariant(location !== null, 'a flow log to S3 has a bucket');
  return location.bucket;
}

function plainId(flowLog: FlowLog): string {
  return flowLog.id.replaceAll('-', '');
}
