import { z } from 'zod';

/** A whole number; decimal text beyond 2^53, so that nothing is rounded on the way. */
export const integerSchema = z
  .union([z.number(), z.string().regex(/^-?\d+$/)])
  .describe('Whole number; decimal text beyond 2^53');
export type Integer = z.infer<typeof integerSchema>;

/** A moment: Unix seconds or ISO 8601 in UTC, or an age such as 24h. */
export const timeSchema = z
  .string()
  .max(64)
  .describe('ISO 8601, Unix seconds, or an age such as 24h; judged by the start of a record');

/** Which records a question is about; shared by all views. */
export const scopeQuerySchema = z.object({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  where: z
    .string()
    .max(20_000)
    .optional()
    .describe('Condition in the filter language, for example: action = REJECT and dstport = 22'),
});
export type ScopeQuery = z.infer<typeof scopeQuerySchema>;

/** A time range as it was understood. Unix seconds, `endSeconds` exclusive; null where the lake is empty. */
export const rangeSchema = z.object({
  startSeconds: z.number().nullable(),
  endSeconds: z.number().nullable(),
});
export type Range = z.infer<typeof rangeSchema>;

/** Sums over records with log_status OK; each interface that saw a packet counts it. */
export const sumsSchema = z.object({
  bytes: integerSchema.describe('Bytes, IP headers included'),
  packets: integerSchema.describe('Packets'),
  flows: integerSchema.describe('Records'),
  rejects: integerSchema.describe('Records with action REJECT'),
});
export type Sums = z.infer<typeof sumsSchema>;

/** How an answer came about. */
export const explainSchema = z.object({
  table: z.string().describe('The table that answered'),
  why: z.string().describe('Why this one'),
  sql: z.string().describe('The same question as SQL, values written out'),
  seconds: z.number().describe('Time of the engine'),
});
export type Explain = z.infer<typeof explainSchema>;

/** A problem of RFC 9457, with a stable code. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type Problem = z.infer<typeof problemSchema>;

/** A cell of an answer. */
export const cellSchema: z.ZodType<Cell> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(cellSchema),
      z.record(z.string(), cellSchema),
    ]),
  )
  .meta({ id: 'Cell' });
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };
