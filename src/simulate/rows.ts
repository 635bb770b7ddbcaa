/** Index of a point, an address or a label that is not there. */
export const NONE = -1;

/** Why a transit gateway lost packets, as stored in `Rows.lostReason`; 0 is no loss. */
export const LOST_REASONS = ['', 'no-route', 'blackhole', 'mtu-exceeded', 'ttl-expired'] as const;

/** Values of `reject-reason`, as stored in `Rows.rejectReason`; 0 is none. BPA records carry no bytes. */
export const REJECT_REASONS = ['-', 'BPA', 'EC'] as const;

/**
 * The rows of one tick, column by column: what each point saw, before windows, status lines and text. One row is one
 * flow log record. Typed arrays that grow by doubling; emptied, not freed, between ticks.
 */
export class Rows {
  length = 0;
  /** Index of the point (interface or attachment) that saw it. */
  point: Int32Array = new Int32Array(0);
  /** 0 ingress, 1 egress, seen from the point. */
  egress: Uint8Array = new Uint8Array(0);
  /** Ids in the address book. */
  src: Int32Array = new Int32Array(0);
  dst: Int32Array = new Int32Array(0);
  pktSrc: Int32Array = new Int32Array(0);
  pktDst: Int32Array = new Int32Array(0);
  srcPort: Uint16Array = new Uint16Array(0);
  dstPort: Uint16Array = new Uint16Array(0);
  protocol: Uint8Array = new Uint8Array(0);
  packets: Float64Array = new Float64Array(0);
  bytes: Float64Array = new Float64Array(0);
  tcpFlags: Uint8Array = new Uint8Array(0);
  /** `traffic-path`, 0 for none. */
  path: Uint8Array = new Uint8Array(0);
  /** 1 for REJECT. */
  reject: Uint8Array = new Uint8Array(0);
  /** Index in `REJECT_REASONS`. */
  rejectReason: Uint8Array = new Uint8Array(0);
  /** Interface at the other end of the hop, or NONE. On transit gateways: the source attachment's interface. */
  hop: Int32Array = new Int32Array(0);
  /** On transit gateways: the destination attachment's interface. NONE elsewhere. */
  hopTo: Int32Array = new Int32Array(0);
  /** Index in `LOST_REASONS`. */
  lostReason: Uint8Array = new Uint8Array(0);
  lostPackets: Float64Array = new Float64Array(0);
  /** Label of a scenario, 0 for the background. */
  label: Uint16Array = new Uint16Array(0);
  /** The label that the next rows get. */
  currentLabel = 0;

  constructor(capacity = 4096) {
    this.grow(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /** Appends a row with the current label and no loss; gives its index. */
  push(
    point: number,
    egress: number,
    src: number,
    dst: number,
    pktSrc: number,
    pktDst: number,
    srcPort: number,
    dstPort: number,
    protocol: number,
    packets: number,
    bytes: number,
    tcpFlags: number,
    path: number,
    reject: number,
    hop: number,
  ): number {
    const i = this.length;
    if (i === this.point.length) this.grow(i * 2);
    this.point[i] = point;
    this.egress[i] = egress;
    this.src[i] = src;
    this.dst[i] = dst;
    this.pktSrc[i] = pktSrc;
    this.pktDst[i] = pktDst;
    this.srcPort[i] = srcPort;
    this.dstPort[i] = dstPort;
    this.protocol[i] = protocol;
    this.packets[i] = packets;
    this.bytes[i] = bytes;
    this.tcpFlags[i] = tcpFlags;
    this.path[i] = path;
    this.reject[i] = reject;
    this.rejectReason[i] = 0;
    this.hop[i] = hop;
    this.hopTo[i] = NONE;
    this.lostReason[i] = 0;
    this.lostPackets[i] = 0;
    this.label[i] = this.currentLabel;
    this.length = i + 1;
    return i;
  }

  private grow(capacity: number): void {
    const grown = <T extends Int32Array | Uint8Array | Uint16Array | Float64Array>(old: T, bigger: T): T => {
      bigger.set(old);
      return bigger;
    };
    this.point = grown(this.point, new Int32Array(capacity));
    this.egress = grown(this.egress, new Uint8Array(capacity));
    this.src = grown(this.src, new Int32Array(capacity));
    this.dst = grown(this.dst, new Int32Array(capacity));
    this.pktSrc = grown(this.pktSrc, new Int32Array(capacity));
    this.pktDst = grown(this.pktDst, new Int32Array(capacity));
    this.srcPort = grown(this.srcPort, new Uint16Array(capacity));
    this.dstPort = grown(this.dstPort, new Uint16Array(capacity));
    this.protocol = grown(this.protocol, new Uint8Array(capacity));
    this.packets = grown(this.packets, new Float64Array(capacity));
    this.bytes = grown(this.bytes, new Float64Array(capacity));
    this.tcpFlags = grown(this.tcpFlags, new Uint8Array(capacity));
    this.path = grown(this.path, new Uint8Array(capacity));
    this.reject = grown(this.reject, new Uint8Array(capacity));
    this.rejectReason = grown(this.rejectReason, new Uint8Array(capacity));
    this.hop = grown(this.hop, new Int32Array(capacity));
    this.hopTo = grown(this.hopTo, new Int32Array(capacity));
    this.lostReason = grown(this.lostReason, new Uint8Array(capacity));
    this.lostPackets = grown(this.lostPackets, new Float64Array(capacity));
    this.label = grown(this.label, new Uint16Array(capacity));
  }
}
