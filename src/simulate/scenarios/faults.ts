import { FLAGS, PATH, PROTOCOL } from '../emitter.ts';
import { LOST_REASONS, NONE, REJECT_REASONS } from '../rows.ts';
import type { Attachment, Interface } from '../world.ts';
import { type Act, moments, type Scenario, type Stage } from './scenario.ts';

const HALF_HOUR = 1_800;

/** Requests come in, answers do not get out. */
export const NACL_RETURN_BLOCKED: Scenario = {
  name: 'nacl-return-blocked',
  title: 'Return path blocked by a network ACL',
  kind: 'fault',
  summary:
    'A network ACL on the public subnet lost its rule for ephemeral ports: requests to port 8443 of the edge host are accepted, its answers are refused on the way out. A security group never refuses answers, so this pair proves an ACL.',
  techniques: [],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: HALF_HOUR,
  roles: {
    request: 'SYNs of a client, accepted, repeated for want of an answer',
    'blocked-reply': 'SYN-ACKs of the host, refused on the way out',
  },
  script: (stage) => {
    const target = stage.world.byRole('edge')[0] as Interface;
    const own = stage.v6 ? target.v6 : target.v4;
    stage.cast('target', own);
    const clients = Array.from({ length: 12 }, () => stage.stranger());
    for (const client of clients) stage.cast('client', client);
    return moments(stage.random, HALF_HOUR, 20, 0.4).flatMap((atSeconds): readonly Act[] => {
      const client = stage.random.pick(clients);
      const port = stage.emitter.clientPort();
      const tries = stage.random.between(3, 5);
      return (['request', 'blocked-reply'] as const).map((role) => ({
        atSeconds,
        role,
        run: () => {
          const { emitter } = stage;
          synTries(stage, port, 8443, tries);
          if (role === 'request') emitter.request(target.index, 0, client, own, client, own, PATH.none, NONE);
          else emitter.reply(target.index, 1, own, client, own, client, PATH.internet, NONE, true);
        },
      }));
    });
  },
};

/** Refused by the VPC itself, before security groups are asked. */
export const BLOCK_PUBLIC_ACCESS: Scenario = {
  name: 'block-public-access',
  title: 'VPC Block Public Access without an exclusion',
  kind: 'fault',
  summary:
    'Block Public Access was turned on and the public subnet of the edge host has no exclusion: its clients are refused with reject-reason BPA. Such records carry no bytes.',
  techniques: [],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: HALF_HOUR,
  roles: { blocked: 'SYNs of a client, refused by Block Public Access' },
  script: (stage) => {
    const target = stage.world.byRole('edge')[0] as Interface;
    stage.cast('target', stage.v6 ? target.v6 : target.v4);
    const clients = Array.from({ length: 12 }, () => stage.stranger());
    for (const client of clients) stage.cast('client', client);
    return moments(stage.random, HALF_HOUR, 15, 0.4).map((atSeconds): Act => {
      const client = stage.random.pick(clients);
      const port = stage.emitter.clientPort();
      return {
        atSeconds,
        role: 'blocked',
        run: () => {
          const { rows } = stage.emitter;
          stage.emitter.knock(client, target, PROTOCOL.tcp, port, 443, 3, 0, FLAGS.syn, true);
          rows.rejectReason[rows.length - 1] = REJECT_REASONS.indexOf('BPA');
        },
      };
    });
  },
};

/** A route that leads to nothing. */
export const BLACKHOLE_ROUTE: Scenario = transitFault({
  name: 'blackhole-route',
  title: 'Blackhole route on the transit gateway',
  summary:
    'The transit gateway’s route to the monitoring hosts points to a deleted attachment. Servers send SYNs and never hear back; the gateway’s records count every packet as lost to a blackhole.',
  reason: 'blackhole',
  lostBytes: 60,
  passedBytes: 0,
  lostShare: 1,
});

/** Packets too large for the way. */
export const MTU_LOSS: Scenario = transitFault({
  name: 'mtu-loss',
  title: 'MTU loss on the transit gateway',
  summary:
    'A server sends packets of 9001 bytes where the transit gateway carries 8500: the handshake passes, full-sized packets are lost and sent again, small ones get through.',
  reason: 'mtu-exceeded',
  lostBytes: 9_001,
  passedBytes: 120,
  lostShare: 0.6,
});

/** Packets that went in circles. */
export const TTL_LOSS: Scenario = transitFault({
  name: 'ttl-loss',
  title: 'Routing loop: TTL expired on the transit gateway',
  summary:
    'Two route tables send each other the same prefix: packets to a monitoring host circle until their time to live is spent, and the transit gateway counts them as lost.',
  reason: 'ttl-expired',
  lostBytes: 84,
  passedBytes: 0,
  lostShare: 1,
});

interface TransitFault {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly reason: (typeof LOST_REASONS)[number];
  /** Size of a packet that gets lost, and of one that gets through. */
  readonly lostBytes: number;
  readonly passedBytes: number;
  /** Share of the packets that get lost; under 1 the rest arrives and is answered. */
  readonly lostShare: number;
}

/** What the three losses share: application servers on one side, a monitoring host on the other. */
function transitFault(fault: TransitFault): Scenario {
  return {
    name: fault.name,
    title: fault.title,
    kind: 'fault',
    summary: fault.summary,
    techniques: [],
    seenIn: ['vpc', 'tgw'],
    ipVersions: [4, 6],
    durationSeconds: HALF_HOUR,
    roles: {
      request: 'packets on their way to the monitoring host',
      lost: 'the transit gateway’s record of them, with its count of lost packets',
      ...(fault.lostShare < 1 ? { reply: 'answers to what did arrive' } : {}),
    },
    script: (stage) => {
      const server = stage.world.byRole('monitor')[0] as Interface;
      stage.cast('server', stage.v6 ? server.v6 : server.v4);
      const clients = stage.world.byRole('app');
      return moments(stage.random, HALF_HOUR, 30, 0.4).flatMap((atSeconds): readonly Act[] => {
        const client = stage.random.pick(clients);
        const port = stage.emitter.clientPort();
        const packets = stage.random.between(3, fault.lostShare < 1 ? 60 : 6);
        const roles =
          fault.lostShare < 1 ? (['request', 'lost', 'reply'] as const) : (['request', 'lost'] as const);
        return roles.map((role) => ({
          atSeconds,
          role,
          run: () => lossyTransit(stage, fault, role, client, server, port, packets),
        }));
      });
    },
  };
}

/** The records of one role of a conversation that loses packets inside the transit gateway. */
function lossyTransit(
  stage: Stage,
  fault: TransitFault,
  role: 'request' | 'lost' | 'reply',
  client: Interface,
  server: Interface,
  port: number,
  packets: number,
): void {
  const { emitter, world, v6 } = stage;
  const near = world.transitInterface(client.vpc, client.zone);
  const far = world.transitInterface(server.vpc, server.zone);
  const [c, s, nearIp, farIp] = v6
    ? [client.v6, server.v6, near.v6, far.v6]
    : [client.v4, server.v4, near.v4, far.v4];
  const lost = Math.round(packets * fault.lostShare);
  const passed = packets - lost;
  const [nearSide, farSide] = world.attachments as readonly [Attachment, Attachment];
  const { rows, talk } = emitter;
  synTries(stage, port, 8125, packets);
  talk.requestBytes = lost * fault.lostBytes + passed * fault.passedBytes;
  if (role === 'request') {
    emitter.request(client.index, 1, c, s, c, s, PATH.sameVpc, near.index);
    emitter.request(near.index, 0, c, nearIp, c, s, PATH.none, NONE);
    if (passed === 0) return;
    talk.requestPackets = passed;
    talk.requestBytes = passed * fault.passedBytes;
    emitter.request(far.index, 1, farIp, s, c, s, PATH.sameVpc, server.index);
    emitter.request(server.index, 0, c, s, c, s, PATH.none, far.index);
    rows.hopTo[emitter.request(farSide.index, 1, c, s, c, s, PATH.none, near.index)] = far.index;
    return;
  }
  if (role === 'lost') {
    const row = emitter.request(nearSide.index, 0, c, s, c, s, PATH.none, near.index);
    rows.hopTo[row] = far.index;
    rows.lostReason[row] = LOST_REASONS.indexOf(fault.reason);
    rows.lostPackets[row] = lost;
    return;
  }
  talk.replyPackets = passed;
  talk.replyBytes = passed * (v6 ? 72 : 52);
  emitter.reply(server.index, 1, s, c, s, c, PATH.sameVpc, far.index);
  emitter.reply(far.index, 0, s, farIp, s, c, PATH.none, NONE);
  rows.hopTo[emitter.reply(farSide.index, 0, s, c, s, c, PATH.none, far.index)] = near.index;
  rows.hopTo[emitter.reply(nearSide.index, 1, s, c, s, c, PATH.none, far.index)] = near.index;
  emitter.reply(near.index, 1, nearIp, c, s, c, PATH.sameVpc, client.index);
  emitter.reply(client.index, 0, s, c, s, c, PATH.none, near.index);
}

/** Fills the talk with so many SYNs and as many SYN-ACKs. */
function synTries(stage: Stage, clientPort: number, serverPort: number, tries: number): void {
  Object.assign(stage.emitter.talk, {
    protocol: PROTOCOL.tcp,
    clientPort,
    serverPort,
    requestPackets: tries,
    requestBytes: tries * (stage.v6 ? 80 : 60),
    replyPackets: tries,
    replyBytes: tries * (stage.v6 ? 80 : 60),
    requestFlags: FLAGS.syn,
    replyFlags: FLAGS.synAck,
  });
}
