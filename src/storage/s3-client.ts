import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { StoreOptions } from './object-store.ts';

const DEFAULT_REGION = 'us-east-1';

/**
 * An S3 client with the default credential chain and the standard environment variables. A custom endpoint gets
 * path-style addresses and no checksums beyond the required ones, because many S3 services know neither.
 */
export async function createS3Client(options: StoreOptions): Promise<S3Client> {
  const { env } = process;
  const { silenceMs = 60_000 } = options;
  const endpoint =
    options.endpoint ??
    (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true'
      ? undefined
      : (env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']));
  // The SDK reads AWS_REGION only; every other AWS tool reads AWS_DEFAULT_REGION as well.
  const region = options.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const config: S3ClientConfig = {
    ...(region ? { region } : {}),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(endpoint ? { endpoint } : {}),
    ...(endpoint ? ({ requestChecksumCalculation: 'WHEN_REQUIRED' } as const) : {}),
    ...(endpoint ? ({ responseChecksumValidation: 'WHEN_REQUIRED' } as const) : {}),
    forcePathStyle: options.pathStyle ?? Boolean(endpoint),
    followRegionRedirects: true,
    maxAttempts: options.maxAttempts ?? 5,
    // `requestTimeout` ends with the head of the answer; only `socketTimeout` notices a body that stops coming.
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: silenceMs,
      socketTimeout: silenceMs,
      throwOnRequestTimeout: true,
    },
  };
  const client = new S3Client(config);
  try {
    await client.config.region();
    return client;
  } catch {
    client.destroy();
    return new S3Client({ ...config, region: DEFAULT_REGION });
  }
}
