import { Background } from './background.ts';
import { ConnectionPools } from './connection-pools.ts';
import { FLAGS, PATH, PROTOCOL } from './emitter.ts';
import { LongConnections } from './long-connections.ts';
import { SizeSampler } from './random.ts';
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
  private readonly pools: ConnectionPools;
  private readonly pinged = new Set<number>();
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
    this.pools = new ConnectionPools(context);
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
    this.pinged.clear();
    outside.enterDay(tick.startSeconds);
    const steady = activity * this.apps.length * (tick.lengthSeconds / 60);
    const busy = steady * rhythmAt(tick.startSeconds, utcOffsetHours) * (0.9 + 0.2 * random.unit());
    this.repeat(4 * busy, () => this.webSession());
    this.repeat(0.6 * busy, () => this.outboundApi());
    this.repeat(0.15 * busy, () => this.outboundV6());
    this.repeat(0.35 * busy, () => this.objectStore());
    this.repeat(0.2 * busy, () => this.endpointCall());
    this.repeat(0.9 * busy, () => this.lookup());
    this.repeat(0.45 * busy, () => this.sharedService());
    this.repeat(0.3 * steady * this.balancers.length, () => this.healthCheck());
    this.repeat(0.05 * steady, () => this.clock());
    this.repeat(0.06 * steady, () => this.ping());
    this.pools.flush(tick);
    this.background.fill(tick, steady);
    this.longConnections.fill(tick, busy, isBackupHour(tick.startSeconds, utcOffsetHours));
  }

  private repeat(mean: number, make: () => void): void {
    for (let left = this.context.random.poisson(mean); left > 0; left--) make();
  }

  /** A visitor at the load balancer; some of its requests go on to an application server, its database and its cache. */
  private webSession(): void {
    const { random, emitter, outside, book } = this.context;
    const client = outside.client(random);
    const balancer = random.pick(this.balancers);
    const isSecure = !random.chance(0.08);
    const reply = isSecure ? PAGE_SIZES.draw(random) + 3_600 : 360;
    const endsByReset = random.chance(0.03);
    emitter.tcp(
      emitter.clientPort(),
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
    this.balancerToApp(balancer, app, reply);
    if (random.chance(0.65)) this.query(app);
    if (random.chance(0.45)) this.cacheRead(app);
  }

  /** The load balancer keeps a few connections to each server open; the rest are new. */
  private balancerToApp(balancer: Interface, app: Interface, page: number): void {
    const { random, emitter } = this.context;
    const size = REQUEST_SIZES.draw(random);
    if (random.chance(0.6)) {
      this.pools.use(balancer, app, 8080, random.int(3), size, page);
      return;
    }
    emitter.tcp(emitter.clientPort(), 8080, size, page, FLAGS.whole, FLAGS.answered, false);
    emitter.internal(balancer, app, false);
  }

  private query(app: Interface): void {
    const { random } = this.context;
    const isRead = random.chance(0.7);
    const database = this.databases[isRead ? 1 + random.int(this.databases.length - 1) : 0] as Interface;
    this.pools.use(app, database, 5432, random.int(4), QUERY_SIZES.draw(random), RESULT_SIZES.draw(random));
  }

  private cacheRead(app: Interface): void {
    const { random } = this.context;
    const cache = this.caches[app.zone] as Interface;
    this.pools.use(app, cache, 6379, random.int(2), CACHE_SIZES.draw(random), CACHE_SIZES.draw(random) * 3);
  }

  private outboundApi(): void {
    const { random, emitter, outside } = this.context;
    const app = random.pick(this.apps);
    const site = random.pick(outside.apis);
    emitter.tcp(
      emitter.clientPort(),
      site.port,
      API_SIZES.draw(random),
      API_SIZES.draw(random) + 4_200,
      FLAGS.whole,
      FLAGS.answered,
      false,
    );
    emitter.throughNat(app, this.nats[app.zone] as Interface, random.pick(site.v4), emitter.anyPort());
  }

  /** Dual-stack servers call IPv6 sites directly, through the egress-only internet gateway. */
  private outboundV6(): void {
    const { random, emitter, outside } = this.context;
    const site = random.pick(outside.apis);
    emitter.tcp(
      emitter.clientPort(),
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
      emitter.clientPort(),
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
      emitter.clientPort(),
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
      emitter.clientPort(),
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
      emitter.clientPort(),
      53,
      packets,
      random.between(40, 70),
      random.between(80, 900),
      false,
    );
    const nat = this.nats[resolver.zone] as Interface;
    emitter.throughNat(resolver, nat, random.pick(outside.nameServers.v4), emitter.anyPort());
  }

  /** Monitoring, directory and builds live in the shared VPC. */
  private sharedService(): void {
    const { random, emitter, world } = this.context;
    const app = random.pick(this.apps);
    const isV6 = random.chance(0.15);
    if (random.chance(0.7)) {
      emitter.tcp(
        emitter.clientPort(),
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
      emitter.clientPort(),
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
    emitter.tcp(emitter.clientPort(), 8080, 130, 172, FLAGS.whole, FLAGS.answered, false);
    emitter.internal(random.pick(this.balancers), random.pick(this.apps), false);
  }

  private clock(): void {
    const { random, emitter, outside } = this.context;
    const app = random.pick(this.apps);
    emitter.datagrams(PROTOCOL.udp, emitter.clientPort(), 123, 1, 48, 48, false);
    const nat = this.nats[app.zone] as Interface;
    emitter.throughNat(app, nat, random.pick(outside.timeServers.v4), emitter.anyPort());
  }

  /** Once per pair of hosts and tick: ICMP has no ports, so a second echo would be the same flow. */
  private ping(): void {
    const { random, emitter, world } = this.context;
    const isV6 = random.chance(0.3);
    const monitor = random.pick(world.byRole('monitor'));
    const app = random.pick(this.apps);
    const pair = (monitor.index * 4096 + app.index) * 2 + (isV6 ? 1 : 0);
    if (this.pinged.has(pair)) return;
    this.pinged.add(pair);
    const protocol = isV6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
    emitter.datagrams(protocol, 0, 0, random.between(1, 4), 36, 36, isV6);
    emitter.throughTransit(monitor, app, isV6);
  }
}
