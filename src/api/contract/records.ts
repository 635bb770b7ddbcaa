import { z } from 'zod';
import { cellSchema, explainSchema, rangeSchema, scopeQuerySchema } from './common.ts';

/** Which records, and how many. */
export const recordsQuerySchema = scopeQuerySchema.extend({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .describe(
      'Records at most, the latest first. JSON: a page of 200 when absent, 10,000 at most. Other forms: all when absent, then in no order',
    ),
  cursor: z
    .string()
    .max(64_000)
    .optional()
    .describe('From "next" of the page before; takes the place of from, to and where'),
});

/** Records as they are in the lake: SQL names, the source object of each beside it. */
export const recordsSchema = z.object({
  range: rangeSchema,
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(cellSchema)),
  truncated: z.boolean().describe('True when there were more'),
  next: z
    .string()
    .nullable()
    .describe(
      'Address of the next page, also in the Link header; null on the last. All pages see the lake as the first one did',
    ),
  explain: explainSchema,
});
export type Records = z.infer<typeof recordsSchema>;
