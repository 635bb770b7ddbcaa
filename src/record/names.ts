/** IANA protocol names in order of their numbers, `-` where the number is unassigned or private. */
const PROTOCOL_WORDS =
  'HOPOPT ICMP IGMP GGP IPv4 ST TCP CBT EGP IGP BBN-RCC-MON NVP-II PUP ARGUS EMCON XNET CHAOS UDP ' +
  'MUX DCN-MEAS HMP PRM XNS-IDP TRUNK-1 TRUNK-2 LEAF-1 LEAF-2 RDP IRTP ISO-TP4 NETBLT MFE-NSP ' +
  'MERIT-INP DCCP 3PC IDPR XTP DDP IDPR-CMTP TP++ IL IPv6 SDRP IPv6-Route IPv6-Frag IDRP RSVP GRE ' +
  'DSR BNA ESP AH I-NLSP SWIPE NARP MOBILE TLSP SKIP ICMPv6 IPv6-NoNxt IPv6-Opts - CFTP - ' +
  'SAT-EXPAK KRYPTOLAN RVD IPPC - SAT-MON VISA IPCV CPNX CPHB WSN PVP BR-SAT-MON SUN-ND WB-MON ' +
  'WB-EXPAK ISO-IP VMTP SECURE-VMTP VINES TTP NSFNET-IGP DGP TCF EIGRP OSPF Sprite-RPC LARP MTP ' +
  'AX.25 IPIP MICP SCC-SP ETHERIP ENCAP - GMTP IFMP PNNI PIM ARIS SCPS QNX A/N IPComp SNP ' +
  'Compaq-Peer IPX-in-IP VRRP PGM - L2TP DDX IATP STP SRP UTI SMP SM PTP ISIS-over-IPv4 FIRE CRTP ' +
  'CRUDP SSCOPMCE IPLT SPS PIPE SCTP FC RSVP-E2E-IGNORE Mobility-Header UDPLite MPLS-in-IP manet ' +
  'HIP Shim6 WESP ROHC Ethernet AGGFRAG NSH';

const protocolNames: readonly string[] = PROTOCOL_WORDS.split(' ');

/** Names people use beside IANA's, lower case. */
const PROTOCOL_ALIASES: Readonly<Record<string, number>> = {
  'ipv6-icmp': 58,
  icmp6: 58,
  ospfigp: 89,
  ipip: 94,
  ipsec: 50,
};

const protocolNumbers = new Map<string, number>([
  ...protocolNames.flatMap((name, number): [string, number][] =>
    name === '-' ? [] : [[name.toLowerCase(), number]],
  ),
  ...Object.entries(PROTOCOL_ALIASES),
]);

/** The name of an IANA protocol number (6 gives `TCP`), or the number as text where it has none. */
export function protocolName(number: number): string {
  const name = protocolNames[number];
  return name === undefined || name === '-' ? String(number) : name;
}

/** The number of a protocol name in any case, or of a number as text. Null when it is neither (or over 255). */
export function protocolNumber(text: string): number | null {
  const byName = protocolNumbers.get(text.toLowerCase());
  if (byName !== undefined) return byName;
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : null;
}

/** True for the protocols whose ports mean something: TCP, UDP, SCTP, and DCCP and UDP-Lite, which share the scheme. */
export function hasPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17 || protocol === 132 || protocol === 33 || protocol === 136;
}

/** TCP flag bits by name. ACK appears in VPC flow logs only together with SYN. */
export const TCP_FLAGS: readonly { readonly name: string; readonly bit: number }[] = [
  { name: 'FIN', bit: 1 },
  { name: 'SYN', bit: 2 },
  { name: 'RST', bit: 4 },
  { name: 'PSH', bit: 8 },
  { name: 'ACK', bit: 16 },
  { name: 'URG', bit: 32 },
  { name: 'ECE', bit: 64 },
  { name: 'CWR', bit: 128 },
];

/** `19` gives `FIN+SYN+ACK`; `0` gives `none`, which on a flow record is ordinary data. */
export function formatTcpFlags(flags: number): string {
  const names = TCP_FLAGS.filter(({ bit }) => (flags & bit) !== 0).map(({ name }) => name);
  return names.length === 0 ? 'none' : names.join('+');
}

/** What each `traffic-path` number says, by number. Source: flow log records, traffic-path. */
export const TRAFFIC_PATHS: ReadonlyMap<number, string> = new Map([
  [1, 'same VPC'],
  [2, 'internet gateway or gateway endpoint'],
  [3, 'virtual private gateway'],
  [4, 'peering in the Region'],
  [5, 'peering to another Region'],
  [6, 'Local Zone or Wavelength Zone'],
  [7, 'gateway VPC endpoint'],
  [8, 'internet gateway'],
]);
