import { WeirError } from './errors.ts';

/** An address family. */
export type IpVersion = 4 | 6;

/**
 * A parsed address. `value` is the 32-bit (v4) or 128-bit (v6) number; `0n <= value < 2n ** (version === 4 ? 32n : 128n)`.
 */
export interface IpAddress {
  readonly version: IpVersion;
  readonly value: bigint;
}

/** An inclusive range of addresses of one family. */
export interface IpRange {
  readonly version: IpVersion;
  readonly first: bigint;
  readonly last: bigint;
}

/** Where an address lives, by the special-purpose registries (RFC 6890) and nothing else. */
export type IpScope = 'private' | 'public' | 'multicast' | 'link-local' | 'loopback' | 'reserved';

const MAX_V4 = 0xffff_ffffn;

/**
 * Parses an IPv4 or IPv6 address in any usual spelling (upper case, uncompressed, embedded IPv4).
 * Null for everything else, IPv4 octets with leading zeros and zone ids included (RFC 6943 §3.1.1).
 */
export function parseIp(text: string): IpAddress | null {
  if (text.length > 45) return null;
  if (!text.includes(':')) {
    const value = parseV4(text);
    return value === null ? null : { version: 4, value: BigInt(value) };
  }
  const value = parseV6(text);
  return value === null ? null : { version: 6, value };
}

/** Canonical text: dotted decimal for v4, RFC 5952 for v6 (lower case, longest zero run compressed). */
export function formatIp(address: IpAddress): string {
  return address.version === 4 ? formatV4(Number(address.value)) : formatV6(address.value);
}

/** Canonical text of any spelling, or null when it is no address. `parseIp` then `formatIp`. */
export function canonicalIp(text: string): string | null {
  const address = parseIp(text);
  return address === null ? null : formatIp(address);
}

/**
 * The sort key of the address index: 32 lower-case hex digits of the 16-byte form, IPv4 mapped (`::ffff:a.b.c.d`).
 * Text order of keys equals address order, so CIDR ranges are `BETWEEN` on every engine.
 */
export function ipKey(address: IpAddress): string {
  const value = address.version === 4 ? 0xffff_0000_0000n | address.value : address.value;
  return value.toString(16).padStart(32, '0');
}

/** The address of an `ipKey`. Null when the text is not 32 lower-case hex digits. */
export function parseIpKey(key: string): IpAddress | null {
  if (!/^[0-9a-f]{32}$/.test(key)) return null;
  const value = BigInt(`0x${key}`);
  return value >> 32n === 0xffffn ? { version: 4, value: value & MAX_V4 } : { version: 6, value };
}

/**
 * Parses `a.b.c.d/n`, `v6/n` or a bare address (a range of one). Host bits may be set; they are cleared.
 * Null when it is neither.
 */
export function parseCidr(text: string): IpRange | null {
  const slash = text.indexOf('/');
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const width = address.version === 4 ? 32 : 128;
  let prefix = width;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^\d{1,3}$/.test(digits)) return null;
    prefix = Number(digits);
    if (prefix > width) return null;
  }
  const hostBits = BigInt(width - prefix);
  const first = (address.value >> hostBits) << hostBits;
  return { version: address.version, first, last: first | ((1n << hostBits) - 1n) };
}

/** `parseCidr` that throws `base.bad-cidr` (kind `query`) naming the text. */
export function cidrOf(text: string): IpRange {
  const range = parseCidr(text);
  if (range !== null) return range;
  throw new WeirError(
    'query',
    'base.bad-cidr',
    `"${text}" is neither an address nor a CIDR block such as 10.0.0.0/8`,
  );
}

/** The two `ipKey`s that bound a range, both inclusive. */
export function rangeKeys(range: IpRange): { readonly first: string; readonly last: string } {
  return {
    first: ipKey({ version: range.version, value: range.first }),
    last: ipKey({ version: range.version, value: range.last }),
  };
}

/** True when the address lies in the range; families never match each other. */
export function rangeContains(range: IpRange, address: IpAddress): boolean {
  return range.version === address.version && address.value >= range.first && address.value <= range.last;
}

interface ScopeRow {
  readonly cidr: string;
  readonly scope: IpScope;
}

/**
 * The special-purpose blocks, most specific first (IANA IPv4 and IPv6 special-purpose registries).
 * SQL and the hot scanner generate their tests from this table, so there is one answer everywhere.
 */
export const SCOPE_BLOCKS: readonly ScopeRow[] = [
  { cidr: '10.0.0.0/8', scope: 'private' },
  { cidr: '172.16.0.0/12', scope: 'private' },
  { cidr: '192.168.0.0/16', scope: 'private' },
  { cidr: '100.64.0.0/10', scope: 'private' },
  { cidr: '169.254.0.0/16', scope: 'link-local' },
  { cidr: '127.0.0.0/8', scope: 'loopback' },
  { cidr: '224.0.0.0/4', scope: 'multicast' },
  { cidr: '0.0.0.0/8', scope: 'reserved' },
  { cidr: '240.0.0.0/4', scope: 'reserved' },
  { cidr: 'fc00::/7', scope: 'private' },
  { cidr: 'fe80::/10', scope: 'link-local' },
  { cidr: 'ff00::/8', scope: 'multicast' },
  { cidr: '::1/128', scope: 'loopback' },
  { cidr: '::/128', scope: 'reserved' },
];

const scopeRanges = SCOPE_BLOCKS.map((row) => ({ range: cidrOf(row.cidr), scope: row.scope }));

/** The scope of an address; `public` when no special block holds it. */
export function scopeOf(address: IpAddress): IpScope {
  for (const { range, scope } of scopeRanges) if (rangeContains(range, address)) return scope;
  return 'public';
}

function parseV4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return null;
    const octet = Number(part);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value;
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** Colon-separated groups; an embedded IPv4 address may end the last half. */
function parseGroups(text: string, mayEndInV4: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = mayEndInV4 && index === parts.length - 1 ? parseV4(part) : null;
      if (v4 === null) return null;
      groups.push(Math.floor(v4 / 65536), v4 % 65536);
      continue;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
}

function formatV4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      bestStart = i;
      bestLength = j - i;
    }
    i = Math.max(i, j - 1);
  }
  const isMappedV4 = value >> 32n === 0xffffn;
  if (isMappedV4) return `::ffff:${formatV4(Number(value & MAX_V4))}`;
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}
