import { isWeirError } from '../base/index.ts';

/** Exit codes of every command. */
export const EXIT = {
  /** Done, nothing to report. */
  fine: 0,
  /** Done, and the answer is a finding: a failed check, a gap, an alarm. */
  found: 1,
  /** The command line, the query or the configuration is wrong. */
  usage: 2,
  /** The data is bad: nothing in it could be used. */
  badData: 3,
  /** Something outside failed: disk, network, a service, a limit of the engine. */
  outside: 4,
  /** A fault of Weir. */
  bug: 70,
  /** Interrupted from the keyboard (128 + SIGINT). */
  interrupted: 130,
} as const;

/** Engine errors that the statement is to blame for rather than the machine. */
const STATEMENT_CODES: ReadonlySet<string> = new Set(['engine.bad-sql', 'engine.denied']);

/** The exit code of anything thrown. */
export function exitCodeOf(error: unknown): number {
  if (!isWeirError(error)) return EXIT.bug;
  switch (error.kind) {
    case 'query':
    case 'config':
      return EXIT.usage;
    case 'input':
      return EXIT.badData;
    case 'service':
      return EXIT.outside;
    case 'engine':
      return STATEMENT_CODES.has(error.code) ? EXIT.usage : EXIT.outside;
    case 'bug':
      return EXIT.bug;
  }
}
