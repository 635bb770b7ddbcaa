import { z } from 'zod';
import { integerSchema } from './common.ts';

/** The state of the lake. Times are Unix seconds, null where the lake is empty. */
export const lakeSchema = z.object({
  isEmpty: z.boolean().describe('True when nothing was ever ingested'),
  firstSeconds: z.number().nullable().describe('Start of the earliest record'),
  lastSeconds: z.number().nullable().describe('End of the latest record'),
  ingestedSeconds: z.number().nullable().describe('Time of the latest commit'),
  nowSeconds: z.number().describe('The clock of this Weir'),
  objects: integerSchema.describe('Source objects'),
  lines: integerSchema.describe('Lines of these objects: ok + nodata + skipdata + malformed'),
  ok: integerSchema.describe('Records with traffic'),
  nodata: integerSchema.describe('NODATA records'),
  skipdata: integerSchema.describe('SKIPDATA records'),
  malformed: integerSchema.describe('Lines that are no records'),
  bytesRead: integerSchema.describe('Bytes read, after decompression'),
  recordsPerSecond: z.number().describe('Records ingested in the last minute, per second'),
  coverage: z
    .object({
      startSeconds: z.number(),
      endSeconds: z.number(),
      covered: z.number(),
      idle: z.number(),
      skipped: z.number(),
      unknown: z.number(),
    })
    .nullable()
    .describe('Interface-minutes of the last hour of the lake, as in /api/coverage; null when it is empty'),
  tables: z.array(z.object({ name: z.string(), rows: z.number() })),
});
export type LakeState = z.infer<typeof lakeSchema>;
