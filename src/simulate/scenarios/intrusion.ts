import { FLAGS, PATH, PROTOCOL } from '../emitter.ts';
import type { Interface } from '../world.ts';
import { type Act, connectionWindows, moments, type Scenario, type Stage } from './scenario.ts';

const GUESSING_SECONDS = 20 * 60;
const SESSION_SECONDS = 10 * 60;

/** Hundreds of short logins, then one that stays. */
export const SSH_BRUTE_FORCE: Scenario = {
  name: 'ssh-brute-force',
  title: 'SSH brute force that succeeds',
  kind: 'attack',
  summary:
    'One outside address logs in by SSH twelve times a minute for twenty minutes, each time a short connection of like size, until one login stays for ten minutes and moves far more data.',
  techniques: ['T1110.001', 'T1021.004'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: GUESSING_SECONDS + SESSION_SECONDS,
  roles: {
    attempt: 'a short connection that fails to log in',
    session: 'the login that succeeded, window by window',
  },
  script: (stage) => {
    const attacker = stage.stranger();
    const target = stage.world.byRole('edge')[0] as Interface;
    stage.cast('attacker', attacker);
    stage.cast('target', stage.v6 ? target.v6 : target.v4);
    const attempts = moments(stage.random, GUESSING_SECONDS, 5, 0.4).map(
      (atSeconds): Act => ({
        atSeconds,
        role: 'attempt',
        run: () => {
          const { emitter, random, v6 } = stage;
          const sent = random.between(1_400, 1_700);
          emitter.tcp(emitter.clientPort(), 22, sent, random.between(1_900, 2_300), 3, 19, v6);
          emitter.fromOutside(attacker, target);
        },
      }),
    );
    const port = stage.emitter.clientPort();
    return [
      ...attempts,
      ...session(stage, 'session', GUESSING_SECONDS, SESSION_SECONDS, port, () =>
        stage.emitter.fromOutside(attacker, target),
      ),
    ];
  },
};

/** From the edge to an application server, to a second one, to the database. */
export const LATERAL_MOVEMENT: Scenario = {
  name: 'lateral-movement',
  title: 'Lateral movement chain',
  kind: 'attack',
  summary:
    'An attacker on the edge host opens SSH to an application server, looks around for file sharing and remote desktop (refused), goes on by SSH to a second server and from there pulls a large result from the database.',
  techniques: ['T1021.004', 'T1046', 'T1213'],
  seenIn: ['vpc'],
  ipVersions: [4, 6],
  durationSeconds: 45 * 60,
  roles: {
    foothold: 'the attacker’s SSH session to the edge host',
    'hop-1': 'SSH from the edge host to the first server',
    discovery: 'probes of neighbours: leave the first server, refused at theirs',
    'hop-2': 'SSH from the first server to the second',
    collection: 'a large read from the database by the second server',
  },
  script: (stage) => {
    const { world, emitter, random, v6 } = stage;
    const attacker = stage.stranger();
    const edge = world.byRole('edge')[0] as Interface;
    const [first, second, ...others] = world.byRole('app') as [Interface, Interface, ...Interface[]];
    const database = world.byRole('database')[0] as Interface;
    const parts = { edge, first, second, database };
    stage.cast('attacker', attacker);
    for (const [part, eni] of Object.entries(parts)) stage.cast(part, v6 ? eni.v6 : eni.v4);
    const ssh = (role: string, from: number, seconds: number, cross: () => void): readonly Act[] =>
      session(stage, role, from, seconds, emitter.clientPort(), cross);
    const neighbours = [...others.slice(0, 30), database, ...world.byRole('cache')];
    const discovery = neighbours.flatMap((neighbour) =>
      [445, 3389].map(
        (port): Act => ({
          atSeconds: 600 + random.int(240),
          role: 'discovery',
          run: () => refused(stage, first, neighbour, port),
        }),
      ),
    );
    const read = connectionWindows(stage, 1_800, 600);
    const readPort = emitter.clientPort();
    return [
      ...ssh('foothold', 0, 2_700, () => emitter.fromOutside(attacker, edge)),
      ...ssh('hop-1', 240, 2_400, () => emitter.internal(edge, first, v6)),
      ...discovery,
      ...ssh('hop-2', 1_200, 1_500, () => emitter.internal(first, second, v6)),
      ...read.map(
        ({ atSeconds, requestFlags, replyFlags }): Act => ({
          atSeconds,
          role: 'collection',
          run: () => {
            const size = random.between(60_000_000, 90_000_000);
            emitter.tcp(readPort, 5432, 4_000, size, requestFlags, replyFlags, v6);
            emitter.internal(second, database, v6);
          },
        }),
      ),
    ];
  },
};

/** An interactive session: some typing, more output. */
function session(
  stage: Stage,
  role: string,
  fromSeconds: number,
  seconds: number,
  port: number,
  cross: () => void,
): readonly Act[] {
  return connectionWindows(stage, fromSeconds, seconds).map(({ atSeconds, requestFlags, replyFlags }) => ({
    atSeconds,
    role,
    run: () => {
      const { emitter, random, v6 } = stage;
      const typed = random.between(3_000, 9_000);
      emitter.tcp(port, 22, typed, typed * random.between(6, 20), requestFlags, replyFlags, v6);
      cross();
    },
  }));
}

/** A SYN that leaves one interface and is refused at the other. */
function refused(stage: Stage, from: Interface, to: Interface, port: number): void {
  const { emitter, v6 } = stage;
  const [source, target] = v6 ? [from.v6, to.v6] : [from.v4, to.v4];
  Object.assign(emitter.talk, {
    protocol: PROTOCOL.tcp,
    clientPort: emitter.clientPort(),
    serverPort: port,
    requestPackets: 2,
    requestBytes: v6 ? 160 : 120,
    requestFlags: FLAGS.syn,
  });
  emitter.request(from.index, 1, source, target, source, target, PATH.sameVpc, to.index);
  emitter.request(to.index, 0, source, target, source, target, PATH.none, from.index, true);
}
