/**
 * A seeded generator of numbers (sfc32 by Chris Doty-Humphrey): the same seed gives the same numbers on every machine.
 * Each part of the simulation draws from its own generator, named by `deriveRandom`, so that a change in one part does
 * not move all others.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: string) {
    this.a = hashText(`${seed}#a`);
    this.b = hashText(`${seed}#b`);
    this.c = hashText(`${seed}#c`);
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const mixed = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + mixed) | 0;
    return mixed >>> 0;
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.bits() / 4_294_967_296;
  }

  /** A whole number in [0, `below`). */
  int(below: number): number {
    return Math.floor(this.unit() * below);
  }

  /** A whole number from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return first + this.int(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of a list's elements. The list must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }

  /** How many events of a mean rate happen: Poisson, by the normal curve above 30. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let product = this.unit();
    let count = 0;
    while (product > limit) {
      product *= this.unit();
      count++;
    }
    return count;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.bits().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

/** The generator of one named part of a simulation. */
export function deriveRandom(seed: string, name: string): Random {
  return new Random(`${seed}/${name}`);
}

/**
 * Draws ranks with a heavy tail (Zipf and Mandelbrot): rank r has weight 1 / (r + 1 + shift) ^ exponent. Walker's alias
 * method, so a draw costs the same for ten ranks as for a million.
 */
export class RankSampler {
  private readonly threshold: Float64Array;
  private readonly alias: Uint32Array;
  readonly size: number;

  constructor(size: number, exponent: number, shift: number) {
    this.size = size;
    this.threshold = new Float64Array(size);
    this.alias = new Uint32Array(size);
    const weights = Float64Array.from({ length: size }, (_, rank) => (rank + 1 + shift) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < size; i++) {
      weights[i] = ((weights[i] as number) * size) / total;
      ((weights[i] as number) < 1 ? small : large).push(i);
    }
    while (small.length > 0 && large.length > 0) {
      const low = small.pop() as number;
      const high = large.at(-1) as number;
      this.threshold[low] = weights[low] as number;
      this.alias[low] = high;
      weights[high] = (weights[high] as number) - (1 - (weights[low] as number));
      if (weights[high] < 1) small.push(large.pop() as number);
    }
    for (const rest of [...small, ...large]) this.threshold[rest] = 1;
  }

  draw(random: Random): number {
    const place = random.unit() * this.size;
    const rank = Math.floor(place);
    return place - rank < (this.threshold[rank] as number) ? rank : (this.alias[rank] as number);
  }
}

/** Log-normal sizes drawn from a table of quantiles: no logarithm on the hot path. */
export class SizeSampler {
  private readonly quantiles: Float64Array;

  /** `median` in bytes, `sigma` of the logarithm, both of the untruncated law; values stay within [`least`, `most`]. */
  constructor(median: number, sigma: number, least: number, most: number) {
    const steps = 4096;
    const random = new Random(`sizes ${median} ${sigma}`);
    this.quantiles = Float64Array.from({ length: steps }, () =>
      Math.min(most, Math.max(least, Math.round(median * Math.exp(sigma * random.normal())))),
    );
  }

  /** A size in whole bytes. The 4096 table values are spread by up to 3 % so that they do not show. */
  draw(random: Random): number {
    const bits = random.bits();
    return Math.floor((this.quantiles[bits & 4095] as number) * (1 + ((bits >>> 12) & 1023) / 34_000));
  }
}

/** FNV-1a with a final mix: 32 bits from a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hashNumber(hash);
}

/** Mixes 32 bits (murmur3's finalizer): stable pseudo-random values by number, such as a pool's ports. */
export function hashNumber(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
