/**
 * Real servers for test suites. In a suite:
 *
 *   describe.skipIf(!canUse('radosgw'))('commits on S3 (needs radosgw)', () => {
 *     let store: S3Endpoint;
 *     beforeAll(async () => { store = await sharedServer('radosgw'); });
 *     it('…', async () => { const bucket = await createTestBucket(store); … });
 *   });
 *
 * The first suite that asks starts the server, the end of the run stops it. All suites share it: make your own bucket.
 */
import { inject } from 'vitest';
import { type BrokerAnswer, requiredServers, type ServerName, STARTERS } from './broker.ts';
import type { S3Endpoint } from './s3-server.ts';

export type { ServerName } from './broker.ts';
export { type Fault, type FaultProxy, type FaultRule, S3_FAULTS, startFaultProxy } from './fault-proxy.ts';
export { awsEnvironmentOf, createTestBucket, type S3Endpoint, s3ClientOf } from './s3-server.ts';

/**
 * May a suite run against this server? True when its programs are installed, and also when `REQUIRE_SERVERS` names it:
 * then the suite runs and fails with the reason, rather than be skipped.
 */
export function canUse(name: ServerName): boolean {
  return requiredServers(process.env).includes(name) || STARTERS[name].isAvailable();
}

/** The run's one server of this name; the first call starts it (one to four seconds). Throws with the reason if it cannot run. */
export async function sharedServer(name: ServerName): Promise<S3Endpoint> {
  const response = await fetch(`${inject('testServers')}/${name}`);
  const answer = (await response.json()) as BrokerAnswer;
  if (answer.kind === 'failed') throw new Error(`${name} cannot be used: ${answer.reason}`);
  return answer.endpoint;
}
