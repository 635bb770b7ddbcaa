import { formatDay } from '../base/index.ts';
import type { AddressBook } from './address-book.ts';
import type { Window } from './line-writer.ts';
import type { Rows } from './rows.ts';

/** What one kind of record sums up to. Record sums as written: traffic seen by several interfaces counts at each. */
export interface TruthTotal {
  readonly lines: number;
  readonly packets: number;
  readonly bytes: number;
}

/** One group of the truth. */
export interface TruthGroup extends TruthTotal {
  readonly action: 'ACCEPT' | 'REJECT';
  readonly protocol: number;
  readonly ipVersion: 4 | 6;
  readonly direction: 'ingress' | 'egress';
}

/** Sums of one address as `srcaddr` or as `dstaddr`. */
export interface TruthAddress extends TruthTotal {
  readonly address: string;
}

/** The exact answers about a simulation's lines, for judging readers from end to end. */
export interface Truth {
  /** Lines without headers; `lines = ok + nodata + skipdata`. */
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly packets: number;
  readonly bytes: number;
  /** Smallest `start` and largest `end` of all lines, Unix seconds; null without lines. */
  readonly firstStart: number | null;
  readonly lastEnd: number | null;
  readonly distinctSources: number;
  readonly distinctDestinations: number;
  /** Ordered by action, protocol, IP version, direction. */
  readonly groups: readonly TruthGroup[];
  /** The 100 addresses with the most bytes, then by address. */
  readonly topSources: readonly TruthAddress[];
  readonly topDestinations: readonly TruthAddress[];
  /** By id of interface or attachment. */
  readonly points: Readonly<Record<string, TruthTotal>>;
  /** By UTC day of `start`, `2026-01-31`. */
  readonly days: Readonly<Record<string, TruthTotal>>;
}

const TOP = 100;

/** Adds up what is written. Memory grows with the number of addresses, 48 bytes each. */
export class TruthKeeper {
  private readonly book: AddressBook;
  private readonly groups = new Map<number, Sums>();
  private readonly points = new Map<string, Sums>();
  private readonly days = new Map<number, Sums>();
  private readonly sources = new AddressSums();
  private readonly destinations = new AddressSums();
  private point = new Sums();
  private day = new Sums();
  private ok = 0;
  private nodata = 0;
  private skipdata = 0;
  private firstStart = Number.POSITIVE_INFINITY;
  private lastEnd = 0;

  constructor(book: AddressBook) {
    this.book = book;
  }

  /** Must be called before the rows of a window. */
  enterWindow(window: Window): void {
    const { point, startSeconds, endSeconds } = window;
    this.point = known(this.points, point.kind === 'interface' ? point.interfaceId : point.attachmentId);
    this.day = known(this.days, Math.floor(startSeconds / 86_400));
    this.firstStart = Math.min(this.firstStart, startSeconds);
    this.lastEnd = Math.max(this.lastEnd, endSeconds);
  }

  /** Counts one written row. */
  row(rows: Rows, index: number): void {
    const source = rows.src[index] as number;
    const destination = rows.dst[index] as number;
    const packets = rows.packets[index] as number;
    const bytes = rows.bytes[index] as number;
    const v6 = this.book.isV6(source) ? 1 : 0;
    const key =
      (rows.protocol[index] as number) * 8 +
      (rows.reject[index] as number) * 4 +
      v6 * 2 +
      (rows.egress[index] as number);
    this.ok++;
    known(this.groups, key).add(packets, bytes);
    this.point.add(packets, bytes);
    this.day.add(packets, bytes);
    this.sources.add(source, packets, bytes);
    this.destinations.add(destination, packets, bytes);
  }

  /** Counts one NODATA or SKIPDATA line. It has no sums. */
  status(status: 'NODATA' | 'SKIPDATA'): void {
    if (status === 'NODATA') this.nodata++;
    else this.skipdata++;
  }

  /** The truth so far. */
  summary(): Truth {
    const groups = [...this.groups].map(
      ([key, sums]): TruthGroup => ({
        action: (key & 4) === 0 ? 'ACCEPT' : 'REJECT',
        protocol: key >> 3,
        ipVersion: (key & 2) === 0 ? 4 : 6,
        direction: (key & 1) === 0 ? 'ingress' : 'egress',
        ...sums.total(),
      }),
    );
    const order = (group: TruthGroup): string =>
      `${group.action}/${String(group.protocol).padStart(3, '0')}/${group.ipVersion}/${group.direction}`;
    const sources = this.sources.byAddress(this.book);
    const destinations = this.destinations.byAddress(this.book);
    const add = (of: 'packets' | 'bytes'): number => groups.reduce((sum, group) => sum + group[of], 0);
    return {
      lines: this.ok + this.nodata + this.skipdata,
      ok: this.ok,
      nodata: this.nodata,
      skipdata: this.skipdata,
      packets: add('packets'),
      bytes: add('bytes'),
      firstStart: this.lastEnd === 0 ? null : this.firstStart,
      lastEnd: this.lastEnd === 0 ? null : this.lastEnd,
      distinctSources: sources.length,
      distinctDestinations: destinations.length,
      groups: groups.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
      topSources: sources.slice(0, TOP),
      topDestinations: destinations.slice(0, TOP),
      points: totalsOf(this.points, (id) => id),
      days: totalsOf(this.days, (day) => formatDay(day * 86_400)),
    };
  }
}

class Sums {
  private lines = 0;
  private packets = 0;
  private bytes = 0;

  add(packets: number, bytes: number): void {
    this.lines++;
    this.packets += packets;
    this.bytes += bytes;
  }

  total(): TruthTotal {
    return { lines: this.lines, packets: this.packets, bytes: this.bytes };
  }
}

/** Sums by address id. */
class AddressSums {
  private lines = new Float64Array(1 << 12);
  private packets = new Float64Array(1 << 12);
  private bytes = new Float64Array(1 << 12);

  add(address: number, packets: number, bytes: number): void {
    if (address >= this.lines.length) this.grow(address);
    this.lines[address] = (this.lines[address] as number) + 1;
    this.packets[address] = (this.packets[address] as number) + packets;
    this.bytes[address] = (this.bytes[address] as number) + bytes;
  }

  /** All of them, the most bytes first, then by address. An address may have been drawn twice, under two ids. */
  byAddress(book: AddressBook): readonly TruthAddress[] {
    const { lines, packets, bytes } = this;
    const seen = Array.from(lines.keys()).filter((id) => (lines[id] as number) > 0);
    const byText = new Map<string, TruthAddress>();
    for (const id of seen) {
      const address = book.text(id);
      const before = byText.get(address);
      byText.set(address, {
        address,
        lines: (before?.lines ?? 0) + (lines[id] as number),
        packets: (before?.packets ?? 0) + (packets[id] as number),
        bytes: (before?.bytes ?? 0) + (bytes[id] as number),
      });
    }
    return [...byText.values()].sort((a, b) => b.bytes - a.bytes || (a.address < b.address ? -1 : 1));
  }

  private grow(address: number): void {
    const size = Math.max(this.lines.length * 2, address + 1);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const bigger = new Float64Array(size);
      bigger.set(old);
      return bigger;
    };
    this.lines = grown(this.lines);
    this.packets = grown(this.packets);
    this.bytes = grown(this.bytes);
  }
}

function known<K>(map: Map<K, Sums>, key: K): Sums {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Sums();
  map.set(key, made);
  return made;
}

function totalsOf<K>(map: ReadonlyMap<K, Sums>, name: (key: K) => string): Record<string, TruthTotal> {
  const totals = [...map].map(([key, sums]): [string, TruthTotal] => [name(key), sums.total()]);
  return Object.fromEntries(totals.sort(([a], [b]) => (a < b ? -1 : 1)));
}
