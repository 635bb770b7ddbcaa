import {
  bool,
  type Column,
  columnFromArray,
  type DataType,
  dateDay,
  decimal128,
  float64,
  int32,
  int64,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  uint64,
  utf8,
} from '@uwdata/flechette';
import type { PlainValue, ResultColumn, RowBatch } from '../engine/index.ts';

/** Writes rows as an Arrow IPC stream, piece by piece. */
export interface ArrowWriter {
  /** The schema with the first rows, then rows alone; at most `maxRows` of them. */
  write(batch: RowBatch, maxRows: number): Uint8Array;
  /** What ends the stream; the schema too when there were no rows. */
  end(): Uint8Array;
}

/** How a column travels: its Arrow type, and the type it is built as where the library would convert values. */
interface Form {
  readonly type: DataType;
  readonly builtAs: DataType;
  readonly convert: (value: PlainValue) => unknown;
}

const END_BYTES = 8;
const HEAD_BYTES = 8;
const HUGEINT_DIGITS = 38;

/**
 * A writer for some columns. Integers keep their width, HUGEINT becomes decimal(38, 0), times microseconds in UTC; what
 * Arrow has no plain type for (lists, structs, intervals) is JSON text.
 *
 * The library makes whole streams, so each piece is one without the schema of the pieces before and without its end.
 */
export function arrowWriter(columns: readonly ResultColumn[]): ArrowWriter {
  const forms = columns.map(({ type }) => formOf(type));
  let isBegun = false;
  const encode = (valuesOf: (index: number) => readonly PlainValue[]): Uint8Array => {
    const built = columns.map(({ name }, index): [string, Column<unknown>] => {
      const { builtAs, convert } = forms[index] ?? TEXT;
      return [name, columnFromArray(valuesOf(index).map(convert), builtAs)];
    });
    const table = tableFromColumns(built);
    for (const [index, field] of table.schema.fields.entries()) field.type = forms[index]?.type ?? field.type;
    const bytes = tableToIPC(table, { format: 'stream' }) ?? new Uint8Array(0);
    const piece = bytes.subarray(isBegun ? schemaBytes(bytes) : 0, bytes.length - END_BYTES);
    isBegun = true;
    return piece;
  };
  return {
    write: (batch, maxRows) => encode((index) => batch.column(index).slice(0, maxRows)),
    end: () => {
      const schema = isBegun ? new Uint8Array(0) : encode(() => []);
      return Buffer.concat([schema, Buffer.from('ffffffff00000000', 'hex')]);
    },
  };
}

/** Length of the first message, a schema, which has no body. */
function schemaBytes(bytes: Uint8Array): number {
  return HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
}

const same = (value: PlainValue): unknown => value;
const plain = (type: DataType, convert: Form['convert'] = same): Form => ({ type, builtAs: type, convert });
const wide = (value: PlainValue): unknown => (value === null ? null : BigInt(value));
const TEXT: Form = plain(utf8(), (value) => (value === null ? null : String(value)));
const MICROSECONDS = TimeUnit.MICROSECOND;

const FORMS: Readonly<Record<string, Form>> = {
  BOOLEAN: plain(bool()),
  TINYINT: plain(int32()),
  SMALLINT: plain(int32()),
  INTEGER: plain(int32()),
  UTINYINT: plain(int32()),
  USMALLINT: plain(int32()),
  UINTEGER: plain(int64(), wide),
  BIGINT: plain(int64(), wide),
  UBIGINT: plain(uint64(), wide),
  HUGEINT: plain(decimal128(HUGEINT_DIGITS, 0)),
  FLOAT: plain(float64()),
  DOUBLE: plain(float64()),
  DATE: { type: dateDay(), builtAs: int32(), convert: same },
  TIMESTAMP: { type: timestamp(MICROSECONDS), builtAs: int64(), convert: same },
  'TIMESTAMP WITH TIME ZONE': { type: timestamp(MICROSECONDS, 'UTC'), builtAs: int64(), convert: same },
};

function formOf(type: string): Form {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  if (decimal !== null) return plain(decimal128(Number(decimal[1]), Number(decimal[2])));
  return FORMS[type] ?? TEXT;
}
