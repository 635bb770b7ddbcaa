import { FIELDS, type Field, tableOf } from '../record/index.ts';
import type { EitherPair } from './plan/expression.ts';
import type { PlanSource } from './plan/plan.ts';

/** What the values of a column are, which decides how a person may write them. */
export type ValueKind =
  | 'address'
  | 'port'
  | 'protocol'
  | 'flags'
  | 'bytes'
  | 'count'
  | 'bits-per-second'
  | 'seconds'
  | 'time'
  | 'integer'
  | 'word'
  | 'text';

/** A column that a question may name: a field of the record, a derived column, or a rate computed from fields. */
export interface QueryColumn {
  /** The SQL spelling, under which plans know it. */
  readonly name: string;
  /** Every spelling accepted in a question beside `name`, lower case. */
  readonly aliases: readonly string[];
  readonly kind: ValueKind;
  readonly meaning: string;
  readonly sources: readonly PlanSource[];
  /** For `word` columns the values that occur, in their exact case. */
  readonly words: readonly string[];
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  action: ['ACCEPT', 'REJECT'],
  log_status: ['OK', 'NODATA', 'SKIPDATA'],
  flow_direction: ['ingress', 'egress'],
  direction: ['ingress', 'egress'],
  type: ['IPv4', 'IPv6', 'EFA'],
  remote_scope: ['private', 'public', 'multicast', 'link-local', 'loopback', 'reserved'],
};

/** Spellings that other tools taught: nfdump, tcpdump, Akvorado, ECS, Wireshark. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  srcaddr: ['sip', 'saddr', 'srcip', 'src_ip', 'src.ip', 'source.ip', 'source', 'ip.src', 'ipv6.src'],
  dstaddr: [
    'dip',
    'daddr',
    'dstip',
    'dst_ip',
    'dst.ip',
    'destination.ip',
    'destination',
    'ip.dst',
    'ipv6.dst',
  ],
  srcport: ['sport', 'src_port', 'src.port', 'source.port'],
  dstport: ['dport', 'dst_port', 'dst.port', 'destination.port'],
  protocol: ['proto', 'ip.proto', 'network.transport', 'network.iana_number'],
  bytes: ['octets', 'network.bytes'],
  packets: ['pkts', 'network.packets'],
  action: ['verdict', 'event.action', 'aws.vpcflow.action'],
  start: ['starttime', 'start_time', 'time', '@timestamp', 'frame.time', 'timestamp'],
  end: ['endtime', 'end_time'],
  log_status: ['status'],
  tcp_flags: ['flags', 'tcp.flags'],
  interface_id: ['eni', 'interface', 'ident'],
  account_id: ['account', 'cloud.account.id'],
  vpc_id: ['vpc'],
  subnet_id: ['subnet'],
  instance_id: ['instance'],
  region: ['cloud.region'],
  az_id: ['az'],
  type: ['etype'],
  traffic_path: ['path'],
  direction: ['dir', 'network.direction', 'flowdir'],
  svc_port: ['service', 'svc'],
  remote_scope: ['scope', 'remote'],
  ip_version: ['family'],
};

const BOTH: readonly PlanSource[] = ['flows', 'tgw_flows'];

const RATES: readonly QueryColumn[] = [
  {
    name: 'duration',
    aliases: [],
    kind: 'seconds',
    meaning: 'Length of the record in seconds: end - start',
    sources: BOTH,
    words: [],
  },
  {
    name: 'bps',
    aliases: [],
    kind: 'bits-per-second',
    meaning: 'Bits per second of the record; a duration of 0 counts as 1 s',
    sources: BOTH,
    words: [],
  },
  {
    name: 'pps',
    aliases: [],
    kind: 'count',
    meaning: 'Packets per second of the record; a duration of 0 counts as 1 s',
    sources: BOTH,
    words: [],
  },
  {
    name: 'bpp',
    aliases: ['packetsize'],
    kind: 'bytes',
    meaning: 'Bytes per packet',
    sources: BOTH,
    words: [],
  },
];

/** Every column a question may name, the fields of the record first. */
export const QUERY_COLUMNS: readonly QueryColumn[] = [
  ...FIELDS.map(columnOfField),
  ...derivedColumns(),
  ...RATES,
];

/** The two columns of each pair, and the words for it. */
export const PAIRS: Readonly<
  Record<EitherPair, { readonly columns: readonly [string, string]; readonly aliases: readonly string[] }>
> = {
  ip: { columns: ['srcaddr', 'dstaddr'], aliases: ['addr', 'address', 'ip.addr', 'ipv6.addr'] },
  port: { columns: ['srcport', 'dstport'], aliases: [] },
  pkt_ip: { columns: ['pkt_srcaddr', 'pkt_dstaddr'], aliases: ['pkt_addr', 'pktaddr', 'pkt-addr', 'pkt-ip'] },
  aws_service: {
    columns: ['pkt_src_aws_service', 'pkt_dst_aws_service'],
    aliases: ['aws-service', 'awsservice'],
  },
};

const columnsBySpelling = new Map<string, QueryColumn>();
for (const entry of QUERY_COLUMNS) {
  for (const spelling of [entry.name, ...entry.aliases]) {
    if (!columnsBySpelling.has(spelling)) columnsBySpelling.set(spelling, entry);
  }
}

const pairsBySpelling = new Map<string, EitherPair>(
  (Object.keys(PAIRS) as EitherPair[]).flatMap((pair) =>
    [pair, ...PAIRS[pair].aliases].map((word): [string, EitherPair] => [word, pair]),
  ),
);

/** The column of any spelling, letter case aside; undefined for unknown names. */
export function columnBySpelling(text: string): QueryColumn | undefined {
  const lower = text.toLowerCase();
  // Elastic's mapping keeps AWS's own names below a prefix.
  return columnsBySpelling.get(lower) ?? columnsBySpelling.get(lower.replace(/^aws\.vpcflow\./, ''));
}

/** The pair that a both-sides word names; undefined for other words. */
export function pairBySpelling(text: string): EitherPair | undefined {
  return pairsBySpelling.get(text.toLowerCase());
}

/** The kind of the values of a pair: that of either of its columns. */
export function kindOfPair(pair: EitherPair): ValueKind {
  return columnBySpelling(PAIRS[pair].columns[0])?.kind ?? 'text';
}

/** The column at the other end, for reading a flow backwards; a column without another end is its own. */
export function otherEnd(name: string): string {
  return OTHER_END.get(name) ?? name;
}

const OTHER_END: ReadonlyMap<string, string> = new Map(
  QUERY_COLUMNS.flatMap(({ name }): [string, string][] => {
    const swapped = name.replace(
      /(^|_)(src|dst)/,
      (_, lead: string, end: string) => `${lead}${end === 'src' ? 'dst' : 'src'}`,
    );
    return swapped !== name && columnsBySpelling.has(swapped) ? [[name, swapped]] : [];
  }),
);

function columnOfField(field: Field): QueryColumn {
  const spellings = [field.name, field.camel.toLowerCase(), ...(ALIASES[field.sql] ?? [])];
  return {
    name: field.sql,
    aliases: [...new Set(spellings)].filter((spelling) => spelling !== field.sql),
    kind: kindOfField(field),
    meaning: field.meaning,
    sources: field.kinds.map((kind) => (kind === 'vpc' ? 'flows' : 'tgw_flows')),
    words: WORDS[field.sql] ?? [],
  };
}

function kindOfField(field: Field): ValueKind {
  if (WORDS[field.sql] !== undefined) return 'word';
  if (field.sql === 'protocol') return 'protocol';
  if (field.sql === 'tcp_flags') return 'flags';
  switch (field.shape) {
    case 'address':
      return 'address';
    case 'port':
      return 'port';
    case 'time':
      return 'time';
    case 'count':
      return field.unit === 'bytes' ? 'bytes' : 'count';
    case 'byte':
    case 'integer':
      return 'integer';
    case 'text':
    case 'percent-encoded':
      return 'text';
  }
}

function derivedColumns(): readonly QueryColumn[] {
  const known = new Set(FIELDS.map((field) => field.sql));
  return tableOf('flows')
    .columns.filter((entry) => !known.has(entry.name) && entry.name !== 'day')
    .map((entry) => ({
      name: entry.name,
      aliases: ALIASES[entry.name] ?? [],
      kind: kindOfDerived(entry.name, entry.type),
      meaning: entry.comment,
      sources: BOTH,
      words: WORDS[entry.name] ?? [],
    }));
}

function kindOfDerived(name: string, type: string): ValueKind {
  if (WORDS[name] !== undefined) return 'word';
  if (name === 'svc_port') return 'port';
  return type === 'VARCHAR' ? 'text' : 'integer';
}
