import { type ErrorKind, messageOf, WeirError } from '../base/index.ts';

/** Every code of this folder, who can act on it, and what to do. `where` is the address of the object, or of its bucket. */
const STORAGE_ERRORS = {
  'storage.not-found': {
    kind: 'input',
    text: (where: string) => `${where} does not exist; check the address`,
  },
  'storage.access-denied': {
    kind: 'service',
    text: (where: string) =>
      `access to ${where} is denied; check the file's permissions, or the credentials and the bucket policy`,
  },
  'storage.no-credentials': {
    kind: 'service',
    text: (where: string) =>
      `no AWS credentials were found for ${where}; set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached`,
  },
  'storage.throttled': {
    kind: 'service',
    text: (where: string) => `the store keeps asking to slow down at ${where}; try again later`,
  },
  'storage.unavailable': {
    kind: 'service',
    text: (where: string) => `the store does not answer at ${where}; check the endpoint and the network`,
  },
  'storage.disk-full': {
    kind: 'service',
    text: (where: string) => `no space left while writing ${where}; free some space and run again`,
  },
  'storage.no-conditional-writes': {
    kind: 'config',
    text: (where: string) =>
      `${where} cannot create an object only if it is absent, so several writers would overwrite each other; use a disk with hard links or an S3 service that honours If-None-Match, or vouch for a single writer`,
  },
  'storage.failed': {
    kind: 'service',
    text: (where: string) => `the store failed at ${where}`,
  },
} as const satisfies Readonly<
  Record<string, { readonly kind: ErrorKind; readonly text: (where: string) => string }>
>;

/** The codes of `storage-errors.ts`. */
export type StorageErrorCode = keyof typeof STORAGE_ERRORS;

/** The error of a code at an address, with what caused it. */
export function storageError(code: StorageErrorCode, where: string, cause?: unknown): WeirError {
  const { kind, text } = STORAGE_ERRORS[code];
  const found = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new WeirError(kind, code, `${text(where)}${found}`, { details: { where }, cause });
}

/** True for a `WeirError` with this code. */
export function isStorageError(error: unknown, code: StorageErrorCode): boolean {
  return error instanceof WeirError && error.code === code;
}
