/**
 * The judge of `src/packet`'s decoder: the same rules, written for the eye. It slices arrays, uses big integers and maps
 * without bounds, and throws its verdicts. Slow, and obvious.
 */
import { formatIp } from '../../src/base/index.ts';
import type { DropReason } from '../../src/packet/index.ts';

/** What the twin says of a counted packet. */
export interface TwinPacket {
  srcAddr: string;
  dstAddr: string;
  protocol: number;
  srcPort: number;
  dstPort: number;
  tcpFlags: number;
  icmpType: number;
  icmpCode: number;
  ipLength: number;
  fragment: 0 | 1 | 2;
  vlanId: number;
  direction: 0 | 1 | 2;
  inDevice: number;
  outDevice: number;
  nflogHook: number;
  nflogGroup: number;
  nflogPrefix: string | null;
}

class Dropped extends Error {
  readonly reason: DropReason;
  constructor(reason: DropReason) {
    super(reason);
    this.reason = reason;
  }
}

const drop = (reason: DropReason): never => {
  throw new Dropped(reason);
};

/** Bytes as far as they were captured, and how many there were on the wire. */
interface Span {
  readonly kept: Uint8Array;
  readonly wire: number;
}

const from = (span: Span, at: number): Span => ({ kept: span.kept.subarray(at), wire: span.wire - at });
const u8 = (span: Span, at: number): number => span.kept[at] ?? 0;
const u16 = (span: Span, at: number): number => u8(span, at) * 256 + u8(span, at + 1);
const u32 = (span: Span, at: number): number => u16(span, at) * 65536 + u16(span, at + 2);
const need = (span: Span, bytes: number, reason: DropReason): void => {
  if (span.kept.length < bytes) drop(reason);
};
const signed = (value: number): number => value | 0;

type FirstFragment = Pick<TwinPacket, 'protocol' | 'srcPort' | 'dstPort' | 'icmpType' | 'icmpCode'> & {
  seconds: number;
};

export class PacketTwin {
  readonly #firsts = new Map<string, FirstFragment>();
  readonly #timeoutSeconds: number;
  #packet: TwinPacket = blank();
  #key = '';
  #seconds = 0;

  constructor(timeoutSeconds: number) {
    this.#timeoutSeconds = timeoutSeconds;
  }

  decode(
    bytes: Uint8Array,
    wireLength: number,
    linkType: number,
    isBigEndian: boolean,
    seconds: number,
    interfaceIndex: number,
  ): TwinPacket | DropReason {
    this.#packet = blank();
    this.#seconds = seconds;
    this.#key = `${interfaceIndex}`;
    try {
      this.#link({ kept: bytes, wire: Math.max(wireLength, bytes.length) }, linkType, isBigEndian);
      return this.#packet;
    } catch (error) {
      if (error instanceof Dropped) return error.reason;
      throw error;
    }
  }

  #link(span: Span, linkType: number, isBigEndian: boolean): void {
    if (linkType === 1) {
      need(span, 14, 'link-cut');
      return this.#etherType(u16(span, 12), from(span, 14));
    }
    if ([12, 14, 101].includes(linkType)) return this.#byVersion(span);
    if (linkType === 228) return this.#ipv4(span);
    if (linkType === 229) return this.#ipv6(span);
    if (linkType === 113) return this.#cooked(span);
    if (linkType === 276) return this.#cooked2(span);
    if (linkType === 239) return this.#nflog(span, isBigEndian);
    if (linkType === 0 || linkType === 108) return this.#loopback(span);
    if ([9, 50, 104].includes(linkType)) return this.#ppp(span);
    if (linkType === 51) return this.#pppoe(span);
    return drop('link-unsupported');
  }

  #etherType(type: number, span: Span): void {
    if (type === 0x0800) return this.#ipv4(span);
    if (type === 0x86dd) return this.#ipv6(span);
    if (type === 0x0806) return drop('arp');
    if ([0x8100, 0x88a8, 0x9100, 0x9200].includes(type)) {
      need(span, 4, 'link-cut');
      if (this.#packet.vlanId === -1) this.#packet.vlanId = u16(span, 0) % 4096;
      return this.#etherType(u16(span, 2), from(span, 4));
    }
    if (type === 0x8926) {
      need(span, 6, 'link-cut');
      return this.#etherType(u16(span, 4), from(span, 6));
    }
    if (type === 0x88e7) {
      need(span, 18, 'link-cut');
      return this.#etherType(u16(span, 16), from(span, 18));
    }
    if (type === 0x8847 || type === 0x8848) return this.#mpls(span);
    if (type === 0x8864) return this.#pppoe(span);
    if (type < 1536 && span.kept.length >= 8 && u32(span, 0) === 0xaaaa0300 && u16(span, 4) === 0) {
      return this.#etherType(u16(span, 6), from(span, 8));
    }
    return drop('not-ip');
  }

  #mpls(span: Span): void {
    need(span, 4, 'link-cut');
    const isBottom = u8(span, 2) % 2 === 1;
    return isBottom ? this.#byVersion(from(span, 4)) : this.#mpls(from(span, 4));
  }

  #pppoe(span: Span): void {
    need(span, 6, 'link-cut');
    if (u16(span, 0) !== 0x1100) drop('link-malformed');
    this.#pppProtocol(from(span, 6));
  }

  #ppp(span: Span): void {
    need(span, 4, 'link-cut');
    if (u8(span, 0) === 0x0f || u8(span, 0) === 0x8f) return this.#etherType(u16(span, 2), from(span, 4));
    return this.#pppProtocol(u16(span, 0) === 0xff03 ? from(span, 2) : span);
  }

  #pppProtocol(span: Span): void {
    need(span, 2, 'link-cut');
    const isShort = u8(span, 0) % 2 === 1;
    const protocol = isShort ? u8(span, 0) : u16(span, 0);
    const rest = from(span, isShort ? 1 : 2);
    if (protocol === 0x21) return this.#ipv4(rest);
    if (protocol === 0x57) return this.#ipv6(rest);
    if (protocol === 0x281 || protocol === 0x283) return this.#mpls(rest);
    return drop('not-ip');
  }

  #loopback(span: Span): void {
    need(span, 4, 'link-cut');
    const big = u32(span, 0);
    const little = new DataView(span.kept.buffer, span.kept.byteOffset).getUint32(0, true);
    const family = big < 65536 ? big : little < 65536 ? little : -1;
    if (family === 2) return this.#ipv4(from(span, 4));
    if ([10, 24, 28, 30].includes(family)) return this.#ipv6(from(span, 4));
    return drop('not-ip');
  }

  #cooked(span: Span): void {
    need(span, 16, 'link-cut');
    if (u16(span, 2) === 824) drop('not-ip');
    this.#packet.direction = directionOf(u16(span, 0));
    this.#etherType(u16(span, 14), from(span, 16));
  }

  #cooked2(span: Span): void {
    need(span, 20, 'link-cut');
    if (u16(span, 8) === 824) drop('not-ip');
    this.#packet.direction = directionOf(u8(span, 10));
    this.#packet[this.#packet.direction === 2 ? 'outDevice' : 'inDevice'] = signed(u32(span, 4));
    this.#etherType(u16(span, 0), from(span, 20));
  }

  #nflog(span: Span, isBigEndian: boolean): void {
    need(span, 4, 'link-cut');
    if (u8(span, 1) !== 0) drop('link-malformed');
    this.#packet.nflogGroup = u16(span, 2);
    const order = (at: number): number =>
      isBigEndian ? u16(span, at) : u8(span, at + 1) * 256 + u8(span, at);
    let type = u8(span, 0) === 2 ? 0x0800 : u8(span, 0) === 10 ? 0x86dd : -1;
    let payload: Span | null = null;
    let at = 4;
    while (at + 4 <= span.kept.length) {
      const length = order(at);
      if (length < 4) drop('link-malformed');
      const kind = order(at + 2) % 32768;
      const value = from(span, at + 4);
      const whole = at + length <= span.kept.length;
      const size = length - 4;
      if (kind === 9) {
        const kept = value.kept.subarray(0, size);
        payload = { kept, wire: kept.length };
      }
      if (whole && kind === 1 && size >= 3) {
        if (type === -1) type = u16(value, 0);
        this.#packet.nflogHook = u8(value, 2);
      }
      if (whole && kind === 4 && size >= 4) this.#packet.inDevice = signed(u32(value, 0));
      if (whole && kind === 5 && size >= 4) this.#packet.outDevice = signed(u32(value, 0));
      if (whole && kind === 10) {
        const text = Buffer.from(value.kept.subarray(0, size)).toString('latin1');
        this.#packet.nflogPrefix = (text.split('\0')[0] ?? '').slice(0, 127);
      }
      at += Math.ceil(length / 4) * 4;
    }
    if (payload === null) return drop('link-cut');
    this.#packet.direction =
      this.#packet.nflogHook === 1 ? 1 : this.#packet.nflogHook === 3 ? 2 : this.#packet.direction;
    if (type === 0x0800) return this.#ipv4(payload);
    if (type === 0x86dd) return this.#ipv6(payload);
    return drop('not-ip');
  }

  #byVersion(span: Span): void {
    need(span, 1, 'link-cut');
    const version = u8(span, 0) >> 4;
    if (version === 4) return this.#ipv4(span);
    if (version === 6) return this.#ipv6(span);
    return drop('not-ip');
  }

  #ipv4(span: Span): void {
    need(span, 1, 'ip-cut');
    if (u8(span, 0) >> 4 !== 4) drop('ip-version');
    need(span, 20, 'ip-cut');
    const headerLength = (u8(span, 0) % 16) * 4;
    const length = u16(span, 2) === 0 ? span.wire : u16(span, 2);
    if (headerLength < 20 || length < headerLength) drop('ip-header');
    need(span, headerLength, 'ip-cut');
    const protocol = u8(span, 9);
    const packet = this.#packet;
    packet.ipLength = length;
    packet.srcAddr = formatIp({ version: 4, value: BigInt(u32(span, 12)) });
    packet.dstAddr = formatIp({ version: 4, value: BigInt(u32(span, 16)) });
    packet.protocol = protocol;
    this.#key += ` ${packet.srcAddr} ${packet.dstAddr} ${u16(span, 4)} ${protocol}`;
    const hasMore = (u8(span, 6) & 0x20) !== 0;
    const offset = u16(span, 6) % 8192;
    if (offset > 0) return this.#laterFragment();
    packet.fragment = hasMore ? 1 : 0;
    this.#transport(from(span, headerLength), length - headerLength);
    if (hasMore) this.#rememberFirst();
  }

  #ipv6(span: Span): void {
    need(span, 1, 'ip-cut');
    if (u8(span, 0) >> 4 !== 6) drop('ip-version');
    need(span, 40, 'ip-cut');
    const payloadLength = u16(span, 4);
    const length = payloadLength === 0 && u8(span, 6) !== 59 ? span.wire : 40 + payloadLength;
    const addressAt = (at: number): string => {
      const hex = Buffer.from(span.kept.subarray(at, at + 16)).toString('hex');
      return formatIp({ version: 6, value: BigInt(`0x${hex}`) });
    };
    if (length < 40) drop('ip-header');
    const packet = this.#packet;
    packet.ipLength = length;
    packet.srcAddr = addressAt(8);
    packet.dstAddr = addressAt(24);
    this.#afterIpv6(u8(span, 6), from(span, 40), length - 40);
  }

  #afterIpv6(header: number, span: Span, left: number): void {
    const packet = this.#packet;
    if (![0, 43, 44, 60].includes(header)) {
      packet.protocol = header;
      this.#transport(span, left);
      if (packet.fragment === 1) this.#rememberFirst();
      return;
    }
    if (left < 8) drop('ipv6-extension');
    need(span, 8, 'ip-cut');
    const next = u8(span, 0);
    if (header !== 44) {
      const length = (u8(span, 1) + 1) * 8;
      if (left < length) drop('ipv6-extension');
      return this.#afterIpv6(next, from(span, length), left - length);
    }
    const isLater = u16(span, 2) >> 3 > 0;
    const hasMore = u16(span, 2) % 2 === 1;
    if (isLater || (hasMore && packet.fragment === 0)) {
      this.#key = `${this.#key.split(' ')[0]} ${packet.srcAddr} ${packet.dstAddr} ${u32(span, 4)} ${next}`;
    }
    if (isLater) {
      packet.protocol = next;
      return this.#laterFragment();
    }
    if (hasMore) packet.fragment = 1;
    return this.#afterIpv6(next, from(span, 8), left - 8);
  }

  #laterFragment(): void {
    this.#packet.fragment = 2;
    const first = this.#firsts.get(this.#key);
    if (first === undefined || Math.abs(this.#seconds - first.seconds) > this.#timeoutSeconds) return;
    const { seconds: _, ...facts } = first;
    Object.assign(this.#packet, facts);
  }

  #rememberFirst(): void {
    const { protocol, srcPort, dstPort, icmpType, icmpCode } = this.#packet;
    this.#firsts.set(this.#key, { protocol, srcPort, dstPort, icmpType, icmpCode, seconds: this.#seconds });
  }

  /** @param left bytes of the IP packet from here on, by its own length */
  #transport(span: Span, left: number): void {
    const packet = this.#packet;
    const isFirst = packet.fragment === 1;
    const isV6 = packet.srcAddr.includes(':');
    const hasPorts = [6, 17, 132].includes(packet.protocol);
    const isIcmp = packet.protocol === (isV6 ? 58 : 1);
    if (!hasPorts && !isIcmp) return;
    const minimum = { 6: 20, 17: 8, 132: 12 }[packet.protocol] ?? 8;
    if (left < (isFirst ? 8 : minimum)) drop('transport-short');
    need(span, isIcmp ? 2 : 4, 'transport-cut');
    if (isIcmp) {
      packet.icmpType = u8(span, 0);
      packet.icmpCode = u8(span, 1);
      return;
    }
    packet.srcPort = u16(span, 0);
    packet.dstPort = u16(span, 2);
    if (packet.protocol === 6 && span.kept.length >= 14 && left >= 14) packet.tcpFlags = u8(span, 13);
  }
}

function directionOf(packetType: number): 0 | 1 | 2 {
  return packetType === 4 ? 2 : packetType < 3 ? 1 : 0;
}

function blank(): TwinPacket {
  return {
    srcAddr: '',
    dstAddr: '',
    protocol: 0,
    srcPort: 0,
    dstPort: 0,
    tcpFlags: 0,
    icmpType: -1,
    icmpCode: -1,
    ipLength: 0,
    fragment: 0,
    vlanId: -1,
    direction: 0,
    inDevice: 0,
    outDevice: 0,
    nflogHook: -1,
    nflogGroup: -1,
    nflogPrefix: null,
  };
}
