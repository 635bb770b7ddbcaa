import type {
  AnswerTable,
  AskAnswer,
  AskBody,
  Coverage,
  EntityFacts,
  InsightsAnswer,
  InsightsBody,
  LakeState,
  Ledger,
  Network,
  Overview,
  Problem,
  Progress,
  QueryAnswer,
  QueryBody,
  RawLine,
  RawLineBody,
  Records,
  SqlBody,
  Storage,
  Top,
  Values,
} from '../../src/api/index.ts';
import { readEvents, type ServerEvent } from './event-stream.ts';

/** What each resource answers. */
interface Answers {
  readonly '/api/lake': LakeState;
  readonly '/api/overview': Overview;
  readonly '/api/coverage': Coverage;
  readonly '/api/top': Top;
  readonly '/api/network': Network;
  readonly '/api/entity': EntityFacts;
  readonly '/api/values': Values;
  readonly '/api/records': Records;
  readonly '/api/ledger': Ledger;
  readonly '/api/malformed': Ledger;
  readonly '/api/storage': Storage;
}

interface Posts {
  readonly '/api/query': { readonly body: QueryBody; readonly answer: QueryAnswer };
  readonly '/api/insights': { readonly body: InsightsBody; readonly answer: InsightsAnswer };
  readonly '/api/ask': { readonly body: AskBody; readonly answer: AskAnswer };
  readonly '/api/raw-line': { readonly body: RawLineBody; readonly answer: RawLine };
  readonly '/api/sql': { readonly body: SqlBody; readonly answer: AnswerTable };
}

/** Parameters of a request; absent and empty ones are not sent. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** A problem that the API answered with, or that kept us from reaching it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const TOKEN_KEY = 'weir.token';

/** Keeps the token for this tab; it is gone when the tab is. */
export function rememberToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** Forgets it; the next request is asked for it again. */
export function forgetToken(): void {
  sessionStorage.removeItem(TOKEN_KEY);
}

/** True when this tab was given a token, so that Weir answers nobody without. */
export function hasToken(): boolean {
  return sessionStorage.getItem(TOKEN_KEY) !== null;
}

/** The address of a resource, for requests and for "copy as curl". */
export function resourceAddress(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Asks a resource. Rejects with `ApiError`, or with the signal's reason. */
export async function get<P extends keyof Answers>(
  path: P,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Answers[P]> {
  return (await request(resourceAddress(path, parameters), { signal })) as Answers[P];
}

const JSON_POST = { method: 'POST', headers: { 'content-type': 'application/json' } } as const;

/** Sends a question. Rejects like `get`. */
export async function post<P extends keyof Posts>(
  path: P,
  body: Posts[P]['body'],
  signal: AbortSignal,
): Promise<Posts[P]['answer']> {
  return (await request(path, { ...JSON_POST, body: JSON.stringify(body), signal })) as Posts[P]['answer'];
}

/** A resource as it is and as it changes, until the signal fires. Rejects when the stream ends or breaks, else like `get`. */
export async function watch<P extends '/api/lake'>(
  path: P,
  onValue: (value: Answers[P]) => void,
  signal: AbortSignal,
): Promise<void> {
  for await (const { data } of eventsFrom(path, { signal })) onValue(data as Answers[P]);
  signal.throwIfAborted();
  throw new ApiError(unreachable('the stream ended'));
}

/** The events of a question; its problem is thrown. */
async function* eventsFrom(
  address: string,
  init: RequestInit & { readonly signal: AbortSignal },
): AsyncGenerator<ServerEvent> {
  const headers = new Headers(init.headers);
  headers.set('accept', 'text/event-stream');
  const response = await reach(address, { ...init, headers });
  if (!response.ok || response.body === null) {
    const answer = parseJson(await response.text());
    throw new ApiError(isProblem(answer) ? answer : notOurs(response.status));
  }
  try {
    for await (const event of readEvents(response.body)) {
      if (event.event === 'problem' && isProblem(event.data)) throw new ApiError(event.data);
      yield event;
    }
  } catch (error) {
    init.signal.throwIfAborted();
    throw error instanceof ApiError ? error : new ApiError(unreachable(error));
  }
}

/** Sends a question, and is told how far it is until the answer is there. Rejects like `get`. */
export async function postWithProgress<P extends keyof Posts>(
  path: P,
  body: Posts[P]['body'],
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Posts[P]['answer']> {
  const init = { ...JSON_POST, body: JSON.stringify(body), signal };
  for await (const { event, data } of eventsFrom(path, init)) {
    if (event === 'progress') onProgress(data as Progress);
    if (event === 'answer') return data as Posts[P]['answer'];
  }
  throw new ApiError(unreachable('the stream ended before the answer'));
}

/** Asks for an answer as a file of a media type; with a body it is sent as a question. Rejects like `get`. */
export async function askForFile(
  address: string,
  body: unknown,
  accept: string,
  signal: AbortSignal,
): Promise<{ readonly content: Blob; readonly isTruncated: boolean }> {
  const response = await reach(
    address,
    body === undefined
      ? { headers: { accept }, signal }
      : {
          method: 'POST',
          headers: { ...JSON_POST.headers, accept },
          body: JSON.stringify(body),
          signal,
        },
  );
  const isTruncated = response.headers.get('weir-truncated') === 'true';
  if (response.ok) return { content: await response.blob(), isTruncated };
  const answer = parseJson(await response.text());
  throw new ApiError(isProblem(answer) ? answer : notOurs(response.status));
}

async function request(
  address: string,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<unknown> {
  const response = await reach(address, init);
  const text = await response.text();
  const answer = parseJson(text);
  if (response.ok && answer !== undefined) return answer;
  throw new ApiError(isProblem(answer) ? answer : notOurs(response.status));
}

async function reach(
  address: string,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  const token = sessionStorage.getItem(TOKEN_KEY);
  const headers = new Headers(init.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  try {
    return await fetch(address, { ...init, headers });
  } catch (error) {
    init.signal.throwIfAborted();
    throw new ApiError(unreachable(error));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

function unreachable(error: unknown): Problem {
  return clientProblem('web.unreachable', 'Weir does not answer', {
    detail: 'Is "weir serve" still running? The page tries again when you reload it.',
    details: { reason: String(error) },
  });
}

function notOurs(status: number): Problem {
  return clientProblem('web.not-json', 'This is no answer of Weir', {
    detail: `Something between this page and Weir answered with status ${status}.`,
    details: { status },
  });
}

function clientProblem(code: string, title: string, rest: Pick<Problem, 'detail' | 'details'>): Problem {
  return { type: `urn:weir:problem:${code}`, title, status: 0, code, ...rest };
}
