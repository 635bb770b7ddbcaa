import { formatAddressWords } from '../packet/index.ts';
import {
  BYTES_FLOAT,
  DST,
  directionOfKey,
  EGRESS,
  FLAGS_AND_RULE,
  type FlowDirection,
  INGRESS,
  isIpv6Key,
  KEY,
  NEXT,
  type Outcome,
  outcomeOfKey,
  PACKETS,
  PORTS,
  protocolOfKey,
  ROW_WORDS,
  SRC,
  vantageOfPlace,
  withOutcome,
} from './flow-row.ts';
import type { FlowTable } from './flow-table.ts';

/**
 * One flow of a closed window, by name. It looks into the table, so it is valid while the window's sink runs; `moveTo`
 * and `next` point it at another flow. Word-valued fields are as in `PacketView`.
 */
export class FlowRow {
  readonly #table: FlowTable;
  /** Word offset of the row; the fast writer reads the words themselves. */
  at = 0;

  constructor(table: FlowTable) {
    this.#table = table;
  }

  /** Points at the flow of a `firstRow` or of a chain link; false when that is 0, the end. */
  moveTo(ref: number): boolean {
    if (ref === 0) return false;
    this.at = (ref - 1) * ROW_WORDS;
    return true;
  }

  /** Points at the next flow of the same vantage; false when there is none. */
  next(): boolean {
    return this.moveTo(this.#word(NEXT));
  }

  get vantage(): number {
    return vantageOfPlace(this.#word(KEY));
  }

  get direction(): FlowDirection {
    return directionOfKey(this.#word(KEY));
  }

  get isIngress(): boolean {
    return this.direction === INGRESS;
  }

  get isEgress(): boolean {
    return this.direction === EGRESS;
  }

  get outcome(): Outcome {
    return outcomeOfKey(this.#word(KEY));
  }

  get ipVersion(): 4 | 6 {
    return isIpv6Key(this.#word(KEY)) ? 6 : 4;
  }

  get protocol(): number {
    return protocolOfKey(this.#word(KEY));
  }

  get srcPort(): number {
    return this.#word(PORTS) >>> 16;
  }

  get dstPort(): number {
    return this.#word(PORTS) & 0xffff;
  }

  get packets(): number {
    return this.#word(PACKETS) >>> 0;
  }

  get bytes(): number {
    return this.#table.floats[(this.at >> 1) + BYTES_FLOAT] as number;
  }

  get tcpFlags(): number {
    return this.#word(FLAGS_AND_RULE) & 255;
  }

  /** Number of the rule that rejected it; 0 when none did. */
  get rule(): number {
    return this.#word(FLAGS_AND_RULE) >>> 8;
  }

  /** One of the four words of the source address. */
  srcWord(index: number): number {
    return this.#word(SRC + index);
  }

  dstWord(index: number): number {
    return this.#word(DST + index);
  }

  get srcText(): string {
    return this.#addressText(SRC);
  }

  get dstText(): string {
    return this.#addressText(DST);
  }

  /** Packets of the same flow with this outcome, which is kept in a row of its own; 0 when there is none. */
  packetsLost(outcome: Outcome): number {
    const row = this.#table.findTwin(this.at, withOutcome(this.#word(KEY), outcome));
    return row < 0 ? 0 : (this.#table.words[row + PACKETS] as number) >>> 0;
  }

  #word(word: number): number {
    return this.#table.words[this.at + word] as number;
  }

  #addressText(word: number): string {
    return formatAddressWords(
      this.ipVersion,
      this.#word(word),
      this.#word(word + 1),
      this.#word(word + 2),
      this.#word(word + 3),
    );
  }
}
