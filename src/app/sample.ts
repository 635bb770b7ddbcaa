import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from '../base/index.ts';
import type { Config } from './config.ts';
import { ingest } from './ingest.ts';
import type { IngestReport } from './ingest-report.ts';
import { simulate } from './simulate.ts';

/**
 * Fills the lake of the configuration with the bundled sample: three days of a believable site, up to now, made and
 * ingested like anybody's logs. The files themselves are removed again.
 */
export async function ingestSample(
  config: Config,
  deps: { readonly reporter: Reporter; readonly nowSeconds: number; readonly signal?: AbortSignal },
): Promise<IngestReport> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-sample-'));
  try {
    const out = join(directory, 'sample');
    await simulate({
      out,
      sample: true,
      scenarios: [],
      nowSeconds: deps.nowSeconds,
      reporter: deps.reporter,
      signal: deps.signal,
    });
    return await ingest({
      sources: [out],
      lake: config.lake.location,
      storage: config.storage,
      reporter: deps.reporter,
      signal: deps.signal,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
