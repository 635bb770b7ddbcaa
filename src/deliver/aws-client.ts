/** How to reach AWS's services; every part is optional and has the meaning AWS's own tools give it. */
export interface AwsClientOptions {
  /** Named profile of the AWS configuration files. */
  readonly profile?: string;
  /** Default: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile, else AWS itself. */
  readonly endpoint?: string;
  /** Attempts per call, first one included. Default 5. */
  readonly maxAttempts?: number;
}

/** The SDK's settings for a client in a Region; credentials come from the SDK's own chain. */
export function awsClientConfig(region: string, options: AwsClientOptions) {
  return {
    region,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    maxAttempts: options.maxAttempts ?? 5,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  };
}
