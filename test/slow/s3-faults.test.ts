import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { expectClearError } from '../support/fault-checks.ts';
import { expectedTotals, totalsOf, verifyAt } from '../support/lake-totals.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  type FaultProxy,
  type FaultRule,
  S3_FAULTS,
  type S3Endpoint,
  s3ClientOf,
  sharedServer,
  startFaultProxy,
} from '../support/servers/index.ts';
import { type MadeSource, makeSource } from '../support/simulated-source.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { weirProcess } from '../support/weir-process.ts';

interface FaultCase {
  readonly name: string;
  readonly rule: FaultRule;
  readonly code: number;
  /** What stderr says; empty when nobody needs to know. */
  readonly words: readonly RegExp[];
  /** Objects that the run reads in spite of the fault. */
  readonly objects: number;
}

const OBJECTS = 3;
/** One source object and the commit of the first batch, as paths of requests. */
const SECOND = /source\/object-1(\?|$)/;
const COMMIT = /flows\/_delta_log\/0+1\.json/;
const ALL = { code: EXIT.fine, words: [], objects: OBJECTS };
const NONE = { code: EXIT.outside, objects: 0 };

const CASES: readonly FaultCase[] = [
  {
    name: '500 on every read of an object',
    rule: { fault: { kind: 'error', ...S3_FAULTS.internal }, method: 'GET', path: SECOND },
    words: [/the store does not answer at s3:\/\/.*object-1; check the endpoint and the network/],
    ...NONE,
  },
  {
    name: 'SlowDown on everything',
    rule: { fault: { kind: 'error', ...S3_FAULTS.slowDown } },
    words: [/the store keeps asking to slow down at s3:.*; try again later/],
    ...NONE,
  },
  {
    name: 'SlowDown three times',
    rule: { fault: { kind: 'error', ...S3_FAULTS.slowDown }, times: 3 },
    ...ALL,
  },
  {
    name: '403 on everything',
    rule: { fault: { kind: 'error', ...S3_FAULTS.denied } },
    words: [/access to s3:.* is denied; check .*credentials/],
    ...NONE,
  },
  {
    name: '403 on an object',
    rule: { fault: { kind: 'error', ...S3_FAULTS.denied }, path: SECOND },
    code: EXIT.outside,
    words: [/could not read s3:.*object-1: .*access to .* is denied/],
    objects: OBJECTS - 1,
  },
  {
    name: 'an object that goes between listing and reading',
    rule: { fault: { kind: 'error', ...S3_FAULTS.gone }, method: 'GET', path: SECOND },
    code: EXIT.outside,
    words: [/could not read s3:.*object-1: .*it was removed after it was listed/],
    objects: OBJECTS - 1,
  },
  {
    name: 'a body cut once',
    rule: { fault: { kind: 'cut-body', afterBytes: 700 }, method: 'GET', path: SECOND, times: 1 },
    ...ALL,
  },
  {
    name: 'a body that is always cut at its beginning',
    rule: { fault: { kind: 'cut-body', afterBytes: 0 }, method: 'GET', path: SECOND },
    words: [/the store does not answer at s3:.*object-1; check the endpoint and the network/],
    ...NONE,
  },
  {
    name: 'slow bodies',
    rule: {
      fault: { kind: 'slow-body', chunkBytes: 300, pauseMs: 50 },
      method: 'GET',
      path: /source\/object/,
    },
    ...ALL,
  },
  {
    name: 'a commit whose answer is lost',
    rule: { fault: { kind: 'lost-answer' }, method: 'PUT', path: COMMIT, times: 1 },
    ...ALL,
  },
  {
    name: 'a commit that is answered 409 at first',
    rule: { fault: { kind: 'error', ...S3_FAULTS.conflict }, method: 'PUT', path: COMMIT, times: 2 },
    ...ALL,
  },
  {
    name: 'a commit that is never taken',
    rule: { fault: { kind: 'error', ...S3_FAULTS.internal }, method: 'PUT', path: COMMIT },
    words: [/the store does not answer at s3:.*_delta_log.*; check the endpoint and the network/],
    ...NONE,
  },
  {
    name: 'a store that overwrites what must not be there',
    rule: { fault: { kind: 'ignore-if-none-match' } },
    code: EXIT.usage,
    words: [/cannot create an object only if it is absent.*several writers.*or vouch for a single writer/],
    objects: 0,
  },
];

describe.skipIf(!canUse('radosgw'))('S3 in trouble, through the command line (needs radosgw)', () => {
  const root = temporaryDirectory();
  const weir = weirProcess();
  let server: S3Endpoint;
  let proxy: FaultProxy;
  let made: MadeSource;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = await sharedServer('radosgw');
    proxy = await startFaultProxy(server);
    made = await makeSource('s3 faults', OBJECTS, 60);
    expect(made.objects).toHaveLength(OBJECTS);
    environment = { ...awsEnvironmentOf(proxy), WEIR_CACHE: root };
    Object.assign(process.env, environment);
  });
  afterAll(async () => {
    await proxy.stop();
    for (const name of Object.keys(environment)) delete process.env[name];
  });

  it.each(CASES)('$name', { timeout: 120_000 }, async ({ rule, code, words, objects }) => {
    proxy.reset();
    const bucket = await createTestBucket(server);
    const [source, lake] = [`s3://${bucket}/source/`, `s3://${bucket}/lake`];
    const client = s3ClientOf(server, { maxAttempts: 3 });
    for (const [index, { bytes }] of made.objects.entries()) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `source/object-${index}`, Body: bytes }));
    }
    client.destroy();
    proxy.inject(rule);
    const run = await weir.run('ingest', source, '--lake', lake, '-o', 'json');
    expect(proxy.seen.some(({ fault }) => fault === rule.fault.kind)).toBe(true);
    if (words.length > 0) expectClearError(run, code, ...words);
    expect(run).toMatchObject({ code });
    if (objects > 0) expect(JSON.parse(run.stdout)).toMatchObject({ objects });
    else expect(run.stdout).toBe('');

    proxy.reset();
    const again = await weir.run('ingest', source, '--lake', lake, '-o', 'json');
    expect(again).toMatchObject({ code: EXIT.fine });
    expect(JSON.parse(again.stdout)).toMatchObject({
      objects: made.objects.length - objects,
      objectsSkipped: objects,
    });
    expect(await totalsOf(lake)).toEqual(expectedTotals(made.truth));
    expect(await verifyAt(lake)).toMatchObject({ isClean: true });
  });
});
