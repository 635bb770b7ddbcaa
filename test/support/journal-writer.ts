/** A process that commits flow logs to the journal named on its command line and prints each id once it is durable. */
import { openJournalStore } from '../../src/service/index.ts';
import { fakeFlowLog } from './flow-log-fixture.ts';

const store = await openJournalStore(process.argv[2] ?? '', { nowMs: Date.now });
for (let i = 0; ; i += 3) {
  // Three at a time, so that a kill finds commits at every stage.
  const ids = [i, i + 1, i + 2].map((n) => `fl-${n}`);
  await Promise.all(ids.map((id) => store.commit([{ kind: 'put', flowLog: fakeFlowLog(id) }])));
  process.stdout.write(`${ids.join('\n')}\n`);
}
