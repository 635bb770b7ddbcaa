import { describe, expect, it } from 'vitest';
import { AwsServices } from '../../../src/flow/index.ts';
import { fieldsOf } from '../../../src/record/index.ts';
import { fieldsNamed, type RecordingOptions, recordBytes, recordFrames } from '../../support/flow-records.ts';
import * as build from '../../support/packet-builder.ts';

const T = 1_700_000_000;

const NETWORK = `
account: "111111111111"
region: us-east-1
vpcs:
  - { id: vpc-1, cidrs: [10.0.0.0/16, "2001:db8:1::/56"], encryptionControls: monitor }
  - { id: vpc-2, cidrs: [10.2.0.0/16], region: eu-west-1 }
  - { id: vpc-3, cidrs: [10.3.0.0/16], account: "222222222222" }
subnets:
  - { id: subnet-1, vpc: vpc-1, cidrs: [10.0.1.0/24, "2001:db8:1:1::/64"], zone: us-east-1a, zoneId: use1-az1, routeTable: rtb-1 }
  - { id: subnet-2, vpc: vpc-1, cidrs: [10.0.2.0/24], zoneId: use1-az2, routeTable: rtb-1, sublocation: { type: outpost, id: op-1 } }
  - { id: subnet-3, vpc: vpc-3, cidrs: [10.3.1.0/24], zoneId: use1-az3 }
  - { id: subnet-4, vpc: vpc-2, cidrs: [10.2.1.0/24], zoneId: euw1-az1 }
instances: [{ id: i-1, tags: { Name: web server, App: shop/2 }, autoScalingGroup: web }]
autoScalingGroups: [{ name: web, tags: { Team: blue } }]
interfaces:
  - { id: eni-1, subnet: subnet-1, privateIps: [10.0.1.62, 10.0.1.99], ipv6: ["2001:db8:1:1::a", "2001:db8:1:1::b"], publicIps: [198.51.100.7], instance: i-1, mac: "02:00:00:00:00:62", tags: { Role: edge }, supportsEncryption: true }
  - { id: eni-2, subnet: subnet-2, privateIps: [10.0.2.20], instance: i-2, supportsEncryption: true }
  - { id: eni-3, subnet: subnet-3, privateIps: [10.3.1.5] }
  - { id: eni-nat, subnet: subnet-1, privateIps: [10.0.1.9], natGateway: nat-1 }
  - { id: eni-tgw, subnet: subnet-1, privateIps: [10.0.1.8], transitGatewayAttachment: tgw-attach-1 }
  - { id: eni-nlb, subnet: subnet-1, privateIps: [10.0.1.7], loadBalancer: { name: front, type: network } }
  - { id: eni-vpce, subnet: subnet-1, privateIps: [10.0.1.6], endpoint: vpce-2 }
  - { id: eni-eu, subnet: subnet-4, privateIps: [10.2.1.5] }
routeTables:
  - id: rtb-1
    vpc: vpc-1
    routes:
      - { to: 0.0.0.0/0, via: igw-1 }
      - { to: 198.18.0.0/24, via: nat-1 }
      - { to: 198.18.1.0/24, via: vgw-1 }
      - { to: 10.2.0.0/16, via: pcx-2 }
      - { to: 10.3.0.0/16, via: pcx-3 }
      - { to: 198.18.2.0/24, via: tgw-1 }
      - { to: 198.18.3.0/24, via: cagw-1 }
      - { to: pl-s3, via: vpce-1 }
      - { to: 198.18.5.0/24, via: eni-2 }
      - { to: 198.18.6.0/24, blackhole: true }
prefixLists: [{ id: pl-s3, cidrs: [198.18.4.0/24] }]
natGateways: [{ id: nat-1, vpc: vpc-1, subnet: subnet-1 }]
endpoints:
  - { id: vpce-1, vpc: vpc-1, type: gateway }
  - { id: vpce-2, vpc: vpc-1, type: interface }
peerings:
  - { id: pcx-2, vpc: vpc-1, peerVpc: vpc-2 }
  - { id: pcx-3, vpc: vpc-1, peerVpc: vpc-3 }
transitGateways: [{ id: tgw-1, attachments: [{ id: tgw-attach-1, vpc: vpc-1, interfaces: [eni-tgw] }] }]
`;

type Ports = readonly [number, number];

function udp(src: string, dst: string, ports: Ports = [1, 2]): build.CapturedFrame {
  const inner = build.udp({ srcPort: ports[0], dstPort: ports[1] });
  const packet = src.includes(':')
    ? build.ipv6({ src, dst, nextHeader: 17 }, inner)
    : build.ipv4({ src, dst, protocol: 17 }, inner);
  return { bytes: build.ethernet(packet), seconds: T };
}

const only = (id: string): string => `${NETWORK}captures: [{ interfaces: [${id}] }]\n`;
const linesOf = (
  frames: readonly build.CapturedFrame[],
  names: string,
  options: RecordingOptions = {},
): readonly string[] =>
  recordFrames(frames, { network: NETWORK, format: fieldsNamed(names), ...options }).lines.filter(
    (line) => !line.includes('NODATA'),
  );

describe('addresses of the interface itself (flow-logs.md §1.8)', () => {
  const NAMES = 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr flow-direction log-status';
  it.each([
    [
      'out of the primary address',
      '10.0.1.62',
      '192.0.2.1',
      '10.0.1.62 192.0.2.1 10.0.1.62 192.0.2.1 egress',
    ],
    ['into the primary address', '192.0.2.1', '10.0.1.62', '192.0.2.1 10.0.1.62 192.0.2.1 10.0.1.62 ingress'],
    ['into a secondary address', '192.0.2.1', '10.0.1.99', '192.0.2.1 10.0.1.62 192.0.2.1 10.0.1.99 ingress'],
    [
      'out of a secondary address',
      '10.0.1.99',
      '192.0.2.1',
      '10.0.1.62 192.0.2.1 10.0.1.99 192.0.2.1 egress',
    ],
    [
      'IPv6 of its own stays',
      '2001:db8:1:1::b',
      '2001:db8::9',
      '2001:db8:1:1::b 2001:db8::9 2001:db8:1:1::b 2001:db8::9 egress',
    ],
  ])('%s', (_, src, dst, expected) => {
    expect(linesOf([udp(src, dst)], NAMES, { network: only('eni-1') })).toEqual([`${expected} OK`]);
  });

  const behind = '172.16.0.5';
  it.each([
    [
      'into an appliance for another',
      2,
      '192.0.2.1',
      behind,
      '192.0.2.1 10.0.1.62 192.0.2.1 172.16.0.5 ingress',
    ],
    [
      'out of an appliance from another',
      1,
      behind,
      '192.0.2.1',
      '10.0.1.62 192.0.2.1 172.16.0.5 192.0.2.1 egress',
    ],
    [
      'IPv6 for a pod',
      2,
      '2001:db8::9',
      '2001:db8::7',
      '2001:db8::9 2001:db8:1:1::a 2001:db8::9 2001:db8::7 ingress',
    ],
  ])('%s, by its Ethernet address', (_, side, src, dst, expected) => {
    const macs =
      side === 1
        ? [
            [2, 0, 0, 0, 0, 1],
            [2, 0, 0, 0, 0, 0x62],
          ]
        : [
            [2, 0, 0, 0, 0, 0x62],
            [2, 0, 0, 0, 0, 1],
          ];
    const frame = udp(src, dst);
    const bytes = build.concat(macs[0] as number[], macs[1] as number[], frame.bytes.subarray(12));
    expect(linesOf([{ ...frame, bytes }], NAMES, { network: only('eni-1') })).toEqual([`${expected} OK`]);
    // Without being told which interface was captured, the Ethernet address finds it.
    expect(linesOf([{ ...frame, bytes }], NAMES)).toEqual([`${expected} OK`]);
  });

  it('IPv6 is written as packets write it, however the model spells it', () => {
    const network = only('eni-1').replace('["2001:db8:1:1::a",', '["2001:DB8:1:1:0::A",');
    const frame = udp('2001:db8::9', '2001:db8::7');
    const bytes = build.concat([2, 0, 0, 0, 0, 0x62], [2, 0, 0, 0, 0, 1], frame.bytes.subarray(12));
    expect(linesOf([{ ...frame, bytes }], 'dstaddr pkt-dstaddr log-status', { network })).toEqual([
      '2001:db8:1:1::a 2001:db8::7 OK',
    ]);
  });

  it('by what a cooked capture says of the direction', () => {
    const packet = udp('192.0.2.1', behind).bytes.subarray(14);
    const frames = [
      { bytes: build.linuxCooked(0, packet), seconds: T },
      { bytes: build.linuxCooked(4, packet), seconds: T },
    ];
    expect(
      linesOf(frames, 'flow-direction dstaddr log-status', {
        network: only('eni-1'),
        pcap: { linkType: 113 },
      }),
    ).toEqual(['ingress 10.0.1.62 OK', 'egress 172.16.0.5 OK']);
  });
});

describe('where a packet belongs', () => {
  const NAMES = 'interface-id flow-direction log-status';

  it('between two interfaces of the model it is seen at both', () => {
    expect(linesOf([udp('10.0.1.62', '10.0.2.20')], NAMES)).toEqual(['eni-1 egress OK', 'eni-2 ingress OK']);
    expect(recordFrames([udp('10.0.1.62', '10.0.2.20')], { network: NETWORK }).counts.counted).toBe(1);
  });

  it('of no interface is dropped by name', () => {
    const { counts } = recordFrames([udp('192.0.2.1', '192.0.2.2')], { network: NETWORK });
    expect(counts).toMatchObject({ counted: 0, dropped: { 'no-interface': 1 } });
  });

  it('follows file names, devices and kernel indexes', () => {
    const network = `${NETWORK}captures: [{ file: "web*.pcap", device: eth1, interfaces: [eni-2] }, { file: other.pcap, interfaces: [eni-3] }]\n`;
    const ng = build.pcapng(true);
    const capture = build.concat(
      ng.section(),
      ng.interfaceBlock({ linkType: 1, name: 'eth0' }),
      ng.interfaceBlock({ linkType: 1, name: 'eth1' }),
      ng.packet({ interfaceId: 1, time: 0n, bytes: udp('192.0.2.1', '192.0.2.2').bytes }),
    );
    const got = (file: string): readonly string[] =>
      recordBytes(capture, { network, file, format: fieldsNamed(NAMES) }).lines.filter((line) =>
        line.includes('OK'),
      );
    expect(got('web-1.pcap')).toEqual(['eni-2 - OK']);
    expect(got('mail.pcap')).toEqual([]);
    const byIndex = `${NETWORK}captures: [{ deviceIndex: 7, interfaces: [eni-2] }, { interfaces: [eni-3] }]\n`;
    const cooked = [7, 8].map((device) => ({
      bytes: build.linuxCooked2(0, device, udp('192.0.2.1', '192.0.2.2').bytes.subarray(14)),
      seconds: T,
    }));
    expect(linesOf(cooked, NAMES, { network: byIndex, pcap: { linkType: 276 } })).toEqual([
      'eni-2 ingress OK',
      'eni-3 ingress OK',
    ]);
  });

  it('and only watched interfaces can be idle', () => {
    const all = recordFrames([udp('10.0.1.62', '192.0.2.1')], {
      network: NETWORK,
      format: fieldsNamed(NAMES),
    });
    expect(all.lines.filter((line) => line.endsWith('NODATA'))).toHaveLength(7);
    const one = recordFrames([udp('10.0.1.62', '192.0.2.1')], {
      network: only('eni-1'),
      format: fieldsNamed(NAMES),
    });
    expect(one.lines).toEqual(['eni-1 egress OK']);
  });

  it('and DNS servers that the model names', () => {
    const network = `${NETWORK}dnsServers: [192.0.2.53]\n`;
    const frames = [
      udp('10.0.1.62', '192.0.2.53', [5000, 53]),
      udp('192.0.2.53', '10.0.1.62', [53, 5000]),
      udp('10.0.1.62', '192.0.2.53', [5000, 123]),
    ];
    expect(recordFrames(frames, { network }).counts).toMatchObject({
      counted: 1,
      dropped: { 'amazon-dns': 2 },
    });
  });

  it.each([
    ['amazon-dns', udp('10.0.1.62', '10.0.0.2', [5000, 53])],
    ['vpc-router', udp('10.0.1.1', '10.0.1.62')],
    ['endpoint-load-balancer', udp('10.0.1.7', '10.0.1.6')],
  ])('what depends on the VPC is left out: %s', (reason, frame) => {
    expect(recordFrames([frame], { network: NETWORK }).counts.dropped).toEqual({ [reason]: 1 });
  });
});

describe('what the model knows', () => {
  it.each([
    ['local', '10.0.2.20', '1'],
    ['internet gateway', '192.0.2.1', '8'],
    ['NAT gateway', '198.18.0.1', '1'],
    ['virtual private gateway', '198.18.1.1', '3'],
    ['peering to another Region', '10.2.1.5', '5'],
    ['peering in the Region', '10.3.1.5', '4'],
    ['transit gateway', '198.18.2.1', '1'],
    ['carrier gateway', '198.18.3.1', '6'],
    ['gateway endpoint by prefix list', '198.18.4.1', '7'],
    ['an interface', '198.18.5.1', '1'],
    ['a blackhole', '198.18.6.1', '-'],
  ])('traffic-path through %s', (_, dst, path) => {
    const network = only('eni-1');
    const [line] = linesOf([udp('10.0.1.62', dst)], 'traffic-path flow-direction log-status', { network });
    expect(line).toBe(`${path} egress OK`);
    expect(linesOf([udp(dst, '10.0.1.62')], 'traffic-path flow-direction log-status', { network })).toEqual([
      '- ingress OK',
    ]);
  });

  it('a table may send the VPC’s own block to a middle box', () => {
    const route = '- { to: 10.0.0.0/16, via: eni-vpce }';
    const network = only('eni-1').replace('    routes:\n', `    routes:\n      ${route}\n`);
    const names = 'traffic-path next-hop-interface-id log-status';
    expect(linesOf([udp('10.0.1.62', '10.0.2.20')], names, { network })).toEqual(['1 eni-vpce OK']);
  });

  it.each([
    ['the peer in the VPC', '10.0.2.20', 'eni-2 subnet-2 use1-az2 vpc-1 -'],
    ['the NAT gateway', '198.18.0.1', 'eni-nat subnet-1 use1-az1 vpc-1 nat_gateway'],
    ['the transit gateway', '198.18.2.1', 'eni-tgw subnet-1 use1-az1 vpc-1 transit_gateway'],
    ['a middle box', '198.18.5.1', 'eni-2 subnet-2 use1-az2 vpc-1 -'],
    ['another account: the zone only', '10.3.1.5', '- - use1-az3 - -'],
    ['another Region: nothing', '10.2.1.5', '- - - - -'],
    ['an internet gateway: nothing', '192.0.2.1', '- - - - -'],
  ])('next hop is %s', (_, dst, expected) => {
    const names =
      'next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type log-status';
    expect(linesOf([udp('10.0.1.62', dst)], names, { network: only('eni-1') })).toEqual([`${expected} OK`]);
  });

  it('the sender is the next hop of ingress, unless it is a transit gateway or a load balancer', () => {
    const names = 'next-hop-interface-id next-hop-interface-type';
    const hopOf = (src: string): readonly string[] =>
      linesOf([udp(src, '10.0.1.62')], names, { network: only('eni-1') });
    expect(hopOf('10.0.2.20')).toEqual(['eni-2 -']);
    expect(hopOf('10.0.1.9')).toEqual(['eni-nat nat_gateway']);
    expect(hopOf('10.0.1.8')).toEqual(['- -']);
  });

  it('tags, percent-encoded, of the keys that were asked for', () => {
    const names = 'instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2';
    const tagKeys = { instance: ['Name', 'App'], interface: ['Role', 'None'], autoScalingGroup: ['Team'] };
    const network = only('eni-1');
    expect(linesOf([udp('10.0.1.62', '192.0.2.1')], names, { tagKeys, network })).toEqual([
      'web%20server shop%2F2 edge - blue -',
    ]);
    expect(linesOf([udp('10.0.1.62', '192.0.2.1')], names, { network })).toEqual(['- - - - - -']);
  });

  it('sublocations, which have no zone', () => {
    const names = 'az-id sublocation-type sublocation-id interface-type';
    expect(linesOf([udp('10.0.2.20', '192.0.2.1')], names, { network: only('eni-2') })).toEqual([
      '- outpost op-1 -',
    ]);
    expect(linesOf([udp('10.0.1.9', '192.0.2.1')], names, { network: only('eni-nat') })).toEqual([
      'use1-az1 - - nat_gateway',
    ]);
  });

  it('encryption: by hardware at both ends, by the application at an endpoint, off where it is off', () => {
    const tcp = (dst: string, dstPort: number): build.CapturedFrame => ({
      bytes: build.ethernet(
        build.ipv4({ src: '10.0.1.62', dst, protocol: 6 }, build.tcp({ srcPort: 9, dstPort, flags: 2 })),
      ),
      seconds: T,
    });
    const frames = [
      tcp('10.0.2.20', 5432),
      tcp('10.0.1.6', 443),
      tcp('192.0.2.1', 443),
      tcp('198.18.4.1', 443),
    ];
    const names = 'encryption-status dstport log-status';
    expect(linesOf(frames, names, { network: only('eni-1') })).toEqual([
      '1 5432 OK',
      '2 443 OK',
      '0 443 OK',
      '2 443 OK',
    ]);
    expect(linesOf([udp('10.3.1.5', '192.0.2.1')], names, { network: only('eni-3') })).toEqual(['- 2 OK']);
  });

  it('ECS tasks', () => {
    const ecs =
      '{ clusterArn: "arn:c", clusterName: c, containerIds: [one, two], serviceName: s, taskDefinitionArn: "arn:d", taskArn: "arn:t", taskId: t }';
    const network = only('eni-3').replace('privateIps: [10.3.1.5]', `privateIps: [10.3.1.5], ecs: ${ecs}`);
    const format = fieldsOf('vpc').filter((field) => field.version === 7);
    expect(
      linesOf([udp('10.3.1.5', '192.0.2.1')], format.map(({ name }) => name).join(' '), { network }),
    ).toEqual(['arn:c c - - one two s arn:d arn:t t']);
  });

  it('every field of versions 2 to 11 has a value or -', () => {
    const format = fieldsOf('vpc');
    const { lines } = recordFrames([udp('10.0.1.62', '192.0.2.1')], { network: only('eni-1'), format });
    expect(lines[0]?.split(' ')).toHaveLength(format.length);
    expect(lines[0]?.startsWith('11 111111111111 eni-1 ')).toBe(true);
  });
});

describe('Block Public Access', () => {
  const blocked = (mode: string): string =>
    only('eni-1').replace('encryptionControls: monitor', `blockPublicAccess: ${mode}`);
  const names = 'action reject-reason packets bytes log-status';

  it('rejects what goes through the internet gateway, without bytes', () => {
    const frames = [
      udp('10.0.1.62', '192.0.2.1'),
      udp('192.0.2.9', '10.0.1.62'),
      udp('10.0.1.62', '10.0.2.20'),
    ];
    expect(linesOf(frames, names, { network: blocked('block-bidirectional') })).toEqual([
      'REJECT BPA 1 - OK',
      'REJECT BPA 1 - OK',
      'ACCEPT - 1 28 OK',
    ]);
    expect(linesOf(frames, names, { network: blocked('off') })).toEqual(Array(3).fill('ACCEPT - 1 28 OK'));
  });

  it('of ingress only leaves NAT gateways alone', () => {
    const network = blocked('block-ingress').replace('interfaces: [eni-1] }]', 'interfaces: [eni-nat] }]');
    expect(linesOf([udp('10.0.1.9', '192.0.2.1')], names, { network })).toEqual(['ACCEPT - 1 28 OK']);
    expect(linesOf([udp('10.0.1.62', '192.0.2.1')], names, { network: blocked('block-ingress') })).toEqual([
      'REJECT BPA 1 - OK',
    ]);
  });
});

describe('encryption controls that enforce', () => {
  const enforced = NETWORK.replace('encryptionControls: monitor', 'encryptionControls: enforce').replace(
    'privateIps: [10.0.1.6], endpoint: vpce-2',
    'privateIps: [10.0.1.6], endpoint: vpce-2, supportsEncryption: false',
  );
  const tcp = (src: string, dst: string, dstPort: number): build.CapturedFrame => ({
    bytes: build.ethernet(
      build.ipv4({ src, dst, protocol: 6 }, build.tcp({ srcPort: 9, dstPort, flags: 2 })),
    ),
    seconds: T,
  });
  const names = 'interface-id dstport action reject-reason bytes log-status';

  it('reject what an end is known not to encrypt, at both ends, but HTTPS with an endpoint', () => {
    const frames = [
      tcp('10.0.1.62', '10.0.1.6', 80),
      tcp('10.0.1.62', '10.0.1.6', 443),
      tcp('10.0.1.62', '10.0.2.20', 80),
      tcp('10.0.1.62', '192.0.2.1', 80),
    ];
    expect(linesOf(frames, names, { network: enforced }).toSorted()).toEqual([
      'eni-1 443 ACCEPT - 40 OK',
      'eni-1 80 ACCEPT - 40 OK',
      'eni-1 80 ACCEPT - 40 OK',
      'eni-1 80 REJECT EC 40 OK',
      'eni-2 80 ACCEPT - 40 OK',
      'eni-vpce 443 ACCEPT - 40 OK',
      'eni-vpce 80 REJECT EC 40 OK',
    ]);
    const watched = enforced.replace('encryptionControls: enforce', 'encryptionControls: monitor');
    expect(linesOf(frames.slice(0, 1), names, { network: watched }).join()).not.toContain('EC');
  });
});

describe('AWS services', () => {
  const services = AwsServices.parse(
    JSON.stringify({
      prefixes: [
        { ip_prefix: '52.0.0.0/8', service: 'AMAZON' },
        { ip_prefix: '52.94.0.0/16', service: 'EC2' },
        { ip_prefix: '52.94.8.0/24', service: 'S3' },
        { ip_prefix: '52.94.9.0/24', service: 'AMAZON' },
      ],
      ipv6_prefixes: [{ ipv6_prefix: '2600:1f00::/24', service: 'DYNAMODB' }],
    }),
  );

  it.each([
    ['52.1.2.3', 'AMAZON'],
    ['52.94.8.255', 'S3'],
    ['52.94.9.1', 'EC2'],
    ['52.94.10.0', 'EC2'],
    ['51.255.255.255', '-'],
    ['53.0.0.0', '-'],
    ['2600:1f01::1', 'DYNAMODB'],
    ['2600:2000::1', '-'],
  ])('%s is %s', (address, service) => {
    const own = address.includes(':') ? '2001:db8:1:1::a' : '10.0.1.62';
    const frames = [udp(own, address), udp(address, own)];
    const names = 'pkt-src-aws-service pkt-dst-aws-service log-status';
    expect(linesOf(frames, names, { services, network: only('eni-1') })).toEqual([
      `- ${service} OK`,
      `${service} - OK`,
    ]);
  });

  it('refuses what is no ip-ranges.json', () => {
    for (const text of ['no', '{}', '{"prefixes":[{"ip_prefix":"x","service":"S3"}]}'])
      expect(() => AwsServices.parse(text)).toThrow(/not an ip-ranges.json/);
  });
});
