import { createReadStream, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, parseS3Location, type StoreOptions } from '../../storage/index.ts';
import { ingestError } from '../errors.ts';
import { hasWildcards, parseGlob } from './glob.ts';
import { type ListingCounts, ListingTally } from './listing-counts.ts';
import { localFile } from './local-file.ts';
import { listS3 } from './s3-list.ts';
import { s3Object } from './s3-object.ts';
import type { SourceObject } from './source-object.ts';
import { type Spooled, spool } from './spool.ts';
import { mayHold, type SlotWindow, slotWindowOf, type TimeRange } from './time-window.ts';
import { walk } from './walk.ts';

/** How sources are listed. */
export interface ListOptions extends TimeRange {
  /** How to reach S3: profile, endpoint, region, attempts. */
  readonly store?: StoreOptions;
  /** Opens a store; tests count its requests. Default: `openStore` of `storage`. */
  readonly openStore?: typeof openStore;
  /** What `-` reads. Default: standard input. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Where standard input and pipes are kept until `close`. Default: the directory for temporary files. */
  readonly spoolDirectory?: string;
}

/** The objects of some sources. */
export interface SourceListing {
  /**
   * Every object once, sources in the order given, objects within a source in the order of their names. Can be iterated
   * once. Errors: `ingest.no-such-source`, `ingest.unknown-scheme` (kind `config`), `ingest.spool-failed`, and those of
   * `storage` for a bucket that cannot be listed.
   */
  objects(): AsyncIterable<SourceObject>;
  /** What was found so far; final once `objects` is exhausted. */
  counts(): ListingCounts;
  /** Removes what was kept of standard input. */
  close(): Promise<void>;
}

/**
 * Lists files, folders (all below them), patterns (`logs/*.gz`, `**` for any depth), `file://` and `s3://bucket/prefix`
 * addresses, and `-` for standard input. Nothing but listings is read, pipes excepted.
 */
export function listSources(sources: readonly string[], options: ListOptions = {}): SourceListing {
  const run = new ListingRun(options);
  return {
    objects: () => run.objects(sources),
    counts: () => run.tally.counts(),
    close: () => run.close(),
  };
}

class ListingRun {
  readonly tally = new ListingTally();
  readonly #options: ListOptions;
  readonly #window: SlotWindow | null;
  readonly #spooled: Spooled[] = [];

  constructor(options: ListOptions) {
    this.#options = options;
    this.#window = slotWindowOf(options);
  }

  async *objects(sources: readonly string[]): AsyncGenerator<SourceObject> {
    // One source cannot name an object twice, but two may overlap.
    const seen = sources.length > 1 ? new Set<string>() : null;
    for (const source of sources) {
      for await (const object of this.#objectsOf(source)) {
        if (seen?.has(object.uri) === true) {
          this.tally.skip('repeated');
          continue;
        }
        seen?.add(object.uri);
        this.tally.listed++;
        this.tally.listedBytes += object.sizeBytes;
        yield object;
      }
    }
  }

  async close(): Promise<void> {
    for (const spooled of this.#spooled.splice(0)) await spooled.remove();
  }

  #objectsOf(source: string): AsyncIterable<SourceObject> | Iterable<SourceObject> {
    if (source === '-') return this.#pipe(this.#options.stdin ?? process.stdin, 'stdin:');
    if (/^s3:/i.test(source)) return this.#s3Objects(source);
    if (/^file:\/\//i.test(source)) return this.#localObjects(source, fileURLToPath(source));
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) throw ingestError('ingest.unknown-scheme', { source });
    return this.#localObjects(source, resolve(source));
  }

  async *#localObjects(source: string, path: string): AsyncGenerator<SourceObject> {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      yield* this.#globObjects(source, path);
    } else if (stats.isDirectory()) {
      for (const file of walk(path, this.tally)) {
        if (this.#isInTime(file.path)) yield localFile(file.path, file.sizeBytes);
      }
    } else if (stats.isFile()) {
      // A file that is named is read, whatever its name and time.
      yield localFile(path, stats.size);
    } else {
      yield* this.#pipe(createReadStream(path), source);
    }
  }

  *#globObjects(source: string, path: string): Generator<SourceObject> {
    const glob = hasWildcards(path) ? parseGlob(path) : null;
    let hasFound = false;
    if (glob !== null && statSync(glob.base, { throwIfNoEntry: false })?.isDirectory() === true) {
      for (const file of walk(glob.base, this.tally)) {
        if (!glob.matches(file.path)) continue;
        hasFound = true;
        if (this.#isInTime(file.path)) yield localFile(file.path, file.sizeBytes);
      }
    }
    if (!hasFound) throw ingestError('ingest.no-such-source', { source });
  }

  #isInTime(path: string): boolean {
    if (mayHold(this.#window, path)) return true;
    this.tally.skip('outside-time');
    return false;
  }

  async *#pipe(stream: AsyncIterable<Uint8Array | string>, uri: string): AsyncGenerator<SourceObject> {
    const directory = this.#options.spoolDirectory ?? tmpdir();
    const path = join(directory, `weir-input-${process.pid}-${this.#spooled.length}`);
    const spooled = await spool(stream, path, uri);
    this.#spooled.push(spooled);
    yield spooled.object;
  }

  async *#s3Objects(source: string): AsyncGenerator<SourceObject> {
    const location = parseS3Location(source);
    if (location === null) throw ingestError('ingest.unknown-scheme', { source });
    const store = await (this.#options.openStore ?? openStore)(
      `s3://${location.bucket}`,
      this.#options.store,
    );
    // The slash at the end says whether a folder is meant, so the prefix is taken as it was typed.
    const prefix = source.slice(`s3://${location.bucket}`.length).replace(/^\/+/, '');
    const found = this.tally.listed + sum(this.tally.counts().skipped);
    for await (const info of listS3(store, prefix, this.#window, this.tally)) yield s3Object(store, info);
    const isEmpty = this.tally.listed + sum(this.tally.counts().skipped) === found;
    if (isEmpty && this.#window === null) throw ingestError('ingest.no-such-source', { source });
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
