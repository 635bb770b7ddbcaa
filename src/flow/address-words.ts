import { assertInvariant, cidrOf, type IpAddress, type IpVersion, parseIp } from '../base/index.ts';

/** An address as four signed 32-bit words, IPv4 mapped: the form of `PacketView`. */
export type AddressWords = readonly [number, number, number, number];

/** The words of an address. */
export function wordsOf(address: IpAddress): AddressWords {
  const value = address.version === 4 ? 0xffff_0000_0000n | address.value : address.value;
  const word = (shift: bigint): number => Number((value >> shift) & 0xffff_ffffn) | 0;
  return [word(96n), word(64n), word(32n), word(0n)];
}

/** The words of an address known to be one (from a checked model, or written here). */
export function addressWords(text: string): AddressWords {
  const address = parseIp(text);
  assertInvariant(address !== null, `${text} is an address`);
  return wordsOf(address);
}

/** A block of addresses as a mask and the value under it, word by word. */
export interface WordBlock {
  readonly version: IpVersion;
  readonly value: AddressWords;
  readonly mask: AddressWords;
  /** Length of the prefix within its own family. */
  readonly prefix: number;
}

/** The block of a checked CIDR or single address. */
export function wordBlock(cidr: string): WordBlock {
  const range = cidrOf(cidr);
  const width = range.version === 4 ? 32 : 128;
  let prefix = width;
  for (let rest = range.last - range.first; rest > 0n; rest >>= 1n) prefix--;
  const bits = prefix + 128 - width;
  const mask = [0, 1, 2, 3].map((word) => {
    const set = Math.min(32, Math.max(0, bits - 32 * word));
    return set === 0 ? 0 : (0xffff_ffff << (32 - set)) | 0;
  });
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0] = mask;
  return {
    version: range.version,
    value: wordsOf({ version: range.version, value: range.first }),
    mask: [m0, m1, m2, m3],
    prefix,
  };
}

/** Whether a block holds an address of the same family. */
export function blockHolds(
  block: WordBlock,
  version: IpVersion,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): boolean {
  const { value, mask } = block;
  return (
    block.version === version &&
    (w3 & mask[3]) === value[3] &&
    (version === 4 ||
      ((w0 & mask[0]) === value[0] && (w1 & mask[1]) === value[1] && (w2 & mask[2]) === value[2]))
  );
}
