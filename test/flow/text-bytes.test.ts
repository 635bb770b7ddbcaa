import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/base/index.ts';
import { writeIpv4, writeIpv6, writeNumber } from '../../src/flow/text-bytes.ts';

function textOf(write: (target: Uint8Array, at: number) => number): string {
  const target = new Uint8Array(64).fill(0x2a);
  const end = write(target, 1);
  expect(target[0]).toBe(0x2a);
  expect(target[end]).toBe(0x2a);
  return Buffer.from(target.subarray(1, end)).toString('latin1');
}

const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x1_0000, -1), fc.integer());

describe('values as bytes', () => {
  it('write numbers as String does', () => {
    const value = fc.oneof(
      fc.nat(),
      fc.maxSafeNat(),
      fc.constantFrom(0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1),
    );
    fc.assert(
      fc.property(value, (number) => {
        expect(textOf((target, at) => writeNumber(target, at, number))).toBe(String(number));
      }),
    );
  });

  it('write IPv4 as base does', () => {
    fc.assert(
      fc.property(word, (value) => {
        const text = formatIp({ version: 4, value: BigInt(value >>> 0) });
        expect(textOf((target, at) => writeIpv4(target, at, value))).toBe(text);
      }),
    );
  });

  it('write IPv6 as base does', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), ([w0, w1, w2, w3]) => {
        const value = [w0, w1, w2, w3].reduce((sum, each) => (sum << 32n) | BigInt(each >>> 0), 0n);
        expect(textOf((target, at) => writeIpv6(target, at, w0, w1, w2, w3))).toBe(
          formatIp({ version: 6, value }),
        );
      }),
      {
        examples: [
          [[0, 0, 0, 0]],
          [[0, 0, 0, 1]],
          [[0, 0, 0xffff, 1]],
          [[1, 0, 0x1_0000, 1]],
          [[0x2001_0db8, 0, 0, 1]],
        ],
      },
    );
  });
});
