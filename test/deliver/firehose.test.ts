import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { CreateDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryTarget } from '../../src/deliver/index.ts';
import { listSources, openObject } from '../../src/ingest/index.ts';
import { DEFAULT_FORMAT, layoutOfFields } from '../../src/record/index.ts';
import { block, linesOfBlocks, objectsTarget, openBench } from '../support/delivery.ts';
import {
  type JsonAnswer,
  type JsonCall,
  type JsonService,
  startJsonService,
} from '../support/json-service.ts';
import { awsEnvironmentOf, canUse, createTestBucket, sharedServer } from '../support/servers/index.ts';
import { linesOf } from '../support/source-objects.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const streamTarget = (stream = 'flows'): DeliveryTarget => ({
  ...objectsTarget(''),
  destination: { kind: 'firehose', stream, region: 'us-east-1' },
});

describe.skipIf(!canUse('moto'))('Firehose (needs moto)', () => {
  it('puts records into a stream; Weir reads what the stream wrote to its bucket', async () => {
    const server = await sharedServer('moto');
    const { AWS_ENDPOINT_URL: _, ...environment } = awsEnvironmentOf(server);
    Object.assign(process.env, environment);
    const bucket = await createTestBucket(server);
    const client = new FirehoseClient({ endpoint: server.endpoint, region: 'us-east-1' });
    const stream = `flows-${bucket}`;
    await client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: stream,
        ExtendedS3DestinationConfiguration: {
          BucketARN: `arn:aws:s3:::${bucket}`,
          RoleARN: 'arn:aws:iam::123456789012:role/firehose',
        },
      }),
    );
    const target = streamTarget(stream);
    const { deliverer, problems } = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: server.endpoint },
    });
    deliverer.setTargets([target]);
    const blocks = [block(1200), block(3, { source: 'eni-0b', start: 1_700_000_000 })];
    for (const each of blocks) deliverer.add(target.flowLogId, each);
    expect(await deliverer.drain(0)).toBe(0);
    expect(problems).toEqual([null]);
    expect(deliverer.counts()).toMatchObject([{ delivered: 1203, requests: 4 }]);
    await deliverer.stop();

    const lines: string[] = [];
    const listing = listSources([`s3://${bucket}/`], { store: { endpoint: server.endpoint } });
    for await (const object of listing.objects()) {
      const opened = await openObject(object, { given: [layoutOfFields(DEFAULT_FORMAT)] });
      lines.push(...(await linesOf(opened)).filter((line) => line !== ''));
    }
    expect(lines.toSorted()).toEqual(linesOfBlocks(blocks).toSorted());
  }, 60_000);
});

describe('Firehose in trouble', () => {
  let service: JsonService | null = null;
  afterEach(async () => {
    await service?.stop();
    service = null;
  });

  const open = async (answer: (call: JsonCall) => JsonAnswer) => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    const running = await startJsonService(answer);
    service = running;
    const target = streamTarget();
    const bench = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: running.endpoint, maxAttempts: 1 },
    });
    bench.deliverer.setTargets([target]);
    return { ...bench, target };
  };
  const messagesOf = (call: JsonCall): string[] =>
    (call.input.Records as { Data: string }[]).map(
      (record) => (JSON.parse(Buffer.from(record.Data, 'base64').toString()) as { message: string }).message,
    );

  it('records that are refused one by one are sent again alone, also after a pause', async () => {
    const taken: string[] = [];
    let calls = 0;
    const { deliverer, target, problems, clock } = await open((call) => {
      calls++;
      // Two of three are refused; after a while all are taken.
      const responses = messagesOf(call).map((message, index) => {
        if (index % 3 !== 0 && calls < 8)
          return { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' };
        taken.push(message);
        return { RecordId: String(taken.length) };
      });
      const failed = responses.filter((response) => response.ErrorCode !== undefined).length;
      return { output: { FailedPutCount: failed, RequestResponses: responses } };
    });
    deliverer.add(target.flowLogId, block(100));
    expect(await deliverer.drain(clock.nowMs + 60_000)).toBe(0);
    expect(taken.toSorted()).toEqual(linesOfBlocks([block(100)]).toSorted());
    expect(problems).toEqual(['Rate limited', null]);
    expect(deliverer.counts()).toMatchObject([{ accepted: 100, delivered: 100, unreadable: 0 }]);
    await deliverer.stop();
  });

  it.each([
    ['ServiceUnavailableException', 503, 'Rate limited'],
    ['ResourceNotFoundException', 400, 'Access error'],
    ['AccessDeniedException', 400, 'Access error'],
    ['InvalidArgumentException', 400, 'Unknown error'],
  ] as const)('%s: %s', async (error, status, problem) => {
    let failing = 1;
    const { deliverer, target, problems, clock } = await open((call) =>
      failing-- > 0
        ? { error, status }
        : {
            output: { FailedPutCount: 0, RequestResponses: messagesOf(call).map(() => ({ RecordId: '1' })) },
          },
    );
    deliverer.add(target.flowLogId, block(3));
    expect(await deliverer.drain(clock.nowMs + 60_000)).toBe(0);
    expect(problems).toEqual([problem, null]);
    await deliverer.stop();
  });
});
