import type { PacketView } from '../packet/index.ts';
import {
  BYTES_FLOAT,
  DST,
  FLAGS_AND_RULE,
  HASH,
  isIpv6Key,
  KEY,
  keyOf,
  NEXT,
  PACKETS,
  PORTS,
  ROW_WORDS,
  SRC,
} from './flow-row.ts';

/** The index never has fewer slots than this; two words each. */
const MIN_SLOTS = 1024;

/**
 * The live flows of one window: at most `maxFlows` of them, and the memory for that is all it ever takes.
 *
 * Rows lie one after the other in the order their flows were first seen, 64 bytes each, so closing a window is a linear
 * scan. A hash index of slots (hash, row + 1) finds them, open addressing with linear probing. Both arrays are made
 * for the largest size at once, which costs address space only: the system gives pages as they are touched. The index
 * uses a prefix that doubles with the number of flows, so a small window stays in the cache. `bench/record.ts` holds
 * this to its speed; `test/support/flow-twin.ts` is the obvious version.
 */
export class FlowTable {
  readonly maxFlows: number;
  readonly words: Int32Array;
  readonly floats: Float64Array;
  readonly #index: Int32Array;
  readonly #maxSlots: number;
  readonly #seed: number;
  #slots = MIN_SLOTS;
  #count = 0;
  /** Row of the previous packet: packets come in trains. */
  #last = -1;

  /**
   * @param maxFlows bound of live flows, 1 to 16 million; 64 bytes each, plus 16 to 32 for the index
   * @param seed anything; it makes the places of flows in the index unpredictable to whoever sends the packets
   */
  constructor(maxFlows: number, seed: number) {
    this.maxFlows = maxFlows;
    const memory = new ArrayBuffer(maxFlows * ROW_WORDS * 4);
    this.words = new Int32Array(memory);
    this.floats = new Float64Array(memory);
    this.#maxSlots = Math.max(MIN_SLOTS, 2 ** Math.ceil(Math.log2(maxFlows * 2)));
    this.#index = new Int32Array(this.#maxSlots * 2);
    this.#seed = seed | 0;
  }

  /** Live flows. */
  get count(): number {
    return this.#count;
  }

  /**
   * The row of this packet's flow, made when it is new: its word offset, or -1 when the table is full. A new row has
   * zero counters, and `isNew` says so until the next call.
   */
  rowFor(packet: PacketView, place: number): number {
    const key = keyOf(place, packet.ipVersion, packet.protocol);
    const ports = (packet.srcPort << 16) | packet.dstPort;
    const last = this.#last;
    if (last >= 0 && this.#isSame(last, packet, key, ports)) {
      this.isNew = false;
      return last;
    }
    const hash = this.#hashOf(packet, key, ports);
    const index = this.#index;
    const mask = this.#slots - 1;
    // At most half of the slots are in use, so an empty one ends every search.
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const ref = index[slot * 2 + 1] as number;
      if (ref === 0) return this.#insert(slot, hash, packet, key, ports);
      if (index[slot * 2] !== hash) continue;
      const row = (ref - 1) * ROW_WORDS;
      if (!this.#isSame(row, packet, key, ports)) continue;
      this.isNew = false;
      this.#last = row;
      return row;
    }
  }

  /** Whether the last `rowFor` made its row. */
  isNew = false;

  /** The row with the key word of another one replaced, or -1; for outcomes that are kept in rows of their own. */
  findTwin(row: number, key: number): number {
    const words = this.words;
    const hash = hashWords(words, row, key, this.#seed);
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const ref = this.#index[slot * 2 + 1] as number;
      if (ref === 0) return -1;
      const other = (ref - 1) * ROW_WORDS;
      if (this.#index[slot * 2] !== hash || words[other + KEY] !== key) continue;
      let isSame = words[other + PORTS] === words[row + PORTS];
      for (let word = SRC; word < PORTS; word++) isSame &&= words[other + word] === words[row + word];
      if (isSame) return other;
    }
  }

  /** Forgets all flows. Cost: the part of the index that was in use. */
  clear(): void {
    this.#index.fill(0, 0, this.#slots * 2);
    let slots = MIN_SLOTS;
    while (slots < this.#count * 2) slots *= 2;
    this.#slots = slots;
    this.#count = 0;
    this.#last = -1;
  }

  #isSame(row: number, packet: PacketView, key: number, ports: number): boolean {
    const words = this.words;
    return (
      words[row + 3] === packet.src3 &&
      words[row + 7] === packet.dst3 &&
      words[row + PORTS] === ports &&
      words[row + KEY] === key &&
      (packet.ipVersion === 4 ||
        (words[row] === packet.src0 &&
          words[row + 1] === packet.src1 &&
          words[row + 2] === packet.src2 &&
          words[row + 4] === packet.dst0 &&
          words[row + 5] === packet.dst1 &&
          words[row + 6] === packet.dst2))
    );
  }

  #hashOf(packet: PacketView, key: number, ports: number): number {
    let hash = this.#seed;
    if (packet.ipVersion === 6) {
      hash = mix(mix(mix(hash, packet.src0), packet.src1), packet.src2);
      hash = mix(mix(mix(hash, packet.dst0), packet.dst1), packet.dst2);
    }
    hash = mix(mix(mix(mix(hash, packet.src3), packet.dst3), ports), key);
    return hash ^ (hash >>> 15);
  }

  #insert(slot: number, hash: number, packet: PacketView, key: number, ports: number): number {
    const count = this.#count;
    if (count >= this.maxFlows) return -1;
    let at = slot;
    if ((count + 1) * 2 > this.#slots) {
      this.#grow();
      at = this.#emptySlot(hash);
    }
    const words = this.words;
    const row = count * ROW_WORDS;
    words[row] = packet.src0;
    words[row + 1] = packet.src1;
    words[row + 2] = packet.src2;
    words[row + 3] = packet.src3;
    words[row + DST] = packet.dst0;
    words[row + DST + 1] = packet.dst1;
    words[row + DST + 2] = packet.dst2;
    words[row + DST + 3] = packet.dst3;
    words[row + PORTS] = ports;
    words[row + KEY] = key;
    this.floats[(row >> 1) + BYTES_FLOAT] = 0;
    words[row + PACKETS] = 0;
    words[row + FLAGS_AND_RULE] = 0;
    words[row + HASH] = hash;
    words[row + NEXT] = 0;
    this.#index[at * 2] = hash;
    this.#index[at * 2 + 1] = count + 1;
    this.#count = count + 1;
    this.#last = row;
    this.isNew = true;
    return row;
  }

  /** Twice the slots; the rows say their hashes, so no key is read again. */
  #grow(): void {
    const index = this.#index;
    index.fill(0, 0, this.#slots * 2);
    this.#slots = Math.min(this.#maxSlots, this.#slots * 2);
    for (let i = 0; i < this.#count; i++) {
      const hash = this.words[i * ROW_WORDS + HASH] as number;
      const slot = this.#emptySlot(hash);
      index[slot * 2] = hash;
      index[slot * 2 + 1] = i + 1;
    }
  }

  #emptySlot(hash: number): number {
    const mask = this.#slots - 1;
    let slot = hash & mask;
    while (this.#index[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    return slot;
  }
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 16);
}

/** The hash of a row's addresses and ports under another key word; the same as for the packet that made it. */
function hashWords(words: Int32Array, row: number, key: number, seed: number): number {
  let hash = seed;
  if (isIpv6Key(key)) {
    for (const word of [0, 1, 2, 4, 5, 6]) hash = mix(hash, words[row + word] as number);
  }
  for (const word of [3, 7, PORTS]) hash = mix(hash, words[row + word] as number);
  hash = mix(hash, key);
  return hash ^ (hash >>> 15);
}
