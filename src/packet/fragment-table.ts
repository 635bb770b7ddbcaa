import type { PacketView } from './packet-view.ts';

/** How many slots a key may choose from. Four keep early evictions rare until the table is nearly full. */
const WAYS = 4;
/** Words per slot: 8 of addresses, id, protocol, interface, then what the first fragment knew. */
const STRIDE = 16;
const KEY_WORDS = 11;
const AT_SECONDS = 11;
const AT_PORTS = 12;
const AT_FINAL = 13;
const AT_IN_USE = 14;

/**
 * Remembers what the first fragment of a datagram said (ports, final protocol, ICMP type), so that later fragments
 * land in the same flow. Key: interface, source, destination, identification, protocol, and the address family.
 *
 * **Bounded**: a fixed number of slots in one typed array; a key may use four of them. When all four hold younger
 * datagrams than the time limit the oldest one is replaced and counted as evicted; a later fragment of an evicted datagram
 * has ports 0. RFC 791 and RFC 8200 let reassembly wait 15 to 60 s; identifications are used again after that.
 */
export class FragmentTable {
  /** Datagrams forgotten before their time because the table was full. */
  evicted = 0;
  /** Later fragments whose first one was not there: lost, out of order, evicted, or before the capture began. */
  orphans = 0;
  readonly #slots: Int32Array;
  readonly #setMask: number;
  readonly #timeoutSeconds: number;
  readonly #key = new Int32Array(KEY_WORDS);

  /**
   * @param capacity datagrams remembered at once, rounded up to a power of two; 64 bytes each
   * @param timeoutSeconds capture time after which a datagram is forgotten
   */
  constructor(capacity: number, timeoutSeconds: number) {
    let sets = 1;
    while (sets * WAYS < capacity) sets *= 2;
    this.#slots = new Int32Array(sets * WAYS * STRIDE);
    this.#setMask = sets - 1;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /**
   * Keeps what the view of a first fragment says.
   * @param headerProtocol the protocol as every fragment of the datagram states it (IPv4 protocol, or the next header
   *   of the IPv6 fragment header), which may differ from `view.protocol` behind further extension headers
   */
  remember(view: PacketView, id: number, headerProtocol: number): void {
    const slots = this.#slots;
    const base = this.#setOf(view, id, headerProtocol);
    let at = this.#find(base);
    if (at < 0) at = this.#freeSlot(base, view.seconds);
    slots.set(this.#key, at);
    slots[at + AT_SECONDS] = view.seconds;
    slots[at + AT_PORTS] = (view.srcPort << 16) | view.dstPort;
    slots[at + AT_FINAL] = (view.protocol << 16) | ((view.icmpType & 255) << 8) | (view.icmpCode & 255);
    slots[at + AT_IN_USE] = view.icmpType < 0 ? 1 : 2;
  }

  /** Fills ports, protocol and ICMP type of a later fragment. False (and counted) when its first is not known. */
  recall(view: PacketView, id: number, headerProtocol: number): boolean {
    const slots = this.#slots;
    const at = this.#find(this.#setOf(view, id, headerProtocol));
    if (at < 0 || this.#isExpired(at, view.seconds)) {
      this.orphans++;
      return false;
    }
    const ports = slots[at + AT_PORTS] as number;
    const final = slots[at + AT_FINAL] as number;
    view.srcPort = ports >>> 16;
    view.dstPort = ports & 0xffff;
    view.protocol = final >>> 16;
    if (slots[at + AT_IN_USE] === 2) {
      view.icmpType = (final >>> 8) & 255;
      view.icmpCode = final & 255;
    }
    return true;
  }

  /** Fills the key and gives the first word of its set. */
  #setOf(view: PacketView, id: number, headerProtocol: number): number {
    const key = this.#key;
    key[0] = view.src0;
    key[1] = view.src1;
    key[2] = view.src2;
    key[3] = view.src3;
    key[4] = view.dst0;
    key[5] = view.dst1;
    key[6] = view.dst2;
    key[7] = view.dst3;
    key[8] = id;
    key[9] = (headerProtocol << 8) | view.ipVersion;
    key[10] = view.interfaceIndex;
    let hash = 0x811c9dc5;
    for (let i = 0; i < KEY_WORDS; i++) {
      hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
      hash ^= hash >>> 15;
    }
    return (hash & this.#setMask) * WAYS * STRIDE;
  }

  #find(base: number): number {
    for (let at = base; at < base + WAYS * STRIDE; at += STRIDE) {
      if (this.#slots[at + AT_IN_USE] !== 0 && this.#matches(at)) return at;
    }
    return -1;
  }

  #matches(at: number): boolean {
    for (let i = 0; i < KEY_WORDS; i++) if (this.#slots[at + i] !== this.#key[i]) return false;
    return true;
  }

  #freeSlot(base: number, nowSeconds: number): number {
    const slots = this.#slots;
    let oldest = base;
    for (let at = base; at < base + WAYS * STRIDE; at += STRIDE) {
      if (slots[at + AT_IN_USE] === 0 || this.#isExpired(at, nowSeconds)) return at;
      if ((slots[at + AT_SECONDS] as number) < (slots[oldest + AT_SECONDS] as number)) oldest = at;
    }
    this.evicted++;
    return oldest;
  }

  /** Captures are not always in order of time, so an entry far in the future is as foreign as one far in the past. */
  #isExpired(at: number, nowSeconds: number): boolean {
    return Math.abs(((nowSeconds | 0) - (this.#slots[at + AT_SECONDS] as number)) | 0) > this.#timeoutSeconds;
  }
}
