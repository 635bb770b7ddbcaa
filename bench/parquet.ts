/**
 * Question: how fast are Parquet objects read into columns, against the same records as gzip text in the same run? Reading and
 * scanning only, on one thread; no engine, no lake.
 *
 *   npx tsx bench/parquet.ts v2-1m v5-1m --runs 3
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sqlString } from '../src/base/index.ts';
import { createDuckDb } from '../src/engine/index.ts';
import { listSources } from '../src/ingest/index.ts';
import { IngestPipeline } from '../src/ingest/pipeline.ts';
import { fieldByName } from '../src/record/index.ts';
import { benchInput } from './inputs.ts';

/** Pages as AWS writes them, and as other programs do. */
const STYLES: readonly (readonly [name: string, options: string])[] = [
  ['gzip', 'COMPRESSION gzip'],
  ['snappy', 'COMPRESSION snappy'],
  ['snappy without dictionaries', 'COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1'],
];

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});

for (const name of positionals.length > 0 ? positionals : ['v2-1m', 'v5-1m']) {
  const input = await benchInput(name);
  const out = mkdtempSync(join(tmpdir(), 'weir-bench-parquet-'));
  try {
    const rates = [`gzip text ${await rate(input.folder, input.lines)}`];
    for (const [style, options] of STYLES) {
      const folder = join(out, style.replaceAll(' ', '-'));
      await writeParquet(input.folder, folder, options);
      rates.push(`${style} ${await rate(folder, input.lines)}`);
    }
    console.log([`${name}: M records per second of processor time`, ...rates].join(' | '));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The records of a folder of text as Parquet with AWS's types. */
async function writeParquet(source: string, target: string, options: string): Promise<void> {
  const duckDb = await createDuckDb({ threads: 2, memoryLimitBytes: 4e9, tempDirectory: `${target}.temp` });
  const session = await duckDb.connect();
  const from = `read_csv(${sqlString(join(source, '**/*.log.gz'))}, delim = ' ', header = true, nullstr = '-', all_varchar = true)`;
  const columns = await session.rows(`DESCRIBE FROM ${from}`);
  const list = columns.map((row) => {
    const column = String(row['column_name']);
    const type = { int32: 'INTEGER', int64: 'BIGINT', string: 'VARCHAR' }[
      fieldByName(column)?.type ?? 'string'
    ];
    return `"${column}"::${type} AS "${column.replaceAll('-', '_')}"`;
  });
  await session.run(
    `COPY (SELECT ${list.join(', ')} FROM ${from}) TO ${sqlString(target)} (FORMAT parquet, ${options}, PER_THREAD_OUTPUT)`,
  );
  session.close();
  duckDb.close();
}

/** The best of some runs, in millions of records per second of processor time. */
async function rate(folder: string, lines: number): Promise<string> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < Number(values.runs); run++) {
    let rows = 0;
    const pipeline = new IngestPipeline(
      { given: [], batchRows: 1 << 20 },
      {
        takeBatch: async (batch) => {
          rows += batch.rows;
        },
        takeMalformed: async () => {},
      },
    );
    const before = process.cpuUsage();
    let id = 0n;
    for await (const object of listSources([folder]).objects()) await pipeline.read(object, id++);
    await pipeline.flush();
    const { user, system } = process.cpuUsage(before);
    if (rows !== lines) throw new Error(`${folder}: ${rows} records, not ${lines}`);
    best = Math.min(best, (user + system) / 1e6);
  }
  return (lines / best / 1e6).toFixed(2);
}
