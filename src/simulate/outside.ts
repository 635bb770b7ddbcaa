import type { AddressBook } from './address-book.ts';
import { deriveRandom, type Random, RankSampler } from './random.ts';

/** How many addresses of the outside world a day sees. */
export interface OutsideConfig {
  /** Distinct clients that may call in one day; two fifths of them are new each day. */
  readonly clientsPerDay: number;
  /** Distinct scanners of one day; most are new each day. */
  readonly scannersPerDay: number;
  /** Share of clients that come by IPv6. */
  readonly v6Share: number;
}

/** First octets that belong to the public IPv4 space; none of them holds special-purpose blocks beyond what `v4Host` avoids. */
const FIRST_OCTETS: readonly number[] = [
  1, 2, 5, 14, 23, 24, 31, 36, 37, 41, 45, 46, 49, 58, 61, 62, 66, 68, 71, 73, 74, 76, 77, 78, 79, 80, 81, 82,
  84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 98, 99, 101, 103, 105, 106, 108, 109, 110, 112, 113,
  114, 116, 117, 118, 121, 122, 123, 124, 125, 128, 131, 134, 138, 139, 141, 143, 145, 148, 151, 156, 158,
  159, 162, 165, 167, 170, 173, 176, 177, 178, 179, 181, 182, 183, 185, 186, 187, 188, 189, 190, 191, 193,
  194, 195, 200, 201, 202, 204, 206, 207, 209, 210, 211, 212, 213, 216, 217, 218, 219, 220, 221, 222,
];

const V6_BLOCKS: readonly bigint[] = [
  0x2001n,
  0x2400n,
  0x2409n,
  0x2600n,
  0x2601n,
  0x2603n,
  0x2804n,
  0x2a00n,
  0x2a02n,
];

/** A place on the internet that the world calls: addresses with the AWS service they belong to, if any. */
export interface Site {
  readonly v4: readonly number[];
  readonly v6: readonly number[];
  readonly port: number;
}

/**
 * The internet around the world: clients and scanners with a heavy-tailed popularity that changes from day to day, and
 * the sites that the world itself calls.
 */
export class Outside {
  private readonly config: OutsideConfig;
  private readonly book: AddressBook;
  private readonly seed: string;
  private readonly networks: readonly number[];
  private readonly clientRanks: RankSampler;
  private readonly scannerRanks: RankSampler;
  private clients: Int32Array;
  private scanners: Int32Array;
  private day = -1;

  readonly s3: Site;
  readonly dynamo: Site;
  readonly apis: readonly Site[];
  readonly nameServers: Site;
  readonly timeServers: Site;
  /** Offices from which administrators log in. */
  readonly offices: readonly number[];

  constructor(seed: string, config: OutsideConfig, book: AddressBook) {
    this.seed = seed;
    this.config = config;
    this.book = book;
    const random = deriveRandom(seed, 'outside');
    this.networks = Array.from(
      { length: Math.max(64, Math.ceil(config.clientsPerDay / 12)) },
      () => (random.pick(FIRST_OCTETS) << 16) | random.int(65_536),
    );
    this.clientRanks = new RankSampler(config.clientsPerDay, 1.05, 8);
    this.scannerRanks = new RankSampler(config.scannersPerDay, 0.9, 4);
    this.clients = this.people(random, config.clientsPerDay);
    this.scanners = this.people(random, config.scannersPerDay);
    this.s3 = this.site(random, 443, 40, 0x34d8_0000, 17, 'S3');
    this.dynamo = this.site(random, 443, 8, 0x345e_0000, 10, 'DYNAMODB');
    this.apis = [
      this.site(random, 443, 6, 0x0d20_0000, 17, 'CLOUDFRONT'),
      this.site(random, 443, 12, 0x03d0_0000, 20, 'EC2'),
      ...Array.from({ length: 24 }, () => this.site(random, 443, random.between(1, 6), 0, 0, '-')),
    ];
    this.nameServers = this.site(random, 53, 30, 0, 0, '-');
    this.timeServers = this.site(random, 123, 8, 0, 0, '-');
    this.offices = [book.addV4(this.v4Host(random)), book.addV4(this.v4Host(random))];
  }

  /** Moves to the day of a time: replaces the addresses that do not come back. Deterministic by the day alone. */
  enterDay(startSeconds: number): void {
    const day = Math.floor(startSeconds / 86_400);
    if (day === this.day) return;
    this.day = day;
    const random = deriveRandom(this.seed, `outside of day ${day}`);
    this.replace(random, this.clients, 0.4);
    this.replace(random, this.scanners, 0.7);
  }

  /** A client of today, the popular ones far more often. */
  client(random: Random): number {
    return this.clients[this.clientRanks.draw(random)] as number;
  }

  /** A scanner of today. */
  scanner(random: Random): number {
    return this.scanners[this.scannerRanks.draw(random)] as number;
  }

  private people(random: Random, count: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.person(random));
  }

  private replace(random: Random, people: Int32Array, share: number): void {
    for (let i = 0; i < people.length; i++) if (random.chance(share)) people[i] = this.person(random);
  }

  private person(random: Random): number {
    if (!random.chance(this.config.v6Share)) return this.book.addV4(this.v4Host(random));
    const net =
      (random.pick(V6_BLOCKS) << 48n) | (BigInt(random.int(4096)) << 32n) | BigInt(random.int(65_536) << 8);
    const low = (BigInt(random.bits()) << 32n) | BigInt(random.bits());
    return this.book.addV6((net << 64n) | low);
  }

  /** Half of all people sit in a few networks, as with large providers; the rest anywhere. */
  private v4Host(random: Random): number {
    if (random.chance(0.5)) return (random.pick(this.networks) << 8) | random.between(1, 254);
    const second = random.int(256);
    const first = random.pick(FIRST_OCTETS);
    // 100.64/10, 169.254/16, 172.16/12, 192.168/16 and 198.18/15 lie in octets that the table leaves out.
    return (first << 24) | (second << 16) | (random.int(256) << 8) | random.between(1, 254);
  }

  private site(
    random: Random,
    port: number,
    count: number,
    block: number,
    bits: number,
    service: string,
  ): Site {
    const v4 = Array.from({ length: count }, () =>
      block === 0
        ? this.book.addV4(this.v4Host(random), service)
        : this.book.addV4(block + random.int(2 ** bits), service),
    );
    const v6 = v4.map(() => {
      const net = service === 'S3' ? 0x2600_1fa0_8000_0000n : 0x2606_4700_0000_0000n;
      const low = BigInt(random.bits());
      return this.book.addV6(
        ((net + BigInt(random.int(4096))) << 64n) | low,
        service === 'S3' ? service : '-',
      );
    });
    return { v4, v6, port };
  }
}
