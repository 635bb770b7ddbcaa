import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Readable } from 'node:stream';
import { type Reporter, WeirError } from '../base/index.ts';
import { captureFile, readCapture } from '../packet/index.ts';
import type { ServiceCredential } from '../service/index.ts';
import type { StoreOptions } from '../storage/index.ts';
import { type AwsEndpoint, createAwsEndpoint } from './aws-endpoint.ts';
import { unreadable } from './record.ts';
import { loadNetwork } from './record-network.ts';
import { type ServiceLive, startServiceLive } from './record-service-live.ts';

/** What a person asked for, as text where a person types it. */
export interface AwsServerOptions {
  readonly host: string;
  readonly port: number;
  /** `network.yaml` or a folder of `aws ec2 describe-*` answers. Without it there is nothing to make flow logs for. */
  readonly network: string | null;
  /** Where flow logs and the spool are kept. Not used without a network. */
  readonly stateDirectory: string;
  /** Buckets are folders below it; null delivers to S3. */
  readonly bucketDirectory: string | null;
  readonly spoolBytes: number | null;
  /** `ID:SECRET[:read-only],…`; empty: any key is welcome, on loopback only. */
  readonly keys: string;
  readonly storage: StoreOptions;
  readonly reporter: Reporter;
}

/** The listening AWS-compatible side. */
export interface AwsServing {
  /** `http://127.0.0.1:4701`. */
  readonly address: string;
  /**
   * Records a capture file for the flow logs that exist, and begins to deliver at once. Gives the number of packets read.
   * Errors: `app.no-network` (kind `config`), `record.unreadable` (kind `input`).
   */
  record(path: string): Promise<number>;
  /** Records what passes on these interfaces, until `close`. Errors: those of `startServiceLive`. */
  listen(interfaces: readonly string[]): Promise<void>;
  /** Ends live recordings with their last windows, takes no more requests, closes the spool. */
  close(): Promise<void>;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Where nothing else says: AWS's own example account, and the Region of most examples. */
const DEFAULT_ACCOUNT = '123456789012';
const DEFAULT_REGION = 'us-east-1';

/**
 * Starts the AWS-compatible endpoint on a port of its own, with recording and delivery behind it.
 *
 * Errors: `app.bad-aws-keys`, `app.aws-needs-keys` (an address beyond loopback without keys), `app.cannot-listen` (kind
 * `config`), those of `createAwsEndpoint` and of the network model.
 */
export async function serveAws(options: AwsServerOptions): Promise<AwsServing> {
  const { host, port, reporter } = options;
  const credentials = parseKeys(options.keys);
  if (credentials.length === 0 && !isLoopback(host)) {
    throw new WeirError(
      'config',
      'app.aws-needs-keys',
      `the AWS endpoint on ${host} can be reached by others; give it keys in WEIR_AWS_KEYS=ID:SECRET,…`,
    );
  }
  const network = options.network === null ? null : loadNetwork(options.network);
  const endpoint = await createAwsEndpoint(
    {
      stateDirectory: network === null ? null : options.stateDirectory,
      accountId: network?.spec.account ?? DEFAULT_ACCOUNT,
      regions: regionsOf(network),
      credentials,
      network,
      bucketDirectory: options.bucketDirectory,
      storage: options.storage,
      ...(options.spoolBytes === null ? {} : { spoolBytes: options.spoolBytes }),
      ...(options.storage.profile === undefined ? {} : { aws: { profile: options.storage.profile } }),
    },
    reporter,
  );
  const server = createServer((request, response) => {
    answer(endpoint, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await endpoint.close();
    throw error;
  }
  const live: ServiceLive[] = [];
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    record: (path) => recordFile(endpoint, path),
    listen: async (interfaces) => {
      live.push(await startServiceLive(interfaces, endpoint, reporter));
    },
    close: async () => {
      for (const each of live) await each.stop();
      server.close();
      server.closeAllConnections();
      await endpoint.close();
    },
  };
}

/** `ID:SECRET[:read-only]`, separated by commas. Errors: `app.bad-aws-keys`; the text is not repeated, it holds secrets. */
export function parseKeys(text: string): readonly ServiceCredential[] {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  return entries.map((entry, index) => {
    const [accessKeyId = '', secretAccessKey = '', access = 'full', ...rest] = entry.trim().split(':');
    const isKnown = access === 'full' || access === 'read-only';
    if (accessKeyId !== '' && secretAccessKey !== '' && isKnown && rest.length === 0)
      return { accessKeyId, secretAccessKey, access };
    throw new WeirError(
      'config',
      'app.bad-aws-keys',
      `key ${index + 1} of WEIR_AWS_KEYS is not of the form ID:SECRET or ID:SECRET:read-only`,
    );
  });
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

function regionsOf(network: ReturnType<typeof loadNetwork> | null): readonly string[] {
  const { region, transitGateways = [] } = network?.spec ?? {};
  const vpcs = [...(network?.vpcs.values() ?? [])];
  const named = [region, ...[...vpcs, ...transitGateways].map((one) => one.region)];
  const regions = new Set(named.flatMap((region) => region ?? []));
  return regions.size === 0 ? [DEFAULT_REGION] : [...regions];
}

async function recordFile(endpoint: AwsEndpoint, path: string): Promise<number> {
  const capture = endpoint.openCapture(path);
  if (capture === null) {
    throw new WeirError('config', 'app.no-network', 'a capture is recorded for a network; give --network');
  }
  try {
    const summary = await readCapture(captureFile(path), (packet) => capture.add(packet), {
      onLoss: (loss) => capture.lose(loss),
      onInterface: (index, name) => capture.nameInterface(index, name),
    });
    return summary.packets;
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    capture.end();
    // A capture is over, so its files need not wait for records that may still come.
    void endpoint.delivery?.drain(0);
  }
}

async function answer(
  endpoint: AwsEndpoint,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // Names that begin with a colon are HTTP/2's own and no headers.
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = incoming.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // The host stays among the headers, where the signature covers it; whatever a client sends there, this is a URL.
  const target = incoming.url ?? '/';
  const url = new URL(target.startsWith('/') ? `http://localhost${target}` : target);
  const response = await endpoint.handler(
    new Request(url, {
      method,
      headers,
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    }),
  );
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    'content-length': body.length,
  });
  outgoing.end(body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another program listens there; choose another --aws-port'
          : error.message;
      reject(
        new WeirError('config', 'app.cannot-listen', `cannot listen on ${host}:${port}: ${why}`, {
          details: { host, port, systemCode: error.code ?? null },
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}
