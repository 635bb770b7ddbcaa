/**
 * One worker of the kill suites, working through the same functions as the command line: reads a source into a lake, or
 * compacts the lake, again and again until it is killed, or once. Takes its job as JSON in the first argument. Says on stdout
 * what it begins and what it has done, one word a line, so that a kill in the middle of work is told from one in a pause.
 */
import { ingest, resolveConfig, withLakeFiles } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { compactLake } from '../../src/lake/index.ts';

/** The job of a worker. */
export interface WorkerJob {
  readonly task: 'ingest' | 'compact';
  readonly lake: string;
  readonly source: string;
  /** Rows after which a batch is staged, and after which it is committed: small, so that commits are many. */
  readonly batchRows: number;
  readonly commitRows: number;
  /** Files of this size are left alone by compaction: small, so that there is always something to compact. */
  readonly targetBytes: number;
  /** False: until it is killed. */
  readonly once: boolean;
}

/** What a worker says. */
export type WorkerWord = 'ready' | 'begin' | 'end';

function say(word: WorkerWord): void {
  process.stdout.write(`${word}\n`);
}

async function work(job: WorkerJob): Promise<void> {
  const config = resolveConfig({ flags: { 'lake.location': job.lake, 'engine.memory': '400MB' } });
  if (job.task === 'compact') {
    await withLakeFiles(config, silentReporter, (lake) =>
      compactLake(lake, { targetBytes: job.targetBytes }),
    );
    return;
  }
  const { source, lake, batchRows, commitRows } = job;
  const { problems } = await ingest({
    sources: [source],
    lake,
    storage: config.storage,
    reporter: silentReporter,
    batchRows,
    commitRows,
  });
  if (problems.length > 0) throw new Error(`could not read: ${JSON.stringify(problems)}`);
}

const job = JSON.parse(process.argv[2] ?? '') as WorkerJob;
say('ready');
do {
  say('begin');
  await work(job);
  say('end');
} while (!job.once);
