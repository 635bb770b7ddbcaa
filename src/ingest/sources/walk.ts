import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../base/index.ts';
import type { ListingTally } from './listing-counts.ts';
import { skipReason } from './skipped-names.ts';

/** A file found below a folder. */
export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * All files below a folder, in order of their names. Links are followed, each folder once, so loops end. Hidden files,
 * known companions of logs, Delta tables (a lake beside the logs) and special files are counted and left out; what cannot
 * be looked at is counted as a problem. Blocking calls on purpose: they are ten times cheaper than awaited ones.
 */
export function* walk(folder: string, tally: ListingTally): Generator<FoundFile> {
  yield* walkFolder(folder, tally, new Set());
}

function* walkFolder(folder: string, tally: ListingTally, visited: Set<string>): Generator<FoundFile> {
  const entries = readFolder(folder, tally, visited);
  if (entries.some((entry) => entry.name === '_delta_log')) {
    tally.skip('not-a-log');
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const reason = skipReason(entry.name);
    if (reason !== null) {
      tally.skip(reason);
      continue;
    }
    if (entry.isDirectory()) {
      yield* walkFolder(path, tally, visited);
      continue;
    }
    const stats = statOf(path, tally);
    if (stats === null) continue;
    if (stats.isDirectory()) yield* walkFolder(path, tally, visited);
    else if (stats.isFile()) yield { path, sizeBytes: stats.size };
    else tally.skip('special');
  }
}

/** Entries in the order of their names; none when the folder was visited or cannot be read. */
function readFolder(folder: string, tally: ListingTally, visited: Set<string>): readonly Dirent[] {
  try {
    const real = realpathSync(folder);
    if (visited.has(real)) {
      tally.skip('repeated');
      return [];
    }
    visited.add(real);
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    tally.problem(pathToFileURL(folder).href, messageOf(error));
    return [];
  }
}

function statOf(path: string, tally: ListingTally): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    tally.problem(pathToFileURL(path).href, messageOf(error));
    return null;
  }
}
