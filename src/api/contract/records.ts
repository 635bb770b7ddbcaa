import { z } from 'zod';
import { cellSchema, explainSchema, rangeSchema, scopeQuerySchema } from './common.ts';

/** Which records, and how many. */
export const recordsQuerySchema = scopeQuerySchema.extend({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('Records at most, the latest first'),
});

/** Records as they are in the lake: SQL names, the source object of each beside it. */
export const recordsSchema = z.object({
  range: rangeSchema,
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(cellSchema)),
  truncated: z.boolean().describe('True when there were more'),
  explain: explainSchema,
});
export type Records = z.infer<typeof recordsSchema>;
