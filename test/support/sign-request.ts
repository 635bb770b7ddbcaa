import { createHash, createHmac } from 'node:crypto';

/** What a test signs with; every part can be made wrong on purpose. */
export interface Signing {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region?: string;
  readonly service?: string;
  readonly nowMs: number;
  readonly sessionToken?: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function keyOf(signing: Signing, date: string): Buffer {
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const dated = hmac(`AWS4${signing.secretAccessKey}`, date);
  return hmac(hmac(hmac(dated, signing.region ?? 'us-east-1'), signing.service ?? 'ec2'), 'aws4_request');
}

/**
 * The headers of a signed form POST to `/` of `host`: the slow, obvious twin of what SDKs send, for tests that need
 * signatures no SDK would make.
 */
export function signedHeaders(host: string, body: string, signing: Signing): Record<string, string> {
  const stamp = new Date(signing.nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${signing.region ?? 'us-east-1'}/${signing.service ?? 'ec2'}/aws4_request`;
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host,
    'x-amz-date': stamp,
    ...(signing.sessionToken === undefined ? {} : { 'x-amz-security-token': signing.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `POST\n/\n\n${lines}\n${names.join(';')}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
  const signature = createHmac('sha256', keyOf(signing, stamp.slice(0, 8)))
    .update(text)
    .digest('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${signing.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
}

/** The query string of a presigned GET of `/` with these parameters (already encoded, sorted by the caller's names). */
export function presignedQuery(
  host: string,
  parameters: Record<string, string>,
  signing: Signing,
  expires = 300,
): string {
  const stamp = new Date(signing.nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${signing.region ?? 'us-east-1'}/${signing.service ?? 'ec2'}/aws4_request`;
  const all: Record<string, string> = {
    ...parameters,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${signing.accessKeyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': 'host',
  };
  const query = Object.keys(all)
    .sort()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(all[name] ?? '')}`)
    .join('&');
  const canonical = `GET\n/\n${query}\nhost:${host}\n\nhost\n${sha256('')}`;
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
  return `${query}&X-Amz-Signature=${createHmac('sha256', keyOf(signing, stamp.slice(0, 8)))
    .update(text)
    .digest('hex')}`;
}
