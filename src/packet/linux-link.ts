import type { DecoderState } from './decoder-state.ts';
import { type DropCode, dropCodeOf } from './drop-reason.ts';
import { decodeEtherType } from './ethernet.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, type PacketView } from './packet-view.ts';

const LINK_CUT = dropCodeOf('link-cut');
const LINK_MALFORMED = dropCodeOf('link-malformed');
const NOT_IP = dropCodeOf('not-ip');

const ARPHRD_NETLINK = 824;
const PACKET_OUTGOING = 4;
const PACKET_OTHER_HOST = 3;

/** Linux "cooked" capture, version 1: what `tcpdump -i any` wrote for decades. 16 bytes, then the packet. */
export function decodeLinuxCooked(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 16) return LINK_CUT;
  if (readShort(bytes, offset + 2) === ARPHRD_NETLINK) return NOT_IP;
  setDirection(state.view, readShort(bytes, offset));
  return decodeEtherType(state, bytes, offset + 16, end, wireEnd, readShort(bytes, offset + 14));
}

/** Linux "cooked" capture, version 2: adds the index of the device, so that "any" can be told apart. 20 bytes. */
export function decodeLinuxCooked2(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 20) return LINK_CUT;
  if (readShort(bytes, offset + 8) === ARPHRD_NETLINK) return NOT_IP;
  const view = state.view;
  setDirection(view, bytes[offset + 10] as number);
  const device = readLong(bytes, offset + 4);
  if (view.direction === DIRECTION_OUTBOUND) view.outDevice = device;
  else view.inDevice = device;
  return decodeEtherType(state, bytes, offset + 20, end, wireEnd, readShort(bytes, offset));
}

const NFULA_PACKET_HEADER = 1;
const NFULA_IN_DEVICE = 4;
const NFULA_OUT_DEVICE = 5;
const NFULA_PAYLOAD = 9;
const NFULA_PREFIX = 10;
const AF_INET = 2;
const AF_INET6 = 10;

/**
 * Packets as the Linux firewall logged them (`nflog:GROUP`): attributes, one of which is the packet. The prefix is what
 * the rule said about it, which makes it the kernel's own verdict.
 *
 * @param isBigEndian byte order of the capturing machine: attribute lengths and types follow it, values are big-endian
 */
export function decodeNflog(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  isBigEndian: boolean,
): DropCode {
  if (end - offset < 4) return LINK_CUT;
  const family = bytes[offset] as number;
  if (bytes[offset + 1] !== 0) return LINK_MALFORMED;
  const view = state.view;
  view.nflogGroup = readShort(bytes, offset + 2);
  let etherType = family === AF_INET ? 0x0800 : family === AF_INET6 ? 0x86dd : -1;
  let payload = -1;
  let payloadEnd = -1;
  for (let at = offset + 4; end - at >= 4; ) {
    const length = isBigEndian ? readShort(bytes, at) : readShortLittle(bytes, at);
    const type = (isBigEndian ? readShort(bytes, at + 2) : readShortLittle(bytes, at + 2)) & 0x7fff;
    if (length < 4) return LINK_MALFORMED;
    const value = at + 4;
    const isWhole = length <= end - at;
    const valueEnd = isWhole ? at + length : end;
    if (type === NFULA_PAYLOAD) {
      payload = value;
      payloadEnd = valueEnd;
    } else if (isWhole) {
      const size = length - 4;
      if (type === NFULA_PACKET_HEADER && size >= 3) {
        if (etherType < 0) etherType = readShort(bytes, value);
        view.nflogHook = bytes[value + 2] as number;
      } else if (type === NFULA_IN_DEVICE && size >= 4) view.inDevice = readLong(bytes, value);
      else if (type === NFULA_OUT_DEVICE && size >= 4) view.outDevice = readLong(bytes, value);
      else if (type === NFULA_PREFIX) view.nflogPrefix = state.prefixes.textOf(bytes, value, valueEnd);
    }
    at += (length + 3) & ~3;
  }
  if (payload < 0) return LINK_CUT;
  setHookDirection(view);
  if (etherType === 0x0800) return decodeIpv4(state, bytes, payload, payloadEnd, payloadEnd);
  if (etherType === 0x86dd) return decodeIpv6(state, bytes, payload, payloadEnd, payloadEnd);
  return NOT_IP;
}

/** Input means received by this host, output sent by it; forwarded packets are neither. */
function setHookDirection(view: PacketView): void {
  if (view.nflogHook === 1) view.direction = DIRECTION_INBOUND;
  else if (view.nflogHook === 3) view.direction = DIRECTION_OUTBOUND;
}

/** Packet types 0 to 2 were for this host (unicast, broadcast, multicast), 3 was overheard, 4 was sent by it. */
function setDirection(view: PacketView, packetType: number): void {
  if (packetType === PACKET_OUTGOING) view.direction = DIRECTION_OUTBOUND;
  else if (packetType < PACKET_OTHER_HOST) view.direction = DIRECTION_INBOUND;
}

function readShort(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function readShortLittle(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

function readLong(bytes: Uint8Array, at: number): number {
  return (readShort(bytes, at) << 16) | readShort(bytes, at + 2);
}
