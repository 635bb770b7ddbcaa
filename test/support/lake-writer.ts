/**
 * One writer process for tests of several at once: ingests made-up objects into a lake, skipping those that are there, and
 * compacts now and then. Takes its job as JSON in the first argument; prints the number of objects it committed.
 */
import { compactLake } from '../../src/lake/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { openDuckdbSession } from './duckdb-session.ts';
import { fakeBatch, fakeLedger, openTestLake } from './lake-batch.ts';

/** The job of a writer. */
export interface WriterJob {
  readonly location: string;
  /** Seeds of the objects, in the order to take them. */
  readonly seeds: readonly number[];
  /** Records per object; 0: ledger rows only, for tests of the log alone. */
  readonly rows: number;
  /** Compact after every so many objects; 0: never. */
  readonly compactEvery: number;
  readonly endpoint?: string;
  readonly cacheDirectory?: string;
}

async function run({
  location,
  seeds,
  rows,
  compactEvery,
  endpoint,
  cacheDirectory,
}: WriterJob): Promise<number> {
  const session = await openDuckdbSession({ threads: '1', memory_limit: '512MB' });
  const store = await openStore(location, {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
  });
  const lake = openTestLake(store, session);
  let committed = 0;
  for (const [done, seed] of seeds.entries()) {
    const object = { uri: `file:///object-${seed}`, seed, rows };
    const [known] = await lake.lookUp([fakeLedger(object)]);
    if (known?.kind === 'new') {
      const bare = { staged: [], ledger: [fakeLedger(object)], malformed: [] };
      const batch = rows === 0 ? bare : await fakeBatch(lake, session, object);
      const result = await lake.commit(batch);
      if (result.kind === 'committed') committed += 1;
      else await lake.discard(batch.staged);
    }
    if (compactEvery > 0 && done % compactEvery === compactEvery - 1) await compactLake(lake);
  }
  await lake.settle();
  session.close();
  return committed;
}

const job = process.argv[2];
if (process.argv[1] === import.meta.filename && job !== undefined) {
  process.stdout.write(`${await run(JSON.parse(job) as WriterJob)}\n`);
}
