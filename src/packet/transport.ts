import { COUNTED, type DropCode, dropCodeOf } from './drop-reason.ts';
import type { PacketView } from './packet-view.ts';

const TRANSPORT_CUT = dropCodeOf('transport-cut');
const TRANSPORT_SHORT = dropCodeOf('transport-short');

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMPV6 = 58;
export const SCTP = 132;

/**
 * Ports, TCP flags or ICMP type of the transport header at `offset`. Protocols without ports (GRE, ESP, AH, IP-in-IP,
 * OSPF …) are counted by number alone.
 *
 * @param end where the captured bytes stop
 * @param ipEnd where the IP packet stops by its own length; larger than `end` when the capture cut it
 * @param isFragment true for a first fragment, which may hold less than a whole header
 */
export function decodeTransport(
  view: PacketView,
  bytes: Uint8Array,
  offset: number,
  end: number,
  ipEnd: number,
  isFragment: boolean,
): DropCode {
  const protocol = view.protocol;
  if (protocol === TCP) {
    if (ipEnd - offset < (isFragment ? 8 : 20)) return TRANSPORT_SHORT;
    if (end - offset < 4) return TRANSPORT_CUT;
    readPorts(view, bytes, offset);
    // A capture cut between the ports and the flags still counts: a flow without flags beats a missing flow.
    if (end - offset >= 14 && ipEnd - offset >= 14) view.tcpFlags = bytes[offset + 13] as number;
    return COUNTED;
  }
  if (protocol === UDP) {
    if (ipEnd - offset < 8) return TRANSPORT_SHORT;
    if (end - offset < 4) return TRANSPORT_CUT;
    readPorts(view, bytes, offset);
    return COUNTED;
  }
  if (protocol === (view.ipVersion === 4 ? ICMP : ICMPV6)) {
    if (ipEnd - offset < 8) return TRANSPORT_SHORT;
    if (end - offset < 2) return TRANSPORT_CUT;
    view.icmpType = bytes[offset] as number;
    view.icmpCode = bytes[offset + 1] as number;
    return COUNTED;
  }
  if (protocol === SCTP) {
    if (ipEnd - offset < (isFragment ? 8 : 12)) return TRANSPORT_SHORT;
    if (end - offset < 4) return TRANSPORT_CUT;
    readPorts(view, bytes, offset);
  }
  return COUNTED;
}

function readPorts(view: PacketView, bytes: Uint8Array, offset: number): void {
  view.srcPort = ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
  view.dstPort = ((bytes[offset + 2] as number) << 8) | (bytes[offset + 3] as number);
}
