import { hasPorts, protocolNumber } from '../../record/index.ts';
import type { NetworkSpec } from './schema.ts';

/** Something wrong in a network model, and where: the keys and positions that lead to it. */
export interface NetworkProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What both kinds of rule say about the packets they are for. */
interface RuleMatch {
  readonly protocol: string | number;
  readonly ports?: string | number | undefined;
  readonly icmp?: { readonly type: number } | undefined;
}

type Path = readonly (string | number)[];

const SIDES = ['inbound', 'outbound'] as const;

/**
 * Rules of security groups and network ACLs that cannot be meant as they are written: numbers twice, ports the wrong way
 * round, and ports or ICMP types of a protocol that has none, which would open more than the rule says.
 */
export function checkRules(spec: NetworkSpec): readonly NetworkProblem[] {
  const problems: NetworkProblem[] = [];
  for (const [index, acl] of (spec.networkAcls ?? []).entries()) {
    for (const side of SIDES) {
      const seen = new Set<number>();
      for (const [at, rule] of (acl[side] ?? []).entries()) {
        const path = ['networkAcls', index, side, at];
        if (seen.has(rule.rule))
          problems.push({ path: [...path, 'rule'], message: `rule ${rule.rule} is there twice` });
        seen.add(rule.rule);
        problems.push(...checkMatch(rule, path));
      }
    }
  }
  for (const [index, group] of (spec.securityGroups ?? []).entries()) {
    for (const side of SIDES) {
      for (const [at, rule] of (group[side] ?? []).entries())
        problems.push(...checkMatch(rule, ['securityGroups', index, side, at]));
    }
  }
  return problems;
}

function* checkMatch({ protocol, ports, icmp }: RuleMatch, path: Path): Generator<NetworkProblem> {
  const number = protocolNumber(String(protocol));
  if (icmp !== undefined && number !== 1 && number !== 58)
    yield { path: [...path, 'icmp'], message: `protocol ${protocol} has no ICMP types` };
  if (ports === undefined) return;
  if (number === 1 || number === 58)
    yield { path: [...path, 'ports'], message: 'ICMP has no ports; say icmp: { type, code }' };
  else if (number === null || !hasPorts(number))
    yield {
      path: [...path, 'ports'],
      message: `protocol ${protocol} has no ports; a rule with ports names tcp, udp or sctp`,
    };
  if (typeof ports !== 'string') return;
  const [from = 0, to = from] = ports.split('-').map(Number);
  if (to > 65_535 || from > to)
    yield { path: [...path, 'ports'], message: `"${ports}" is no range of ports` };
}
