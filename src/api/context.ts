import type { AnalyzeDeps } from '../analyze/index.ts';
import { isWeirError, timeSecondsOf, WeirError } from '../base/index.ts';
import type { Admission, LakeMoment, LakeReader, LakeSession } from '../engine/index.ts';
import type { KnownSource, RecordFinding, WantedRecord } from '../ingest/index.ts';
import type { LakeStatus } from '../lake/index.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { ApiConfig } from './config.ts';
import type { Gate } from './gate.ts';

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

/** What all requests share. */
export interface ApiState {
  readonly config: ApiConfig;
  readonly deps: ApiDeps;
  /** Keeps requests from having sessions without end. */
  readonly gate: Gate;
  /** Keeps large statements from crowding out each other and the small ones. */
  readonly largeGate: Gate;
  /** The same for those that filters leave little of, so that they do not wait for whole scans. */
  readonly prunedGate: Gate;
  /** The same for answers that are sent while they are made. */
  readonly exportGate: Gate;
  readonly cache: AnswerCache;
}

/** What a handler works with: one request's view of config, lake and time. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly nowSeconds: number;
  /** Fires when the caller has gone. */
  readonly signal: AbortSignal;
  /** The lake that is asked: as it is, or as it was for a context of `at`. */
  readonly reader: LakeMoment;
  /** The lake as it is, which also knows how it was. */
  readonly lake: LakeReader;
  readonly cache: AnswerCache;
  readonly findRecord: ApiDeps['findRecord'];
  readonly lakeStatus: ApiDeps['lakeStatus'];
  /** Sessions that work for this request now, for its progress. */
  readonly sessions: ReadonlySet<LakeSession>;
  /** The same request over another state of the lake. */
  at(reader: LakeMoment): ApiContext;
  /** A session of its own, once there is a place; `close` gives both back. Errors: the reason of the signal. */
  openSession(use?: 'export'): Promise<{ readonly session: LakeSession; readonly close: () => void }>;
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
export async function createContext(state: ApiState, signal: AbortSignal): Promise<ApiContext> {
  const { config, deps, gate, largeGate, prunedGate, exportGate, cache } = state;
  const lake = await deps.reader();
  const nowSeconds = deps.nowSeconds();
  const sessions = new Set<LakeSession>();
  const admit: Admission = async (bytes, isPruned) => {
    if (bytes <= config.largeBytes) return () => {};
    return (isPruned ? prunedGate : largeGate).enter(signal);
  };
  const contextOver = (reader: LakeMoment): ApiContext => {
    const openSession: ApiContext['openSession'] = async (use) => {
      const leave = await (use === 'export' ? exportGate : gate).enter(signal);
      const session = await reader.connect(admit).catch((error: unknown) => {
        leave();
        throw error;
      });
      sessions.add(session);
      return {
        session,
        close: () => {
          sessions.delete(session);
          session.close();
          leave();
        },
      };
    };
    return {
      config,
      nowSeconds,
      signal,
      reader,
      lake,
      cache,
      sessions,
      findRecord: deps.findRecord,
      lakeStatus: deps.lakeStatus,
      at: contextOver,
      openSession,
      withSession: async (work) => {
        const { session, close } = await openSession();
        try {
          return await work(session);
        } finally {
          close();
        }
      },
    };
  };
  return contextOver(lake);
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
