import { PROTOCOL } from './emitter.ts';
import type { Tick, TrafficContext } from './traffic-context.ts';
import type { Interface } from './world.ts';

/** Ports that scanners try, the popular ones several times. */
const SCANNED_TCP: readonly number[] = [
  22, 22, 22, 23, 23, 23, 445, 445, 3389, 3389, 80, 8080, 8443, 443, 5900, 6379, 1433, 3306, 5432, 2375, 8728,
  5555, 21, 25, 110, 1723, 37215, 52869, 60023, 2222, 9200, 27017, 11211, 8088, 10250, 5060,
];
const SCANNED_UDP: readonly number[] = [53, 123, 161, 389, 1900, 5060, 11211, 3702, 5353, 1604, 27015];

/**
 * What the internet does to public addresses without being asked: scanners refused at the interfaces, accepted (and
 * never answered) at NAT gateways, which have no security group, and packets that arrive after their connection closed.
 */
export class Background {
  private readonly context: TrafficContext;
  private readonly doors: readonly Interface[];
  /** Who sent an echo request to whom in this tick: ICMP has no ports, so a second one would be the same flow. */
  private readonly echoes = new Set<number>();

  constructor(context: TrafficContext) {
    this.context = context;
    const { world } = context;
    this.doors = [
      ...world.byRole('load-balancer'),
      ...world.byRole('nat-gateway'),
      ...world.byRole('bastion'),
      ...world.byRole('edge'),
    ];
  }

  /** One or two probes per minute and public interface, and more where the site is larger; the same by day and night. */
  fill(tick: Tick, steady: number): void {
    const { random, activity } = this.context;
    const probes =
      0.9 * steady + 1.5 * this.doors.length * Math.min(1, 2 * activity) * (tick.lengthSeconds / 60);
    this.echoes.clear();
    for (let left = random.poisson(probes); left > 0; left--) this.probe();
    if (random.chance(Math.min(1, 0.01 * steady))) this.sweep();
  }

  /** Packets of a connection that is closed already: refused, without SYN. */
  latePackets(client: number, server: Interface): void {
    const { random, emitter, book } = this.context;
    const flags = random.pick([0, 1, 4, 4]);
    const packets = random.between(1, 2);
    const size = book.isV6(client) ? 60 : 40;
    emitter.knock(
      client,
      server,
      PROTOCOL.tcp,
      emitter.talk.clientPort,
      443,
      packets,
      packets * size,
      flags,
      true,
    );
  }

  private probe(): void {
    const { random, outside } = this.context;
    this.knock(outside.scanner(random), random.pick(this.doors));
  }

  /** One scanner tries several ports of several doors in the same minute. */
  private sweep(): void {
    const { random, outside } = this.context;
    const scanner = outside.scanner(random);
    for (let left = random.between(4, 24); left > 0; left--) this.knock(scanner, random.pick(this.doors));
  }

  private knock(scanner: number, door: Interface): void {
    const { random, emitter, book } = this.context;
    const isV6 = book.isV6(scanner);
    const isRejected = door.role !== 'nat-gateway';
    const kind = random.unit();
    const fromPort = emitter.anyPort();
    if (kind < 0.84) {
      const packets = random.chance(0.8) ? 1 : random.between(2, 3);
      const size = isV6 ? 60 : random.pick([40, 40, 44, 60]);
      const port = random.chance(0.7) ? random.pick(SCANNED_TCP) : 1 + (random.bits() % 65_000);
      emitter.knock(scanner, door, PROTOCOL.tcp, fromPort, port, packets, packets * size, 2, isRejected);
    } else if (kind < 0.95) {
      const size = random.between(29, 210) + (isV6 ? 20 : 0);
      emitter.knock(
        scanner,
        door,
        PROTOCOL.udp,
        fromPort,
        random.pick(SCANNED_UDP),
        1,
        Math.max(40, size),
        0,
        isRejected,
      );
    } else if (this.isFirstEcho(scanner, door)) {
      const protocol = isV6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
      emitter.knock(scanner, door, protocol, 0, 0, 1, isV6 ? 64 : 60, 0, isRejected);
    }
  }

  private isFirstEcho(scanner: number, door: Interface): boolean {
    const before = this.echoes.size;
    return this.echoes.add(scanner * 4096 + door.index).size > before;
  }
}
