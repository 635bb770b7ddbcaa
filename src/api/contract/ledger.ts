import { z } from 'zod';
import { cellSchema } from './common.ts';

/** Which source objects. */
export const ledgerQuerySchema = z.object({
  uri: z.string().max(2000).optional().describe('Only objects whose address contains this text'),
  status: z.enum(['ok', 'truncated', 'duplicate', 'refused']).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000).describe('Rows at most'),
});

/** Rows of the ledger, or of the lines that are no records. */
export const ledgerSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(cellSchema)),
  truncated: z.boolean().describe('True when there were more'),
});
export type Ledger = z.infer<typeof ledgerSchema>;
