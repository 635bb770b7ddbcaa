import { parseArgs } from 'node:util';
import { messageOf, WeirError } from '../base/index.ts';
import type { Command, Option } from './command.ts';
import { nearest } from './suggest.ts';

/** Options that every command takes. `setting` names the path in the configuration that the value goes to. */
export const COMMON_OPTIONS: readonly (Option & { readonly setting?: string })[] = [
  {
    name: 'lake',
    value: 'DIR|s3://…',
    meaning: 'The lake (default $WEIR_LAKE, else ./weir-lake)',
    setting: 'lake.location',
  },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    meaning: 'table, json, ndjson or csv (default: table on a terminal, ndjson otherwise)',
    setting: 'output.format',
  },
  { name: 'pager', meaning: 'On a terminal, show the answer in $PAGER' },
  { name: 'quiet', short: 'q', meaning: 'Only the answer: no progress, no notes' },
  {
    name: 'memory',
    value: 'SIZE',
    meaning: 'Memory of the SQL engine, such as 2GB',
    setting: 'engine.memory',
  },
  { name: 'threads', value: 'N', meaning: 'Threads of the SQL engine', setting: 'engine.threads' },
  {
    name: 'timeout',
    value: 'TIME',
    meaning: 'Time that one query may take, such as 30s',
    setting: 'engine.timeout',
  },
  { name: 'help', short: 'h', meaning: 'Show this help' },
];

/** Options of commands that ask about a stretch of time. */
export const TIME_OPTIONS: readonly Option[] = [
  { name: 'last', value: 'TIME', meaning: 'Only the last 3h, 7d, …' },
  { name: 'since', value: 'TIME', meaning: 'From this moment: ISO time, date, Unix seconds, or an age' },
  { name: 'until', value: 'TIME', meaning: 'Before this moment' },
];

/** Options of commands that answer a plan. */
export const EXPLAIN_OPTIONS: readonly Option[] = [
  { name: 'explain', meaning: 'Say which table answers and why, and show the SQL; runs nothing' },
  { name: 'dialect', value: 'ENGINE', meaning: 'The SQL that --explain shows: duckdb (default) or trino' },
];

/** The option of commands whose groups can be held against an earlier time. */
export const COMPARE_OPTION: Option = {
  name: 'compare',
  value: 'TIME',
  meaning: 'Also the same length of time earlier: previous (just before), 1d, 7d',
};

/** The arguments of one call, sorted. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly options: ReadonlyMap<string, readonly (string | true)[]>;
}

/**
 * Sorts arguments by the options of a command. Errors (kind `query`): `cli.bad-option` with the nearest option,
 * `cli.missing-argument`, `cli.too-many-arguments`. Help is never refused for want of arguments.
 */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const known: readonly Option[] = [...command.options, ...COMMON_OPTIONS];
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        known.map((option) => [
          option.name,
          {
            type: option.value === undefined ? 'boolean' : 'string',
            multiple: true,
            ...(option.short === undefined ? {} : { short: option.short }),
          },
        ]),
      ),
    });
  } catch (error) {
    throw badOption(command, known, messageOf(error), error);
  }
  const options = new Map(
    Object.entries(parsed.values).map(([name, values]) => [name, values as readonly (string | true)[]]),
  );
  if (!options.has('help')) checkPositionals(command, parsed.positionals);
  return { positionals: parsed.positionals, options };
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const required = command.positionals.filter((positional) => positional.optional !== true);
  const missing = required.find((_, index) => (given[index] ?? '').trim() === '');
  if (missing !== undefined) {
    throw new WeirError(
      'query',
      'cli.missing-argument',
      `weir ${command.name} needs ${missing.name}: ${missing.meaning}; for example: ${command.examples[0]?.line ?? ''}`,
    );
  }
  const takesMany = command.positionals.some((positional) => positional.many === true);
  if (!takesMany && given.length > command.positionals.length) {
    const extra = given[command.positionals.length] ?? '';
    throw new WeirError(
      'query',
      'cli.too-many-arguments',
      `weir ${command.name} does not know what to do with "${extra}"; text with spaces needs quotes`,
    );
  }
}

/** Node says what it found; we add what was meant. */
function badOption(command: Command, known: readonly Option[], text: string, cause: unknown): WeirError {
  const option = /option '(-[^' ]*)/i.exec(text)?.[1] ?? '';
  if (/argument missing|argument is ambiguous|does not take an argument/i.test(text)) {
    const wanted = known.find(
      ({ name, short }) => option === `-${short ?? ''},` || text.includes(`--${name}`),
    );
    const what =
      wanted === undefined
        ? text.split('\n', 1)[0]
        : `--${wanted.name} ${wanted.value === undefined ? 'takes no value' : `needs a value: ${wanted.value}`}`;
    return new WeirError('query', 'cli.bad-option', String(what), { cause });
  }
  const meant = nearest(
    option.replace(/^-+/, ''),
    known.map(({ name }) => name),
  );
  const hint = meant === null ? `weir ${command.name} --help lists its options` : `did you mean --${meant}?`;
  return new WeirError('query', 'cli.bad-option', `weir ${command.name} has no option ${option}; ${hint}`, {
    cause,
  });
}
