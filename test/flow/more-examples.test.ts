/**
 * Examples beyond AWS's own documentation pages (flow-logs.md §6.12, §6.15, §6.16): appliances and secondary addresses,
 * encryption status with its refusals, tags and next hops.
 */
import { expect, it } from 'vitest';
import { fieldsNamed, type RecordingOptions, recordFrames } from '../support/flow-records.ts';
import * as build from '../support/packet-builder.ts';

const PLACE = 'account: "123456789010"\nregion: us-east-1\n';

function tcp(
  src: string,
  dst: string,
  [srcPort, dstPort]: readonly [number, number] = [1, 2],
  [from, to]: readonly [number, number] = [1, 2],
): build.CapturedFrame {
  const packet = build.ipv4({ src, dst, protocol: 6 }, build.tcp({ srcPort, dstPort, flags: 2 }));
  return {
    bytes: build.concat([2, 0, 0, 0, 0, to], [2, 0, 0, 0, 0, from], build.u16(0x0800), packet),
    seconds: 1_700_000_000,
  };
}

it.each<[string, string, string, readonly build.CapturedFrame[], readonly string[], RecordingOptions?]>([
  [
    'an appliance forwards, and a secondary address is written as the primary one (§6.12)',
    `vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/8] }]
subnets:
  - { id: subnet-1, vpc: vpc-1, cidrs: [10.9.0.0/24] }
  - { id: subnet-2, vpc: vpc-1, cidrs: [10.0.0.0/24] }
interfaces:
  - { id: eni-0appliance00000001, subnet: subnet-1, privateIps: [10.9.0.4], mac: "02:00:00:00:00:04" }
  - { id: eni-1235b8ca123456789, subnet: subnet-2, privateIps: [10.0.0.62, 10.0.0.99] }
`,
    'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr flow-direction',
    [
      tcp('10.1.0.10', '10.2.0.20', [1, 2], [1, 4]),
      tcp('10.1.0.10', '10.2.0.20', [1, 2], [4, 1]),
      tcp('52.213.180.42', '10.0.0.99'),
      tcp('10.0.0.99', '52.213.180.42'),
    ],
    [
      'eni-0appliance00000001 10.1.0.10 10.9.0.4 10.1.0.10 10.2.0.20 ingress',
      'eni-0appliance00000001 10.9.0.4 10.2.0.20 10.1.0.10 10.2.0.20 egress',
      'eni-1235b8ca123456789 52.213.180.42 10.0.0.62 52.213.180.42 10.0.0.99 ingress',
      'eni-1235b8ca123456789 10.0.0.62 52.213.180.42 10.0.0.99 52.213.180.42 egress',
    ],
  ],
  [
    'encryption by hardware, by the application, not at all, and refused for want of it (§6.15)',
    `vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/16], encryptionControls: enforce, mainRouteTable: rtb-1 }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [10.0.0.0/20] }]
interfaces:
  - { id: eni-1, subnet: subnet-1, privateIps: [10.0.1.10], supportsEncryption: true }
  - { id: eni-2, subnet: subnet-1, privateIps: [10.0.2.20], supportsEncryption: true }
  - { id: eni-3, subnet: subnet-1, privateIps: [10.0.3.30], supportsEncryption: false }
routeTables:
  - { id: rtb-1, vpc: vpc-1, routes: [{ to: 0.0.0.0/0, via: igw-1 }, { to: 52.95.128.0/21, via: vpce-1 }] }
endpoints: [{ id: vpce-1, vpc: vpc-1, type: gateway }]
captures: [{ interfaces: [eni-1] }]
`,
    'encryption-status srcaddr dstaddr srcport dstport protocol traffic-path flow-direction reject-reason',
    [
      tcp('10.0.1.10', '10.0.2.20', [54_321, 5432]),
      tcp('10.0.1.10', '52.95.128.179', [54_322, 443]),
      tcp('203.0.113.12', '10.0.1.10', [51_000, 22]),
      tcp('10.0.1.10', '10.0.3.30', [54_323, 80]),
    ],
    [
      '1 10.0.1.10 10.0.2.20 54321 5432 6 1 egress -',
      '2 10.0.1.10 52.95.128.179 54322 443 6 7 egress -',
      '0 203.0.113.12 10.0.1.10 51000 22 6 - ingress -',
      '0 10.0.1.10 10.0.3.30 54323 80 6 1 egress EC',
    ],
  ],
  [
    'tags and the next hop of version 11 (§6.16)',
    `vpcs: [{ id: vpc-abcdefab012345678, cidrs: [10.0.0.0/16], mainRouteTable: rtb-1 }]
subnets: [{ id: subnet-11111111aaaaaaaaa, vpc: vpc-abcdefab012345678, cidrs: [10.0.0.0/24], zoneId: use1-az1 }]
instances: [{ id: i-1, tags: { Name: payments api/v2 }, autoScalingGroup: web }]
autoScalingGroups: [{ name: web, tags: { Role: web } }]
interfaces:
  - { id: eni-1235b8ca123456789, subnet: subnet-11111111aaaaaaaaa, privateIps: [10.0.0.71], instance: i-1, tags: { Place: edge } }
  - { id: eni-11111111111111111, subnet: subnet-11111111aaaaaaaaa, privateIps: [10.0.0.9], transitGatewayAttachment: tgw-attach-1 }
routeTables: [{ id: rtb-1, vpc: vpc-abcdefab012345678, routes: [{ to: 10.40.0.0/16, via: tgw-1 }] }]
transitGateways:
  - { id: tgw-1, attachments: [{ id: tgw-attach-1, vpc: vpc-abcdefab012345678, interfaces: [eni-11111111111111111] }] }
captures: [{ interfaces: [eni-1235b8ca123456789] }]
`,
    'version interface-id srcaddr dstaddr flow-direction instance-tag instance-tag-2 interface-tag asg-tag interface-type next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type',
    [tcp('10.0.0.71', '10.40.2.236')],
    [
      '11 eni-1235b8ca123456789 10.0.0.71 10.40.2.236 egress payments%20api%2Fv2 - edge web - eni-11111111111111111 subnet-11111111aaaaaaaaa use1-az1 vpc-abcdefab012345678 transit_gateway',
    ],
    { tagKeys: { instance: ['Name', 'App'], interface: ['Place'], autoScalingGroup: ['Role'] } },
  ],
])('%s', (_, network, names, frames, expected, options = {}) => {
  const { lines } = recordFrames(frames, {
    network: `${PLACE}${network}`,
    format: fieldsNamed(names),
    ...options,
  });
  expect(lines.filter((line) => !/^[^ ]+( -)+$/.test(line)).toSorted()).toEqual(expected.toSorted());
});
