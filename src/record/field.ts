/** Which record a field belongs to: VPC flow logs, transit gateway flow logs, or both. */
export type RecordKind = 'vpc' | 'tgw';

/** Column type: 32-bit integer, 64-bit integer, UTF-8 text. Parquet INT32, INT64 and BYTE_ARRAY (UTF8). */
export type FieldType = 'int32' | 'int64' | 'string';

/** What a value measures; null for names, ids and codes without a unit. */
export type FieldUnit = 'bytes' | 'packets' | 'unix seconds' | null;

/** How the reader treats the text of a value beyond its type. */
export type FieldShape =
  | 'text'
  | 'address'
  | 'percent-encoded'
  | 'port'
  | 'byte'
  | 'count'
  | 'time'
  | 'integer';

/** One field of a flow log record: everything the project knows of it. */
export interface Field {
  /** AWS's spelling, `pkt-srcaddr`. */
  readonly name: string;
  /** The SQL, Parquet and Athena spelling, `pkt_srcaddr`. */
  readonly sql: string;
  /** The TypeScript and JSON spelling, `pktSrcAddr`. */
  readonly camel: string;
  /** The kinds of record that may hold it. */
  readonly kinds: readonly RecordKind[];
  /** The format version that introduced it (2–11). */
  readonly version: number;
  readonly type: FieldType;
  readonly shape: FieldShape;
  readonly unit: FieldUnit;
  readonly meaning: string;
  /** When AWS writes `-`; Weir stores NULL then. */
  readonly nullWhen: string;
  /** How the field misleads its readers; empty when it does not. */
  readonly misleads: string;
  readonly example: string;
}

/** What not every field has. */
interface FieldOptions {
  readonly camel?: string;
  readonly unit?: FieldUnit;
  readonly nullWhen?: string;
  readonly misleads?: string;
}

/** When records without traffic have no value. */
export const NO_TRAFFIC = 'NODATA and SKIPDATA records';

/** A field by its facts; what `options` leaves out follows from the name, or is not known. */
export function field(
  name: string,
  kinds: readonly RecordKind[],
  version: number,
  shape: FieldShape,
  type: FieldType,
  meaning: string,
  example: string,
  options: FieldOptions = {},
): Field {
  return {
    name,
    sql: name.replaceAll('-', '_'),
    camel: options.camel ?? name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    kinds,
    version,
    type,
    shape,
    unit: options.unit ?? null,
    meaning,
    nullWhen: options.nullWhen ?? 'not known',
    misleads: options.misleads ?? '',
    example,
  };
}

/** Text, kept as it is. */
export const text = (
  name: string,
  kinds: readonly RecordKind[],
  version: number,
  meaning: string,
  example: string,
  options?: FieldOptions,
): Field => field(name, kinds, version, 'text', 'string', meaning, example, options);

/** An address; `-` where there was no traffic. */
export const address = (
  name: string,
  kinds: readonly RecordKind[],
  version: number,
  meaning: string,
  example: string,
  options?: FieldOptions,
): Field =>
  field(name, kinds, version, 'address', 'string', meaning, example, { nullWhen: NO_TRAFFIC, ...options });

/** A count in `unit`; `-` where there was no traffic. */
export const count = (
  name: string,
  kinds: readonly RecordKind[],
  version: number,
  unit: FieldUnit,
  meaning: string,
  example: string,
  options?: FieldOptions,
): Field =>
  field(name, kinds, version, 'count', 'int64', meaning, example, { unit, nullWhen: NO_TRAFFIC, ...options });
