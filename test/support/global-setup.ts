/**
 * Runs once around a whole test run, in vitest's main process: stands ready to start the real servers that suites ask
 * for (`test/support/servers/`), starts those named in REQUIRE_SERVERS at once, and stops all of them at the end. Unpacks the
 * browser: workers that all find it missing would unpack it over each other, and start half of it.
 */
import sparticuz from '@sparticuz/chromium';
import type { TestProject } from 'vitest/node';
import { requiredServers, startBroker } from './servers/broker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the broker of test servers. */
    testServers: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // Where it cannot be had the journeys say so.
  await sparticuz.executablePath().catch(() => '');
  const broker = await startBroker(requiredServers(process.env));
  project.provide('testServers', broker.url);
  return () => broker.stop();
}
