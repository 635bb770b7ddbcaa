import type { AnalyzeDeps } from '../analyze/index.ts';
import { isWeirError, timeSecondsOf, WeirError } from '../base/index.ts';
import type { LakeReader, LakeSession } from '../engine/index.ts';
import type { KnownSource, RecordFinding, WantedRecord } from '../ingest/index.ts';
import type { LakeStatus } from '../lake/index.ts';
import type { ApiConfig } from './config.ts';

/** What the API needs from whoever starts it. */
export interface ApiDeps {
  /** The lake at its newest state. Asked at each request, so it must be cheap when nothing has changed. */
  readonly reader: () => Promise<LakeReader>;
  /** What the lake's files come to. Asked at each request for it. */
  readonly lakeStatus: () => Promise<LakeStatus>;
  /** The present in Unix seconds. */
  readonly nowSeconds: () => number;
  /** Looks a record up in the object it came from; `findRecord` of `ingest` with the means to reach it. */
  readonly findRecord: (
    source: KnownSource,
    record: WantedRecord,
    signal: AbortSignal,
  ) => Promise<RecordFinding>;
  /** The built console; null serves the API alone. */
  readonly webDirectory: string | null;
  /** Version of Weir, for the document. */
  readonly version: string;
}

/** What a handler works with: one request's view of config, lake and time. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly nowSeconds: number;
  /** Fires when the caller has gone. */
  readonly signal: AbortSignal;
  readonly reader: LakeReader;
  readonly findRecord: ApiDeps['findRecord'];
  readonly lakeStatus: ApiDeps['lakeStatus'];
  /** Runs work on a session of its own and gives the session back. */
  withSession<T>(work: (session: LakeSession) => Promise<T>): Promise<T>;
}

/** Time limit and cancellation for statements of a request. */
export function limitsOf(context: ApiContext): { readonly timeoutMs: number; readonly signal: AbortSignal } {
  return { timeoutMs: context.config.queryTimeoutMs, signal: context.signal };
}

/** What `analyze` takes, for a session of a request. */
export function analyzeDeps(context: ApiContext, session: LakeSession): AnalyzeDeps {
  return { session, reader: context.reader, limits: limitsOf(context) };
}

/** The context of one request. */
export async function createContext(
  config: ApiConfig,
  deps: ApiDeps,
  signal: AbortSignal,
): Promise<ApiContext> {
  const reader = await deps.reader();
  return {
    config,
    nowSeconds: deps.nowSeconds(),
    signal,
    reader,
    findRecord: deps.findRecord,
    lakeStatus: deps.lakeStatus,
    withSession: async (work) => {
      const session = await reader.connect();
      try {
        return await work(session);
      } finally {
        session.close();
      }
    },
  };
}

/** A time parameter in Unix seconds; null when absent. Errors: `api.bad-time` naming the parameter. */
export function timeParameter(name: string, text: string | undefined, nowSeconds: number): number | null {
  if (text === undefined || text === '') return null;
  try {
    return timeSecondsOf(text, nowSeconds);
  } catch (error) {
    if (!isWeirError(error)) throw error;
    throw new WeirError('query', 'api.bad-time', `${name}: ${error.message}`, { cause: error });
  }
}
