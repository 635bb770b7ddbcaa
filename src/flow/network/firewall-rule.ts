import type { PacketView } from '../../packet/index.ts';
import { protocolNumber } from '../../record/index.ts';
import { blockHolds, type WordBlock } from '../address-words.ts';

const ALL = -1;

/** One rule of a security group or network ACL, ready to be held against packets. */
export interface FirewallRule {
  /** IANA number, -1 for all. */
  readonly protocol: number;
  /** Destination ports, both inclusive; 0 to 65535 for all. */
  readonly fromPort: number;
  readonly toPort: number;
  /** -1 for all. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** Addresses of the other side. */
  readonly blocks: readonly WordBlock[];
}

interface RuleSpec {
  readonly protocol: string | number;
  readonly ports?: string | number | undefined;
  readonly icmp?: { readonly type: number; readonly code?: number | undefined } | undefined;
}

/** Compiles what both kinds of rule have in common. */
export function firewallRuleOf(spec: RuleSpec, blocks: readonly WordBlock[]): FirewallRule {
  const isAll = spec.protocol === 'all' || spec.protocol === ALL;
  const [from = 0, to = from] =
    spec.ports === undefined ? [0, 65_535] : String(spec.ports).split('-').map(Number);
  return {
    protocol: isAll ? ALL : (protocolNumber(String(spec.protocol)) ?? ALL),
    fromPort: from,
    toPort: to,
    icmpType: spec.icmp?.type ?? ALL,
    icmpCode: spec.icmp?.code ?? ALL,
    blocks,
  };
}

/** Whether a rule is about this packet; inbound rules look at its source, outbound ones at its destination. */
export function ruleFits(rule: FirewallRule, packet: PacketView, isInbound: boolean): boolean {
  const { protocol } = packet;
  if (rule.protocol !== ALL) {
    if (rule.protocol !== protocol) return false;
    if (protocol === 1 || protocol === 58) {
      if (rule.icmpType !== ALL && rule.icmpType !== packet.icmpType) return false;
      if (rule.icmpCode !== ALL && rule.icmpCode !== packet.icmpCode) return false;
    } else if (packet.dstPort < rule.fromPort || packet.dstPort > rule.toPort) return false;
  }
  for (const block of rule.blocks) {
    const isHeld = isInbound
      ? blockHolds(block, packet.ipVersion, packet.src0, packet.src1, packet.src2, packet.src3)
      : blockHolds(block, packet.ipVersion, packet.dst0, packet.dst1, packet.dst2, packet.dst3);
    if (isHeld) return true;
  }
  return false;
}
