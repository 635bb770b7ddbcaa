import { describe, expect, it } from 'vitest';
import { CaptureReader, type PacketView } from '../../src/packet/index.ts';
import * as build from '../support/packet-builder.ts';

/** Time to live and Ethernet addresses of each packet, read while the view holds it. */
function linkFacts(capture: Uint8Array): { ttl: number; src: string | null; dst: string | null }[] {
  const facts: { ttl: number; src: string | null; dst: string | null }[] = [];
  const reader = new CaptureReader((packet: PacketView) => {
    facts.push({
      ttl: packet.ttl,
      src: macText(packet.srcMacHigh, packet.srcMacLow),
      dst: macText(packet.dstMacHigh, packet.dstMacLow),
    });
  });
  reader.push(capture);
  reader.end();
  return facts;
}

function macText(high: number, low: number): string | null {
  return high < 0 ? null : (high * 2 ** 32 + (low >>> 0)).toString(16).padStart(12, '0');
}

const v4 = build.ipv4(
  { src: '10.0.0.1', dst: '10.0.0.2', protocol: 17 },
  build.udp({ srcPort: 1, dstPort: 2 }),
);
const v6 = build.ipv6(
  { src: '2001:db8::1', dst: '2001:db8::2', nextHeader: 17 },
  build.udp({ srcPort: 1, dstPort: 2 }),
);

describe('link addresses and time to live', () => {
  it('come from Ethernet frames of both IP versions, tagged ones too', () => {
    const frames = [
      build.ethernet(v4),
      build.ethernet(v6),
      build.ethernet(build.vlan(7, v4), 0x8100),
      build.concat([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa], [0x80, 1, 2, 3, 4, 5], [8, 0], v4),
    ];
    expect(linkFacts(build.pcap(frames.map((bytes) => ({ bytes }))))).toEqual([
      { ttl: 64, src: '020000000001', dst: '020000000002' },
      { ttl: 64, src: '020000000001', dst: '020000000002' },
      { ttl: 64, src: '020000000001', dst: '020000000002' },
      { ttl: 64, src: '800102030405', dst: 'fffefdfcfbfa' },
    ]);
  });

  it('are absent where the link has none', () => {
    const capture = build.pcap([{ bytes: v4 }], { linkType: 101 });
    expect(linkFacts(capture)).toEqual([{ ttl: 64, src: null, dst: null }]);
  });
});

describe('onInterface', () => {
  it('names each interface of a pcapng capture before its packets', () => {
    const ng = build.pcapng(true);
    const seen: string[] = [];
    const reader = new CaptureReader((packet) => seen.push(`packet on ${packet.interfaceIndex}`), {
      onInterface: (index, name) => seen.push(`${index} is ${name}`),
    });
    const packet = (interfaceId: number): Uint8Array =>
      ng.packet({ interfaceId, time: 0n, bytes: build.ethernet(v4) });
    reader.push(
      build.concat(
        ng.section(),
        ng.interfaceBlock({ linkType: 1, name: 'eth0' }),
        packet(0),
        ng.interfaceBlock({ linkType: 1 }),
        packet(1),
      ),
    );
    expect(seen).toEqual(['0 is eth0', 'packet on 0', '1 is null', 'packet on 1']);
  });
});
