import {
  DIRECTION_INBOUND,
  DIRECTION_OUTBOUND,
  DIRECTION_UNKNOWN,
  type PacketView,
} from '../../packet/index.ts';
import { type WordBlock, wordBlock } from '../address-words.ts';
import { CAPTURED, exclusionOf } from '../exclusions.ts';
import { type FlowDropCode, flowDropCodeOf } from '../flow-drop.ts';
import {
  ACCEPTED,
  EGRESS,
  type FlowDirection,
  INGRESS,
  NO_DIRECTION,
  placeOf,
  REJECTED,
} from '../flow-row.ts';
import type { Observer } from '../observer.ts';
import type { Binding, CaptureBindings } from './capture-bindings.ts';
import { type Firewall, PASSES } from './firewall.ts';
import {
  blocksHoldDestination,
  blocksHoldSource,
  hasAddress,
  type Network,
  type NetworkInterface,
  type RegionalNat,
} from './network.ts';

const AMAZON_DNS = flowDropCodeOf('amazon-dns');
const VPC_ROUTER = flowDropCodeOf('vpc-router');
const ENDPOINT_LOAD_BALANCER = flowDropCodeOf('endpoint-load-balancer');
const NO_INTERFACE = flowDropCodeOf('no-interface');
const DNS_PORT = 53;

/**
 * Sees packets from the interfaces of a network model: which of them a packet crossed, which way, and whether the
 * firewall let it pass. Vantages are the interfaces in the model's order, then the regional NAT gateways.
 *
 * Where a packet belongs: to the interface that its capture is bound to; else to the one whose Ethernet address sent it
 * and the one whose received it; else to the ones that hold its source and its destination. A packet between two
 * interfaces of the model is seen at both.
 */
export class NetworkObserver implements Observer {
  readonly vantageCount: number;
  place = 0;
  rule = 0;
  secondPlace = 0;
  secondRule = 0;
  dropCode: FlowDropCode = CAPTURED;
  readonly #network: Network;
  readonly #bindings: CaptureBindings;
  readonly #firewall: Firewall;
  /** The DNS addresses that the model adds to the usual ones. */
  readonly #dnsServers: readonly WordBlock[];
  #places = 0;

  constructor(network: Network, bindings: CaptureBindings, firewall: Firewall) {
    this.#network = network;
    this.#bindings = bindings;
    this.#firewall = firewall;
    this.#dnsServers = (network.spec.dnsServers ?? []).map(wordBlock);
    this.vantageCount = network.interfaces.length + network.regionalNats.length;
  }

  observe(packet: PacketView): number {
    const code = this.#isModelDns(packet) ? AMAZON_DNS : exclusionOf(packet);
    if (code !== CAPTURED) {
      this.dropCode = code;
      return 0;
    }
    this.dropCode = NO_INTERFACE;
    this.#places = 0;
    const binding = this.#bindings.of(packet);
    const { interfaces } = binding;
    if (binding.regionalNat !== null) this.#seeAtRegionalNat(packet, binding.regionalNat);
    else if (interfaces !== null && interfaces.length === 1) {
      const one = this.#network.interfaces[interfaces[0] as number] as NetworkInterface;
      this.#seeAt(one, directionAt(one, packet), packet, binding);
    } else this.#seeAnywhere(packet, binding);
    return this.#places;
  }

  isWatched(vantage: number): boolean {
    const interfaces = this.#network.interfaces.length;
    return vantage < interfaces
      ? this.#bindings.watchesInterface(vantage)
      : this.#bindings.watchesRegionalNat(vantage - interfaces);
  }

  *vantagesOfCapture(interfaceIndex: number): Iterable<number> {
    const bindings = this.#bindings.ofInterface(interfaceIndex);
    const all = this.#network.interfaces.map(({ index }) => index);
    const hit = new Set<number>();
    for (const { interfaces, regionalNat } of bindings) {
      if (regionalNat === null) for (const index of interfaces ?? all) hit.add(index);
      else hit.add(all.length + regionalNat);
    }
    yield* hit;
  }

  #seeAnywhere(packet: PacketView, binding: Binding): void {
    const { interfaces } = binding;
    const from = this.#sender(packet);
    const to = this.#receiver(packet, from);
    if (from !== null && (interfaces === null || interfaces.includes(from.index)))
      this.#seeAt(from, EGRESS, packet, binding);
    if (to !== null && to !== from && (interfaces === null || interfaces.includes(to.index)))
      this.#seeAt(to, INGRESS, packet, binding);
  }

  #sender(packet: PacketView): NetworkInterface | null {
    const { srcMacHigh, srcMacLow, ipVersion, src0, src1, src2, src3 } = packet;
    const byMac = srcMacHigh < 0 ? null : this.#network.interfaceWithMac(srcMacHigh, srcMacLow);
    return byMac ?? this.#network.interfaceWith(ipVersion, src0, src1, src2, src3, null);
  }

  /** Within the sender's VPC when it is known: two VPCs may use the same addresses. */
  #receiver(packet: PacketView, from: NetworkInterface | null): NetworkInterface | null {
    const { dstMacHigh, dstMacLow, ipVersion, dst0, dst1, dst2, dst3 } = packet;
    const byMac = dstMacHigh < 0 ? null : this.#network.interfaceWithMac(dstMacHigh, dstMacLow);
    if (byMac !== null) return byMac;
    const near =
      from === null ? null : this.#network.interfaceWith(ipVersion, dst0, dst1, dst2, dst3, from.vpc);
    return near ?? this.#network.interfaceWith(ipVersion, dst0, dst1, dst2, dst3, null);
  }

  #seeAt(one: NetworkInterface, direction: FlowDirection, packet: PacketView, binding: Binding): void {
    const code = this.#exclusionAt(one, packet);
    if (code !== CAPTURED) {
      this.dropCode = code;
      return;
    }
    const rule = binding.verdict ?? this.#firewall.judge(packet, one.index, direction);
    this.#addPlace(placeOf(one.index, direction, rule === PASSES ? ACCEPTED : REJECTED), rule);
  }

  #seeAtRegionalNat(packet: PacketView, index: number): void {
    const nat = this.#network.regionalNats[index] as RegionalNat;
    const vantage = this.#network.interfaces.length + index;
    this.#addPlace(placeOf(vantage, directionAtNat(nat, packet), ACCEPTED), PASSES);
  }

  #addPlace(place: number, rule: number): void {
    if (this.#places === 0) {
      this.place = place;
      this.rule = rule;
    } else {
      this.secondPlace = place;
      this.secondRule = rule;
    }
    this.#places++;
  }

  #isModelDns(packet: PacketView): boolean {
    const servers = this.#dnsServers;
    if (servers.length === 0) return false;
    if (packet.dstPort === DNS_PORT && blocksHoldDestination(servers, packet)) return true;
    return packet.srcPort === DNS_PORT && blocksHoldSource(servers, packet);
  }

  /** What AWS leaves out because of where the interface is. Source: flow-logs.md §3.3. */
  #exclusionAt(one: NetworkInterface, packet: PacketView): FlowDropCode {
    if (packet.ipVersion === 4) {
      const { dnsWord } = one.vpc;
      if (packet.dstPort === DNS_PORT && packet.dst3 === dnsWord) return AMAZON_DNS;
      if (packet.srcPort === DNS_PORT && packet.src3 === dnsWord) return AMAZON_DNS;
      const { routerWord } = one.subnet;
      if (packet.dst3 === routerWord || packet.src3 === routerWord) return VPC_ROUTER;
    }
    const isEndpoint = one.serviceType === 'vpc_endpoint';
    if (!isEndpoint && one.serviceType !== 'network_load_balancer') return CAPTURED;
    const { ipVersion, src0, src1, src2, src3, dst0, dst1, dst2, dst3 } = packet;
    const isOwnSource = hasAddress(one, ipVersion, src0, src1, src2, src3);
    const other = isOwnSource
      ? this.#network.interfaceWith(ipVersion, dst0, dst1, dst2, dst3, null)
      : this.#network.interfaceWith(ipVersion, src0, src1, src2, src3, null);
    const counterpart = isEndpoint ? 'network_load_balancer' : 'vpc_endpoint';
    return other?.serviceType === counterpart ? ENDPOINT_LOAD_BALANCER : CAPTURED;
  }
}

/**
 * Which way a packet crosses an interface it is known to cross: by Ethernet address, by address, by what the capture
 * says, and, for middle boxes that forward what is not theirs, by which side lies in the VPC.
 */
function directionAt(one: NetworkInterface, packet: PacketView): FlowDirection {
  if (one.macHigh >= 0 && packet.srcMacHigh >= 0) {
    if (packet.srcMacHigh === one.macHigh && packet.srcMacLow === one.macLow) return EGRESS;
    if (packet.dstMacHigh === one.macHigh && packet.dstMacLow === one.macLow) return INGRESS;
  }
  const { ipVersion, src0, src1, src2, src3, dst0, dst1, dst2, dst3 } = packet;
  if (hasAddress(one, ipVersion, src0, src1, src2, src3)) return EGRESS;
  if (hasAddress(one, ipVersion, dst0, dst1, dst2, dst3)) return INGRESS;
  if (packet.direction !== DIRECTION_UNKNOWN) return capturedDirection(packet);
  const isFromVpc = blocksHoldSource(one.vpc.blocks, packet);
  const isToVpc = blocksHoldDestination(one.vpc.blocks, packet);
  if (isFromVpc === isToVpc) return NO_DIRECTION;
  return isFromVpc ? INGRESS : EGRESS;
}

/**
 * At a regional NAT gateway: from the VPC or from the internet to it is ingress; what it sends on, with its public address
 * towards the internet or the host's towards the client, is egress.
 */
function directionAtNat(nat: RegionalNat, packet: PacketView): FlowDirection {
  if (packet.direction !== DIRECTION_UNKNOWN) return capturedDirection(packet);
  if (nat.publicWords.includes(packet.src3)) return EGRESS;
  if (nat.publicWords.includes(packet.dst3)) return INGRESS;
  if (blocksHoldSource(nat.vpc.blocks, packet)) return INGRESS;
  return blocksHoldDestination(nat.vpc.blocks, packet) ? EGRESS : NO_DIRECTION;
}

function capturedDirection(packet: PacketView): FlowDirection {
  if (packet.direction === DIRECTION_INBOUND) return INGRESS;
  return packet.direction === DIRECTION_OUTBOUND ? EGRESS : NO_DIRECTION;
}
