import { describe, expect, it } from 'vitest';
import { formatArn, parseArn, parseFirehoseArn, parseLogGroupArn, parseS3Arn } from '../../src/aws/index.ts';

describe('ARNs', () => {
  it('splits into six parts and back', () => {
    const text = 'arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/a/b:*';
    expect(parseArn(text)?.resource).toBe('log-group:/a/b:*');
    expect(formatArn(parseArn(text)!)).toBe(text);
  });

  it.each(['', 'arn', 'arn:aws:s3', 'arn:aws:s3:::', 'aws:arn:s3:::b', 'arn:aws::r:a:x'])(
    'refuses %j',
    (text) => expect(parseArn(text)).toBeNull(),
  );

  it.each([
    ['arn:aws:s3:::my-bucket', { bucket: 'my-bucket', prefix: '' }],
    ['arn:aws:s3:::my-bucket/', { bucket: 'my-bucket', prefix: '' }],
    ['arn:aws:s3:::my-bucket/folder/sub/', { bucket: 'my-bucket', prefix: 'folder/sub' }],
    ['arn:aws-cn:s3:::my.bucket/x', { bucket: 'my.bucket', prefix: 'x' }],
    ['arn:aws:s3:::My_Bucket', null],
    ['arn:aws:s3:us-east-1:123456789012:accesspoint/x', null],
    ['arn:aws:logs:us-east-1:123456789012:log-group:g', null],
    ['my-bucket', null],
  ])('bucket of %s', (text, expected) => expect(parseS3Arn(text)).toEqual(expected));

  it.each([
    ['arn:aws:logs:us-east-1:123456789012:log-group:my-flow-logs', 'my-flow-logs'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:/vpc/flow:*', '/vpc/flow'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:', null],
    ['arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:s', null],
    ['arn:aws:s3:::bucket', null],
  ])('log group of %s', (text, expected) => expect(parseLogGroupArn(text)).toBe(expected));

  it.each([
    ['arn:aws:firehose:us-east-1:123456789012:deliverystream/flows', 'flows'],
    ['arn:aws:firehose:us-east-1:123456789012:deliverystream:flows', 'flows'],
    ['arn:aws:firehose:us-east-1:123456789012:stream/flows', null],
    ['arn:aws:s3:::bucket', null],
  ])('delivery stream of %s', (text, expected) => expect(parseFirehoseArn(text)).toBe(expected));
});
