import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsServing, parseKeys, serveAws } from '../../src/app/aws-server.ts';
import { silentReporter } from '../../src/base/index.ts';
import { readBack } from '../support/delivery.ts';
import { ethernet, ipv4, pcap, udp } from '../support/packet-builder.ts';
import { runWeirHere } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const buckets = join(home, 'buckets');
const network = join(home, 'network.yaml');
const trace = join(home, 'trace.pcap');
writeFileSync(
  network,
  `
account: "123456789012"
region: eu-west-1
vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/16] }]
transitGateways: [{ id: tgw-1, region: eu-west-2 }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [10.0.1.0/24] }]
interfaces: [{ id: eni-1, subnet: subnet-1, privateIps: [10.0.1.10] }]
`,
);
const dns = ethernet(
  ipv4({ src: '10.0.1.10', dst: '198.51.100.1', protocol: 17 }, udp({ srcPort: 5000, dstPort: 53 })),
);
writeFileSync(trace, pcap([{ seconds: 1_700_000_000, bytes: dns }]));

const options = (more: Partial<Parameters<typeof serveAws>[0]> = {}): Parameters<typeof serveAws>[0] => ({
  host: '127.0.0.1',
  port: 0,
  network,
  stateDirectory: mkdtempSync(join(home, 'state-')),
  bucketDirectory: buckets,
  spoolBytes: null,
  keys: '',
  storage: {},
  reporter: silentReporter,
  ...more,
});

describe('weir flow-logs', () => {
  let serving: AwsServing;
  beforeAll(async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    serving = await serveAws(options());
  });
  afterAll(() => serving.close());

  const flowLogs = (...args: readonly string[]) =>
    runWeirHere(['flow-logs', ...args, '--endpoint-url', serving.address, '--region', 'eu-west-1']);

  it('creates, records, shows, deletes, and leaves what was published', async () => {
    const created = await flowLogs(
      'create',
      'vpc-1',
      '--to',
      's3://flows/team',
      '--interval',
      '60',
      '-o',
      'json',
    );
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const { ids } = JSON.parse(created.stdout) as { ids: string[] };
    expect(ids).toEqual([expect.stringMatching(/^fl-[0-9a-f]{17}$/)]);

    expect(await serving.record(trace)).toBe(1);
    await expect.poll(async () => (await readBack(join(buckets, 'flows')).catch(() => [])).length).toBe(1);
    const [file] = await readBack(join(buckets, 'flows', 'team'));
    expect(file?.lines).toEqual([
      '2 123456789012 eni-1 10.0.1.10 198.51.100.1 5000 53 17 1 28 1700000000 1700000000 ACCEPT OK',
    ]);

    const shown = JSON.parse((await flowLogs('describe', '-o', 'json')).stdout) as unknown;
    expect(shown).toMatchObject([
      {
        id: ids[0],
        resource: 'vpc-1',
        destination: 'arn:aws:s3:::flows/team',
        interval: 60,
        status: 'SUCCESS',
      },
    ]);
    const deleted = await flowLogs('delete', ids[0] ?? '');
    expect(deleted).toMatchObject({ code: 0, stdout: '', stderr: '1 flow log deleted\n' });
    expect((await flowLogs('describe', '-o', 'json')).stdout).toBe('[]\n');
    expect(await readBack(join(buckets, 'flows'))).toHaveLength(1);
  });

  it.each([
    [['create', 'eni-9', '--to', 's3://flows'], 4, 'InvalidNetworkInterfaceID.NotFound'],
    [['create', 'eni-1', 'vpc-1', '--to', 's3://flows'], 2, 'ids of one kind'],
    [['create', 'eni-1', '--to', 'ftp://x'], 2, 'expected s3://bucket/folder'],
    [['create', 'eni-1'], 2, 'give --to'],
    [['create', 'eni-1', '--to', 's3://flows', '--traffic', 'SOME'], 2, 'ALL, ACCEPT or REJECT'],
    [['create', 'eni-1', '--to', 'log-group:/vpc'], 4, 'DeliverLogsPermissionArn'],
    [['delete', 'fl-0123456789abcdef0'], 4, 'InvalidFlowLogId.NotFound'],
    [['delete'], 2, 'give at least one id'],
    [['rename'], 2, 'create, describe, delete'],
  ])('%j fails with %i and says why', async (args, code, text) => {
    const run = await flowLogs(...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(text);
    expect(run.stdout).toBe('');
  });

  it('says what to do when nobody answers', async () => {
    const run = await runWeirHere(['flow-logs', 'describe', '--endpoint-url', 'http://127.0.0.1:1']);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('is weir serve running there?');
  });
});

describe('the AWS endpoint of weir serve', () => {
  it('answers in its own form whatever host and path a client names', async () => {
    const serving = await serveAws(options({ keys: 'AKID:secret' }));
    const answers = ['/', '//', '/%zz'].map(
      (path) =>
        new Promise((resolve, reject) => {
          const { port } = new URL(serving.address);
          get({ host: '127.0.0.1', port, path, headers: { host: 'a b' }, agent: false }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode));
          }).on('error', reject);
        }),
    );
    expect(await Promise.all(answers)).toEqual([403, 403, 403]);
    await serving.close();
  });

  it('takes only requests signed with its keys when it has some', async () => {
    const serving = await serveAws(options({ keys: 'AKID:secret, READER:other:read-only' }));
    let region = 'eu-west-1';
    const asked = async (id: string, secret: string, ...args: readonly string[]) => {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret });
      const place = ['--endpoint-url', serving.address, '--region', region];
      const run = await runWeirHere(['flow-logs', ...args, ...place]);
      return [run.code, /weir: (\w+)/.exec(run.stderr)?.[1]];
    };
    expect(await asked('AKID', 'secret', 'describe')).toEqual([0, undefined]);
    expect(await asked('AKID', 'wrong', 'describe')).toEqual([4, 'SignatureDoesNotMatch']);
    expect(await asked('READER', 'other', 'describe')).toEqual([0, undefined]);
    expect(await asked('READER', 'other', 'create', 'vpc-1', '--to', 's3://b')).toEqual([
      4,
      'UnauthorizedOperation',
    ]);
    region = 'eu-west-2';
    expect(await asked('AKID', 'secret', 'describe')).toEqual([0, undefined]);
    region = 'eu-west-3';
    expect(await asked('AKID', 'secret', 'describe')).toEqual([4, 'AuthFailure']);
    await serving.close();
  });

  it('listens beyond this machine only with keys', async () => {
    await expect(serveAws(options({ host: '0.0.0.0' }))).rejects.toMatchObject({
      code: 'app.aws-needs-keys',
    });
  });

  it('answers without a network, and keeps no state then', async () => {
    const serving = await serveAws(options({ network: null, stateDirectory: '/nonexistent/state' }));
    const answer = await fetch(`${serving.address}/?Action=DescribeFlowLogs&Version=2016-11-15`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<flowLogSet/>')]);
    await expect(serving.record(trace)).rejects.toMatchObject({ code: 'app.no-network' });
    await serving.close();
  });

  it('says which port is taken, and gives its state free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const taken = options({ port: (other.address() as AddressInfo).port });
    await expect(serveAws(taken)).rejects.toMatchObject({ code: 'app.cannot-listen' });
    other.close();
    await (await serveAws({ ...taken, port: 0 })).close();
  });

  it('reads keys, and never repeats a secret', () => {
    expect(parseKeys(' A:b ,')).toEqual([{ accessKeyId: 'A', secretAccessKey: 'b', access: 'full' }]);
    for (const text of ['A', 'A:', ':b', 'A:hidden:admin', 'A:hidden:full:x']) {
      expect(() => parseKeys(text)).toThrow('key 1 of WEIR_AWS_KEYS');
      expect(() => parseKeys(text)).not.toThrow('hidden');
    }
  });
});
