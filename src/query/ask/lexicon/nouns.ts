import { planOf } from '../../plan/build.ts';
import { call, column, literal } from '../../plan/expression.ts';
import type { Measure } from '../../plan/measure.ts';
import type { PlanSource } from '../../plan/plan.ts';
import { phraseTable } from '../words.ts';

/** Nouns that a question may group by, with the columns they mean; `host` waits for the end that the question is about. */
export const DIMENSIONS = phraseTable<readonly string[]>([
  [
    'sources, source, source addresses, source address, source ips, source ip, source hosts, source host, srcs, src, src ips, src ip, src addresses, src hosts, senders, sender, clients, client, attackers, attacker, talkers, talker, scanners, origins, callers, hitters, hitter, uploaders, uploader, sending hosts, initiators, offenders, offender',
    ['srcaddr'],
  ],
  [
    'destinations, destination, destination addresses, destination address, destination ips, destination ip, destination hosts, destination host, dsts, dst, dst ips, dst ip, dst addresses, dst hosts, dest, dests, dest ip, dest ips, receivers, receiver, recipients, targets, target, servers, server, victims, victim, downloaders, downloader, receiving hosts, listeners',
    ['dstaddr'],
  ],
  [
    'hosts, host, addresses, address, ips, ip, ip addresses, ip address, machines, machine, peers, peer, boxes, box, nodes, node, endpoints, endpoint, neighbours, neighbour, neighbors, neighbor, devices, device, workloads, workload, systems, system, counterparts, partners, consumers',
    ['host'],
  ],
  [
    'pairs, pair, source and destination pairs, source and destination pair, source-destination pairs, source and destination ip pairs, source and destination address pairs, src and dst pairs, conversations, conversation, host pairs, address pairs, ip pairs, source destination pairs, src dst pairs, src dst, edges, talker pairs',
    ['srcaddr', 'dstaddr'],
  ],
  [
    'ports, port, destination ports, destination port, dst ports, dst port, dest ports, dest port, target ports, target port, port numbers, port number, server ports',
    ['dstport'],
  ],
  ['source ports, source port, src ports, src port, client ports', ['srcport']],
  ['services, service, applications, application, apps, app, service ports, service port', ['svc_port']],
  [
    'interfaces, interface, network interfaces, network interface, enis, eni, eni ids, interface ids, interface id, nics, nic',
    ['interface_id'],
  ],
  [
    'instances, instance, ec2 instances, ec2 instance, vms, vm, virtual machines, instance ids, instance id, ec2s',
    ['instance_id'],
  ],
  ['vpcs, vpc, vpc ids, vpc id', ['vpc_id']],
  ['subnets, subnet, subnet ids, subnet id', ['subnet_id']],
  ['accounts, account, aws accounts, aws account, account ids, account id', ['account_id']],
  ['protocols, protocol, ip protocol, ip protocols, protos, proto', ['protocol']],
  ['regions, region, aws regions, aws region', ['region']],
  ['zones, zone, azs, az, availability zones, availability zone, az ids, az id', ['az_id']],
  ['actions, action, verdicts, verdict', ['action']],
  ['directions, direction, flow direction, flow directions', ['direction']],
  ['ip versions, ip version, address family, address families', ['ip_version']],
  ['traffic paths, traffic path, paths, path', ['traffic_path']],
  ['tcp flags, tcp flag, flags', ['tcp_flags']],
  ['log statuses, log status', ['log_status']],
  ['reject reasons, reject reason, rejection reasons, rejection reason, denial reason', ['reject_reason']],
  ['interface types, interface type, eni type, eni types', ['interface_type']],
  ['encryption status, encryption statuses', ['encryption_status']],
  ['ecs services, ecs service, ecs service names, ecs service name', ['ecs_service_name']],
  ['ecs clusters, ecs cluster, ecs cluster names, ecs cluster name', ['ecs_cluster_name']],
  ['ecs tasks, ecs task, ecs task ids, ecs task id', ['ecs_task_id']],
  ['ecs containers, ecs container', ['ecs_container_id']],
  ['container instances, container instance', ['ecs_container_instance_id']],
  ['nat gateways, nat gateway ids, regional nat gateways', ['resource_id']],
  ['aws services, aws service', ['pkt_src_aws_service', 'pkt_dst_aws_service']],
  ['destination aws services, destination aws service, dst aws service', ['pkt_dst_aws_service']],
  ['source aws services, source aws service, src aws service', ['pkt_src_aws_service']],
  ['instance tags, instance tag', ['instance_tag']],
  ['asg tags, asg tag, auto scaling group tag', ['asg_tag']],
  ['next hop interfaces, next hop interface, next-hop interface', ['next_hop_interface_id']],
  ['next hop subnets, next hop subnet', ['next_hop_subnet_id']],
  ['next hop azs, next hop az', ['next_hop_az_id']],
  [
    'attachments, attachment, tgw attachments, tgw attachment, transit gateway attachments, transit gateway attachment',
    ['tgw_attachment_id'],
  ],
  ['tgws, transit gateways', ['tgw_id']],
]);

/** A noun that says what is measured. A weak one gives way to a stronger word of the same question. */
export interface MeasureNoun {
  readonly measure: Measure;
  readonly isWeak: boolean;
  /** The records that the noun is about, when they are of a kind of their own. */
  readonly source?: PlanSource;
  /** A column to show beside, computed from the measure: bits or units per second. */
  readonly rate?: RateUnit;
}

/** A unit per second, by what it is made from. */
export interface RateUnit {
  readonly name: string;
  /** The rate is the measure times this, over the seconds. */
  readonly factor: number;
}

const [BYTES, PACKETS, FLOWS, REJECTS, ACCEPTS] = planOf({
  measures: ['bytes', 'packets', 'flows', 'rejects', 'accepts'],
}).measures as readonly [Measure, Measure, Measure, Measure, Measure];

/** The sums that most questions measure. */
export const SUMS = { bytes: BYTES, packets: PACKETS, flows: FLOWS, rejects: REJECTS } as const;

const strong = (measure: Measure): MeasureNoun => ({ measure, isWeak: false });
const weak = (measure: Measure): MeasureNoun => ({ measure, isWeak: true });
const rate = (measure: Measure, name: string, factor: number): MeasureNoun => ({
  measure,
  isWeak: false,
  rate: { name, factor },
});
const lost = (name: string): MeasureNoun => ({
  measure: { name, aggregate: 'sum', value: column(name) },
  isWeak: false,
  source: 'tgw_flows',
});

const LOSSES = ['no_route', 'blackhole', 'mtu_exceeded', 'ttl_expired'].map((why) => `packets_lost_${why}`);

const ALL_LOST: MeasureNoun = {
  measure: {
    name: 'packets_lost',
    aggregate: 'sum',
    value: LOSSES.map((name) => call('coalesce', [column(name), literal(0)])).reduce((left, right) =>
      call('add', [left, right]),
    ),
  },
  isWeak: false,
  source: 'tgw_flows',
};

/** Nouns that say what is measured. */
export const MEASURE_WORDS = phraseTable<MeasureNoun>([
  [
    'bytes, byte count, byte counts, volume, volumes, data volume, bandwidth, byte volume, size, gb, gbs, mb, mbs, tb, kb, gib, mib, gigabytes, megabytes, terabytes, kilobytes, gigs, megs, bytes transferred, traffic volume, data transfer, octets, transfer volume, throughput volume',
    strong(BYTES),
  ],
  ['packets, packet count, packet counts, pkts, packet volume', strong(PACKETS)],
  [
    'flow count, flow counts, number of flows, number of connections, number of sessions, number of attempts, connection count, connection counts, session count, count, counts, hits, hit count, record count',
    strong(FLOWS),
  ],
  [
    'traffic, data, egress traffic volume, transfers, transfer, uploads, upload, downloads, download',
    weak(BYTES),
  ],
  [
    'flows, flow, connections, connection, records, record, sessions, session, attempts, attempt, connection attempts, connection attempt, activity, queries, query, lookups, lookup, calls, communication, communications, flow records, flow record, conns, conn, log records, log entries, entries, log lines, rows, interactions, contacts, events',
    weak(FLOWS),
  ],
  ['rejects, rejections, denials, drops, rejected count, blocks, denies', strong(REJECTS)],
  ['accepts, acceptances, accepted count', strong(ACCEPTS)],
  [
    'bps, bits per second, throughput, data rate, bit rate, bitrate, bits/s, bit/s, bandwidth in bps',
    rate(BYTES, 'bps', 8),
  ],
  ['kbps, kilobits per second, kbit/s', rate(BYTES, 'kbps', 8e-3)],
  ['mbps, megabits per second, mbit/s', rate(BYTES, 'mbps', 8e-6)],
  ['gbps, gigabits per second, gbit/s', rate(BYTES, 'gbps', 8e-9)],
  ['pps, packets per second, packet rate, packets/s, packets/sec', rate(PACKETS, 'pps', 1)],
  ['fps, cps, flows per second, connections per second, flow rate, connection rate', rate(FLOWS, 'fps', 1)],
  ['packet loss, packets lost, lost packets, loss', ALL_LOST],
  [
    'packets lost to blackholes, packets lost to blackhole routes, packets lost to a blackhole, blackholed packets, packets blackholed, packets lost blackhole, blackhole loss, blackhole drops',
    lost('packets_lost_blackhole'),
  ],
  [
    'packets lost to no route, packets lost without a route, packets lost because of no route, packets lost no route, no route loss, packets without a route, packets with no route',
    lost('packets_lost_no_route'),
  ],
  [
    'packets exceeded the mtu, packets exceeding the mtu, packets over the mtu, packets lost to mtu, packets lost mtu exceeded, packets lost because of mtu, mtu drops, mtu loss, mtu exceeded packets',
    lost('packets_lost_mtu_exceeded'),
  ],
  [
    'packets lost to ttl, packets lost ttl expired, ttl expired packets, packets expired, packets whose ttl expired, ttl drops, ttl loss',
    lost('packets_lost_ttl_expired'),
  ],
]);

/** Words before a noun of size that ask for one number of all records: mean, percentile, largest, smallest. */
export const AGGREGATES = phraseTable<Pick<Measure, 'aggregate' | 'parameter'> & { readonly name: string }>([
  ['average, mean, typical', { name: 'avg', aggregate: 'avg' }],
  ['median, p50, 50th percentile', { name: 'p50', aggregate: 'percentile', parameter: 50 }],
  ['p90, 90th percentile', { name: 'p90', aggregate: 'percentile', parameter: 90 }],
  ['p95, 95th percentile, 95 percentile', { name: 'p95', aggregate: 'percentile', parameter: 95 }],
  ['p99, 99th percentile, 99 percentile', { name: 'p99', aggregate: 'percentile', parameter: 99 }],
  ['max, maximum', { name: 'max', aggregate: 'max' }],
  ['min, minimum', { name: 'min', aggregate: 'min' }],
]);

/** What such a number is taken of, with the column of a record. */
export const AGGREGATED = phraseTable<string>([
  [
    'bytes, byte count, size, flow size, record size, connection size, session size, transfer size, flow sizes, volume',
    'bytes',
  ],
  ['packets, packet count, packets, pkts', 'packets'],
  ['duration, record duration', 'duration'],
]);
