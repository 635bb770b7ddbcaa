/** moto: a stand-in for many AWS services in one process, for what needs SQS, Firehose or EC2 beside S3. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { answersHttp, createServerHome, findProgram, freePort } from './process.ts';
import type { S3Server } from './s3-server.ts';

/** Where scripts/install-test-servers.sh puts it. */
const INSTALLED = resolve(
  import.meta.dirname,
  '../../../node_modules/.cache/test-servers/moto/bin/moto_server',
);

/** Is it installed, by our script or in PATH? */
export function isMotoAvailable(): boolean {
  return motoProgram() !== null;
}

/** Starts one with nothing in it; about two seconds. One endpoint serves all services; any credentials are taken. */
export async function startMoto(): Promise<S3Server> {
  const home = createServerHome('moto');
  try {
    const port = await freePort();
    home.start('moto', motoProgram() ?? 'moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      MOTO_ALLOW_NONEXISTENT_REGION: 'true',
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await home.ready(() => answersHttp(`${endpoint}/moto-api/`), 30_000);
    return {
      endpoint,
      accessKeyId: 'test',
      secretAccessKey: 'test',
      region: 'us-east-1',
      stop: () => home.stop(),
    };
  } catch (error) {
    await home.stop();
    throw error;
  }
}

function motoProgram(): string | null {
  return existsSync(INSTALLED) ? INSTALLED : findProgram('moto_server');
}
