import { describe, expect, it } from 'vitest';
import { DROP_REASONS, type DropReason, LINK_TYPES, type PacketSnapshot } from '../../src/packet/index.ts';
import * as build from '../support/packet-builder.ts';
import { decodeFrames } from '../support/packet-facts.ts';

const SYN = build.tcp({ srcPort: 40_000, dstPort: 443, flags: 2 });
const FOUR = build.ipv4({ src: '10.0.0.1', dst: '192.0.2.9', protocol: 6 }, SYN);
const SIX = build.ipv6({ src: '2001:db8::1', dst: '2001:db8::2', nextHeader: 6 }, SYN);
const FOUR_FACTS: Partial<PacketSnapshot> = {
  ipVersion: 4,
  srcAddr: '10.0.0.1',
  dstAddr: '192.0.2.9',
  protocol: 6,
  srcPort: 40_000,
  dstPort: 443,
  tcpFlags: 2,
  ipLength: 40,
};
const SIX_FACTS: Partial<PacketSnapshot> = {
  ...FOUR_FACTS,
  ipVersion: 6,
  srcAddr: '2001:db8::1',
  dstAddr: '2001:db8::2',
  ipLength: 60,
};
const snap = build.concat([0xaa, 0xaa, 3, 0, 0, 0, 8, 0], FOUR);

interface Row {
  readonly name: string;
  readonly frame: Uint8Array;
  readonly link?: number;
  readonly captured?: number;
  readonly want: Partial<PacketSnapshot> | DropReason;
}

const v4 = (protocol: number, payload: Uint8Array, more: Partial<build.Ipv4Fields> = {}): Uint8Array =>
  build.ethernet(build.ipv4({ src: '10.0.0.1', dst: '192.0.2.9', protocol, ...more }, payload));
const v6 = (nextHeader: number, payload: Uint8Array): Uint8Array =>
  build.ethernet(build.ipv6({ src: '2001:db8::1', dst: '2001:db8::2', nextHeader }, payload));

const LINKS: readonly Row[] = [
  { name: 'Ethernet', frame: build.ethernet(FOUR), want: { ...FOUR_FACTS, vlanId: -1, wireLength: 54 } },
  { name: 'Ethernet with IPv6', frame: build.ethernet(SIX), want: SIX_FACTS },
  {
    name: 'Ethernet padding is not counted',
    frame: build.concat(build.ethernet(FOUR), new Uint8Array(6)),
    want: { ...FOUR_FACTS, wireLength: 60 },
  },
  {
    name: 'VLAN',
    frame: build.ethernet(build.vlan(101, FOUR), 0x8100),
    want: { ...FOUR_FACTS, vlanId: 101 },
  },
  {
    name: 'VLAN priority bits are not part of the id',
    frame: build.ethernet(build.vlan(0xe065, FOUR), 0x8100),
    want: { vlanId: 101 },
  },
  {
    name: 'QinQ keeps the outer id',
    frame: build.ethernet(build.vlan(7, build.vlan(8, SIX), 0x8100), 0x88a8),
    want: { ...SIX_FACTS, vlanId: 7 },
  },
  {
    name: 'five VLAN tags',
    frame: build.ethernet(
      Array.from({ length: 4 }).reduce<build.Bytes>(
        (inner) => build.vlan(1, inner, 0x8100),
        build.vlan(2, FOUR),
      ),
      0x9100,
    ),
    want: FOUR_FACTS,
  },
  { name: 'MPLS with one label', frame: build.ethernet(build.mpls(1, FOUR), 0x8847), want: FOUR_FACTS },
  {
    name: 'MPLS with three labels and IPv6',
    frame: build.ethernet(build.mpls(3, SIX), 0x8848),
    want: SIX_FACTS,
  },
  { name: 'PPPoE session', frame: build.ethernet(build.pppoe(FOUR), 0x8864), want: FOUR_FACTS },
  {
    name: 'PPPoE over QinQ with IPv6',
    frame: build.ethernet(build.vlan(7, build.vlan(8, build.pppoe(SIX), 0x8864), 0x8100), 0x88a8),
    want: SIX_FACTS,
  },
  {
    name: 'PPPoE discovery',
    frame: build.ethernet(build.concat([0x11, 9, 0, 0, 0, 0]), 0x8864),
    want: 'link-malformed',
  },
  { name: 'VN-Tag', frame: build.ethernet(build.concat([0, 0, 0, 0, 8, 0], FOUR), 0x8926), want: FOUR_FACTS },
  {
    name: 'provider backbone bridge',
    frame: build.ethernet(build.concat([0, 0, 0, 1], build.ethernet(FOUR)), 0x88e7),
    want: FOUR_FACTS,
  },
  { name: '802.3 with SNAP', frame: build.ethernet(snap, snap.length), want: FOUR_FACTS },
  {
    name: '802.3 with another LLC',
    frame: build.ethernet(build.concat([0x42, 0x42, 3], new Uint8Array(40)), 43),
    want: 'not-ip',
  },
  { name: 'ARP', frame: build.ethernet(new Uint8Array(28), 0x0806), want: 'arp' },
  {
    name: 'ARP in a VLAN',
    frame: build.ethernet(build.vlan(5, new Uint8Array(28), 0x0806), 0x8100),
    want: 'arp',
  },
  { name: 'LLDP', frame: build.ethernet(new Uint8Array(28), 0x88cc), want: 'not-ip' },
  { name: 'IPv6 under the IPv4 type', frame: build.ethernet(SIX, 0x0800), want: 'ip-version' },
  { name: 'a frame cut in its addresses', frame: build.ethernet(FOUR), captured: 13, want: 'link-cut' },
  {
    name: 'a frame cut in its tag',
    frame: build.ethernet(build.vlan(1, FOUR), 0x8100),
    captured: 17,
    want: 'link-cut',
  },
  { name: 'raw IPv4', frame: FOUR, link: LINK_TYPES.raw, want: FOUR_FACTS },
  { name: 'raw IPv6', frame: SIX, link: LINK_TYPES.raw, want: SIX_FACTS },
  { name: 'raw by the BSD number', frame: SIX, link: LINK_TYPES.rawBsd, want: SIX_FACTS },
  { name: 'raw by the OpenBSD number', frame: FOUR, link: LINK_TYPES.rawOpenBsd, want: FOUR_FACTS },
  { name: 'typed IPv4', frame: FOUR, link: LINK_TYPES.ipv4, want: FOUR_FACTS },
  { name: 'typed IPv6', frame: SIX, link: LINK_TYPES.ipv6, want: SIX_FACTS },
  {
    name: 'cooked, received',
    frame: build.linuxCooked(0, FOUR),
    link: LINK_TYPES.linuxCooked,
    want: { ...FOUR_FACTS, direction: 1 },
  },
  {
    name: 'cooked, sent',
    frame: build.linuxCooked(4, SIX),
    link: LINK_TYPES.linuxCooked,
    want: { ...SIX_FACTS, direction: 2 },
  },
  {
    name: 'cooked, overheard',
    frame: build.linuxCooked(3, SIX),
    link: LINK_TYPES.linuxCooked,
    want: { ...SIX_FACTS, direction: 0 },
  },
  {
    name: 'cooked with a VLAN tag',
    frame: build.linuxCooked(0, build.vlan(9, FOUR), 0x8100),
    link: LINK_TYPES.linuxCooked,
    want: { ...FOUR_FACTS, vlanId: 9 },
  },
  {
    name: 'cooked 2, received',
    frame: build.linuxCooked2(0, 3, FOUR),
    link: LINK_TYPES.linuxCooked2,
    want: { ...FOUR_FACTS, direction: 1, inDevice: 3, outDevice: 0 },
  },
  {
    name: 'cooked 2, sent',
    frame: build.linuxCooked2(4, 5, SIX),
    link: LINK_TYPES.linuxCooked2,
    want: { ...SIX_FACTS, direction: 2, inDevice: 0, outDevice: 5 },
  },
  {
    name: 'BSD loopback, little endian',
    frame: build.concat([2, 0, 0, 0], FOUR),
    link: LINK_TYPES.bsdLoopback,
    want: FOUR_FACTS,
  },
  {
    name: 'BSD loopback, big endian',
    frame: build.concat([0, 0, 0, 30], SIX),
    link: LINK_TYPES.bsdLoopback,
    want: SIX_FACTS,
  },
  {
    name: 'OpenBSD loopback',
    frame: build.concat([0, 0, 0, 24], SIX),
    link: LINK_TYPES.openBsdLoopback,
    want: SIX_FACTS,
  },
  {
    name: 'loopback of another family',
    frame: build.concat([0, 0, 0, 7], SIX),
    link: LINK_TYPES.openBsdLoopback,
    want: 'not-ip',
  },
  {
    name: 'PPP with address and control',
    frame: build.concat([0xff, 3, 0, 0x21], FOUR),
    link: LINK_TYPES.ppp,
    want: FOUR_FACTS,
  },
  {
    name: 'PPP with a compressed protocol',
    frame: build.concat([0x57], SIX),
    link: LINK_TYPES.ppp,
    want: SIX_FACTS,
  },
  {
    name: 'PPP control',
    frame: build.concat([0xff, 3, 0xc0, 0x21], FOUR),
    link: LINK_TYPES.pppHdlc,
    want: 'not-ip',
  },
  {
    name: 'Cisco HDLC',
    frame: build.concat([0x0f, 0, 8, 0], FOUR),
    link: LINK_TYPES.ciscoHdlc,
    want: FOUR_FACTS,
  },
  { name: 'PPPoE as the link itself', frame: build.pppoe(SIX), link: LINK_TYPES.pppEther, want: SIX_FACTS },
  { name: 'a link type we do not decode', frame: FOUR, link: 127, want: 'link-unsupported' },
  {
    name: 'NFLOG with prefix, hook, group and devices',
    frame: build.nflog({ group: 5, hook: 1, prefix: 'REJECT sg-1', inDevice: 2, outDevice: 0 }, FOUR),
    link: LINK_TYPES.nflog,
    want: {
      ...FOUR_FACTS,
      nflogPrefix: 'REJECT sg-1',
      nflogGroup: 5,
      nflogHook: 1,
      inDevice: 2,
      direction: 1,
    },
  },
  {
    name: 'NFLOG on the way out',
    frame: build.nflog({ hook: 3, outDevice: 4 }, SIX),
    link: LINK_TYPES.nflog,
    want: { ...SIX_FACTS, nflogPrefix: null, direction: 2, outDevice: 4 },
  },
  {
    name: 'NFLOG of a bridge takes the type from its header',
    frame: build.nflog({ family: 7 }, SIX),
    link: LINK_TYPES.nflog,
    want: SIX_FACTS,
  },
  {
    name: 'NFLOG attributes behind the packet are not part of it',
    frame: build.nflog({ isPayloadFirst: true, prefix: 'p' }, FOUR.subarray(0, 22)),
    link: LINK_TYPES.nflog,
    want: 'transport-cut',
  },
  {
    name: 'NFLOG without a packet',
    frame: build.concat([2, 0, 0, 0]),
    link: LINK_TYPES.nflog,
    want: 'link-cut',
  },
  {
    name: 'NFLOG with an impossible attribute',
    frame: build.concat([2, 0, 0, 0, 3, 0, 9, 0]),
    link: LINK_TYPES.nflog,
    want: 'link-malformed',
  },
];

const NETWORK: readonly Row[] = [
  {
    name: 'UDP',
    frame: v4(17, build.udp({ srcPort: 53, dstPort: 5353 })),
    want: { protocol: 17, srcPort: 53, dstPort: 5353, tcpFlags: 0, ipLength: 28 },
  },
  {
    name: 'SCTP',
    frame: v4(132, build.sctp({ srcPort: 38_412, dstPort: 36_412 })),
    want: { protocol: 132, srcPort: 38_412, dstPort: 36_412 },
  },
  {
    name: 'ICMP',
    frame: v4(1, build.icmp(3, 13)),
    want: { protocol: 1, srcPort: 0, dstPort: 0, icmpType: 3, icmpCode: 13 },
  },
  { name: 'ICMPv6', frame: v6(58, build.icmp(128, 0)), want: { protocol: 58, icmpType: 128, icmpCode: 0 } },
  {
    name: 'ICMP inside IPv6 is only a number',
    frame: v6(1, build.icmp(8, 0)),
    want: { protocol: 1, icmpType: -1 },
  },
  {
    name: 'GRE by number',
    frame: v4(47, new Uint8Array(30)),
    want: { protocol: 47, srcPort: 0, ipLength: 50 },
  },
  { name: 'ESP by number', frame: v4(50, new Uint8Array(30)), want: { protocol: 50 } },
  { name: 'AH by number in IPv4', frame: v4(51, new Uint8Array(30)), want: { protocol: 51 } },
  { name: 'AH by number in IPv6', frame: v6(51, new Uint8Array(30)), want: { protocol: 51 } },
  {
    name: 'IP-in-IP by the outer header',
    frame: v4(4, FOUR),
    want: { protocol: 4, srcPort: 0, ipLength: 60, srcAddr: '10.0.0.1' },
  },
  { name: 'IPv6 in IPv4 by the outer header', frame: v4(41, SIX), want: { protocol: 41, ipVersion: 4 } },
  {
    name: 'padding after no transport at all',
    frame: build.concat(v6(59, new Uint8Array(0)), new Uint8Array(6)),
    want: { protocol: 59, ipLength: 40 },
  },
  { name: 'no transport at all', frame: v6(59, new Uint8Array(0)), want: { protocol: 59, ipLength: 40 } },
  {
    name: 'IPv4 options',
    frame: v4(6, SYN, { options: new Uint8Array(40) }),
    want: { srcPort: 40_000, tcpFlags: 2, ipLength: 80 },
  },
  {
    name: 'every flag',
    frame: v4(6, build.tcp({ srcPort: 1, dstPort: 2, flags: 255 })),
    want: { tcpFlags: 255 },
  },
  {
    name: 'IPv6 extension headers',
    frame: v6(0, build.ipv6Extension(60, 1, build.ipv6Extension(43, 2, build.ipv6Extension(6, 0, SYN)))),
    want: { protocol: 6, srcPort: 40_000, tcpFlags: 2 },
  },
  {
    name: 'an atomic fragment is whole',
    frame: v6(44, build.ipv6Fragment(6, { id: 1, offset: 0, more: false }, SYN)),
    want: { protocol: 6, srcPort: 40_000, fragment: 0 },
  },
  {
    name: 'a mapped address stays IPv6',
    frame: build.ethernet(build.ipv6({ src: '::ffff:10.0.0.1', dst: '::', nextHeader: 6 }, SYN)),
    want: { ipVersion: 6, srcAddr: '::ffff:10.0.0.1', dstAddr: '::' },
  },
  {
    name: 'high addresses keep their sign to themselves',
    frame: build.ethernet(build.ipv4({ src: '255.255.255.255', dst: '224.0.0.1', protocol: 6 }, SYN)),
    want: { srcAddr: '255.255.255.255', dstAddr: '224.0.0.1' },
  },
  {
    name: 'snapped after the flags',
    frame: v4(6, build.concat(SYN, new Uint8Array(1400))),
    captured: 60,
    want: { ipLength: 1440, tcpFlags: 2 },
  },
  {
    name: 'snapped between ports and flags',
    frame: v4(6, SYN),
    captured: 40,
    want: { srcPort: 40_000, tcpFlags: 0 },
  },
  { name: 'snapped in the ports', frame: v4(6, SYN), captured: 37, want: 'transport-cut' },
  { name: 'snapped in the ICMP type', frame: v4(1, build.icmp(8, 0)), captured: 35, want: 'transport-cut' },
  { name: 'snapped in the IP header', frame: v4(6, SYN), captured: 33, want: 'ip-cut' },
  {
    name: 'snapped in the IP options',
    frame: v4(6, SYN, { options: new Uint8Array(8) }),
    captured: 40,
    want: 'ip-cut',
  },
  {
    name: 'snapped in an extension header',
    frame: v6(0, build.ipv6Extension(6, 0, SYN)),
    captured: 58,
    want: 'ip-cut',
  },
  {
    name: 'length zero is segmentation offload',
    frame: v4(6, build.concat(SYN, new Uint8Array(4000)), { totalLength: 0 }),
    want: { ipLength: 4040, srcPort: 40_000 },
  },
  {
    name: 'IPv6 length zero is segmentation offload',
    frame: build.ethernet(
      build.ipv6(
        { src: '::1', dst: '::2', nextHeader: 6, payloadLength: 0 },
        build.concat(SYN, new Uint8Array(4000)),
      ),
    ),
    want: { ipLength: 4060 },
  },
  {
    name: 'a sliced packet counts by its own length',
    frame: v4(6, SYN, { totalLength: 1500 }),
    want: { ipLength: 1500, srcPort: 40_000 },
  },
  {
    name: 'a header length below 20',
    frame: build.ethernet(build.concat([0x44], FOUR.subarray(1))),
    want: 'ip-header',
  },
  { name: 'a total length below the header', frame: v4(6, SYN, { totalLength: 19 }), want: 'ip-header' },
  { name: 'TCP shorter than its header', frame: v4(6, SYN.subarray(0, 19)), want: 'transport-short' },
  { name: 'UDP shorter than its header', frame: v4(17, new Uint8Array(7)), want: 'transport-short' },
  {
    name: 'padding does not complete a short header',
    frame: build.concat(v4(17, new Uint8Array(7)), new Uint8Array(20)),
    want: 'transport-short',
  },
  {
    name: 'an extension header longer than the packet',
    frame: v6(0, build.ipv6Extension(6, 9, new Uint8Array(0)).subarray(0, 40)),
    want: 'ipv6-extension',
  },
];

describe('decoding one packet', () => {
  it.each([...LINKS, ...NETWORK])('$name', ({ frame, link, captured, want }) => {
    const result = decodeFrames([{ bytes: frame, captured: captured ?? frame.length }], {
      linkType: link ?? 1,
    });
    if (typeof want === 'string') {
      expect(result.packets).toEqual([]);
      expect(result.summary).toMatchObject({
        packets: 1,
        counted: 0,
        dropped: { [want]: 1 },
        firstDropped: { [want]: 1 },
      });
    } else {
      expect(result.packets).toMatchObject([want]);
      expect(result.summary).toMatchObject({ packets: 1, counted: 1, dropped: {} });
    }
  });

  it('reaches every reason of the table here or in the capture tests', () => {
    const reached = new Set(
      [...LINKS, ...NETWORK].flatMap(({ want }) => (typeof want === 'string' ? [want] : [])),
    );
    const byPcapngOnly = ['interface-unknown', 'no-timestamp', 'record-malformed'];
    const missing = DROP_REASONS.map((row) => row.name).filter((name) => !reached.has(name));
    expect(missing).toEqual(byPcapngOnly);
  });

  it('counts packets that claim more than was on the wire, and says how many', () => {
    const sliced = v4(6, SYN, { totalLength: 1500 });
    const { summary } = decodeFrames([
      { bytes: sliced },
      { bytes: v4(6, SYN) },
      { bytes: sliced, wireLength: 1514 },
    ]);
    expect(summary).toMatchObject({ counted: 3, beyondWire: 1 });
  });

  it('tells prefixes apart whose hashes are equal, and gives one text for one prefix', () => {
    const frames = ['Aa', 'BB', 'Aa', 'BB'].map((prefix) => ({ bytes: build.nflog({ prefix }, FOUR) }));
    const { packets } = decodeFrames(frames, { linkType: LINK_TYPES.nflog });
    expect(packets.map((packet) => packet.nflogPrefix)).toEqual(['Aa', 'BB', 'Aa', 'BB']);
  });

  it('carries nothing over from one packet to the next', () => {
    const frames = [
      build.nflog({ prefix: 'a', hook: 3, group: 2, outDevice: 3 }, FOUR),
      build.nflog({}, build.ipv4({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 47 }, new Uint8Array(4))),
    ];
    const { packets } = decodeFrames(
      frames.map((bytes) => ({ bytes })),
      { linkType: LINK_TYPES.nflog },
    );
    expect(packets[1]).toMatchObject({
      srcPort: 0,
      dstPort: 0,
      tcpFlags: 0,
      nflogPrefix: null,
      outDevice: 0,
      direction: 1,
      nflogGroup: 0,
    });
  });
});
