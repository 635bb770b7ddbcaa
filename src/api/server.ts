import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { WeirError } from '../base/index.ts';
import { createApi } from './api.ts';
import type { ApiConfig } from './config.ts';
import type { ApiDeps } from './context.ts';

/** A listening API. */
export interface ApiServer {
  /** Where it listens, `http://127.0.0.1:4700`. */
  readonly address: string;
  /** Takes no more requests, ends idle connections and waits for the rest. */
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
  const server = createServer((request, response) => void listener(request, response));
  // A view of the console asks for many things at once and comes back within a minute.
  server.keepAliveTimeout = 65_000;
  await listen(server, config);
  return { address: addressOf(server, config.host), close: () => closeServer(server) };
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

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeIdleConnections();
  });
}
