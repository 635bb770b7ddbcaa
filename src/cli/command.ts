import type { Reporter } from '../base/index.ts';

/** How an answer is printed. */
export type OutputFormat = 'table' | 'json' | 'ndjson' | 'csv';

/** One option of a command. */
export interface Option {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; absent for switches. */
  readonly value?: string;
  readonly meaning: string;
  /** May be given several times. */
  readonly many?: boolean;
}

/** An argument without dashes. */
export interface Positional {
  readonly name: string;
  readonly meaning: string;
  readonly many?: boolean;
  readonly optional?: boolean;
}

/** One command: what its help says, and what it does. Each is the default export of a file in `commands/`. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** A paragraph for the command's own help; may be absent. */
  readonly about?: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
  /** Two or more: what to type, and what it answers. */
  readonly examples: readonly { readonly line: string; readonly shows: string }[];
  /** Does the work; gives the exit code. Throws `WeirError` for everything that goes wrong. */
  run(context: CommandContext): Promise<number>;
}

/** What a command is given. */
export interface CommandContext {
  readonly positionals: readonly string[];
  /** The value of an option with a value; the last one when given several times. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  has(name: string): boolean;
  /** Settings that the common options carry, by path, for the configuration. */
  readonly flags: Readonly<Record<string, string>>;
  /** `--output`, else null: then the terminal decides, or the configuration. */
  readonly format: OutputFormat | null;
  readonly quiet: boolean;
  readonly reporter: Reporter;
  /** Aborted by SIGINT. */
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Writes a line for people, on stderr; nothing when quiet. */
  note(text: string): void;
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Every command, loaded: for what is made of their options. */
  loadCommands(): Promise<readonly Command[]>;
}
