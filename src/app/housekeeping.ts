import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Reporter } from '../base/index.ts';
import { createDuckDb } from '../engine/index.ts';
import { type Lake, openLake } from '../lake/index.ts';
import { openStore } from '../storage/index.ts';
import type { Config } from './config.ts';

/**
 * Opens the lake of the configuration for work on its files, does the work and lets go again. The engine may open any
 * file, so no SQL from outside belongs here.
 *
 * Errors: those of the work; `storage.*` when the lake cannot be reached.
 */
export async function withLakeFiles<Result>(
  config: Config,
  reporter: Reporter,
  work: (lake: Lake) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(config.lake.location, config.storage);
  const db = await createDuckDb({
    threads: config.engine.threads,
    memoryLimitBytes: config.engine.memoryBytes,
    tempDirectory: config.engine.tempDirectory,
  });
  const session = await db.connect();
  try {
    const lake = openLake({
      store,
      session,
      now: () => Date.now() / 1000,
      newId: randomUUID,
      reporter,
      singleWriter: config.storage.singleWriter === true,
    });
    return await work(lake);
  } finally {
    session.close();
    db.close();
    rmSync(config.engine.tempDirectory, { recursive: true, force: true });
  }
}
