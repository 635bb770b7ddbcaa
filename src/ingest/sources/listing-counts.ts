/** A file or folder that could not be looked at. */
export interface SourceProblem {
  readonly uri: string;
  readonly reason: string;
}

/** What became of everything that was found: `found = listed + skipped`. */
export interface ListingCounts {
  /** Objects handed out. */
  readonly listed: number;
  readonly listedBytes: number;
  /** Left out, by reason: `hidden`, `not-a-log`, `special`, `repeated`, `outside-time`, `other-service`, `folder-marker`. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly problems: readonly SourceProblem[];
  /** False when a time range was given and a source could only be pruned by file names, or not at all. */
  readonly isPrunedByFolder: boolean;
}

/** Collects `ListingCounts` while sources are listed. */
export class ListingTally {
  listed = 0;
  listedBytes = 0;
  isPrunedByFolder = true;
  readonly #skipped = new Map<string, number>();
  readonly #problems: SourceProblem[] = [];

  skip(reason: string): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  problem(uri: string, reason: string): void {
    this.#problems.push({ uri, reason });
  }

  counts(): ListingCounts {
    return {
      listed: this.listed,
      listedBytes: this.listedBytes,
      skipped: Object.fromEntries(this.#skipped),
      problems: [...this.#problems],
      isPrunedByFolder: this.isPrunedByFolder,
    };
  }
}
