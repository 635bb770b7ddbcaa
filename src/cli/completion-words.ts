import { COMMON_OPTIONS } from './arguments.ts';
import type { Command } from './command.ts';

/** What can follow one command on the line. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** Words for its first argument: report names, fields, tasks; empty when it is free text or a file. */
  readonly words: readonly string[];
  /** True when its first argument is a filter, which Weir itself completes. */
  readonly takesFilter: boolean;
  readonly options: readonly OptionWords[];
}

/** One option and the words its value may be; null for a switch, empty for values that cannot be listed. */
export interface OptionWords {
  readonly long: string;
  readonly short: string | null;
  readonly meaning: string;
  readonly values: readonly string[] | null;
  /** True when the value is a list with commas. */
  readonly isList: boolean;
  /** True when the value is a filter. */
  readonly isFilter: boolean;
}

/** Values that an option of this name takes, whichever command has it. */
export interface KnownValues {
  readonly fields: readonly string[];
  readonly measures: readonly string[];
  readonly columns: readonly string[];
  readonly reports: readonly string[];
}

const LISTS = new Set(['by', 'sum', 'columns']);

/** Everything that can be completed, from the commands themselves. */
export function completionWords(commands: readonly Command[], known: KnownValues): readonly CommandWords[] {
  return commands.map((command) => ({
    name: command.name,
    summary: command.summary,
    words: argumentsOf(command.name, known),
    takesFilter: command.positionals[0]?.name === 'FILTER',
    options: [...command.options, ...COMMON_OPTIONS].map((option) => ({
      long: option.name,
      short: option.short ?? null,
      meaning: option.meaning,
      values: option.value === undefined ? null : valuesOf(command.name, option.name, known),
      isList: LISTS.has(option.name) && !(command.name === 'top' && option.name === 'by'),
      isFilter: option.value === 'FILTER',
    })),
  }));
}

function argumentsOf(command: string, known: KnownValues): readonly string[] {
  switch (command) {
    case 'top':
      return known.fields;
    case 'fields':
      return known.columns;
    case 'report':
      return known.reports;
    case 'lake':
      return ['status', 'compact', 'expire', 'verify', 'vacuum'];
    case 'completion':
      return ['bash', 'zsh', 'fish'];
    case 'config':
      return ['show'];
    default:
      return [];
  }
}

function valuesOf(command: string, option: string, known: KnownValues): readonly string[] {
  switch (option) {
    case 'output':
      return ['table', 'json', 'ndjson', 'csv'];
    case 'by':
      return command === 'top' ? ['bytes', 'packets', 'flows', 'rejects'] : known.fields;
    case 'sum':
      return known.measures;
    case 'columns':
      return known.columns;
    case 'compare':
      return ['previous', '1d', '7d', '28d'];
    case 'dialect':
      return ['duckdb', 'trino'];
    case 'last':
    case 'every':
      return ['5m', '1h', '24h', '7d', '30d'];
    default:
      return [];
  }
}
