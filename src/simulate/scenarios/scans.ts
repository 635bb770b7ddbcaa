import { PATH, PROTOCOL } from '../emitter.ts';
import { NONE } from '../rows.ts';
import type { Interface } from '../world.ts';
import { type Act, moments, type Scenario, type Stage } from './scenario.ts';

const PORTS_TRIED = 1000;
const OPEN_PORT = 443;

/** A thousand ports of one host in five minutes. */
export const PORT_SCAN: Scenario = {
  name: 'port-scan',
  title: 'Vertical port scan',
  kind: 'attack',
  summary:
    'One outside address tries a thousand TCP ports of one public host within five minutes. All are refused but the one open port, which answers and is reset.',
  techniques: ['T1046', 'T1595.001'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: 300,
  roles: {
    probe: 'a lone SYN, refused',
    'open-port': 'SYN to the open port and its answer, reset by the scanner',
  },
  script: (stage) => {
    const attacker = stage.stranger();
    const target = stage.world.byRole('edge')[0] as Interface;
    stage.cast('attacker', attacker);
    stage.cast('target', stage.v6 ? target.v6 : target.v4);
    const fromPort = 40_000 + stage.random.int(20_000);
    return Array.from({ length: PORTS_TRIED }, (_, port) => port + 1).map((port): Act => {
      const atSeconds = stage.random.int(300);
      if (port === OPEN_PORT) {
        return { atSeconds, role: 'open-port', run: () => openPort(stage, attacker, target, fromPort) };
      }
      return { atSeconds, role: 'probe', run: () => probe(stage, attacker, target, fromPort, port) };
    });
  },
};

const SLOW_SECONDS = 6 * 3600;
const SLOW_PORTS: readonly number[] = [
  22, 23, 445, 1433, 2375, 3306, 3389, 5432, 5900, 6379, 8080, 9200, 27_017,
];

/** One probe every eight minutes or so, over all public interfaces. */
export const SLOW_SCAN: Scenario = {
  name: 'slow-scan',
  title: 'Slow scan',
  kind: 'attack',
  summary:
    'One outside address tries one port every eight minutes for six hours, spread over all public interfaces: below every per-minute threshold, plain over the day.',
  techniques: ['T1595.001'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: SLOW_SECONDS,
  roles: { probe: 'a lone SYN, refused' },
  script: (stage) => {
    const attacker = stage.stranger();
    stage.cast('attacker', attacker);
    const { world } = stage;
    const doors = [...world.byRole('load-balancer'), ...world.byRole('bastion'), ...world.byRole('edge')];
    return moments(stage.random, SLOW_SECONDS, 480, 0.45).map((atSeconds, i) => ({
      atSeconds,
      role: 'probe',
      run: () => {
        const door = doors[i % doors.length] as Interface;
        const port = SLOW_PORTS[Math.floor(i / doors.length) % SLOW_PORTS.length] as number;
        probe(stage, attacker, door, 1024 + stage.random.int(60_000), port);
      },
    }));
  },
};

function probe(stage: Stage, attacker: number, target: Interface, fromPort: number, port: number): void {
  stage.emitter.knock(attacker, target, PROTOCOL.tcp, fromPort, port, 1, stage.v6 ? 64 : 44, 2, true);
}

function openPort(stage: Stage, attacker: number, target: Interface, fromPort: number): void {
  const { emitter, v6 } = stage;
  const own = v6 ? target.v6 : target.v4;
  Object.assign(emitter.talk, {
    protocol: PROTOCOL.tcp,
    clientPort: fromPort,
    serverPort: OPEN_PORT,
    requestPackets: 2,
    requestBytes: v6 ? 124 : 84,
    replyPackets: 1,
    replyBytes: v6 ? 64 : 44,
    requestFlags: 6,
    replyFlags: 18,
  });
  emitter.request(target.index, 0, attacker, own, attacker, own, PATH.none, NONE);
  emitter.reply(target.index, 1, own, attacker, own, attacker, PATH.internet, NONE);
}
