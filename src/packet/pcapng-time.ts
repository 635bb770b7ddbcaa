/** How an interface counts time: `if_tsresol` and `if_tsoffset` of its description block. */
export interface TimeResolution {
  /** Units per second when it is a power of ten up to 10^9 (the fast path); 0 otherwise. */
  readonly unitsPerSecond: number;
  /** Nanoseconds per unit on the fast path. */
  readonly nanosPerUnit: number;
  /** Exact units per second, for resolutions finer than a nanosecond and powers of two. */
  readonly exactUnits: bigint;
  /** Whole seconds to add, may be negative. */
  readonly offsetSeconds: number;
}

/**
 * @param tsresol the option byte: an exponent of ten, or of two when the high bit is set; 6 when absent
 * @param offsetSeconds `if_tsoffset`, 0 when absent
 */
export function timeResolutionOf(tsresol: number, offsetSeconds: number): TimeResolution {
  const exponent = tsresol & 0x7f;
  const isDecimal = (tsresol & 0x80) === 0;
  const isFast = isDecimal && exponent <= 9;
  return {
    unitsPerSecond: isFast ? 10 ** exponent : 0,
    nanosPerUnit: isFast ? 10 ** (9 - exponent) : 0,
    exactUnits: isDecimal ? 10n ** BigInt(exponent) : 1n << BigInt(exponent),
    offsetSeconds,
  };
}

/** A moment; one object per reader, overwritten by each call. */
export interface Moment {
  seconds: number;
  nanos: number;
}

/**
 * Splits a 64-bit count of units into seconds and nanoseconds (rounded down), exactly.
 * The fast path is schoolbook division in steps of 16 bits: a remainder below 10^9 times 2^16 fits a double.
 */
export function readMoment(into: Moment, high: number, low: number, resolution: TimeResolution): void {
  const units = resolution.unitsPerSecond;
  if (units === 0) {
    const value = (BigInt(high) << 32n) | BigInt(low);
    into.seconds = Number(value / resolution.exactUnits) + resolution.offsetSeconds;
    into.nanos = Number(((value % resolution.exactUnits) * 1_000_000_000n) / resolution.exactUnits);
    return;
  }
  const first = Math.floor(high / units);
  const middle = (high - first * units) * 65536 + (low >>> 16);
  const second = Math.floor(middle / units);
  const last = (middle - second * units) * 65536 + (low & 0xffff);
  const third = Math.floor(last / units);
  into.seconds = first * 4294967296 + second * 65536 + third + resolution.offsetSeconds;
  into.nanos = (last - third * units) * resolution.nanosPerUnit;
}
