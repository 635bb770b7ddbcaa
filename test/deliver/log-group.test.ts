import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryTarget } from '../../src/deliver/index.ts';
import { openObject } from '../../src/ingest/index.ts';
import { DEFAULT_FORMAT, layoutOfFields } from '../../src/record/index.ts';
import { block, linesOfBlocks, objectsTarget, openBench } from '../support/delivery.ts';
import {
  type JsonAnswer,
  type JsonCall,
  type JsonService,
  startJsonService,
} from '../support/json-service.ts';
import { awsEnvironmentOf, canUse, type S3Endpoint, sharedServer } from '../support/servers/index.ts';
import { fakeObject, linesOf } from '../support/source-objects.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
let groups = 0;
const groupTarget = (streamSuffix = '-all'): DeliveryTarget => ({
  ...objectsTarget(''),
  destination: { kind: 'log-group', group: `/vpc/flow-${++groups}`, region: 'us-east-1', streamSuffix },
});
// The service refuses events older than 14 days.
const NOW = Math.floor(Date.now() / 1000);

function useEndpoint(endpoint: S3Endpoint): void {
  const { AWS_ENDPOINT_URL: _, ...environment } = awsEnvironmentOf(endpoint);
  Object.assign(process.env, environment);
}

describe.skipIf(!canUse('moto'))('CloudWatch Logs (needs moto)', () => {
  let server: S3Endpoint;
  let client: CloudWatchLogsClient;
  beforeAll(async () => {
    server = await sharedServer('moto');
    useEndpoint(server);
    client = new CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1' });
  }, 60_000);

  it('a stream per interface, made with the group when the first records come; Weir reads them back', async () => {
    const target = groupTarget();
    const { deliverer, problems } = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: server.endpoint },
      nowMs: NOW * 1000,
    });
    deliverer.setTargets([target]);
    const blocks = [
      block(300, { start: NOW - 600 }),
      block(1, { source: 'eni-0b', start: NOW - 600 }),
      block(12_000, { start: NOW - 540, firstPort: 300 }),
    ];
    for (const each of blocks) deliverer.add(target.flowLogId, each);
    expect(await deliverer.drain(0)).toBe(0);
    expect(problems).toEqual([null]);
    expect(deliverer.counts()).toMatchObject([{ accepted: 12_301, delivered: 12_301, rejected: {} }]);
    await deliverer.stop();

    const logGroupName = target.destination.kind === 'log-group' ? target.destination.group : '';
    const { logStreams = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams.map((stream) => stream.logStreamName)).toEqual(['eni-0a-all', 'eni-0b-all']);

    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
      for (const event of page.events ?? [])
        expect(event.timestamp).toBe(Number(event.message?.split(' ')[10]) * 1000);
      const answer = JSON.stringify({ events: page.events, searchedLogStreams: [] });
      const hints = { given: [layoutOfFields(DEFAULT_FORMAT)] };
      lines.push(
        ...(await linesOf(await openObject(fakeObject(answer), hints))).filter((line) => line !== ''),
      );
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(lines.toSorted()).toEqual(linesOfBlocks(blocks).toSorted());
  }, 30_000);

  it('records that are too old for the service are counted, and hold up nothing', async () => {
    const target = groupTarget('-reject');
    const { deliverer, warnings } = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: server.endpoint },
    });
    deliverer.setTargets([target]);
    deliverer.add(target.flowLogId, block(5, { start: NOW - 30 * 86_400 }));
    deliverer.add(target.flowLogId, block(5, { start: NOW - 60 }));
    expect(await deliverer.drain(0)).toBe(0);
    const [counts] = deliverer.counts();
    // moto gives the index of the last refused event where AWS gives the one after it: 4 or 5.
    const tooOld = counts?.rejected['too old'] ?? 0;
    expect([4, 5]).toContain(tooOld);
    expect(counts?.delivered).toBe(10 - tooOld);
    expect(warnings.at(-1)).toContain('too old');
    await deliverer.stop();
  });
});

describe('CloudWatch Logs in trouble', () => {
  let service: JsonService | null = null;
  afterEach(async () => {
    await service?.stop();
    service = null;
  });

  const open = async (answer: (call: JsonCall) => JsonAnswer) => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    const running = await startJsonService(answer);
    service = running;
    const target = groupTarget();
    const bench = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: running.endpoint, maxAttempts: 1 },
    });
    bench.deliverer.setTargets([target]);
    return { ...bench, target, calls: running.calls };
  };
  const sent = (calls: readonly JsonCall[]): string[] =>
    calls.flatMap((call) =>
      call.operation === 'PutLogEvents'
        ? (call.input.logEvents as { message: string }[]).map((event) => event.message)
        : [],
    );

  it.each([
    ['ThrottlingException', 'Rate limited'],
    ['LimitExceededException', 'Rate limited'],
    ['AccessDeniedException', 'Access error'],
    ['UnrecognizedClientException', 'Access error'],
    ['ServiceUnavailableException', 'Unknown error'],
  ] as const)('%s: %s, then all arrive in order', async (error, problem) => {
    let failing = 2;
    const { deliverer, target, problems, calls, clock } = await open(() =>
      failing-- > 0 ? { error } : { output: {} },
    );
    const blocks = Array.from({ length: 5 }, (_, i) => block(2, { start: NOW + i }));
    for (const each of blocks) deliverer.add(target.flowLogId, each);
    expect(await deliverer.drain(clock.nowMs + 60_000)).toBe(0);
    expect(problems).toEqual([problem, null]);
    expect(sent(calls).slice(-10)).toEqual(linesOfBlocks(blocks));
    await deliverer.stop();
  });

  it('the group is made only when it is missing, and others may be faster', async () => {
    const made = new Set<string>();
    const { deliverer, target, calls } = await open(({ operation }) => {
      if (operation === 'PutLogEvents')
        return made.has('CreateLogStream') ? { output: {} } : { error: 'ResourceNotFoundException' };
      if (operation === 'CreateLogStream' && !made.has('CreateLogGroup'))
        return { error: 'ResourceNotFoundException' };
      made.add(operation);
      return { error: 'ResourceAlreadyExistsException' };
    });
    deliverer.add(target.flowLogId, block(2));
    expect(await deliverer.drain(0)).toBe(0);
    expect(calls.map((call) => call.operation)).toEqual([
      'PutLogEvents',
      'CreateLogStream',
      'CreateLogGroup',
      'CreateLogStream',
      'PutLogEvents',
    ]);
    await deliverer.stop();
  });

  it.each([
    [{ tooOldLogEventEndIndex: 3 }, { 'too old': 3 }, 7],
    [{ tooNewLogEventStartIndex: 8 }, { 'too new': 2 }, 8],
    [{ tooOldLogEventEndIndex: 2, expiredLogEventEndIndex: 5 }, { 'too old': 2, expired: 3 }, 5],
    [{ tooOldLogEventEndIndex: 10, tooNewLogEventStartIndex: 10 }, { 'too old': 10 }, 0],
  ])('refused for good %o', async (rejectedLogEventsInfo, rejected, delivered) => {
    const { deliverer, target, problems } = await open(() => ({ output: { rejectedLogEventsInfo } }));
    deliverer.add(target.flowLogId, block(10));
    expect(await deliverer.drain(0)).toBe(0);
    expect(deliverer.counts()).toMatchObject([{ accepted: 10, rejected, delivered, unreadable: 0 }]);
    expect(problems).toEqual([null]);
    await deliverer.stop();
  });

  it('after a failure only what was not acknowledged is sent again', async () => {
    let puts = 0;
    const { deliverer, target, calls, clock } = await open(() =>
      ++puts === 2 ? { error: 'ThrottlingException' } : { output: {} },
    );
    const whole = block(10_500);
    deliverer.add(target.flowLogId, whole);
    expect(await deliverer.drain(clock.nowMs + 60_000)).toBe(0);
    const [first, second, third] = calls.map((call) => call.input.logEvents.length as number);
    expect([calls.length, (first ?? 0) + (second ?? 0), third]).toEqual([3, 10_500, second]);
    expect([...new Set(sent(calls))].toSorted()).toEqual([...new Set(linesOfBlocks([whole]))].toSorted());
    await deliverer.stop();
  });
});
