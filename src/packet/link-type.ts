import type { DecoderState } from './decoder-state.ts';
import { type DropCode, dropCodeOf } from './drop-reason.ts';
import { decodeEthernet, decodeEtherType, decodePppoe, decodePppProtocol, decodeRawIp } from './ethernet.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import { decodeLinuxCooked, decodeLinuxCooked2, decodeNflog } from './linux-link.ts';

const LINK_UNSUPPORTED = dropCodeOf('link-unsupported');
const LINK_CUT = dropCodeOf('link-cut');
const NOT_IP = dropCodeOf('not-ip');

/** The link types that are decoded, by LINKTYPE number (tcpdump.org registry). Everything else is `link-unsupported`. */
export const LINK_TYPES = {
  bsdLoopback: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  pppEther: 51,
  raw: 101,
  ciscoHdlc: 104,
  openBsdLoopback: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  linuxCooked2: 276,
} as const;

/**
 * Decodes the frame at `offset` down to its ports into `state.view`. Never throws, whatever the bytes are.
 *
 * @param end where the captured bytes stop
 * @param wireEnd where the frame stopped on the wire, in the same coordinates; may lie beyond the buffer
 * @param isBigEndian byte order of the capture, which a few link headers follow
 */
export function decodeLink(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
  linkType: number,
  isBigEndian: boolean,
): DropCode {
  switch (linkType) {
    case LINK_TYPES.ethernet:
      return decodeEthernet(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.raw:
    case LINK_TYPES.rawBsd:
    case LINK_TYPES.rawOpenBsd:
      return decodeRawIp(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.ipv4:
      return decodeIpv4(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.ipv6:
      return decodeIpv6(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.linuxCooked:
      return decodeLinuxCooked(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.linuxCooked2:
      return decodeLinuxCooked2(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.nflog:
      return decodeNflog(state, bytes, offset, end, isBigEndian);
    case LINK_TYPES.bsdLoopback:
    case LINK_TYPES.openBsdLoopback:
      return decodeLoopback(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.ppp:
    case LINK_TYPES.pppHdlc:
    case LINK_TYPES.ciscoHdlc:
      return decodePpp(state, bytes, offset, end, wireEnd);
    case LINK_TYPES.pppEther:
      return decodePppoe(state, bytes, offset, end, wireEnd);
    default:
      return LINK_UNSUPPORTED;
  }
}

/**
 * Loopback of the BSDs: four bytes of address family, in network order (OpenBSD) or that of the capturing machine, which
 * need not be that of the file. Families fit 16 bits, so the half that is zero tells the order.
 */
function decodeLoopback(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 4) return LINK_CUT;
  const head = ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
  const tail = ((bytes[offset + 2] as number) << 8) | (bytes[offset + 3] as number);
  const family = head === 0 ? tail : tail === 0 ? (head >> 8) | ((head & 255) << 8) : -1;
  if (family === 2) return decodeIpv4(state, bytes, offset + 4, end, wireEnd);
  // AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
  if (family === 10 || family === 24 || family === 28 || family === 30) {
    return decodeIpv6(state, bytes, offset + 4, end, wireEnd);
  }
  return NOT_IP;
}

/** PPP with or without its HDLC address (`ff 03`), or Cisco HDLC (`0f 00`, `8f 00`), which has an EtherType instead. */
function decodePpp(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 4) return LINK_CUT;
  const address = bytes[offset] as number;
  if (address === 0x0f || address === 0x8f) {
    const etherType = ((bytes[offset + 2] as number) << 8) | (bytes[offset + 3] as number);
    return decodeEtherType(state, bytes, offset + 4, end, wireEnd, etherType);
  }
  const start = address === 0xff && bytes[offset + 1] === 3 ? offset + 2 : offset;
  return decodePppProtocol(state, bytes, start, end, wireEnd);
}
