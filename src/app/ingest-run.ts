import { isWeirError, messageOf, type Reporter } from '../base/index.ts';
import { type DuckDbSession, type LoadedBatch, loadBatch } from '../engine/index.ts';
import {
  type BatchAddresses,
  IngestPipeline,
  type PipelineSink,
  prefetchObjects,
  type ReadObject,
  type RejectedLine,
  type SourceObject,
} from '../ingest/index.ts';
import { type Lake, type LedgerEntry, type LookUp, objectIdOf } from '../lake/index.ts';
import type { ColumnBatch, Layout } from '../record/index.ts';
import type { IngestReport, IngestResult } from './ingest-report.ts';
import { IngestTransaction } from './ingest-transaction.ts';

export interface IngestRunConfig {
  readonly given: readonly Layout[];
  readonly batchRows: number;
  readonly commitRows: number;
  readonly signal?: AbortSignal | undefined;
}

export interface IngestRunDeps {
  readonly lake: Lake;
  /** Loads batches, while the lake's own session stages the batch before. */
  readonly loadSession: DuckDbSession;
  readonly reporter: Reporter;
}

/** An object with the bytes of another one, and where that is. */
interface Copy {
  readonly object: SourceObject;
  readonly etag: string;
  readonly original: string;
}

type Tally = Omit<IngestReport, 'leftOut'>;

/**
 * One run of `ingest`: hands batches of the pipeline to the engine and the lake, and commits at object boundaries.
 *
 * Reading and staging overlap: while DuckDB writes the files of one batch, the next is scanned. At most two batches are in
 * the engine at a time.
 */
export class IngestRun implements PipelineSink {
  readonly #config: IngestRunConfig;
  readonly #deps: IngestRunDeps;
  readonly #pipeline: IngestPipeline;
  #transaction: IngestTransaction;
  /** Staging of the batch before; rejects with what went wrong. */
  #staging: Promise<void> = Promise.resolve();
  /** Batches that are in files now. Dropped between loads: a connection that does two things at a time breaks one of them. */
  #stagedBatches: LoadedBatch[] = [];
  #batchNumber = 0;
  /** Where the bytes of this run were seen first, by etag and size. */
  readonly #seen = new Map<string, string>();
  /** Objects whose bytes are in the lake, or will be, under another address. Noted last: only then is that certain. */
  #copies: Copy[] = [];
  readonly #problems: { uri: string; reason: string }[] = [];
  readonly #imperfect: { uri: string; status: string; reason: string }[] = [];
  readonly #unknownFields: Record<string, number> = {};
  #counts = {
    objects: 0,
    objectsSkipped: 0,
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    bytesRead: 0,
  };
  #expectedBytes = 0;
  #doneBytes = 0;

  constructor(config: IngestRunConfig, deps: IngestRunDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#pipeline = new IngestPipeline(config, this);
    this.#transaction = new IngestTransaction(deps.lake);
  }

  /** Tells what is to come, for the progress. */
  expect(objects: readonly SourceObject[]): void {
    this.#expectedBytes = objects.reduce((sum, object) => sum + object.sizeBytes, 0);
  }

  /** Reads those of the objects that the lake does not have. */
  async readNew(objects: readonly SourceObject[]): Promise<void> {
    const versions = await this.#identify(objects);
    const answers = await this.#lookUp(versions);
    const wanted: { object: SourceObject; etag: string }[] = [];
    for (const [index, version] of versions.entries()) {
      const { object, etag } = version;
      const answer = answers[index];
      const isRefused = answer?.kind === 'known' && answer.entry.status === 'refused';
      if (answer?.kind === 'known' && !(isRefused && this.#config.given.length > 0)) {
        this.#skip(object);
        continue;
      }
      const original = answer?.kind === 'duplicate' ? answer.entry.uri : this.#seenBefore(object, etag);
      if (original === null) wanted.push(version);
      else {
        this.#copies.push({ ...version, original });
        this.#doneBytes += object.sizeBytes;
      }
    }
    const etags = new Map(wanted.map(({ object, etag }) => [object.uri, etag]));
    for await (const object of prefetchObjects(wanted.map(({ object }) => object))) {
      await this.#read(object, etags.get(object.uri) ?? '');
    }
  }

  /** Commits what is left. */
  async finish(): Promise<void> {
    await this.#commit();
    await this.#noteCopies();
    await this.#deps.lake.settle();
  }

  /** The counts of what was committed. */
  tally(): Tally {
    const result: IngestResult = { ...this.#counts, seconds: 0 };
    return {
      result,
      problems: this.#problems,
      imperfect: this.#imperfect,
      unknownFields: this.#unknownFields,
    };
  }

  async takeBatch(batch: ColumnBatch, addresses: BatchAddresses): Promise<void> {
    const relation = `batch_${this.#batchNumber++ % 2}`;
    await this.#dropStaged();
    const loaded = await loadBatch(this.#deps.loadSession, relation, batch, addresses);
    await this.#staging;
    const transaction = this.#transaction;
    this.#staging = (async () => {
      transaction.addStaged(await this.#deps.lake.stage(relation, batch.kind));
      this.#stagedBatches.push(loaded);
    })();
    // Looked at before the next batch or the commit; until then a failure must not count as unhandled.
    this.#staging.catch(() => {});
  }

  async takeMalformed(lines: readonly RejectedLine[]): Promise<void> {
    this.#transaction.addStaged(await this.#deps.lake.stageMalformed(lines));
  }

  async takeObject(read: ReadObject): Promise<void> {
    this.#transaction.addEntry(ledgerEntryOf(read), read.object);
    this.#doneBytes += read.object.sizeBytes;
    this.#reportProgress();
  }

  onBytes(): void {
    this.#reportProgress();
  }

  async #read(object: SourceObject, etag: string): Promise<void> {
    this.#config.signal?.throwIfAborted();
    try {
      await this.#pipeline.read(object, etag, objectIdOf(object.uri, etag));
    } catch (error) {
      const again = await this.#abandon();
      if (!isWeirError(error) || error.kind !== 'input') throw error;
      // Some of its rows may be among those of the others, so all of them are read again, without it.
      this.#noteProblem(object, error.message);
      await this.readNew(again);
      return;
    }
    if (this.#transaction.rows + this.#pipeline.pendingRows >= this.#config.commitRows) await this.#commit();
  }

  async #dropStaged(): Promise<void> {
    const batches = this.#stagedBatches;
    this.#stagedBatches = [];
    for (const batch of batches) await batch.drop();
  }

  /** Commits what was read. False: others had some of it, which was sorted out and committed without that. */
  async #commit(): Promise<boolean> {
    await this.#pipeline.flush();
    await this.#staging;
    await this.#dropStaged();
    const transaction = this.#transaction;
    this.#transaction = new IngestTransaction(this.#deps.lake);
    if (transaction.isEmpty) return true;
    const { entries, again, taken } = await transaction.commit();
    for (const entry of entries) this.#count(entry);
    if (entries.length > 0) return true;
    await this.#noteTaken(taken);
    await this.readNew(again);
    await this.#commit();
    return false;
  }

  /** Objects that others committed while they were read here, under this address or another. */
  async #noteTaken(objects: readonly SourceObject[]): Promise<void> {
    const versions = await this.#identify(objects);
    const answers = await this.#lookUp(versions);
    for (const [index, version] of versions.entries()) {
      const answer = answers[index];
      if (answer?.kind === 'duplicate') this.#copies.push({ ...version, original: answer.entry.uri });
      else this.#counts.objectsSkipped++;
    }
  }

  /** Notes the copies of what the ledger has now. Others may note the same ones meanwhile; then it looks again. */
  async #noteCopies(): Promise<void> {
    while (this.#copies.length > 0) {
      const copies = this.#copies;
      this.#copies = [];
      const own = await this.#lookUp(copies);
      const originals = await this.#deps.lake.lookUp(
        copies.map(({ object, etag, original }) => ({ uri: original, etag, sizeBytes: object.sizeBytes })),
      );
      for (const [index, copy] of copies.entries()) {
        const { object, etag, original } = copy;
        if (own[index]?.kind === 'known') this.#counts.objectsSkipped++;
        else if (originals[index]?.kind === 'known') {
          this.#transaction.addEntry(duplicateEntry(object, etag, `the same bytes as ${original}`), null);
          this.#copies.push(copy);
        } else this.#noteProblem(object, `it has the same bytes as ${original}, which was not read`);
      }
      if (await this.#commit()) return;
    }
  }

  /** Drops what is not committed yet and gives the objects it came from. */
  async #abandon(): Promise<readonly SourceObject[]> {
    const transaction = this.#transaction;
    this.#transaction = new IngestTransaction(this.#deps.lake);
    this.#pipeline.drop();
    await this.#staging.catch(() => {});
    this.#staging = Promise.resolve();
    await transaction.discard().catch((error: unknown) => this.#deps.reporter.warn(messageOf(error)));
    return transaction.sources();
  }

  #noteProblem(object: SourceObject, reason: string): void {
    this.#problems.push({ uri: object.uri, reason });
    this.#doneBytes += object.sizeBytes;
  }

  async #identify(objects: readonly SourceObject[]): Promise<{ object: SourceObject; etag: string }[]> {
    const versions: { object: SourceObject; etag: string }[] = [];
    for (const object of objects) {
      try {
        versions.push({ object, etag: await object.identify() });
      } catch (error) {
        if (!isWeirError(error) || error.kind !== 'input') throw error;
        this.#noteProblem(object, error.message);
      }
    }
    return versions;
  }

  #lookUp(versions: readonly { readonly object: SourceObject; readonly etag: string }[]): Promise<LookUp[]> {
    return this.#deps.lake.lookUp(
      versions.map(({ object, etag }) => ({ uri: object.uri, etag, sizeBytes: object.sizeBytes })),
    );
  }

  /** The address where this run has met the same bytes before; empty objects are never copies of each other. */
  #seenBefore(object: SourceObject, etag: string): string | null {
    if (object.sizeBytes === 0) return null;
    const key = `${etag} ${object.sizeBytes}`;
    const seen = this.#seen.get(key);
    if (seen === undefined) this.#seen.set(key, object.uri);
    return seen === undefined || seen === object.uri ? null : seen;
  }

  #skip(object: SourceObject): void {
    this.#counts.objectsSkipped++;
    this.#doneBytes += object.sizeBytes;
    this.#reportProgress();
  }

  #count(entry: LedgerEntry): void {
    if (entry.status === 'duplicate') {
      this.#counts.objectsSkipped++;
      return;
    }
    this.#counts.objects++;
    for (const name of ['lines', 'ok', 'nodata', 'skipdata', 'malformed', 'bytesRead'] as const) {
      this.#counts[name] += entry[name];
    }
    if (entry.status !== 'ok') {
      this.#imperfect.push({ uri: entry.uri, status: entry.status, reason: entry.reason ?? '' });
    }
    for (const name of (entry.unknownFields ?? '').split(' ').filter((text) => text !== '')) {
      this.#unknownFields[name] = (this.#unknownFields[name] ?? 0) + 1;
    }
  }

  #reportProgress(): void {
    this.#deps.reporter.progress({ phase: 'ingest', done: this.#doneBytes, total: this.#expectedBytes });
  }
}

function ledgerEntryOf(read: ReadObject): LedgerEntry {
  const { counts, object } = read;
  return {
    objectId: read.objectId,
    uri: object.uri,
    etag: read.etag,
    sizeBytes: object.sizeBytes,
    status: read.status,
    reason: read.reason,
    shape: read.shape,
    layout: read.layout === '' ? null : read.layout,
    layoutSource: read.layoutSource,
    layoutConfidence: read.layoutConfidence,
    unknownFields: read.unknownFields.length === 0 ? null : read.unknownFields.join(' '),
    lines: counts.lines,
    ok: counts.ok,
    nodata: counts.nodata,
    skipdata: counts.skipdata,
    malformed: counts.malformed,
    bytesRead: read.bytesRead,
    firstStartSeconds: counts.firstStart,
    lastEndSeconds: counts.lastEnd,
  };
}

function duplicateEntry(object: SourceObject, etag: string, reason: string): LedgerEntry {
  return {
    objectId: objectIdOf(object.uri, etag),
    uri: object.uri,
    etag,
    sizeBytes: object.sizeBytes,
    status: 'duplicate',
    reason,
    shape: null,
    layout: null,
    layoutSource: null,
    layoutConfidence: null,
    unknownFields: null,
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    bytesRead: 0,
    firstStartSeconds: null,
    lastEndSeconds: null,
  };
}
