import { join } from 'node:path';
import { type ApiConfig, type ApiDeps, createApi, defaultApiConfig } from '../../src/api/index.ts';
import { createDuckDb, createLakeReader, type LakeReader } from '../../src/engine/index.ts';
import { findRecord } from '../../src/ingest/index.ts';
import { type FixtureRow, writeFixtureLake } from './fixture-lake.ts';

/** Asks an API in process, as a browser on the same machine would. */
export interface ApiClient {
  /** The response to a GET of an address such as `/api/lake`. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The response to a POST of JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The parsed answer of a GET; fails the test when the status is not 200. */
  json<T>(path: string): Promise<T>;
}

/** An API over a reader, without port and without console. */
export function apiOver(
  reader: LakeReader,
  config: Partial<ApiConfig> = {},
  deps: Partial<ApiDeps> = {},
): ApiClient {
  const api = createApi(
    { ...defaultApiConfig, ...config },
    {
      reader: async () => reader,
      findRecord: (source, record, signal) => findRecord(source, record, { signal }),
      lakeStatus: async () => ({
        uri: 'file:///lake',
        version: 0,
        lastCommitSeconds: 1_767_312_000,
        bytes: 0,
        rawKeptFrom: null,
        rollupsKeptFrom: null,
        tables: [],
      }),
      nowSeconds: () => 1_767_312_000,
      webDirectory: null,
      version: '0.0.0-test',
      ...deps,
    },
  );
  const send = async (path: string, init: RequestInit): Promise<Response> =>
    api.fetch(new Request(`http://127.0.0.1:4700${path}`, init));
  return {
    get: (path, headers = {}) => send(path, { headers: { host: '127.0.0.1:4700', ...headers } }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { host: '127.0.0.1:4700', 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    json: async <T>(path: string): Promise<T> => {
      const response = await send(path, { headers: { host: '127.0.0.1:4700' } });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as T;
    },
  };
}

/** Opens a lake of a few records for an API; close it after the tests. */
export async function openApiLake(directory: string, rows: readonly FixtureRow[]): Promise<LakeReader> {
  const lake = await writeFixtureLake(join(directory, 'lake'), rows);
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: join(directory, 'tmp-read'),
    confineTo: [directory],
  });
  return createLakeReader(db, lake);
}
