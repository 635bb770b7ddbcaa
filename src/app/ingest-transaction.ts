import type { SourceObject } from '../ingest/index.ts';
import type { Lake, LedgerEntry, Staged } from '../lake/index.ts';

/**
 * The objects of one commit: what was staged for them and what the ledger will say. Objects are whole in it: no row of
 * theirs is in another commit.
 */
export class IngestTransaction {
  readonly #lake: Lake;
  readonly #staged: Staged[] = [];
  readonly #entries: LedgerEntry[] = [];
  readonly #objects = new Map<string, SourceObject>();
  /** Rows staged so far. */
  rows = 0;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  addStaged(staged: Staged): void {
    this.#staged.push(staged);
    this.rows += staged.rows;
  }

  /** An object that was read (`source` given), or one that is only noted in the ledger (a duplicate). */
  addEntry(entry: LedgerEntry, source: SourceObject | null): void {
    this.#entries.push(entry);
    if (source !== null) this.#objects.set(keyOf(entry), source);
  }

  /** The objects that were read for it. */
  sources(): readonly SourceObject[] {
    return [...this.#objects.values()];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /**
   * Commits. When other writers have committed some of the objects meanwhile, nothing is committed, the staged files are
   * removed, and the objects come back: those still to be read, and those that others have, under this address or another.
   */
  async commit(): Promise<{
    readonly entries: readonly LedgerEntry[];
    readonly again: readonly SourceObject[];
    readonly taken: readonly SourceObject[];
  }> {
    const result = await this.#lake.commit({ staged: this.#staged, ledger: this.#entries, malformed: [] });
    if (result.kind === 'committed') return { entries: this.#entries, again: [], taken: [] };
    await this.discard();
    const taken = new Set(result.objects.map(keyOf));
    const those = (isTaken: boolean): SourceObject[] =>
      [...this.#objects].flatMap(([key, object]) => (taken.has(key) === isTaken ? [object] : []));
    return { entries: [], again: those(false), taken: those(true) };
  }

  /** Removes what was staged; for runs that end early. */
  async discard(): Promise<void> {
    await this.#lake.discard(this.#staged);
  }
}

function keyOf({ uri, etag }: { readonly uri: string; readonly etag: string }): string {
  return `${etag} ${uri}`;
}
