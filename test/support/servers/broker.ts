/**
 * One of each server for a whole test run. Tests run in several processes; the broker lives in vitest's main process,
 * starts a server when the first suite asks for it, gives the same endpoint to all, and stops what it started.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMotoAvailable, startMoto } from './moto.ts';
import { isRadosgwAvailable, startRadosgw } from './radosgw.ts';
import type { S3Endpoint, S3Server } from './s3-server.ts';
import { isSwiftAvailable, startSwift } from './swift.ts';

/** How one server is found and started. */
export interface Starter {
  readonly isAvailable: () => boolean;
  readonly start: () => Promise<S3Server>;
}

/** Every server a suite can ask for, by the name that `REQUIRE_SERVERS` uses. */
export const STARTERS = {
  radosgw: { isAvailable: isRadosgwAvailable, start: startRadosgw },
  swift: { isAvailable: isSwiftAvailable, start: startSwift },
  moto: { isAvailable: isMotoAvailable, start: startMoto },
} as const satisfies Readonly<Record<string, Starter>>;

/** `radosgw`, `swift` or `moto`. */
export type ServerName = keyof typeof STARTERS;

/** What the broker answers: the endpoint, or why there is none. */
export type BrokerAnswer =
  | { readonly kind: 'endpoint'; readonly endpoint: S3Endpoint }
  | { readonly kind: 'failed'; readonly reason: string };

/** A running broker. */
export interface Broker {
  /** `GET <url>/<server name>` answers with a `BrokerAnswer`, after starting the server if nobody had asked yet. */
  readonly url: string;
  /** Stops the servers that were started, and the broker. */
  stop(): Promise<void>;
}

/** The names in `REQUIRE_SERVERS=radosgw,swift`: these must run, so that their absence is a failure and not a skip. */
export function requiredServers(environment: Readonly<Record<string, string | undefined>>): ServerName[] {
  const names = (environment['REQUIRE_SERVERS'] ?? '').split(',').map((name) => name.trim());
  return names.filter(Boolean).map((name) => {
    if (!isServerName(name))
      throw new Error(`REQUIRE_SERVERS names '${name}'; there are ${Object.keys(STARTERS).join(', ')}`);
    return name;
  });
}

/** Starts the broker on loopback, and at once the servers in `ahead`, without waiting for them. */
export async function startBroker(
  ahead: readonly ServerName[] = [],
  starters: Readonly<Record<ServerName, Starter>> = STARTERS,
): Promise<Broker> {
  const servers = new Map<ServerName, Promise<S3Server>>();
  const serverOf = (name: ServerName): Promise<S3Server> => {
    const running = servers.get(name) ?? startTwice(starters[name]);
    // Whoever asks hears of a failure; a server started ahead that nobody asks for must not end the run.
    running.catch(() => undefined);
    servers.set(name, running);
    return running;
  };
  const http = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const answer = isServerName(name)
      ? answerOf(serverOf(name))
      : Promise.resolve(failed(`no server is called '${name}'`));
    void answer.then((found) => response.end(JSON.stringify(found)));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  for (const name of ahead) void serverOf(name);
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      http.close();
      http.closeAllConnections();
      const ended = [...servers.values()].map(async (server) => (await server).stop());
      await Promise.allSettled(ended);
    },
  };
}

function isServerName(name: string): name is ServerName {
  return Object.hasOwn(STARTERS, name);
}

/** A free port can be taken by somebody else before the server has it; a second try has other ports. */
async function startTwice(starter: Starter): Promise<S3Server> {
  if (!starter.isAvailable())
    throw new Error('its programs are not installed; scripts/install-test-servers.sh brings them');
  return starter.start().catch(() => starter.start());
}

async function answerOf(server: Promise<S3Server>): Promise<BrokerAnswer> {
  try {
    const { endpoint, accessKeyId, secretAccessKey, region } = await server;
    return { kind: 'endpoint', endpoint: { endpoint, accessKeyId, secretAccessKey, region } };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(reason: string): BrokerAnswer {
  return { kind: 'failed', reason };
}
