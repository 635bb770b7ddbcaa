import { describe, expect, it } from 'vitest';
import { fieldsNamed, type RecordingOptions, recordFrames } from '../../support/flow-records.ts';
import * as build from '../../support/packet-builder.ts';

const T = 1_700_000_040;

const NETWORK = `
account: "748335378900"
region: us-east-1
vpcs:
  - { id: vpc-a, cidrs: [10.0.0.0/16], account: "111111111111" }
  - { id: vpc-b, cidrs: [10.1.0.0/16] }
subnets:
  - { id: subnet-a, vpc: vpc-a, cidrs: [10.0.0.0/24], zoneId: use1-az1 }
  - { id: subnet-b, vpc: vpc-b, cidrs: [10.1.0.0/24], zoneId: use1-az2 }
interfaces:
  - { id: eni-a, subnet: subnet-a, privateIps: [10.0.0.10], transitGatewayAttachment: tgw-attach-a }
  - { id: eni-b, subnet: subnet-b, privateIps: [10.1.0.10], transitGatewayAttachment: tgw-attach-b }
transitGateways:
  - id: tgw-1
    attachments:
      - { id: tgw-attach-a, vpc: vpc-a, interfaces: [eni-a], routeTable: tgw-rtb-1 }
      - { id: tgw-attach-b, vpc: vpc-b, interfaces: [eni-b], routeTable: tgw-rtb-1, mtu: 1500 }
    routeTables:
      - id: tgw-rtb-1
        routes:
          - { to: 10.0.0.0/16, via: tgw-attach-a }
          - { to: 10.1.0.0/16, via: tgw-attach-b }
          - { to: 10.9.0.0/16, blackhole: true }
`;

interface Sent {
  readonly src?: string;
  readonly dst?: string;
  readonly flags?: number;
  readonly ttl?: number;
  readonly length?: number;
}

function tcp({
  src = '10.0.0.1',
  dst = '10.1.0.1',
  flags = 16,
  ttl = 64,
  length = 40,
}: Sent): build.CapturedFrame {
  const packet = build.ipv4(
    { src, dst, protocol: 6, totalLength: length },
    build.tcp({ srcPort: 12345, dstPort: 443, flags }),
  );
  packet[8] = ttl;
  return { bytes: build.ethernet(packet), seconds: T };
}

const record = (sent: readonly Sent[], names?: string, options: RecordingOptions = {}): readonly string[] =>
  recordFrames(sent.map(tcp), {
    network: NETWORK,
    isTransit: true,
    ...(names === undefined ? {} : { format: fieldsNamed(names) }),
    ...options,
  }).lines.filter((line) => !line.includes('NODATA'));

describe('transit gateway records', () => {
  it('have 36 fields, and one for each attachment that a packet passes', () => {
    const middle = '111111111111 748335378900 vpc-a vpc-b subnet-a subnet-b eni-a eni-b use1-az1 use1-az2';
    const flow = `10.0.0.1 10.1.0.1 12345 443 6 1 40 ${T} ${T} OK`;
    expect(record([{ flags: 2 }])).toEqual([
      `6 TransitGateway 748335378900 tgw-1 tgw-attach-a ${middle} tgw-attach-b ${flow} IPv4 0 0 0 0 2 us-east-1 ingress - -`,
      `6 TransitGateway 748335378900 tgw-1 tgw-attach-b ${middle} tgw-attach-a ${flow} IPv4 0 0 0 0 2 us-east-1 egress - -`,
    ]);
  });

  const LOSSES =
    'flow-direction packets packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired log-status';
  it.each([
    ['no route', [{ dst: '10.8.0.1' }, { dst: '10.8.0.1' }], ['ingress 2 2 0 0 0 OK']],
    ['a blackhole', [{ dst: '10.9.0.1' }], ['ingress 1 0 1 0 0 OK']],
    [
      'size and time to live, beside packets that pass',
      [{}, { length: 8501 }, { length: 8500 }, { ttl: 1 }],
      ['ingress 4 0 0 1 1 OK', 'egress 2 0 0 0 0 OK'],
    ],
    [
      'the size of the attachment it enters',
      [{ src: '10.1.0.1', dst: '10.0.0.1', length: 1501 }],
      ['ingress 1 0 0 1 0 OK'],
    ],
  ])('count packets lost for %s', (_, sent, expected) => {
    expect(record(sent, LOSSES)).toEqual(expected);
  });

  it.each([
    ['only ACKs', [16, 16], '0'],
    ['data', [16, 24], '24'],
    ['SYN-ACK', [18], '18'],
    ['urgent', [32 | 16], '48'],
    ['ECE and CWR left out', [2 | 64 | 128], '2'],
  ])('flags: %s', (_, flags, expected) => {
    const lines = record(
      flags.map((each) => ({ flags: each })),
      'tcp-flags tgw-id flow-direction',
    );
    expect(lines[0]).toBe(`${expected} tgw-1 ingress`);
  });

  it('leave multicast and traffic within a VPC out', () => {
    const { counts } = recordFrames([tcp({ dst: '224.0.0.5' }), tcp({ dst: '10.0.5.5' })], {
      network: NETWORK,
      isTransit: true,
    });
    expect(counts).toMatchObject({ counted: 0, dropped: { 'transit-multicast': 1, 'no-interface': 1 } });
  });

  it('are those of the attachment that was captured, by itself or by its interface', () => {
    const names = 'tgw-attachment-id flow-direction';
    const at = (capture: string): readonly string[] =>
      record([{}], names, { network: `${NETWORK}captures: [${capture}]\n` });
    expect(at('{ attachments: [tgw-attach-b] }')).toEqual(['tgw-attach-b egress']);
    expect(at('{ interfaces: [eni-a] }')).toEqual(['tgw-attach-a ingress']);
  });

  it('belong to the narrowest block that holds an address, at whichever gateway was captured', () => {
    const wide = '      - { id: tgw-attach-vpn, type: vpn, resource: vpn-1, cidrs: [10.0.0.0/8] }\n';
    const network = `${NETWORK.replace('    attachments:\n', `    attachments:\n${wide}`)}  - id: tgw-2
    attachments: [{ id: tgw-attach-c, vpc: vpc-a }, { id: tgw-attach-d, vpc: vpc-b }]
`;
    const names = 'tgw-attachment-id flow-direction tgw-pair-attachment-id log-status';
    const sent = [{ src: '10.200.0.1', dst: '10.1.0.1' }, {}, { src: '10.200.0.1', dst: '10.201.0.1' }];
    expect(record(sent, names, { network })).toEqual([
      'tgw-attach-vpn ingress tgw-attach-b OK',
      'tgw-attach-a ingress tgw-attach-b OK',
      'tgw-attach-b egress tgw-attach-vpn OK',
      'tgw-attach-b egress tgw-attach-a OK',
    ]);
    const bound = `${network}captures: [{ attachments: [tgw-attach-c, tgw-attach-d] }]\n`;
    expect(record([{}], `tgw-id ${names}`, { network: bound })).toEqual([
      'tgw-2 tgw-attach-c ingress tgw-attach-d OK',
      'tgw-2 tgw-attach-d egress tgw-attach-c OK',
    ]);
  });

  it('tell idle attachments', () => {
    const { lines } = recordFrames([tcp({ dst: '10.9.0.1' })], { network: NETWORK, isTransit: true });
    expect(lines.filter((line) => line.includes('NODATA'))).toEqual([
      `6 TransitGateway 748335378900 tgw-1 tgw-attach-b - - - - - - - - - - - - - - - - - - ${T} ${T + 59} NODATA - - - - - - us-east-1 - - -`,
    ]);
  });
});
