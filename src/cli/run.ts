import { isWeirError, messageOf, silentReporter, WeirError } from '../base/index.ts';
import { COMMON_OPTIONS, type ParsedArguments, parseArguments } from './arguments.ts';
import type { Command, CommandContext, OutputFormat } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { formatCommandHelp, formatHelp } from './help.ts';
import { openPager } from './pager.ts';
import { createProgressReporter } from './progress.ts';
import { nearest } from './suggest.ts';

/** The streams of a run; a test gives its own. */
export interface CliStreams {
  readonly stdout: CommandContext['stdout'];
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Runs one command line and gives the exit code; never throws. Errors are one `weir: message` on stderr. Ends quietly
 * when the reader of stdout goes away, and with 130 on SIGINT after the command has let go of what it holds.
 */
export async function runCli(
  args: readonly string[],
  streams: CliStreams = { stdout: process.stdout, stderr: process.stderr },
): Promise<number> {
  const [name, ...rest] = args;
  const { stdout, stderr } = streams;
  endWhenReaderLeaves(stdout);
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    stdout.write(formatHelp(COMMANDS));
    return EXIT.fine;
  }
  if (name === '--version' || name === '-V') {
    const { versionOf } = await import('./version.ts');
    stdout.write(`${versionOf()}\n`);
    return EXIT.fine;
  }
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new WeirError('service', 'cli.interrupted', 'interrupted'));
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const command = await commandOf(name === 'help' ? (rest[0] ?? '') : name);
    const parsed = parseArguments(command, name === 'help' ? ['--help'] : rest);
    if (parsed.options.has('help')) {
      stdout.write(formatCommandHelp(command));
      return EXIT.fine;
    }
    return await runCommand(command, parsed, streams, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    stderr.write(describe(error));
    return exitCodeOf(error);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

async function commandOf(name: string): Promise<Command> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry !== undefined) return entry.load();
  const meant = nearest(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint = meant === null ? 'weir --help lists the commands' : `did you mean weir ${meant}?`;
  const what = name.startsWith('-') ? `no option ${name} before a command` : `no command ${name}`;
  throw new WeirError('query', 'cli.unknown-command', `there is ${what}; ${hint}`);
}

async function runCommand(
  command: Command,
  parsed: ParsedArguments,
  { stdout, stderr }: CliStreams,
  signal: AbortSignal,
): Promise<number> {
  const values = (option: string): readonly string[] =>
    (parsed.options.get(option) ?? []).filter((value) => value !== true);
  const quiet = parsed.options.has('quiet');
  const pager =
    parsed.options.has('pager') && stdout.isTTY === true ? openPager(stdout, process.env['PAGER']) : null;
  const progress = quiet ? null : createProgressReporter(stderr);
  const flags = COMMON_OPTIONS.flatMap(({ name, setting }) => {
    const value = values(name).at(-1);
    return setting === undefined || value === undefined ? [] : [[setting, value]];
  });
  try {
    return await command.run({
      positionals: parsed.positionals,
      value: (option) => values(option).at(-1),
      values,
      has: (option) => parsed.options.has(option),
      flags: Object.fromEntries(flags) as Record<string, string>,
      format: outputFormat(values('output').at(-1)),
      quiet,
      reporter: progress ?? silentReporter,
      signal,
      stdout: pager?.stdout ?? stdout,
      note: (text) => {
        progress?.clear();
        if (!quiet) stderr.write(`${text}\n`);
      },
      nowSeconds: Date.now() / 1000,
      loadCommands: () => Promise.all(COMMANDS.map((entry) => entry.load())),
    });
  } finally {
    progress?.clear();
    await pager?.close();
  }
}

function outputFormat(text: string | undefined): OutputFormat | null {
  if (text === undefined) return null;
  if (text === 'table' || text === 'json' || text === 'ndjson' || text === 'csv') return text;
  throw new WeirError('query', 'cli.bad-option', `-o "${text}" is no format; use table, json, ndjson or csv`);
}

/** One `weir:` line, with what to do next; a stack only for faults of our own. */
function describe(error: unknown): string {
  if (isWeirError(error) && error.kind !== 'bug') return `weir: ${error.message}\n`;
  const stack = error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return `weir: this is a fault of Weir, please report it: ${messageOf(error)}${stack}\n`;
}

/** `weir … | head` is no error: nobody is left to read the rest. */
function endWhenReaderLeaves(stdout: NodeJS.WritableStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.fine);
    throw error;
  });
}
