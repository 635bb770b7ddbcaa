/**
 * The judge of `src/flow`'s table and windows for captures without a network model: a map of texts, filled packet by
 * packet, written out when a window closes. Slow, and obvious.
 */
import { parseIp, scopeOf } from '../../src/base/index.ts';
import type { PacketSnapshot } from '../../src/packet/index.ts';

export interface TwinFlow {
  readonly key: string;
  packets: number;
  bytes: number;
  flags: number;
}

export interface TwinWindow {
  readonly start: number;
  readonly end: number;
  readonly flows: readonly TwinFlow[];
}

/** The records of packets in order of their windows; packets of earlier windows must not follow later ones. */
export function twinWindows(
  packets: readonly PacketSnapshot[],
  intervalSeconds: number,
): readonly TwinWindow[] {
  const byWindow = new Map<number, PacketSnapshot[]>();
  for (const packet of packets) {
    const number = Math.floor(packet.seconds / intervalSeconds);
    byWindow.set(number, [...(byWindow.get(number) ?? []), packet]);
  }
  const numbers = [...byWindow.keys()].toSorted((a, b) => a - b);
  const windows: TwinWindow[] = [];
  for (let number = numbers[0] ?? 0; number <= (numbers.at(-1) ?? -1); number++) {
    const inside = byWindow.get(number) ?? [];
    const times = inside.map(({ seconds }) => seconds);
    windows.push({
      start: inside.length > 0 ? Math.min(...times) : number * intervalSeconds,
      end: inside.length > 0 ? Math.max(...times) : (number + 1) * intervalSeconds - 1,
      flows: flowsOf(inside.filter((packet) => !isExcluded(packet))),
    });
  }
  return windows;
}

function flowsOf(packets: readonly PacketSnapshot[]): readonly TwinFlow[] {
  const flows = new Map<string, TwinFlow>();
  for (const packet of packets) {
    const { srcAddr, dstAddr, srcPort, dstPort, protocol, ipVersion } = packet;
    const key = [srcAddr, dstAddr, srcPort, dstPort, protocol, `IPv${ipVersion}`, directionOf(packet)].join(
      ' ',
    );
    const flow = flows.get(key) ?? { key, packets: 0, bytes: 0, flags: 0 };
    flow.packets++;
    flow.bytes += packet.ipLength;
    flow.flags |= flagsOf(packet.tcpFlags);
    flows.set(key, flow);
  }
  return [...flows.values()];
}

function directionOf(packet: PacketSnapshot): string {
  const src = parseIp(packet.srcAddr);
  const dst = parseIp(packet.dstAddr);
  if (src === null || dst === null) throw new Error('addresses of packets are addresses');
  const isSourceLower = src.value <= dst.value;
  const lower = isSourceLower ? src : dst;
  if (scopeOf(lower) !== 'private') return '-';
  return isSourceLower ? 'egress' : 'ingress';
}

function flagsOf(flags: number): number {
  const isSynAck = (flags & 2) > 0 && (flags & 16) > 0;
  return (flags & 7) + (isSynAck ? 16 : 0);
}

/** The left-out traffic that tests make. */
export function isExcluded({ protocol, srcPort, dstPort, srcAddr, dstAddr }: PacketSnapshot): boolean {
  const between = (low: number): boolean =>
    protocol === 17 && [srcPort, dstPort].every((port) => port === low || port === low + 1);
  const hasMetadata = [srcAddr, dstAddr].some((address) =>
    ['169.254.169.254', '169.254.169.123', 'fd00:ec2::254'].includes(address),
  );
  return between(67) || between(546) || hasMetadata;
}
