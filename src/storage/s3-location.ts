import { WeirError } from '../base/index.ts';

/** The parts of `s3://bucket/prefix`. */
export interface S3Location {
  readonly bucket: string;
  /** Without slashes at either end; empty for the whole bucket. */
  readonly prefix: string;
}

/** The parts of an `s3://` address, or null when it is another kind. Throws `storage.bad-location` without a bucket. */
export function parseS3Location(location: string): S3Location | null {
  if (!/^s3:\/\//i.test(location)) return null;
  const [bucket = '', ...rest] = location.slice(5).split('/');
  if (bucket === '') {
    throw new WeirError(
      'config',
      'storage.bad-location',
      `"${location}" names no bucket; use s3://bucket/prefix`,
    );
  }
  return { bucket, prefix: rest.join('/').replace(/^\/+|\/+$/g, '') };
}
