import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { WeirError } from '../base/index.ts';
import { createAnswerCache } from './answer-cache.ts';
import { type ApiConfig, assertApiConfig } from './config.ts';
import { type ApiDeps, type ApiState, createContext } from './context.ts';
import type { Problem } from './contract/common.ts';
import { answerWithProgress, eventStream, watchAnswer } from './events.ts';
import { exportRows, tableResponse } from './exports.ts';
import { formatOf, MEDIA_TYPES } from './formats.ts';
import { createGate } from './gate.ts';
import { bearerToken, createAttemptLimiter, isSameSecret, refusalOf } from './guards.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { openApiDocument } from './openapi.ts';
import { type ProblemStatus, problemFromError, problemOf } from './problem.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { readStaticFiles } from './static-files.ts';

/** The API as a function of requests: no port needed to ask it. */
export interface Api {
  /** Answers one request. `env` holds Node's request when there is one. Never rejects: mistakes become problems. */
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>;
  /** Resolves when no statement runs for any request. */
  idle(): Promise<void>;
}

const DOCUMENT_PATH = '/api/openapi.json';
const MAX_BODY_BYTES = 1_000_000;
const ATTEMPTS = { attempts: 10, windowSeconds: 60 };

/**
 * Makes the API and the console's file server.
 *
 * Errors: `api.bad-config` (kind `config`). Cost: reads the built console into memory, about 1 MB.
 */
export function createApi(config: ApiConfig, deps: ApiDeps): Api {
  assertApiConfig(config);
  const app = new Hono();
  const files = readStaticFiles(deps.webDirectory);
  const state: ApiState = {
    config,
    deps,
    gate: createGate(config.maxSessions),
    largeGate: createGate(config.maxLargeStatements),
    prunedGate: createGate(config.maxPrunedStatements),
    exportGate: createGate(config.maxExports),
    cache: createAnswerCache(config.maxCachedCells),
  };

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store');
  });
  app.use(async (c, next) => {
    const refusal = refusalOf(
      {
        host: c.req.header('host') ?? new URL(c.req.url).host,
        origin: c.req.header('origin') ?? null,
        fetchSite: c.req.path.startsWith('/api/') ? (c.req.header('sec-fetch-site') ?? null) : null,
      },
      config.allowedHosts,
    );
    if (refusal === null) return next();
    if (refusal.kind === 'host')
      return sendProblem(
        c,
        problemOf(403, 'api.host', `the Host header "${refusal.host}" is not one of ours`),
      );
    return sendProblem(c, problemOf(403, 'api.origin', `requests from "${refusal.origin}" are not taken`));
  });
  app.use('/api/*', compress({ threshold: 1024, encoding: 'gzip' }));
  if (config.token !== null) app.use('/api/*', tokenGuard(config.token, deps.nowSeconds));
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => sendProblem(c, problemOf(413, 'api.body', `a body may have ${MAX_BODY_BYTES} bytes`)),
    }),
  );

  for (const route of ROUTES) app.on(route.method, route.path, (c) => answer(c, route, state));
  const document = openApiDocument(ROUTES, deps.version);
  app.get(DOCUMENT_PATH, (c) => c.json(document));
  app.all('/api/*', (c) => withoutRoute(c));
  app.all('*', (c) => {
    const response = files.respond(c.req.path, {
      accept: c.req.header('accept') ?? '',
      encodings: c.req.header('accept-encoding') ?? '',
      ifNoneMatch: c.req.header('if-none-match') ?? '',
    });
    const { method } = c.req.raw;
    if (response !== null && method !== 'GET' && method !== 'HEAD') {
      c.header('allow', 'GET, HEAD');
      return sendProblem(c, problemOf(405, 'api.method', `${c.req.path} answers GET, HEAD, not ${method}`));
    }
    if (response !== null) return response;
    const hint =
      files.count === 0 ? 'the console is not built: run npm run build' : `there is no ${c.req.path}`;
    return sendProblem(c, problemOf(404, 'api.not-found', hint));
  });
  app.onError((error, c) => sendProblem(c, problemFromError(error)));
  app.notFound((c) => withoutRoute(c));
  return {
    fetch: (request, env) => app.fetch(request, env),
    idle: async () => {
      await Promise.all([state.gate.idle(), state.exportGate.idle()]);
    },
  };
}

async function answer(c: Context, route: Route, state: ApiState): Promise<Response> {
  const format = formatOf(c.req.query('format'), c.req.header('accept') ?? '');
  if (format === null) throw badFormat(c.req.query('format') ?? '');
  // Nobody would read the stream.
  if (c.req.raw.method === 'HEAD' && format !== 'json') {
    return new Response(null, { headers: { 'content-type': MEDIA_TYPES[format] } });
  }
  // A stream ends when its reader goes, which is not always the end of the request.
  const gone = new AbortController();
  const signal = AbortSignal.any([c.req.raw.signal, gone.signal]);
  const context = await createContext(state, signal);
  const { format: _, ...query } = c.req.query();
  const body = route.body === null ? undefined : await readJson(c);
  if (format === 'events') {
    const { event } = route;
    if (event !== null) {
      const look = async (): Promise<unknown> =>
        route.answer(await createContext(state, signal), query, undefined);
      return eventStream(
        (send) => watchAnswer(send, event, look, signal),
        () => gone.abort(),
      );
    }
    return eventStream(
      (send) => answerWithProgress(send, context.sessions, () => route.answer(context, query, body)),
      () => gone.abort(),
    );
  }
  if (format !== 'json' && route.rows !== null) {
    return exportRows(context, await route.rows(context, query, body), format);
  }
  const value = await route.answer(context, query, body);
  if (format !== 'json') return tableResponse(value, format, c.req.query('format') !== undefined);
  const headers = isPaged(value) ? { link: `<${value.next}>; rel="next"` } : {};
  return c.json(value as object, 200, headers);
}

function badFormat(format: string): WeirError {
  return new WeirError('query', 'api.bad-format', `there is no format "${format}" for this answer`);
}

function isPaged(value: unknown): value is { readonly next: string } {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'string';
}

/** The JSON of a body. Errors: `api.bad-request` when it is none. */
async function readJson(c: Context): Promise<unknown> {
  const encoding = c.req.header('content-encoding');
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    const what =
      encoding === undefined
        ? text === ''
          ? 'it is empty'
          : 'it does not parse'
        : `it comes as ${encoding}`;
    throw new WeirError(
      'query',
      'api.bad-request',
      `the body must be JSON, uncompressed and in UTF-8; ${what}`,
    );
  }
}

function tokenGuard(token: string, nowSeconds: () => number) {
  const limiter = createAttemptLimiter(ATTEMPTS, nowSeconds);
  return async (c: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const caller = callerOf(c);
    const wait = limiter.waitSeconds(caller);
    if (wait > 0) {
      c.header('retry-after', String(wait));
      return sendProblem(c, problemOf(429, 'api.attempts', `too many wrong tokens; try again in ${wait} s`));
    }
    const given = bearerToken(c.req.header('authorization') ?? null);
    if (given !== null && isSameSecret(given, token)) {
      await next();
      return undefined;
    }
    if (given !== null) limiter.fail(caller);
    c.header('www-authenticate', 'Bearer realm="weir"');
    return sendProblem(
      c,
      problemOf(401, 'api.token', given === null ? 'this Weir asks for its token' : 'this is not the token'),
    );
  };
}

/** The address of the other end; one name for all where there is no socket, as in tests. */
function callerOf(c: Context): string {
  const env = c.env as
    | { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
    | undefined;
  return env?.incoming?.socket?.remoteAddress ?? 'in process';
}

/** What a path without a route for the method answers: which methods it has, or that there is no such thing. */
function withoutRoute(c: Context): Response {
  const { path, method } = c.req;
  const methods = methodsOf(path);
  if (methods.length === 0) {
    const hint = `there is no ${path}; /api/openapi.json lists what there is`;
    return sendProblem(c, problemOf(404, 'api.not-found', hint));
  }
  c.header('allow', methods.join(', '));
  if (method === 'OPTIONS') return c.body(null, 204);
  return sendProblem(c, problemOf(405, 'api.method', `${path} answers ${methods.join(', ')}, not ${method}`));
}

function methodsOf(path: string): readonly string[] {
  const own = ROUTES.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
  const all = path === DOCUMENT_PATH ? ['GET'] : own;
  return all.length === 0 ? [] : [...all, ...(all.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}

function sendProblem(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify(problem), problem.status as ProblemStatus, {
    'content-type': 'application/problem+json',
  });
}
