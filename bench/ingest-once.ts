/** One measured run of `bench/ingest.ts`: `copy FOLDER OUT` is DuckDB alone, `ingest FOLDER OUT` the whole of Weir's. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ingest } from '../src/app/ingest.ts';
import { silentReporter, sqlString } from '../src/base/index.ts';
import { createDuckDb } from '../src/engine/index.ts';

const [kind = '', folder = '', out = ''] = process.argv.slice(2);
const started = performance.now();
const before = process.cpuUsage();
const lines =
  kind === 'copy'
    ? await copy()
    : (await ingest({ sources: [folder], lake: out, reporter: silentReporter })).result.lines;
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage(before);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    lines,
  }),
);

/** What DuckDB does best with flow logs: its own reader with its own idea of the types, all cores, any order. */
async function copy(): Promise<number> {
  const duckDb = await createDuckDb({
    threads: availableParallelism(),
    memoryLimitBytes: 8e9,
    tempDirectory: join(out, 'temp'),
  });
  const session = await duckDb.connect();
  const source = `read_csv(${sqlString(join(folder, '**/*.log.gz'))}, delim = ' ', header = true, nullstr = '-')`;
  const target = sqlString(join(out, 'copy.parquet'));
  const rows = await session.rows(`COPY (FROM ${source}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`);
  session.close();
  duckDb.close();
  return Number(rows[0]?.['Count']);
}
