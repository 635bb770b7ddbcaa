import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { WeirError } from '../base/index.ts';
import { createApi } from './api.ts';
import type { ApiConfig } from './config.ts';
import type { ApiDeps } from './context.ts';

/** Room for the longest filter that a GET may carry, 20,000 letters of any alphabet, percent-encoded. */
const MAX_HEADER_BYTES = 256 * 1024;

/** A listening API. */
export interface ApiServer {
  /** Where it listens, `http://127.0.0.1:4700`. */
  readonly address: string;
  /** Takes no more requests, waits two seconds for those that run, then ends them, event streams with them. */
  close(): Promise<void>;
}

/**
 * Starts the API and the console.
 *
 * Errors: `api.bad-config`, and `api.cannot-listen` (kind `config`) when the port is taken or the address is not ours.
 */
export async function startApiServer(config: ApiConfig, deps: ApiDeps): Promise<ApiServer> {
  const api = createApi(config, deps);
  const listener = getRequestListener(api.fetch, { hostname: config.host });
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES },
    (request, response) => void listener(request, response),
  );
  // A view of the console asks for many things at once and comes back within a minute.
  server.keepAliveTimeout = 65_000;
  // Questions are short: who takes longer to ask one keeps a connection for its own sake.
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;
  await listen(server, config);
  return { address: addressOf(server, config.host), close: () => closeServer(server, api.idle) };
}

function listen(server: Server, { host, port }: ApiConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'another program listens there; choose another --port' : error.message;
      reject(
        new WeirError('config', 'api.cannot-listen', `cannot listen on ${host}:${port}: ${why}`, {
          details: { host, port },
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function addressOf(server: Server, host: string): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Open streams would keep the server for ever. */
const GRACE_MS = 2000;

async function closeServer(server: Server, idle: () => Promise<void>): Promise<void> {
  const ending = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeIdleConnections();
  });
  clearTimeout(ending);
  // The engine must not be closed under a statement that is just being stopped.
  await idle();
}
