import { z } from 'zod';
import { cellSchema, explainSchema, rangeSchema, scopeQuerySchema } from './common.ts';

/** A grouped question in parts. */
export const queryBodySchema = scopeQuerySchema.extend({
  by: z.array(z.string().max(100)).max(8).default([]).describe('Fields to group by'),
  measures: z
    .array(z.string().max(40))
    .min(1)
    .max(12)
    .default(['bytes', 'packets', 'flows'])
    .describe('Measures by name: bytes, packets, flows, rejects, sources, p95_bytes …'),
  bucketSeconds: z
    .number()
    .int()
    .min(60)
    .optional()
    .describe('Also group by time, in steps of so many seconds'),
  orderBy: z.string().max(100).optional().describe('Column of the answer; the first measure when absent'),
  limit: z.number().int().min(1).max(1_000_000).default(20).describe('Groups at most, over the whole range'),
  other: z.boolean().default(true).describe('Sum the rest up in one more group'),
  compareSeconds: z
    .number()
    .int()
    .min(60)
    .optional()
    .describe('Measure again so much earlier, as previous_<measure>; a whole number of time slices'),
});
export type QueryBody = z.input<typeof queryBodySchema>;

/** A statement of SQL that only reads. */
export const sqlBodySchema = z.object({
  sql: z.string().min(1).max(100_000),
  maxRows: z
    .number()
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .describe('Rows at most; JSON: 1000 when absent and 10,000 at most, other forms: all when absent'),
});
export type SqlBody = z.input<typeof sqlBodySchema>;

/** A query in the language of CloudWatch Logs Insights. */
export const insightsBodySchema = scopeQuerySchema.omit({ where: true }).extend({
  query: z.string().min(1).max(10_000),
});
export type InsightsBody = z.input<typeof insightsBodySchema>;

/** A question in plain English. */
export const askBodySchema = z.object({
  question: z.string().min(1).max(2000),
  zone: z
    .string()
    .max(64)
    .optional()
    .describe('Time zone whose days and clocks are meant: Europe/Berlin, +02:00; UTC when absent'),
});
export type AskBody = z.input<typeof askBodySchema>;

/** A table of an answer. */
export const tableSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(cellSchema)),
  truncated: z.boolean().describe('True when there were more rows than the limit let through'),
  seconds: z.number(),
});
export type AnswerTable = z.infer<typeof tableSchema>;

/** The answer to a question in parts. Column `other` is true for the row of the rest. */
export const queryAnswerSchema = tableSchema.extend({
  range: rangeSchema,
  bucketSeconds: z.number().nullable(),
  plan: z.string().describe('The question as it was understood'),
  explain: explainSchema,
});
export type QueryAnswer = z.infer<typeof queryAnswerSchema>;

/** The answer to an Insights query. Warnings have places in the text. */
export const insightsAnswerSchema = tableSchema.extend({
  range: rangeSchema,
  warnings: z.array(z.object({ code: z.string(), message: z.string(), start: z.number(), end: z.number() })),
  explain: explainSchema,
});
export type InsightsAnswer = z.infer<typeof insightsAnswerSchema>;

const placeSchema = z.object({ start: z.number(), end: z.number() });

/** The answer to a plain question, and how it was read. */
export const askAnswerSchema = tableSchema.extend({
  parts: z
    .array(
      placeSchema.extend({
        kind: z.string(),
        text: z.string(),
        alternatives: z.array(z.string()).describe('Other readings of the same words'),
      }),
    )
    .describe('What the words were taken to mean, each with its place'),
  unused: z.array(placeSchema.extend({ text: z.string() })).describe('Words that played no part'),
  plan: z.string().describe('The question as it was understood'),
  explain: explainSchema,
});
export type AskAnswer = z.infer<typeof askAnswerSchema>;
