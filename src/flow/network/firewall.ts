import type { PacketView } from '../../packet/index.ts';
import { type WordBlock, wordBlock } from '../address-words.ts';
import { EGRESS, type FlowDirection, INGRESS } from '../flow-row.ts';
import { type ConnectionConfig, ConnectionTable } from './connection-table.ts';
import type { RuleBook } from './deciding-rule.ts';
import { isUnencrypted } from './encryption.ts';
import { type FirewallRule, firewallRuleOf, ruleFits } from './firewall-rule.ts';
import { blocksHoldDestination, blocksHoldSource, type Network, type NetworkInterface } from './network.ts';
import type { AclRuleSpec, GroupRuleSpec } from './schema.ts';

/** Nothing rejects the packet. */
export const PASSES = 0;

interface AclRule {
  readonly rule: FirewallRule;
  readonly isAllowed: boolean;
  /** Its number in the rule book, used when it denies. */
  readonly number: number;
}

interface AclSide {
  readonly rules: readonly AclRule[];
  /** The last rule, `*`. */
  readonly otherwise: number;
}

interface Acl {
  readonly inbound: AclSide;
  readonly outbound: AclSide;
}

/** What stands guard at one interface. */
interface Guard {
  readonly one: NetworkInterface;
  readonly acl: Acl | null;
  /** Null when the interface has no security group: then nothing is tracked either. */
  readonly groups: {
    readonly inbound: readonly FirewallRule[];
    readonly outbound: readonly FirewallRule[];
    readonly deniesIn: number;
    readonly deniesOut: number;
    readonly closedIn: number;
    readonly closedOut: number;
  } | null;
  /** Block Public Access: rule numbers, 0 where it does not apply. */
  readonly publicIn: number;
  readonly publicOut: number;
  /** Encryption controls that enforce: rule numbers, 0 where they do not. */
  readonly plainIn: number;
  readonly plainOut: number;
}

/**
 * Judges packets as a VPC does: network ACLs without memory, by rule number, where a packet crosses the edge of a subnet;
 * security groups with memory, where it enters or leaves an interface. On the way in the ACL comes first, on the way
 * out the security group.
 * Source: VPC user guide, "Compare security groups and network ACLs"; flow-logs.md §3.5.
 */
export class Firewall {
  readonly #network: Network;
  readonly #guards: readonly Guard[];
  readonly #connections: ConnectionTable;

  constructor(network: Network, book: RuleBook, config: Partial<ConnectionConfig> = {}) {
    this.#network = network;
    const compiler = new GuardCompiler(network, book);
    this.#guards = network.interfaces.map((one) => compiler.guardOf(one));
    this.#connections = new ConnectionTable(config);
  }

  /** Connections that were forgotten for want of room. */
  get evictedConnections(): number {
    return this.#connections.evicted;
  }

  /**
   * The number of the rule that rejects a packet at an interface, or `PASSES`. Call it once per packet and interface, in
   * order of time: it remembers connections. Without a direction nothing can be judged, and the packet passes.
   */
  judge(packet: PacketView, interfaceIndex: number, direction: FlowDirection): number {
    const guard = this.#guards[interfaceIndex] as Guard;
    if (direction === INGRESS) return this.#judgeIngress(packet, interfaceIndex, guard);
    return direction === EGRESS ? this.#judgeEgress(packet, interfaceIndex, guard) : PASSES;
  }

  #judgeIngress(packet: PacketView, vantage: number, guard: Guard): number {
    if (guard.publicIn !== PASSES && isPublicPeer(guard.one, packet, true)) return guard.publicIn;
    if (guard.plainIn !== PASSES && isUnencrypted(this.#network, guard.one, packet, true))
      return guard.plainIn;
    const { acl, groups } = guard;
    if (acl !== null && !blocksHoldSource(guard.one.subnet.blocks, packet)) {
      const denied = aclVerdict(acl.inbound, packet, true);
      if (denied !== PASSES) return denied;
    }
    if (groups === null) return PASSES;
    const status = this.#connections.pass(packet, vantage);
    if (status === 'open') return PASSES;
    if (!groups.inbound.some((rule) => ruleFits(rule, packet, true)))
      return status === 'closed' ? groups.closedIn : groups.deniesIn;
    this.#connections.open(packet, vantage);
    return PASSES;
  }

  #judgeEgress(packet: PacketView, vantage: number, guard: Guard): number {
    const { acl, groups } = guard;
    if (groups !== null) {
      const status = this.#connections.pass(packet, vantage);
      if (status !== 'open') {
        if (!groups.outbound.some((rule) => ruleFits(rule, packet, false)))
          return status === 'closed' ? groups.closedOut : groups.deniesOut;
        this.#connections.open(packet, vantage);
      }
    }
    if (acl !== null && !blocksHoldDestination(guard.one.subnet.blocks, packet)) {
      const denied = aclVerdict(acl.outbound, packet, false);
      if (denied !== PASSES) return denied;
    }
    if (guard.publicOut !== PASSES && isPublicPeer(guard.one, packet, false)) return guard.publicOut;
    if (guard.plainOut !== PASSES && isUnencrypted(this.#network, guard.one, packet, false))
      return guard.plainOut;
    return PASSES;
  }
}

function aclVerdict(side: AclSide, packet: PacketView, isInbound: boolean): number {
  for (const { rule, isAllowed, number } of side.rules) {
    if (ruleFits(rule, packet, isInbound)) return isAllowed ? PASSES : number;
  }
  return side.otherwise;
}

/**
 * Whether the other side is reached through an internet gateway. Egress-only ones count when both directions are blocked;
 * they let nothing in that was not asked for.
 */
function isPublicPeer(one: NetworkInterface, packet: PacketView, isInbound: boolean): boolean {
  const { ipVersion } = packet;
  const routes = one.subnet.routes;
  const target = isInbound
    ? routes?.find(ipVersion, packet.src0, packet.src1, packet.src2, packet.src3)
    : routes?.find(ipVersion, packet.dst0, packet.dst1, packet.dst2, packet.dst3);
  if (target?.via.startsWith('igw-') === true) return true;
  return target?.via.startsWith('eigw-') === true && one.vpc.blockPublicAccess === 'block-bidirectional';
}

/** Turns the specs of groups and ACLs into guards; what several interfaces share is made once. */
class GuardCompiler {
  readonly #network: Network;
  readonly #book: RuleBook;
  readonly #acls = new Map<string, Acl>();
  readonly #members = new Map<string, WordBlock[]>();
  readonly #lists: ReadonlyMap<string, readonly string[]>;

  constructor(network: Network, book: RuleBook) {
    this.#network = network;
    this.#book = book;
    this.#lists = new Map((network.spec.prefixLists ?? []).map((list) => [list.id, list.cidrs]));
    for (const one of network.interfaces) {
      const blocks = [...(one.spec.privateIps ?? []), ...(one.spec.ipv6 ?? [])].map(wordBlock);
      for (const group of one.spec.securityGroups ?? [])
        this.#members.set(group, [...(this.#members.get(group) ?? []), ...blocks]);
    }
    for (const acl of network.spec.networkAcls ?? []) {
      this.#acls.set(acl.id, {
        inbound: this.#aclSide(acl.id, acl.inbound ?? [], 'ingress'),
        outbound: this.#aclSide(acl.id, acl.outbound ?? [], 'egress'),
      });
    }
  }

  guardOf(one: NetworkInterface): Guard {
    const { aclId, isExemptFromBlockPublicAccess } = one.subnet;
    const mode = isExemptFromBlockPublicAccess ? 'off' : one.vpc.blockPublicAccess;
    const isEnforcing = one.vpc.encryptionControls === 'enforce';
    const isNat = one.serviceType === 'nat_gateway';
    const blocksIn = mode === 'block-bidirectional' || (mode === 'block-ingress' && !isNat);
    return {
      one,
      acl: aclId === null ? null : (this.#acls.get(aclId) ?? null),
      groups: this.#groupsOf(one),
      publicIn: blocksIn ? this.#publicRule(one, 'ingress') : PASSES,
      // Answers to what was blocked on its way in never start; what starts inside may leave only through a NAT gateway.
      publicOut: blocksIn ? this.#publicRule(one, 'egress') : PASSES,
      plainIn: isEnforcing ? this.#encryptionRule(one, 'ingress') : PASSES,
      plainOut: isEnforcing ? this.#encryptionRule(one, 'egress') : PASSES,
    };
  }

  #groupsOf(one: NetworkInterface): Guard['groups'] {
    const ids = one.spec.securityGroups ?? [];
    if (ids.length === 0) return null;
    const groups = (this.#network.spec.securityGroups ?? []).filter((group) => ids.includes(group.id));
    const rulesOf = (rules: readonly GroupRuleSpec[] | undefined): readonly FirewallRule[] =>
      (rules ?? []).map((rule) => firewallRuleOf(rule, this.#peersOf(rule)));
    const names = ids.join(', ');
    const late = `no rule of ${names} allows it, and its connection is closed: a late packet`;
    return {
      inbound: groups.flatMap((group) => rulesOf(group.inbound)),
      outbound: groups.flatMap((group) => rulesOf(group.outbound)),
      deniesIn: this.#groupRule('security-group', 'ingress', ids, `no inbound rule of ${names} allows it`),
      deniesOut: this.#groupRule('security-group', 'egress', ids, `no outbound rule of ${names} allows it`),
      closedIn: this.#groupRule('closed-connection', 'ingress', ids, late),
      closedOut: this.#groupRule('closed-connection', 'egress', ids, late),
    };
  }

  #groupRule(
    kind: 'security-group' | 'closed-connection',
    direction: 'ingress' | 'egress',
    resources: readonly string[],
    text: string,
  ): number {
    return this.#book.numberOf({ kind, direction, resources, rule: null, text });
  }

  #publicRule(one: NetworkInterface, direction: 'ingress' | 'egress'): number {
    return this.#book.numberOf({
      kind: 'block-public-access',
      direction,
      resources: [one.vpc.id],
      rule: null,
      text: `Block Public Access of ${one.vpc.id} is ${one.vpc.blockPublicAccess}`,
    });
  }

  #encryptionRule(one: NetworkInterface, direction: 'ingress' | 'egress'): number {
    return this.#book.numberOf({
      kind: 'encryption-controls',
      direction,
      resources: [one.vpc.id],
      rule: null,
      text: `${one.vpc.id} enforces encryption, which one end does not support`,
    });
  }

  #aclSide(id: string, rules: readonly AclRuleSpec[], direction: 'ingress' | 'egress'): AclSide {
    const side = direction === 'ingress' ? 'inbound' : 'outbound';
    return {
      rules: rules
        .toSorted((a, b) => a.rule - b.rule)
        .map((rule) => ({
          rule: firewallRuleOf(rule, [wordBlock(rule.cidr)]),
          isAllowed: rule.action === 'allow',
          number: this.#book.numberOf({
            kind: 'network-acl',
            direction,
            resources: [id],
            rule: String(rule.rule),
            text: `${side} rule ${rule.rule} of ${id} denies ${rule.protocol} ${rule.ports ?? ''} ${rule.cidr}`.replace(
              /  +/g,
              ' ',
            ),
          }),
        })),
      otherwise: this.#book.numberOf({
        kind: 'network-acl',
        direction,
        resources: [id],
        rule: '*',
        text: `no ${side} rule of ${id} allows it`,
      }),
    };
  }

  #peersOf(rule: GroupRuleSpec): readonly WordBlock[] {
    return rule.peers.flatMap((peer) => {
      if (peer.startsWith('sg-')) return this.#members.get(peer) ?? [];
      if (peer.startsWith('pl-')) return (this.#lists.get(peer) ?? []).map(wordBlock);
      return [wordBlock(peer)];
    });
  }
}
