import type { CreateFlowLogsCommandInput, EC2Client, FlowLog } from '@aws-sdk/client-ec2';
import { messageOf, WeirError } from '../base/index.ts';
import { formatLogFormat } from '../record/index.ts';
import { parseS3Location } from '../storage/index.ts';
import { recordFormatOf } from './record-format.ts';

/** Where flow logs are managed. */
export interface FlowLogsEndpoint {
  /** `http://127.0.0.1:4701`, or an EC2 endpoint of AWS. */
  readonly url: string;
  readonly region: string;
  readonly profile?: string | undefined;
}

/** A flow log as a person asks for it; what is left out is AWS's default. */
export interface FlowLogRequest {
  /** `vpc-…`, `subnet-…`, `eni-…`, `nat-…`, `tgw-…` or `tgw-attach-…`, all of one kind. */
  readonly resourceIds: readonly string[];
  /** `s3://bucket/folder`, `log-group:NAME`, or an ARN. */
  readonly to: string;
  readonly traffic?: string | undefined;
  /** `v2`, `v5`, `all`, `tgw`, a LogFormat string or field names. */
  readonly format?: string | undefined;
  readonly interval?: string | undefined;
  readonly role?: string | undefined;
  readonly isParquet: boolean;
  readonly isHive: boolean;
  readonly isHourly: boolean;
  /** `KEY=VALUE`. */
  readonly tags: readonly string[];
}

/** What creating came to. */
export interface FlowLogsCreated {
  readonly ids: readonly string[];
  /** Resources that got none, each with the reason. */
  readonly refused: readonly { readonly resource: string; readonly reason: string }[];
}

/** One flow log, in the words of the API. */
export interface FlowLogSummary {
  readonly id: string;
  readonly resource: string;
  readonly traffic: string | null;
  readonly destination: string;
  readonly fileFormat: string | null;
  readonly interval: number | null;
  readonly status: string;
  readonly error: string | null;
  readonly created: string | null;
  readonly format: string;
}

type ResourceType = NonNullable<CreateFlowLogsCommandInput['ResourceType']>;

const RESOURCE_TYPES: readonly (readonly [prefix: string, type: ResourceType])[] = [
  ['vpc-', 'VPC'],
  ['subnet-', 'Subnet'],
  ['eni-', 'NetworkInterface'],
  ['nat-', 'RegionalNatGateway'],
  ['tgw-attach-', 'TransitGatewayAttachment'],
  ['tgw-', 'TransitGateway'],
];

/**
 * Makes flow logs, one per resource.
 * Errors: `app.bad-flow-log` (kind `query`) for what no call can say; `app.ec2-refused` (kind `service`) with AWS's code.
 */
export async function createFlowLogs(
  request: FlowLogRequest,
  endpoint: FlowLogsEndpoint,
): Promise<FlowLogsCreated> {
  const input = createInputOf(request);
  return withClient(endpoint, async (sdk, client) => {
    const { FlowLogIds = [], Unsuccessful = [] } = await client.send(new sdk.CreateFlowLogsCommand(input));
    const refused = Unsuccessful.map(({ ResourceId = '', Error: error }) => ({
      resource: ResourceId,
      reason: `${error?.Code ?? ''}: ${error?.Message ?? ''}`,
    }));
    return { ids: FlowLogIds, refused };
  });
}

/** All flow logs, or those with these ids. Errors: `app.ec2-refused`. */
export async function describeFlowLogs(
  ids: readonly string[],
  endpoint: FlowLogsEndpoint,
): Promise<readonly FlowLogSummary[]> {
  return withClient(endpoint, async (sdk, client) => {
    const found: FlowLogSummary[] = [];
    const pages = sdk.paginateDescribeFlowLogs({ client }, ids.length > 0 ? { FlowLogIds: [...ids] } : {});
    for await (const page of pages) found.push(...(page.FlowLogs ?? []).map(summaryOf));
    return found;
  });
}

/** Ends flow logs; what they have delivered stays. Errors: `app.ec2-refused`, also for an id that is unknown. */
export async function deleteFlowLogs(ids: readonly string[], endpoint: FlowLogsEndpoint): Promise<void> {
  await withClient(endpoint, (sdk, client) =>
    client.send(new sdk.DeleteFlowLogsCommand({ FlowLogIds: [...ids] })),
  );
}

function createInputOf(request: FlowLogRequest): CreateFlowLogsCommandInput {
  const type = resourceTypeOf(request.resourceIds);
  const isTransit = type === 'TransitGateway' || type === 'TransitGatewayAttachment';
  const { interval, role, format, isParquet, isHive, isHourly, tags } = request;
  const hasOptions = isParquet || isHive || isHourly;
  return {
    ResourceType: type,
    ResourceIds: [...request.resourceIds],
    ...(isTransit ? {} : { TrafficType: trafficOf(request.traffic ?? 'ALL') }),
    ...destinationOf(request.to),
    ...(role === undefined ? {} : { DeliverLogsPermissionArn: role }),
    ...(format === undefined ? {} : { LogFormat: formatLogFormat(recordFormatOf(format)) }),
    ...(interval === undefined ? {} : { MaxAggregationInterval: Number(interval) }),
    ...(hasOptions
      ? {
          DestinationOptions: {
            FileFormat: isParquet ? 'parquet' : 'plain-text',
            HiveCompatiblePartitions: isHive,
            PerHourPartition: isHourly,
          },
        }
      : {}),
    ...(tags.length > 0
      ? { TagSpecifications: [{ ResourceType: 'vpc-flow-log', Tags: tags.map(tagOf) }] }
      : {}),
  };
}

function resourceTypeOf(ids: readonly string[]): ResourceType {
  const types = new Set(ids.map((id) => RESOURCE_TYPES.find(([prefix]) => id.startsWith(prefix))?.[1]));
  const [type] = types;
  if (types.size === 1 && type !== undefined) return type;
  throw badRequest(
    `${ids.join(' ')}: expected ids of one kind: vpc-…, subnet-…, eni-…, nat-…, tgw-… or tgw-attach-…`,
  );
}

function trafficOf(text: string): 'ACCEPT' | 'REJECT' | 'ALL' {
  const traffic = text.toUpperCase();
  if (traffic === 'ACCEPT' || traffic === 'REJECT' || traffic === 'ALL') return traffic;
  throw badRequest(`--traffic "${text}": expected ALL, ACCEPT or REJECT`);
}

function destinationOf(to: string): Partial<CreateFlowLogsCommandInput> {
  const bucket = parseS3Location(to);
  if (bucket !== null) {
    const folder = bucket.prefix === '' ? '' : `/${bucket.prefix}`;
    return { LogDestinationType: 's3', LogDestination: `arn:aws:s3:::${bucket.bucket}${folder}` };
  }
  const group = /^log-group:(.+)$/.exec(to)?.[1];
  if (group !== undefined) return { LogDestinationType: 'cloud-watch-logs', LogGroupName: group };
  if (/^arn:[^:]+:s3:/.test(to)) return { LogDestinationType: 's3', LogDestination: to };
  if (/^arn:[^:]+:logs:/.test(to)) return { LogDestinationType: 'cloud-watch-logs', LogDestination: to };
  if (/^arn:[^:]+:firehose:/.test(to))
    return { LogDestinationType: 'kinesis-data-firehose', LogDestination: to };
  throw badRequest(`--to "${to}": expected s3://bucket/folder, log-group:NAME, or the ARN of a destination`);
}

function tagOf(text: string): { Key: string; Value: string } {
  const equals = text.indexOf('=');
  if (equals > 0) return { Key: text.slice(0, equals), Value: text.slice(equals + 1) };
  throw badRequest(`--tag "${text}": expected KEY=VALUE`);
}

function summaryOf(flowLog: FlowLog): FlowLogSummary {
  return {
    id: flowLog.FlowLogId ?? '',
    resource: flowLog.ResourceId ?? '',
    traffic: flowLog.TrafficType ?? null,
    destination: flowLog.LogDestination ?? flowLog.LogGroupName ?? '',
    fileFormat: flowLog.DestinationOptions?.FileFormat ?? null,
    interval: flowLog.MaxAggregationInterval ?? null,
    status: flowLog.DeliverLogsStatus ?? '',
    error: flowLog.DeliverLogsErrorMessage ?? null,
    created: flowLog.CreationTime?.toISOString() ?? null,
    format: flowLog.LogFormat ?? '',
  };
}

type Sdk = typeof import('@aws-sdk/client-ec2');

async function withClient<T>(
  endpoint: FlowLogsEndpoint,
  work: (sdk: Sdk, client: EC2Client) => Promise<T>,
): Promise<T> {
  const sdk = await import('@aws-sdk/client-ec2');
  const { url, region, profile } = endpoint;
  const client = new sdk.EC2Client({
    endpoint: url,
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(profile === undefined && isKeylessLoopback(url)
      ? { credentials: { accessKeyId: 'weir', secretAccessKey: 'weir' } }
      : {}),
  });
  try {
    return await work(sdk, client);
  } catch (error) {
    const code = error instanceof Error ? error.name : '';
    const isRefused = error instanceof sdk.EC2ServiceException;
    const text = isRefused
      ? `${code}: ${messageOf(error)}`
      : `no answer from ${url} (${messageOf(error) || code}); is weir serve running there?`;
    throw new WeirError('service', isRefused ? 'app.ec2-refused' : 'app.ec2-unreachable', text, {
      details: { awsCode: code, url },
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

/** An endpoint of ours without keys takes any; nobody should have to invent some. */
function isKeylessLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return isLoopback && process.env['AWS_ACCESS_KEY_ID'] === undefined;
}

function badRequest(text: string): WeirError {
  return new WeirError('query', 'app.bad-flow-log', text);
}
