import { isWeirError, messageOf, type Reporter } from '../base/index.ts';
import type { DuckDbSession } from '../engine/index.ts';
import {
  type GroupResult,
  type Lane,
  localLane,
  type PipelineSink,
  prefetchObjects,
  type SourceObject,
  threadLane,
} from '../ingest/index.ts';
import { type Lake, objectIdOf } from '../lake/index.ts';
import type { Layout } from '../record/index.ts';
import { BatchStager } from './batch-stager.ts';
import type { IngestReport } from './ingest-report.ts';
import { IngestSelection } from './ingest-selection.ts';
import { IngestTally } from './ingest-tally.ts';
import { IngestTransaction } from './ingest-transaction.ts';
import { readEntry } from './ledger-entries.ts';

export interface IngestRunConfig {
  readonly given: readonly Layout[];
  /** Rows per batch of one lane. */
  readonly batchRows: number;
  readonly commitRows: number;
  /** Threads that read; 0: the calling thread does. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

export interface IngestRunDeps {
  readonly lake: Lake;
  /** Loads batches, while the lake's own session stages the batch before. */
  readonly loadSession: DuckDbSession;
  readonly reporter: Reporter;
}

/** What a lane is given at a time: enough not to wait for its next group, little enough for the lanes to end together. */
const GROUP_OBJECTS = 32;
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * One run of `ingest`: has lanes read what the lake does not have, hands their batches to the engine and the lake, and
 * commits at object boundaries, while the lanes read on.
 */
export class IngestRun {
  readonly #config: IngestRunConfig;
  readonly #deps: IngestRunDeps;
  readonly #tally: IngestTally;
  readonly #stager: BatchStager;
  readonly #selection: IngestSelection;
  #lanes: readonly Lane[] = [];
  #transaction: IngestTransaction;
  /** The commit that is under way; rejects with what went wrong. */
  #committing: Promise<void> = Promise.resolve();
  #hasCommitFailed = false;
  /** Objects to be read once more, because a commit they were part of did not come about. */
  #again: SourceObject[] = [];

  constructor(config: IngestRunConfig, deps: IngestRunDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#tally = new IngestTally(deps.reporter);
    this.#stager = new BatchStager(deps.lake, deps.loadSession);
    this.#selection = new IngestSelection(config, deps, this.#tally);
    this.#transaction = new IngestTransaction(deps.lake);
  }

  /** Tells what is to come, for the progress. */
  expect(objects: readonly SourceObject[]): void {
    this.#tally.expect(objects);
  }

  /** Reads those of the objects that the lake does not have. */
  async readNew(objects: readonly SourceObject[]): Promise<void> {
    // A record is more than a byte, so that a group is no more than a commit.
    const groupBytes = Math.min(GROUP_BYTES, this.#config.commitRows);
    const groups = groupsOf(prefetchObjects(this.#selection.newOf(objects)), groupBytes);
    try {
      while (await this.#readSome(groups)) await this.#startCommit();
    } finally {
      await groups.return(undefined);
    }
  }

  /** Commits what is left. */
  async finish(): Promise<void> {
    for (;;) {
      await this.#startCommit();
      await this.#committing;
      if (this.#again.length === 0) break;
      await this.readNew(this.#again.splice(0));
    }
    await this.#selection.noteCopies();
    await this.#deps.lake.settle();
  }

  /** The counts of what was committed. */
  tally(): Omit<IngestReport, 'leftOut'> {
    return this.#tally.report();
  }

  /** Ends the lanes, and waits for what the engine is doing for them. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    await this.#stager.end();
    await this.#committing.catch(() => {});
  }

  /** Reads until a commit is due. False: there is nothing left to read. */
  async #readSome(groups: AsyncIterator<readonly SourceObject[]>): Promise<boolean> {
    let hasMore = true;
    const failures: { readonly object: SourceObject; readonly error: unknown }[] = [];
    const rest: SourceObject[] = [];
    const drive = async (lane: Lane): Promise<void> => {
      while (
        failures.length === 0 &&
        !this.#hasCommitFailed &&
        this.#transaction.rows < this.#config.commitRows
      ) {
        this.#config.signal?.throwIfAborted();
        const next = await groups.next();
        if (next.done === true) {
          hasMore = false;
          return;
        }
        const group = next.value;
        const result = await lane.read(
          group.map((object) => ({
            object,
            objectId: objectIdOf(object.uri, this.#selection.etagOf(object)),
          })),
        );
        this.#addRead(group, result);
        const object = group[result.read.length];
        if (object === undefined) continue;
        failures.push({ object, error: result.failure });
        rest.push(...group.slice(result.read.length + 1));
      }
    };
    const ends = await Promise.allSettled(this.#openLanes().map(drive));
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined || failures.length > 0) {
      // Some rows of the object may be among those of the others, so all of them are read again, without it.
      this.#again.push(...(await this.#abandon()), ...rest);
      if (broken !== undefined) throw broken.reason;
      for (const { object, error } of failures) {
        if (!isWeirError(error) || error.kind !== 'input') throw error;
        this.#tally.problem(object, error.message);
      }
    }
    if (this.#hasCommitFailed) await this.#committing;
    return hasMore;
  }

  #openLanes(): readonly Lane[] {
    if (this.#lanes.length > 0) return this.#lanes;
    const { threads } = this.#config;
    const sink: PipelineSink = {
      takeBatch: (batch, addresses) => this.#stager.take(batch, addresses, this.#transaction),
      takeMalformed: (lines) => this.#transaction.addMalformed(lines),
    };
    this.#lanes =
      threads === 0
        ? [localLane(this.#config, sink)]
        : Array.from({ length: threads }, () => threadLane(this.#config, sink));
    return this.#lanes;
  }

  #addRead(group: readonly SourceObject[], { read }: GroupResult): void {
    for (const [at, outcome] of read.entries()) {
      const object = group[at] as SourceObject;
      const source = { object, etag: this.#selection.etagOf(object) };
      this.#transaction.addEntry(readEntry(source, outcome), source);
    }
    this.#tally.progress(group);
  }

  /** Has the lanes hand on what they have, and commits that while they read on. */
  async #startCommit(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.flush()));
    await this.#committing;
    const transaction = this.#transaction;
    if (transaction.isEmpty) return;
    this.#transaction = new IngestTransaction(this.#deps.lake);
    this.#committing = this.#commit(transaction);
    this.#committing.catch(() => {
      this.#hasCommitFailed = true;
    });
  }

  async #commit(transaction: IngestTransaction): Promise<void> {
    const { entries, again, taken } = await transaction.commit();
    for (const entry of entries) this.#tally.count(entry);
    this.#again.push(...again.map(({ object }) => object));
    await this.#selection.noteTaken(taken);
  }

  /** Drops what is not committed yet and gives the objects it came from. */
  async #abandon(): Promise<readonly SourceObject[]> {
    const transaction = this.#transaction;
    this.#transaction = new IngestTransaction(this.#deps.lake);
    await Promise.allSettled(this.#lanes.map((lane) => lane.drop()));
    await transaction.discard().catch((error: unknown) => this.#deps.reporter.warn(messageOf(error)));
    return transaction.sources().map(({ object }) => object);
  }
}

/** Neighbours in groups, in order. */
async function* groupsOf(
  objects: AsyncIterable<SourceObject>,
  maxBytes: number,
): AsyncGenerator<readonly SourceObject[], undefined> {
  let group: SourceObject[] = [];
  let bytes = 0;
  for await (const object of objects) {
    group.push(object);
    bytes += object.sizeBytes;
    if (group.length < GROUP_OBJECTS && bytes < maxBytes) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}
