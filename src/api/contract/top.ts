import { z } from 'zod';
import { cellSchema, explainSchema, rangeSchema, scopeQuerySchema, sumsSchema } from './common.ts';

/** A top list: which fields, ranked by what. */
export const topQuerySchema = scopeQuerySchema.extend({
  by: z.string().min(1).max(400).describe('Fields, separated by commas: srcaddr or svc_port,protocol'),
  measure: z.enum(['bytes', 'packets', 'flows', 'rejects']).default('bytes').describe('Ranked by this'),
  limit: z.coerce.number().int().min(1).max(1000).default(10).describe('Groups before "Other"'),
});

/** A top list with nothing left out: rows + other = total. */
export const topSchema = z.object({
  range: rangeSchema,
  fields: z.array(z.string()),
  measure: z.enum(['bytes', 'packets', 'flows', 'rejects']),
  rows: z.array(z.object({ values: z.array(cellSchema), sums: sumsSchema })),
  other: sumsSchema
    .nullable()
    .describe('All groups that did not make the list; null when the list is complete'),
  total: sumsSchema,
  explain: explainSchema,
});
export type Top = z.infer<typeof topSchema>;
export type TopMeasure = Top['measure'];
