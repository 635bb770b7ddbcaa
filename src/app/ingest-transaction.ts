import type { RejectedLine } from '../ingest/index.ts';
import type { Lake, LedgerEntry, Staged } from '../lake/index.ts';
import type { ObjectAt } from './ledger-entries.ts';

/** Malformed lines kept in memory; more of them are staged before the commit. */
const MALFORMED_LINES = 20_000;
const MALFORMED_BYTES = 16 * 1024 * 1024;

/**
 * The objects of one commit: what was staged for them and what the ledger will say. Objects are whole in it: no row of
 * theirs is in another commit.
 */
export class IngestTransaction {
  readonly #lake: Lake;
  readonly #staged: Promise<Staged>[] = [];
  readonly #entries: LedgerEntry[] = [];
  readonly #objects = new Map<string, ObjectAt>();
  #malformed: RejectedLine[] = [];
  #malformedBytes = 0;
  /** Records of its objects. */
  rows = 0;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** Something that is being staged for it. */
  addStaged(staged: Promise<Staged>): void {
    // Looked at by `commit` or `discard`; until then a failure must not count as unhandled.
    staged.catch(() => {});
    this.#staged.push(staged);
  }

  /** Malformed lines of its objects. Resolves when there is room for more. */
  async addMalformed(lines: readonly RejectedLine[]): Promise<void> {
    for (const line of lines) {
      this.#malformed.push(line);
      this.#malformedBytes += line.text.length;
    }
    if (this.#malformed.length < MALFORMED_LINES && this.#malformedBytes < MALFORMED_BYTES) return;
    const staged = this.#lake.stageMalformed(this.#malformed);
    this.#malformed = [];
    this.#malformedBytes = 0;
    this.addStaged(staged);
    await staged;
  }

  /** An object that was read (`source` given), or one that is only noted in the ledger (a copy). */
  addEntry(entry: LedgerEntry, source: ObjectAt | null): void {
    this.#entries.push(entry);
    this.rows += entry.ok + entry.nodata + entry.skipdata;
    if (source !== null) this.#objects.set(keyOf(entry), source);
  }

  /** The objects that were read for it. */
  sources(): readonly ObjectAt[] {
    return [...this.#objects.values()];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /**
   * Commits. When other writers have committed some of the objects meanwhile, nothing is committed, the staged files are
   * removed, and the objects come back: those still to be read, and those that others have, under this address or another.
   * Errors: what staging or the lake's commit fails with.
   */
  async commit(): Promise<{
    readonly entries: readonly LedgerEntry[];
    readonly again: readonly ObjectAt[];
    readonly taken: readonly ObjectAt[];
  }> {
    // Lanes end in any order; the ledger keeps one.
    const ledger = this.#entries.sort((a, b) => (a.uri < b.uri ? -1 : 1));
    const staged = await Promise.all(this.#staged);
    const result = await this.#lake.commit({ staged, ledger, malformed: this.#malformed });
    if (result.kind === 'committed') return { entries: ledger, again: [], taken: [] };
    await this.discard();
    const taken = new Set(result.objects.map(keyOf));
    const those = (isTaken: boolean): ObjectAt[] =>
      [...this.#objects].flatMap(([key, object]) => (taken.has(key) === isTaken ? [object] : []));
    return { entries: [], again: those(false), taken: those(true) };
  }

  /** Removes what was staged, once it is; for runs that end early. */
  async discard(): Promise<void> {
    const staged = await Promise.allSettled(this.#staged);
    await this.#lake.discard(staged.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : [])));
  }
}

function keyOf({ uri, etag }: { readonly uri: string; readonly etag: string }): string {
  return `${etag} ${uri}`;
}
