/**
 * Why a packet was read but not counted. The table is closed: every packet ends as counted or under exactly one
 * of these names, and the reference page and the totals of `weir record` are made from it.
 */
export const DROP_REASONS = [
  {
    name: 'link-unsupported',
    meaning: 'The link type of the interface is not decoded (802.11, USB, ATM and the like).',
  },
  { name: 'link-cut', meaning: 'The captured bytes end inside the link-layer headers.' },
  {
    name: 'link-malformed',
    meaning: 'A link-layer header contradicts itself: PPPoE code or length, NFLOG attribute.',
  },
  { name: 'arp', meaning: 'ARP. Flow logs do not capture it.' },
  {
    name: 'not-ip',
    meaning: 'A frame that carries neither IPv4 nor IPv6 (LLDP, spanning tree, IS-IS, keep-alives).',
  },
  { name: 'ip-version', meaning: 'The frame announces IP, but the first four bits say another version.' },
  { name: 'ip-cut', meaning: 'The captured bytes end inside the IP header or its extension headers.' },
  { name: 'ip-header', meaning: 'Header length below the minimum, or above the total length of the packet.' },
  { name: 'ipv6-extension', meaning: 'An IPv6 extension header runs past the end of the packet.' },
  { name: 'transport-cut', meaning: 'The captured bytes end before the ports (or the ICMP type).' },
  {
    name: 'transport-short',
    meaning: 'The packet itself is too short for the transport header it announces.',
  },
  {
    name: 'interface-unknown',
    meaning: 'A pcapng packet names an interface that its section never described.',
  },
  {
    name: 'no-timestamp',
    meaning: 'A pcapng simple packet (which has no time) before any packet that has one.',
  },
  {
    name: 'record-malformed',
    meaning: 'A pcapng packet block whose captured length is larger than the block.',
  },
] as const satisfies readonly { readonly name: string; readonly meaning: string }[];

/** The name of a drop reason, as printed and as used for a key of `CaptureSummary.dropped`. */
export type DropReason = (typeof DROP_REASONS)[number]['name'];

/**
 * What the decoder answers for one packet: 0 when it is counted, else 1 + the index of the reason in
 * `DROP_REASONS`. A number, so that the hot path compares and adds without touching text.
 */
export type DropCode = number;

/** The packet is counted. */
export const COUNTED: DropCode = 0;

/** The code of a reason. For tables made at load time, not for the hot path. */
export function dropCodeOf(name: DropReason): DropCode {
  return DROP_REASONS.findIndex((row) => row.name === name) + 1;
}

/** The name behind a code; null for `COUNTED`. */
export function dropReasonOf(code: DropCode): DropReason | null {
  return DROP_REASONS[code - 1]?.name ?? null;
}
