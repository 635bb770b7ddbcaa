/** The six parts of an Amazon resource name. `region` and `accountId` are empty where the service has none (S3). */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** Everything after the fifth colon, colons and slashes kept. */
  readonly resource: string;
}

/** Where a bucket destination points: `prefix` has no slash at either end and is empty for the bucket itself. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

/** Splits an ARN. Null when the text has fewer than six parts, does not begin `arn:` or lacks service or resource. */
export function parseArn(text: string): Arn | null {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (match === null) return null;
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match;
  return { partition, service, region, accountId, resource };
}

/** The text of an ARN. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/** `arn:aws:s3:::bucket/folder/` as bucket and prefix. Null for any other ARN or a bucket name S3 refuses. */
export function parseS3Arn(text: string): S3Location | null {
  const arn = parseArn(text);
  if (arn === null || arn.service !== 's3' || arn.region !== '' || arn.accountId !== '') return null;
  const slash = arn.resource.indexOf('/');
  const bucket = slash < 0 ? arn.resource : arn.resource.slice(0, slash);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return null;
  const prefix = slash < 0 ? '' : arn.resource.slice(slash + 1).replace(/^\/+|\/+$/g, '');
  return { bucket, prefix };
}

/** The log group of `arn:aws:logs:R:A:log-group:G` (a trailing `:*` is dropped). Null for any other ARN. */
export function parseLogGroupArn(text: string): string | null {
  const arn = parseArn(text);
  if (arn === null || arn.service !== 'logs' || !arn.resource.startsWith('log-group:')) return null;
  const name = arn.resource.slice('log-group:'.length).replace(/:\*$/, '');
  return name === '' || name.includes(':') ? null : name;
}

/**
 * The stream of `arn:aws:firehose:R:A:deliverystream/S`; `deliverystream:S`, which the EC2 guide prints, is taken
 * as well. Null for any other ARN.
 */
export function parseFirehoseArn(text: string): string | null {
  const arn = parseArn(text);
  if (arn === null || arn.service !== 'firehose') return null;
  return /^deliverystream[/:]([A-Za-z0-9_.-]{1,64})$/.exec(arn.resource)?.[1] ?? null;
}
