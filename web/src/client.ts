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

/** Sends a question. Rejects like `get`. */
export async function post<P extends keyof Posts>(
  path: P,
  body: Posts[P]['body'],
  signal: AbortSignal,
): Promise<Posts[P]['answer']> {
  const headers = { 'content-type': 'application/json' };
  return (await request(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal,
  })) as Posts[P]['answer'];
}

/** Sends a question, and is told how far it is until the answer is there. Rejects like `get`. */
export async function postWithProgress<P extends keyof Posts>(
  path: P,
  body: Posts[P]['body'],
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Posts[P]['answer']> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await reach(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
  if (!response.ok || response.body === null) {
    const answer = parseJson(await response.text());
    throw new ApiError(isProblem(answer) ? answer : notOurs(response.status));
  }
  for await (const { event, data } of readEvents(response.body)) {
    if (event === 'progress') onProgress(data as Progress);
    else if (event === 'answer') return data as Posts[P]['answer'];
    else if (event === 'problem' && isProblem(data)) throw new ApiError(data);
  }
  signal.throwIfAborted();
  throw new ApiError(unreachable('the stream ended before the answer'));
}

/** Sends a question whose answer is a file of a media type. Rejects like `get`. */
export async function postForFile(
  path: string,
  body: unknown,
  accept: string,
  signal: AbortSignal,
): Promise<{ readonly content: Blob; readonly isTruncated: boolean }> {
  const headers = { 'content-type': 'application/json', accept };
  const response = await reach(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
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

/** The events of a stream, one by one; what is no event of ours is passed over. */
async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const pieces = text.split('\n\n');
      text = pieces.pop() ?? '';
      for (const piece of pieces) {
        const event = /^event: (.+)$/m.exec(piece)?.[1];
        const data = /^data: (.+)$/m.exec(piece)?.[1];
        if (event !== undefined && data !== undefined) yield { event, data: parseJson(data) };
      }
    }
  } finally {
    await reader.cancel();
  }
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
