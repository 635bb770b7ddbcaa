import { FLAGS, PATH } from './emitter.ts';
import { SizeSampler } from './random.ts';
import type { Tick, TrafficContext } from './traffic-context.ts';
import type { Interface } from './world.ts';

const SOCKET_SIZES = new SizeSampler(1_500, 1.2, 60, 300_000);
const KEY_SIZES = new SizeSampler(2_500, 1.1, 200, 400_000);
const WAL_SIZES = new SizeSampler(180_000, 0.9, 4_000, 30_000_000);
const BACKUP_SIZES = new SizeSampler(4_000_000, 0.7, 200_000, 60_000_000);

interface LongConnection {
  readonly kind: 'socket' | 'admin' | 'hop';
  /** Address of an outside client, or NONE for an inside one. */
  readonly outside: number;
  readonly client: Interface;
  readonly server: Interface;
  readonly port: number;
  ticksLeft: number;
  isNew: boolean;
}

/** Connections that outlive a window: SYN in the first, FIN in the last, no flags between. */
export class LongConnections {
  private readonly context: TrafficContext;
  private open: LongConnection[] = [];

  constructor(context: TrafficContext) {
    this.context = context;
  }

  /** Opens new ones, writes one exchange for each open one, and the databases' replication and nightly backup. */
  fill(tick: Tick, busy: number, isBackup: boolean): void {
    const { random, activity } = this.context;
    for (let left = random.poisson(0.1 * busy); left > 0; left--) this.openSocket();
    if (random.chance(Math.min(0.3, 0.02 * busy))) this.openAdmin();
    for (const connection of this.open) this.exchange(connection);
    this.open = this.open.filter((connection) => connection.ticksLeft > 0);
    if (random.chance(Math.min(1, activity * 4))) this.replicate(tick, isBackup);
    if (isBackup && random.chance(Math.min(1, activity * 3))) this.backUp(tick);
  }

  private openSocket(): void {
    const { random, emitter, outside, world } = this.context;
    const balancer = random.pick(world.byRole('load-balancer'));
    this.open.push({
      kind: 'socket',
      outside: outside.client(random),
      client: balancer,
      server: balancer,
      port: emitter.clientPort(),
      ticksLeft: 2 + Math.floor(-12 * Math.log(1 - random.unit())),
      isNew: true,
    });
  }

  /** An administrator logs in to the bastion and from there to a server. */
  private openAdmin(): void {
    const { random, emitter, outside, world } = this.context;
    const bastion = random.pick(world.byRole('bastion'));
    const ticksLeft = 2 + Math.floor(-18 * Math.log(1 - random.unit()));
    const shared = { ticksLeft, isNew: true } as const;
    this.open.push({
      ...shared,
      kind: 'admin',
      outside: random.pick(outside.offices),
      client: bastion,
      server: bastion,
      port: emitter.clientPort(),
    });
    this.open.push({
      ...shared,
      kind: 'hop',
      outside: -1,
      client: bastion,
      server: random.pick(world.byRole('app')),
      port: emitter.clientPort(),
    });
  }

  private exchange(connection: LongConnection): void {
    const { random, emitter, book } = this.context;
    const isLast = connection.ticksLeft === 1;
    const fin = isLast ? FLAGS.fin : FLAGS.none;
    const requestFlags = (connection.isNew ? FLAGS.syn : FLAGS.none) | fin;
    const replyFlags = (connection.isNew ? FLAGS.synAck : FLAGS.none) | fin;
    connection.ticksLeft--;
    connection.isNew = false;
    if (connection.kind === 'socket') {
      const size = SOCKET_SIZES.draw(random);
      emitter.tcp(
        connection.port,
        443,
        size,
        size * 3,
        requestFlags,
        replyFlags,
        book.isV6(connection.outside),
      );
      emitter.fromOutside(connection.outside, connection.server);
      return;
    }
    const typed = KEY_SIZES.draw(random);
    emitter.tcp(connection.port, 22, typed, typed * 4, requestFlags, replyFlags, false);
    if (connection.kind === 'admin') emitter.fromOutside(connection.outside, connection.server);
    else emitter.internal(connection.client, connection.server, false);
  }

  /** The primary streams its log to every replica over one connection that never closes. */
  private replicate(tick: Tick, isBackup: boolean): void {
    const { random, emitter, world } = this.context;
    const [primary, ...replicas] = world.byRole('database');
    for (const replica of replicas) {
      const size = WAL_SIZES.draw(random) * (isBackup ? 6 : 1);
      const isFirst = tick.index === 0;
      emitter.tcp(
        40_000 + replica.index,
        5432,
        240,
        size,
        isFirst ? FLAGS.syn : FLAGS.none,
        isFirst ? FLAGS.synAck : FLAGS.none,
        false,
      );
      emitter.internal(replica, primary as Interface, false);
    }
  }

  /** The last replica writes the nightly backup to S3 through the gateway endpoint, one upload part after the other. */
  private backUp(tick: Tick): void {
    const { random, emitter, outside, world } = this.context;
    const replica = world.byRole('database').at(-1) as Interface;
    const target = outside.s3.v4[tick.index % outside.s3.v4.length] as number;
    emitter.tcp(
      emitter.clientPort(),
      443,
      BACKUP_SIZES.draw(random),
      12_000,
      FLAGS.whole,
      FLAGS.answered,
      false,
    );
    emitter.toOutside(replica, target, PATH.gatewayEndpoint);
  }
}
