import { createHash } from 'node:crypto';
import { awsError, type Ec2Parameters } from '../aws/index.ts';
import type { Filter } from './filters.ts';

/** What a describe call says about pages, and a digest of the rest of it. */
export interface PageRequest {
  /** Things per page, 5 to 1000. */
  readonly maxResults: number;
  readonly nextToken: string | undefined;
  /** Digest of ids and filters: a token only continues the question it came from. */
  readonly question: string;
}

/** One page; `nextToken` is undefined on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

const MIN_RESULTS = 5;
const MAX_RESULTS = 1000;

/** Reads `MaxResults` and `NextToken`. Without MaxResults a page holds 1000. */
export function readPageRequest(
  parameters: Ec2Parameters,
  ids: readonly string[],
  filters: readonly Filter[],
): PageRequest {
  const maxResults = parameters.integer('MaxResults') ?? MAX_RESULTS;
  if (maxResults < MIN_RESULTS || maxResults > MAX_RESULTS) {
    const range = `Expecting a value from ${MIN_RESULTS} to ${MAX_RESULTS}.`;
    throw awsError(
      'InvalidParameterValue',
      `Value ( ${maxResults} ) for parameter maxResults is invalid. ${range}`,
    );
  }
  return {
    maxResults,
    nextToken: parameters.nonEmpty('NextToken'),
    question: digest(JSON.stringify([ids, filters])),
  };
}

/**
 * The page of a list sorted by `keyOf`. The token says after which key to go on, so things created or deleted between
 * two calls neither repeat nor hide others.
 *
 * Errors: `InvalidNextToken` for a token that is not ours or belongs to another question.
 */
export function pageOf<T>(sorted: readonly T[], keyOf: (item: T) => string, request: PageRequest): Page<T> {
  const after = request.nextToken === undefined ? null : readToken(request.nextToken, request.question);
  const start = after === null ? 0 : firstAfter(sorted, keyOf, after);
  const items = sorted.slice(start, start + request.maxResults);
  const last = items.at(-1);
  const hasMore = start + items.length < sorted.length && last !== undefined;
  return { items, nextToken: hasMore ? formatToken(keyOf(last), request.question) : undefined };
}

function firstAfter<T>(sorted: readonly T[], keyOf: (item: T) => string, after: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && keyOf(item) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function formatToken(key: string, question: string): string {
  return Buffer.from(`${digest(question + key)}${key}`).toString('base64url');
}

function readToken(token: string, question: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const key = text.slice(DIGEST_LENGTH);
  if (text.slice(0, DIGEST_LENGTH) === digest(question + key)) return key;
  throw awsError('InvalidNextToken', 'The specified pagination token is not valid for this request.');
}

const DIGEST_LENGTH = 16;

/** Not a secret: it only catches tokens that were mistyped or moved to another question. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}
