import { describe, expect, it } from 'vitest';
import { type Recorded, recordFrames } from '../support/flow-records.ts';
import * as build from '../support/packet-builder.ts';

const T = 1_432_917_000;
const CLIENT = '203.0.113.12';
const SERVER = '172.31.16.139';

interface Verdicts {
  readonly groupIn?: string;
  readonly groupOut?: string;
  readonly aclIn?: string;
  readonly aclOut?: string;
}

const ALL_IN = '{ protocol: all, peers: [0.0.0.0/0, "::/0"] }';
const ALLOW = '{ rule: 100, action: allow, protocol: all, cidr: 0.0.0.0/0 }';
const DENY = '{ rule: 100, action: deny, protocol: all, cidr: 0.0.0.0/0 }';

/** One instance behind one security group and one ACL; rules as YAML, nothing said means nothing allowed by the group. */
function network({ groupIn = '', groupOut = '', aclIn = ALLOW, aclOut = ALLOW }: Verdicts): string {
  return `
account: "123456789010"
region: us-east-1
vpcs: [{ id: vpc-1, cidrs: [172.31.0.0/16] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [172.31.16.0/20], networkAcl: acl-1 }]
interfaces:
  - { id: eni-1, subnet: subnet-1, privateIps: [${SERVER}], securityGroups: [sg-1] }
  - { id: eni-2, subnet: subnet-1, privateIps: [172.31.16.140], securityGroups: [sg-2] }
securityGroups:
  - { id: sg-1, vpc: vpc-1, inbound: [${groupIn}], outbound: [${groupOut}] }
  - { id: sg-2, vpc: vpc-1, inbound: [${ALL_IN}], outbound: [${ALL_IN}] }
networkAcls: [{ id: acl-1, vpc: vpc-1, inbound: [${aclIn}], outbound: [${aclOut}] }]
captures: [{ file: one.pcap, interfaces: [eni-1] }]
`;
}

function ping(src: string, dst: string, type: number, seconds: number): build.CapturedFrame {
  const packet = build.ipv4({ src, dst, protocol: 1 }, build.icmp(type, 0, new Uint8Array(60)));
  return { bytes: build.ethernet(packet), seconds };
}

function tcp(src: string, dst: string, ports: readonly [number, number], flags: number, seconds: number) {
  const [srcPort, dstPort] = ports;
  const packet = build.ipv4({ src, dst, protocol: 6 }, build.tcp({ srcPort, dstPort, flags }));
  return { bytes: build.ethernet(packet), seconds };
}

const actions = (recorded: Recorded): string[] =>
  recorded.records.map((record) => `${record['srcaddr']} ${record['action']} ${record['packets']}`);

const record = (frames: readonly build.CapturedFrame[], verdicts: Verdicts): Recorded =>
  recordFrames(frames, { network: network(verdicts), file: 'one.pcap' });

describe('ping from 203.0.113.12 to 172.31.16.139 (flow-logs.md §3.5)', () => {
  const exchange = [ping(CLIENT, SERVER, 8, T), ping(SERVER, CLIENT, 0, T)];
  const request = [ping(CLIENT, SERVER, 8, T)];

  it('group allows in, ACL denies out: the request is accepted, its reply rejected', () => {
    const recorded = record(exchange, { groupIn: ALL_IN, aclOut: DENY });
    expect(actions(recorded)).toEqual([`${CLIENT} ACCEPT 1`, `${SERVER} REJECT 1`]);
    expect(new Set(recorded.records.map((row) => row['end'])).size).toBe(1);
    expect(recorded.rules).toMatchObject([
      { kind: 'network-acl', resources: ['acl-1'], rule: '100', direction: 'egress' },
    ]);
  });

  it('group allows in and has no rule out, ACL allows both: both are accepted, since groups remember', () => {
    const recorded = record(exchange, { groupIn: ALL_IN });
    expect(actions(recorded)).toEqual([`${CLIENT} ACCEPT 1`, `${SERVER} ACCEPT 1`]);
    expect(recorded.rules).toEqual([]);
  });

  it('group denies in: one reject', () => {
    const recorded = record(request, { groupOut: ALL_IN });
    expect(actions(recorded)).toEqual([`${CLIENT} REJECT 1`]);
    expect(recorded.rules).toMatchObject([
      { kind: 'security-group', resources: ['sg-1'], direction: 'ingress' },
    ]);
  });

  it('ACL denies in: one reject, and by the ACL', () => {
    const recorded = record(request, { groupIn: ALL_IN, aclIn: DENY });
    expect(actions(recorded)).toEqual([`${CLIENT} REJECT 1`]);
    expect(recorded.rules).toMatchObject([{ kind: 'network-acl', rule: '100', direction: 'ingress' }]);
  });
});

describe('network ACLs', () => {
  const ssh = [tcp(CLIENT, SERVER, [5000, 22], 2, T)];
  const rules = (...list: string[]): Verdicts => ({ groupIn: ALL_IN, aclIn: list.join(', ') });

  it('are tried by number, not by the order they are written in', () => {
    const allow = '{ rule: 200, action: allow, protocol: tcp, ports: 22, cidr: 0.0.0.0/0 }';
    const deny = '{ rule: 110, action: deny, protocol: tcp, ports: 1-1024, cidr: 203.0.113.0/24 }';
    expect(record(ssh, rules(allow, deny)).rules).toMatchObject([{ rule: '110' }]);
    expect(record(ssh, rules(deny.replace('110', '210'), allow)).rules).toEqual([]);
  });

  it('deny what no rule allows', () => {
    const web = '{ rule: 100, action: allow, protocol: tcp, ports: 443, cidr: 0.0.0.0/0 }';
    expect(record(ssh, rules(web)).rules).toMatchObject([{ kind: 'network-acl', rule: '*' }]);
  });

  it('do not stand between two interfaces of one subnet', () => {
    const frames = [tcp('172.31.16.140', SERVER, [5000, 22], 2, T)];
    expect(record(frames, { groupIn: ALL_IN, aclIn: DENY }).rules).toEqual([]);
  });

  it('know ICMP types', () => {
    const deny = '{ rule: 90, action: deny, protocol: icmp, icmp: { type: 8 }, cidr: 0.0.0.0/0 }';
    const frames = [ping(CLIENT, SERVER, 8, T), ping(CLIENT, SERVER, 13, T)];
    expect(actions(record(frames, rules(deny, ALLOW)))).toEqual([`${CLIENT} REJECT 1`, `${CLIENT} ACCEPT 1`]);
  });
});

describe('security groups', () => {
  const web = '{ protocol: tcp, ports: 443, peers: [0.0.0.0/0] }';

  it('let the answers of a connection pass, but not a connection of its own', () => {
    const frames = [
      tcp(CLIENT, SERVER, [5000, 443], 2, T),
      tcp(SERVER, CLIENT, [443, 5000], 18, T),
      tcp(SERVER, CLIENT, [443, 6000], 2, T),
    ];
    expect(actions(record(frames, { groupIn: web }))).toEqual([
      `${CLIENT} ACCEPT 1`,
      `${SERVER} ACCEPT 1`,
      `${SERVER} REJECT 1`,
    ]);
  });

  it('reject late packets of a closed connection, and say that it was closed', () => {
    const open = [
      tcp(SERVER, CLIENT, [5000, 443], 2, T),
      tcp(CLIENT, SERVER, [443, 5000], 18, T),
      tcp(SERVER, CLIENT, [5000, 443], 17, T + 1),
      tcp(CLIENT, SERVER, [443, 5000], 17, T + 1),
    ];
    const last = tcp(SERVER, CLIENT, [5000, 443], 16, T + 1);
    const late = tcp(CLIENT, SERVER, [443, 5000], 16, T + 40);
    const recorded = record([...open, last, late], { groupOut: web });
    expect(actions(recorded)).toEqual([`${SERVER} ACCEPT 3`, `${CLIENT} ACCEPT 2`, `${CLIENT} REJECT 1`]);
    expect(recorded.rules).toMatchObject([{ kind: 'closed-connection' }]);
  });

  it('judge a port that is used again anew', () => {
    const frames = [
      tcp(SERVER, CLIENT, [5000, 443], 2, T),
      tcp(CLIENT, SERVER, [443, 5000], 20, T),
      tcp(CLIENT, SERVER, [443, 5000], 2, T + 1),
    ];
    expect(actions(record(frames, { groupOut: web })).at(-1)).toBe(`${CLIENT} REJECT 1`);
  });

  it('forget idle connections', () => {
    const udp = (src: string, dst: string, srcPort: number, dstPort: number, seconds: number) => ({
      bytes: build.ethernet(build.ipv4({ src, dst, protocol: 17 }, build.udp({ srcPort, dstPort }))),
      seconds,
    });
    const out = '{ protocol: udp, peers: [0.0.0.0/0] }';
    const query = udp(SERVER, CLIENT, 5000, 5353, T);
    const answerAfter = (seconds: number) =>
      actions(record([query, udp(CLIENT, SERVER, 5353, 5000, T + seconds)], { groupOut: out })).at(-1);
    expect(answerAfter(30)).toBe(`${CLIENT} ACCEPT 1`);
    expect(answerAfter(31)).toBe(`${CLIENT} REJECT 1`);
  });

  it('may be peers of each other', () => {
    const fromGroup = '{ protocol: tcp, ports: 22, peers: [sg-2] }';
    const near = tcp('172.31.16.140', SERVER, [5000, 22], 2, T);
    const far = tcp('172.31.16.141', SERVER, [5000, 22], 2, T);
    expect(actions(record([near, far], { groupIn: fromGroup }))).toEqual([
      '172.31.16.140 ACCEPT 1',
      '172.31.16.141 REJECT 1',
    ]);
  });

  it('remember no more connections than they may, and forget the idlest first', () => {
    const frames = Array.from({ length: 400 }, (_, i) =>
      tcp(CLIENT, SERVER, [1000 + i, 443], 2, T + (i >> 3)),
    );
    const answers = [
      tcp(SERVER, CLIENT, [443, 1399], 18, T + 51),
      tcp(SERVER, CLIENT, [443, 1000], 18, T + 51),
    ];
    const recorded = recordFrames([...frames, ...answers], {
      network: network({ groupIn: web }),
      file: 'one.pcap',
      connections: { maxConnections: 100 },
    });
    expect(recorded.firewall?.evictedConnections).toBeGreaterThanOrEqual(300);
    expect(actions(recorded).slice(-2)).toEqual([`${SERVER} ACCEPT 1`, `${SERVER} REJECT 1`]);
  });
});

describe('kernel verdicts', () => {
  const logged = (prefix: string): build.CapturedFrame => ({
    bytes: build.nflog(
      { prefix, hook: 1 },
      build.ipv4({ src: CLIENT, dst: SERVER, protocol: 17 }, build.udp({ srcPort: 1, dstPort: 2 })),
    ),
    seconds: T,
  });

  it('go before the rules of the model', () => {
    const recorded = recordFrames([logged('in-drop '), logged('in-ok ')], {
      network: network({ groupIn: ALL_IN, aclIn: DENY }),
      file: 'one.pcap',
      pcap: { linkType: 239 },
    });
    expect(actions(recorded)).toEqual([`${CLIENT} REJECT 1`, `${CLIENT} ACCEPT 1`]);
    expect(recorded.rules).toMatchObject([{ kind: 'kernel', rule: 'in-drop ' }]);
  });

  it('follow what the model says of a prefix', () => {
    const captures = 'captures: [{ prefix: "in-ok", interfaces: [eni-1], action: REJECT }]';
    const yaml = network({}).replace(/captures: .*/, captures);
    const recorded = recordFrames([logged('in-ok ')], { network: yaml, pcap: { linkType: 239 } });
    expect(actions(recorded)).toEqual([`${CLIENT} REJECT 1`]);
  });
});
