import { randomUUID } from 'node:crypto';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from '../base/index.ts';
import { createDuckDb } from '../engine/index.ts';
import { listSources, parseGivenFormat, type SourceObject } from '../ingest/index.ts';
import { openLake } from '../lake/index.ts';
import { openStore, type StoreOptions } from '../storage/index.ts';
import type { IngestReport } from './ingest-report.ts';
import { IngestRun } from './ingest-run.ts';

/** What to ingest, and where to. */
export interface IngestOptions {
  /** Files, folders, patterns, `s3://bucket/prefix`, `-` for standard input. */
  readonly sources: readonly string[];
  /** A directory or `s3://bucket/prefix`. */
  readonly lake: string;
  /** LogFormat or field names of text without a header. */
  readonly format?: string | undefined;
  /** Records from this moment on, Unix seconds: objects that cannot hold any are not read. */
  readonly sinceSeconds?: number | undefined;
  /** Records before this moment, Unix seconds. */
  readonly untilSeconds?: number | undefined;
  /** How to reach S3, for the lake and the sources. */
  readonly storage?: StoreOptions;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** Rows per batch and rows per commit; for tests. */
  readonly batchRows?: number;
  readonly commitRows?: number;
  /** Threads that read; 0: the calling thread. Default by the number of cores and the bytes to read. */
  readonly threads?: number;
}

const DUCKDB_MEMORY_BYTES = 1_000_000_000;
/** Rows that are read and not yet in the engine, at most, over all lanes; the benchmarks were measured with it. */
const ROWS_IN_LANES = 1 << 21;
const MAX_BATCH_ROWS = 1 << 20;
/** Rows per commit: what a crash can cost to read again, and what one commit's files amount to. */
const DEFAULT_COMMIT_ROWS = 8 << 20;
/** Below this a thread costs more than it gives. */
const BYTES_WORTH_THREADS = 24_000_000;
/** More threads than this read faster than one process loads what they read. */
const MAX_THREADS = 3;

/**
 * Ingests sources into a lake: each object once, whatever happened before, and every line of it accounted for. The main job
 * of Weir. Runs may be interrupted and repeated; several may work on one lake at once.
 *
 * Errors: `config` for sources, formats and places that cannot be; `service` for a store that fails; the reason of an aborted
 * signal. What was committed before stays; nothing half-done is visible.
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const started = performance.now();
  const given = options.format === undefined ? [] : [parseGivenFormat(options.format)];
  const storage = options.storage ?? {};
  const listing = listSources(options.sources, {
    store: storage,
    ...(options.sinceSeconds === undefined ? {} : { sinceSeconds: options.sinceSeconds }),
    ...(options.untilSeconds === undefined ? {} : { untilSeconds: options.untilSeconds }),
  });
  const duckDb = await createDuckDb({
    threads: availableParallelism(),
    memoryLimitBytes: DUCKDB_MEMORY_BYTES,
    tempDirectory: join(tmpdir(), `weir-ingest-${process.pid}`),
  });
  const [loadSession, stageSession] = [await duckDb.connect(), await duckDb.connect()];
  let run: IngestRun | null = null;
  try {
    const objects: SourceObject[] = [];
    for await (const object of listing.objects()) objects.push(object);
    const lake = openLake({
      store: await openStore(options.lake, storage),
      session: stageSession,
      now: () => Date.now() / 1000,
      newId: randomUUID,
      reporter: options.reporter,
      singleWriter: storage.singleWriter === true,
    });
    const threads = options.threads ?? threadsFor(objects);
    run = new IngestRun(
      {
        given,
        threads,
        batchRows:
          options.batchRows ?? Math.min(MAX_BATCH_ROWS, Math.floor(ROWS_IN_LANES / Math.max(1, threads))),
        commitRows: options.commitRows ?? DEFAULT_COMMIT_ROWS,
        signal: options.signal,
      },
      { lake, loadSession, reporter: options.reporter },
    );
    run.expect(objects);
    const hasRange = options.sinceSeconds !== undefined || options.untilSeconds !== undefined;
    if (hasRange && !listing.counts().isPrunedByFolder) {
      options.reporter.warn(
        'the time range could leave out files by their names at most; whole files are read',
      );
    }
    await run.readNew(objects);
    await run.finish();
    const { problems, skipped } = listing.counts();
    const tally = run.tally();
    return {
      ...tally,
      problems: [...problems, ...tally.problems],
      leftOut: skipped,
      result: { ...tally.result, seconds: (performance.now() - started) / 1000 },
    };
  } finally {
    await run?.close();
    await listing.close();
    loadSession.close();
    stageSession.close();
    duckDb.close();
  }
}

/** One core is left for loading; DuckDB takes what the others leave. */
function threadsFor(objects: readonly SourceObject[]): number {
  const bytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return bytes < BYTES_WORTH_THREADS ? 0 : Math.max(1, Math.min(availableParallelism() - 1, MAX_THREADS));
}
