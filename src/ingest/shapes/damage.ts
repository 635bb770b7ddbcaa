/** Collects the first thing that kept an object from being read to its end. */
export class Damage {
  #reason: string | null = null;

  /** What went wrong first; null when nothing did. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Notes a problem; only the first is kept, since the others follow from it. */
  note(reason: string): void {
    this.#reason ??= reason;
  }
}
