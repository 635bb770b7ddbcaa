import { isWeirError, type Reporter } from '../base/index.ts';
import type { SourceObject } from '../ingest/index.ts';
import type { KnownObject, Lake, LookUp } from '../lake/index.ts';
import type { Layout } from '../record/index.ts';
import type { IngestTally } from './ingest-tally.ts';
import { IngestTransaction } from './ingest-transaction.ts';
import { copyEntry, type ObjectAt } from './ledger-entries.ts';

/** An object with the bytes of another one, and where that is. */
interface Copy extends ObjectAt {
  readonly original: string;
}

/** Objects looked up in the ledger at once. */
const LOOK_UP_OBJECTS = 1000;

/** Tells which objects a run has to read: what the lake has not, in whatever other place. Notes the copies of what it has. */
export class IngestSelection {
  readonly #lake: Lake;
  readonly #reporter: Reporter;
  readonly #tally: IngestTally;
  /** With a format given, objects that were refused without one are read once more. */
  readonly #hasFormat: boolean;
  readonly #etags = new Map<string, string>();
  /** Where the bytes of this run were seen first, by etag and size. */
  readonly #seen = new Map<string, string>();
  /** Objects whose bytes are in the lake, or will be, under another address. Noted last: only then is that certain. */
  #copies: Copy[] = [];

  constructor(
    config: { readonly given: readonly Layout[] },
    deps: { readonly lake: Lake; readonly reporter: Reporter },
    tally: IngestTally,
  ) {
    this.#lake = deps.lake;
    this.#reporter = deps.reporter;
    this.#tally = tally;
    this.#hasFormat = config.given.length > 0;
  }

  /** Those of the objects that have to be read. While some are read, the next are identified and looked up. */
  async *newOf(objects: readonly SourceObject[]): AsyncGenerator<SourceObject> {
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
      if (answer?.kind === 'known' && !(isRefused && this.#hasFormat)) {
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
    this.#reporter.warn(
      `${uri} was ingested before with other bytes (${lines} lines); both versions are in the lake now: ${doubt}`,
    );
  }

  /** Objects that others committed while they were read here, under this address or another. */
  async noteTaken(taken: readonly ObjectAt[]): Promise<void> {
    const answers = await this.#lookUp(taken);
    for (const [index, version] of taken.entries()) {
      const answer = answers[index];
      if (answer?.kind === 'duplicate') this.#copies.push({ ...version, original: answer.entry.uri });
      else this.#tally.skip();
    }
  }

  /** Notes the copies of what the ledger has now. Others may note the same ones meanwhile; then it looks again. */
  async noteCopies(): Promise<void> {
    while (this.#copies.length > 0) {
      const copies = this.#copies.splice(0);
      const own = await this.#lookUp(copies);
      const originals = await this.#lake.lookUp(
        copies.map(({ object, etag, original }) => ({ uri: original, etag, sizeBytes: object.sizeBytes })),
      );
      const transaction = new IngestTransaction(this.#lake);
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

  /** The version of an object that `newOf` gave. */
  etagOf(object: SourceObject): string {
    return this.#etags.get(object.uri) ?? '';
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
    return this.#lake.lookUp(
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
}
