import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { awsError } from './errors.ts';

/** The parts of an HTTP request that a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path as sent, percent-encoded, without the query string. */
  readonly path: string;
  /** Query string as sent, without the question mark; empty for none. */
  readonly query: string;
  /** Header values by lower-case name; `host` (or `:authority` over HTTP/2) included. */
  readonly headers: Headers | ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** A key pair that may sign requests. The secret is compared and never printed. */
export interface SigningCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set for temporary credentials: requests must then carry exactly this `X-Amz-Security-Token`. */
  readonly sessionToken?: string;
}

/** What a valid signature proves. */
export interface VerifiedSignature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** What `verifySignature` needs beside the request. */
export interface SignatureRules {
  /** The credential of an access key id, or undefined when the key is not known. */
  readonly credentialOf: (accessKeyId: string) => SigningCredential | undefined;
  /** Unix milliseconds of now. */
  readonly nowMs: number;
  /** Signing names that are accepted, for example `['ec2']`. */
  readonly services: readonly string[];
}

/** How far a request's clock may be from ours, either way. */
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_PRESIGNED_SECONDS = 604_800;
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** A signature as the request claims it, from the Authorization header or the query string. */
interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly stamp: string;
  readonly token: string | undefined;
  /** Seconds a presigned URL lives; null for a signed header. */
  readonly expiresSeconds: number | null;
}

/** True when the request tries to be signed at all, well or badly. */
export function isSigned(request: Pick<SignedRequest, 'headers' | 'query'>): boolean {
  return request.headers.get('authorization') != null || /(?:^|&)X-Amz-Signature=/.test(request.query);
}

/** The key and Region that a request names, unchecked; null when it names none. For endpoints that take any key. */
export function claimedScope(
  request: Pick<SignedRequest, 'headers' | 'query'>,
): Pick<VerifiedSignature, 'accessKeyId' | 'region'> | null {
  const text = request.headers.get('authorization') ?? request.query.replaceAll(/%2F/gi, '/');
  const match = /Credential=([^/,&]+)\/\d{8}\/([^/,&]+)\//.exec(text);
  return match === null ? null : { accessKeyId: match[1] ?? '', region: match[2] ?? '' };
}

/**
 * Checks a Signature Version 4, header or presigned query, of a service whose canonical path is normalised (all but
 * S3). Secrets and signatures are compared in constant time.
 *
 * Errors: `MissingAuthenticationToken`, `IncompleteSignature` (malformed, or a header that must be signed is not),
 * `AuthFailure` (unknown key, wrong token), `SignatureDoesNotMatch` (wrong service, scope date or signature),
 * `RequestExpired` (clock more than 15 minutes off, or presigned and over).
 * Cost: one SHA-256 of the body and six HMACs. Source: AWS, "Authenticating requests: Signature Version 4".
 */
export function verifySignature(request: SignedRequest, rules: SignatureRules): VerifiedSignature {
  const claim = readClaim(request);
  assertFresh(claim, rules.nowMs);
  if (claim.stamp.slice(0, 8) !== claim.date) {
    throw awsError(
      'SignatureDoesNotMatch',
      'The date of the credential scope is not the date of X-Amz-Date.',
    );
  }
  if (!rules.services.includes(claim.service)) {
    const expected = rules.services.join(' or ');
    throw awsError(
      'SignatureDoesNotMatch',
      `Credential should be scoped to service ${expected}, not '${claim.service}'.`,
    );
  }
  const credential = rules.credentialOf(claim.accessKeyId);
  if (credential === undefined || !isSameText(claim.token ?? '', credential.sessionToken ?? '')) {
    throw awsError('AuthFailure', 'AWS was not able to validate the provided access credentials');
  }
  assertCovered(request, claim);
  const expected = signatureOf(request, claim, credential.secretAccessKey);
  if (!isSameText(claim.signature, expected)) {
    throw awsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check the secret access key and signing method.',
    );
  }
  return { accessKeyId: claim.accessKeyId, region: claim.region, service: claim.service };
}

function readClaim(request: SignedRequest): Claim {
  const header = request.headers.get('authorization');
  if (header != null) return readHeaderClaim(header, request);
  const query = new Map(queryPairs(request.query));
  if (!query.has('X-Amz-Signature')) {
    throw awsError(
      'MissingAuthenticationToken',
      'The request must be signed with an AWS access key (Signature Version 4).',
    );
  }
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}`);
  const expires = query.get('X-Amz-Expires') ?? '900';
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_PRESIGNED_SECONDS) {
    throw incomplete(`X-Amz-Expires must be 1 to ${MAX_PRESIGNED_SECONDS} seconds`);
  }
  return {
    ...readScope(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    stamp: query.get('X-Amz-Date') ?? '',
    token: query.get('X-Amz-Security-Token'),
    expiresSeconds: Number(expires),
  };
}

function readHeaderClaim(header: string, request: SignedRequest): Claim {
  if (!header.startsWith(`${ALGORITHM} `)) throw incomplete(`Authorization must begin with ${ALGORITHM}`);
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if ((parts.get(name) ?? '') === '') throw incomplete(`Authorization lacks ${name}`);
  }
  return {
    ...readScope(parts.get('Credential') ?? ''),
    signedHeaders: (parts.get('SignedHeaders') ?? '').split(';'),
    signature: parts.get('Signature') ?? '',
    stamp: request.headers.get('x-amz-date') ?? stampOfDate(request.headers.get('date')),
    token: request.headers.get('x-amz-security-token') ?? undefined,
    expiresSeconds: null,
  };
}

function readScope(credential: string): Pick<Claim, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  if (match === null) throw incomplete('Credential must be KEY/yyyymmdd/region/service/aws4_request');
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, date, region, service };
}

/** An HTTP `Date` in the basic ISO form that signatures use; empty when it is missing or no date. */
function stampOfDate(date: string | null | undefined): string {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function assertFresh(claim: Claim, nowMs: number): void {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.stamp);
  if (match === null) throw incomplete('X-Amz-Date must be yyyymmddThhmmssZ');
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const signedMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const lifeMs = claim.expiresSeconds === null ? MAX_SKEW_MS : claim.expiresSeconds * 1000;
  if (nowMs > signedMs + lifeMs || nowMs < signedMs - MAX_SKEW_MS) {
    throw awsError(
      'RequestExpired',
      `Request has expired: signed ${claim.stamp}, server time ${new Date(nowMs).toISOString()}.`,
    );
  }
}

/** The host and every `x-amz-*` header that is present must be signed, or a proxy could have added them. */
function assertCovered(request: SignedRequest, claim: Claim): void {
  const signed = new Set(claim.signedHeaders);
  if (!signed.has('host') && !signed.has(':authority')) throw incomplete('SignedHeaders must name host');
  for (const [name] of request.headers.entries()) {
    if (name.startsWith('x-amz-') && !signed.has(name)) throw incomplete(`SignedHeaders must name ${name}`);
  }
}

function signatureOf(request: SignedRequest, claim: Claim, secret: string): string {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const text = `${ALGORITHM}\n${claim.stamp}\n${scope}\n${sha256(canonicalRequest(request, claim))}`;
  const steps = [claim.date, claim.region, claim.service, 'aws4_request'];
  let key: string | Buffer = `AWS4${secret}`;
  for (const step of steps) key = createHmac('sha256', key).update(step).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

function canonicalRequest(request: SignedRequest, claim: Claim): string {
  const headers = claim.signedHeaders.map((name) => `${name}:${headerText(request, name)}\n`).join('');
  const pairs = queryPairs(request.query).filter(([name]) => name !== 'X-Amz-Signature');
  const query = pairs
    .map(([name, value]) => [encodeStrict(name), encodeStrict(value)] as const)
    .sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const signedHeaders = claim.signedHeaders.join(';');
  return `${request.method}\n${canonicalPath(request.path)}\n${query}\n${headers}\n${signedHeaders}\n${payloadHash(request)}`;
}

function headerText(request: SignedRequest, name: string): string {
  const value =
    request.headers.get(name) ?? (name === ':authority' ? request.headers.get('host') : undefined);
  return (value ?? '').trim().replace(/ +/g, ' ');
}

/** The path with empty and dot segments resolved, each segment encoded once more than it was sent. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encodeStrict(segment));
  }
  const slash = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

/** The hash the client declared, once it is known to be the body's; else the body's own. */
function payloadHash(request: SignedRequest): string {
  const actual = sha256(request.body);
  const declared = request.headers.get('x-amz-content-sha256');
  if (declared == null || isSameText(declared, actual)) return actual;
  throw awsError(
    'SignatureDoesNotMatch',
    'The X-Amz-Content-SHA256 you specified did not match what we received.',
  );
}

/** Decoded name and value of each part; a plus sign stands for itself in a signed query. */
function queryPairs(query: string): readonly (readonly [string, string])[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [decode(part), '']
        : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw incomplete('the query string is not percent-encoded UTF-8');
  }
}

/** RFC 3986: everything but letters, digits and `-._~` is encoded. */
function encodeStrict(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Equality in a time that does not depend on where the texts differ. */
function isSameText(a: string, b: string): boolean {
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}

function incomplete(what: string): Error {
  return awsError('IncompleteSignature', `The request signature is not complete: ${what}.`);
}
