import type { PacketView } from '../../packet/index.ts';

export interface ConnectionConfig {
  /** Bound of remembered connections; 64 bytes each, plus 16 to 32 for the index. */
  readonly maxConnections: number;
  /** Idle seconds after which a connection is forgotten. The defaults are AWS's own where it states them. */
  readonly tcpSeconds: number;
  /** TCP of which one side only was seen. */
  readonly tcpOpeningSeconds: number;
  /** After RST, or FIN from both sides: what still arrives belongs to it; later packets are late. */
  readonly tcpClosedSeconds: number;
  readonly udpSeconds: number;
  /** UDP of which one side only was seen. */
  readonly udpOneWaySeconds: number;
  /** ICMP and everything else. */
  readonly otherSeconds: number;
  /** Seed of the hash. */
  readonly seed: number;
}

/** Source: EC2 user guide, security group connection tracking, idle timeouts (TCP 432000 s, UDP 30 s, UDP stream 180 s). */
export const defaultConnectionConfig: ConnectionConfig = {
  maxConnections: 1 << 20,
  tcpSeconds: 432_000,
  tcpOpeningSeconds: 60,
  tcpClosedSeconds: 10,
  udpSeconds: 180,
  udpOneWaySeconds: 30,
  otherSeconds: 30,
  seed: 0,
};

/**
 * Questions and answers of ICMP by type, in the place of ports: an answer goes from the side that was asked, so that a
 * question in the other direction is a connection of its own. Errors (and fragments of unknown type) are 0: no question
 * lets them pass.
 */
const ICMP_SIDES = icmpSides([8, 0], [13, 14], [15, 16], [17, 18]);
const ICMPV6_SIDES = icmpSides([128, 129], [139, 140]);

/** What is known of a packet's connection. */
export type ConnectionStatus = 'unknown' | 'open' | 'closed';

const WORDS = 16;
const PORTS = 8;
const KEY = 9;
const STATE = 10;
const SEEN = 11;
const HASH = 12;
const MIN_SLOTS = 1024;

const LOW_SEEN = 1;
const HIGH_SEEN = 2;
const LOW_FIN = 4;
const HIGH_FIN = 8;
const RESET = 16;

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const FIN_FLAG = 1;
const SYN_FLAG = 2;
const RST_FLAG = 4;
const ACK_FLAG = 16;

/**
 * What a security group remembers: connections that it let pass, per interface. Both directions are one entry, since
 * the two ends are kept in order.
 *
 * **Bounds**: at most `maxConnections`. When they are used up the expired ones are forgotten, and if that is not enough
 * the quarter that was idle longest (`evicted` counts them): a reply may then be judged as a first packet.
 * **Cost**: one hash look-up; forgetting is a pass over the table, spread over all that was added since the last one.
 */
export class ConnectionTable {
  readonly #config: ConnectionConfig;
  readonly #words: Int32Array;
  readonly #index: Int32Array;
  readonly #mask: number;
  #count = 0;
  #evicted = 0;
  /** The packet's two ends in order, filled by `#arrange`. */
  readonly #ends = new Int32Array(PORTS);
  #ports = 0;
  #isFromLow = true;

  constructor(config: Partial<ConnectionConfig> = {}) {
    this.#config = { ...defaultConnectionConfig, ...config };
    const { maxConnections } = this.#config;
    this.#words = new Int32Array(maxConnections * WORDS);
    const slots = Math.max(MIN_SLOTS, 2 ** Math.ceil(Math.log2(maxConnections * 2)));
    this.#index = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Connections forgotten before their time. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Whether the packet belongs to a remembered connection; if it does and that is open, it is noted there. */
  pass(packet: PacketView, vantage: number): ConnectionStatus {
    const row = this.#find(packet, vantage);
    if (row < 0) return 'unknown';
    const words = this.#words;
    const state = words[row + STATE] as number;
    const idle = (packet.seconds - (words[row + SEEN] as number)) | 0;
    const wasClosed = isClosed(state);
    if (idle > this.#timeoutOf(packet.protocol, state)) return wasClosed ? 'closed' : 'unknown';
    // The port is used again: a new connection, to be judged anew.
    if (wasClosed && (packet.tcpFlags & (SYN_FLAG | ACK_FLAG)) === SYN_FLAG) return 'unknown';
    const now = state | this.#bitsOf(packet);
    words[row + STATE] = now;
    if (!wasClosed) words[row + SEEN] = packet.seconds;
    return 'open';
  }

  /** Remembers the connection of a packet that was let pass. */
  open(packet: PacketView, vantage: number): void {
    let row = this.#find(packet, vantage);
    if (row < 0) row = this.#insert(packet, vantage);
    this.#words[row + STATE] = this.#bitsOf(packet);
    this.#words[row + SEEN] = packet.seconds;
  }

  #timeoutOf(protocol: number, state: number): number {
    const config = this.#config;
    const isBothWays = (state & (LOW_SEEN | HIGH_SEEN)) === (LOW_SEEN | HIGH_SEEN);
    if (protocol === TCP) {
      if (isClosed(state)) return config.tcpClosedSeconds;
      return isBothWays ? config.tcpSeconds : config.tcpOpeningSeconds;
    }
    if (protocol === UDP) return isBothWays ? config.udpSeconds : config.udpOneWaySeconds;
    return config.otherSeconds;
  }

  #bitsOf(packet: PacketView): number {
    const isFromLow = this.#isFromLow;
    let bits = isFromLow ? LOW_SEEN : HIGH_SEEN;
    if (packet.protocol === TCP) {
      if ((packet.tcpFlags & FIN_FLAG) !== 0) bits |= isFromLow ? LOW_FIN : HIGH_FIN;
      if ((packet.tcpFlags & RST_FLAG) !== 0) bits |= RESET;
    }
    return bits;
  }

  /** Puts the two ends of a packet in order of address and port, so that both directions have one key. */
  #arrange(packet: PacketView): void {
    const ends = this.#ends;
    let { srcPort, dstPort } = packet;
    if (packet.protocol === ICMP || packet.protocol === ICMPV6) {
      const sides = packet.protocol === ICMP ? ICMP_SIDES : ICMPV6_SIDES;
      srcPort = packet.icmpType < 0 ? 0 : (sides[packet.icmpType] as number);
      dstPort = srcPort === 0 ? 0 : srcPort ^ 1;
    }
    const order =
      compare(packet.src0, packet.dst0) ||
      compare(packet.src1, packet.dst1) ||
      compare(packet.src2, packet.dst2) ||
      compare(packet.src3, packet.dst3) ||
      srcPort - dstPort;
    const isFromLow = order <= 0;
    this.#isFromLow = isFromLow;
    this.#ports = isFromLow ? (srcPort << 16) | dstPort : (dstPort << 16) | srcPort;
    const src = isFromLow ? 0 : 4;
    const dst = 4 - src;
    ends[src] = packet.src0;
    ends[src + 1] = packet.src1;
    ends[src + 2] = packet.src2;
    ends[src + 3] = packet.src3;
    ends[dst] = packet.dst0;
    ends[dst + 1] = packet.dst1;
    ends[dst + 2] = packet.dst2;
    ends[dst + 3] = packet.dst3;
  }

  #find(packet: PacketView, vantage: number): number {
    this.#arrange(packet);
    const key = keyOf(packet, vantage);
    const hash = this.#hash(key);
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const ref = this.#index[slot] as number;
      if (ref === 0) return -1;
      const row = (ref - 1) * WORDS;
      if (this.#words[row + HASH] === hash && this.#isSame(row, key)) return row;
    }
  }

  #isSame(row: number, key: number): boolean {
    const words = this.#words;
    if (words[row + KEY] !== key || words[row + PORTS] !== this.#ports) return false;
    for (let i = 0; i < PORTS; i++) if (words[row + i] !== this.#ends[i]) return false;
    return true;
  }

  #hash(key: number): number {
    let hash = this.#config.seed;
    for (let i = 0; i < PORTS; i++) hash = mix(hash, this.#ends[i] as number);
    return mix(mix(hash, this.#ports), key);
  }

  #insert(packet: PacketView, vantage: number): number {
    if (this.#count >= this.#config.maxConnections) this.#forget(packet.seconds);
    const key = keyOf(packet, vantage);
    const row = this.#count * WORDS;
    const words = this.#words;
    for (let i = 0; i < PORTS; i++) words[row + i] = this.#ends[i] as number;
    words[row + PORTS] = this.#ports;
    words[row + KEY] = key;
    words[row + HASH] = this.#hash(key);
    this.#count++;
    this.#link(row);
    return row;
  }

  #link(row: number): void {
    let slot = (this.#words[row + HASH] as number) & this.#mask;
    while (this.#index[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#index[slot] = row / WORDS + 1;
  }

  /** Makes room: the expired ones go, and the longest idle quarter when that is less than an eighth. */
  #forget(nowSeconds: number): void {
    const before = this.#count;
    this.#keep((row) => this.#idleOf(row, nowSeconds) <= this.#timeoutOfRow(row));
    if (this.#count <= before - (before >> 3) - 1) return;
    const idle = new Float64Array(this.#count);
    for (let i = 0; i < idle.length; i++) idle[i] = this.#idleOf(i * WORDS, nowSeconds);
    const limit = idle.toSorted()[Math.floor(idle.length * 0.75)] as number;
    const expired = this.#count;
    let toForget = Math.ceil(expired / 4);
    this.#keep((row) => this.#idleOf(row, nowSeconds) < limit || toForget-- <= 0);
    this.#evicted += expired - this.#count;
  }

  #keep(isKept: (row: number) => boolean): void {
    const words = this.#words;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      if (!isKept(i * WORDS)) continue;
      if (kept !== i) words.copyWithin(kept * WORDS, i * WORDS, (i + 1) * WORDS);
      kept++;
    }
    this.#count = kept;
    this.#index.fill(0);
    for (let i = 0; i < kept; i++) this.#link(i * WORDS);
  }

  #idleOf(row: number, nowSeconds: number): number {
    return (nowSeconds - (this.#words[row + SEEN] as number)) | 0;
  }

  #timeoutOfRow(row: number): number {
    return this.#timeoutOf((this.#words[row + KEY] as number) & 255, this.#words[row + STATE] as number);
  }
}

/** By type: an even number for a question, the odd one above it for its answer, 0 for the rest. */
function icmpSides(...pairs: readonly (readonly [question: number, answer: number])[]): Uint8Array {
  const sides = new Uint8Array(256);
  for (const [index, [question, answer]] of pairs.entries()) {
    sides[question] = 2 * index + 2;
    sides[answer] = 2 * index + 3;
  }
  return sides;
}

function isClosed(state: number): boolean {
  return (state & RESET) !== 0 || (state & (LOW_FIN | HIGH_FIN)) === (LOW_FIN | HIGH_FIN);
}

function keyOf(packet: PacketView, vantage: number): number {
  return (vantage << 9) | (packet.ipVersion === 6 ? 256 : 0) | packet.protocol;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a >>> 0 < b >>> 0 ? -1 : 1;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 16);
}
