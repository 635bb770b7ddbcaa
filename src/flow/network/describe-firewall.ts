import { hasPorts, protocolNumber } from '../../record/index.ts';
import { type Json, list, some, tagsOf, text } from './describe-json.ts';
import type { NetworkInput } from './schema.ts';

/** The first of the rules that AWS shows as `*`: this one for IPv4, the next for IPv6. */
const LAST_ACL_RULES = 32_767;

/** A security group, without the peers that nothing describes. */
export function groupOf(
  group: Json,
  isKnownPeer: (peer: string) => boolean,
): NonNullable<NetworkInput['securityGroups']>[number] {
  const rules = (key: string) =>
    list(group, key).flatMap((permission) => {
      const peers = [
        ...list(permission, 'IpRanges').map((each) => text(each, 'CidrIp')),
        ...list(permission, 'Ipv6Ranges').map((each) => text(each, 'CidrIpv6')),
        ...list(permission, 'PrefixListIds').map((each) => text(each, 'PrefixListId')),
        ...list(permission, 'UserIdGroupPairs').map((each) => text(each, 'GroupId')),
      ].filter(isKnownPeer);
      const match = matchOf(String(permission['IpProtocol']), permission['FromPort'], permission['ToPort']);
      return peers.length === 0 ? [] : [{ ...match, peers }];
    });
  return {
    id: text(group, 'GroupId'),
    ...some('name', group['GroupName']),
    vpc: text(group, 'VpcId'),
    inbound: rules('IpPermissions'),
    outbound: rules('IpPermissionsEgress'),
    tags: tagsOf(group),
    ...some('account', group['OwnerId']),
  };
}

/** A network ACL; AWS's last rule is the model's own last word. */
export function aclOf(acl: Json): NonNullable<NetworkInput['networkAcls']>[number] {
  const entries = list(acl, 'Entries').filter(({ RuleNumber }) => Number(RuleNumber) < LAST_ACL_RULES);
  const rules = (isEgress: boolean) =>
    entries
      .filter(({ Egress }) => Egress === isEgress)
      .map((entry) => {
        const range = entry['PortRange'] as Json | undefined;
        const icmp = entry['IcmpTypeCode'] as Json | undefined;
        const match =
          icmp === undefined
            ? matchOf(String(entry['Protocol']), range?.['From'], range?.['To'])
            : matchOf(String(entry['Protocol']), icmp['Type'], icmp['Code']);
        return {
          rule: Number(entry['RuleNumber']),
          action: entry['RuleAction'] === 'allow' ? ('allow' as const) : ('deny' as const),
          ...match,
          cidr: text(entry, typeof entry['CidrBlock'] === 'string' ? 'CidrBlock' : 'Ipv6CidrBlock'),
        };
      });
  return {
    id: text(acl, 'NetworkAclId'),
    vpc: text(acl, 'VpcId'),
    inbound: rules(false),
    outbound: rules(true),
    tags: tagsOf(acl),
    ...some('account', acl['OwnerId']),
  };
}

/** Protocol and ports; ICMP keeps its type and code where the others have their first and last port. */
function matchOf(protocol: string, from: unknown, to: unknown) {
  if (protocol === '-1') return { protocol: 'all' };
  const isIcmp = ['1', '58', 'icmp', 'icmpv6'].includes(protocol);
  if (typeof from !== 'number' || (isIcmp && from === -1)) return { protocol };
  if (isIcmp) return { protocol, icmp: { type: from, code: typeof to === 'number' ? to : -1 } };
  // Of other protocols AWS keeps ports that mean nothing.
  return from === -1 || !hasPorts(protocolNumber(protocol) ?? -1)
    ? { protocol }
    : { protocol, ports: `${from}-${typeof to === 'number' ? to : from}` };
}
