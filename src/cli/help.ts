import { COMMON_OPTIONS } from './arguments.ts';
import type { Command, Option, Positional } from './command.ts';
import type { CommandEntry } from './commands.ts';

/** The list of commands, for `weir --help`. */
export function formatHelp(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  const groups = [...new Set(commands.map((command) => command.group))];
  const lines = groups.flatMap((group) => [
    '',
    `${group}:`,
    ...commands
      .filter((command) => command.group === group)
      .map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
  ]);
  return [
    'Weir: VPC Flow Logs, end to end. Any flow log in, every line accounted for, answers out.',
    '',
    'Usage: weir COMMAND [ARGUMENTS] [OPTIONS]',
    ...lines,
    '',
    'First steps:',
    '  weir ingest ./my-logs            read a folder of flow logs',
    '  weir summary                     see what the network did',
    '',
    'weir COMMAND --help explains a command. Exit codes: 0 fine, 1 found something, 2 wrong use, 3 bad data,',
    '4 something outside failed, 70 a fault of Weir.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function formatCommandHelp(command: Command): string {
  const own = command.options;
  const lines = [
    `weir ${command.name}: ${command.summary}`,
    '',
    `Usage: ${usageOf(command)}`,
    ...(command.about === undefined ? [] : ['', command.about]),
    ...section(
      'Arguments',
      command.positionals.map((positional) => [positional.name, positional.meaning]),
    ),
    ...section(
      'Options',
      own.map((option) => [flagOf(option), option.meaning]),
    ),
    ...section(
      'Common options',
      COMMON_OPTIONS.map((option) => [flagOf(option), option.meaning]),
    ),
    '',
    'Examples:',
    ...command.examples.flatMap(({ line, shows }) => [`  ${line}`, `      ${shows}`]),
    '',
  ];
  return lines.join('\n');
}

/** `weir top FIELDS [--by MEASURE] …` */
export function usageOf(command: Command): string {
  const positionals = command.positionals.map(positionalText);
  const options = command.options.length > 0 ? ['[OPTIONS]'] : [];
  return ['weir', command.name, ...positionals, ...options].join(' ');
}

/** `-n, --limit N` */
export function flagOf(option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function positionalText(positional: Positional): string {
  const text = `${positional.name}${positional.many === true ? '…' : ''}`;
  return positional.optional === true ? `[${text}]` : text;
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return ['', `${title}:`, ...rows.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`)];
}
