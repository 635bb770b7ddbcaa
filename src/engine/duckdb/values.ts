import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { JsonValue } from '../frame.ts';

const MICROS_PER_MS = 1000n;
const MAX_DATE_MS = 8_640_000_000_000_000n;

/**
 * A value of the engine as JSON. Integers stay numbers while they are exact (|n| <= 2^53 - 1) and become decimal text
 * beyond; DECIMAL likewise by its digits. NaN and the infinities, which JSON lacks, become text. Times end in `Z`
 * when the engine knows their zone (they are UTC) and carry no zone when it does not.
 */
export function toJsonValue(value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return toJsonInteger(value);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBTimestampTZValue) return isoOf(value.micros, 'Z');
  if (value instanceof DuckDBTimestampValue) return isoOf(value.micros, '');
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoOf(value.millis * MICROS_PER_MS, '');
  if (value instanceof DuckDBTimestampSecondsValue) return isoOf(value.seconds * 1_000_000n, '');
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoOf(value.nanos / 1000n, '');
  if (value instanceof DuckDBDecimalValue) return decimalOf(value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(toJsonValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, entry]) => [key, toJsonValue(entry)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map(({ key, value: entry }) => [keyText(toJsonValue(key)), toJsonValue(entry)]),
    );
  }
  if (value instanceof DuckDBUnionValue) return toJsonValue(value.value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  return value.toString();
}

/**
 * A value that keeps its width: integers of 64 and more bits are bigints, DECIMAL a bigint of its digits without the point,
 * dates days and times microseconds since 1970 (bigint), all else as JSON has it (lists and structs as JSON text).
 */
export type PlainValue = string | number | bigint | boolean | null;

/** A value of the engine as a plain one. */
export function toPlainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * MICROS_PER_MS;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos / 1000n;
  if (value instanceof DuckDBDecimalValue) return value.value;
  const json = toJsonValue(value);
  return typeof json === 'object' && json !== null ? JSON.stringify(json) : json;
}

function keyText(key: JsonValue): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

function toJsonInteger(value: bigint): number | string {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value.toString();
}

/** Fifteen digits always survive the way through a double. */
function decimalOf(value: DuckDBDecimalValue): number | string {
  const text = value.toString();
  return value.width <= 15 || /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** ISO text of microseconds since 1970; the engine's `infinity` and years beyond JavaScript stay in its own words. */
function isoOf(micros: bigint, zone: string): string {
  const ms = micros / MICROS_PER_MS - (micros % MICROS_PER_MS < 0n ? 1n : 0n);
  if (ms > MAX_DATE_MS || ms < -MAX_DATE_MS) return micros > 0n ? 'infinity' : '-infinity';
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number(ms)).toISOString().slice(0, -5);
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  return `${seconds}${digits}${zone}`;
}
