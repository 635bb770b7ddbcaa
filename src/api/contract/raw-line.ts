import { z } from 'zod';
import { cellSchema } from './common.ts';

/** Which record. */
export const rawLineBodySchema = z.object({
  record: z
    .record(z.string().max(200), cellSchema)
    .describe('A row of /api/records by column, object_id with it; columns that are absent are not compared'),
});
export type RawLineBody = z.input<typeof rawLineBodySchema>;

const objectSchema = z.object({
  objectId: z.string(),
  uri: z.string().describe('file://, s3:// or stdin:'),
  etag: z.string().describe('Identity of the bytes that were ingested'),
  sizeBytes: z.number(),
  ingestedAt: z.string().nullable().describe('ISO 8601, UTC'),
  layout: z.string().nullable().describe('Field names in order, as the object was read'),
  layoutSource: z.string().nullable().describe('header, given, inferred or parquet'),
  layoutConfidence: z.number().nullable().describe('0 to 1; 1 unless inferred'),
});

/** The lines of the source object that hold a record, or why they cannot be shown. */
export const rawLineSchema = z.object({
  status: z
    .enum(['found', 'missing', 'stopped', 'gone', 'changed', 'unreadable', 'unknown'])
    .describe(
      'found; missing: the same object without the record; stopped: time was up; gone; changed since it was ingested; unreadable; unknown: the ledger has no such object',
    ),
  detail: z.string().describe('The status in a sentence'),
  object: objectSchema.nullable(),
  shape: z
    .string()
    .nullable()
    .describe('How records are wrapped in it: text, export, message-json, …, parquet'),
  encodings: z.array(z.string()).describe('Layers around the text, outermost first: gzip, zstd, utf-16'),
  lineNumbers: z
    .enum(['source', 'ordinal', 'row'])
    .nullable()
    .describe('What numbers count, from 1: lines of the object, wrapped records, or rows of Parquet'),
  lines: z.array(
    z.object({
      number: z.number(),
      text: z.string().nullable().describe('The line word for word; null for a row of Parquet'),
      header: z.string().describe('Field names in order, in force at this line'),
      values: z.array(z.object({ name: z.string(), value: cellSchema })).describe('The same, read'),
    }),
  ),
  read: z.number().describe('Lines or rows that were looked at'),
});
export type RawLine = z.infer<typeof rawLineSchema>;
