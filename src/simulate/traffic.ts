import { Background } from './background.ts';
import { ephemeralPort, FLAGS, PATH, PROTOCOL } from './emitter.ts';
import { LongConnections } from './long-connections.ts';
import { hashNumber, type Random, SizeSampler } from './random.ts';
import { isBackupHour, rhythmAt } from './rhythm.ts';
import type { Tick, TrafficContext } from './traffic-context.ts';
import type { Interface } from './world.ts';

const REQUEST_SIZES = new SizeSampler(900, 0.9, 120, 200_000);
const PAGE_SIZES = new SizeSampler(9_000, 1.6, 180, 40_000_000);
const QUERY_SIZES = new SizeSampler(700, 1, 90, 400_000);
const RESULT_SIZES = new SizeSampler(4_500, 1.7, 60, 30_000_000);
const CACHE_SIZES = new SizeSampler(600, 1.3, 40, 1_000_000);
const API_SIZES = new SizeSampler(3_200, 1.3, 200, 5_000_000);
const OBJECT_SIZES = new SizeSampler(45_000, 2, 300, 400_000_000);
const METRIC_SIZES = new SizeSampler(2_600, 0.8, 150, 500_000);

/**
 * The ordinary life of the world, tick by tick. Every conversation is drawn once and written down at each point that
 * sees it. Rates are conversations per tick of 60 s and application server at activity 1 on a weekday's peak; they
 * are the numbers to turn for another mix.
 */
export class Traffic {
  private readonly context: TrafficContext;
  private readonly background: Background;
  private readonly longConnections: LongConnections;
  private readonly apps: readonly Interface[];
  private readonly balancers: readonly Interface[];
  private readonly nats: readonly Interface[];
  private readonly databases: readonly Interface[];
  private readonly caches: readonly Interface[];
  private readonly endpoints: readonly Interface[];
  private readonly resolvers: readonly Interface[];

  constructor(context: TrafficContext) {
    this.context = context;
    const { world } = context;
    this.background = new Background(context);
    this.longConnections = new LongConnections(context);
    this.apps = world.byRole('app');
    this.balancers = world.byRole('load-balancer');
    this.nats = world.byRole('nat-gateway');
    this.databases = world.byRole('database');
    this.caches = world.byRole('cache');
    this.endpoints = world.byRole('endpoint');
    this.resolvers = world.byRole('resolver');
  }

  /** Appends the rows of one tick. Ticks must come in order: long connections live from one to the next. */
  fill(tick: Tick): void {
    const { random, outside, activity, utcOffsetHours } = this.context;
    outside.enterDay(tick.startSeconds);
    const steady = activity * this.apps.length * (tick.lengthSeconds / 60);
    const busy = steady * rhythmAt(tick.startSeconds, utcOffsetHours) * (0.9 + 0.2 * random.unit());
    this.repeat(4 * busy, () => this.webSession(tick));
    this.repeat(0.6 * busy, () => this.outboundApi());
    this.repeat(0.15 * busy, () => this.outboundV6());
    this.repeat(0.35 * busy, () => this.objectStore());
    this.repeat(0.2 * busy, () => this.endpointCall());
    this.repeat(0.9 * busy, () => this.lookup());
    this.repeat(0.45 * busy, () => this.sharedService());
    this.repeat(0.3 * steady * this.balancers.length, () => this.healthCheck());
    this.repeat(0.05 * steady, () => this.clock());
    this.repeat(0.06 * steady, () => this.ping());
    this.background.fill(steady);
    this.longConnections.fill(tick, busy, isBackupHour(tick.startSeconds, utcOffsetHours));
  }

  private repeat(mean: number, make: () => void): void {
    for (let left = this.context.random.poisson(mean); left > 0; left--) make();
  }

  /** A visitor at the load balancer; some of its requests go on to an application server, its database and its cache. */
  private webSession(tick: Tick): void {
    const { random, emitter, outside, book } = this.context;
    const client = outside.client(random);
    const balancer = random.pick(this.balancers);
    const isSecure = !random.chance(0.08);
    const reply = isSecure ? PAGE_SIZES.draw(random) + 3_600 : 360;
    const endsByReset = random.chance(0.03);
    emitter.tcp(
      ephemeralPort(random),
      isSecure ? 443 : 80,
      REQUEST_SIZES.draw(random),
      reply,
      endsByReset ? 7 : FLAGS.whole,
      FLAGS.answered,
      book.isV6(client),
    );
    emitter.fromOutside(client, balancer);
    if (random.chance(0.01)) this.background.latePackets(client, balancer);
    if (!isSecure || random.chance(0.45)) return;
    const app = random.pick(this.apps);
    this.balancerToApp(tick, balancer, app, reply);
    if (random.chance(0.65)) this.query(tick, app);
    if (random.chance(0.45)) this.cacheRead(tick, app);
  }

  /** The load balancer keeps a few connections to each server open; the rest are new. */
  private balancerToApp(tick: Tick, balancer: Interface, app: Interface, page: number): void {
    const { random, emitter } = this.context;
    const isPooled = random.chance(0.6);
    const port = isPooled ? poolPort(balancer, app, random.int(3), tick.index) : ephemeralPort(random);
    const flags = isPooled ? FLAGS.none : FLAGS.whole;
    emitter.tcp(
      port,
      8080,
      REQUEST_SIZES.draw(random),
      page,
      flags,
      isPooled ? FLAGS.none : FLAGS.answered,
      false,
    );
    emitter.internal(balancer, app, false);
  }

  private query(tick: Tick, app: Interface): void {
    const { random, emitter } = this.context;
    const isRead = random.chance(0.7);
    const database = this.databases[isRead ? 1 + random.int(this.databases.length - 1) : 0] as Interface;
    const port = poolPort(app, database, random.int(4), tick.index);
    emitter.tcp(
      port,
      5432,
      QUERY_SIZES.draw(random),
      RESULT_SIZES.draw(random),
      FLAGS.none,
      FLAGS.none,
      false,
    );
    emitter.internal(app, database, false);
  }

  private cacheRead(tick: Tick, app: Interface): void {
    const { random, emitter } = this.context;
    const cache = this.caches[app.zone] as Interface;
    const port = poolPort(app, cache, random.int(2), tick.index);
    emitter.tcp(
      port,
      6379,
      CACHE_SIZES.draw(random),
      CACHE_SIZES.draw(random) * 3,
      FLAGS.none,
      FLAGS.none,
      false,
    );
    emitter.internal(app, cache, false);
  }

  private outboundApi(): void {
    const { random, emitter, outside } = this.context;
    const app = random.pick(this.apps);
    const site = random.pick(outside.apis);
    emitter.tcp(
      ephemeralPort(random),
      site.port,
      API_SIZES.draw(random),
      API_SIZES.draw(random) + 4_200,
      FLAGS.whole,
      FLAGS.answered,
      false,
    );
    emitter.throughNat(app, this.nats[app.zone] as Interface, random.pick(site.v4), natPort(random));
  }

  /** Dual-stack servers call IPv6 sites directly, through the egress-only internet gateway. */
  private outboundV6(): void {
    const { random, emitter, outside } = this.context;
    const site = random.pick(outside.apis);
    emitter.tcp(
      ephemeralPort(random),
      site.port,
      API_SIZES.draw(random),
      API_SIZES.draw(random) + 4_200,
      FLAGS.whole,
      FLAGS.answered,
      true,
    );
    emitter.toOutside(random.pick(this.apps), random.pick(site.v6), PATH.internet);
  }

  private objectStore(): void {
    const { random, emitter, outside } = this.context;
    const isDynamo = random.chance(0.3);
    const site = isDynamo ? outside.dynamo : outside.s3;
    const size = isDynamo ? API_SIZES.draw(random) : OBJECT_SIZES.draw(random);
    const isUpload = random.chance(0.35);
    const small = REQUEST_SIZES.draw(random);
    emitter.tcp(
      ephemeralPort(random),
      443,
      isUpload ? size : small,
      isUpload ? small : size,
      FLAGS.whole,
      FLAGS.answered,
      false,
    );
    emitter.toOutside(random.pick(this.apps), random.pick(site.v4), PATH.gatewayEndpoint);
  }

  private endpointCall(): void {
    const { random, emitter } = this.context;
    const app = random.pick(this.apps);
    emitter.tcp(
      ephemeralPort(random),
      443,
      API_SIZES.draw(random),
      API_SIZES.draw(random),
      FLAGS.whole,
      FLAGS.answered,
      false,
    );
    emitter.internal(app, this.endpoints[app.zone] as Interface, false);
  }

  /** A question to the own resolvers, which ask further for one in four. */
  private lookup(): void {
    const { random, emitter, outside } = this.context;
    const app = random.pick(this.apps);
    const resolver = random.pick(this.resolvers);
    const isV6 = random.chance(0.2);
    const packets = random.between(1, 2);
    emitter.datagrams(
      PROTOCOL.udp,
      ephemeralPort(random),
      53,
      packets,
      random.between(30, 60),
      random.between(46, 210),
      isV6,
    );
    emitter.internal(app, resolver, isV6);
    if (!random.chance(0.25)) return;
    emitter.datagrams(
      PROTOCOL.udp,
      ephemeralPort(random),
      53,
      packets,
      random.between(40, 70),
      random.between(80, 900),
      false,
    );
    const nat = this.nats[resolver.zone] as Interface;
    emitter.throughNat(resolver, nat, random.pick(outside.nameServers.v4), natPort(random));
  }

  /** Monitoring, directory and builds live in the shared VPC. */
  private sharedService(): void {
    const { random, emitter, world } = this.context;
    const app = random.pick(this.apps);
    const isV6 = random.chance(0.15);
    if (random.chance(0.7)) {
      emitter.tcp(
        ephemeralPort(random),
        8125,
        METRIC_SIZES.draw(random),
        90,
        FLAGS.whole,
        FLAGS.answered,
        isV6,
      );
      emitter.throughTransit(app, random.pick(world.byRole('monitor')), isV6);
      return;
    }
    const port = random.pick([389, 636, 88]);
    emitter.tcp(
      ephemeralPort(random),
      port,
      QUERY_SIZES.draw(random),
      1_900,
      FLAGS.whole,
      FLAGS.answered,
      isV6,
    );
    emitter.throughTransit(app, random.pick(world.byRole('directory')), isV6);
  }

  private healthCheck(): void {
    const { random, emitter } = this.context;
    emitter.tcp(ephemeralPort(random), 8080, 130, 172, FLAGS.whole, FLAGS.answered, false);
    emitter.internal(random.pick(this.balancers), random.pick(this.apps), false);
  }

  private clock(): void {
    const { random, emitter, outside } = this.context;
    const app = random.pick(this.apps);
    emitter.datagrams(PROTOCOL.udp, ephemeralPort(random), 123, 1, 48, 48, false);
    const nat = this.nats[app.zone] as Interface;
    emitter.throughNat(app, nat, random.pick(outside.timeServers.v4), natPort(random));
  }

  private ping(): void {
    const { random, emitter, world } = this.context;
    const isV6 = random.chance(0.3);
    const protocol = isV6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
    emitter.datagrams(protocol, 0, 0, random.between(1, 4), 36, 36, isV6);
    emitter.throughTransit(random.pick(world.byRole('monitor')), random.pick(this.apps), isV6);
  }
}

/** The client port of a kept connection: the same for some hours, then another. */
function poolPort(client: Interface, server: Interface, slot: number, tick: number): number {
  const epoch = Math.floor((tick + client.index * 7) / 360);
  return (
    32_768 + (hashNumber(client.index * 65_537 + server.index * 257 + slot * 31 + epoch * 8_191) % 28_232)
  );
}

/** NAT gateways use ports 1024 to 65535. */
function natPort(random: Random): number {
  return 1_024 + (random.bits() % 64_512);
}
