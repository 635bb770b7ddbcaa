/** How raw bytes become the stored text of a dictionary. */
export type TextTransform = 'identity' | 'address' | 'percent-encoded';

import { canonicalIp, formatIp, type IpScope, ipKey, parseIp, scopeOf } from '../../base/index.ts';
import { decodeTag } from '../../record/index.ts';

/**
 * What is known of the distinct addresses of a batch, by code of the dictionary that its address columns share. Plain data,
 * so that it can go to another thread. The arrays may be longer than the dictionary.
 */
export interface AddressTable {
  readonly dictionary: readonly string[];
  /** Numbers of `SCOPES`. */
  readonly scopes: Uint8Array;
  /** 4, 6, or 0 for text that is no address. */
  readonly ipVersions: Uint8Array;
  /** Address numbers of IPv4 entries. */
  readonly v4: Uint32Array;
}

/** The address index key of an entry, or null when its text is no address. */
export function addressKeyOf({ dictionary, ipVersions, v4 }: AddressTable, code: number): string | null {
  const version = ipVersions[code];
  if (version === 4) return `00000000000000000000ffff${(v4[code] as number).toString(16).padStart(8, '0')}`;
  const address = version === 6 ? parseIp(dictionary[code] as string) : null;
  return address === null ? null : ipKey(address);
}

/** The scope of an address entry, or null when its text is no address. */
export function addressScopeOf({ scopes }: AddressTable, code: number): IpScope | null {
  return SCOPES[scopes[code] as number] ?? null;
}

/** Scopes by the small number kept per dictionary entry; 0 stands for text that is no address. */
export const SCOPES: readonly (IpScope | null)[] = [
  null,
  'private',
  'public',
  'multicast',
  'link-local',
  'loopback',
  'reserved',
];

/** Number of a scope in `SCOPES`. */
export const SCOPE_NUMBER: Readonly<Record<IpScope, number>> = {
  private: 1,
  public: 2,
  multicast: 3,
  'link-local': 4,
  loopback: 5,
  reserved: 6,
};

const FIRST_SLOTS = 1 << 12;
const SLOT_WORDS = 4;
const FIRST_ARENA_BYTES = 1 << 16;
const HASH_SEED = 0x811c9dc5;
const HASH_PRIME = 0x01000193;
const decoder = new TextDecoder('utf-8');

/**
 * Distinct byte strings and the numbers they got, for one column or (addresses) several.
 *
 * A token is looked up by its bytes without making a string; only a token seen for the first time costs a string and
 * the transform. Two tokens with one stored text (two spellings of an IPv6 address) share a code.
 * Cost: about 20 ns per known token; memory is the distinct tokens' bytes plus 16 bytes each, and the strings.
 */
export class TextDictionary {
  /** Stored text by code; distinct. */
  readonly values: string[] = [];
  /** By code, for address dictionaries: a number of `SCOPES`. */
  scopes = new Uint8Array(1024);
  /** By code, for address dictionaries: 4, 6, or 0 for text that is no address. */
  ipVersions = new Uint8Array(1024);

  readonly #transform: TextTransform;
  readonly #codeOfValue = new Map<string, number>();
  /** Address number of IPv4 entries, for their keys. */
  #v4 = new Uint32Array(1024);
  /**
   * Open addressing; a slot is four words: hash, start in the arena, length, code. They lie together so that a look-up in
   * a large dictionary costs one cache miss for the slot and one for the bytes. Length -1 marks an empty slot.
   */
  #slots = emptySlots(FIRST_SLOTS);
  #tokenCount = 0;
  #arena = new Uint8Array(FIRST_ARENA_BYTES);
  #arenaUsed = 0;

  constructor(transform: TextTransform) {
    this.#transform = transform;
  }

  /** The code of the token in `bytes[start, end)`, whose `hashOf` the caller may have computed on the way. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const length = end - start;
    let slot = ((hash ^ (hash >>> 15)) * SLOT_WORDS) & mask;
    for (;;) {
      const slotLength = slots[slot + 2] as number;
      if (slotLength < 0) return this.#add(bytes, start, length, hash);
      if (slots[slot] === hash && slotLength === length) {
        const arena = this.#arena;
        let from = slots[slot + 1] as number;
        let at = start;
        while (at < end && arena[from] === bytes[at]) {
          from++;
          at++;
        }
        if (at === end) return slots[slot + 3] as number;
      }
      slot = (slot + SLOT_WORDS) & mask;
    }
  }

  /** `intern` of a raw token that is already a string. */
  internText(token: string): number {
    const bytes = new TextEncoder().encode(token);
    return this.intern(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length));
  }

  /** The addresses as data, over the dictionary's own memory. */
  table(): AddressTable {
    const { values, scopes, ipVersions } = this;
    return { dictionary: values, scopes, ipVersions, v4: this.#v4 };
  }

  /** Forgets every entry and keeps the memory. */
  clear(): void {
    this.values.length = 0;
    this.#codeOfValue.clear();
    this.#slots.fill(-1);
    this.#tokenCount = 0;
    this.#arenaUsed = 0;
  }

  #add(bytes: Uint8Array, start: number, length: number, hash: number): number {
    if (this.#tokenCount * 2 * SLOT_WORDS >= this.#slots.length) this.#growSlots();
    if (this.#arenaUsed + length > this.#arena.length) this.#growArena(length);
    const at = this.#arenaUsed;
    this.#arena.set(bytes.subarray(start, start + length), at);
    this.#arenaUsed += length;
    this.#tokenCount++;
    const code = this.#codeFor(bytes, start, length);
    placeSlot(this.#slots, hash, at, length, code);
    return code;
  }

  /** The code of the stored text of a new token: a new code unless another spelling made it before. */
  #codeFor(bytes: Uint8Array, start: number, length: number): number {
    const v4 = this.#transform === 'address' ? canonicalV4(bytes, start, start + length) : -1;
    const raw = decode(bytes, start, start + length);
    if (v4 >= 0) return this.#newAddress(raw, 4, v4, scopeOfV4(v4));
    if (this.#transform === 'identity') return this.#newCode(raw);
    const value = this.#transform === 'address' ? (canonicalIp(raw) ?? raw) : decodeTag(raw);
    const known = this.#codeOfValue.get(value);
    if (known !== undefined) return known;
    const address = this.#transform === 'address' ? parseIp(value) : null;
    const code =
      address === null
        ? this.#newAddress(value, 0, 0, 0)
        : this.#newAddress(formatIp(address), address.version, 0, SCOPE_NUMBER[scopeOf(address)]);
    this.#codeOfValue.set(value, code);
    return code;
  }

  #newAddress(value: string, version: number, v4: number, scope: number): number {
    const code = this.#newCode(value);
    if (code >= this.scopes.length) {
      this.scopes = grown(this.scopes, new Uint8Array(this.scopes.length * 2));
      this.ipVersions = grown(this.ipVersions, new Uint8Array(this.ipVersions.length * 2));
      this.#v4 = grown(this.#v4, new Uint32Array(this.#v4.length * 2));
    }
    this.scopes[code] = scope;
    this.ipVersions[code] = version;
    this.#v4[code] = v4;
    return code;
  }

  #newCode(value: string): number {
    return this.values.push(value) - 1;
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = emptySlots((old.length / SLOT_WORDS) * 4);
    for (let slot = 0; slot < old.length; slot += SLOT_WORDS) {
      const length = old[slot + 2] as number;
      if (length >= 0)
        placeSlot(this.#slots, old[slot] as number, old[slot + 1] as number, length, old[slot + 3] as number);
    }
  }

  #growArena(atLeast: number): void {
    this.#arena = grown(
      this.#arena,
      new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaUsed + atLeast)),
    );
  }
}

/** The hash that `TextDictionary.intern` expects (FNV-1a, 32 bits). The scanner computes the same while it reads. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), HASH_PRIME);
  return hash;
}

function emptySlots(count: number): Int32Array {
  return new Int32Array(count * SLOT_WORDS).fill(-1);
}

function placeSlot(slots: Int32Array, hash: number, start: number, length: number, code: number): void {
  const mask = slots.length - 1;
  let slot = ((hash ^ (hash >>> 15)) * SLOT_WORDS) & mask;
  while ((slots[slot + 2] as number) >= 0) slot = (slot + SLOT_WORDS) & mask;
  slots[slot] = hash;
  slots[slot + 1] = start;
  slots[slot + 2] = length;
  slots[slot + 3] = code;
}

function grown<T extends Uint8Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > 127) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The number of an IPv4 address in canonical spelling, else -1. */
function canonicalV4(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 46) {
      if (octet < 0 || dots === 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      dots++;
      continue;
    }
    const digit = byte - 48;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** `scopeOf` for IPv4 without big integers; the table in `base/ip` is the judge of both in tests. */
function scopeOfV4(value: number): number {
  const first = value >>> 24;
  const second = (value >>> 16) & 255;
  if (first === 10) return SCOPE_NUMBER.private;
  if (first === 172 && second >= 16 && second < 32) return SCOPE_NUMBER.private;
  if (first === 192 && second === 168) return SCOPE_NUMBER.private;
  if (first === 100 && second >= 64 && second < 128) return SCOPE_NUMBER.private;
  if (first === 169 && second === 254) return SCOPE_NUMBER['link-local'];
  if (first === 127) return SCOPE_NUMBER.loopback;
  if (first === 0 || first >= 240) return SCOPE_NUMBER.reserved;
  return first >= 224 ? SCOPE_NUMBER.multicast : SCOPE_NUMBER.public;
}
