import { protocolName } from '../../record/index.ts';
import { QUERY_COLUMNS } from '../columns.ts';
import { ALWAYS, type Expression, either, test } from '../plan/expression.ts';

const equals = (name: string, value: string | number): Expression =>
  test(name, { kind: 'compare', operator: '=', value });

/** Words that are a whole condition. */
export const CONDITION_WORDS: ReadonlyMap<string, Expression> = new Map<string, Expression>([
  ...['any', 'all', 'everything'].map((word): [string, Expression] => [word, ALWAYS]),
  ...['ipv4', 'ip4', 'inet'].map((word): [string, Expression] => [word, equals('ip_version', 4)]),
  ...['ipv6', 'ip6', 'inet6'].map((word): [string, Expression] => [word, equals('ip_version', 6)]),
  ...['accepted', 'accept'].map((word): [string, Expression] => [word, equals('action', 'ACCEPT')]),
  ...['rejected', 'reject', 'denied', 'dropped', 'blocked'].map((word): [string, Expression] => [
    word,
    equals('action', 'REJECT'),
  ]),
  ...['ingress', 'inbound', 'incoming'].map((word): [string, Expression] => [
    word,
    equals('direction', 'ingress'),
  ]),
  ...['egress', 'outbound', 'outgoing'].map((word): [string, Expression] => [
    word,
    equals('direction', 'egress'),
  ]),
  ['multicast', either('ip', { kind: 'in', tests: cidrs(['224.0.0.0/4', 'ff00::/8']) })],
]);

function cidrs(blocks: readonly string[]): readonly { readonly kind: 'cidr'; readonly block: string }[] {
  return blocks.map((block) => ({ kind: 'cidr', block }));
}

/** Protocols that are a condition by their bare name, as in tcpdump. `ip` is not one: it means either address. */
export const PROTOCOL_WORDS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['icmp6', 58],
  ['icmpv6', 58],
  ['igmp', 2],
  ['sctp', 132],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
]);

/** Words for a value of a `word` column beside the value itself. */
export const VALUE_SYNONYMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  action: {
    accepted: 'ACCEPT',
    allow: 'ACCEPT',
    allowed: 'ACCEPT',
    rejected: 'REJECT',
    deny: 'REJECT',
    denied: 'REJECT',
    drop: 'REJECT',
    dropped: 'REJECT',
    block: 'REJECT',
    blocked: 'REJECT',
  },
  direction: {
    in: 'ingress',
    inbound: 'ingress',
    '0': 'ingress',
    out: 'egress',
    outbound: 'egress',
    '1': 'egress',
  },
  flow_direction: { in: 'ingress', inbound: 'ingress', out: 'egress', outbound: 'egress' },
  type: { '4': 'IPv4', '6': 'IPv6' },
  remote_scope: { internal: 'private', external: 'public', internet: 'public' },
};

const REFUSED: Readonly<Record<string, string>> = {
  'they are taken above the link layer':
    'vlan mac ether ethertype mpls arp broadcast gateway mask srcmac dstmac srcvlan dstvlan',
  'packets are only counted, not kept':
    'ttl tos dscp frame.len tcp.len ip.ttl ip.len less greater frame.number frame.protocols tcp.seq tcp.window_size',
  'ICMP records hold neither type nor code':
    'icmp.type icmp.code icmp-type icmp-code icmpv6.type icmpv6.code',
  'they hold no payload; ask by port or service': 'payload http dns.qry.name dns tls ja3 l7',
  'they hold addresses only; this needs enrichment':
    'as asn srcas dstas geo country srccountry dstcountry srcgeo dstgeo srcaspath dstaspath dstcommunities srccommunities ' +
    'srcnetname dstnetname srcnetrole dstnetrole srcnetsite dstnetsite srcnetregion dstnetregion srcnettenant dstnettenant',
  'routing prefixes are not kept; ask for the block, such as srcaddr in 10.0.0.0/8':
    'srcnetprefix dstnetprefix',
  'there is no exporting router':
    'router next bgp exporter engine nat vrf acl fwdstat forwardingstatus observation tun asa pf exportername exporteraddress ' +
    'exportergroup inifname outifname inifdescription outifdescription inifspeed outifspeed',
  'interfaces have no number here; ask by interface_id': 'if',
  'the boundary is that of the remote address; ask remote_scope = public': 'inifboundary outifboundary',
  'a record is one flow; count them with the measure "flows"': 'flows count',
  'latencies are not measured': 'client server latency',
  'lists of Tor exits are not kept here; give one as a set, ip in @tor': 'tor',
  'files come in as sets, ip in @name': '@include',
  'a bare ACK, PSH or URG is not kept: flow logs hold FIN, SYN and RST, and ACK only with SYN':
    'tcp.flags.ack tcp.flags.push tcp.flags.psh tcp.flags.urg tcp.flags.ece tcp.flags.cwr',
};

/** What other flow tools can ask and flow logs cannot answer, with the reason. */
export const NOT_RECORDED: ReadonlyMap<string, string> = new Map(
  Object.entries(REFUSED).flatMap(([reason, words]) =>
    words.split(' ').map((word): [string, string] => [word, reason]),
  ),
);

/** Words that can begin a condition, for messages and completion: columns first, then the words of other habits. */
export const TERM_WORDS: readonly string[] = [
  ...QUERY_COLUMNS.map((entry) => entry.name),
  'ip',
  'host',
  'net',
  'port',
  'src',
  'dst',
  'proto',
  'service',
  'flags',
  'eni',
  ...PROTOCOL_WORDS.keys(),
  ...CONDITION_WORDS.keys(),
  'not',
];

/** Protocol names as people type them, for completion. */
export const PROTOCOL_NAMES: readonly string[] = [6, 17, 1, 58, 47, 50, 51, 132, 2, 4, 41, 89, 112].map((n) =>
  protocolName(n).toLowerCase(),
);
