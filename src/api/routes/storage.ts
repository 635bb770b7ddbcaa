import { storageSchema } from '../contract/storage.ts';
import { defineRoute } from '../route.ts';

/** The files of the lake in numbers. */
export const storageRoute = defineRoute({
  method: 'get',
  path: '/api/storage',
  summary: 'Files of the lake: sizes, versions, compaction, retention, table by table',
  response: storageSchema,
  handler: async (context) => {
    const status = await context.lakeStatus();
    return { ...status, tables: [...status.tables] };
  },
});
