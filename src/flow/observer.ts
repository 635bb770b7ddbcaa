import type { PacketView } from '../packet/index.ts';
import type { FlowDropCode } from './flow-drop.ts';

/**
 * Decides where a packet is seen, which way it goes there and what became of it. It answers in fields of its own, since
 * it is asked once per packet and must allocate nothing.
 */
export interface Observer {
  /** How many vantages there are; they are numbered from 0 and do not change. */
  readonly vantageCount: number;
  /**
   * How many places saw the packet: 0 (dropped, `dropCode` says why), 1, or 2 (it left one recorded interface and
   * reached another).
   */
  observe(packet: PacketView): number;
  /** From `placeOf`, valid after `observe` gave at least 1. */
  readonly place: number;
  /** The rule that rejected it there, by number; 0 when none did. */
  readonly rule: number;
  /** The second place, valid after `observe` gave 2. */
  readonly secondPlace: number;
  readonly secondRule: number;
  readonly dropCode: FlowDropCode;
  /** Whether a vantage is watched at all: only then is a window without traffic a NODATA record. */
  isWatched(vantage: number): boolean;
  /** The vantages that a loss on this capture interface may have hit. */
  vantagesOfCapture(interfaceIndex: number): Iterable<number>;
}
