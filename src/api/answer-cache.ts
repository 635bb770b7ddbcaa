/** Answers that were given before. A lake never changes within a version, so neither does an answer. */
export interface AnswerCache {
  /** The answer of a key; the caller knows its type by the key. */
  get(key: string): unknown;
  /** Keeps an answer of so many values. */
  set(key: string, answer: unknown, cells: number): void;
  /** The answers that are being made, with the signal of who asked. */
  readonly asked: Map<string, { readonly answer: Promise<unknown>; readonly signal: AbortSignal }>;
}

/** Larger answers are not kept. */
const MAX_CELLS_EACH = 50_000;
/** What an answer without values takes, reckoned in values. */
const CELLS_OF_NOTHING = 10;

/** Keeps answers of at most `maxCells` values together; the longest unused go first. */
export function createAnswerCache(maxCells: number): AnswerCache {
  const answers = new Map<string, { readonly answer: unknown; readonly cells: number }>();
  let held = 0;
  const drop = (key: string): void => {
    held -= answers.get(key)?.cells ?? 0;
    answers.delete(key);
  };
  return {
    asked: new Map(),
    get: (key) => {
      const entry = answers.get(key);
      if (entry === undefined) return undefined;
      answers.delete(key);
      answers.set(key, entry);
      return entry.answer;
    },
    set: (key, answer, cells) => {
      drop(key);
      if (cells > Math.min(MAX_CELLS_EACH, maxCells)) return;
      answers.set(key, { answer, cells: cells + CELLS_OF_NOTHING });
      held += cells + CELLS_OF_NOTHING;
      for (const oldest of answers.keys()) {
        if (held <= maxCells) break;
        drop(oldest);
      }
    },
  };
}
