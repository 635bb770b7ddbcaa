import { z } from 'zod';
import { cellSchema, integerSchema, rangeSchema, timeSchema } from './common.ts';

/** Values of which field. */
export const valuesQuerySchema = z.object({
  field: z
    .string()
    .min(1)
    .max(100)
    .describe('A field in any spelling, or ip, port, pkt_ip, aws_service for both sides'),
  prefix: z
    .string()
    .max(200)
    .default('')
    .describe('How the values begin, letter case aside; ports and protocols also by name'),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50).describe('Values at most'),
});

/** Values of a field, the most frequent first. */
export const valuesSchema = z.object({
  range: rangeSchema,
  column: z.string().describe('The column that was read'),
  values: z.array(
    z.object({
      value: cellSchema,
      label: z.string().nullable().describe('Service of a port, name of a protocol, flags by name'),
      flows: integerSchema.describe('Records that hold it, where it was looked for'),
    }),
  ),
  truncated: z.boolean().describe('True when there are more values than the limit'),
  table: z.string().nullable().describe('The table that answered; null for fields that measure'),
  partial: z.boolean().describe('True when the lake may hold values that were not looked at'),
  why: z.string().describe('Why this table, and what the answer leaves out'),
});
export type Values = z.infer<typeof valuesSchema>;
