import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../base/index.ts';
import type { AwsClientOptions, DelivererConfig } from '../deliver/index.ts';
import type { AwsServices, Network } from '../flow/index.ts';
import {
  createEc2Handler,
  createFlowLogService,
  createMemoryStore,
  type DestinationState,
  defaultEc2HandlerConfig,
  EMPTY_INVENTORY,
  type FlowLogService,
  type FlowLogStore,
  openJournalStore,
  type ServiceCredential,
} from '../service/index.ts';
import { isStorageError, openStore, type StoreOptions } from '../storage/index.ts';
import { type FlowLogDelivery, openFlowLogDelivery } from './deliver.ts';
import { inventoryOf } from './network-inventory.ts';
import { createServiceCapture, type ServiceCapture } from './record-service.ts';

/** Settings of the AWS-compatible side of Weir. */
export interface AwsEndpointConfig {
  /**
   * Holds the flow logs (`flow-logs.journal`) and the spool; one process at a time. Null keeps flow logs in memory and
   * delivers nothing, for an endpoint without a network.
   */
  readonly stateDirectory: string | null;
  /** Owner of what the network model gives no account: 12 digits. */
  readonly accountId: string;
  /** Regions this endpoint serves; the first one answers requests that name none. */
  readonly regions: readonly string[];
  /**
   * Keys that requests must be signed with. Empty: signatures are not checked and any key is welcome; for a loopback
   * address only.
   */
  readonly credentials: readonly ServiceCredential[];
  /** The network whose resources flow logs can be made for; null: none. */
  readonly network: Network | null;
  readonly awsServices?: AwsServices | null;
  /** Buckets are folders below it; null delivers to S3. */
  readonly bucketDirectory?: string | null;
  readonly spoolBytes?: number;
  readonly storage?: StoreOptions;
  readonly aws?: AwsClientOptions;
  readonly delivery?: Partial<Omit<DelivererConfig, 'spool'>>;
  readonly maxFlows?: number;
}

/** The running AWS-compatible side: flow logs behind the EC2 API, what records for them, and what delivers. */
export interface AwsEndpoint {
  /** Answers requests of the EC2 Query API; mount it at any path. Never rejects. */
  readonly handler: (request: Request) => Promise<Response>;
  readonly service: FlowLogService;
  /** Null without a state directory. */
  readonly delivery: FlowLogDelivery | null;
  /**
   * Begins to record the packets of a capture (its file or device name) for the flow logs. Null without a
   * network or state directory. `liveNowSeconds`: the clock of a live capture.
   */
  openCapture(name: string, liveNowSeconds?: () => number): ServiceCapture | null;
  /** Ends; what is recorded and not delivered stays in the state directory for the next start. */
  close(): Promise<void>;
}

/**
 * Opens the state, begins to deliver what an earlier run left, and makes the handler ready. Listens nowhere: the caller
 * mounts `handler`.
 *
 * Errors: `service.state-locked`, `service.state-corrupt`, `deliver.spool-locked`, `deliver.spool-damaged` (kind `config`).
 */
export async function createAwsEndpoint(config: AwsEndpointConfig, reporter: Reporter): Promise<AwsEndpoint> {
  const { network, accountId, regions, stateDirectory, bucketDirectory = null, storage = {} } = config;
  const store = stateDirectory === null ? createMemoryStore() : await openJournal(stateDirectory);
  const service = createFlowLogService(
    { accountId, regions },
    {
      store,
      inventory:
        network === null ? EMPTY_INVENTORY : inventoryOf(network, { accountId, region: regions[0] ?? '' }),
      nowMs: Date.now,
      randomHex: (length) =>
        randomBytes(Math.ceil(length / 2))
          .toString('hex')
          .slice(0, length),
      ...(bucketDirectory === null ? { probeBucket: (bucket: string) => probeBucket(bucket, storage) } : {}),
    },
  );
  const delivery =
    stateDirectory === null
      ? null
      : await openDelivery(stateDirectory, config, service, reporter).catch(async (error: unknown) => {
          await store.close();
          throw error;
        });
  const { credentials } = config;
  const handler = createEc2Handler(
    {
      ...defaultEc2HandlerConfig,
      credentials,
      signatures: credentials.length === 0 ? 'ignored' : 'required',
    },
    { service, newRequestId: randomUUID, reporter },
  );
  const seed = randomBytes(4).readInt32LE();
  return {
    handler: (request) => (isFromBrowser(request) ? Promise.resolve(refusal()) : handler(request)),
    service,
    delivery,
    openCapture: (name, liveNowSeconds) =>
      network === null || delivery === null
        ? null
        : createServiceCapture(name, {
            network,
            awsServices: config.awsServices ?? null,
            service,
            delivery,
            seed,
            ...(liveNowSeconds === undefined ? {} : { liveNowSeconds }),
            ...(config.maxFlows === undefined ? {} : { maxFlows: config.maxFlows }),
          }),
    close: async () => {
      await delivery?.close();
      await store.close();
    },
  };
}

async function openJournal(stateDirectory: string): Promise<FlowLogStore> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  return openJournalStore(join(stateDirectory, 'flow-logs.journal'), { nowMs: Date.now });
}

function openDelivery(
  stateDirectory: string,
  config: AwsEndpointConfig,
  service: FlowLogService,
  reporter: Reporter,
): Promise<FlowLogDelivery> {
  return openFlowLogDelivery(
    {
      spoolDirectory: join(stateDirectory, 'spool'),
      bucketDirectory: config.bucketDirectory ?? null,
      storage: config.storage ?? {},
      aws: config.aws ?? {},
      ...(config.spoolBytes === undefined ? {} : { spoolBytes: config.spoolBytes }),
      ...(config.delivery === undefined ? {} : { delivery: config.delivery }),
    },
    { service, reporter },
  );
}

/** Browsers name the page they act for. A page of a stranger must not make flow logs on a reader's own machine. */
function isFromBrowser(request: Request): boolean {
  return request.headers.has('origin') || request.headers.has('sec-fetch-site');
}

function refusal(): Response {
  return new Response('This endpoint speaks the EC2 Query API and answers no web pages.\n', {
    status: 403,
    headers: { 'content-type': 'text/plain' },
  });
}

/** Asks whether a bucket can be read and is there, as the service does before it makes a flow log. */
async function probeBucket(bucket: string, storage: StoreOptions): Promise<DestinationState> {
  try {
    const store = await openStore(`s3://${bucket}`, storage);
    for await (const _ of store.list({ prefix: 'AWSLogs/', delimited: true })) break;
    return 'ready';
  } catch (error) {
    if (isStorageError(error, 'storage.not-found')) return 'missing';
    // Writing may be allowed where listing is not, as with AWS's own bucket policy: delivery will find out.
    return 'ready';
  }
}
