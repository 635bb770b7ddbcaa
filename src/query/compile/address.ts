import { cidrOf, formatIp, type IpRange, ipKey, parseIp, rangeKeys } from '../../base/index.ts';
import type { SqlWriter } from './dialect.ts';

/**
 * The test that a text column holds an address of a block. Stored addresses are canonical, so whole octets and groups
 * are a prefix of the text; IPv4 needs nothing else but the range of one octet, IPv6 the sort key.
 */
export function addressInBlock(writer: SqlWriter, column: string, block: string): string {
  if (writer.dialect.facts['address.in-block'] !== undefined)
    return writer.fact('address.in-block', column, writer.bind(block));
  const range = cidrOf(block);
  const bits = Number(block.slice(block.indexOf('/') + 1));
  return range.version === 4
    ? v4InBlock(writer, column, range, bits)
    : v6InBlock(writer, column, range, bits);
}

/**
 * The test that a sort key column lies in a block: a range that files and row groups prune by. IPv4 and mapped IPv6
 * share keys, so the text tells them apart.
 */
export function keyInBlock(writer: SqlWriter, key: string, text: string, block: string): string {
  const range = cidrOf(block);
  const { first, last } = rangeKeys(range);
  const inRange = `${key} BETWEEN ${writer.bind(first)} AND ${writer.bind(last)}`;
  if (!holdsMapped(range)) return inRange;
  const isV6 = writer.fact('text.contains', text, writer.bind(':'));
  return `${inRange} AND ${range.version === 6 ? isV6 : `NOT (${isV6})`}`;
}

/** True for blocks that share keys with the other family. */
function holdsMapped(range: IpRange): boolean {
  return range.version === 4 || (range.first <= 0xffff_0000_0000n && range.last >= 0xffff_ffff_ffffn);
}

/** The sort key of an address text; null when it is no address. */
export function keyOfText(text: string): string | null {
  const address = parseIp(text);
  return address === null ? null : ipKey(address);
}

function v4InBlock(writer: SqlWriter, column: string, range: IpRange, bits: number): string {
  const octets = formatIp({ version: 4, value: range.first }).split('.');
  const whole = Math.floor(bits / 8);
  const tests: string[] = [];
  if (whole > 0)
    tests.push(writer.fact('text.starts-with', column, writer.bind(`${octets.slice(0, whole).join('.')}.`)));
  if (bits % 8 !== 0) {
    const low = Number(octets[whole]);
    const high = low + 2 ** (8 - (bits % 8)) - 1;
    const octet = writer.fact('text.octet', column, String(whole + 1));
    tests.push(`${octet} BETWEEN ${writer.bind(low)} AND ${writer.bind(high)}`);
  }
  if (tests.length === 0) return writer.fact('text.octet', column, '1').concat(' IS NOT NULL');
  return tests.join(' AND ');
}

function v6InBlock(writer: SqlWriter, column: string, range: IpRange, bits: number): string {
  const prefix = v6TextPrefix(range, bits);
  const { first, last } = rangeKeys(range);
  const inRange = `${writer.fact('address.key', column)} BETWEEN ${writer.bind(first)} AND ${writer.bind(last)}`;
  if (prefix === '')
    return holdsMapped(range)
      ? `${writer.fact('text.contains', column, writer.bind(':'))} AND ${inRange}`
      : inRange;
  // The key is computed row by row; the cheap test of the text spares it for all but few rows.
  return `${writer.fact('text.starts-with', column, writer.bind(prefix))} AND ${inRange}`;
}

/** The leading groups that every address of the block is written with: those before the first zero group. */
function v6TextPrefix(range: IpRange, bits: number): string {
  const groups: string[] = [];
  for (let i = 0; i < Math.floor(bits / 16) && i < 7; i++) {
    const group = (range.first >> BigInt(112 - 16 * i)) & 0xffffn;
    if (group === 0n) break;
    groups.push(`${group.toString(16)}:`);
  }
  return groups.join('');
}
