import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, type PacketView } from '../packet/index.ts';
import { EGRESS, type FlowDirection, INGRESS, NO_DIRECTION } from './flow-row.ts';

/** A rule that logs with one of these words in its prefix dropped the packet; any other prefix, or none, let it pass. */
const DROP_WORD = /drop|reject|deny|denied|block|refuse/i;

/** Prefixes of one firewall are few; this bounds what a forged capture can make us remember. */
const MAX_PREFIXES = 1024;
const known = new Map<string, boolean>();

/** Whether the text a firewall rule gave with `log prefix` says that the packet was dropped. */
export function isDropPrefix(prefix: string): boolean {
  let isDrop = known.get(prefix);
  if (isDrop === undefined) {
    isDrop = DROP_WORD.test(prefix);
    if (known.size < MAX_PREFIXES) known.set(prefix, isDrop);
  }
  return isDrop;
}

/** Whether the firewall of the capturing host logged this packet. */
export function isFromKernel(packet: PacketView): boolean {
  return packet.nflogGroup >= 0;
}

/**
 * Which way a packet went past the host that logged it: what it received (input, or before routing: only a device it came
 * in by) and what it sends (output, or after routing: only a device it goes out by). What it forwards is neither.
 */
export function kernelDirection(packet: PacketView): FlowDirection {
  if (packet.direction === DIRECTION_INBOUND) return INGRESS;
  if (packet.direction === DIRECTION_OUTBOUND) return EGRESS;
  const { inDevice, outDevice } = packet;
  if (inDevice !== 0 && outDevice === 0) return INGRESS;
  return outDevice !== 0 && inDevice === 0 ? EGRESS : NO_DIRECTION;
}
