import { parseCidr, WeirError } from '../../base/index.ts';

/** Longest prefix first, then the most telling name: any service before EC2, EC2 before AMAZON. */
const RANK: Readonly<Record<string, number>> = { AMAZON: 2, EC2: 1 };

interface NamedRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  readonly service: string;
}

/**
 * Which AWS service publishes an address, from the `ip-ranges.json` that AWS publishes. Overlaps are settled once, so a
 * look-up is one binary search.
 * Source: flow-logs.md §1.9 (overlaps: choice).
 */
export class AwsServices {
  /** Disjoint ranges in order of address: IPv4 as plain numbers, IPv6 as bigints of 128 bits. */
  readonly #starts4: Uint32Array;
  readonly #services4: readonly (string | null)[];
  readonly #starts6: readonly bigint[];
  readonly #services6: readonly (string | null)[];

  private constructor(ranges4: readonly NamedRange[], ranges6: readonly NamedRange[]) {
    const flat4 = flatten(ranges4);
    this.#starts4 = Uint32Array.from(flat4, ({ start }) => Number(start));
    this.#services4 = flat4.map(({ service }) => service);
    const flat6 = flatten(ranges6);
    this.#starts6 = flat6.map(({ start }) => start);
    this.#services6 = flat6.map(({ service }) => service);
  }

  /** Reads `ip-ranges.json`. Throws `flow.bad-ip-ranges` (kind `config`) for anything else. */
  static parse(text: string): AwsServices {
    let tree: unknown;
    try {
      tree = JSON.parse(text);
    } catch (cause) {
      throw badRanges('it is not JSON', cause);
    }
    const rows4 = rowsOf(tree, 'prefixes', 'ip_prefix');
    const rows6 = rowsOf(tree, 'ipv6_prefixes', 'ipv6_prefix');
    if (rows4.length + rows6.length === 0) throw badRanges('it holds no prefixes');
    return new AwsServices(rows4, rows6);
  }

  /** The service of an address in words; null when AWS does not publish it. */
  serviceOf(version: 4 | 6, w0: number, w1: number, w2: number, w3: number): string | null {
    if (version === 4) {
      const address = w3 >>> 0;
      const index = lastAtMost(this.#starts4.length, (at) => (this.#starts4[at] as number) <= address);
      return index < 0 ? null : (this.#services4[index] ?? null);
    }
    const high = (BigInt(w0 >>> 0) << 32n) | BigInt(w1 >>> 0);
    const address = (high << 64n) | (BigInt(w2 >>> 0) << 32n) | BigInt(w3 >>> 0);
    const index = lastAtMost(this.#starts6.length, (at) => (this.#starts6[at] as bigint) <= address);
    return index < 0 ? null : (this.#services6[index] ?? null);
  }
}

/** The last index for which `isAtMost` holds; -1 when it holds for none. */
function lastAtMost(length: number, isAtMost: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtMost(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Overlapping ranges as disjoint ones, each with the name of the best range that covers it, null for gaps. */
function flatten(ranges: readonly NamedRange[]): readonly { start: bigint; service: string | null }[] {
  const events = ranges.flatMap((range) => [
    { at: range.first, range, isStart: true },
    { at: range.last + 1n, range, isStart: false },
  ]);
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const open = new Set<NamedRange>();
  const flat: { start: bigint; service: string | null }[] = [];
  for (const [index, { at, range, isStart }] of events.entries()) {
    if (isStart) open.add(range);
    else open.delete(range);
    if (events[index + 1]?.at === at) continue;
    const service = bestOf(open);
    if (flat.at(-1)?.service !== service) flat.push({ start: at, service });
  }
  return flat;
}

function bestOf(open: ReadonlySet<NamedRange>): string | null {
  let best: NamedRange | null = null;
  for (const range of open) {
    if (best === null || isBetter(range, best)) best = range;
  }
  return best?.service ?? null;
}

function isBetter(range: NamedRange, than: NamedRange): boolean {
  const [rank, other] = [RANK[range.service] ?? 0, RANK[than.service] ?? 0];
  if (rank !== other) return rank < other;
  if (range.prefix !== than.prefix) return range.prefix > than.prefix;
  return range.service < than.service;
}

function rowsOf(tree: unknown, list: string, key: string): readonly NamedRange[] {
  const rows = (tree as Readonly<Record<string, unknown>> | null)?.[list];
  if (!Array.isArray(rows)) return [];
  return rows.map((row: Readonly<Record<string, unknown>>) => {
    const { [key]: cidr, service } = row;
    const range = typeof cidr === 'string' ? parseCidr(cidr) : null;
    if (range === null || typeof service !== 'string') throw badRanges(`${JSON.stringify(row)} is no prefix`);
    return {
      first: range.first,
      last: range.last,
      prefix: Number(String(cidr).split('/')[1] ?? 128),
      service,
    };
  });
}

function badRanges(reason: string, cause?: unknown): WeirError {
  return new WeirError('config', 'flow.bad-ip-ranges', `not an ip-ranges.json of AWS: ${reason}`, { cause });
}
