import { PATH } from '../emitter.ts';
import type { Interface } from '../world.ts';
import { type Act, connectionWindows, moments, type Scenario, type Stage } from './scenario.ts';

const BEACON_SECONDS = 8 * 3600;
const DRIP_SECONDS = 12 * 3600;

/** A small call home every five minutes, give or take a tenth. */
export const BEACON: Scenario = {
  name: 'beacon',
  title: 'Beacon with jitter',
  kind: 'attack',
  summary:
    'A server calls the same outside address on port 443 every five minutes with a tenth of jitter for eight hours. The sizes hardly vary.',
  techniques: ['T1071.001', 'T1573'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: BEACON_SECONDS,
  roles: { beacon: 'one call and its answer, at every interface it crosses' },
  script: (stage) => {
    const way = outwards(stage, 0);
    return moments(stage.random, BEACON_SECONDS, 300, 0.1).map(
      (atSeconds): Act => ({
        atSeconds,
        role: 'beacon',
        run: () => {
          const { emitter, random, v6 } = stage;
          const sent = 620 + random.int(24);
          emitter.tcp(emitter.clientPort(), 443, sent, 4_310 + random.int(60), 3, 19, v6);
          way();
        },
      }),
    );
  },
};

/** Gigabytes in ten minutes. */
export const EXFILTRATION_BURST: Scenario = {
  name: 'exfiltration-burst',
  title: 'Exfiltration in one burst',
  kind: 'attack',
  summary:
    'A server uploads some 8 GB to one outside address over one connection of ten minutes, against kilobytes of answers.',
  techniques: ['T1048', 'T1567'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: 600,
  roles: { transfer: 'the upload, window by window, at every interface it crosses' },
  script: (stage) => {
    const way = outwards(stage, 1);
    const port = stage.emitter.clientPort();
    const windows = connectionWindows(stage, 0, 600);
    return windows.map(
      ({ atSeconds, requestFlags, replyFlags }): Act => ({
        atSeconds,
        role: 'transfer',
        run: () => {
          const { emitter, random, v6 } = stage;
          const size = Math.round((8_000_000_000 / windows.length) * (0.9 + 0.2 * random.unit()));
          emitter.tcp(port, 443, size, 6_000, requestFlags, replyFlags, v6);
          way();
        },
      }),
    );
  },
};

/** A few megabytes four times an hour, all day. */
export const EXFILTRATION_DRIP: Scenario = {
  name: 'exfiltration-drip',
  title: 'Exfiltration in drips',
  kind: 'attack',
  summary:
    'A server uploads two to four megabytes to one outside address every fifteen minutes for twelve hours: no window stands out, the sum of the day does.',
  techniques: ['T1030', 'T1029'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: DRIP_SECONDS,
  roles: { drip: 'one upload, at every interface it crosses' },
  script: (stage) => {
    const way = outwards(stage, 2);
    return moments(stage.random, DRIP_SECONDS, 900, 0.3).map(
      (atSeconds): Act => ({
        atSeconds,
        role: 'drip',
        run: () => {
          const { emitter, random, v6 } = stage;
          const size = random.between(2_000_000, 4_000_000);
          emitter.tcp(emitter.clientPort(), 443, size, random.between(900, 1_500), 3, 19, v6);
          way();
        },
      }),
    );
  },
};

/** The way from an application server to the attacker: through the NAT gateway, or straight out with IPv6. */
function outwards(stage: Stage, serverNumber: number): () => void {
  const { world, emitter, v6 } = stage;
  const servers = world.byRole('app');
  const server = servers[serverNumber % servers.length] as Interface;
  const nat = world.byRole('nat-gateway')[server.zone] as Interface;
  const attacker = stage.stranger();
  stage.cast('attacker', attacker);
  stage.cast('source', v6 ? server.v6 : server.v4);
  const natPort = emitter.anyPort();
  let lastPort = 0;
  let currentNatPort = natPort;
  return () => {
    if (v6) {
      emitter.toOutside(server, attacker, PATH.internet);
      return;
    }
    // The gateway keeps its port as long as the connection lasts.
    if (emitter.talk.clientPort !== lastPort) currentNatPort = emitter.anyPort();
    lastPort = emitter.talk.clientPort;
    emitter.throughNat(server, nat, attacker, currentNatPort);
  };
}
