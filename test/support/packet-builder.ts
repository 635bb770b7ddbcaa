/**
 * Builds packets and captures byte by byte for tests. Every function gives fresh bytes; layers nest by passing the inner one
 * as payload: `ethernet(ipv4({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 6 }, tcp({ srcPort: 1, dstPort: 80 })))`.
 */
import { parseIp } from '../../src/base/index.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  return concatAll(parts);
}

/** `concat` of a list too long to be arguments. */
export function concatAll(parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function u16(value: number, little = false): number[] {
  const bytes = [(value >>> 8) & 255, value & 255];
  return little ? bytes.reverse() : bytes;
}

export function u32(value: number, little = false): number[] {
  const bytes = [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return little ? bytes.reverse() : bytes;
}

export function u64(value: bigint, little = false): number[] {
  const high = u32(Number((value >> 32n) & 0xffff_ffffn), little);
  const low = u32(Number(value & 0xffff_ffffn), little);
  return little ? [...low, ...high] : [...high, ...low];
}

/** The 4 or 16 bytes of an address in text. */
export function addressBytes(text: string): number[] {
  const address = parseIp(text);
  if (address === null) throw new Error(`${text} is no address`);
  const size = address.version === 4 ? 4 : 16;
  return Array.from({ length: size }, (_, i) => Number((address.value >> BigInt(8 * (size - 1 - i))) & 255n));
}

export function tcp(fields: {
  srcPort: number;
  dstPort: number;
  flags?: number;
  payload?: Uint8Array;
}): Bytes {
  const flags = fields.flags ?? 0x10;
  const header = [
    ...u16(fields.srcPort),
    ...u16(fields.dstPort),
    ...u32(1),
    ...u32(2),
    0x50,
    flags,
    ...u16(1024),
    0,
    0,
    0,
    0,
  ];
  return concat(header, fields.payload ?? []);
}

export function udp(fields: { srcPort: number; dstPort: number; payload?: Uint8Array }): Bytes {
  const payload = fields.payload ?? new Uint8Array(0);
  return concat(u16(fields.srcPort), u16(fields.dstPort), u16(8 + payload.length), [0, 0], payload);
}

export function icmp(type: number, code: number, payload: Uint8Array = new Uint8Array(4)): Bytes {
  return concat([type, code, 0, 0], payload);
}

export function sctp(fields: { srcPort: number; dstPort: number }): Bytes {
  return concat(u16(fields.srcPort), u16(fields.dstPort), u32(7), u32(0));
}

export interface Ipv4Fields {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly id?: number;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  readonly moreFragments?: boolean;
  /** A multiple of 4 bytes. */
  readonly options?: Uint8Array;
  /** What the header claims; the true length when absent. */
  readonly totalLength?: number;
}

export function ipv4(fields: Ipv4Fields, payload: Uint8Array): Bytes {
  const options = fields.options ?? new Uint8Array(0);
  const headerLength = 20 + options.length;
  const fragment = ((fields.moreFragments ?? false) ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) >> 3);
  return concat(
    [0x40 | (headerLength >> 2), 0],
    u16(fields.totalLength ?? headerLength + payload.length),
    u16(fields.id ?? 0),
    u16(fragment),
    [64, fields.protocol, 0, 0],
    addressBytes(fields.src),
    addressBytes(fields.dst),
    options,
    payload,
  );
}

export interface Ipv6Fields {
  readonly src: string;
  readonly dst: string;
  readonly nextHeader: number;
  /** What the header claims; the true length when absent. */
  readonly payloadLength?: number;
}

export function ipv6(fields: Ipv6Fields, payload: Uint8Array): Bytes {
  const length = fields.payloadLength ?? payload.length;
  const addresses = [...addressBytes(fields.src), ...addressBytes(fields.dst)];
  return concat([0x60, 0, 0, 0], u16(length), [fields.nextHeader, 64], addresses, payload);
}

/** A hop-by-hop, routing or destination-options header of `8 * (units + 1)` bytes. */
export function ipv6Extension(nextHeader: number, units: number, payload: Uint8Array): Bytes {
  return concat([nextHeader, units], new Uint8Array(6 + 8 * units), payload);
}

export function ipv6Fragment(
  nextHeader: number,
  fields: { id: number; offset: number; more: boolean },
  payload: Uint8Array,
): Bytes {
  return concat([nextHeader, 0], u16(fields.offset | (fields.more ? 1 : 0)), u32(fields.id), payload);
}

const MAC_ADDRESSES = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

/** The EtherType of what an IP packet says it is. */
function etherTypeOf(packet: Uint8Array): number {
  return (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
}

export function ethernet(payload: Uint8Array, etherType: number = etherTypeOf(payload)): Bytes {
  return concat(MAC_ADDRESSES, u16(etherType), payload);
}

/** A tag as it stands after an EtherType 0x8100 or 0x88a8: use as the payload of `ethernet`. */
export function vlan(id: number, payload: Uint8Array, etherType: number = etherTypeOf(payload)): Bytes {
  return concat(u16(id), u16(etherType), payload);
}

export function mpls(labels: number, payload: Uint8Array): Bytes {
  const stack = Array.from({ length: labels }, (_, i) => [0, 1, i === labels - 1 ? 0x11 : 0x10, 64]);
  return concat(stack.flat(), payload);
}

export function pppoe(payload: Uint8Array): Bytes {
  const protocol = etherTypeOf(payload) === 0x86dd ? 0x57 : 0x21;
  return concat([0x11, 0], u16(9), u16(payload.length + 2), u16(protocol), payload);
}

export function linuxCooked(
  packetType: number,
  payload: Uint8Array,
  etherType: number = etherTypeOf(payload),
): Bytes {
  return concat(u16(packetType), u16(1), u16(6), [2, 0, 0, 0, 0, 1, 0, 0], u16(etherType), payload);
}

export function linuxCooked2(
  packetType: number,
  device: number,
  payload: Uint8Array,
  etherType: number = etherTypeOf(payload),
): Bytes {
  return concat(
    u16(etherType),
    [0, 0],
    u32(device),
    u16(1),
    [packetType, 6, 2, 0, 0, 0, 0, 1, 0, 0],
    payload,
  );
}

export interface NflogFields {
  readonly group?: number;
  readonly hook?: number;
  readonly prefix?: string;
  readonly inDevice?: number;
  readonly outDevice?: number;
  readonly family?: number;
  /** Puts the packet before the other attributes, which the kernel may do. */
  readonly isPayloadFirst?: boolean;
}

export function nflog(fields: NflogFields, payload: Uint8Array, little = true): Bytes {
  const attribute = (type: number, value: Uint8Array | readonly number[]): Uint8Array => {
    const padding = new Uint8Array((4 - (value.length & 3)) & 3);
    return concat(u16(4 + value.length, little), u16(type, little), value, padding);
  };
  const family = fields.family ?? (etherTypeOf(payload) === 0x86dd ? 10 : 2);
  const parts = [attribute(1, [...u16(etherTypeOf(payload)), fields.hook ?? 1, 0])];
  if (fields.prefix !== undefined) parts.push(attribute(10, [...Buffer.from(fields.prefix, 'latin1'), 0]));
  if (fields.inDevice !== undefined) parts.push(attribute(4, u32(fields.inDevice)));
  if (fields.outDevice !== undefined) parts.push(attribute(5, u32(fields.outDevice)));
  if (fields.isPayloadFirst ?? false) parts.unshift(attribute(9, payload));
  else parts.push(attribute(9, payload));
  return concat([family, 0], u16(fields.group ?? 0), ...parts);
}

/** A packet as a capture holds it. */
export interface CapturedFrame {
  readonly bytes: Uint8Array;
  readonly seconds?: number;
  /** Nanoseconds within the second; a microsecond capture loses the last three digits. */
  readonly nanos?: number;
  /** Bytes kept of it; all when absent. */
  readonly captured?: number;
  /** Bytes on the wire; all when absent. */
  readonly wireLength?: number;
}

export interface PcapFields {
  readonly linkType?: number;
  readonly little?: boolean;
  readonly isNano?: boolean;
  readonly snapLength?: number;
}

export function pcap(frames: readonly CapturedFrame[], fields: PcapFields = {}): Bytes {
  const little = fields.little ?? true;
  const magic = (fields.isNano ?? false) ? 0xa1b23c4d : 0xa1b2c3d4;
  const header = [magic, 0x0002_0004, 0, 0, fields.snapLength ?? 262_144, fields.linkType ?? 1];
  const parts: (Uint8Array | number[])[] = header.map((word) => u32(word, little));
  if (little) parts[1] = [2, 0, 4, 0];
  for (const frame of frames) {
    const data = frame.bytes.subarray(0, frame.captured ?? frame.bytes.length);
    const fraction = Math.floor((frame.nanos ?? 0) / ((fields.isNano ?? false) ? 1 : 1000));
    parts.push(u32(frame.seconds ?? 1_700_000_000, little), u32(fraction, little));
    parts.push(u32(data.length, little), u32(frame.wireLength ?? frame.bytes.length, little), data);
  }
  return concatAll(parts);
}

/** Builders of pcapng blocks in one byte order; a capture is `concat` of what they give. */
export function pcapng(little: boolean) {
  const padded = (bytes: Uint8Array | readonly number[]): Uint8Array =>
    concat(bytes, new Uint8Array((4 - (bytes.length & 3)) & 3));
  const block = (type: number, body: Uint8Array): Bytes => {
    const length = 12 + body.length;
    return concat(u32(type, little), u32(length, little), body, u32(length, little));
  };
  const options = (list: readonly (readonly [number, Uint8Array | readonly number[]])[]): Uint8Array => {
    if (list.length === 0) return new Uint8Array(0);
    const parts = list.map(([code, value]) =>
      concat(u16(code, little), u16(value.length, little), padded(value)),
    );
    return concat(...parts, [0, 0, 0, 0]);
  };
  return {
    block,
    section: (): Bytes =>
      block(
        0x0a0d0d0a,
        concat(u32(0x1a2b3c4d, little), u16(1, little), u16(0, little), new Uint8Array(8).fill(255)),
      ),
    interfaceBlock: (fields: {
      linkType: number;
      snapLength?: number;
      name?: string;
      tsresol?: number;
      tsoffset?: bigint;
    }): Bytes => {
      const list: [number, Uint8Array | number[]][] = [];
      if (fields.name !== undefined) list.push([2, Buffer.from(fields.name)]);
      if (fields.tsresol !== undefined) list.push([9, [fields.tsresol]]);
      if (fields.tsoffset !== undefined) list.push([14, u64(BigInt.asUintN(64, fields.tsoffset), little)]);
      return block(
        1,
        concat(u16(fields.linkType, little), [0, 0], u32(fields.snapLength ?? 0, little), options(list)),
      );
    },
    packet: (fields: {
      interfaceId: number;
      time: bigint;
      bytes: Uint8Array;
      wireLength?: number;
      flags?: number;
      dropCount?: bigint;
    }): Bytes => {
      const list: [number, number[]][] = [];
      if (fields.flags !== undefined) list.push([2, u32(fields.flags, little)]);
      if (fields.dropCount !== undefined) list.push([4, u64(fields.dropCount, little)]);
      const time = [
        ...u32(Number(fields.time >> 32n), little),
        ...u32(Number(fields.time & 0xffff_ffffn), little),
      ];
      const lengths = [
        ...u32(fields.bytes.length, little),
        ...u32(fields.wireLength ?? fields.bytes.length, little),
      ];
      return block(
        6,
        concat(u32(fields.interfaceId, little), time, lengths, padded(fields.bytes), options(list)),
      );
    },
    obsoletePacket: (fields: {
      interfaceId: number;
      time: bigint;
      bytes: Uint8Array;
      drops: number;
    }): Bytes => {
      const time = [
        ...u32(Number(fields.time >> 32n), little),
        ...u32(Number(fields.time & 0xffff_ffffn), little),
      ];
      const lengths = [...u32(fields.bytes.length, little), ...u32(fields.bytes.length, little)];
      return block(
        2,
        concat(
          u16(fields.interfaceId, little),
          u16(fields.drops, little),
          time,
          lengths,
          padded(fields.bytes),
        ),
      );
    },
    simplePacket: (bytes: Uint8Array, wireLength: number = bytes.length): Bytes =>
      block(3, concat(u32(wireLength, little), padded(bytes))),
    statistics: (fields: { interfaceId: number; time: bigint; ifDrop?: bigint; osDrop?: bigint }): Bytes => {
      const list: [number, number[]][] = [];
      if (fields.ifDrop !== undefined) list.push([5, u64(fields.ifDrop, little)]);
      if (fields.osDrop !== undefined) list.push([7, u64(fields.osDrop, little)]);
      const time = [
        ...u32(Number(fields.time >> 32n), little),
        ...u32(Number(fields.time & 0xffff_ffffn), little),
      ];
      return block(5, concat(u32(fields.interfaceId, little), time, options(list)));
    },
  };
}

/** One piece after another as the readers want them; `size` bytes each. */
export async function* inPieces(bytes: Uint8Array, size: number = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) yield bytes.slice(at, at + Math.max(1, size));
}
