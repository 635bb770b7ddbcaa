import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { block, linesOfBlocks, objectsTarget, openBench, readBack, SLOT } from '../support/delivery.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  type FaultProxy,
  S3_FAULTS,
  type ServerName,
  s3ClientOf,
  sharedServer,
  startFaultProxy,
} from '../support/servers/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();

describe.each<ServerName>(['radosgw', 'moto'])('delivery to S3', (server) => {
  describe.skipIf(!canUse(server))(`on ${server} (needs ${server})`, () => {
    let proxy: FaultProxy;
    let bucket: string;
    let store: { endpoint: string; maxAttempts: number };

    beforeAll(async () => {
      const endpoint = await sharedServer(server);
      const { AWS_ENDPOINT_URL: _, ...environment } = awsEnvironmentOf(endpoint);
      Object.assign(process.env, environment);
      proxy = await startFaultProxy(endpoint);
      store = { endpoint: proxy.endpoint, maxAttempts: 2 };
    }, 60_000);
    afterEach(() => proxy.reset());
    afterAll(() => proxy.stop());

    const open = async () => {
      bucket = await createTestBucket(await sharedServer(server));
      const target = objectsTarget(`s3://${bucket}`, { prefix: 'team/flows' });
      const bench = await openBench(mkdtempSync(join(home, 'spool-')), { store });
      bench.deliverer.setTargets([target]);
      return { ...bench, target };
    };
    const read = () => readBack(`s3://${bucket}/team/flows/`, { endpoint: proxy.endpoint });

    it('what is delivered is what was recorded', async () => {
      const { deliverer, target, problems } = await open();
      const blocks = [block(500), block(1, { start: SLOT + 400 }), block(300, { source: 'eni-0b' })];
      for (const each of blocks) deliverer.add(target.flowLogId, each);
      expect(await deliverer.drain(0)).toBe(0);
      const files = await read();
      expect(files.map((file) => file.lines.length)).toEqual([800, 1]);
      expect(files.flatMap((file) => file.lines).toSorted()).toEqual(linesOfBlocks(blocks).toSorted());
      expect(files[0]?.name).toMatch(
        /^AWSLogs\/123456789012\/vpcflowlogs\/us-east-1\/2018\/06\/20\/123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20180620T1620Z_[0-9a-f]{8}\.log\.gz$/,
      );
      expect(problems).toEqual([null]);
      await deliverer.stop();
    });

    it.each([
      ['refused access', { kind: 'error', ...S3_FAULTS.denied }, 'Access error'],
      ['throttling', { kind: 'error', ...S3_FAULTS.slowDown }, 'Rate limited'],
      ['errors inside', { kind: 'error', ...S3_FAULTS.internal }, 'Unknown error'],
      ['cut connections', { kind: 'cut-request' }, 'Unknown error'],
    ] as const)('%s: reported, waited out, delivered', async (_, fault, problem) => {
      const { deliverer, target, problems, clock } = await open();
      proxy.inject({ method: 'PUT', fault });
      deliverer.add(target.flowLogId, block(20));
      expect(await deliverer.drain(clock.nowMs + 3000)).toBe(20);
      expect(problems).toEqual([problem]);
      proxy.reset();
      expect(await deliverer.drain(clock.nowMs + 10_000)).toBe(0);
      expect(problems).toEqual([problem, null]);
      expect((await read()).map((file) => file.lines)).toEqual([linesOfBlocks([block(20)])]);
      await deliverer.stop();
    });

    it('an answer that is lost leaves one object, not two', async () => {
      const { deliverer, target, clock } = await open();
      proxy.inject({ method: 'PUT', fault: { kind: 'lost-answer' }, times: 3 });
      deliverer.add(target.flowLogId, block(20));
      expect(await deliverer.drain(clock.nowMs + 60_000)).toBe(0);
      const client = s3ClientOf(await sharedServer(server));
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      expect(Contents).toHaveLength(1);
      client.destroy();
      expect((await read()).map((file) => file.lines)).toEqual([linesOfBlocks([block(20)])]);
      await deliverer.stop();
    });

    it('a bucket that is missing is an access error until it is made', async () => {
      const target = objectsTarget('s3://weir-nobody-has-this-bucket');
      const bench = await openBench(mkdtempSync(join(home, 'spool-')), { store });
      bench.deliverer.setTargets([target]);
      bench.deliverer.add(target.flowLogId, block(1));
      expect(await bench.deliverer.drain(0)).toBe(1);
      expect(bench.problems).toEqual(['Access error']);
      await bench.deliverer.stop();
    });
  });
});
