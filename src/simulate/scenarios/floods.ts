import { FLAGS, PATH, PROTOCOL } from '../emitter.ts';
import { NONE } from '../rows.ts';
import type { Interface } from '../world.ts';
import { type Act, type Scenario, type Stage } from './scenario.ts';

const FLOOD_SECONDS = 300;
const SOURCES_PER_SECOND = 40;

/** Thousands of half-open connections from sources that do not exist. */
export const SYN_FLOOD: Scenario = {
  name: 'syn-flood',
  title: 'SYN flood',
  kind: 'attack',
  summary:
    'Forty invented sources a second send SYNs to port 443 of a load balancer for five minutes. The security group accepts them, the balancer answers, nobody completes a connection.',
  techniques: ['T1498.001'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: FLOOD_SECONDS,
  roles: { syn: 'SYNs of one invented source', 'syn-ack': 'the answer that nobody wants' },
  script: (stage) => {
    const target = stage.world.byRole('load-balancer')[0] as Interface;
    stage.cast('target', stage.v6 ? target.v6 : target.v4);
    return Array.from({ length: FLOOD_SECONDS * SOURCES_PER_SECOND }, (_, i): readonly Act[] => {
      const atSeconds = i / SOURCES_PER_SECOND;
      const source = inventedSource(stage, i);
      const port = stage.emitter.clientPort();
      const packets = stage.random.between(1, 12);
      return [
        { atSeconds, role: 'syn', run: () => syn(stage, source, target, port, packets, false) },
        { atSeconds, role: 'syn-ack', run: () => syn(stage, source, target, port, packets, true) },
      ];
    }).flat();
  },
};

const REFLECTION_SECONDS = 300;
const REFLECTORS = 120;

/** Answers to questions that somebody else asked in our name. */
export const UDP_REFLECTION: Scenario = {
  name: 'udp-reflection',
  title: 'UDP reflection',
  kind: 'attack',
  summary:
    'A hundred and twenty open servers (DNS, NTP, memcached, SSDP) send large answers to a public host that asked nothing. The security group refuses them, which does not spare the line.',
  techniques: ['T1498.002'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: REFLECTION_SECONDS,
  roles: { reflected: 'answers of one open server in one window, refused' },
  script: (stage) => {
    const target = stage.world.byRole('edge')[0] as Interface;
    stage.cast('target', stage.v6 ? target.v6 : target.v4);
    const windows = Math.max(1, Math.round(REFLECTION_SECONDS / stage.windowSeconds));
    return Array.from({ length: REFLECTORS }, (_, i): readonly Act[] => {
      const source = inventedSource(stage, i);
      const [service, size] = stage.random.pick(AMPLIFIERS);
      const port = 1024 + stage.random.int(60_000);
      return Array.from(
        { length: windows },
        (_, w): Act => ({
          atSeconds: w * stage.windowSeconds,
          role: 'reflected',
          run: () => {
            const packets = stage.random.between(400, 4_000);
            const bytes = packets * (size + (stage.v6 ? 48 : 28));
            stage.emitter.knock(source, target, PROTOCOL.udp, service, port, packets, bytes, 0, true);
          },
        }),
      );
    }).flat();
  },
};

/** Source port and payload of the answers. */
const AMPLIFIERS: readonly (readonly [number, number])[] = [
  [53, 1_200],
  [123, 440],
  [11_211, 1_400],
  [1900, 310],
];

/** A public address that stands in no range of ours; the documentation ranges are too small for a flood. */
function inventedSource(stage: Stage, serial: number): number {
  const { book, random, v6 } = stage;
  if (v6)
    return book.addV6((0x2001_0db8_0f10_0000n << 64n) | (BigInt(random.bits()) << 20n) | BigInt(serial));
  return book.addV4((random.pick([45, 91, 103, 185, 193, 212]) << 24) | (random.int(250) << 16) | serial);
}

function syn(
  stage: Stage,
  source: number,
  target: Interface,
  port: number,
  packets: number,
  isReply: boolean,
): void {
  const { emitter, v6 } = stage;
  const own = v6 ? target.v6 : target.v4;
  Object.assign(emitter.talk, {
    protocol: PROTOCOL.tcp,
    clientPort: port,
    serverPort: 443,
    requestPackets: packets,
    requestBytes: packets * (v6 ? 60 : 40),
    replyPackets: packets,
    replyBytes: packets * (v6 ? 64 : 44),
    requestFlags: FLAGS.syn,
    replyFlags: FLAGS.synAck,
  });
  if (isReply) emitter.reply(target.index, 1, own, source, own, source, PATH.internet, NONE);
  else emitter.request(target.index, 0, source, own, source, own, PATH.none, NONE);
}
