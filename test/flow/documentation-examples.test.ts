/**
 * The records that AWS publishes as examples: the packets that would cause each one, on a network as its text describes
 * it, give that record. Facts quoted from the VPC and Transit Gateway user guides (flow-logs.md §6).
 */
import { describe, expect, it } from 'vitest';
import { AwsServices } from '../../src/flow/index.ts';
import { DEFAULT_FORMAT } from '../../src/record/index.ts';
import {
  fieldsNamed,
  type RecordingOptions,
  recordBytes,
  recordFrames,
  recordsOf,
} from '../support/flow-records.ts';
import * as build from '../support/packet-builder.ts';

const V3_NAMES =
  'version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr ' +
  'pkt-dstaddr protocol bytes packets start end action tcp-flags log-status';

/** Header bytes of a packet of this protocol: nothing smaller can be sent. */
const MIN_LENGTH: Readonly<Record<number, number>> = { 1: 28, 6: 40, 17: 28 };

interface Cause {
  readonly src: string;
  readonly dst: string;
  readonly ports?: readonly [number, number];
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
  /** Flag bytes of the first packet and of the last; those between carry data only. */
  readonly firstFlags?: number;
  readonly lastFlags?: number;
  readonly icmpType?: number;
  /** Ethernet addresses by their last octet. */
  readonly macs?: readonly [number, number];
  readonly nanos?: number;
}

/** Packets that add up to what a record counts, the first at its start and the last at its end. */
function framesOf(cause: Cause): build.CapturedFrame[] {
  const { packets, bytes, protocol } = cause;
  const [srcPort, dstPort] = cause.ports ?? [0, 0];
  const least = MIN_LENGTH[protocol] ?? 20;
  const isIpv6 = cause.src.includes(':');
  let left = bytes;
  return Array.from({ length: packets }, (_, i) => {
    const after = packets - 1 - i;
    const share = Math.floor(left / (after + 1));
    expect(share).toBeGreaterThanOrEqual(least + (isIpv6 ? 20 : 0));
    left -= share;
    const flags = i === 0 ? (cause.firstFlags ?? 16) : after === 0 ? (cause.lastFlags ?? 16) : 24;
    const inner =
      protocol === 6
        ? build.tcp({ srcPort, dstPort, flags })
        : protocol === 17
          ? build.udp({ srcPort, dstPort })
          : build.icmp(cause.icmpType ?? 8, 0);
    const packet = isIpv6
      ? build.ipv6({ src: cause.src, dst: cause.dst, nextHeader: protocol, payloadLength: share - 40 }, inner)
      : build.ipv4({ src: cause.src, dst: cause.dst, protocol, totalLength: share }, inner);
    const seconds = after === 0 && packets > 1 ? cause.end : cause.start;
    return { bytes: frame(packet, cause.macs), seconds, nanos: cause.nanos ?? 0 };
  });
}

function frame(packet: Uint8Array, macs: readonly [number, number] = [1, 2]): build.Bytes {
  const etherType = (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
  return build.concat([2, 0, 0, 0, 0, macs[1]], [2, 0, 0, 0, 0, macs[0]], build.u16(etherType), packet);
}

/** The records of some causes, packets in order of time. */
function recordsFor(causes: readonly Cause[], options: RecordingOptions): string[] {
  const frames = causes
    .flatMap(framesOf)
    .toSorted((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0) || (a.nanos ?? 0) - (b.nanos ?? 0));
  const { lines } = recordFrames(frames, { recorder: { intervalSeconds: 600 }, ...options });
  return lines.filter((line) => !/ (NODATA|SKIPDATA)$/.test(line)).toSorted();
}

const ALL = '[{ protocol: all, peers: [0.0.0.0/0, "::/0"] }]';
const PLACE = 'account: "123456789010"\nregion: us-east-1\n';

describe('accepted and rejected (§6.1)', () => {
  const network = (address: string, subnet: string): string => `${PLACE}
vpcs: [{ id: vpc-1, cidrs: [172.31.0.0/16] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [${subnet}] }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-1, privateIps: [${address}], securityGroups: [sg-1] }
securityGroups:
  - { id: sg-1, vpc: vpc-1, inbound: [{ protocol: tcp, ports: 22, peers: [172.31.0.0/16] }], outbound: ${ALL} }
`;
  const flow = { protocol: 6, packets: 20, bytes: 4249, start: 1418530010, end: 1418530070, firstFlags: 2 };

  it('SSH is let in', () => {
    expect(
      recordsFor([{ ...flow, src: '172.31.16.139', dst: '172.31.16.21', ports: [20641, 22] }], {
        network: network('172.31.16.21', '172.31.16.0/20'),
        format: DEFAULT_FORMAT,
      }),
    ).toEqual([
      '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK',
    ]);
  });

  it('RDP is not', () => {
    expect(
      recordsFor([{ ...flow, src: '172.31.9.69', dst: '172.31.9.12', ports: [49761, 3389] }], {
        network: network('172.31.9.12', '172.31.0.0/20'),
        format: DEFAULT_FORMAT,
      }),
    ).toEqual([
      '2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK',
    ]);
  });
});

describe('no data and skipped records (§6.2)', () => {
  const network = `${PLACE}
vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.0.0.0/16] }]
subnets: [{ id: subnet-aaaaaaaa012345678, vpc: vpc-abcdefab012345678, cidrs: [10.0.0.0/24] }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.0.62], instance: i-01234567890123456 }
  - { id: eni-11111111aaaaaaaaa, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.0.63] }
captures:
  - { device: idle, interfaces: [eni-1235b8ca123456789] }
  - { device: lossy, interfaces: [eni-11111111aaaaaaaaa] }
`;

  it.each([
    [
      DEFAULT_FORMAT,
      1431280876,
      [
        '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA',
        '2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA',
      ],
    ],
    [
      fieldsNamed(V3_NAMES),
      1566848875,
      [
        '3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 - - - - - - - - - - 1566848875 1566848933 - - NODATA',
        '3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 - eni-11111111aaaaaaaaa 123456789010 - - - - - - - - - - 1566848875 1566848933 - - SKIPDATA',
      ],
    ],
  ])(
    'one line for an idle interface, one for an interface whose packets were lost',
    (format, start, published) => {
      const ng = build.pcapng(true);
      const capture = build.concat(
        ng.section(),
        ng.interfaceBlock({ linkType: 1, name: 'idle' }),
        ng.interfaceBlock({ linkType: 1, name: 'lossy' }),
        ng.statistics({ interfaceId: 1, time: BigInt(start + 58) * 1_000_000n, ifDrop: 5n }),
      );
      // AWS's windows are a little shorter than a minute.
      const recorder = { intervalSeconds: 59, phaseSeconds: start % 59 };
      const { lines } = recordBytes(capture, { network, format, recorder });
      expect(lines).toEqual(published);
    },
  );
});

describe('security group and network ACL (§6.3)', () => {
  const network = `${PLACE}
vpcs: [{ id: vpc-1, cidrs: [172.31.0.0/16] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [172.31.16.0/20], networkAcl: acl-1 }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-1, privateIps: [172.31.16.139], securityGroups: [sg-1] }
securityGroups: [{ id: sg-1, vpc: vpc-1, inbound: [{ protocol: icmp, peers: [0.0.0.0/0] }] }]
networkAcls:
  - { id: acl-1, vpc: vpc-1, inbound: [{ rule: 100, action: allow, protocol: icmp, cidr: 0.0.0.0/0 }], outbound: [] }
`;
  const flow = { protocol: 1, packets: 4, bytes: 336, start: 1432917027, end: 1432917142 };

  it('the ping is accepted, its reply rejected; both have the window’s start, where AWS’s sample has two', () => {
    expect(
      recordsFor(
        [
          { ...flow, src: '203.0.113.12', dst: '172.31.16.139', icmpType: 8 },
          { ...flow, src: '172.31.16.139', dst: '203.0.113.12', icmpType: 0, start: 1432917094 },
        ],
        { network, format: DEFAULT_FORMAT },
      ),
    ).toEqual([
      '2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917027 1432917142 REJECT OK',
      '2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK',
    ]);
  });
});

describe('IPv6 (§6.4)', () => {
  it('SSH over IPv6', () => {
    const network = `${PLACE}
vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/16, "2001:db8:1234:a100::/56"] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: ["2001:db8:1234:a102::/64"] }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-1, ipv6: ["2001:db8:1234:a102:3304:8879:34cf:4071"], securityGroups: [sg-1] }
securityGroups: [{ id: sg-1, vpc: vpc-1, inbound: [{ protocol: tcp, ports: 22, peers: ["2001:db8:1234:a100::/64"] }] }]
`;
    const cause = {
      src: '2001:db8:1234:a100:8d6e:3477:df66:f105',
      dst: '2001:db8:1234:a102:3304:8879:34cf:4071',
      ports: [34892, 22] as const,
      protocol: 6,
      packets: 54,
      bytes: 8855,
      start: 1477913708,
      end: 1477913820,
    };
    expect(recordsFor([cause], { network, format: DEFAULT_FORMAT })).toEqual([
      '2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK',
    ]);
  });
});

describe('TCP flag sequence (§6.5)', () => {
  const network = `${PLACE}
vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.0.0.0/16] }]
subnets: [{ id: subnet-aaaaaaaa012345678, vpc: vpc-abcdefab012345678, cidrs: [10.0.0.0/24] }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.0.62], instance: i-01234567890123456 }
`;
  const [CLIENT, SERVER] = ['52.213.180.42', '10.0.0.62'];
  const there = (port: number, rest: Omit<Cause, 'src' | 'dst' | 'ports' | 'protocol'>): Cause => ({
    src: CLIENT,
    dst: SERVER,
    ports: [port, 5001],
    protocol: 6,
    ...rest,
  });
  const back = (port: number, rest: Omit<Cause, 'src' | 'dst' | 'ports' | 'protocol'>): Cause => ({
    src: SERVER,
    dst: CLIENT,
    ports: [5001, port],
    protocol: 6,
    ...rest,
  });
  // The window closes half a second after 1566848933, so that second ends one record and starts the next.
  const first = { start: 1566848875, end: 1566848933 };
  const second = { start: 1566848933, end: 1566849113, nanos: 600_000_000 };
  const third = { start: 1566933133, end: 1566933193 };
  const ids =
    '3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4';

  it('two connections opened, one closed in the next window, one within a window', () => {
    const lines = recordsFor(
      [
        there(43416, { ...first, packets: 8, bytes: 568, firstFlags: 2 }),
        back(43416, { ...first, packets: 7, bytes: 376, firstFlags: 18 }),
        there(43418, { ...first, packets: 70, bytes: 100701, firstFlags: 2 }),
        back(43418, { ...first, packets: 12, bytes: 632, firstFlags: 18 }),
        back(43418, { ...second, packets: 1219, bytes: 63388, lastFlags: 17 }),
        there(43418, { ...second, packets: 15774, bytes: 23294588, lastFlags: 17 }),
        there(43638, { ...third, packets: 17, bytes: 1260, firstFlags: 2, lastFlags: 17 }),
        back(43638, { ...third, packets: 14, bytes: 967, firstFlags: 18, lastFlags: 17 }),
      ],
      {
        network,
        format: fieldsNamed(V3_NAMES),
        recorder: { intervalSeconds: 600, phaseSeconds: 1566848933.5 % 600 },
      },
    );
    expect(lines).toEqual(
      [
        `${ids} 52.213.180.42 10.0.0.62 43416 5001 52.213.180.42 10.0.0.62 6 568 8 1566848875 1566848933 ACCEPT 2 OK`,
        `${ids} 10.0.0.62 52.213.180.42 5001 43416 10.0.0.62 52.213.180.42 6 376 7 1566848875 1566848933 ACCEPT 18 OK`,
        `${ids} 52.213.180.42 10.0.0.62 43418 5001 52.213.180.42 10.0.0.62 6 100701 70 1566848875 1566848933 ACCEPT 2 OK`,
        `${ids} 10.0.0.62 52.213.180.42 5001 43418 10.0.0.62 52.213.180.42 6 632 12 1566848875 1566848933 ACCEPT 18 OK`,
        `${ids} 10.0.0.62 52.213.180.42 5001 43418 10.0.0.62 52.213.180.42 6 63388 1219 1566848933 1566849113 ACCEPT 1 OK`,
        `${ids} 52.213.180.42 10.0.0.62 43418 5001 52.213.180.42 10.0.0.62 6 23294588 15774 1566848933 1566849113 ACCEPT 1 OK`,
        `${ids} 52.213.180.42 10.0.0.62 43638 5001 52.213.180.42 10.0.0.62 6 1260 17 1566933133 1566933193 ACCEPT 3 OK`,
        `${ids} 10.0.0.62 52.213.180.42 5001 43638 10.0.0.62 52.213.180.42 6 967 14 1566933133 1566933193 ACCEPT 19 OK`,
      ].toSorted(),
    );
  });
});

/** A packet of a path through a gateway: it matters where it was seen, not what it held. */
function hop(
  src: string,
  dst: string,
  macs: readonly [number, number],
  ports: readonly [number, number] = [1, 2],
): Cause {
  return { src, dst, macs, ports, protocol: 17, packets: 1, bytes: 60, start: 1700000000, end: 1700000000 };
}

describe('NAT gateways', () => {
  const CLIENT = 5;
  const NAT = 220;
  const ROUTER = 1;
  const base = `${PLACE}
vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.0.0.0/16] }]
subnets:
  - { id: subnet-aaaaaaaa012345678, vpc: vpc-abcdefab012345678, cidrs: [10.0.1.0/24] }
  - { id: subnet-public, vpc: vpc-abcdefab012345678, cidrs: [10.0.0.0/24] }
`;

  it('zonal (§6.6): four lines on its interface, two on the client’s', () => {
    const network = `${base}
natGateways: [{ id: nat-1, vpc: vpc-abcdefab012345678, subnet: subnet-public }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-public, privateIps: [10.0.0.220], natGateway: nat-1, mac: "02:00:00:00:00:dc" }
  - { id: eni-1111aaaa2222bbbb3, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.1.5], instance: i-01234567890123456, mac: "02:00:00:00:00:05" }
`;
    expect(
      recordsFor(
        [
          hop('10.0.1.5', '203.0.113.5', [CLIENT, NAT]),
          hop('10.0.0.220', '203.0.113.5', [NAT, ROUTER]),
          hop('203.0.113.5', '10.0.0.220', [ROUTER, NAT]),
          hop('203.0.113.5', '10.0.1.5', [NAT, CLIENT]),
        ],
        { network, format: fieldsNamed('instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr') },
      ).toSorted(),
    ).toEqual(
      [
        '- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5',
        '- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5',
        '- eni-1235b8ca123456789 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220',
        '- eni-1235b8ca123456789 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5',
        'i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
        'i-01234567890123456 eni-1111aaaa2222bbbb3 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5',
      ].toSorted(),
    );
  });

  it('regional (§6.7): four lines on the gateway itself, without an interface', () => {
    const network = `${base}
natGateways: [{ id: nat-1234567890abcdef, vpc: vpc-abcdefab012345678, publicIps: [107.22.182.139] }]
interfaces:
  - { id: eni-1111aaaa2222bbbb3, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.1.5], instance: i-01234567890123456 }
captures: [{ file: nat.pcap, natGateway: nat-1234567890abcdef }]
`;
    const format = fieldsNamed(
      'resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr flow-direction traffic-path',
    );
    const outside = '203.0.113.5';
    const publicIp = '107.22.182.139';
    const packets = [hop('10.0.1.5', outside, [5, 1]), hop(outside, '10.0.1.5', [1, 5])];
    expect(
      recordsFor([...packets, hop(publicIp, outside, [1, 1]), hop(outside, publicIp, [1, 1])], {
        network,
        format,
        file: 'nat.pcap',
      }),
    ).toEqual(
      [
        'nat-1234567890abcdef - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5 ingress -',
        'nat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5 egress 8',
        'nat-1234567890abcdef - - - 203.0.113.5 107.22.182.139 203.0.113.5 107.22.182.139 ingress -',
        'nat-1234567890abcdef - - - 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5 egress 1',
      ].toSorted(),
    );
    expect(recordsFor(packets, { network, format: format.slice(0, 8), file: 'client.pcap' })).toEqual(
      [
        '- i-01234567890123456 eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
        '- i-01234567890123456 eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5',
      ].toSorted(),
    );
  });
});

describe('around a transit gateway (§6.8)', () => {
  it('the request leaves its interface under that interface’s address, the response enters under the other’s', () => {
    const network = `${PLACE}
vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.40.0.0/16] }]
subnets:
  - { id: subnet-11111111aaaaaaaaa, vpc: vpc-abcdefab012345678, cidrs: [10.40.1.0/24] }
  - { id: subnet-22222222bbbbbbbbb, vpc: vpc-abcdefab012345678, cidrs: [10.40.2.0/24] }
transitGateways:
  - { id: tgw-1, attachments: [{ id: tgw-attach-1, vpc: vpc-abcdefab012345678, interfaces: [eni-11111111111111111, eni-22222222222222222] }] }
interfaces:
  - { id: eni-11111111111111111, subnet: subnet-11111111aaaaaaaaa, privateIps: [10.40.1.175], transitGatewayAttachment: tgw-attach-1, mac: "02:00:00:00:00:11" }
  - { id: eni-22222222222222222, subnet: subnet-22222222bbbbbbbbb, privateIps: [10.40.2.31], transitGatewayAttachment: tgw-attach-1, mac: "02:00:00:00:00:22" }
  - { id: eni-33333333333333333, subnet: subnet-22222222bbbbbbbbb, privateIps: [10.40.2.236], instance: i-01234567890123456, mac: "02:00:00:00:00:33" }
`;
    const exchange = {
      protocol: 6,
      packets: 4,
      bytes: 400,
      start: 1700000000,
      end: 1700000009,
      lastFlags: 17,
    };
    const request = {
      ...exchange,
      src: '10.20.33.164',
      dst: '10.40.2.236',
      ports: [39812, 80] as const,
      firstFlags: 2,
    };
    const response = {
      ...exchange,
      src: '10.40.2.236',
      dst: '10.20.33.164',
      ports: [80, 39812] as const,
      firstFlags: 18,
    };
    expect(
      recordsFor(
        [
          { ...request, macs: [0x11, 0x33] },
          { ...response, macs: [0x33, 0x22] },
        ],
        {
          network,
          format: fieldsNamed(
            'version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status',
          ),
        },
      ),
    ).toEqual(
      [
        '3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.20.33.164 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK',
        '3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.40.2.236 10.20.33.164 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK',
        '3 eni-11111111111111111 123456789010 vpc-abcdefab012345678 subnet-11111111aaaaaaaaa - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK',
        '3 eni-22222222222222222 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb - 10.40.2.236 10.40.2.31 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK',
      ].toSorted(),
    );
  });
});

describe('service name, traffic path and direction (§6.10)', () => {
  it('an instance and S3 through the internet gateway', () => {
    const network = `account: "123456789012"
region: ap-southeast-2
vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.0.0.0/16] }]
subnets: [{ id: subnet-aaaaaaaa012345678, vpc: vpc-abcdefab012345678, cidrs: [10.0.0.0/24], zoneId: apse2-az3, routeTable: rtb-1 }]
routeTables: [{ id: rtb-1, vpc: vpc-abcdefab012345678, routes: [{ to: 0.0.0.0/0, via: igw-1 }] }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-aaaaaaaa012345678, privateIps: [10.0.0.71], publicIps: [198.51.100.7], instance: i-0c50d5961bcb2d47b, securityGroups: [sg-1] }
securityGroups: [{ id: sg-1, vpc: vpc-abcdefab012345678, outbound: ${ALL} }]
`;
    const services = AwsServices.parse(
      JSON.stringify({
        prefixes: [
          { ip_prefix: '52.95.128.0/21', region: 'ap-southeast-2', service: 'AMAZON' },
          { ip_prefix: '52.95.128.0/21', region: 'ap-southeast-2', service: 'S3' },
        ],
        ipv6_prefixes: [],
      }),
    );
    const names =
      'version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status';
    const flow = { protocol: 6, start: 1616729292, end: 1616729349, lastFlags: 17 };
    const got = recordsFor(
      [
        {
          ...flow,
          src: '10.0.0.71',
          dst: '52.95.128.179',
          ports: [34210, 80],
          packets: 7,
          bytes: 471,
          firstFlags: 2,
        },
        {
          ...flow,
          src: '52.95.128.179',
          dst: '10.0.0.71',
          ports: [80, 34210],
          packets: 14,
          bytes: 15044,
          firstFlags: 18,
        },
      ],
      { network, services, format: fieldsNamed(names) },
    );
    const published = [
      '5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK',
      '5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK',
    ];
    expect(got).toEqual(published);
    expect(recordsOf(got, fieldsNamed(names))).toHaveLength(2);
  });
});
