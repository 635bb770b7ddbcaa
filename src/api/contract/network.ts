import { z } from 'zod';
import { explainSchema, rangeSchema, scopeQuerySchema, sumsSchema } from './common.ts';

const blockBits = (widest: number, fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(8)
    .max(widest)
    .multipleOf(4)
    .default(fallback)
    .describe('Prefix length of blocks of addresses whose subnet is not known; a multiple of 4');

/** Which network, how finely, ranked by what. */
export const networkQuerySchema = scopeQuerySchema.extend({
  level: z
    .enum(['vpc', 'subnet'])
    .default('subnet')
    .describe('Subnets where the logs name them, or whole VPCs; blocks of addresses elsewhere'),
  v4: blockBits(32, 24),
  v6: blockBits(128, 64),
  measure: z.enum(['bytes', 'packets', 'flows', 'rejects']).default('bytes').describe('Ranked by this'),
  limit: z.coerce.number().int().min(1).max(2000).default(500).describe('Edges before "Other"'),
  expand: z
    .string()
    .max(4000)
    .default('')
    .describe('Ids of nodes to take apart into hosts, separated by commas'),
  hosts: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(12)
    .describe('Hosts of each such node that stand alone'),
});

const nodeSchema = z.object({
  id: z.string(),
  kind: z.enum(['vpc', 'subnet', 'block', 'host', 'internet', 'service', 'scope', 'none']),
  name: z.string(),
  cidrs: z.array(z.string()).describe('The blocks it is made of, as far as the logs show'),
  sourceFilter: z.string().describe('Filter for records that come from here'),
  destinationFilter: z.string().describe('Filter for records that go here'),
  sent: sumsSchema,
  received: sumsSchema,
});

/** Who talks to whom: edges + other = total. */
export const networkSchema = z.object({
  range: rangeSchema,
  nodes: z.array(nodeSchema),
  edges: z.array(z.object({ from: z.string(), to: z.string(), sums: sumsSchema })),
  other: z.object({ edges: z.number(), sums: sumsSchema }).describe('Edges beyond the limit'),
  total: sumsSchema,
  explain: explainSchema,
});
export type Network = z.infer<typeof networkSchema>;
