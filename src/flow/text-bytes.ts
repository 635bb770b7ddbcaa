/** Values as ASCII text, written straight into a byte buffer; each function answers where the text ends. */

const DIGITS = 0x30;
const COLON = 0x3a;
const DOT = 0x2e;
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** A whole number from 0 to 2^53 in decimal. */
export function writeNumber(target: Uint8Array, at: number, value: number): number {
  if (value > 0x7fff_ffff) return writeLarge(target, at, value);
  let length = 1;
  for (let limit = 10; length < 10 && value >= limit; limit *= 10) length++;
  let rest = value | 0;
  for (let i = at + length - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    target[i] = DIGITS + rest - next * 10;
    rest = next;
  }
  return at + length;
}

function writeLarge(target: Uint8Array, at: number, value: number): number {
  const text = String(value);
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** An IPv4 address held as one 32-bit word. */
export function writeIpv4(target: Uint8Array, at: number, word: number): number {
  let end = writeOctet(target, at, word >>> 24);
  target[end] = DOT;
  end = writeOctet(target, end + 1, (word >>> 16) & 255);
  target[end] = DOT;
  end = writeOctet(target, end + 1, (word >>> 8) & 255);
  target[end] = DOT;
  return writeOctet(target, end + 1, word & 255);
}

function writeOctet(target: Uint8Array, at: number, octet: number): number {
  let end = at;
  if (octet >= 100) {
    const hundreds = octet >= 200 ? 2 : 1;
    const rest = octet - hundreds * 100;
    target[end++] = DIGITS + hundreds;
    target[end++] = DIGITS + ((rest / 10) | 0);
    target[end++] = DIGITS + (rest % 10);
  } else {
    if (octet >= 10) target[end++] = DIGITS + ((octet / 10) | 0);
    target[end++] = DIGITS + (octet % 10);
  }
  return end;
}

/** An IPv6 address held as four words, in the form of RFC 5952: `base/ip.ts` is its plain twin. */
export function writeIpv6(
  target: Uint8Array,
  start: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): number {
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) {
    target.set(MAPPED, start);
    return writeIpv4(target, start + MAPPED.length, w3);
  }
  const groups = GROUPS;
  groups[0] = w0 >>> 16;
  groups[1] = w0;
  groups[2] = w1 >>> 16;
  groups[3] = w1;
  groups[4] = w2 >>> 16;
  groups[5] = w2;
  groups[6] = w3 >>> 16;
  groups[7] = w3;
  const { from, length } = longestZeroRun(groups);
  let at = start;
  for (let i = 0; i < 8; i++) {
    if (length > 1 && i === from) {
      target[at++] = COLON;
      if (i === 0) target[at++] = COLON;
      i += length - 1;
      continue;
    }
    at = writeHexGroup(target, at, groups[i] as number);
    if (i < 7) target[at++] = COLON;
  }
  return at;
}

const MAPPED = Uint8Array.from('::ffff:', (character) => character.charCodeAt(0));
/** Reused by every call; the functions here never call back. */
const GROUPS = new Uint16Array(8);
const RUN = { from: -1, length: 0 };

/** The first of the longest runs of zero groups. The answer is overwritten by the next call. */
function longestZeroRun(groups: Uint16Array): { readonly from: number; readonly length: number } {
  RUN.from = -1;
  RUN.length = 0;
  for (let i = 0; i < 8; i++) {
    if (groups[i] !== 0) continue;
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > RUN.length) {
      RUN.from = i;
      RUN.length = end - i;
    }
    i = end;
  }
  return RUN;
}

function writeHexGroup(target: Uint8Array, start: number, group: number): number {
  let at = start;
  if (group > 0xfff) target[at++] = HEX[group >>> 12] as number;
  if (group > 0xff) target[at++] = HEX[(group >>> 8) & 15] as number;
  if (group > 0xf) target[at++] = HEX[(group >>> 4) & 15] as number;
  target[at++] = HEX[group & 15] as number;
  return at;
}
