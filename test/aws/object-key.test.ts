import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ObjectKeyParts,
  objectKey,
  objectKeyFolder,
  parseObjectKey,
  slotOf,
} from '../../src/aws/index.ts';

const BASE: ObjectKeyParts = {
  prefix: '',
  accountId: '123456789012',
  region: 'us-east-1',
  hive: false,
  perHour: false,
  serviceName: 'aws-service',
  flowLogId: 'fl-1234abcd',
  slotSeconds: Date.UTC(2018, 5, 20, 16, 20) / 1000,
  hash: 'fe123456',
  fileFormat: 'plain-text',
};
const NAME = '123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log';

const LAYOUTS: readonly (readonly [string, Partial<ObjectKeyParts>, string])[] = [
  ['plain', {}, `AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/${NAME}.gz`],
  ['prefix', { prefix: 'a/b' }, `a/b/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/${NAME}.gz`],
  ['per hour', { perHour: true }, `AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/16/${NAME}.gz`],
  [
    'Hive Parquet',
    { hive: true, fileFormat: 'parquet' },
    `AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/${NAME}.parquet`,
  ],
  [
    'Hive per hour',
    { hive: true, perHour: true },
    `AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/hour=16/${NAME}.gz`,
  ],
  [
    'transit gateway Hive',
    { hive: true, serviceName: 'service' },
    `AWSLogs/aws-account-id=123456789012/service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/${NAME}.gz`,
  ],
];

describe('object keys', () => {
  it.each(LAYOUTS)('%s: format and parse', (_name, change, key) => {
    const parts = { ...BASE, ...change };
    expect(objectKey(parts)).toBe(key);
    expect(parseObjectKey(key)).toEqual(parts);
    expect(key.startsWith(objectKeyFolder(parts, parts.slotSeconds))).toBe(true);
  });

  it("reads the sample of AWS's guide", () => {
    const key =
      'AWSLogs/111111111111/vpcflowlogs/us-east-2/2023/01/28/111111111111_vpcflowlogs_us-east-2_fl-023c6afa025ee5a04_20230128T0930Z_3a9dfd9d.log.gz';
    expect(parseObjectKey(key)).toMatchObject({
      accountId: '111111111111',
      flowLogId: 'fl-023c6afa025ee5a04',
      slotSeconds: Date.UTC(2023, 0, 28, 9, 30) / 1000,
    });
  });

  it.each([
    ['another service', 'AWSLogs/123456789012/CloudTrail/us-east-1/2018/06/20/x.json.gz'],
    ['no extension', `AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/${NAME}`],
    [
      '30 February',
      `AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/02/28/${NAME.replace('20180620', '20180230')}.gz`,
    ],
    ['short account', `AWSLogs/1234/vpcflowlogs/us-east-1/2018/06/20/${NAME}.gz`],
    ['empty', ''],
  ])('refuses %s', (_name, key) => expect(parseObjectKey(key)).toBeNull());

  it('a record belongs to the five minutes of its end', () => {
    const at = (text: string): number => Date.parse(text) / 1000;
    expect(slotOf(at('2018-06-20T16:20:00Z'))).toBe(at('2018-06-20T16:20:00Z'));
    expect(slotOf(at('2018-06-20T16:24:59Z'))).toBe(at('2018-06-20T16:20:00Z'));
    expect(slotOf(at('2018-06-20T16:25:00Z'))).toBe(at('2018-06-20T16:25:00Z'));
  });

  it('round trip', () => {
    const hex = (min: number, max: number) =>
      fc
        .array(fc.constantFrom(...'0123456789abcdef'), { minLength: min, maxLength: max })
        .map((all) => all.join(''));
    const parts = fc.record({
      prefix: fc.constantFrom('', 'logs', 'a/b=c/d e'),
      accountId: fc.integer({ min: 0, max: 999_999_999_999 }).map((n) => String(n).padStart(12, '0')),
      region: fc.constantFrom('us-east-1', 'ap-southeast-2', 'us-gov-west-1'),
      perHour: fc.boolean(),
      flowLogId: hex(8, 17).map((text) => `fl-${text}`),
      slotSeconds: fc.integer({ min: 0, max: 13_000_000 }).map((n) => n * 300),
      hash: hex(8, 8),
      fileFormat: fc.constantFrom<ObjectKeyParts['fileFormat']>('plain-text', 'parquet'),
    });
    const layout = fc.constantFrom<Pick<ObjectKeyParts, 'hive' | 'serviceName'>>(
      { hive: false, serviceName: 'aws-service' },
      { hive: true, serviceName: 'aws-service' },
      { hive: true, serviceName: 'service' },
    );
    fc.assert(
      fc.property(parts, layout, (some, rest) => {
        const all = { ...some, ...rest };
        expect(parseObjectKey(objectKey(all))).toEqual(all);
      }),
    );
  });

  it('any text is answered, never thrown', () => {
    fc.assert(fc.property(fc.string(), (text) => parseObjectKey(text) === null));
  });
});
