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
  entry('Start', 'record', 'Turn packets into flow logs', () => import('./commands/record.ts')),
  entry(
    'Start',
    'simulate',
    'Make flow logs of a site that does not exist',
    () => import('./commands/simulate.ts'),
  ),
  entry(
    'Start',
    'start',
    'The whole main job: ingest, summary, console',
    () => import('./commands/start.ts'),
  ),
  entry(
    'Start',
    'serve',
    'The console and its API, and the AWS-compatible endpoint',
    () => import('./commands/serve.ts'),
  ),
  entry(
    'Ask',
    'summary',
    'The first look: who talked, how much, what was rejected',
    () => import('./commands/summary.ts'),
  ),
  entry('Ask', 'find', 'Records by a filter, or groups of them', () => import('./commands/find.ts')),
  entry('Ask', 'top', 'The largest groups by any field', () => import('./commands/top.ts')),
  entry(
    'Ask',
    'report',
    'Named reports: the sixteen of the Athena integration, and more',
    () => import('./commands/report.ts'),
  ),
  entry('Ask', 'ask', 'A question in plain English', () => import('./commands/ask.ts')),
  entry('Ask', 'insights', 'A CloudWatch Logs Insights query', () => import('./commands/insights.ts')),
  entry('Ask', 'sql', 'Read-only SQL on the lake', () => import('./commands/sql.ts')),
  entry('Account', 'ledger', 'What every object and every line became', () => import('./commands/ledger.ts')),
  entry(
    'Account',
    'coverage',
    'When was each interface watched, idle, or lost',
    () => import('./commands/coverage.ts'),
  ),
  entry(
    'Keep house',
    'flow-logs',
    'Flow logs of a network: create, describe, delete',
    () => import('./commands/flow-logs.ts'),
  ),
  entry(
    'Keep house',
    'lake',
    'Keep the lake: status, compact, expire, verify, vacuum',
    () => import('./commands/lake.ts'),
  ),
  entry('Keep house', 'fields', 'The field catalogue', () => import('./commands/fields.ts')),
  entry(
    'Keep house',
    'config',
    'Show the configuration and where it comes from',
    () => import('./commands/config.ts'),
  ),
  entry(
    'Keep house',
    'completion',
    'Shell completion of commands and options',
    () => import('./commands/completion.ts'),
  ),
];
