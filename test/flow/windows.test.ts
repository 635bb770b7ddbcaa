import { describe, expect, it } from 'vitest';
import { fieldsNamed, recordBytes, recordFrames } from '../support/flow-records.ts';
import * as build from '../support/packet-builder.ts';

/** A multiple of 600. */
const T = 1_700_000_400;
const FORMAT = fieldsNamed('interface-id srcaddr dstport packets bytes start end action log-status');

function udp(seconds: number, srcPort = 1000, nanos = 0): build.CapturedFrame {
  const packet = build.ipv4(
    { src: '10.0.0.1', dst: '203.0.113.1', protocol: 17 },
    build.udp({ srcPort, dstPort: 9 }),
  );
  return { bytes: build.ethernet(packet), seconds, nanos };
}

const lines = (
  frames: readonly build.CapturedFrame[],
  recorder: Parameters<typeof recordFrames>[1] = {},
): readonly string[] => recordFrames(frames, { format: FORMAT, ...recorder }).lines;

describe('aggregation windows', () => {
  it('share one start and one end: the times of the first and last packet', () => {
    expect(lines([udp(T + 3, 1), udp(T + 20, 2), udp(T + 59, 1)])).toEqual([
      `- 10.0.0.1 9 2 56 ${T + 3} ${T + 59} ACCEPT OK`,
      `- 10.0.0.1 9 1 28 ${T + 3} ${T + 59} ACCEPT OK`,
    ]);
  });

  it('begin anew at each multiple of the interval', () => {
    expect(lines([udp(T + 59), udp(T + 60)])).toHaveLength(2);
    expect(lines([udp(T + 59), udp(T + 60)], { recorder: { intervalSeconds: 600 } })).toHaveLength(1);
  });

  it('may begin elsewhere, to the fraction of a second', () => {
    const frames = [udp(T + 30, 1, 400_000_000), udp(T + 30, 1, 600_000_000)];
    expect(lines(frames, { recorder: { phaseSeconds: 30.5 } })).toEqual([
      `- 10.0.0.1 9 1 28 ${T + 30} ${T + 30} ACCEPT OK`,
      `- 10.0.0.1 9 1 28 ${T + 30} ${T + 30} ACCEPT OK`,
    ]);
  });

  it('without traffic are NODATA, one for each', () => {
    expect(lines([udp(T), udp(T + 180)])).toEqual([
      `- 10.0.0.1 9 1 28 ${T} ${T} ACCEPT OK`,
      `- - - - - ${T + 60} ${T + 119} - NODATA`,
      `- - - - - ${T + 120} ${T + 179} - NODATA`,
      `- 10.0.0.1 9 1 28 ${T + 180} ${T + 180} ACCEPT OK`,
    ]);
  });

  it('are not idle when the clock jumped: a silence of more than a day is no NODATA', () => {
    expect(lines([udp(T), udp(T + 86_400 * 3)])).toHaveLength(2);
    expect(lines([udp(T), udp(T + 86_400 * 3), udp(T)])).toHaveLength(3);
  });

  it('are told idle once, however the clock jumps', () => {
    const got = lines([udp(T), udp(T + 180), udp(T), udp(T + 240), udp(T)]);
    expect(got.filter((line) => line.endsWith('NODATA'))).toHaveLength(2);
    expect(got.filter((line) => line.endsWith('OK'))).toHaveLength(5);
  });

  it('take packets that come a little late, and keep their times inside', () => {
    const { lines: got, counts } = recordFrames([udp(T + 60), udp(T + 59)], { format: FORMAT });
    expect(got).toEqual([`- 10.0.0.1 9 2 56 ${T + 60} ${T + 60} ACCEPT OK`]);
    expect(counts.late).toBe(1);
  });

  it('take times before 1970', () => {
    const ng = build.pcapng(true);
    const capture = build.concat(
      ng.section(),
      ng.interfaceBlock({ linkType: 1, tsoffset: -100n }),
      ng.packet({ interfaceId: 0, time: 0n, bytes: udp(0).bytes }),
    );
    const { counts, records } = recordBytes(capture, { format: FORMAT.slice(0, 5) });
    expect(counts.counted).toBe(1);
    expect(records).toHaveLength(1);
  });
});

describe('SKIPDATA', () => {
  it('stands for flows that found no room, after those that did', () => {
    const { lines: got, counts } = recordFrames(
      [udp(T, 1), udp(T, 2), udp(T, 3), udp(T, 1), udp(T + 60, 3)],
      {
        format: FORMAT,
        recorder: { maxFlows: 1 },
      },
    );
    expect(got).toEqual([
      `- 10.0.0.1 9 2 56 ${T} ${T} ACCEPT OK`,
      `- - - - - ${T} ${T} - SKIPDATA`,
      `- 10.0.0.1 9 1 28 ${T + 60} ${T + 60} ACCEPT OK`,
    ]);
    expect(counts).toMatchObject({ packets: 5, counted: 3, dropped: { 'table-full': 2 } });
  });

  it('tells of packets that the capture lost, in an idle window too', () => {
    const ng = build.pcapng(true);
    const time = (seconds: number): bigint => BigInt(seconds) * 1_000_000n;
    const capture = build.concat(
      ng.section(),
      ng.interfaceBlock({ linkType: 1 }),
      ng.packet({ interfaceId: 0, time: time(T), bytes: udp(T).bytes }),
      ng.statistics({ interfaceId: 0, time: time(T + 30), ifDrop: 7n }),
      ng.statistics({ interfaceId: 0, time: time(T + 90), ifDrop: 9n }),
    );
    expect(recordBytes(capture, { format: FORMAT }).lines).toEqual([
      `- 10.0.0.1 9 1 28 ${T} ${T} ACCEPT OK`,
      `- - - - - ${T} ${T} - SKIPDATA`,
      `- - - - - ${T + 60} ${T + 119} - SKIPDATA`,
    ]);
  });
});

describe('tcp-flags', () => {
  const tcp = (flags: number): build.CapturedFrame => ({
    bytes: build.ethernet(
      build.ipv4(
        { src: '10.0.0.1', dst: '10.0.0.2', protocol: 6 },
        build.tcp({ srcPort: 1, dstPort: 2, flags }),
      ),
    ),
    seconds: T,
  });
  const flagsOf = (...packets: number[]): unknown =>
    recordFrames(packets.map(tcp), { format: fieldsNamed('tcp-flags srcaddr') }).records[0]?.['tcp_flags'];

  it.each([
    ['SYN', [2], 2],
    ['SYN with ECE and CWR', [2 | 64 | 128], 2],
    ['ACK and data', [16, 24, 16], 0],
    ['SYN-ACK', [18, 16], 18],
    ['SYN-ACK, FIN', [18, 16, 17], 19],
    ['SYN, FIN', [2, 16, 17], 3],
    ['FIN alone', [17], 1],
    ['RST-ACK', [20], 4],
    ['SYN and RST', [2, 4], 6],
    ['SYN-ACK and RST', [18, 4], 22],
    ['urgent push', [32 | 8], 0],
    ['everything at once', [255], 23],
  ])('%s', (_, packets, expected) => {
    expect(flagsOf(...packets)).toBe(expected);
  });

  it('are 0 for other protocols', () => {
    const { records } = recordFrames([udp(T)], { format: fieldsNamed('tcp-flags srcaddr') });
    expect(records[0]?.['tcp_flags']).toBe(0);
  });
});

describe('what is not captured', () => {
  const between = (src: string, dst: string, srcPort: number, dstPort: number): build.CapturedFrame => {
    const inner = build.udp({ srcPort, dstPort });
    const packet = src.includes(':')
      ? build.ipv6({ src, dst, nextHeader: 17 }, inner)
      : build.ipv4({ src, dst, protocol: 17 }, inner);
    return { bytes: build.ethernet(packet), seconds: T };
  };

  it.each([
    ['dhcp', between('0.0.0.0', '255.255.255.255', 68, 67)],
    ['dhcp', between('10.0.0.1', '10.0.0.9', 67, 67)],
    ['dhcp', between('fe80::1', 'ff02::1:2', 546, 547)],
    ['instance-metadata', between('10.0.0.1', '169.254.169.254', 5000, 80)],
    ['instance-metadata', between('fd00:ec2::254', 'fc00::1', 80, 5000)],
    ['instance-metadata', between('169.254.169.254', '169.254.169.200', 80, 5000)],
    ['instance-metadata', between('fd00:ec2::254', 'fd00:ec2::253', 80, 5000)],
    ['time-sync', between('169.254.169.123', '10.0.0.1', 123, 123)],
    ['time-sync', between('fc00::1', 'fd00:ec2::123', 123, 123)],
    ['amazon-dns', between('10.0.0.1', '169.254.169.253', 5000, 53)],
    ['amazon-dns', between('fd00:ec2::253', 'fc00::1', 53, 5000)],
    ['windows-licence', between('10.0.0.1', '169.254.169.250', 5000, 1688)],
  ])('%s', (reason, frame) => {
    const { counts, lines: got } = recordFrames([frame], { format: FORMAT });
    expect(counts).toMatchObject({ counted: 0, dropped: { [reason]: 1 } });
    expect(got.map((line) => line.split(' ').at(-1))).toEqual(['NODATA']);
  });

  it.each([
    ['another link-local address', between('10.0.0.1', '169.254.169.200', 5000, 80)],
    ['your own DNS server', between('10.0.0.1', '10.0.0.53', 5000, 53)],
    ['a port of DHCP with another one', between('10.0.0.1', '10.0.0.9', 68, 4000)],
    ['another port of the DNS address', between('10.0.0.1', '169.254.169.253', 5000, 443)],
  ])('does not hold %s', (_, frame) => {
    expect(recordFrames([frame]).counts).toMatchObject({ counted: 1, dropped: {} });
  });
});

describe('direction without a network model', () => {
  it.each([
    ['10.0.0.1', '203.0.113.1', 'egress'],
    ['203.0.113.1', '10.0.0.1', 'ingress'],
    ['10.0.0.1', '10.0.0.2', 'egress'],
    ['10.0.0.2', '10.0.0.1', 'ingress'],
    ['10.0.0.1', '10.0.0.1', 'egress'],
    ['192.168.0.1', '8.8.8.8', null],
    ['8.8.8.8', '9.9.9.9', null],
    ['100.64.0.1', '198.51.100.1', 'egress'],
  ])('%s to %s is %s', (src, dst, direction) => {
    const packet = build.ipv4({ src, dst, protocol: 17 }, build.udp({ srcPort: 1, dstPort: 2 }));
    const { records } = recordFrames([{ bytes: build.ethernet(packet) }]);
    expect(records[0]?.['flow_direction']).toBe(direction);
    expect(records[0]).toMatchObject({ srcaddr: src, pkt_srcaddr: src, dstaddr: dst, pkt_dstaddr: dst });
  });

  it.each([
    ['fc00::1', 'fd00::2', 'egress'],
    ['fe80::1', 'fc00::1', 'ingress'],
    ['2001:db8::1', 'fc00::1', null],
  ])('%s to %s is %s', (src, dst, direction) => {
    const packet = build.ipv6({ src, dst, nextHeader: 17 }, build.udp({ srcPort: 1, dstPort: 2 }));
    const { records } = recordFrames([{ bytes: build.ethernet(packet) }]);
    expect(records[0]).toMatchObject({ flow_direction: direction, type: 'IPv6', srcaddr: src });
  });

  it('invents nothing', () => {
    const { lines: got } = recordFrames([udp(T)]);
    expect(got).toEqual([
      `5 - - 10.0.0.1 203.0.113.1 1000 9 17 1 28 ${T} ${T} ACCEPT OK - - - 0 IPv4 10.0.0.1 203.0.113.1 - - - - - - egress -`,
    ]);
  });
});
