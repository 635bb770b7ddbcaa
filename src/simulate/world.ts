import type { AddressBook } from './address-book.ts';
import { deriveRandom, type Random } from './random.ts';

/** How many interfaces a world has: 27, 33, 108 and 347. */
export type FleetSize = 'tiny' | 'small' | 'medium' | 'large';

/** What an interface is for. */
export type InterfaceRole =
  | 'load-balancer'
  | 'nat-gateway'
  | 'bastion'
  | 'edge'
  | 'app'
  | 'database'
  | 'cache'
  | 'resolver'
  | 'endpoint'
  | 'standby'
  | 'transit-gateway'
  | 'monitor'
  | 'directory'
  | 'build';

/** A VPC of the world, with the flow log that watches it. */
export interface Vpc {
  readonly name: 'web' | 'shared';
  readonly accountId: string;
  readonly vpcId: string;
  readonly flowLogId: string;
  readonly zoneIds: readonly string[];
}

/** Facts of an ECS task in awsvpc mode, for the version 7 fields. */
export interface EcsTask {
  readonly cluster: string;
  readonly service: string;
  readonly taskId: string;
  readonly containerId: string;
  readonly revision: number;
}

/** A network interface. All texts as they stand in records; null prints as `-`. */
export interface Interface {
  readonly kind: 'interface';
  /** Place in `World.points`. */
  readonly index: number;
  readonly role: InterfaceRole;
  readonly vpc: Vpc;
  readonly zone: number;
  readonly zoneId: string;
  readonly subnetId: string;
  readonly interfaceId: string;
  /** Null for interfaces that a service made (requester-managed). */
  readonly instanceId: string | null;
  /** Value of the version 11 field `interface-type`. */
  readonly interfaceType: string | null;
  /** Address book id of the primary private IPv4 address. */
  readonly v4: number;
  /** Address book id of the IPv6 address. */
  readonly v6: number;
  readonly nameTag: string | null;
  readonly tierTag: string;
  readonly groupTag: string | null;
  readonly ecs: EcsTask | null;
  /** Seconds by which its windows are later than the full minute. */
  readonly phase: number;
}

/** A transit gateway's attachment to a VPC: the place where transit gateway records are made. */
export interface Attachment {
  readonly kind: 'attachment';
  readonly index: number;
  readonly vpc: Vpc;
  readonly tgwId: string;
  readonly attachmentId: string;
  readonly phase: number;
}

/** A place that sees traffic and writes records. */
export type Point = Interface | Attachment;

/** The network that the simulation plays on. Built from the seed alone: its ids never depend on traffic or dates. */
export interface World {
  readonly region: string;
  readonly tgwId: string;
  readonly tgwAccountId: string;
  readonly tgwFlowLogId: string;
  readonly vpcs: readonly Vpc[];
  /** Interfaces, then attachments, by index. */
  readonly points: readonly Point[];
  readonly interfaces: readonly Interface[];
  /** The attachment of each VPC, in the order of `vpcs`. */
  readonly attachments: readonly Attachment[];
  byRole(role: InterfaceRole): readonly Interface[];
  /** The transit gateway's interface in a VPC and zone. */
  transitInterface(vpc: Vpc, zone: number): Interface;
}

interface FleetCounts {
  readonly zones: number;
  readonly appsPerZone: number;
  readonly standby: number;
  readonly shared: number;
}

const FLEETS: Readonly<Record<FleetSize, FleetCounts>> = {
  tiny: { zones: 2, appsPerZone: 2, standby: 1, shared: 1 },
  small: { zones: 2, appsPerZone: 4, standby: 3, shared: 1 },
  medium: { zones: 3, appsPerZone: 24, standby: 5, shared: 2 },
  large: { zones: 3, appsPerZone: 100, standby: 12, shared: 4 },
};

/** Third octet of the first subnet of a tier in a zone: 10.20.<tier + 16 × zone>.0/20. */
const TIERS = { public: 0, app: 64, data: 128, transit: 192 } as const;
type Tier = keyof typeof TIERS;

const ZONE_IDS: readonly string[] = ['use1-az4', 'use1-az6', 'use1-az2'];

/**
 * Builds the world of a seed: a VPC `web` (public, app and data tier in two or three zones) and a VPC `shared`
 * (monitoring, directory, builds) joined by a transit gateway. Addresses are added to `book`.
 * `accounts` 2 puts the shared VPC and the transit gateway in an account of their own.
 */
export function createWorld(seed: string, size: FleetSize, accounts: 1 | 2, book: AddressBook): World {
  const builder = new WorldBuilder(deriveRandom(seed, 'world'), FLEETS[size], accounts, book);
  return builder.build();
}

class WorldBuilder {
  private readonly random: Random;
  private readonly counts: FleetCounts;
  private readonly book: AddressBook;
  private readonly interfaces: Interface[] = [];
  private readonly web: Vpc;
  private readonly shared: Vpc;
  private readonly subnetIds = new Map<string, string>();
  private readonly usedHosts = new Set<number>();
  private readonly cluster: string;

  constructor(random: Random, counts: FleetCounts, accounts: 1 | 2, book: AddressBook) {
    this.random = random;
    this.counts = counts;
    this.book = book;
    this.cluster = 'web';
    const first = this.accountId();
    const second = this.accountId();
    this.web = this.vpc('web', first);
    this.shared = this.vpc('shared', accounts === 2 ? second : first);
  }

  build(): World {
    const { zones, appsPerZone, standby, shared } = this.counts;
    const tgwId = `tgw-0${this.random.hex(16)}`;
    for (let zone = 0; zone < zones; zone++) {
      this.add(this.web, 'load-balancer', 'public', zone);
      this.add(this.web, 'nat-gateway', 'public', zone);
      this.add(this.web, 'cache', 'data', zone);
      this.add(this.web, 'database', 'data', zone);
      this.add(this.web, 'endpoint', 'app', zone);
      this.add(this.web, 'transit-gateway', 'transit', zone);
      this.add(this.shared, 'transit-gateway', 'transit', zone);
      if (zone < 2) this.add(this.shared, 'directory', 'app', zone);
      if (zone < 2) this.add(this.web, 'resolver', 'app', zone);
      for (let i = 0; i < appsPerZone; i++) this.add(this.web, 'app', 'app', zone);
    }
    this.add(this.web, 'bastion', 'public', 0);
    this.add(this.web, 'edge', 'public', 1);
    for (let i = 0; i < standby; i++) this.add(this.web, 'standby', 'app', i % zones);
    for (let i = 0; i < shared; i++) {
      this.add(this.shared, 'monitor', 'app', i % zones);
      this.add(this.shared, 'build', 'app', (i + 1) % zones);
    }
    return this.finish(tgwId);
  }

  private finish(tgwId: string): World {
    const { interfaces, web, shared, random } = this;
    const vpcs = [web, shared];
    const attachments = vpcs.map((vpc, i): Attachment => {
      const attachmentId = `tgw-attach-0${random.hex(16)}`;
      return {
        kind: 'attachment',
        index: interfaces.length + i,
        vpc,
        tgwId,
        attachmentId,
        phase: random.int(60),
      };
    });
    const transit = new Map(
      interfaces
        .filter((eni) => eni.role === 'transit-gateway')
        .map((eni) => [`${eni.vpc.name}/${eni.zone}`, eni]),
    );
    const roles = new Map<InterfaceRole, Interface[]>();
    for (const eni of interfaces) roles.set(eni.role, [...(roles.get(eni.role) ?? []), eni]);
    return {
      region: 'us-east-1',
      tgwId,
      tgwAccountId: shared.accountId,
      tgwFlowLogId: `fl-0${random.hex(16)}`,
      vpcs,
      interfaces,
      attachments,
      points: [...interfaces, ...attachments],
      byRole: (role) => roles.get(role) ?? [],
      transitInterface: (vpc, zone) => transit.get(`${vpc.name}/${zone}`) as Interface,
    };
  }

  private add(vpc: Vpc, role: InterfaceRole, tier: Tier, zone: number): void {
    const { random, interfaces } = this;
    const serial = interfaces.length;
    const traits = ROLE_TRAITS[role];
    const isTask = role === 'app' && serial % 3 === 0;
    interfaces.push({
      kind: 'interface',
      index: serial,
      role,
      vpc,
      zone,
      zoneId: vpc.zoneIds[zone] as string,
      subnetId: this.subnetId(vpc, tier, zone),
      interfaceId: `eni-0${random.hex(16)}`,
      instanceId: traits.instance && !isTask ? `i-0${random.hex(16)}` : null,
      interfaceType: traits.interfaceType,
      ...this.addresses(vpc, tier, zone),
      nameTag: traits.instance && !isTask ? `${role} ${String(serial).padStart(3, '0')}` : null,
      tierTag: tier,
      groupTag: role === 'app' && !isTask ? 'web-asg' : null,
      ecs: isTask ? this.task() : null,
      phase: random.int(60),
    });
  }

  private addresses(vpc: Vpc, tier: Tier, zone: number): { readonly v4: number; readonly v6: number } {
    const { random, book } = this;
    const net = vpc.name === 'web' ? 20 : 40;
    const third = TIERS[tier] + (tier === 'transit' ? zone : 16 * zone);
    const spread = tier === 'transit' ? 12 : 3800;
    let host: number;
    do host = (10 << 24) + (net << 16) + (third << 8) + 4 + random.int(spread);
    while (this.usedHosts.has(host));
    this.usedHosts.add(host);
    const prefix = (0x2600_1f18_4a00_0000n + BigInt(net * 256 + third)) << 64n;
    const low = (BigInt(random.bits()) << 32n) | BigInt(random.bits());
    return { v4: book.addV4(host, '-'), v6: book.addV6(prefix | low, '-') };
  }

  private subnetId(vpc: Vpc, tier: Tier, zone: number): string {
    const key = `${vpc.name}/${tier}/${zone}`;
    const known = this.subnetIds.get(key) ?? `subnet-0${this.random.hex(16)}`;
    this.subnetIds.set(key, known);
    return known;
  }

  private task(): EcsTask {
    const { random } = this;
    return {
      cluster: this.cluster,
      service: random.chance(0.7) ? 'storefront' : 'payments-service',
      taskId: random.hex(32),
      containerId: `${random.hex(32)}-${random.int(4_000_000_000)}`,
      revision: random.between(3, 41),
    };
  }

  private vpc(name: Vpc['name'], accountId: string): Vpc {
    const { random } = this;
    return {
      name,
      accountId,
      vpcId: `vpc-0${random.hex(16)}`,
      flowLogId: `fl-0${random.hex(16)}`,
      zoneIds: ZONE_IDS.slice(0, this.counts.zones),
    };
  }

  private accountId(): string {
    return String(this.random.between(1, 9)) + String(this.random.int(100_000_000_000)).padStart(11, '0');
  }
}

interface RoleTraits {
  readonly instance: boolean;
  readonly interfaceType: string | null;
}

const INSTANCE: RoleTraits = { instance: true, interfaceType: null };
const MANAGED: RoleTraits = { instance: false, interfaceType: null };

const ROLE_TRAITS: Readonly<Record<InterfaceRole, RoleTraits>> = {
  'load-balancer': MANAGED,
  'nat-gateway': { instance: false, interfaceType: 'nat_gateway' },
  bastion: INSTANCE,
  edge: INSTANCE,
  app: INSTANCE,
  database: MANAGED,
  cache: MANAGED,
  resolver: INSTANCE,
  endpoint: { instance: false, interfaceType: 'vpc_endpoint' },
  standby: INSTANCE,
  'transit-gateway': { instance: false, interfaceType: 'transit_gateway' },
  monitor: INSTANCE,
  directory: INSTANCE,
  build: INSTANCE,
};
