import { z } from 'zod';
import { explainSchema, integerSchema, rangeSchema, scopeQuerySchema, sumsSchema } from './common.ts';

/** What the overview is about. */
export const overviewQuerySchema = scopeQuerySchema.extend({
  bucketSeconds: z.coerce
    .number()
    .int()
    .min(60)
    .max(31 * 86_400)
    .optional()
    .describe('Width of a point in time; chosen from the range when absent'),
});

const directionSchema = z.enum(['ingress', 'egress']).nullable().describe('Null when it is not known');
const actionSchema = z.enum(['ACCEPT', 'REJECT']).nullable();

/** Volume of one time slice, direction and action. `previous` sums lie one range earlier. */
export const volumePointSchema = z.object({
  startSeconds: z.number(),
  direction: directionSchema,
  action: actionSchema,
  bytes: integerSchema,
  packets: integerSchema,
  flows: integerSchema,
  previousBytes: integerSchema.nullable(),
  previousPackets: integerSchema.nullable(),
  previousFlows: integerSchema.nullable(),
});
export type VolumePoint = z.infer<typeof volumePointSchema>;

/** Volume over time by direction and action. Slices without records have no points. */
export const overviewSchema = z.object({
  range: rangeSchema,
  bucketSeconds: z.number(),
  totals: sumsSchema,
  previousTotals: sumsSchema
    .nullable()
    .describe('The range before, as long; null when the lake does not reach back'),
  points: z.array(volumePointSchema),
  explain: explainSchema,
});
export type Overview = z.infer<typeof overviewSchema>;
