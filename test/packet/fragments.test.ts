import { describe, expect, it } from 'vitest';
import * as build from '../support/packet-builder.ts';
import { decodeFrames } from '../support/packet-facts.ts';

const LINK_RAW = { linkType: 101 };
const segment = build.tcp({ srcPort: 40_000, dstPort: 443, flags: 2, payload: new Uint8Array(12) });

function piece4(offset: number, more: boolean, over: Partial<build.Ipv4Fields> = {}): Uint8Array {
  const fields = { src: '10.0.0.1', dst: '10.0.0.2', protocol: 6, id: 7, ...over };
  return build.ipv4(
    { ...fields, fragmentOffset: offset, moreFragments: more },
    offset === 0 ? segment : new Uint8Array(24),
  );
}

function piece6(offset: number, more: boolean, id = 9): Uint8Array {
  const inner =
    offset === 0 ? build.ipv6Extension(17, 0, build.udp({ srcPort: 5, dstPort: 53 })) : new Uint8Array(16);
  const fragment = build.ipv6Fragment(60, { id, offset, more }, inner);
  return build.ipv6({ src: '2001:db8::1', dst: '2001:db8::2', nextHeader: 44 }, fragment);
}

const decode = (pieces: readonly Uint8Array[], maxFragments = 1024) =>
  decodeFrames(
    pieces.map((bytes) => ({ bytes })),
    LINK_RAW,
    { maxFragments },
  );

describe('fragments', () => {
  it('later ones take the ports of the first, each counts with its own bytes, flags only once', () => {
    const { packets, summary } = decode([piece4(0, true), piece4(32, true), piece4(56, false)]);
    const ports = { srcPort: 40_000, dstPort: 443, protocol: 6 };
    expect(packets).toMatchObject([
      { ...ports, fragment: 1, tcpFlags: 2, ipLength: 52 },
      { ...ports, fragment: 2, tcpFlags: 0, ipLength: 44 },
      { ...ports, fragment: 2, tcpFlags: 0, ipLength: 44 },
    ]);
    expect(summary).toMatchObject({ orphanFragments: 0, evictedFragments: 0 });
  });

  it('IPv6: ports and the protocol behind further extension headers', () => {
    const { packets } = decode([piece6(0, true), piece6(32, false)]);
    expect(packets).toMatchObject([
      { protocol: 17, srcPort: 5, dstPort: 53, fragment: 1 },
      { protocol: 17, srcPort: 5, dstPort: 53, fragment: 2 },
    ]);
  });

  it('ICMP type and code are inherited too', () => {
    const first = build.ipv4(
      { src: '10.0.0.1', dst: '10.0.0.2', protocol: 1, id: 3, moreFragments: true },
      build.icmp(8, 0),
    );
    const later = build.ipv4(
      { src: '10.0.0.1', dst: '10.0.0.2', protocol: 1, id: 3, fragmentOffset: 8 },
      new Uint8Array(8),
    );
    expect(decode([first, later]).packets).toMatchObject([
      { icmpType: 8 },
      { icmpType: 8, icmpCode: 0, fragment: 2 },
    ]);
  });

  it('one without its first has ports 0, is counted, and is told', () => {
    const { packets, summary } = decode([piece4(32, false), piece6(32, false)]);
    expect(packets).toMatchObject([
      { srcPort: 0, dstPort: 0, protocol: 6, fragment: 2, ipLength: 44 },
      { srcPort: 0, dstPort: 0, protocol: 60, fragment: 2 },
    ]);
    expect(summary).toMatchObject({ counted: 2, orphanFragments: 2 });
  });

  it.each([
    { name: 'another identification', over: { id: 8 } },
    { name: 'another source', over: { src: '10.0.0.9' } },
    { name: 'another destination', over: { dst: '10.0.0.9' } },
    { name: 'another protocol', over: { protocol: 17 } },
    { name: 'the way back', over: { src: '10.0.0.2', dst: '10.0.0.1' } },
  ])('$name is another datagram', ({ over }) => {
    expect(decode([piece4(0, true), piece4(32, false, over)]).packets[1]).toMatchObject({
      srcPort: 0,
      dstPort: 0,
    });
  });

  it('a first fragment is forgotten after its time, whichever way the clock went', () => {
    for (const [seconds, srcPort] of [
      [1030, 40_000],
      [1031, 0],
      [970, 40_000],
      [969, 0],
    ] as const) {
      const frames = [
        { bytes: piece4(0, true), seconds: 1000 },
        { bytes: piece4(32, false), seconds },
      ];
      const { packets } = decodeFrames(frames, LINK_RAW, { fragmentTimeoutSeconds: 30 });
      expect(packets[1], `at ${seconds}`).toMatchObject({ srcPort });
    }
  });

  it('the table is bounded, and says what it forgot', () => {
    const ids = Array.from({ length: 1000 }, (_, id) => id);
    const firsts = ids.map((id) => piece4(0, true, { id }));
    const laters = ids.map((id) => piece4(32, false, { id }));
    const small = decode([...firsts, ...laters], 64);
    expect(small.summary).toMatchObject({ counted: 2000, evictedFragments: 936, orphanFragments: 936 });
    expect(small.packets.filter((packet) => packet.fragment === 2 && packet.srcPort === 40_000)).toHaveLength(
      64,
    );
    expect(decode([...firsts, ...laters], 16_384).summary).toMatchObject({
      evictedFragments: 0,
      orphanFragments: 0,
    });
  });

  it('a tiny first fragment without flags still gives its ports', () => {
    const tiny = build.ipv4(
      { src: '10.0.0.1', dst: '10.0.0.2', protocol: 6, id: 7, moreFragments: true },
      segment.subarray(0, 8),
    );
    expect(decode([tiny, piece4(8, false)]).packets).toMatchObject([
      { srcPort: 40_000, tcpFlags: 0, fragment: 1 },
      { srcPort: 40_000, tcpFlags: 0, fragment: 2 },
    ]);
  });
});
