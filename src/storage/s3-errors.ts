import { isWeirError, type WeirError } from '../base/index.ts';
import { type StorageErrorCode, storageError } from './storage-errors.ts';

const NAMES: Readonly<Record<string, StorageErrorCode>> = {
  NoSuchKey: 'storage.not-found',
  NoSuchBucket: 'storage.not-found',
  NotFound: 'storage.not-found',
  AccessDenied: 'storage.access-denied',
  InvalidAccessKeyId: 'storage.access-denied',
  SignatureDoesNotMatch: 'storage.access-denied',
  ExpiredToken: 'storage.access-denied',
  CredentialsProviderError: 'storage.no-credentials',
  SlowDown: 'storage.throttled',
  ThrottlingException: 'storage.throttled',
  TooManyRequestsException: 'storage.throttled',
  RequestLimitExceeded: 'storage.throttled',
  QuotaExceeded: 'storage.disk-full',
  TimeoutError: 'storage.unavailable',
};

const STATUSES: Readonly<Record<number, StorageErrorCode>> = {
  401: 'storage.access-denied',
  403: 'storage.access-denied',
  404: 'storage.not-found',
  429: 'storage.throttled',
  507: 'storage.disk-full',
};

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

interface Thrown {
  readonly name?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** HTTP status of an SDK error; 0 when there was no answer. */
export function statusOf(error: unknown): number {
  return (error as Thrown | null)?.$metadata?.httpStatusCode ?? 0;
}

/** How often the SDK tried before it gave this error. */
export function attemptsOf(error: unknown): number {
  return (error as Thrown | null)?.$metadata?.attempts ?? 1;
}

/** An error of the SDK or the network as ours, naming the address, or its bucket when that is not there. Our own errors pass through. */
export function s3Error(error: unknown, where: string): WeirError {
  if (isWeirError(error)) return error;
  const isBucket = (error as Thrown | null)?.name === 'NoSuchBucket';
  return storageError(codeOf(error), isBucket ? bucketOf(where) : where, error);
}

function bucketOf(uri: string): string {
  return uri.split('/', 3).join('/');
}

function codeOf(error: unknown): StorageErrorCode {
  const { name = '', code } = (error ?? {}) as Thrown;
  const byName = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (byName !== undefined) return byName;
  if (typeof code === 'string' && NETWORK_CODES.has(code)) return 'storage.unavailable';
  if (typeof code === 'string' && code === 'ENOSPC') return 'storage.disk-full';
  const status = statusOf(error);
  return STATUSES[status] ?? (status >= 500 ? 'storage.unavailable' : 'storage.failed');
}
