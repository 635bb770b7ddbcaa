import { fileURLToPath } from 'node:url';
import { WeirError } from '../base/index.ts';
import { createDiskStore } from './disk-store.ts';
import type { ObjectStore, StoreOptions } from './object-store.ts';
import { parseS3Location } from './s3-location.ts';

/**
 * Opens the store of a directory, a `file://` address or `s3://bucket/prefix`. Touches neither disk nor network yet.
 * The S3 client is loaded only when it is needed.
 *
 * Errors: `storage.bad-location` for other schemes.
 */
export async function openStore(location: string, options: StoreOptions = {}): Promise<ObjectStore> {
  const s3 = parseS3Location(location);
  if (s3 !== null) {
    const { createS3Store } = await import('./s3-store.ts');
    return createS3Store(s3, options);
  }
  if (/^file:\/\//i.test(location)) return createDiskStore(fileURLToPath(location), options);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    throw new WeirError(
      'config',
      'storage.bad-location',
      `"${location}" is no place Weir can use; give a directory or s3://bucket/prefix`,
    );
  }
  return createDiskStore(location, options);
}
