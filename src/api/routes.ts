import type { Route } from './route.ts';
import { coverageRoute } from './routes/coverage.ts';
import { entityRoute } from './routes/entity.ts';
import { lakeRoute } from './routes/lake.ts';
import { ledgerRoute, malformedRoute } from './routes/ledger.ts';
import { networkRoute } from './routes/network.ts';
import { overviewRoute } from './routes/overview.ts';
import { askRoute, insightsRoute, queryRoute, sqlRoute } from './routes/query.ts';
import { rawLineRoute } from './routes/raw-line.ts';
import { recordsRoute } from './routes/records.ts';
import { storageRoute } from './routes/storage.ts';
import { topRoute } from './routes/top.ts';
import { valuesRoute } from './routes/values.ts';

/** Every resource of the API. The document and the router are made from this list alone. */
export const ROUTES: readonly Route[] = [
  lakeRoute,
  overviewRoute,
  coverageRoute,
  topRoute,
  networkRoute,
  entityRoute,
  valuesRoute,
  recordsRoute,
  rawLineRoute,
  queryRoute,
  insightsRoute,
  askRoute,
  sqlRoute,
  ledgerRoute,
  malformedRoute,
  storageRoute,
];
