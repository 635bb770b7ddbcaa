import type { JsonValue } from '../engine/index.ts';
import type { Integer } from './contract/common.ts';

/** Adds whole numbers of any size exactly; values that are none count as zero. */
export function addIntegers(values: readonly (JsonValue | undefined)[]): Integer {
  return integerOf(values.reduce<bigint>((sum, value) => sum + bigintOf(value), 0n));
}

/** A cell as a whole number; zero when it is none. */
export function integerCell(value: JsonValue | undefined): Integer {
  return integerOf(bigintOf(value));
}

function bigintOf(value: JsonValue | undefined): bigint {
  if (typeof value === 'number') return BigInt(Math.round(value));
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

function integerOf(value: bigint): Integer {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString();
}
