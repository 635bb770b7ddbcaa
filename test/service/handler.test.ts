import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMemoryStore,
  type Ec2HandlerConfig,
  type FlowLogServiceDeps,
} from '../../src/service/index.ts';
import { OWNER_KEY, startEndpoint } from '../support/ec2-endpoint.ts';
import { presignedQuery, signedHeaders } from '../support/sign-request.ts';

const S3 =
  'Action=CreateFlowLogs&ResourceType=VPC&ResourceId.1=vpc-1&ResourceId.2=vpc-2&TrafficType=ALL&LogDestinationType=s3&LogDestination=arn:aws:s3:::flow-bucket';

async function withEndpoint<T>(
  work: (send: (form: string, init?: RequestInit) => Promise<Response>) => Promise<T>,
  deps: Partial<FlowLogServiceDeps> = {},
  config: Partial<Ec2HandlerConfig> = { signatures: 'optional' },
): Promise<T> {
  const endpoint = await startEndpoint(deps, config);
  try {
    return await work((form, init) =>
      endpoint.handler(new Request(`${endpoint.url}/`, { method: 'POST', body: form, ...init })),
    );
  } finally {
    await endpoint.stop();
  }
}

const codeOf = async (response: Response): Promise<string> =>
  /<Code>([^<]+)<\/Code>/.exec(await response.text())?.[1] ?? 'no error';

describe('the EC2 handler', () => {
  it('refuses unsigned requests unless told otherwise', async () => {
    await withEndpoint(
      async (send) => {
        const response = await send('Action=DescribeFlowLogs');
        expect(response.status).toBe(403);
        expect(await codeOf(response)).toBe('MissingAuthenticationToken');
      },
      {},
      {},
    );
    await withEndpoint(async (send) => expect((await send('Action=DescribeFlowLogs')).status).toBe(200));
  });

  it('still checks a signature where none is needed, and checks nothing when told so', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };
    await withEndpoint(async (send) => {
      expect(await codeOf(await send('Action=DescribeFlowLogs', { headers }))).toBe('IncompleteSignature');
    });
    await withEndpoint(
      async (send) => {
        expect((await send('Action=DescribeFlowLogs', { headers })).status).toBe(200);
        const vpcs = async (region: string): Promise<string> => {
          const signing = { accessKeyId: 'ANYBODY', secretAccessKey: 'x', region, nowMs: 0 };
          return (await send('Action=DescribeVpcs', { headers: signedHeaders('h', '', signing) })).text();
        };
        expect(await vpcs('eu-west-1')).toContain('<vpcId>vpc-eu</vpcId>');
        expect(await vpcs('mars-1')).toContain('<vpcId>vpc-1</vpcId>');
      },
      {},
      { signatures: 'ignored' },
    );
  });

  it('takes a presigned GET', async () => {
    const endpoint = await startEndpoint();
    const query = presignedQuery(
      `127.0.0.1:${endpoint.port}`,
      { Action: 'DescribeVpcs', Version: '2016-11-15' },
      { ...OWNER_KEY, nowMs: Date.now() },
    );
    const response = await fetch(`${endpoint.url}/?${query}`);
    expect(await response.text()).toContain('<vpcId>vpc-1</vpcId>');
    await endpoint.stop();
  });

  it('goes by its own clock', async () => {
    const nowMs = Date.UTC(2030, 0, 1);
    await withEndpoint(
      async (send) => {
        const body = 'Action=DescribeFlowLogs';
        const signed = (at: number) => signedHeaders('example.test', body, { ...OWNER_KEY, nowMs: at });
        expect((await send(body, { headers: signed(nowMs - 600_000) })).status).toBe(200);
        expect(await codeOf(await send(body, { headers: signed(nowMs - 1_000_000) }))).toBe('RequestExpired');
      },
      { nowMs: () => nowMs },
      {},
    );
  });

  it('limits size, method and rate', async () => {
    let nowMs = 1_700_000_000_000;
    await withEndpoint(
      async (send) => {
        expect(await codeOf(await send(`Action=DescribeFlowLogs&Pad=${'x'.repeat(2000)}`))).toBe(
          'RequestEntityTooLarge',
        );
        nowMs += 10_000;
        expect(await codeOf(await send('Action=DescribeFlowLogs', { method: 'PUT' }))).toBe(
          'MethodNotAllowed',
        );
        nowMs += 10_000;
        const statuses = [];
        for (let i = 0; i < 5; i++) statuses.push((await send('Action=DescribeFlowLogs')).status);
        expect(statuses).toEqual([200, 200, 200, 503, 503]);
        nowMs += 500;
        expect((await send('Action=DescribeFlowLogs')).status).toBe(200);
        expect(await codeOf(await send('Action=DescribeFlowLogs'))).toBe('RequestLimitExceeded');
      },
      { nowMs: () => nowMs },
      { signatures: 'optional', maxBodyBytes: 1000, throttle: { requestsPerSecond: 2, burst: 3 } },
    );
  });

  it('a missing bucket is unsuccessful per resource, a log group is not asked about', async () => {
    const asked: string[] = [];
    const probeBucket = async (bucket: string) => {
      asked.push(bucket);
      return bucket === 'flow-bucket' ? ('missing' as const) : ('denied' as const);
    };
    await withEndpoint(
      async (send) => {
        const missing = await send(S3);
        expect(missing.status).toBe(200);
        expect(await missing.text()).toContain(
          '<flowLogIdSet/><unsuccessful><item><error><code>400</code><message>LogDestination: flow-bucket does not exist.</message></error><resourceId>vpc-1</resourceId></item><item>',
        );
        const denied = await (await send(S3.replace('flow-bucket', 'their-bucket'))).text();
        expect(denied).toContain('<code>LogDestinationPermissionIssue</code>');
        const group = 'LogGroupName=g&DeliverLogsPermissionArn=r';
        const created = await send(
          `Action=CreateFlowLogs&ResourceType=VPC&ResourceId.1=vpc-1&TrafficType=ALL&${group}`,
        );
        expect(await created.text()).toContain('<unsuccessful/>');
        expect(asked).toEqual(['flow-bucket', 'their-bucket']);
      },
      { probeBucket },
    );
  });

  it('two calls racing for one flow log make one', async () => {
    await withEndpoint(
      async (send) => {
        const codes = await Promise.all(
          [send(S3), send(S3), send(S3)].map(async (each) => codeOf(await each)),
        );
        expect(codes.sort()).toEqual(['FlowLogAlreadyExists', 'FlowLogAlreadyExists', 'no error']);
      },
      { probeBucket: async () => 'ready' },
    );
  });

  it('a state that cannot be written is an internal error without its text', async () => {
    const store = {
      ...createMemoryStore(),
      commit: async () => Promise.reject(new Error('disk full at /secret/path')),
    };
    await withEndpoint(
      async (send) => {
        const response = await send(S3);
        expect(response.status).toBe(500);
        const body = await response.text();
        expect(body).toContain('<Code>InternalError</Code>');
        expect(body).not.toContain('secret');
      },
      { store },
    );
  });

  it('whatever the form says, the answer is in the AWS form and never an internal error', async () => {
    const action = fc.constantFrom(
      'CreateFlowLogs',
      'DescribeFlowLogs',
      'DeleteFlowLogs',
      'GetFlowLogsIntegrationTemplate',
      'CreateTags',
      'DeleteTags',
      'DescribeTags',
      'DescribeVpcs',
      'DescribeNetworkInterfaces',
      'DescribeRegions',
      'DescribeAvailabilityZones',
    );
    const name = fc.constantFrom(
      'ResourceId.1',
      'ResourceType',
      'TrafficType',
      'LogFormat',
      'LogDestination',
      'LogDestinationType',
      'FlowLogId',
      'FlowLogId.1',
      'Filter.1.Name',
      'Filter.1.Value.1',
      'MaxResults',
      'NextToken',
      'Tag.1.Key',
      'Tag.1.Value',
      'TagSpecification.1.Tag.1.Key',
      'TagFieldSpecification.1.TagKey.1',
      'RegionName.1',
      'ConfigDeliveryS3DestinationArn',
      'IntegrateService.AthenaIntegration.1.PartitionStartDate',
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('vpc-1', 'VPC', 'ALL', 's3', 'arn:aws:s3:::bucket', 'tag:Name', '*', '__proto__'),
    );
    await withEndpoint(async (send) => {
      await fc.assert(
        fc.asyncProperty(action, fc.dictionary(name, value, { maxKeys: 8 }), async (Action, parameters) => {
          const form = new URLSearchParams({ Action, ...parameters }).toString();
          const response = await send(form);
          expect(response.status).not.toBe(500);
          expect(await response.text()).toMatch(
            /^<\?xml version="1.0" encoding="UTF-8"\?>\n<(?:Response|\w+Response xmlns=)/,
          );
        }),
      );
    });
  });
});
