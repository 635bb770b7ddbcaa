/** How many ids one generation holds; at most twice as many are remembered. */
const GENERATION = 100_000;

/**
 * Remembers the latest ids in bounded memory: repeated deliveries come close together. Two generations, so that no id is
 * forgotten before `GENERATION` others came after it.
 */
export class RecentIds {
  #young = new Set<string>();
  #old = new Set<string>();

  /** True when the id is new; it is known from then on. */
  add(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}
