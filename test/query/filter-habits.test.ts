import { describe, expect, it } from 'vitest';
import {
  compilePlan,
  duckdb,
  formatProblem,
  parseFilter,
  planOf,
  printFilter,
  trino,
  valueOf,
} from '../../src/query/index.ts';
import { withoutSpans } from '../../src/query/plan/walk.ts';

/**
 * What people type who come from another tool: each spelling with what it is read as, in the one canonical way to write
 * it, or with the problem and the piece of text it stands at. A spelling is understood or refused, never guessed.
 */
type Habit = readonly [typed: string, expected: string | Refused];

interface Refused {
  readonly code: string;
  readonly at: string;
}

const refused = (code: string, at: string): Refused => ({ code: `query.${code}`, at });

const NFDUMP: readonly Habit[] = [
  ['any', 'any'],
  ['ipv4', 'ip_version = 4'],
  ['ipv6', 'ip_version = 6'],
  ['proto tcp', 'protocol = tcp'],
  ['proto 6', 'protocol = tcp'],
  ['PROTO TCP', 'protocol = tcp'],
  ['src ip 10.0.0.1', 'srcaddr = 10.0.0.1'],
  ['dst host 10.0.0.1', 'dstaddr = 10.0.0.1'],
  ['ip 10.0.0.1', 'ip = 10.0.0.1'],
  ['host 10.0.0.1', 'ip = 10.0.0.1'],
  ['ip in [10.0.0.1 10.1.0.0/16]', 'ip in (10.0.0.1, 10.1.0.0/16)'],
  ['ip in [10.0.0.1, 10.1.0.0/16]', 'ip in (10.0.0.1, 10.1.0.0/16)'],
  ['src ip in [10.0.0.1]', 'srcaddr = 10.0.0.1'],
  ['net 10.0.0.0/8', 'ip in 10.0.0.0/8'],
  ['src net 10.0.0.0/8', 'srcaddr in 10.0.0.0/8'],
  ['net 10.0.0.0 255.0.0.0', 'ip in 10.0.0.0/8'],
  ['src port 22', 'srcport = 22'],
  ['dst port > 1024', 'dstport > 1024'],
  ['port >= 1024', 'port >= 1024'],
  ['port EQ 22', 'port = 22'],
  ['port LT 1024', 'port < 1024'],
  ['port in [22 3389]', 'port in (22, 3389)'],
  ['dst port in [22 3389]', 'dstport in (22, 3389)'],
  ['flags S', 'tcp_flags has any SYN'],
  ['flags S and not flags AFRPU', 'tcp_flags has any SYN and not tcp_flags has any FIN, RST, PSH, ACK, URG'],
  ['flags X', 'tcp_flags has any FIN, SYN, RST, PSH, ACK, URG, ECE, CWR'],
  ['flags SA', 'tcp_flags has any SYN, ACK'],
  ['flags P', 'tcp_flags has any PSH'],
  ['packets > 10', 'packets > 10'],
  ['bytes > 1M', 'bytes > 1000000'],
  ['bytes 1K', 'bytes = 1000'],
  ['in bytes > 1k', 'bytes > 1000'],
  ['out bytes > 1k', refused('not-recorded', 'out bytes')],
  ['in packets > 5', 'packets > 5'],
  ['flows > 3', refused('not-recorded', 'flows')],
  ['duration > 1000', 'duration > 1000'],
  ['first seen > 2024-07-11T09', 'start > 2024-07-11T09:00:00Z'],
  ['last seen < 2024-07', 'end < 2024-07-01T00:00:00Z'],
  ['pps > 10', 'pps > 10'],
  ['bps > 1M', 'bps > 1000000'],
  ['bpp < 100', 'bpp < 100'],
  ['flowdir ingress', 'direction = ingress'],
  ['flowdir egress', 'direction = egress'],
  ['flowdir 0', 'direction = ingress'],
  ['flowdir 1', 'direction = egress'],
  ['src as 64496', refused('not-recorded', 'src')],
  ['geo US', refused('not-recorded', 'geo')],
  ['icmp type 8', refused('not-recorded', 'type')],
  ['icmp code 0', refused('not-recorded', 'code')],
  ['if 3', refused('not-recorded', 'if')],
  ['in if 3', refused('not-recorded', 'in if')],
  ['vlan 7', refused('not-recorded', 'vlan')],
  ['mac 00:11:22:33:44:55', refused('not-recorded', 'mac')],
  ['src mask 24', refused('not-recorded', 'src')],
  ['mpls label 3', refused('not-recorded', 'mpls')],
  ['tos 8', refused('not-recorded', 'tos')],
  ['ttl 64', refused('not-recorded', 'ttl')],
  ['etherType 0x800', refused('not-recorded', 'etherType')],
  ['fwdstat forwarded', refused('not-recorded', 'fwdstat')],
  ['ident eni-1', "interface_id = 'eni-1'"],
  ['count > 3', refused('not-recorded', 'count')],
  ['router ip 10.0.0.1', refused('not-recorded', 'router')],
  ['next ip 10.0.0.1', refused('not-recorded', 'next')],
  ['bgp next ip 10.0.0.1', refused('not-recorded', 'bgp')],
  ['exporter id 1', refused('not-recorded', 'exporter')],
  ['engine 1', refused('not-recorded', 'engine')],
  ['observation domain 1', refused('not-recorded', 'observation')],
  ['tun ip 10.0.0.1', refused('not-recorded', 'tun')],
  ['nat event add', refused('not-recorded', 'nat')],
  ['asa event deny', refused('not-recorded', 'asa')],
  ['ingress acl 1', refused('not-recorded', 'ingress acl')],
  ['ingress vrf 1', refused('not-recorded', 'ingress vrf')],
  ["payload content 'x'", refused('not-recorded', 'payload')],
  ['pf action pass', refused('not-recorded', 'pf')],
  ['client latency > 3', refused('not-recorded', 'client')],
  ['server latency > 3', refused('not-recorded', 'server')],
  ['@include file', refused('not-recorded', '@include')],
  ["src geo 'IN'", refused('not-recorded', 'src')],
  ['tor ip', refused('not-recorded', 'tor')],
  ['ip tor', refused('unknown-value', 'tor')],
  ['port 0x16', 'port = 22'],
  ['bytes > 0x10', 'bytes > 16'],
  [
    'src net 10.0.0.0/8 and not dst net 10.0.0.0/8 and bytes > 1M',
    'srcaddr in 10.0.0.0/8 and dstaddr not in 10.0.0.0/8 and bytes > 1000000',
  ],
  [
    'proto tcp and dst port in [22 3389] and flags S and not flags A',
    'protocol = tcp and dstport in (22, 3389) and tcp_flags has any SYN and not tcp_flags has any ACK',
  ],
];

const AKVORADO: readonly Habit[] = [
  ['SrcAddr = 10.0.0.1', 'srcaddr = 10.0.0.1'],
  ['SrcAddr << 10.0.0.0/8', 'srcaddr in 10.0.0.0/8'],
  ['SrcAddr !<< 10.0.0.0/8', 'srcaddr not in 10.0.0.0/8'],
  ['SrcAddr = 10.0.0.0/8', 'srcaddr in 10.0.0.0/8'],
  ['SrcAddr IN (10.0.0.1, 10.1.0.0/16)', 'srcaddr in (10.0.0.1, 10.1.0.0/16)'],
  ['SrcAddr NOTIN (10.0.0.1)', 'not srcaddr = 10.0.0.1'],
  ['SrcAddr NOT IN (10.0.0.1)', 'not srcaddr = 10.0.0.1'],
  ['SrcNetPrefix = 10.0.0.0/8', refused('not-recorded', 'SrcNetPrefix')],
  ['DstPort IN (22, 3389)', 'dstport in (22, 3389)'],
  ['Proto = "tcp"', 'protocol = tcp'],
  ['Proto = 6', 'protocol = tcp'],
  ['Proto IN ("tcp", "udp")', 'protocol in (tcp, udp)'],
  ['Bytes > 1000', 'bytes > 1000'],
  ['PacketSize > 100', 'bpp > 100'],
  ['ForwardingStatus >= 128', refused('not-recorded', 'ForwardingStatus')],
  ['TCPFlags = 2', 'tcp_flags = 2'],
  ['SrcPort < DstPort', 'srcport < dstport'],
  ['SrcAddr = DstAddr', 'srcaddr = dstaddr'],
  ['SrcAS = AS64496', refused('not-recorded', 'SrcAS')],
  ['SrcAS = 64496', refused('not-recorded', 'SrcAS')],
  ['SrcCountry = "US"', refused('not-recorded', 'SrcCountry')],
  ['InIfBoundary = external', refused('not-recorded', 'InIfBoundary')],
  ['OutIfBoundary = internal', refused('not-recorded', 'OutIfBoundary')],
  ['FlowDirection = ingress', 'flow_direction = ingress'],
  ['FlowDirection = undefined', refused('unknown-value', 'undefined')],
  ['EType = IPv4', 'type = IPv4'],
  ['ETYPE = IPv6', 'type = IPv6'],
  ['InIfName LIKE "eth%"', refused('not-recorded', 'InIfName')],
  ['InIfName UNLIKE "eth%"', refused('not-recorded', 'InIfName')],
  ['InIfName ILIKE "eth%"', refused('not-recorded', 'InIfName')],
  ['InIfName IUNLIKE "eth%"', refused('not-recorded', 'InIfName')],
  ['ExporterName = "x"', refused('not-recorded', 'ExporterName')],
  ['ExporterAddress = 10.0.0.1', refused('not-recorded', 'ExporterAddress')],
  ['SrcMAC = 00:11:22:33:44:55', refused('not-recorded', 'SrcMAC')],
  ['SrcNetName = "x"', refused('not-recorded', 'SrcNetName')],
  ['DstCommunities = 65000:100', refused('not-recorded', 'DstCommunities')],
  ['DstASPath = AS64496', refused('not-recorded', 'DstASPath')],
  ['DstPort = 22 -- comment', 'dstport = 22'],
  ['DstPort = 22 /* c */ AND Proto = "tcp"', 'dstport = 22 and protocol = tcp'],
  ['DstPort = 22 /* c', refused('unclosed', '/*')],
  [
    'DstPort IN (22, 3389) AND SrcAddr !<< 10.0.0.0/8 AND Proto = "tcp"',
    'dstport in (22, 3389) and srcaddr not in 10.0.0.0/8 and protocol = tcp',
  ],
];

const KQL: readonly Habit[] = [
  ['destination.port: 22', 'dstport = 22'],
  ['source.ip: 10.0.0.0/8', 'srcaddr in 10.0.0.0/8'],
  ['source.ip: "FE80::/10"', 'srcaddr in fe80::/10'],
  ['destination.port: *', 'dstport is not null'],
  ['not destination.port: *', 'dstport is null'],
  ['destination.port: (22 or 80)', 'dstport in (22, 80)'],
  ['event.action: (accept and not reject)', 'action = ACCEPT and not action = REJECT'],
  ['network.bytes > 100', 'bytes > 100'],
  ['network.bytes >= 100', 'bytes >= 100'],
  ['interface_id: eni-*', "interface_id glob 'eni-*'"],
  ['aws.vpcflow.interface_id: eni-1', "interface_id = 'eni-1'"],
  ['aws.vpcflow.action: REJECT', 'action = REJECT'],
  ['cloud.account.id: 123456789010', "account_id = '123456789010'"],
  ['network.transport: tcp', 'protocol = tcp'],
  ['network.direction: ingress', 'direction = ingress'],
  ['network.packets > 3', 'packets > 3'],
  ['@timestamp > 2026-01-01', 'start > 2026-01-01T00:00:00Z'],
  [
    'event.action: REJECT and destination.port: 22 and not source.ip: 10.0.0.0/8',
    'action = REJECT and dstport = 22 and srcaddr not in 10.0.0.0/8',
  ],
  ['destination.port: (22 80)', 'dstport in (22, 80)'],
  ['source.*: 10.0.0.1', refused('limit', 'source.*')],
  ['source: { ip: 10.0.0.1 and port: 22 }', refused('limit', 'source: { ip: 10.0.0.1 and port:')],
  ['srcaddr: "10.0.0.1"', 'srcaddr = 10.0.0.1'],
  ['10.0.0.1', 'ip = 10.0.0.1'],
  ['tcp', 'protocol = tcp'],
  ['interface_id: "eni-*"', "interface_id = 'eni-*'"],
];

const GRAYLOG: readonly Habit[] = [
  [
    'action:REJECT AND dst_port:22 AND NOT src_ip:"10.0.0.0/8"',
    'action = REJECT and dstport = 22 and srcaddr not in 10.0.0.0/8',
  ],
  ['dst_port:22', 'dstport = 22'],
  ['dst_port:(22 OR 80)', 'dstport in (22, 80)'],
  ['_exists_:dst_port', 'dstport is not null'],
  ['NOT _exists_:dst_port', 'dstport is null'],
  ['dst_port:[20 TO 25]', 'dstport between 20 and 25'],
  ['dst_port:{20 TO 25}', 'dstport between 21 and 24'],
  ['dst_port:{0 TO 64]', 'dstport between 1 and 64'],
  ['bytes:[1000 TO *]', 'bytes >= 1000'],
  ['dst_port:>1024', 'dstport > 1024'],
  ['dst_port:(>=400 AND <500)', 'dstport >= 400 and dstport < 500'],
  ['interface_id:/eni-.*/', 'interface_id matches /eni-.*/'],
  ['interface_id:eni-?', "interface_id glob 'eni-?'"],
  ['interface_id:eni~1', refused('limit', 'eni~1')],
  [
    'timestamp:["2019-07-23 09:53:08.175" TO "2019-07-24 09:53:08.575"]',
    'start between 2019-07-23T09:53:09Z and 2019-07-24T09:53:08Z',
  ],
  ['timestamp:[now-5d TO now-4d]', 'start between 2026-01-26T12:00:00Z and 2026-01-27T12:00:00Z'],
  ['action:REJECT dst_port:22', 'action = REJECT and dstport = 22'],
];

const WIRESHARK: readonly Habit[] = [
  ['ip.addr == 10.0.0.1', 'ip = 10.0.0.1'],
  ['ip.addr eq 10.0.0.1', 'ip = 10.0.0.1'],
  ['ip.addr != 10.0.0.1', 'not ip = 10.0.0.1'],
  ['ip.src == 10.0.0.0/8', 'srcaddr in 10.0.0.0/8'],
  ['ip.dst != 10.0.0.1', 'dstaddr != 10.0.0.1'],
  ['!(ip.addr == 10.0.0.1)', 'not ip = 10.0.0.1'],
  ['ip.addr === 10.0.0.1', 'srcaddr = 10.0.0.1 and dstaddr = 10.0.0.1'],
  ['ip.addr !== 10.0.0.1', 'not (srcaddr = 10.0.0.1 and dstaddr = 10.0.0.1)'],
  ['ipv6.addr == 2001:db8::1', 'ip = 2001:db8::1'],
  ['ipv6.src == 2001:db8::/32', 'srcaddr in 2001:db8::/32'],
  ['tcp.port == 22', 'protocol = tcp and port = 22'],
  ['tcp.srcport == 22', 'protocol = tcp and srcport = 22'],
  ['tcp.dstport in {80, 443, 8000..8010}', 'protocol = tcp and dstport in (80, 443, 8000-8010)'],
  ['udp.port == 53', 'protocol = udp and port = 53'],
  ['udp.dstport == 53', 'protocol = udp and dstport = 53'],
  ['tcp && udp', 'protocol = tcp and protocol = udp'],
  ['icmp', 'protocol = icmp'],
  ['icmpv6', 'protocol = icmpv6'],
  ['ip', 'ip_version = 4'],
  ['ip.proto == 6', 'protocol = tcp'],
  ['tcp.flags == 2', 'protocol = tcp and tcp_flags = 2'],
  ['tcp.flags.syn == 1', 'protocol = tcp and tcp_flags has SYN'],
  ['tcp.flags.syn == 1 and tcp.flags.ack == 0', refused('not-recorded', 'tcp.flags.ack')],
  ['tcp.flags.reset', 'protocol = tcp and tcp_flags has RST'],
  ['tcp.flags.ack == 1', refused('not-recorded', 'tcp.flags.ack')],
  ['tcp.flags.push == 1', refused('not-recorded', 'tcp.flags.push')],
  ['tcp.flags.urg == 1', refused('not-recorded', 'tcp.flags.urg')],
  ['tcp.flags & 2', refused('limit', 'tcp.flags &')],
  ['frame.time > "2026-01-01"', 'start > 2026-01-01T00:00:00Z'],
  ['frame.len > 100', refused('not-recorded', 'frame.len')],
  ['tcp.len > 0', refused('not-recorded', 'tcp.len')],
  ['ip.ttl < 10', refused('not-recorded', 'ip.ttl')],
  ['ip.addr matches "10"', 'ip matches /10/'],
  ['interface_id contains "eni"', "interface_id contains 'eni'"],
  ['interface_id ~ "eni"', 'interface_id matches /eni/'],
  ['tcp.dstport gt 1024', 'protocol = tcp and dstport > 1024'],
  ['tcp.port != 22', 'not (protocol = tcp and port = 22)'],
  ['any ip.addr == 10.0.0.1', 'ip = 10.0.0.1'],
  ['all ip.addr == 10.0.0.1', 'srcaddr = 10.0.0.1 and dstaddr = 10.0.0.1'],
  ['ip.src == 10.0.0.1 xor tcp', refused('limit', 'xor')],
  ['ip.src == 10.0.0.1 ^^ tcp', refused('limit', '^^')],
  ['ip.src[0:2] == 0a:00', refused('limit', 'ip.src[')],
  ['len(interface_id) > 3', refused('limit', 'len(')],
  ['lower(interface_id) == "x"', refused('limit', 'lower(')],
  ['tcp.dstport + 1 > 3', refused('limit', 'tcp.dstport +')],
  ['ip_rfc1918(ip.src)', refused('limit', 'ip_rfc1918(')],
  ['tcp.dstport == 0x16', 'protocol = tcp and dstport = 22'],
  ['tcp.dstport == 0b10110', refused('unknown-value', '0b10110')],
  ['tcp.dstport', 'protocol = tcp and dstport is not null'],
  [
    'ip.addr == 10.0.0.0/8 && tcp.dstport in {22, 3389} && !(ip.src == 10.1.0.0/16)',
    'ip in 10.0.0.0/8 and protocol = tcp and dstport in (22, 3389) and srcaddr not in 10.1.0.0/16',
  ],
];

const QUERY_AI_AND_TCPDUMP: readonly Habit[] = [
  ["ip = '192.0.2.10'", 'ip = 192.0.2.10'],
  ['flags S and not flags A', 'tcp_flags has any SYN and not tcp_flags has any ACK'],
  ['src host 10.0.0.1', 'srcaddr = 10.0.0.1'],
  ['dst net 10.0', 'dstaddr in 10.0.0.0/16'],
  ['portrange 22-80', 'port between 22 and 80'],
  ['src portrange 22-80', 'srcport between 22 and 80'],
  ['tcp port 22', 'protocol = tcp and port = 22'],
  ['tcp[tcpflags] & tcp-syn != 0', refused('limit', 'tcp[')],
  // Units may stand apart from their number.
  ['bytes > 10 MB and port 22', 'bytes > 10000000 and port = 22'],
  ['bytes between 1 KiB and 10 MiB', 'bytes between 1024 and 10485760'],
  ['bps in (1 kbps, 2 Mbps)', 'bps in (1000, 2000000)'],
  ['duration > 5 minutes and udp', 'duration > 300 and protocol = udp'],
  ['duration > 1h30m', 'duration > 5400'],
  ['bytes > 10 and m = 1', refused('unknown-field', 'm')],
  ['dstport = 22.5', refused('unknown-value', '22.5')],
  ['aws_service = s3', "aws_service = 'S3'"],
  ['aws_service = s*', "aws_service glob 'S*'"],
  ['aws_service like "dynamo%"', "aws_service glob 'DYNAMO*'"],
  ['aws_service contains gateway', "aws_service contains 'GATEWAY'"],
  ['less 100', refused('not-recorded', 'less')],
  ['greater 100', refused('not-recorded', 'greater')],
  ['ip6', 'ip_version = 6'],
  ['icmp6', 'protocol = icmpv6'],
  ['proto 1', 'protocol = icmp'],
  ['src or dst port 22', 'port = 22'],
  ['src and dst net 10.0.0.0/8', 'srcaddr in 10.0.0.0/8 and dstaddr in 10.0.0.0/8'],
  ['ip proto tcp', 'ip_version = 4 and protocol = tcp'],
  ['ip host 10.0.0.1', 'ip_version = 4 and ip = 10.0.0.1'],
  ['tcp dst port 22', 'protocol = tcp and dstport = 22'],
  ['not tcp', 'not protocol = tcp'],
  ['ether host 00:11:22:33:44:55', refused('not-recorded', 'ether')],
  ['broadcast', refused('not-recorded', 'broadcast')],
  ['multicast', 'ip in (224.0.0.0/4, ff00::/8)'],
  ['gateway x', refused('not-recorded', 'gateway')],
  ['vlan', refused('not-recorded', 'vlan')],
  ['arp', refused('not-recorded', 'arp')],
];

const OPTIONS = { nowSeconds: Date.UTC(2026, 0, 31, 12) / 1000, set: () => ['10.0.0.1'] };

describe.each([
  ['nfdump', NFDUMP],
  ['Akvorado', AKVORADO],
  ['KQL', KQL],
  ['Graylog', GRAYLOG],
  ['Wireshark', WIRESHARK],
  ['Query.ai and tcpdump', QUERY_AI_AND_TCPDUMP],
] as const)('%s', (_, habits) => {
  it.each(habits)('%s', (typed, expected) => {
    const parsed = parseFilter(typed, OPTIONS);
    const [found] = parsed.problems;
    if (typeof expected !== 'string') {
      if (found === undefined) throw new Error(`${typed} was understood`);
      expect({ code: found.code, at: typed.slice(found.start, found.end) }).toEqual(expected);
      expect(formatProblem(found, typed)).toContain('^');
      return;
    }
    const filter = valueOf(parsed, typed);
    expect(printFilter(filter)).toBe(expected);
    const again = valueOf(parseFilter(expected, OPTIONS), expected);
    expect(withoutSpans(again)).toEqual(withoutSpans(filter));
    for (const dialect of [duckdb, trino])
      expect(compilePlan(planOf({ filter }), dialect).sql).not.toContain('undefined');
  });
});

describe('where habits differ', () => {
  const meaning = (text: string): unknown =>
    JSON.parse(JSON.stringify(withoutSpans(valueOf(parseFilter(text, OPTIONS), text))));

  it.each([
    ['a negated either-side test means neither side', 'not port 22', 'port != 22'],
    ['Wireshark != wants all to differ', 'ip.addr != 10.0.0.1', 'not ip 10.0.0.1'],
    ['values side by side in KQL are alternatives', 'destination.port: (22 80)', 'dstport in (22, 80)'],
    ['keys side by side must all hold', 'src:10.0.0.1 dport:22', 'srcaddr = 10.0.0.1 and dstport = 22'],
    ['ports imply the protocol in Wireshark', 'tcp.port == 22', 'proto tcp and port 22'],
    ['and not in nfdump', 'dst port 22', 'dstport = 22'],
    ['letters of flags are any of them in nfdump', 'flags SF', 'flags has any FIN, SYN'],
    ['and binds tighter than or', 'tcp or udp and port 53', 'tcp or (udp and port 53)'],
  ])('%s', (_, text, same) => expect(meaning(text)).toEqual(meaning(same)));

  it('warns of a range that ends before it begins', () => {
    const warnings = parseFilter('bytes between 10 and 1', OPTIONS).warnings;
    expect(warnings.map(({ message }) => message)).toEqual([
      'nothing lies between 10 and 1; write the smaller first',
    ]);
    expect(parseFilter('srcaddr between 10.0.0.9 and 10.0.0.10', OPTIONS).warnings).toEqual([]);
  });

  it('takes "not in" for the negation of the whole, and != for a value that differs', () => {
    expect(meaning('srcaddr not in 10.0.0.0/8')).toEqual(meaning('not (srcaddr in 10.0.0.0/8)'));
    expect(meaning('srcaddr != 10.0.0.1')).not.toEqual(meaning('not (srcaddr = 10.0.0.1)'));
  });
});
