import { z } from 'zod';
import { rangeSchema } from './common.ts';

/** Which time, and how finely. */
export const coverageQuerySchema = z.object({
  from: z.string().max(64).optional().describe('ISO 8601, Unix seconds, or an age such as 24h'),
  to: z.string().max(64).optional(),
  bucketSeconds: z.coerce
    .number()
    .int()
    .min(60)
    .max(31 * 86_400)
    .optional()
    .describe('Width of a point in time; chosen from the range when absent'),
  limit: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe('Interfaces listed, the blindest first'),
});

const minutesSchema = z.object({
  covered: z.number().describe('Interface-minutes with records of traffic'),
  idle: z.number().describe('Watched, and nothing to see: NODATA'),
  skipped: z.number().describe('Records were lost: SKIPDATA'),
  unknown: z.number().describe('Nothing says that anybody looked'),
});
export type CoverageMinutes = z.infer<typeof minutesSchema>;

/** Were we blind? Interface-minutes over time. */
export const coverageSchema = z.object({
  range: rangeSchema,
  bucketSeconds: z.number(),
  interfaces: z.number().describe('Interfaces with any record within a day of the range'),
  minutes: minutesSchema,
  points: z.array(minutesSchema.extend({ startSeconds: z.number() })),
  blindest: z.array(
    minutesSchema.extend({
      interfaceId: z.string().nullable(),
      accountId: z.string().nullable(),
      vpcId: z.string().nullable(),
      blind: z
        .array(
          z.object({
            startSeconds: z.number(),
            endSeconds: z.number(),
            state: z.enum(['skipped', 'unknown']),
          }),
        )
        .describe('When it was not watched or lost records, the first fifty times'),
    }),
  ),
});
export type Coverage = z.infer<typeof coverageSchema>;
