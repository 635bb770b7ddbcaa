import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type BrokerAnswer,
  requiredServers,
  type ServerName,
  STARTERS,
  type Starter,
  startBroker,
} from './broker.ts';
import { canUse } from './index.ts';
import { createServerHome, findProgram } from './process.ts';
import type { S3Endpoint } from './s3-server.ts';

const NAMES = Object.keys(STARTERS) as ServerName[];

describe('the broker of test servers', () => {
  it('reads which servers must run', () => {
    expect(requiredServers({})).toEqual([]);
    expect(requiredServers({ REQUIRE_SERVERS: '' })).toEqual([]);
    expect(requiredServers({ REQUIRE_SERVERS: 'radosgw, swift,' })).toEqual(['radosgw', 'swift']);
    expect(() => requiredServers({ REQUIRE_SERVERS: 'minio' })).toThrow(
      "REQUIRE_SERVERS names 'minio'; there are radosgw, swift, moto",
    );
  });

  it('says why a server cannot be had, and starts nothing of its own accord', async () => {
    const broker = await startBroker();
    const answer = (await (await fetch(`${broker.url}/minio`)).json()) as BrokerAnswer;
    await broker.stop();
    expect(answer).toEqual({ kind: 'failed', reason: "no server is called 'minio'" });
  });

  it('answers with the reason when programs are missing, and starts a second time when the first fails', async () => {
    let starts = 0;
    const absent: Starter = { isAvailable: () => false, start: () => Promise.reject(new Error('started')) };
    const endpoint: S3Endpoint = {
      endpoint: 'http://127.0.0.1:9',
      accessKeyId: 'a',
      secretAccessKey: 's',
      region: 'r',
    };
    const shaky: Starter = {
      isAvailable: () => true,
      start: () => {
        starts += 1;
        return starts === 1
          ? Promise.reject(new Error('port taken'))
          : Promise.resolve({ ...endpoint, stop: () => Promise.resolve() });
      },
    };
    const broker = await startBroker(['moto'], { radosgw: absent, swift: absent, moto: shaky });
    const ask = async (name: ServerName): Promise<BrokerAnswer> =>
      (await (await fetch(`${broker.url}/${name}`)).json()) as BrokerAnswer;
    expect(await ask('radosgw')).toEqual({
      kind: 'failed',
      reason: 'its programs are not installed; scripts/install-test-servers.sh brings them',
    });
    expect(await ask('moto')).toEqual({ kind: 'endpoint', endpoint });
    expect(starts).toBe(2);
    await broker.stop();
  });

  describe.each(NAMES)('%s', (name) => {
    it.skipIf(!canUse(name))(
      `starts once for all who ask, and is stopped (needs ${name})`,
      async () => {
        const broker = await startBroker();
        const ask = async (): Promise<BrokerAnswer> =>
          (await (await fetch(`${broker.url}/${name}`)).json()) as BrokerAnswer;
        const [first, second] = await Promise.all([ask(), ask()]);
        expect(first).toEqual(second);
        if (first.kind === 'failed') throw new Error(first.reason);
        expect((await fetch(first.endpoint.endpoint)).status).toBeLessThan(500);
        await broker.stop();
        await expect(fetch(first.endpoint.endpoint)).rejects.toThrow('fetch failed');
      },
      60_000,
    );
  });
});

describe('a server process', () => {
  it('is told apart from one that ends while starting, with its last words', async () => {
    const home = createServerHome('test');
    home.start('short', process.execPath, ['-e', 'console.error("no such disk"); process.exit(3)']);
    await expect(home.ready(() => Promise.resolve(false), 20_000)).rejects.toThrow(
      /short ended while starting:\nno such disk/,
    );
    await home.stop();
    expect(existsSync(home.dir)).toBe(false);
  });

  it('is killed when it does not heed being stopped', async () => {
    const home = createServerHome('test');
    const stubborn = home.start('stubborn', process.execPath, [
      '-e',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")',
    ]);
    await home.ready(() => Promise.resolve(stubborn.logTail().includes('up')), 20_000);
    await stubborn.stop();
    expect(isAlive(stubborn.pid)).toBe(false);
    await home.stop();
  });

  it.skipIf(findProgram('setpriv') === null)(
    'does not outlive a killed test run (needs setpriv)',
    async () => {
      const home = resolve(import.meta.dirname, 'process.ts');
      const script = `import { createServerHome } from ${JSON.stringify(home)};
      const home = createServerHome('test');
      console.log(JSON.stringify({ pid: home.start('sleeper', 'sleep', ['600']).pid, dir: home.dir }));
      setInterval(() => {}, 1000);`;
      const tsx = resolve(import.meta.dirname, '../../../node_modules/tsx/dist/loader.mjs');
      const run = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(run, 'exit');
      const [line] = (await Promise.race([once(run.stdout, 'data'), ended])) as [Buffer];
      const { pid, dir } = JSON.parse(line.toString()) as { pid: number; dir: string };
      expect(isAlive(pid)).toBe(true);
      run.kill('SIGKILL');
      await ended;
      await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
      // A killed run cannot remove its folder; that is left to the system's temporary folder.
      rmSync(dir, { recursive: true });
    },
  );
});

/** Signal 0 asks whether the process is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
