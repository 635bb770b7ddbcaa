import fc from 'fast-check';
import * as build from './packet-builder.ts';

/** A frame as a capture could hold it, and the link type it was captured on. */
export interface ArbitraryFrame {
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

const port = fc.nat(65_535);
const payload = fc.uint8Array({ maxLength: 24 });
/** Few addresses and identifications, so that fragments of one datagram meet. */
const address4 = fc.constantFrom('10.0.0.1', '10.0.0.2', '203.0.113.200');
const address6 = fc.constantFrom('2001:db8::1', 'fe80::1', '::ffff:10.0.0.1');
const id = fc.nat(3);

const transport: fc.Arbitrary<{ protocol: number; bytes: Uint8Array }> = fc.oneof(
  fc
    .record({ srcPort: port, dstPort: port, flags: fc.nat(255), payload })
    .map((f) => ({ protocol: 6, bytes: build.tcp(f) })),
  fc.record({ srcPort: port, dstPort: port, payload }).map((f) => ({ protocol: 17, bytes: build.udp(f) })),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([type, code]) => ({ protocol: 1, bytes: build.icmp(type, code) })),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([type, code]) => ({ protocol: 58, bytes: build.icmp(type, code) })),
  fc.record({ srcPort: port, dstPort: port }).map((f) => ({ protocol: 132, bytes: build.sctp(f) })),
  fc.tuple(fc.nat(255), payload).map(([protocol, bytes]) => ({ protocol, bytes })),
);

const ipv4: fc.Arbitrary<Uint8Array> = fc
  .record({
    src: address4,
    dst: address4,
    id,
    fragmentOffset: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(8, 16, 65_528)),
    moreFragments: fc.boolean(),
    options: fc.nat(10).map((words) => new Uint8Array(4 * words).fill(1)),
    inner: transport,
    totalLength: fc.option(fc.oneof(fc.nat(80), fc.nat(65_535)), { freq: 6, nil: undefined }),
  })
  .map(({ inner, totalLength, ...fields }) =>
    build.ipv4(
      { ...fields, protocol: inner.protocol, ...(totalLength === undefined ? {} : { totalLength }) },
      inner.bytes,
    ),
  );

type Extension =
  | { kind: 0 | 43 | 60; units: number }
  | { kind: 44; id: number; offset: number; more: boolean };

const extension: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({ kind: fc.constantFrom(0 as const, 43 as const, 60 as const), units: fc.nat(3) }),
  fc.record({
    kind: fc.constant(44 as const),
    id: fc.oneof(id, fc.constant(0xffff_ffff)),
    offset: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(8, 65_528)),
    more: fc.boolean(),
  }),
);

const ipv6: fc.Arbitrary<Uint8Array> = fc
  .record({
    src: address6,
    dst: address6,
    extensions: fc.array(extension, { maxLength: 4 }),
    inner: transport,
    payloadLength: fc.option(fc.oneof(fc.nat(80), fc.nat(65_535)), { freq: 6, nil: undefined }),
  })
  .map(({ src, dst, extensions, inner, payloadLength }) => {
    let nextHeader: number = inner.protocol;
    let bytes = inner.bytes;
    for (const one of extensions) {
      bytes =
        one.kind === 44
          ? build.ipv6Fragment(nextHeader, one, bytes)
          : build.ipv6Extension(nextHeader, one.units, bytes);
      nextHeader = one.kind;
    }
    return build.ipv6(
      { src, dst, nextHeader, ...(payloadLength === undefined ? {} : { payloadLength }) },
      bytes,
    );
  });

const ip = fc.oneof(ipv4, ipv6);

/** What may stand behind an EtherType: IP under up to three tags, labels or PPPoE. */
const tagged: fc.Arbitrary<{ etherType: number; bytes: Uint8Array }> = fc
  .record({
    packet: ip,
    tunnel: fc.constantFrom('none', 'none', 'mpls', 'pppoe', 'snap'),
    tags: fc.array(fc.tuple(fc.constantFrom(0x8100, 0x88a8, 0x9100, 0x9200), fc.nat(65_535)), {
      maxLength: 3,
    }),
  })
  .map(({ packet, tunnel, tags }) => {
    let etherType = (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
    let bytes = packet;
    if (tunnel === 'mpls') [etherType, bytes] = [0x8847, build.mpls(2, packet)];
    if (tunnel === 'pppoe') [etherType, bytes] = [0x8864, build.pppoe(packet)];
    if (tunnel === 'snap')
      [etherType, bytes] = [60, build.concat([0xaa, 0xaa, 3, 0, 0, 0], build.u16(etherType), packet)];
    for (const [type, vlanId] of tags) [etherType, bytes] = [type, build.vlan(vlanId, bytes, etherType)];
    return { etherType, bytes };
  });

const prefix = fc.constantFrom('REJECT ', 'ACCEPT sg-0123', '', 'é'.repeat(130));

/** A sound frame of every link type that is decoded, and of some that are not. */
export const soundFrame: fc.Arbitrary<ArbitraryFrame> = fc.oneof(
  { weight: 4, arbitrary: tagged.map((t) => ({ linkType: 1, bytes: build.ethernet(t.bytes, t.etherType) })) },
  fc
    .tuple(fc.nat(5), tagged)
    .map(([type, t]) => ({ linkType: 113, bytes: build.linuxCooked(type, t.bytes, t.etherType) })),
  fc.tuple(fc.nat(5), fc.nat(0xffff_ffff), tagged).map(([type, device, t]) => ({
    linkType: 276,
    bytes: build.linuxCooked2(type, device, t.bytes, t.etherType),
  })),
  fc.tuple(fc.constantFrom(12, 14, 101, 228, 229), ip).map(([linkType, bytes]) => ({ linkType, bytes })),
  fc
    .tuple(
      fc.constantFrom(0, 108),
      fc.constantFrom([2, 0, 0, 0], [0, 0, 0, 2], [30, 0, 0, 0], [0, 0, 0, 10]),
      ip,
    )
    .map(([linkType, head, bytes]) => ({ linkType, bytes: build.concat(head, bytes) })),
  fc
    .tuple(
      fc.constantFrom(9, 50, 104),
      fc.constantFrom([0xff, 3, 0, 0x21], [0x57], [0x0f, 0, 8, 0], [0, 0x57]),
      ip,
    )
    .map(([linkType, head, bytes]) => ({ linkType, bytes: build.concat(head, bytes) })),
  ip.map((bytes) => ({ linkType: 51, bytes: build.pppoe(bytes) })),
  fc
    .record({
      group: port,
      hook: fc.nat(4),
      prefix,
      inDevice: fc.nat(9),
      outDevice: fc.nat(9),
      family: fc.constantFrom(2, 10, 7),
      isPayloadFirst: fc.boolean(),
      packet: ip,
    })
    .map(({ packet, ...fields }) => ({ linkType: 239, bytes: build.nflog(fields, packet) })),
  fc.tuple(fc.constantFrom(127, 147, 65_535), payload).map(([linkType, bytes]) => ({ linkType, bytes })),
);

/** A frame that was cut, or had some of its bytes changed, or is nothing but noise. */
export const anyFrame: fc.Arbitrary<ArbitraryFrame> = fc.oneof(
  { weight: 3, arbitrary: soundFrame },
  fc
    .tuple(soundFrame, fc.nat(90))
    .map(([frame, keep]) => ({ ...frame, bytes: frame.bytes.subarray(0, keep) })),
  fc
    .tuple(soundFrame, fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([frame, changes]) => {
      const bytes = frame.bytes.slice();
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return { ...frame, bytes };
    }),
  fc
    .tuple(fc.constantFrom(0, 1, 9, 51, 101, 113, 239, 276), fc.uint8Array({ maxLength: 90 }))
    .map(([linkType, bytes]) => ({ linkType, bytes })),
);
