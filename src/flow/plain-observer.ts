import { SCOPE_BLOCKS } from '../base/index.ts';
import type { PacketView } from '../packet/index.ts';
import { blockHolds, type WordBlock, wordBlock } from './address-words.ts';
import { CAPTURED, exclusionOf } from './exclusions.ts';
import type { FlowDropCode } from './flow-drop.ts';
import { ACCEPTED, EGRESS, INGRESS, NO_DIRECTION, placeOf, REJECTED } from './flow-row.ts';
import { isDropPrefix, isFromKernel, kernelDirection } from './kernel-verdict.ts';
import type { Observer } from './observer.ts';

const INWARD = placeOf(0, INGRESS, ACCEPTED);
const OUTWARD = placeOf(0, EGRESS, ACCEPTED);
const EITHER = placeOf(0, NO_DIRECTION, ACCEPTED);
const REJECTED_PLACES: ReadonlyMap<number, number> = new Map([
  [INWARD, placeOf(0, INGRESS, REJECTED)],
  [OUTWARD, placeOf(0, EGRESS, REJECTED)],
  [EITHER, placeOf(0, NO_DIRECTION, REJECTED)],
]);

/** Masks and values of the private IPv4 blocks, in turn. */
const PRIVATE_4 = Int32Array.from(privateBlocks(4).flatMap(({ mask, value }) => [mask[3], value[3]]));
const PRIVATE_6 = privateBlocks(6);
const ONLY_VANTAGE: readonly number[] = [0];

/**
 * A capture without a network model: one interface that belongs to no VPC. Of the two addresses of a packet the lower
 * one counts as inside, and only if it is private; otherwise nobody knows which way the packet went, and the direction
 * stays empty. Nothing rejects, since there is no security group and no ACL. What the host's own firewall logged (NFLOG) knows
 * better: its hook says which way the packet went, its prefix whether it was dropped.
 */
export class PlainObserver implements Observer {
  readonly vantageCount = 1;
  place = EITHER;
  readonly rule = 0;
  readonly secondPlace = 0;
  readonly secondRule = 0;
  dropCode: FlowDropCode = CAPTURED;

  observe(packet: PacketView): number {
    const code = exclusionOf(packet);
    if (code !== CAPTURED) {
      this.dropCode = code;
      return 0;
    }
    const place = packet.ipVersion === 4 ? place4(packet.src3, packet.dst3) : place6(packet);
    this.place = isFromKernel(packet) ? placeByKernel(packet, place) : place;
    return 1;
  }

  isWatched(): boolean {
    return true;
  }

  vantagesOfCapture(): Iterable<number> {
    return ONLY_VANTAGE;
  }
}

/** The hook says which way the packet went, or nothing for what is forwarded; the prefix says whether it was dropped. */
function placeByKernel(packet: PacketView, byAddress: number): number {
  const direction = kernelDirection(packet);
  const place = direction === INGRESS ? INWARD : direction === EGRESS ? OUTWARD : byAddress;
  const isDropped = packet.nflogPrefix !== null && isDropPrefix(packet.nflogPrefix);
  return isDropped ? (REJECTED_PLACES.get(place) ?? place) : place;
}

function place4(src: number, dst: number): number {
  const isSourceLower = src >>> 0 <= dst >>> 0;
  if (!isPrivate4(isSourceLower ? src : dst)) return EITHER;
  return isSourceLower ? OUTWARD : INWARD;
}

function isPrivate4(word: number): boolean {
  for (let i = 0; i < PRIVATE_4.length; i += 2) {
    if ((word & (PRIVATE_4[i] as number)) === PRIVATE_4[i + 1]) return true;
  }
  return false;
}

function place6(packet: PacketView): number {
  const isLower = isSourceLower(packet);
  const isInside = PRIVATE_6.some((block) =>
    isLower
      ? blockHolds(block, 6, packet.src0, packet.src1, packet.src2, packet.src3)
      : blockHolds(block, 6, packet.dst0, packet.dst1, packet.dst2, packet.dst3),
  );
  if (!isInside) return EITHER;
  return isLower ? OUTWARD : INWARD;
}

function isSourceLower(packet: PacketView): boolean {
  if (packet.src0 !== packet.dst0) return packet.src0 >>> 0 < packet.dst0 >>> 0;
  if (packet.src1 !== packet.dst1) return packet.src1 >>> 0 < packet.dst1 >>> 0;
  if (packet.src2 !== packet.dst2) return packet.src2 >>> 0 < packet.dst2 >>> 0;
  return packet.src3 >>> 0 <= packet.dst3 >>> 0;
}

function privateBlocks(version: 4 | 6): readonly WordBlock[] {
  return SCOPE_BLOCKS.filter((row) => row.scope === 'private')
    .map((row) => wordBlock(row.cidr))
    .filter((block) => block.version === version);
}
