import type { PlainValue } from '../typed-values.ts';

/**
 * Brings decoded values to text, numbers and null. Typed arrays and arrays of plain values come back as they are; NaN
 * (pandas' way of writing a missing number) becomes null, anything nested becomes its JSON text.
 */
export function plainValues(values: ArrayLike<unknown>): ArrayLike<PlainValue> {
  if (values instanceof Float32Array || values instanceof Float64Array) {
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  }
  if (ArrayBuffer.isView(values)) return values as unknown as ArrayLike<PlainValue>;
  for (let i = 0; i < values.length; i++) {
    if (!isPlain(values[i])) return Array.from(values, toPlain);
  }
  return values as ArrayLike<PlainValue>;
}

function isPlain(value: unknown): boolean {
  const type = typeof value;
  return (
    type === 'string' ||
    type === 'bigint' ||
    value === null ||
    value === undefined ||
    (type === 'number' && !Number.isNaN(value))
  );
}

function toPlain(value: unknown): string | number | bigint | null {
  if (isPlain(value)) return (value ?? null) as string | number | bigint | null;
  if (typeof value === 'number') return null;
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
}
