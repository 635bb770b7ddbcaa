import { beforeEach, describe, expect, it } from 'vitest';

/** One answer of an EC2 Query endpoint. */
export interface Ec2Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A fresh endpoint over `test/support/fake-inventory.ts`, account 123456789012, Region us-east-1, no flow logs. */
export interface Ec2Endpoint {
  /** Sends form parameters in the way of this implementation. */
  send(parameters: Form): Promise<Ec2Answer>;
}

export type Form = Readonly<Record<string, string>>;

const FORMAT = '${version} ${interface-id} ${srcaddr}';
const ROLE = 'arn:aws:iam::123456789012:role/flow';
const S3: Form = {
  Action: 'CreateFlowLogs',
  Version: '2016-11-15',
  ResourceType: 'VPC',
  'ResourceId.1': 'vpc-1',
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flow-bucket',
};
const GROUP: Form = {
  Action: 'CreateFlowLogs',
  Version: '2016-11-15',
  ResourceType: 'NetworkInterface',
  'ResourceId.1': 'eni-1',
  TrafficType: 'ALL',
  LogGroupName: 'group',
  DeliverLogsPermissionArn: ROLE,
};
const TGW: Form = {
  Action: 'CreateFlowLogs',
  Version: '2016-11-15',
  ResourceType: 'TransitGateway',
  'ResourceId.1': 'tgw-1',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flow-bucket',
};
const FIREHOSE: Form = {
  ...S3,
  LogDestinationType: 'kinesis-data-firehose',
  LogDestination: 'arn:aws:firehose:us-east-1:123456789012:deliverystream:flows',
};
const TAG_FIELD: Form = {
  LogFormat: `${FORMAT} \${instance-tag}`,
  'TagFieldSpecification.1.ResourceType': 'instance',
  'TagFieldSpecification.1.TagKey.1': 'Name',
};

/** `without(form, names)` as a call lacking them. */
const without = (form: Form, ...names: string[]): Form =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)));
const many = (count: number, prefix: string): Form =>
  numbered(count, (n) => [`ResourceId.${n}`, `${prefix}${n}`]);

function numbered(count: number, pairOf: (n: number) => readonly [string, string]): Form {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => pairOf(i + 1)));
}

type Row = readonly [rule: string, input: string, form: Form, code: string, message?: string];

/** Calls that must fail, by the rule of flow-logs.md §5.3 they break; where two are broken the first one counts. */
const REFUSED: readonly Row[] = [
  [
    'V1',
    'no resource',
    without(S3, 'ResourceId.1'),
    'MissingParameter',
    'The request must contain the parameter resourceIdSet',
  ],
  [
    'V1',
    'no resource and nothing else',
    { Action: 'CreateFlowLogs' },
    'MissingParameter',
    'The request must contain the parameter resourceIdSet',
  ],
  [
    'V6',
    'group and destination',
    { ...GROUP, LogDestination: 'arn:aws:s3:::b' },
    'InvalidParameter',
    'Please only provide LogGroupName or only provide LogDestination.',
  ],
  [
    'V2',
    'no destination at all',
    without(S3, 'LogDestination'),
    'InvalidParameter',
    "LogDestination can't be empty if LogGroupName is not provided.",
  ],
  [
    'V2',
    'empty destination',
    { ...S3, LogDestination: '' },
    'InvalidParameter',
    "LogDestination can't be empty if LogGroupName is not provided.",
  ],
  [
    'V3',
    's3 with a group',
    { ...without(S3, 'LogDestination'), LogGroupName: 'g' },
    'InvalidParameter',
    'LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
  ],
  [
    'V3',
    'Firehose with a group',
    { ...without(FIREHOSE, 'LogDestination'), LogGroupName: 'g' },
    'InvalidParameter',
    'LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
  ],
  [
    'V4',
    'group without a role',
    without(GROUP, 'DeliverLogsPermissionArn'),
    'InvalidParameter',
    "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
  ],
  [
    'V4',
    'destination without type and role',
    without(S3, 'LogDestinationType'),
    'InvalidParameter',
    "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
  ],
  [
    'V5',
    'interval 120',
    { ...S3, MaxAggregationInterval: '120' },
    'InvalidParameter',
    'Invalid Flow Log Max Aggregation Interval',
  ],
  [
    'V5',
    'interval 0',
    { ...S3, MaxAggregationInterval: '0' },
    'InvalidParameter',
    'Invalid Flow Log Max Aggregation Interval',
  ],
  [
    'V5',
    'transit gateway at 600',
    { ...TGW, MaxAggregationInterval: '600' },
    'InvalidParameter',
    'Invalid Flow Log Max Aggregation Interval',
  ],
  [
    'V5 before V7',
    'interval 5 and type Host',
    { ...S3, MaxAggregationInterval: '5', ResourceType: 'Host' },
    'InvalidParameter',
  ],
  [
    'V7',
    'no resource type',
    without(S3, 'ResourceType'),
    'MissingParameter',
    'The request must contain the parameter ResourceType',
  ],
  [
    'V7',
    'resource type Host',
    { ...S3, ResourceType: 'Host' },
    'InvalidParameterValue',
    'Value (Host) for parameter ResourceType is invalid.',
  ],
  [
    'V7',
    'resource type in lower case',
    { ...S3, ResourceType: 'vpc' },
    'InvalidParameterValue',
    'Value (vpc) for parameter ResourceType is invalid.',
  ],
  [
    'V7',
    'traffic type SOME',
    { ...S3, TrafficType: 'SOME' },
    'InvalidParameterValue',
    'Value (SOME) for parameter TrafficType is invalid.',
  ],
  [
    'V7',
    'destination type kafka',
    { ...S3, LogDestinationType: 'kafka' },
    'InvalidParameterValue',
    'Value (kafka) for parameter LogDestinationType is invalid.',
  ],
  [
    'V7',
    'file format orc',
    { ...S3, 'DestinationOptions.FileFormat': 'orc' },
    'InvalidParameterValue',
    'Value (orc) for parameter FileFormat is invalid.',
  ],
  [
    'V8',
    'no traffic type',
    without(S3, 'TrafficType'),
    'MissingParameter',
    'The request must contain the parameter TrafficType',
  ],
  [
    'V9',
    'transit gateway with a traffic type',
    { ...TGW, TrafficType: 'ALL' },
    'InvalidParameter',
    'TrafficType is not supported for TransitGateway',
  ],
  ['V10', '301 VPCs', { ...S3, ...many(301, 'vpc-') }, 'InvalidParameterValue'],
  ['V10', '26 transit gateways', { ...TGW, ...many(26, 'tgw-') }, 'InvalidParameterValue'],
  [
    'V11',
    'a subnet as VPC',
    { ...S3, 'ResourceId.1': 'subnet-1' },
    'InvalidParameterValue',
    'Value (subnet-1) for parameter resourceId is invalid.',
  ],
  [
    'V11',
    'an attachment as transit gateway',
    { ...TGW, 'ResourceId.1': 'tgw-attach-1' },
    'InvalidParameterValue',
  ],
  [
    'V11',
    'a transit gateway as attachment',
    { ...TGW, ResourceType: 'TransitGatewayAttachment' },
    'InvalidParameterValue',
  ],
  [
    'V12',
    'unknown VPC',
    { ...S3, 'ResourceId.1': 'vpc-404' },
    'InvalidVpcID.NotFound',
    'VpcID vpc-404 does not exist.',
  ],
  ['V12', 'VPC of another Region', { ...S3, 'ResourceId.1': 'vpc-eu' }, 'InvalidVpcID.NotFound'],
  ['V12', 'one of two unknown', { ...S3, 'ResourceId.2': 'vpc-404' }, 'InvalidVpcID.NotFound'],
  [
    'V12',
    'unknown subnet',
    { ...S3, ResourceType: 'Subnet', 'ResourceId.1': 'subnet-404' },
    'InvalidSubnetID.NotFound',
    "The subnet ID 'subnet-404' does not exist",
  ],
  [
    'V12',
    'unknown interface',
    { ...GROUP, 'ResourceId.1': 'eni-404' },
    'InvalidNetworkInterfaceID.NotFound',
    "The networkInterface ID 'eni-404' does not exist",
  ],
  [
    'V12',
    'unknown transit gateway',
    { ...TGW, 'ResourceId.1': 'tgw-404' },
    'InvalidTransitGatewayID.NotFound',
  ],
  [
    'V12',
    'unknown attachment',
    { ...TGW, ResourceType: 'TransitGatewayAttachment', 'ResourceId.1': 'tgw-attach-404' },
    'InvalidTransitGatewayAttachmentID.NotFound',
  ],
  [
    'V12',
    'unknown NAT gateway',
    { ...S3, ResourceType: 'RegionalNatGateway', 'ResourceId.1': 'nat-404' },
    'InvalidNatGatewayID.NotFound',
  ],
  [
    'V12',
    'zonal NAT gateway',
    { ...S3, ResourceType: 'RegionalNatGateway', 'ResourceId.1': 'nat-2' },
    'InvalidNatGatewayID.NotFound',
  ],
  ['V13', 'empty format', { ...S3, LogFormat: '' }, 'InvalidParameter'],
  ['V13', 'unknown field', { ...S3, LogFormat: '${version} ${colour}' }, 'InvalidParameter'],
  ['V13', 'field twice', { ...S3, LogFormat: '${version} ${version}' }, 'InvalidParameter'],
  ['V13', 'text between fields', { ...S3, LogFormat: '${version},${srcaddr}' }, 'InvalidParameter'],
  ['V13', 'two spaces', { ...S3, LogFormat: '${version}  ${srcaddr}' }, 'InvalidParameter'],
  ['V13', 'underscores', { ...S3, LogFormat: '${interface_id}' }, 'InvalidParameter'],
  ['V13', 'transit gateway field on a VPC', { ...S3, LogFormat: '${tgw-id}' }, 'InvalidParameter'],
  ['V13', 'VPC field on a transit gateway', { ...TGW, LogFormat: '${interface-id}' }, 'InvalidParameter'],
  ['V14', 'tag field without a key', { ...S3, LogFormat: '${instance-tag}' }, 'InvalidParameter'],
  [
    'V14',
    'second tag field with one key',
    { ...S3, ...TAG_FIELD, LogFormat: '${instance-tag} ${instance-tag-2}' },
    'InvalidParameter',
  ],
  ['V14', 'key without its field', { ...S3, ...TAG_FIELD, LogFormat: FORMAT }, 'InvalidParameter'],
  [
    'V14',
    'key of another resource',
    { ...S3, ...TAG_FIELD, 'TagFieldSpecification.1.ResourceType': 'network-interface' },
    'InvalidParameter',
  ],
  [
    'V14',
    'unknown tag field resource',
    { ...S3, ...TAG_FIELD, 'TagFieldSpecification.1.ResourceType': 'vpc' },
    'InvalidParameterValue',
  ],
  [
    'V14',
    'three keys',
    { ...S3, ...TAG_FIELD, 'TagFieldSpecification.1.TagKey.2': 'a', 'TagFieldSpecification.1.TagKey.3': 'b' },
    'InvalidParameter',
  ],
  [
    'V15',
    'Parquet to Firehose',
    { ...FIREHOSE, 'DestinationOptions.FileFormat': 'parquet' },
    'InvalidParameter',
  ],
  [
    'V15',
    'hourly folders in a log group',
    { ...GROUP, 'DestinationOptions.PerHourPartition': 'false' },
    'InvalidParameter',
  ],
  ['V16', 'folder AWSLogs', { ...S3, LogDestination: 'arn:aws:s3:::b-1/AWSLogs/' }, 'InvalidParameter'],
  [
    'V16',
    'folder below AWSLogs',
    { ...S3, LogDestination: 'arn:aws:s3:::b-1/AWSLogs/x' },
    'InvalidParameter',
  ],
  [
    'V16',
    'folder AWSLogs further down',
    { ...S3, LogDestination: 'arn:aws:s3:::b-1/a/AWSLogs' },
    'InvalidParameter',
  ],
  ['destination', 'a bucket name', { ...S3, LogDestination: 'flow-bucket' }, 'InvalidParameter'],
  [
    'destination',
    'a log group as bucket',
    { ...S3, LogDestination: 'arn:aws:logs:us-east-1:123456789012:log-group:g' },
    'InvalidParameter',
  ],
  ['destination', 'a log group name with a colon', { ...GROUP, LogGroupName: 'a:b' }, 'InvalidParameter'],
  [
    'tags',
    'of another resource type',
    { ...S3, 'TagSpecification.1.ResourceType': 'vpc', 'TagSpecification.1.Tag.1.Key': 'k' },
    'InvalidParameterValue',
  ],
  [
    'tags',
    'reserved prefix',
    { ...S3, 'TagSpecification.1.ResourceType': 'vpc-flow-log', 'TagSpecification.1.Tag.1.Key': 'aws:k' },
    'InvalidParameterValue',
  ],
  [
    'tags',
    'empty key',
    { ...S3, 'TagSpecification.1.ResourceType': 'vpc-flow-log', 'TagSpecification.1.Tag.1.Key': '' },
    'InvalidTagKey.Malformed',
  ],
  [
    'tags',
    'key of 128 characters',
    {
      ...S3,
      'TagSpecification.1.ResourceType': 'vpc-flow-log',
      'TagSpecification.1.Tag.1.Key': 'k'.repeat(128),
    },
    'InvalidParameterValue',
  ],
  [
    'tags',
    'value of 257 characters',
    {
      ...S3,
      'TagSpecification.1.ResourceType': 'vpc-flow-log',
      'TagSpecification.1.Tag.1.Key': 'k',
      'TagSpecification.1.Tag.1.Value': 'v'.repeat(257),
    },
    'InvalidParameterValue',
  ],
  [
    'tags',
    'key twice',
    {
      ...S3,
      'TagSpecification.1.ResourceType': 'vpc-flow-log',
      'TagSpecification.1.Tag.1.Key': 'k',
      'TagSpecification.1.Tag.2.Key': 'k',
    },
    'InvalidParameterValue',
  ],
  [
    'V20',
    'dry run of a good call',
    { ...S3, DryRun: 'true' },
    'DryRunOperation',
    'Request would have succeeded, but DryRun flag is set.',
  ],
  [
    'V20 after V12',
    'dry run of an unknown VPC',
    { ...S3, 'ResourceId.1': 'vpc-404', DryRun: 'true' },
    'InvalidVpcID.NotFound',
  ],
  [
    'protocol',
    'unknown parameter',
    { ...S3, Colour: 'red' },
    'UnknownParameter',
    'The parameter Colour is not recognized',
  ],
  [
    'protocol',
    'unknown member of a structure',
    { ...S3, 'DestinationOptions.Compression': 'zstd' },
    'UnknownParameter',
  ],
  [
    'protocol',
    'interval that is no number',
    { ...S3, MaxAggregationInterval: 'ten' },
    'InvalidParameterValue',
  ],
  ['protocol', 'flag that is no flag', { ...S3, DryRun: 'perhaps' }, 'InvalidParameterValue'],
  ['protocol', 'unknown action', { Action: 'RunInstances', Version: '2016-11-15' }, 'InvalidAction'],
  ['protocol', 'no action', { Version: '2016-11-15' }, 'MissingAction'],
  ['protocol', 'version that is no date', { Action: 'DescribeFlowLogs', Version: 'latest' }, 'NoSuchVersion'],
  ['delete', 'no id', { Action: 'DeleteFlowLogs' }, 'MissingParameter'],
  [
    'delete',
    'unknown ids',
    { Action: 'DeleteFlowLogs', 'FlowLogId.1': 'fl-1a2b3c4d', 'FlowLogId.2': 'fl-2' },
    'InvalidFlowLogId.NotFound',
    'These flow log ids in the input list are not found: [TotalCount: 2] fl-1a2b3c4d fl-2',
  ],
  ['describe', 'page of 4', { Action: 'DescribeFlowLogs', MaxResults: '4' }, 'InvalidParameterValue'],
  ['describe', 'page of 1001', { Action: 'DescribeFlowLogs', MaxResults: '1001' }, 'InvalidParameterValue'],
  ['describe', 'token of nobody', { Action: 'DescribeFlowLogs', NextToken: 'abc' }, 'InvalidNextToken'],
  [
    'describe',
    'filter of nobody',
    { Action: 'DescribeFlowLogs', 'Filter.1.Name': 'colour', 'Filter.1.Value.1': 'red' },
    'InvalidFilter',
  ],
  [
    'describe',
    'filter named like an object member',
    { Action: 'DescribeFlowLogs', 'Filter.1.Name': 'constructor', 'Filter.1.Value.1': 'x' },
    'InvalidFilter',
  ],
  [
    'template',
    'unknown flow log',
    {
      Action: 'GetFlowLogsIntegrationTemplate',
      FlowLogId: 'fl-404',
      ConfigDeliveryS3DestinationArn: 'arn:aws:s3:::cfg',
      'IntegrateService.AthenaIntegration.1.IntegrationResultS3DestinationArn': 'arn:aws:s3:::res',
      'IntegrateService.AthenaIntegration.1.PartitionLoadFrequency': 'daily',
    },
    'InvalidFlowLogId.NotFound',
  ],
  ['template', 'no flow log', { Action: 'GetFlowLogsIntegrationTemplate' }, 'MissingParameter'],
];

/** Limits that take many parameters to break. */
const OVER_LIMITS: readonly (readonly [input: string, form: Form, code: string])[] = [
  [
    '201 filter values',
    {
      Action: 'DescribeFlowLogs',
      'Filter.1.Name': 'resource-id',
      ...numbered(201, (n) => [`Filter.1.Value.${n}`, `vpc-${n}`]),
    },
    'FilterLimitExceeded',
  ],
  [
    '51 tags',
    {
      ...S3,
      'TagSpecification.1.ResourceType': 'vpc-flow-log',
      ...numbered(51, (n) => [`TagSpecification.1.Tag.${n}.Key`, `key-${n}`]),
    },
    'TagLimitExceeded',
  ],
  [
    '1001 ids to delete',
    { Action: 'DeleteFlowLogs', ...numbered(1001, (n) => [`FlowLogId.${n}`, `fl-${n}`]) },
    'InvalidParameterValue',
  ],
  [
    '1001 ids to describe',
    { Action: 'DescribeFlowLogs', ...numbered(1001, (n) => [`FlowLogId.${n}`, `fl-${n}`]) },
    'InvalidParameterValue',
  ],
];

/** Calls that must succeed although they look odd. */
const ACCEPTED: readonly (readonly [input: string, form: Form])[] = [
  [
    'log group by ARN with :*',
    {
      ...without(GROUP, 'LogGroupName'),
      LogDestination: 'arn:aws:logs:us-east-1:123456789012:log-group:g:*',
    },
  ],
  [
    'transit gateway attachment',
    {
      ...TGW,
      ResourceType: 'TransitGatewayAttachment',
      'ResourceId.1': 'tgw-attach-1',
      MaxAggregationInterval: '60',
    },
  ],
  ['regional NAT gateway', { ...S3, ResourceType: 'RegionalNatGateway', 'ResourceId.1': 'nat-1' }],
  ['Firehose in the spelling of the guide', FIREHOSE],
  [
    'Firehose across accounts',
    {
      ...FIREHOSE,
      DeliverLogsPermissionArn: ROLE,
      DeliverCrossAccountRole: 'arn:aws:iam::210987654321:role/AWSLogDeliveryFirehoseCrossAccountRole',
    },
  ],
  [
    'folder whose name only ends in AWSLogs',
    { ...S3, LogDestination: 'arn:aws:s3:::flow-bucket/my-AWSLogs/' },
  ],
  [
    'lists with gaps and member names',
    { ...without(S3, 'ResourceId.1'), 'ResourceId.member.3': 'vpc-2', 'ResourceId.member.7': 'vpc-1' },
  ],
  ['tag fields', { ...S3, ...TAG_FIELD }],
  ['no Version', without(S3, 'Version')],
  ['empty optional parameters', { ...S3, LogGroupName: '', ClientToken: '', DeliverLogsPermissionArn: '' }],
];

/**
 * What every implementation of the flow log calls must do, whatever carries the request. `start` gives a fresh
 * endpoint for each test.
 */
export function ec2FlowLogsContract(name: string, start: () => Promise<Ec2Endpoint>): void {
  describe(`EC2 flow log protocol: ${name}`, () => {
    let endpoint: Ec2Endpoint;
    beforeEach(async () => {
      endpoint = await start();
    });

    const idsOf = (answer: Ec2Answer): readonly string[] =>
      [...answer.body.matchAll(/<item>(fl-[0-9a-f]+)<\/item>/g)].map((match) => match[1] ?? '');

    it.each(REFUSED.map(([rule, input, form, code, message]) => ({ rule, input, form, code, message })))(
      '$rule refuses $input: $code',
      async ({ form, code, message }) => {
        const answer = await endpoint.send(form);
        expect(answer.body).toContain(`<Code>${code}</Code>`);
        if (message !== undefined)
          expect(answer.body.replaceAll('&quot;', '"')).toContain(`<Message>${message}</Message>`);
        expect(answer.body).toMatch(/<RequestID>[^<]+<\/RequestID><\/Response>$/);
        expect(answer.status).toBe(code === 'DryRunOperation' ? 412 : 400);
        const described = await endpoint.send({ Action: 'DescribeFlowLogs' });
        expect(described.body).toContain('<flowLogSet/>');
      },
    );

    it.each(OVER_LIMITS)('refuses %s', async (_input, form, code) => {
      expect((await endpoint.send(form)).body).toContain(`<Code>${code}</Code>`);
    });

    it.each(ACCEPTED)('accepts %s', async (_input, form) => {
      const answer = await endpoint.send(form);
      expect(answer.body).toContain('<unsuccessful/>');
      expect(answer.status).toBe(200);
      expect(idsOf(answer).length).toBeGreaterThan(0);
    });

    it('answers in the form of the 2016-11-15 API', async () => {
      const answer = await endpoint.send(S3);
      expect(answer.headers.get('content-type')).toBe('text/xml;charset=UTF-8');
      const requestId = answer.headers.get('x-amzn-requestid');
      expect(answer.body).toMatch(
        new RegExp(
          `^<\\?xml version="1.0" encoding="UTF-8"\\?>\\n<CreateFlowLogsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId><flowLogIdSet><item>fl-[0-9a-f]{17}</item></flowLogIdSet><unsuccessful/></CreateFlowLogsResponse>$`,
        ),
      );
    });

    it('V17: a second flow log to the same destination exists already, to another one does not', async () => {
      await endpoint.send(S3);
      const same = await endpoint.send({ ...S3, TrafficType: 'REJECT', LogFormat: FORMAT });
      expect(same.body).toContain('<Code>FlowLogAlreadyExists</Code>');
      expect(same.body).toContain(
        'Error. There is an existing Flow Log with the same configuration and log destination.',
      );
      expect((await endpoint.send({ ...S3, LogDestination: 'arn:aws:s3:::other-bucket' })).status).toBe(200);
      await endpoint.send(GROUP);
      const byArn = 'arn:aws:logs:us-east-1:123456789012:log-group:group:*';
      const group = await endpoint.send({ ...without(GROUP, 'LogGroupName'), LogDestination: byArn });
      expect(group.body).toContain('<Code>FlowLogAlreadyExists</Code>');
    });

    it('partial success: the one that exists is unsuccessful, the other is made', async () => {
      await endpoint.send(S3);
      const answer = await endpoint.send({ ...S3, 'ResourceId.2': 'vpc-2' });
      expect(answer.status).toBe(200);
      expect(idsOf(answer)).toHaveLength(1);
      expect(answer.body).toContain('<code>FlowLogAlreadyExists</code>');
      expect(answer.body).toContain('<resourceId>vpc-1</resourceId>');
    });

    it('the same resource twice in one call is made once', async () => {
      const answer = await endpoint.send({ ...S3, 'ResourceId.2': 'vpc-1' });
      expect(idsOf(answer)).toHaveLength(1);
      expect(answer.body).toContain('<code>FlowLogAlreadyExists</code>');
    });

    it('V18: 250 flow logs on one resource, not one more', async () => {
      for (let i = 0; i < 250; i++)
        await endpoint.send({ ...S3, LogDestination: `arn:aws:s3:::bucket-${i}` });
      const answer = await endpoint.send({ ...S3, LogDestination: 'arn:aws:s3:::bucket-250' });
      expect(answer.body).toContain('<Code>FlowLogsLimitExceeded</Code>');
      expect((await endpoint.send({ ...S3, 'ResourceId.1': 'vpc-2' })).status).toBe(200);
    });

    it('V19: a client token is an answer, not a wish', async () => {
      const first = await endpoint.send({ ...S3, ClientToken: 't' });
      const again = await endpoint.send({ ...S3, ClientToken: 't' });
      expect(idsOf(again)).toEqual(idsOf(first));
      expect(again.body).toContain('<clientToken>t</clientToken>');
      const other = await endpoint.send({ ...S3, 'ResourceId.1': 'vpc-2', ClientToken: 't' });
      expect(other.body).toContain('<Code>IdempotentParameterMismatch</Code>');
      expect(idsOf(await endpoint.send({ ...S3, 'ResourceId.1': 'vpc-2', ClientToken: 'T' }))).toHaveLength(
        1,
      );
    });

    it('deletes all of the ids or none', async () => {
      const [id = ''] = idsOf(await endpoint.send(S3));
      const mixed = await endpoint.send({
        Action: 'DeleteFlowLogs',
        'FlowLogId.1': id,
        'FlowLogId.2': 'fl-1',
      });
      expect(mixed.body).toContain(`[TotalCount: 2] ${id} fl-1`);
      expect((await endpoint.send({ Action: 'DescribeFlowLogs' })).body).toContain(id);
      const dry = await endpoint.send({ Action: 'DeleteFlowLogs', 'FlowLogId.1': id, DryRun: 'true' });
      expect(dry.body).toContain('<Code>DryRunOperation</Code>');
      const done = await endpoint.send({ Action: 'DeleteFlowLogs', 'FlowLogId.1': id });
      expect(done.body).toMatch(
        /<DeleteFlowLogsResponse [^>]+><requestId>[^<]+<\/requestId><unsuccessful\/><\/DeleteFlowLogsResponse>$/,
      );
      expect((await endpoint.send({ Action: 'DescribeFlowLogs' })).body).toContain('<flowLogSet/>');
    });

    it('describing unknown ids finds nothing and is no error', async () => {
      const answer = await endpoint.send({ Action: 'DescribeFlowLogs', 'FlowLogId.1': 'fl-404' });
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('<flowLogSet/>');
    });
  });
}
