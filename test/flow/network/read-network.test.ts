import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWeirError } from '../../../src/base/index.ts';
import { Network, networkJsonSchema, type PlacedProblem, parseNetwork } from '../../../src/flow/index.ts';

function problemsOf(text: string): readonly PlacedProblem[] {
  try {
    parseNetwork(text, 'network.yaml');
  } catch (error) {
    if (isWeirError(error) && error.code === 'flow.bad-network') {
      expect(error.kind).toBe('config');
      return error.details['problems'] as readonly PlacedProblem[];
    }
    throw error;
  }
  return [];
}

const SOUND = `account: 123456789012
region: us-east-1
vpcs:
  - id: vpc-1
    cidrs: [10.0.0.0/16]
subnets:
  - id: subnet-1
    vpc: vpc-1
    cidrs: [10.0.1.0/24]
interfaces:
  - id: eni-1
    subnet: subnet-1
    privateIps: [10.0.1.5]
`;

describe('network.yaml', () => {
  it('is read, accounts as text whatever YAML took them for', () => {
    expect(parseNetwork(SOUND, 'network.yaml').account).toBe('123456789012');
    expect(parseNetwork('account: 12345678901', 'network.yaml').account).toBe('012345678901');
    expect(parseNetwork('', 'network.yaml')).toEqual({});
    expect(parseNetwork(JSON.stringify({ region: 'eu-west-1' }), 'network.json').region).toBe('eu-west-1');
  });

  it('names every problem at once, by line and column', () => {
    const text = SOUND.replace('[10.0.0.0/16]', '[10.0.0.0/99]')
      .replace('region: us-east-1', 'region: somewhere')
      .replace('    vpc: vpc-1', '    vpc: vpc-2')
      .replace('    privateIps', '    privateIp');
    expect(problemsOf(text).map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '2:9 region',
      '5:13 vpcs[0].cidrs[0]',
      '8:10 subnets[0].vpc',
      '13:16 interfaces[0].privateIp',
    ]);
  });

  it('says so in a message that an editor can follow', () => {
    expect(() => parseNetwork(SOUND.replace('vpc: vpc-1', 'vpc: vpc-9'), 'network.yaml')).toThrow(
      /^network\.yaml:8:10: subnets\[0\]\.vpc: there is no vpc-9 in vpcs$/,
    );
  });

  it('says where YAML itself is wrong', () => {
    expect(problemsOf('vpcs: [\n  { id: vpc-1\n')[0]).toMatchObject({ line: 3, path: '' });
  });

  const more = (yaml: string): string => `${SOUND}${yaml}`;
  it.each([
    [
      'an address outside its subnet',
      SOUND.replace('10.0.1.5', '10.0.2.5'),
      '10.0.2.5 is not in subnet-1 (10.0.1.0/24)',
    ],
    [
      'an id twice',
      SOUND.replace('  - id: vpc-1', '  - { id: vpc-1, cidrs: [10.9.0.0/16] }\n  - id: vpc-1'),
      'vpc-1 is described twice',
    ],
    [
      'an address twice',
      more('  - { id: eni-2, subnet: subnet-1, privateIps: [10.0.1.5] }\n'),
      '10.0.1.5 belongs to eni-1 already',
    ],
    ['an interface without address', more('  - { id: eni-2, subnet: subnet-1 }\n'), 'eni-2 has no address'],
    [
      'two owners',
      SOUND.replace(
        '    privateIps',
        '    instance: i-1\n    loadBalancer: { name: x, type: network }\n    privateIps',
      ),
      'eni-1 belongs to several things: instance, loadBalancer',
    ],
    [
      'a group of another VPC',
      more('    securityGroups: [sg-1]\nsecurityGroups: [{ id: sg-1, vpc: vpc-2 }]\n').replace(
        '    cidrs: [10.0.0.0/16]',
        '    cidrs: [10.0.0.0/16]\n  - { id: vpc-2, cidrs: [10.2.0.0/16] }',
      ),
      'sg-1 is of vpc-2, not vpc-1',
    ],
    [
      'an ACL rule twice',
      more(
        'networkAcls: [{ id: acl-1, vpc: vpc-1, inbound: [{ rule: 1, action: allow, protocol: tcp, cidr: 0.0.0.0/0 }, { rule: 1, action: deny, protocol: tcp, cidr: 0.0.0.0/0 }] }]\n',
      ),
      'rule 1 is there twice',
    ],
    [
      'ports the wrong way round',
      more(
        'securityGroups: [{ id: sg-1, vpc: vpc-1, inbound: [{ protocol: tcp, ports: 90-80, peers: [0.0.0.0/0] }] }]\n',
      ),
      '"90-80" is no range of ports',
    ],
    [
      'ports of ICMP, which would let all of it in',
      more(
        'securityGroups: [{ id: sg-1, vpc: vpc-1, inbound: [{ protocol: icmp, ports: 8, peers: [0.0.0.0/0] }] }]\n',
      ),
      'ICMP has no ports; say icmp: { type, code }',
    ],
    [
      'ports of all protocols, which would open everything',
      more(
        'networkAcls: [{ id: acl-1, vpc: vpc-1, inbound: [{ rule: 1, action: allow, protocol: all, ports: 22, cidr: 0.0.0.0/0 }] }]\n',
      ),
      'protocol all has no ports; a rule with ports names tcp, udp or sctp',
    ],
    [
      'an ICMP type of TCP',
      more(
        'securityGroups: [{ id: sg-1, vpc: vpc-1, inbound: [{ protocol: tcp, icmp: { type: 8 }, peers: [0.0.0.0/0] }] }]\n',
      ),
      'protocol tcp has no ICMP types',
    ],
    [
      'a subnet outside its VPC',
      SOUND.replace('cidrs: [10.0.0.0/16]', 'cidrs: [10.0.0.0/24]'),
      '10.0.1.0/24 is not in vpc-1 (10.0.0.0/24)',
    ],
    [
      'subnets that overlap',
      SOUND.replace('interfaces:', '  - { id: subnet-2, vpc: vpc-1, cidrs: [10.0.0.0/23] }\ninterfaces:'),
      '10.0.0.0/23 overlaps 10.0.1.0/24 of subnet-1',
    ],
    [
      'two IPv4 blocks of a subnet',
      SOUND.replace('[10.0.1.0/24]', '[10.0.1.0/24, 10.0.2.0/24]'),
      'subnet-1 has more than one IPv4 block',
    ],
    [
      'a value that would be two fields of a record',
      SOUND.replace('cidrs: [10.0.1.0/24]', 'cidrs: [10.0.1.0/24]\n    zoneId: use1 az1'),
      'expected text without spaces',
    ],
    [
      'an address twice, spelt differently',
      SOUND.replaceAll('10.0.1.0/24]', '10.0.1.0/24, "fd00::/64"]')
        .replace('10.0.0.0/16]', '10.0.0.0/16, "fd00::/56"]')
        .replace('    privateIps: [10.0.1.5]', '    ipv6: ["fd00::a", "FD00:0::A"]'),
      'FD00:0::A belongs to eni-1 already',
    ],
    [
      'a route to nowhere',
      more('routeTables: [{ id: rtb-1, vpc: vpc-1, routes: [{ to: 0.0.0.0/0 }] }]\n'),
      'a route needs via, or blackhole: true',
    ],
    [
      'a route to what is no target',
      more('routeTables: [{ id: rtb-1, vpc: vpc-1, routes: [{ to: 0.0.0.0/0, via: gateway }] }]\n'),
      '"gateway" is no target of a route',
    ],
    [
      'a capture of nothing',
      more('captures: [{ file: a.pcap }]\n'),
      'a capture needs interfaces, natGateway or attachments',
    ],
    [
      'a verdict without a prefix',
      more('captures: [{ interfaces: [eni-1], action: REJECT }]\n'),
      'only an NFLOG prefix can stand for a verdict',
    ],
    [
      'a zonal NAT gateway as a place',
      more('natGateways: [{ id: nat-1, vpc: vpc-1, subnet: subnet-1 }]\ncaptures: [{ natGateway: nat-1 }]\n'),
      'nat-1 is zonal: name its network interface instead',
    ],
    [
      'a protocol nobody knows',
      more(
        'networkAcls: [{ id: acl-1, vpc: vpc-1, inbound: [{ rule: 1, action: allow, protocol: tpc, cidr: 0.0.0.0/0 }] }]\n',
      ),
      'expected all, a protocol name such as tcp, or its number',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(problemsOf(text).map((problem) => problem.message)).toEqual([message]);
  });

  it('has a JSON Schema that knows its keys', () => {
    const schema = networkJsonSchema() as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toContain('transitGateways');
    expect(schema.additionalProperties).toBe(false);
  });
});

describe('the example of the reference page', () => {
  it('is a sound model', () => {
    const page = readFileSync(
      resolve(import.meta.dirname, '../../../docs/reference/network-model.md'),
      'utf8',
    );
    const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
    const network = new Network(parseNetwork(example, 'network-model.md'));
    expect(network.interfaces.map(({ id, primary4 }) => `${id} ${primary4}`)).toEqual(['eni-web 10.0.1.10']);
  });
});
