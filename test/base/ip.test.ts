import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalIp,
  formatIp,
  type IpAddress,
  ipKey,
  parseCidr,
  parseIp,
  parseIpKey,
  rangeContains,
  rangeKeys,
  scopeOf,
} from '../../src/base/index.ts';

const anyAddress: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffffn }).map((value) => ({ version: 4 as const, value })),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => ({ version: 6 as const, value })),
);
/** Mapped addresses share their key with IPv4 on purpose. */
const isMapped = (address: IpAddress): boolean => address.version === 6 && address.value >> 32n === 0xffffn;

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:0:0:2:2:0:0:3', '1::2:2:0:0:3'],
    ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
    ['::', '::'],
    ['2a02:cf40::', '2a02:cf40::'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('canonical form of %s is %s (RFC 5952)', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    '12345::',
    '1.2.3.4::',
    '-',
    'fe80::1%eth0',
  ])('"%s" is no address', (text) => expect(parseIp(text)).toBeNull());

  it('parses what it formats', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseIp(formatIp(address))).toEqual(address);
      }),
    );
  });

  it('orders keys as addresses and turns them back', () => {
    fc.assert(
      fc.property(
        anyAddress.filter((a) => !isMapped(a)),
        anyAddress.filter((a) => !isMapped(a)),
        (a, b) => {
          expect(parseIpKey(ipKey(a))).toEqual(a);
          if (a.version === b.version) expect(ipKey(a) < ipKey(b)).toBe(a.value < b.value);
        },
      ),
    );
  });

  it('bounds a block by its keys', () => {
    const range = parseCidr('10.1.2.3/20');
    expect(range).toEqual({ version: 4, first: 0x0a010000n, last: 0x0a010fffn });
    expect(rangeKeys(range as NonNullable<typeof range>)).toEqual({
      first: '00000000000000000000ffff0a010000',
      last: '00000000000000000000ffff0a010fff',
    });
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '/8'])(
    '"%s" is no block',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );

  it('never mixes families in a block', () => {
    const everything = parseCidr('0.0.0.0/0');
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(everything !== null && rangeContains(everything, address)).toBe(address.version === 4);
      }),
    );
  });

  it.each([
    ['10.255.0.1', 'private'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.32.0.0', 'public'],
    ['100.64.0.1', 'private'],
    ['169.254.169.254', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['8.8.8.8', 'public'],
    ['fd00::1', 'private'],
    ['fe80::1', 'link-local'],
    ['ff02::1', 'multicast'],
    ['::1', 'loopback'],
    ['2001:db8::1', 'public'],
  ])('%s is %s', (text, scope) => {
    expect(scopeOf(parseIp(text) as IpAddress)).toBe(scope);
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const address = parseIp(text);
        parseCidr(text);
        if (address !== null) expect(parseIp(formatIp(address))).toEqual(address);
      }),
    );
  });
});
