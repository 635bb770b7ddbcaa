import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiConfig, type ApiServer, defaultApiConfig, startApiServer } from '../api/index.ts';
import type { Reporter } from '../base/index.ts';
import { findRecord } from '../ingest/index.ts';
import type { Config } from './config.ts';
import type { ReadSession } from './read-session.ts';
import { openReadSession } from './read-session.ts';

/** What may be said beside the configuration. */
export interface ServeOptions {
  /** Shared secret of requests; from the environment only, so that it is in no list of processes. */
  readonly token: string | null;
  /** Names by which others reach this machine. */
  readonly allowedHosts?: readonly string[];
  /** The built console; found beside the program when absent. */
  readonly webDirectory?: string | null;
  readonly version: string;
  readonly reporter?: Reporter;
}

/** A running Weir: the console and its API over one lake. */
export interface Serving {
  /** `http://127.0.0.1:4700`. */
  readonly address: string;
  /** The address of the lake. */
  readonly lake: string;
  /** True when the lake has no records yet. */
  readonly isEmpty: boolean;
  close(): Promise<void>;
}

/** How old the view of the lake may be when a question arrives. */
const REFRESH_MS = 2000;

/**
 * Starts the console and the API over the lake of the configuration. The lake may grow meanwhile: each question sees
 * it as it was at most two seconds ago.
 *
 * Errors: those of `openReadSession` and `startApiServer`.
 */
export async function serve(config: Config, options: ServeOptions): Promise<Serving> {
  const session = await openReadSession(config, {
    watchedSessions: defaultApiConfig.maxSessions,
    ...(options.reporter === undefined ? {} : { reporter: options.reporter }),
  });
  const apiConfig: ApiConfig = {
    ...defaultApiConfig,
    host: config.serve.host,
    port: config.serve.port,
    token: options.token,
    allowedHosts: options.allowedHosts ?? [],
    queryTimeoutMs: Math.min(config.engine.timeoutSeconds * 1000, defaultApiConfig.queryTimeoutMs),
  };
  const refreshed = freshReader(session);
  let server: ApiServer;
  try {
    server = await startApiServer(apiConfig, {
      reader: refreshed,
      lakeStatus: session.status,
      findRecord: (source, record, signal) => findRecord(source, record, { store: config.storage, signal }),
      nowSeconds: () => Date.now() / 1000,
      webDirectory: options.webDirectory === undefined ? findWebDirectory() : options.webDirectory,
      version: options.version,
    });
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    address: server.address,
    lake: session.uri,
    isEmpty: session.isEmpty,
    close: async () => {
      await server.close();
      session.close();
    },
  };
}

/** The reader of a session, moved to the newest state when the last look is too old. Looks never overlap. */
function freshReader(session: ReadSession): () => Promise<ReadSession['reader']> {
  let lookedAt = performance.now();
  let looking: Promise<void> | null = null;
  return async () => {
    if (looking === null && performance.now() - lookedAt > REFRESH_MS) {
      looking = session.refresh().finally(() => {
        lookedAt = performance.now();
        looking = null;
      });
    }
    // The old state answers as well as none: a store that fails now is told by the question itself.
    await looking?.catch(() => {});
    return session.reader;
  };
}

/** `dist/web`, from the built program (`dist/src/app`) or from the sources (`src/app`). */
function findWebDirectory(): string | null {
  const candidates = ['../../web', '../../dist/web'].map((path) => join(import.meta.dirname, path));
  return candidates.find((path) => existsSync(join(path, 'index.html')) && !isSource(path)) ?? null;
}

/** The sources of the console have an index.html too, which no browser can run. */
function isSource(path: string): boolean {
  return existsSync(join(path, 'vite.config.ts'));
}
