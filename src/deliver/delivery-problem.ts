import { isWeirError } from '../base/index.ts';
import { isStorageError } from '../storage/index.ts';
import type { DeliveryProblem } from './target.ts';

/** Names of the SDK's and the services' errors that mean: not allowed, or not there for us. */
const ACCESS_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'MissingAuthenticationTokenException',
  'ExpiredToken',
  'ExpiredTokenException',
  'ResourceNotFoundException',
  'CredentialsProviderError',
  'InvalidKMSResourceException',
]);

/** Names that mean: too much at once, or a quota is reached. */
const RATE_ERRORS: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'RequestThrottled',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'ServiceQuotaExceededException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
]);

/**
 * An error of a destination in AWS's three words. A bucket, log group or stream that is not there counts as `Access
 * error`: AWS has no word of its own for it. Source: flow-logs.md §4.5.
 */
export function problemOf(error: unknown): DeliveryProblem {
  const isDenied =
    isStorageError(error, 'storage.access-denied') ||
    isStorageError(error, 'storage.no-credentials') ||
    isStorageError(error, 'storage.not-found');
  if (isDenied) return 'Access error';
  if (isStorageError(error, 'storage.throttled')) return 'Rate limited';
  if (isWeirError(error) && error.code === 'deliver.firehose-refused') return 'Rate limited';
  const name = error instanceof Error ? error.name : '';
  if (ACCESS_ERRORS.has(name)) return 'Access error';
  if (RATE_ERRORS.has(name)) return 'Rate limited';
  return 'Unknown error';
}
