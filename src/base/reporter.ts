/** How far long work is. `done` and `total` share a unit named by the work; total null when not known yet. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
}

/**
 * Where work says what it does: `progress` may be called very often (the reporter thins it out), `warn` is for
 * things a person should know although the work goes on.
 */
export interface Reporter {
  progress(progress: Progress): void;
  warn(message: string): void;
}

/** A reporter that drops everything. */
export const silentReporter: Reporter = { progress: () => {}, warn: () => {} };
