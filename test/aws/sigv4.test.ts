import { describe, expect, it } from 'vitest';
import {
  isSigned,
  type SignedRequest,
  type SigningCredential,
  verifySignature,
} from '../../src/aws/index.ts';
import { presignedQuery, type Signing, signedHeaders } from '../support/sign-request.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOST = '127.0.0.1:4701';
const BODY = 'Action=DescribeFlowLogs&Version=2016-11-15&Filter.1.Name=a%20b';
const KEY: SigningCredential = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-for-tests' };
const SESSION: SigningCredential = {
  accessKeyId: 'ASIATEST',
  secretAccessKey: 'other',
  sessionToken: 'token/with+signs=',
};
const SIGNING: Signing = { ...KEY, nowMs: NOW };

function check(request: SignedRequest, nowMs = NOW): unknown {
  const known = new Map([KEY, SESSION].map((key) => [key.accessKeyId, key]));
  try {
    return verifySignature(request, { credentialOf: (id) => known.get(id), nowMs, services: ['ec2'] });
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function post(headers: Record<string, string>, body = BODY): SignedRequest {
  return { method: 'POST', path: '/', query: '', headers: new Headers(headers), body: Buffer.from(body) };
}

describe('Signature Version 4', () => {
  it("AWS's published example: ListUsers on IAM", () => {
    const request: SignedRequest = {
      method: 'GET',
      path: '/',
      query: 'Action=ListUsers&Version=2010-05-08',
      headers: new Map([
        ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
        ['host', 'iam.amazonaws.com'],
        ['x-amz-date', '20150830T123600Z'],
        [
          'authorization',
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
        ],
      ]),
      body: new Uint8Array(),
    };
    const rules = {
      credentialOf: () => ({
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      }),
      nowMs: Date.UTC(2015, 7, 30, 12, 36),
      services: ['iam'],
    };
    expect(verifySignature(request, rules)).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'us-east-1',
      service: 'iam',
    });
  });

  const good = signedHeaders(HOST, BODY, SIGNING);
  const forged = good['authorization']?.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '';
  const CASES: readonly (readonly [string, SignedRequest, unknown, number?])[] = [
    ['good', post(good), { accessKeyId: 'AKIDTEST', region: 'us-east-1', service: 'ec2' }],
    [
      'good with 14 minutes of skew',
      post(good),
      { accessKeyId: 'AKIDTEST', region: 'us-east-1', service: 'ec2' },
      NOW + 840_000,
    ],
    ['15 minutes and a second late', post(good), 'aws.RequestExpired', NOW + 901_000],
    ['15 minutes and a second early', post(good), 'aws.RequestExpired', NOW - 901_000],
    ['body changed', post(good, `${BODY}x`), 'aws.SignatureDoesNotMatch'],
    ['signature changed', post({ ...good, authorization: forged }), 'aws.SignatureDoesNotMatch'],
    [
      'wrong secret',
      post(signedHeaders(HOST, BODY, { ...SIGNING, secretAccessKey: 'no' })),
      'aws.SignatureDoesNotMatch',
    ],
    [
      'unknown key',
      post(signedHeaders(HOST, BODY, { ...SIGNING, accessKeyId: 'AKIDNONE' })),
      'aws.AuthFailure',
    ],
    [
      'another service',
      post(signedHeaders(HOST, BODY, { ...SIGNING, service: 's3' })),
      'aws.SignatureDoesNotMatch',
    ],
    [
      'session token',
      post(signedHeaders(HOST, BODY, { ...SESSION, sessionToken: 'token/with+signs=', nowMs: NOW })),
      expect.anything(),
    ],
    [
      'session token missing',
      post(signedHeaders(HOST, BODY, { accessKeyId: 'ASIATEST', secretAccessKey: 'other', nowMs: NOW })),
      'aws.AuthFailure',
    ],
    [
      'token with a lasting key',
      post(signedHeaders(HOST, BODY, { ...SIGNING, sessionToken: 'x' })),
      'aws.AuthFailure',
    ],
    ['unsigned x-amz header added', post({ ...good, 'x-amz-target': 'x' }), 'aws.IncompleteSignature'],
    [
      'declared hash is not the body',
      post({ ...good, 'x-amz-content-sha256': '0'.repeat(64) }),
      'aws.IncompleteSignature',
    ],
    ['no authorization', post({ host: HOST }), 'aws.MissingAuthenticationToken'],
    ['basic authorization', post({ host: HOST, authorization: 'Basic eA==' }), 'aws.IncompleteSignature'],
    [
      'no signature part',
      post({ ...good, authorization: good['authorization']?.replace(/, Signature=.*/, '') ?? '' }),
      'aws.IncompleteSignature',
    ],
    [
      'host not signed',
      post({ ...good, authorization: good['authorization']?.replace(';host;', ';') ?? '' }),
      'aws.IncompleteSignature',
    ],
    ['date is no date', post({ ...good, 'x-amz-date': 'yesterday' }), 'aws.IncompleteSignature'],
    ['scope of another day', post({ ...good, 'x-amz-date': '20260101T235959Z' }), 'aws.RequestExpired'],
    [
      'scope date differs',
      post({ ...good, authorization: good['authorization']?.replace('20260102', '20260103') ?? '' }),
      'aws.SignatureDoesNotMatch',
    ],
  ];
  for (const [name, request, expected, nowMs] of CASES) {
    it(name, () => expect(check(request, nowMs)).toEqual(expected));
  }

  it('accepts commas without spaces between the parts', () => {
    const authorization = good['authorization']?.replaceAll(', ', ',') ?? '';
    expect(check(post({ ...good, authorization }))).toMatchObject({ accessKeyId: 'AKIDTEST' });
  });

  describe('presigned', () => {
    const get = (query: string): SignedRequest => ({
      method: 'GET',
      path: '/',
      query,
      headers: new Headers({ host: HOST }),
      body: new Uint8Array(),
    });
    const query = presignedQuery(HOST, { Action: 'DescribeFlowLogs', 'Filter.1.Name': 'tag:a b+c' }, SIGNING);

    it('is recognised', () => {
      expect(isSigned(get(query))).toBe(true);
      expect(isSigned(get('Action=DescribeFlowLogs'))).toBe(false);
      expect(check(get(query))).toMatchObject({ accessKeyId: 'AKIDTEST' });
    });
    it('ends when it says', () => {
      expect(check(get(query), NOW + 299_000)).toMatchObject({ accessKeyId: 'AKIDTEST' });
      expect(check(get(query), NOW + 301_000)).toBe('aws.RequestExpired');
    });
    it('covers its parameters', () => {
      expect(check(get(query.replace('DescribeFlowLogs', 'DeleteFlowLogs')))).toBe(
        'aws.SignatureDoesNotMatch',
      );
    });
    it.each(['0', '604801', 'soon'])('refuses a life of %s seconds', (expires) => {
      expect(check(get(query.replace('X-Amz-Expires=300', `X-Amz-Expires=${expires}`)))).toBe(
        'aws.IncompleteSignature',
      );
    });
  });

  it('no message of an error holds a secret', () => {
    const wrong = post(signedHeaders(HOST, BODY, { ...SIGNING, secretAccessKey: 'no' }));
    const rules = { credentialOf: () => KEY, nowMs: NOW, services: ['ec2'] };
    expect(() => verifySignature(wrong, rules)).toThrowError(/^(?!.*secret-for-tests).*$/s);
  });
});
