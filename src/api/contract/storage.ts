import { z } from 'zod';

/** What the lake's files come to, table by table, from its log alone. */
export const storageSchema = z.object({
  uri: z.string().describe('Where the lake is'),
  version: z.number().describe('Version of its log; -1 for a lake that does not exist yet'),
  lastCommitSeconds: z.number().nullable(),
  bytes: z.number(),
  rawKeptFrom: z.string().nullable().describe('From which day on records are complete; null: none expired'),
  rollupsKeptFrom: z.string().nullable().describe('The same for index, volumes and coverage'),
  tables: z.array(
    z.object({
      table: z.string(),
      rows: z.number(),
      files: z.number(),
      bytes: z.number(),
      smallFiles: z.number().describe('Files below 32 MB; many of them make reading slow'),
      unsortedFiles: z.number().describe('Files that compaction has not sorted yet'),
      compactedSeconds: z.number().nullable().describe('When compaction last wrote one of its files'),
      oldest: z.string().nullable(),
      newest: z.string().nullable(),
      logVersion: z.number().describe("Version of the table's own log; -1 before it exists"),
      followedVersion: z.number().describe('Version of the log of flows that it has reached'),
    }),
  ),
});
export type Storage = z.infer<typeof storageSchema>;
