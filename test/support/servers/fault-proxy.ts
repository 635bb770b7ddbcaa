/**
 * A small HTTP proxy before a real S3 server that goes wrong on demand: errors, slowness, cut connections, and a store
 * that lies about conditional writes. Requests are passed on with their Host header untouched, so signatures stay good
 * when the client signs for the proxy and the server is not particular about its name (none of ours is).
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type S3Endpoint, s3ClientOf } from './s3-server.ts';

/** What happens to a request that matches. */
export type Fault =
  /** Answered by the proxy with an S3 error document; the server never sees it. */
  | { readonly kind: 'error'; readonly status: number; readonly code: string }
  /** The server does it, but its answer is lost: the connection is cut before the first byte. */
  | { readonly kind: 'lost-answer' }
  /** The connection is cut before the server sees anything. */
  | { readonly kind: 'cut-request' }
  /** The answer's headers come, then this many bytes of the body, then the connection is cut. */
  | { readonly kind: 'cut-body'; readonly afterBytes: number }
  /** The answer's body comes in pieces of `chunkBytes` with a pause before each. */
  | { readonly kind: 'slow-body'; readonly chunkBytes: number; readonly pauseMs: number }
  /** Held back this long before it is passed on. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** `If-None-Match: *` has no effect: the object is overwritten and the answer is 200, as by a store that lies. */
  | { readonly kind: 'ignore-if-none-match' };

/** Which requests a fault meets; every given part must match. */
export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** Tested on path and query, `/bucket/key?list-type=2`. */
  readonly path?: RegExp;
  /** How many matching requests are met before the rule is spent; without it, all. */
  readonly times?: number;
  /** How many matching requests pass before the first is met. */
  readonly after?: number;
}

/** One request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The kind of the fault it met, null when it was passed on as it came. */
  readonly fault: Fault['kind'] | null;
}

/** A running proxy; it is itself an S3 endpoint with the credentials of the server behind it. */
export interface FaultProxy extends S3Endpoint {
  /** Adds a rule; earlier rules win. */
  inject(rule: FaultRule): void;
  /** Removes all rules and forgets the requests. */
  reset(): void;
  /** Every request since the start or the last reset, in the order of arrival. */
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** The errors that S3 gives most often when it is in trouble, for `{ kind: 'error', ...S3_FAULTS.slowDown }`. */
export const S3_FAULTS = {
  internal: { status: 500, code: 'InternalError' },
  slowDown: { status: 503, code: 'SlowDown' },
  denied: { status: 403, code: 'AccessDenied' },
  conflict: { status: 409, code: 'ConditionalRequestConflict' },
  gone: { status: 404, code: 'NoSuchKey' },
} as const;

interface LiveRule {
  readonly rule: FaultRule;
  matched: number;
}

/** Starts a proxy on loopback before `target`. Stop it in `afterAll`. */
export async function startFaultProxy(target: S3Endpoint): Promise<FaultProxy> {
  const rules: LiveRule[] = [];
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const fault = faultFor(rules, request);
    seen.push({ method: request.method ?? '', path: request.url ?? '', fault: fault?.kind ?? null });
    pass(target, fault, request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    ...target,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    inject(rule) {
      rules.push({ rule, matched: 0 });
    },
    reset() {
      rules.length = 0;
      seen.length = 0;
    },
    stop() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function faultFor(rules: readonly LiveRule[], request: IncomingMessage): Fault | null {
  for (const live of rules) {
    const { method, path, times = Infinity, after = 0 } = live.rule;
    if (method !== undefined && method !== request.method) continue;
    if (path !== undefined && !path.test(request.url ?? '')) continue;
    live.matched += 1;
    if (live.matched > after && live.matched <= after + times) return live.rule.fault;
  }
  return null;
}

async function pass(
  target: S3Endpoint,
  fault: Fault | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (fault?.kind) {
    case 'error': {
      // Read to the end first: an answer in the middle of an upload looks like a broken connection to many clients.
      request.resume();
      await new Promise((resolve) => request.once('close', resolve).once('end', resolve));
      const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${fault.code}</Code><Message>injected by a test</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml', 'content-length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    case 'cut-request':
      request.socket.destroy();
      return;
    case 'delay':
      await wait(fault.milliseconds);
      break;
    default:
  }
  const answer =
    fault?.kind === 'ignore-if-none-match'
      ? await overwrite(target, request)
      : await forward(target, request, request);
  if (fault?.kind === 'lost-answer') {
    await drain(answer);
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  if (fault?.kind === 'cut-body') await sendThenCut(answer, response, fault.afterBytes);
  else if (fault?.kind === 'slow-body') await sendSlowly(answer, response, fault.chunkBytes, fault.pauseMs);
  else answer.pipe(response);
}

function forward(target: S3Endpoint, request: IncomingMessage, body: Readable): Promise<IncomingMessage> {
  const { hostname, port } = new URL(target.endpoint);
  const { method, url: path, headers } = request;
  return new Promise((resolve, reject) => {
    const onward = httpRequest({ hostname, port, method, path, headers }, resolve);
    onward.once('error', reject);
    body.once('error', (error) => onward.destroy(error));
    body.pipe(onward);
  });
}

/** Headers are signed, so the condition cannot just be left out; instead the object that stands in its way is removed. */
async function overwrite(target: S3Endpoint, request: IncomingMessage): Promise<IncomingMessage> {
  const { pathname } = new URL(request.url ?? '/', target.endpoint);
  const [bucket = '', ...key] = decodeURIComponent(pathname).slice(1).split('/');
  const body: Buffer[] = await request.toArray();
  const client = s3ClientOf(target);
  try {
    for (;;) {
      const answer = await forward(target, request, Readable.from(body));
      if (request.headers['if-none-match'] === undefined || ![409, 412].includes(answer.statusCode ?? 0))
        return answer;
      await drain(answer);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key.join('/') }));
    }
  } finally {
    client.destroy();
  }
}

async function drain(answer: IncomingMessage): Promise<void> {
  answer.resume();
  await new Promise((resolve) => answer.once('end', resolve).once('close', resolve));
}

async function sendThenCut(
  answer: IncomingMessage,
  response: ServerResponse,
  afterBytes: number,
): Promise<void> {
  let left = afterBytes;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    await new Promise((resolve) => response.write(part, resolve));
    if (left === 0) break;
  }
  response.flushHeaders();
  response.destroy();
}

async function sendSlowly(
  answer: IncomingMessage,
  response: ServerResponse,
  chunkBytes: number,
  pauseMs: number,
): Promise<void> {
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length && !response.destroyed; at += chunkBytes) {
      await wait(pauseMs);
      response.write(chunk.subarray(at, at + chunkBytes));
    }
  }
  response.end();
}
