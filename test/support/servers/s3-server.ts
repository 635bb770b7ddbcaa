/** What every S3 server of the tests gives its user, and how a test reaches it. */
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** Where an S3 server listens and who may use it; plain data, so it crosses from process to process. */
export interface S3Endpoint {
  /** `http://127.0.0.1:PORT`, without a path. Buckets are in the path, never in the host name. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** A server started by this process. */
export interface S3Server extends S3Endpoint {
  /** Stops it and removes its data; also happens when this process ends. */
  stop(): Promise<void>;
}

/** A client for a test's own preparations and checks; `more` overrides any setting. Retries are off, so that faults show. */
export function s3ClientOf(server: S3Endpoint, more: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    // Older servers do not know the checksums that the SDK would add by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...more,
  });
}

/** Makes a bucket with a name nobody else has and gives that name; servers are thrown away, so nobody removes it. */
export async function createTestBucket(server: S3Endpoint, prefix = 'weir'): Promise<string> {
  const bucket = `${prefix}-${randomBytes(6).toString('hex')}`;
  const client = s3ClientOf(server, { maxAttempts: 3 });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return bucket;
}

/** The environment with which another process (our command line, AWS's) uses this server. */
export function awsEnvironmentOf(server: S3Endpoint): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: server.region,
    AWS_DEFAULT_REGION: server.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  };
}
