import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runWeir, type WeirRun } from '../support/run-weir.ts';
import { awsEnvironmentOf, canUse, createTestBucket, sharedServer } from '../support/servers/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const DAY = 1_767_225_600;

describe.skipIf(!canUse('radosgw'))('a lake on S3 through the command line (needs radosgw)', () => {
  let lake: string;
  let environment: Record<string, string>;
  const cache = join(directory, 'cache');

  const weir = (...args: readonly string[]): Promise<WeirRun> =>
    runWeir([...args, '--lake', lake, '-o', 'json'], { env: { ...environment, WEIR_CACHE: cache } });
  const cached = (): number => readdirSync(cache).filter((name) => name.endsWith('.parquet')).length;

  beforeAll(async () => {
    const server = await sharedServer('radosgw');
    environment = awsEnvironmentOf(server);
    lake = `s3://${await createTestBucket(server)}/lake`;
    mkdirSync(cache);
    const lines = [0, 1, 2].map(
      (day) =>
        `2 1 eni-1 10.0.0.${day} 2001:db8::1 40000 443 6 10 ${1000 + day} ${DAY + day * 86_400} ${DAY + day * 86_400 + 59} ACCEPT OK`,
    );
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    writeFileSync(join(directory, 'a.log'), `${[header, ...lines].join('\n')}\n`);
  });

  it('ingests, and answers from local copies of only what is asked for', async () => {
    const ingested = await weir('ingest', join(directory, 'a.log'));
    expect([ingested.code, ingested.stderr]).toEqual([0, '']);
    const before = cached();
    const one = await weir(
      'sql',
      'SELECT srcaddr FROM flows',
      '--since',
      '2026-01-02',
      '--until',
      '2026-01-02T23:59Z',
    );
    expect(JSON.parse(one.stdout)).toEqual([{ srcaddr: '10.0.0.1' }]);
    expect(cached() - before).toBe(1);
    const all = await weir('sql', 'SELECT count(*) AS n, sum(bytes) AS bytes FROM flows');
    expect(JSON.parse(all.stdout)).toEqual([{ n: 3, bytes: 3003 }]);
    expect(cached() - before).toBe(3);
  });

  it('sums up, verifies, and lets SQL read neither cache nor settings', async () => {
    expect(JSON.parse((await weir('summary')).stdout)).toMatchObject({
      ledger: { lines: 3, ok: 3 },
      actions: { total: { bytes: 3003 } },
    });
    expect((await weir('lake', 'verify')).code).toBe(0);
    for (const sql of [
      `SELECT * FROM glob('${cache}/*')`,
      'SELECT * FROM duckdb_secrets()',
      "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
    ]) {
      expect(await weir('sql', sql)).toMatchObject({ code: 2, stdout: '' });
    }
  });

  it('prints no secret, whatever goes wrong', async () => {
    const secret = environment['AWS_SECRET_ACCESS_KEY'] ?? 'none';
    const wrong = await runWeir(['summary', '--lake', 's3://no-such-bucket-of-weir/lake'], {
      env: { ...environment, WEIR_CACHE: cache },
    });
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('no-such-bucket-of-weir')]);
    for (const run of [wrong, await weir('config', 'show'), await weir('summary', '--timeout', '1s')]) {
      expect(run.stdout + run.stderr).not.toContain(secret);
    }
  });
});
