import { formatIp } from '../base/index.ts';

/** Where a packet stands among the fragments of its datagram: `WHOLE`, `FIRST` (has the ports) or `LATER`. */
export type FragmentPart = 0 | 1 | 2;
export const WHOLE: FragmentPart = 0;
export const FIRST_FRAGMENT: FragmentPart = 1;
export const LATER_FRAGMENT: FragmentPart = 2;

/** What the capture itself says about direction: unknown, received by the capturing host, or sent by it. */
export type CaptureDirection = 0 | 1 | 2;
export const DIRECTION_UNKNOWN: CaptureDirection = 0;
export const DIRECTION_INBOUND: CaptureDirection = 1;
export const DIRECTION_OUTBOUND: CaptureDirection = 2;

/**
 * One decoded packet. There is a single view per reader and it is overwritten by the next packet: a listener
 * reads what it needs before it returns and never keeps the object. `snapshotOf` makes a copy to keep.
 *
 * **Shape**: every field is a small integer, so that filling one allocates nothing (`bench/packet.ts`).
 * Addresses are four 32-bit words in **signed** form (`word >>> 0` is the usual value), IPv4 mapped into the
 * last one (`0, 0, 0xffff, a.b.c.d`), the order that the address index sorts by. `ipVersion` is part of any key:
 * a real IPv6 packet may carry a mapped address.
 */
export class PacketView {
  /** Unix seconds of the capture, whole. */
  seconds = 0;
  /** Nanoseconds within the second, 0 to 999 999 999. */
  nanos = 0;
  /** Which interface of the capture: index into `CaptureSummary.interfaces`. */
  interfaceIndex = 0;

  ipVersion: 4 | 6 = 4;
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** IANA number of the transport protocol; for IPv6 the one after the extension headers. */
  protocol = 0;
  /** 0 when the protocol has no ports, and for a later fragment whose first one was not seen. */
  srcPort = 0;
  dstPort = 0;
  /** The eight flag bits as on the wire (CWR 128 … FIN 1); 0 for other protocols and later fragments. */
  tcpFlags = 0;
  /** ICMP or ICMPv6 type and code; -1 for other protocols and unknown later fragments. */
  icmpType = -1;
  icmpCode = -1;
  /** Bytes of the IP packet by its own header, IP header included, whatever the capture kept of it. */
  ipLength = 0;
  /** Bytes of the frame on the wire as the capture states it. */
  wireLength = 0;
  fragment: FragmentPart = WHOLE;
  /** Time to live (IPv4) or hop limit (IPv6), as it was when captured. */
  ttl = 0;

  /** Ethernet addresses of the frame: the upper 16 bits (-1 when the link has none) and the lower 32, signed. */
  srcMacHigh = -1;
  srcMacLow = 0;
  dstMacHigh = -1;
  dstMacLow = 0;
  /** Outermost VLAN id, -1 when untagged. */
  vlanId = -1;
  direction: CaptureDirection = DIRECTION_UNKNOWN;
  /** The kernel's index of the device it came in by, went out by (SLL2, NFLOG); 0 when not stated. */
  inDevice = 0;
  outDevice = 0;
  /** The netfilter hook that logged it: 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting; -1 if none. */
  nflogHook = -1;
  /** The NFLOG group number; -1 when the link is not NFLOG. */
  nflogGroup = -1;
  /** The text a firewall rule gave with `log prefix`; null when there is none. Interned: cheap to compare. */
  nflogPrefix: string | null = null;
}

/** A decoded packet to keep: addresses as text, everything else as in `PacketView`. */
export interface PacketSnapshot {
  readonly seconds: number;
  readonly nanos: number;
  readonly interfaceIndex: number;
  readonly ipVersion: 4 | 6;
  readonly srcAddr: string;
  readonly dstAddr: string;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly tcpFlags: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly ipLength: number;
  readonly wireLength: number;
  readonly fragment: FragmentPart;
  readonly vlanId: number;
  readonly direction: CaptureDirection;
  readonly inDevice: number;
  readonly outDevice: number;
  readonly nflogHook: number;
  readonly nflogGroup: number;
  readonly nflogPrefix: string | null;
}

/** A copy of a view that outlives the next packet. Cost: one object and two strings; not for the hot path. */
export function snapshotOf(view: PacketView): PacketSnapshot {
  return {
    seconds: view.seconds,
    nanos: view.nanos,
    interfaceIndex: view.interfaceIndex,
    ipVersion: view.ipVersion,
    srcAddr: formatAddressWords(view.ipVersion, view.src0, view.src1, view.src2, view.src3),
    dstAddr: formatAddressWords(view.ipVersion, view.dst0, view.dst1, view.dst2, view.dst3),
    protocol: view.protocol,
    srcPort: view.srcPort,
    dstPort: view.dstPort,
    tcpFlags: view.tcpFlags,
    icmpType: view.icmpType,
    icmpCode: view.icmpCode,
    ipLength: view.ipLength,
    wireLength: view.wireLength,
    fragment: view.fragment,
    vlanId: view.vlanId,
    direction: view.direction,
    inDevice: view.inDevice,
    outDevice: view.outDevice,
    nflogHook: view.nflogHook,
    nflogGroup: view.nflogGroup,
    nflogPrefix: view.nflogPrefix,
  };
}

/** Canonical text of an address held as the four words of a `PacketView` (signed or unsigned). */
export function formatAddressWords(version: 4 | 6, w0: number, w1: number, w2: number, w3: number): string {
  if (version === 4) return `${w3 >>> 24}.${(w3 >>> 16) & 255}.${(w3 >>> 8) & 255}.${w3 & 255}`;
  const high = (BigInt(w0 >>> 0) << 32n) | BigInt(w1 >>> 0);
  const low = (BigInt(w2 >>> 0) << 32n) | BigInt(w3 >>> 0);
  return formatIp({ version: 6, value: (high << 64n) | low });
}
