import { WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import { completionWords } from '../completion-words.ts';
import { filterCandidates } from '../filter-candidates.ts';

const command: Command = {
  name: 'completion',
  summary: 'Shell completion of commands and options',
  about:
    'A script that completes commands, options, fields, measures, report names, and filters with the values of the lake. It is made\nof the commands themselves; make it anew after an update.',
  positionals: [
    { name: 'SHELL', meaning: 'bash, zsh or fish; or filter, which completes the filter after it' },
    { name: 'TEXT', meaning: 'The filter so far, of filter', optional: true },
  ],
  options: [],
  examples: [
    { line: 'source <(weir completion bash)', shows: 'nothing: completion works in this shell from now on' },
    {
      line: 'weir completion fish > ~/.config/fish/completions/weir.fish',
      shows: 'nothing: fish completes weir from its next start on',
    },
  ],
  run: async (context) => {
    const [given = '', text = ''] = context.positionals;
    if (given === 'filter') {
      for (const line of await filterCandidates(context, text)) context.stdout.write(`${line}\n`);
      return 0;
    }
    const shell = SHELLS.find((name) => name === given);
    if (shell === undefined) {
      throw new WeirError(
        'query',
        'cli.bad-argument',
        `"${given}" is no shell known here; use ${SHELLS.join(', ')}`,
      );
    }
    const { dimensionNames, MEASURES, QUERY_COLUMNS, REPORTS } = await import('../../app/index.ts');
    const words = completionWords(await context.loadCommands(), {
      fields: dimensionNames(),
      measures: MEASURES.map(({ measure }) => measure.name),
      columns: QUERY_COLUMNS.map(({ name }) => name),
      reports: REPORTS.flatMap(({ name, alias }) => [alias, name]),
    });
    context.stdout.write(completionScript(shell, words));
    return 0;
  },
};
export default command;
