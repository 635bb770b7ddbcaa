import { randomBytes, randomUUID } from 'node:crypto';
import { EC2Client } from '@aws-sdk/client-ec2';
import {
  createEc2Handler,
  createFlowLogService,
  createMemoryStore,
  defaultEc2HandlerConfig,
  defaultFlowLogServiceConfig,
  type Ec2HandlerConfig,
  type FlowLogService,
  type FlowLogServiceDeps,
} from '../../src/service/index.ts';
import { fakeInventory } from './fake-inventory.ts';
import { type RunningServer, startServer } from './http-starter.ts';

/** The keys of the test endpoint: one may do everything, one may only look. */
export const OWNER_KEY = { accessKeyId: 'AKIDOWNER', secretAccessKey: 'owner-secret' };
export const READER_KEY = { accessKeyId: 'AKIDREADER', secretAccessKey: 'reader-secret' };

export interface TestEndpoint extends RunningServer {
  readonly service: FlowLogService;
  readonly handler: (request: Request) => Promise<Response>;
  readonly inventory: ReturnType<typeof fakeInventory>;
  client(key?: typeof OWNER_KEY, region?: string): EC2Client;
}

/** A service over the fake inventory, on a port; account 123456789012, Regions us-east-1 and eu-west-1. */
export async function startEndpoint(
  deps: Partial<FlowLogServiceDeps> = {},
  config: Partial<Ec2HandlerConfig> = {},
): Promise<TestEndpoint> {
  const inventory = fakeInventory();
  const service = createFlowLogService(
    { ...defaultFlowLogServiceConfig, accountId: '123456789012', regions: ['us-east-1', 'eu-west-1'] },
    {
      store: createMemoryStore(),
      inventory,
      nowMs: Date.now,
      randomHex: (length) => randomBytes(length).toString('hex').slice(0, length),
      ...deps,
    },
  );
  const credentials = [
    { ...OWNER_KEY, access: 'full' as const },
    { ...READER_KEY, access: 'read-only' as const },
  ];
  const handler = createEc2Handler(
    { ...defaultEc2HandlerConfig, credentials, ...config },
    { service, newRequestId: randomUUID },
  );
  const server = await startServer(handler);
  const clients: EC2Client[] = [];
  return {
    ...server,
    service,
    handler,
    inventory,
    client: (credentials = OWNER_KEY, region = 'us-east-1') => {
      const client = new EC2Client({ endpoint: server.url, region, credentials, maxAttempts: 1 });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await server.stop();
    },
  };
}
