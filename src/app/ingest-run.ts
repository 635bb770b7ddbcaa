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
import { type KnownObject, type Lake, type LookUp, objectIdOf } from '../lake/index.ts';
import type { Layout } from '../record/index.ts';
import { BatchStager } from './batch-stager.ts';
import type { IngestReport } from './ingest-report.ts';
import { IngestTally } from './ingest-tally.ts';
import { IngestTransaction } from './ingest-transaction.ts';
import { copyEntry, type ObjectAt, readEntry } from './ledger-entries.ts';

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

/** An object with the bytes of another one, and where that is. */
interface Copy extends ObjectAt {
  readonly original: string;
}

/** Objects looked up in the ledger at once. */
const LOOK_UP_OBJECTS = 1000;
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
  #lanes: readonly Lane[] = [];
  #transaction: IngestTransaction;
  /** The commit that is under way; rejects with what went wrong. */
  #committing: Promise<void> = Promise.resolve();
  #hasCommitFailed = false;
  readonly #etags = new Map<string, string>();
  /** Where the bytes of this run were seen first, by etag and size. */
  readonly #seen = new Map<string, string>();
  /** Objects whose bytes are in the lake, or will be, under another address. Noted last: only then is that certain. */
  #copies: Copy[] = [];
  /** Objects to be read once more, because a commit they were part of did not come about. */
  #again: SourceObject[] = [];

  constructor(config: IngestRunConfig, deps: IngestRunDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#tally = new IngestTally(deps.reporter);
    this.#stager = new BatchStager(deps.lake, deps.loadSession);
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
    const groups = groupsOf(prefetchObjects(this.#newOf(objects)), groupBytes);
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
    await this.#noteCopies();
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

  /** Those of the objects that have to be read. While some are read, the next are identified and looked up. */
  async *#newOf(objects: readonly SourceObject[]): AsyncGenerator<SourceObject> {
    let ahead = this.#selectNew(objects.slice(0, LOOK_UP_OBJECTS));
    for (let from = LOOK_UP_OBJECTS; ; from += LOOK_UP_OBJECTS) {
      const selected = await ahead;
      if (from < objects.length) {
        ahead = this.#selectNew(objects.slice(from, from + LOOK_UP_OBJECTS));
        // Looked at in the next round; until then a failure must not count as unhandled.
        ahead.catch(() => {});
      }
      yield* selected;
      if (from >= objects.length) return;
    }
  }

  async #selectNew(objects: readonly SourceObject[]): Promise<SourceObject[]> {
    const versions = await this.#identify(objects);
    const answers = await this.#lookUp(versions);
    const selected: SourceObject[] = [];
    for (const [index, version] of versions.entries()) {
      const { object, etag } = version;
      const answer = answers[index];
      const isRefused = answer?.kind === 'known' && answer.entry.status === 'refused';
      if (answer?.kind === 'known' && !(isRefused && this.#config.given.length > 0)) {
        this.#tally.skip();
        this.#tally.progress([object]);
        continue;
      }
      const original = answer?.kind === 'duplicate' ? answer.entry.uri : this.#seenBefore(object, etag);
      if (original === null) {
        if (answer?.kind === 'new' && answer.earlier !== undefined)
          this.#warnOfEarlier(object, answer.earlier);
        this.#etags.set(object.uri, etag);
        selected.push(object);
      } else {
        this.#copies.push({ ...version, original });
        this.#tally.progress([object]);
      }
    }
    return selected;
  }

  /** Other bytes under an address that was ingested before: perhaps a new day, perhaps the same one whole. Both count. */
  #warnOfEarlier({ uri }: SourceObject, { status, lines }: KnownObject): void {
    // Standard input is another thing each time.
    if (!/^(?:file|s3):/.test(uri)) return;
    const doubt =
      status === 'truncated'
        ? 'that version was cut off, so what this one repeats of it counts twice'
        : 'what both hold counts twice';
    this.#deps.reporter.warn(
      `${uri} was ingested before with other bytes (${lines} lines); both versions are in the lake now: ${doubt}`,
    );
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
          group.map((object) => ({ object, objectId: objectIdOf(object.uri, this.#etagOf(object)) })),
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
      const source = { object, etag: this.#etagOf(object) };
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
    // Objects that others committed while they were read here, under this address or another.
    const answers = await this.#lookUp(taken);
    for (const [index, version] of taken.entries()) {
      const answer = answers[index];
      if (answer?.kind === 'duplicate') this.#copies.push({ ...version, original: answer.entry.uri });
      else this.#tally.skip();
    }
  }

  /** Notes the copies of what the ledger has now. Others may note the same ones meanwhile; then it looks again. */
  async #noteCopies(): Promise<void> {
    while (this.#copies.length > 0) {
      const copies = this.#copies.splice(0);
      const own = await this.#lookUp(copies);
      const originals = await this.#deps.lake.lookUp(
        copies.map(({ object, etag, original }) => ({ uri: original, etag, sizeBytes: object.sizeBytes })),
      );
      const transaction = new IngestTransaction(this.#deps.lake);
      const noted: Copy[] = [];
      for (const [index, copy] of copies.entries()) {
        const { object, original } = copy;
        if (own[index]?.kind === 'known') this.#tally.skip();
        else if (originals[index]?.kind === 'known') {
          transaction.addEntry(copyEntry(copy, `the same bytes as ${original}`), null);
          noted.push(copy);
        } else this.#tally.problem(object, `it has the same bytes as ${original}, which was not read`);
      }
      if (noted.length === 0) return;
      const { entries } = await transaction.commit();
      for (const entry of entries) this.#tally.count(entry);
      if (entries.length === 0) this.#copies.push(...noted);
    }
  }

  /** Drops what is not committed yet and gives the objects it came from. */
  async #abandon(): Promise<readonly SourceObject[]> {
    const transaction = this.#transaction;
    this.#transaction = new IngestTransaction(this.#deps.lake);
    await Promise.allSettled(this.#lanes.map((lane) => lane.drop()));
    await transaction.discard().catch((error: unknown) => this.#deps.reporter.warn(messageOf(error)));
    return transaction.sources().map(({ object }) => object);
  }

  async #identify(objects: readonly SourceObject[]): Promise<ObjectAt[]> {
    const versions: ObjectAt[] = [];
    for (const object of objects) {
      try {
        versions.push({ object, etag: await object.identify() });
      } catch (error) {
        if (!isWeirError(error) || error.kind !== 'input') throw error;
        this.#tally.problem(object, error.message);
        this.#tally.progress([object]);
      }
    }
    return versions;
  }

  #lookUp(versions: readonly ObjectAt[]): Promise<LookUp[]> {
    return this.#deps.lake.lookUp(
      versions.map(({ object, etag }) => ({ uri: object.uri, etag, sizeBytes: object.sizeBytes })),
    );
  }

  #etagOf(object: SourceObject): string {
    return this.#etags.get(object.uri) ?? '';
  }

  /** The address where this run has met the same bytes before; empty objects are never copies of each other. */
  #seenBefore(object: SourceObject, etag: string): string | null {
    if (object.sizeBytes === 0) return null;
    const key = `${etag} ${object.sizeBytes}`;
    const seen = this.#seen.get(key);
    if (seen === undefined) this.#seen.set(key, object.uri);
    return seen === undefined || seen === object.uri ? null : seen;
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
