import { isIP } from 'node:net';
import { WeirError } from '../base/index.ts';

/** Everything that decides how the API listens and how far one request may go. */
export interface ApiConfig {
  /** Address to bind; anything but loopback needs a token. */
  readonly host: string;
  /** TCP port; 0 lets the system choose. */
  readonly port: number;
  /** Shared secret that requests carry as `Authorization: Bearer …`; null asks for none. */
  readonly token: string | null;
  /** Names that the Host header may carry beside addresses and localhost, for a console behind a name. */
  readonly allowedHosts: readonly string[];
  /** Wall time of one statement. */
  readonly queryTimeoutMs: number;
  /** Rows that one answer holds at most. */
  readonly maxRows: number;
  /** Wall time of one answer that is sent while it is made: CSV, NDJSON, Parquet, Arrow. */
  readonly exportTimeoutMs: number;
  /** Sessions that requests have at a time; the others wait. */
  readonly maxSessions: number;
  /**
   * Statements over more than `largeBytes` that run at a time; small ones pass those that wait. Node runs four pieces of
   * work of the engine at a time, so with `maxPrunedStatements` it is at most three, or the small ones wait there.
   */
  readonly maxLargeStatements: number;
  /** The same for those that filters leave little of, such as the records of an address. */
  readonly maxPrunedStatements: number;
  /** Bytes of the tables of a statement from which on it is large; SQL from outside is large always. */
  readonly largeBytes: number;
  /** Sessions of answers that are sent while they are made, so that slow readers keep nobody else waiting. */
  readonly maxExports: number;
  /** Values in answers that are kept until the lake changes. */
  readonly maxCachedCells: number;
  /** Wall time that records may be searched for values of a field, for completion. */
  readonly sampleTimeoutMs: number;
}

/** Loopback, port 4700, no token; 30 s and 10,000 rows, 10 minutes for an export. */
export const defaultApiConfig: ApiConfig = {
  host: '127.0.0.1',
  port: 4700,
  token: null,
  allowedHosts: [],
  queryTimeoutMs: 30_000,
  maxRows: 10_000,
  exportTimeoutMs: 600_000,
  maxSessions: 32,
  maxLargeStatements: 2,
  maxPrunedStatements: 1,
  largeBytes: 32 * 1024 * 1024,
  maxExports: 4,
  maxCachedCells: 2_000_000,
  sampleTimeoutMs: 1000,
};

const MIN_TOKEN_LENGTH = 16;

/** What is wrong with a config, one sentence each; empty when nothing is. */
export function checkApiConfig(config: ApiConfig): readonly string[] {
  const problems: string[] = [];
  if (!isLoopback(config.host) && config.token === null) {
    problems.push(
      `host ${config.host} can be reached by others, so a token is needed: set WEIR_TOKEN, or bind 127.0.0.1`,
    );
  }
  if (config.token !== null && config.token.length < MIN_TOKEN_LENGTH) {
    problems.push(
      `the token has ${config.token.length} characters; at least ${MIN_TOKEN_LENGTH} are needed, for example from openssl rand -hex 16`,
    );
  }
  if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535) {
    problems.push(`port ${config.port} is outside 0 to 65535`);
  }
  return problems;
}

/** Throws `api.bad-config` (kind `config`) with all problems at once. */
export function assertApiConfig(config: ApiConfig): void {
  const problems = checkApiConfig(config);
  if (problems.length === 0) return;
  throw new WeirError('config', 'api.bad-config', `cannot serve: ${problems.join('; ')}`, {
    details: { problems },
  });
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
