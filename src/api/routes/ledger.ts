import { type AnalyzeDeps, type LedgerQuestion, runLedger, runMalformed } from '../../analyze/index.ts';
import type { ResultFrame } from '../../engine/index.ts';
import { type ApiContext, analyzeDeps } from '../context.ts';
import { type Ledger, ledgerQuerySchema, ledgerSchema } from '../contract/ledger.ts';
import { defineRoute } from '../route.ts';

/** What every source object became. */
export const ledgerRoute = defineRoute({
  method: 'get',
  path: '/api/ledger',
  summary: 'Source objects with what each of their lines became; lines = ok + nodata + skipdata + malformed',
  query: ledgerQuerySchema,
  response: ledgerSchema,
  handler: (context, query) => listed(context, query, runLedger),
});

/** Lines that are no records, word for word. */
export const malformedRoute = defineRoute({
  method: 'get',
  path: '/api/malformed',
  summary: 'Lines that are no records, word for word, with object, line number and reason',
  query: ledgerQuerySchema.omit({ status: true }),
  response: ledgerSchema,
  handler: (context, query) => listed(context, query, runMalformed),
});

async function listed(
  context: ApiContext,
  {
    uri,
    status,
    limit,
  }: { readonly uri?: string | undefined; readonly status?: string | undefined; readonly limit: number },
  run: (deps: AnalyzeDeps, question: LedgerQuestion) => Promise<ResultFrame>,
): Promise<Ledger> {
  const question = {
    limit,
    ...(uri === undefined ? {} : { uri }),
    ...(status === undefined ? {} : { status }),
  };
  const { columns, rows, truncated } = await context.withSession((session) =>
    run(analyzeDeps(context, session), question),
  );
  return { columns: [...columns], rows: rows.map((row) => [...row]), truncated };
}
