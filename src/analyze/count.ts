import type { JsonValue } from '../engine/index.ts';

/** An integer of any size: a number while JavaScript holds it exactly, decimal text beyond 2^53. */
export type Count = number | string;

/** A cell of a frame that holds an integer; 0 for NULL and for a row that is not there. */
export function countOf(value: JsonValue | undefined): Count {
  return typeof value === 'number' || typeof value === 'string' ? value : 0;
}

/** `a - b` without loss. */
export function subtractCounts(a: Count, b: Count): Count {
  return ofBigInt(BigInt(a) - BigInt(b));
}

/** `a + b` without loss. */
export function addCounts(a: Count, b: Count): Count {
  return ofBigInt(BigInt(a) + BigInt(b));
}

function ofBigInt(value: bigint): Count {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value.toString();
}
