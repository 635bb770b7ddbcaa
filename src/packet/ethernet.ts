import type { DecoderState } from './decoder-state.ts';
import { type DropCode, dropCodeOf } from './drop-reason.ts';
import { decodeIpv4, decodeIpv6, readWord } from './ip.ts';

const ARP = dropCodeOf('arp');
const NOT_IP = dropCodeOf('not-ip');
const LINK_CUT = dropCodeOf('link-cut');
const LINK_MALFORMED = dropCodeOf('link-malformed');

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_MPLS = 0x8847;
const ETHERTYPE_MPLS_MULTICAST = 0x8848;
const ETHERTYPE_PPPOE_SESSION = 0x8864;
const ETHERTYPE_PROVIDER_VLAN = 0x88a8;
const ETHERTYPE_PROVIDER_BACKBONE = 0x88e7;
const ETHERTYPE_VNTAG = 0x8926;
const ETHERTYPE_OLD_QINQ_A = 0x9100;
const ETHERTYPE_OLD_QINQ_B = 0x9200;
/** Below this the two bytes after the addresses are an IEEE 802.3 length, not a type. */
const FIRST_ETHERTYPE = 0x0600;

/** An Ethernet frame whose destination address is at `offset`. Bounds as for `decodeIpv4`. */
export function decodeEthernet(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 14) return LINK_CUT;
  const view = state.view;
  view.dstMacHigh = ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
  view.dstMacLow = readWord(bytes, offset + 2);
  view.srcMacHigh = ((bytes[offset + 6] as number) << 8) | (bytes[offset + 7] as number);
  view.srcMacLow = readWord(bytes, offset + 8);
  const etherType = ((bytes[offset + 12] as number) << 8) | (bytes[offset + 13] as number);
  if (etherType === ETHERTYPE_IPV4) return decodeIpv4(state, bytes, offset + 14, end, wireEnd);
  return decodeEtherType(state, bytes, offset + 14, end, wireEnd, etherType);
}

/**
 * What follows an EtherType: IP, or any stack of tags (VLAN, QinQ, VN-Tag, provider backbone), MPLS labels and PPPoE
 * before it. Each step moves forward, so the loop ends with the captured bytes.
 */
export function decodeEtherType(
  state: DecoderState,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  firstType: number,
): DropCode {
  const view = state.view;
  let at = start;
  let etherType = firstType;
  for (;;) {
    switch (etherType) {
      case ETHERTYPE_IPV4:
        return decodeIpv4(state, bytes, at, end, wireEnd);
      case ETHERTYPE_IPV6:
        return decodeIpv6(state, bytes, at, end, wireEnd);
      case ETHERTYPE_ARP:
        return ARP;
      case ETHERTYPE_VLAN:
      case ETHERTYPE_PROVIDER_VLAN:
      case ETHERTYPE_OLD_QINQ_A:
      case ETHERTYPE_OLD_QINQ_B:
        if (end - at < 4) return LINK_CUT;
        if (view.vlanId < 0) view.vlanId = (((bytes[at] as number) & 15) << 8) | (bytes[at + 1] as number);
        at += 4;
        break;
      case ETHERTYPE_VNTAG:
        if (end - at < 6) return LINK_CUT;
        at += 6;
        break;
      case ETHERTYPE_PROVIDER_BACKBONE:
        // A 4-byte service tag, then a whole customer frame with addresses of its own.
        if (end - at < 18) return LINK_CUT;
        at += 18;
        break;
      case ETHERTYPE_MPLS:
      case ETHERTYPE_MPLS_MULTICAST:
        return decodeMpls(state, bytes, at, end, wireEnd);
      case ETHERTYPE_PPPOE_SESSION:
        return decodePppoe(state, bytes, at, end, wireEnd);
      default:
        if (etherType >= FIRST_ETHERTYPE) return NOT_IP;
        // 802.3: only LLC/SNAP with a zero organisation code (RFC 1042) carries an EtherType.
        if (!isSnap(bytes, at, end)) return NOT_IP;
        at += 8;
    }
    etherType = ((bytes[at - 2] as number) << 8) | (bytes[at - 1] as number);
  }
}

/** The session stage of PPP over Ethernet (RFC 2516) from its version byte. */
export function decodePppoe(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 6) return LINK_CUT;
  // Version 1, type 1, code 0; other codes belong to discovery and carry no packets.
  if (bytes[offset] !== 0x11 || bytes[offset + 1] !== 0) return LINK_MALFORMED;
  return decodePppProtocol(state, bytes, offset + 6, end, wireEnd);
}

/** A PPP protocol number, one byte when compressed (RFC 1661 §6.5), and what it carries. */
export function decodePppProtocol(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 2) return LINK_CUT;
  const first = bytes[offset] as number;
  const isCompressed = (first & 1) === 1;
  const protocol = isCompressed ? first : (first << 8) | (bytes[offset + 1] as number);
  const next = offset + (isCompressed ? 1 : 2);
  if (protocol === 0x21) return decodeIpv4(state, bytes, next, end, wireEnd);
  if (protocol === 0x57) return decodeIpv6(state, bytes, next, end, wireEnd);
  if (protocol === 0x281 || protocol === 0x283) return decodeMpls(state, bytes, next, end, wireEnd);
  return NOT_IP;
}

/** IP without any link header: the version tells which. */
export function decodeRawIp(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end <= offset) return LINK_CUT;
  const version = (bytes[offset] as number) >> 4;
  if (version === 4) return decodeIpv4(state, bytes, offset, end, wireEnd);
  if (version === 6) return decodeIpv6(state, bytes, offset, end, wireEnd);
  return NOT_IP;
}

/** Labels up to the bottom of the stack, then IP by its version; MPLS itself does not say what it carries. */
function decodeMpls(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  for (let at = offset; end - at >= 4; at += 4) {
    if (((bytes[at + 2] as number) & 1) === 1) return decodeRawIp(state, bytes, at + 4, end, wireEnd);
  }
  return LINK_CUT;
}

function isSnap(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= 8 &&
    bytes[at] === 0xaa &&
    bytes[at + 1] === 0xaa &&
    bytes[at + 2] === 3 &&
    bytes[at + 3] === 0 &&
    bytes[at + 4] === 0 &&
    bytes[at + 5] === 0
  );
}
