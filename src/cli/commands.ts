import type { Command } from './command.ts';

/** A command in the list: its help line is here, so that `weir --help` loads no command. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: 'Start' | 'Ask' | 'Account' | 'Keep house';
  readonly load: () => Promise<Command>;
}

const entry = (
  group: CommandEntry['group'],
  name: string,
  summary: string,
  load: () => Promise<{ readonly default: Command }>,
): CommandEntry => ({ group, name, summary, load: async () => (await load()).default });

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  entry(
    'Start',
    'ingest',
    'Read flow logs from anywhere into the lake',
    () => import('./commands/ingest.ts'),
  ),
  entry('Start', 'simulate', 'Make flow logs of a site that does not exist', () => import('./commands/simulate.ts')),
  entry('Ask', 'top', 'The largest groups by any field', () => import('./commands/top.ts')),
  entry(
    'Ask',
    'report',
    'Named reports: the sixteen of the Athena integration, and more',
    () => import('./commands/report.ts'),
  ),
  entry('Ask', 'sql', 'Read-only SQL on the lake', () => import('./commands/sql.ts')),
  entry('Keep house', 'fields', 'The field catalogue', () => import('./commands/fields.ts')),
  entry(
    'Keep house',
    'config',
    'Show the configuration and where it comes from',
    () => import('./commands/config.ts'),
  ),
];
