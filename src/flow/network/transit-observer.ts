import type { PacketView } from '../../packet/index.ts';
import { blockHolds, wordBlock } from '../address-words.ts';
import { type FlowDropCode, flowDropCodeOf } from '../flow-drop.ts';
import {
  ACCEPTED,
  EGRESS,
  INGRESS,
  LOST_BLACKHOLE,
  LOST_MTU,
  LOST_NO_ROUTE,
  LOST_TTL,
  type Outcome,
  placeOf,
} from '../flow-row.ts';
import type { Observer } from '../observer.ts';
import type { CaptureBindings } from './capture-bindings.ts';
import type { Attachment, Network } from './network.ts';
import type { RouteTarget } from './route-table.ts';

const MULTICAST = flowDropCodeOf('transit-multicast');
const NO_INTERFACE = flowDropCodeOf('no-interface');
const MULTICAST_BLOCKS = [wordBlock('224.0.0.0/4'), wordBlock('ff00::/8')];

/**
 * Sees packets from the attachments of transit gateways: where a packet came in (ingress) and where it was sent on
 * (egress). A lost packet comes in only; besides the row of its flow, which counts every packet that came in, it has a
 * row of its loss, from which `packets-lost-*` is read.
 */
export class TransitObserver implements Observer {
  readonly vantageCount: number;
  place = 0;
  readonly rule = 0;
  secondPlace = 0;
  readonly secondRule = 0;
  dropCode: FlowDropCode = NO_INTERFACE;
  readonly #network: Network;
  readonly #bindings: CaptureBindings;

  constructor(network: Network, bindings: CaptureBindings) {
    this.#network = network;
    this.#bindings = bindings;
    this.vantageCount = network.attachments.length;
  }

  observe(packet: PacketView): number {
    const { ipVersion, dst0, dst1, dst2, dst3 } = packet;
    if (MULTICAST_BLOCKS.some((block) => blockHolds(block, ipVersion, dst0, dst1, dst2, dst3))) {
      this.dropCode = MULTICAST;
      return 0;
    }
    this.dropCode = NO_INTERFACE;
    const bound = this.#bindings.of(packet).attachments;
    const { src0, src1, src2, src3 } = packet;
    const from = this.#network.attachmentWith(ipVersion, src0, src1, src2, src3, bound);
    const near = this.#network.attachmentWith(ipVersion, dst0, dst1, dst2, dst3, bound);
    // What stays behind one attachment never crosses the transit gateway.
    if (from !== null && near === from) return 0;
    const isSeenIn = from !== null && (bound === null || bound.includes(from.index));
    const target = from === null ? null : routeOf(from, packet);
    const lost = from === null ? ACCEPTED : lossOf(from, target, packet);
    if (isSeenIn) {
      this.place = placeOf(from.index, INGRESS, ACCEPTED);
      if (lost !== ACCEPTED) {
        this.secondPlace = placeOf(from.index, INGRESS, lost);
        return 2;
      }
    }
    if (lost !== ACCEPTED) return 0;
    const to = target === null ? near : this.#attachmentById(target.via);
    if (to === null || !(bound === null || bound.includes(to.index))) return isSeenIn ? 1 : 0;
    const out = placeOf(to.index, EGRESS, ACCEPTED);
    if (!isSeenIn) {
      this.place = out;
      return 1;
    }
    this.secondPlace = out;
    return 2;
  }

  isWatched(vantage: number): boolean {
    return this.#bindings.watchesAttachment(vantage);
  }

  vantagesOfCapture(interfaceIndex: number): Iterable<number> {
    const all = this.#network.attachments.map(({ index }) => index);
    return new Set(
      this.#bindings.ofInterface(interfaceIndex).flatMap(({ attachments }) => attachments ?? all),
    );
  }

  #attachmentById(id: string): Attachment | null {
    return this.#network.attachments.find((one) => one.id === id) ?? null;
  }
}

function routeOf(from: Attachment, packet: PacketView): RouteTarget | null {
  return from.routes?.find(packet.ipVersion, packet.dst0, packet.dst1, packet.dst2, packet.dst3) ?? null;
}

/** Routing first, then time to live, then size: the order in which a router finds out. */
function lossOf(from: Attachment, target: RouteTarget | null, packet: PacketView): Outcome {
  if (from.routes !== null && target === null) return LOST_NO_ROUTE;
  if (target?.isBlackhole === true) return LOST_BLACKHOLE;
  if (packet.ttl <= 1) return LOST_TTL;
  return packet.ipLength > from.mtu ? LOST_MTU : ACCEPTED;
}
