import { type Expression, test } from '../plan/expression.ts';
import { phraseTable } from './words.ts';

const is = (name: string, value: string | number): Expression =>
  test(name, { kind: 'compare', operator: '=', value });

/** Nouns that a question may group by, with the columns they mean. */
export const DIMENSIONS = phraseTable<readonly string[]>([
  [
    'sources, source, source addresses, source address, source ips, source ip, source hosts, srcs, src, senders, sender, clients, client, attackers, attacker, talkers, talker, scanners, origins, callers, hitters, hitter, uploaders, uploader',
    ['srcaddr'],
  ],
  [
    'destinations, destination, destination addresses, destination address, destination ips, destination ip, destination hosts, dsts, dst, receivers, receiver, targets, target, servers, server, victims, victim, downloaders, downloader',
    ['dstaddr'],
  ],
  [
    'hosts, host, addresses, address, ips, ip, ip addresses, ip address, machines, machine, peers, peer',
    ['host'],
  ],
  [
    'pairs, pair, conversations, conversation, host pairs, address pairs, source destination pairs',
    ['srcaddr', 'dstaddr'],
  ],
  ['ports, port, destination ports, destination port, dst ports, target ports', ['dstport']],
  ['source ports', ['srcport']],
  ['services, service, applications, application, service ports', ['svc_port']],
  ['interfaces, interface, network interfaces, network interface, enis, eni', ['interface_id']],
  ['instances, instance, ec2 instances, vms, virtual machines', ['instance_id']],
  ['vpcs, vpc', ['vpc_id']],
  ['subnets, subnet', ['subnet_id']],
  ['accounts, account, aws accounts', ['account_id']],
  ['protocols, protocol', ['protocol']],
  ['regions, region', ['region']],
  ['zones, azs, az, availability zones, availability zone', ['az_id']],
  ['actions, action, verdicts, verdict', ['action']],
  ['directions, direction', ['direction']],
  ['traffic paths, paths, path', ['traffic_path']],
  ['tcp flags, flags', ['tcp_flags']],
]);

/** Nouns that say what is measured. A weak one gives way to a stronger word of the same question. */
export const MEASURE_WORDS = phraseTable<{ readonly name: string; readonly isWeak: boolean }>([
  ['bytes, byte count, volume, data volume, bandwidth, byte volume, size', { name: 'bytes', isWeak: false }],
  ['packets, packet count', { name: 'packets', isWeak: false }],
  [
    'flow count, flow counts, number of flows, number of connections, connection count, count, hits',
    { name: 'flows', isWeak: false },
  ],
  ['traffic, data', { name: 'bytes', isWeak: true }],
  [
    'flows, flow, connections, connection, records, record, sessions, attempts, connection attempts, activity, queries, lookups, calls, communication, communications',
    { name: 'flows', isWeak: true },
  ],
  ['rejects, rejections, denials, drops', { name: 'rejects', isWeak: false }],
]);

/** Words that are a condition by themselves. */
export const CONDITIONS = phraseTable<Expression>([
  ['rejected, reject, denied, blocked, dropped, refused, not allowed, not accepted', is('action', 'REJECT')],
  [
    'accepted, accept, allowed, permitted, not rejected, not blocked, not denied, successful',
    is('action', 'ACCEPT'),
  ],
  ['ingress, inbound, incoming, ingoing', is('direction', 'ingress')],
  ['egress, outbound, outgoing', is('direction', 'egress')],
  [
    'from the internet, from internet, from outside, from the outside, from public addresses, from external hosts',
    fromOutside('ingress'),
  ],
  [
    'to the internet, to internet, to outside, to the outside, to public addresses, to external hosts',
    fromOutside('egress'),
  ],
  ['external, public, internet, with the internet, with the outside', is('remote_scope', 'public')],
  ['internal, private, east west, east-west, inside the network', is('remote_scope', 'private')],
  ['ipv4', is('ip_version', 4)],
  ['ipv6', is('ip_version', 6)],
  ['tcp', is('protocol', 6)],
  ['udp', is('protocol', 17)],
  ['icmp, ping, pings', is('protocol', 1)],
  ['icmpv6', is('protocol', 58)],
  ['sctp', is('protocol', 132)],
  ['gre', is('protocol', 47)],
  ['esp', is('protocol', 50)],
]);

function fromOutside(direction: string): Expression {
  return { kind: 'and', terms: [is('remote_scope', 'public'), is('direction', direction)] };
}

/** What a word does to the words after it. */
export type Role =
  | 'src'
  | 'dst'
  | 'either'
  | 'on'
  | 'not'
  | 'group'
  | 'compare'
  | 'more'
  | 'atleast'
  | 'less'
  | 'atmost';

/** Prepositions and their kin. */
export const ROLES = phraseTable<Role>([
  [
    'from, sent by, originating from, coming from, made by, initiated by, originating at, out of, sourced from',
    'src',
  ],
  [
    'to, towards, toward, into, against, targeting, destined to, destined for, sent to, aimed at, received by',
    'dst',
  ],
  ['with, involving, of host, between', 'either'],
  ['on, over, via, through, using, at, in, inside, within, for, about', 'on'],
  ['not, except, excluding, without, other than, but not, apart from, ignoring, except for, minus', 'not'],
  [
    'by, per, for each, for every, grouped by, group by, broken down by, split by, each, every, breakdown by, in each',
    'group',
  ],
  [
    'compared with, compared to, versus, vs, against the, relative to, compare with, compare to, in comparison with, in comparison to, than',
    'compare',
  ],
  [
    'more than, over the limit of, greater than, above, exceeding, exceeded, bigger than, larger than, >, over',
    'more',
  ],
  ['at least, >=, no less than, not less than, minimum', 'atleast'],
  ['less than, fewer than, below, under, smaller than, <', 'less'],
  ['at most, <=, no more than, not more than, maximum, up to', 'atmost'],
]);

/** What kind of answer is wanted. */
export type Intent =
  | 'compare'
  | 'list'
  | 'exists'
  | 'howmany'
  | 'most'
  | 'least'
  | 'who'
  | 'which'
  | 'first'
  | 'last'
  | 'trend';

/** Words that say what kind of answer is wanted. */
export const INTENTS = phraseTable<Intent>([
  ['show, list, find, display, print, get, give me, show me, fetch, pull', 'list'],
  [
    'did anything, did anyone, did any host, did we ever, did we see, have we ever, have we seen, was there any, were there any, is there any, has anything, has anyone, did anybody, has anybody, any sign of, have you seen, ever seen, was there, were there, is there, are there any, did something, did someone',
    'exists',
  ],
  [
    'how many, how much, total, sum of, number of, count of, what is the total, amount of, overall, count',
    'howmany',
  ],
  [
    'top, most, biggest, largest, heaviest, highest, busiest, noisiest, greatest, loudest, chattiest, main, leading, most active',
    'most',
  ],
  ['least active, least busy, least, smallest, lowest, fewest, quietest, bottom', 'least'],
  ['compare, comparison of, compare the', 'compare'],
  ['who, whom', 'who'],
  ['which, what', 'which'],
  ['when was, when did, when were, first seen, last seen, first time, last time, when', 'first'],
  [
    'over time, trend, trend of, time series, timeline, timeline of, history of, graph, chart, plot, graph of, plot of, chart of',
    'trend',
  ],
]);

/** Verbs that tie a subject before them to an object after them. */
export type Verb = 'talk' | 'send' | 'receive' | 'reach';

/** Verbs and what they say of their subject. */
export const VERBS = phraseTable<Verb>([
  [
    'talk, talked, talking, talks, communicate, communicated, communicates, communicating, speak, spoke, exchange, exchanged',
    'talk',
  ],
  [
    'send, sent, sends, sending, upload, uploaded, uploads, uploading, transmit, transmitted, push, pushed, leak, leaked, exfiltrate, exfiltrated',
    'send',
  ],
  [
    'receive, received, receives, receiving, download, downloaded, downloads, downloading, get sent, got',
    'receive',
  ],
  [
    'reach, reached, reaches, connect, connected, connects, connecting, contact, contacted, contacts, contacting, hit, hits, access, accessed, accesses, accessing, scan, scanned, scanning, scans, probe, probed, probing, probes, try, tried, trying, attack, attacked, attacking, hitting, accessing, reaching, call, called, touch, touched, visit, visited',
    'reach',
  ],
]);

/** Words that carry no condition; leaving them out changes nothing. */
export const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an the please can could would you i me my we us our want need know see like tell let is are was were be been being do does did has have had ' +
    'there it its they them their this that these those and or of as so just only really also any anything anyone anybody something someone everything all ' +
    'some now right exactly actually currently present network networks flow log logs vpc-flow-logs traffic-logs ones one thing things amount up out off used use uses using ' +
    'generate generated generates produce produced cause caused made make makes came come comes coming went go goes going happening happened happen seen saw ' +
    'number numbers value values results result data-set per-se hey hi hello ok okay thanks thank much many more kind kinds type types got getting into with been if whether then ' +
    'distinct unique different at in on for by to where whose having which compare'
  ).split(' '),
);

/** Words of time that have no agreed edges; leaving one out would answer for all time. */
export const VAGUE_TIMES: ReadonlySet<string> = new Set(
  'night morning afternoon evening noon weekend weekends fortnight lunch christmas easter decade century'.split(
    ' ',
  ),
);

/** What people ask of flow logs that flow logs cannot say, with the reason. */
export const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ...['country', 'countries', 'city', 'geo', 'asn', 'isp'].map((word): [string, string] => [
    word,
    'they hold addresses, not places or owners',
  ]),
  ...['domain', 'domains', 'hostname', 'hostnames', 'url', 'urls', 'website', 'websites'].map(
    (word): [string, string] => [word, 'they hold addresses, not names'],
  ),
  ...[
    'user',
    'users',
    'username',
    'process',
    'processes',
    'password',
    'role',
    'roles',
    'login',
    'logins',
  ].map((word): [string, string] => [word, 'they know interfaces, not users or processes']),
  ...[
    'payload',
    'content',
    'contents',
    'file',
    'files',
    'request',
    'requests',
    'response',
    'responses',
    'status',
    'header',
    'headers',
  ].map((word): [string, string] => [word, 'they hold no payload']),
  ...['latency', 'rtt', 'jitter', 'delay', 'loss', 'retransmissions'].map((word): [string, string] => [
    word,
    'they hold counts per window, not timing',
  ]),
  ...['delete', 'remove', 'create', 'update', 'insert', 'alter', 'kill', 'restart', 'stop'].map(
    (word): [string, string] => [word, 'questions only read'],
  ),
  ...['cpu', 'memory', 'disk', 'weather', 'cost', 'price', 'bill'].map((word): [string, string] => [
    word,
    'that is not a matter of flow records',
  ]),
]);
