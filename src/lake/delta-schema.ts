import type { ColumnType, Table } from '../record/index.ts';
import { lakeError } from './errors.ts';

/** A column of a table as it is stored. */
export interface LakeColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly comment: string;
  /** Parquet field id; the same for a name for ever, in every table. */
  readonly fieldId: number;
  /** True for columns that came from unknown fields of a source, not from the catalogue. */
  readonly isExtra: boolean;
}

const DELTA_TYPES: Readonly<Record<ColumnType, string>> = {
  INTEGER: 'integer',
  BIGINT: 'long',
  VARCHAR: 'string',
  DATE: 'date',
  TIMESTAMPTZ: 'timestamp',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
};

const COLUMN_TYPES = new Map(Object.entries(DELTA_TYPES).map(([type, delta]) => [delta, type as ColumnType]));

/**
 * The Parquet field id of a column name: a 30-bit hash (FNV-1a), so that writers on several machines give the same new
 * column the same id without asking each other.
 */
export function fieldIdOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return 1 + (hash & 0x3fff_ffff);
}

/** The catalogue's columns of a table. */
export function columnsOf(table: Table): LakeColumn[] {
  return table.columns.map(({ name, type, comment }) => ({
    name,
    type,
    comment,
    fieldId: fieldIdOf(name),
    isExtra: false,
  }));
}

/** A column for an unknown field: text, under its own name. */
export function extraColumn(name: string): LakeColumn {
  const comment = 'Field that the catalogue does not know, as text';
  return { name, type: 'VARCHAR', comment, fieldId: fieldIdOf(name), isExtra: true };
}

/** Columns as the `schemaString` of a `metaData` action. */
export function encodeSchema(columns: readonly LakeColumn[]): string {
  return JSON.stringify({
    type: 'struct',
    fields: columns.map(({ name, type, comment, fieldId, isExtra }) => ({
      name,
      type: DELTA_TYPES[type],
      nullable: true,
      metadata: { comment, 'parquet.field.id': fieldId, ...(isExtra ? { 'weir.extra': true } : {}) },
    })),
  });
}

interface SchemaField {
  readonly name: string;
  readonly type: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The columns of a `schemaString`. Errors: `lake.unsupported-log` for types this lake never writes. */
export function decodeSchema(schemaString: string, where: string): LakeColumn[] {
  const { fields } = JSON.parse(schemaString) as { readonly fields: readonly SchemaField[] };
  return fields.map(({ name, type, metadata = {} }) => {
    const columnType = COLUMN_TYPES.get(String(type));
    if (columnType === undefined) {
      throw lakeError(
        'lake.unsupported-log',
        `${where} has a column "${name}" of type ${JSON.stringify(type)}, which Weir does not write; is this another program's table?`,
        { where, name },
      );
    }
    return {
      name,
      type: columnType,
      comment: String(metadata['comment'] ?? ''),
      fieldId: Number(metadata['parquet.field.id'] ?? fieldIdOf(name)),
      isExtra: metadata['weir.extra'] === true,
    };
  });
}
