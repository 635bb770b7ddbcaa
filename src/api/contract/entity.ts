import { z } from 'zod';
import {
  cellSchema,
  explainSchema,
  integerSchema,
  rangeSchema,
  scopeQuerySchema,
  sumsSchema,
} from './common.ts';

/** Which thing, and which of its records. */
export const entityQuerySchema = scopeQuerySchema.extend({
  kind: z.enum(['address', 'interface', 'instance', 'port']),
  value: z.string().min(1).max(200).describe('An IPv4 or IPv6 address, an id, or a port number'),
  measure: z
    .enum(['bytes', 'packets', 'flows', 'rejects'])
    .default('bytes')
    .describe('Lists are ranked by this'),
  limit: z.coerce.number().int().min(1).max(100).default(10).describe('Rows of each list before "Other"'),
});

const listSchema = z.object({
  name: z.enum([
    'destinations',
    'sources',
    'services',
    'rejectedSources',
    'rejectedPorts',
    'pairs',
    'interfaces',
    'instances',
    'protocols',
    'directions',
  ]),
  fields: z.array(z.string()),
  measure: z.enum(['bytes', 'packets', 'flows', 'rejects']),
  rows: z.array(z.object({ values: z.array(cellSchema), sums: sumsSchema })),
  other: sumsSchema.nullable().describe('The groups that did not make the list; null when it is complete'),
  total: sumsSchema,
});

const placeSchema = z.object({
  address: z.string().nullable().describe('The address of the interface in these records'),
  interfaceId: z.string().nullable(),
  instanceId: z.string().nullable(),
  subnetId: z.string().nullable(),
  vpcId: z.string().nullable(),
  accountId: z.string().nullable(),
  flows: integerSchema.describe('Records that say so'),
});

/** Everything the lake says of one thing. */
export const entitySchema = z.object({
  range: rangeSchema,
  firstSeconds: z.number().nullable().describe('First seen, over the whole lake; null when never'),
  lastSeconds: z.number().nullable(),
  total: sumsSchema,
  sent: sumsSchema.describe('What it sent, where a side can be told'),
  received: sumsSchema,
  roles: z
    .object({ server: sumsSchema, client: sumsSchema, unknown: sumsSchema })
    .describe('Told by the service port of each record; for a port, as service port or not'),
  places: z.array(placeSchema).describe('Where it is, as the records of its own interfaces say'),
  lists: z.array(listSchema),
  explain: explainSchema,
});
export type EntityFacts = z.infer<typeof entitySchema>;
