import { WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import { EXIT } from '../exit-codes.ts';

const command: Command = {
  name: 'completion',
  summary: 'Shell completion of commands and options',
  positionals: [{ name: 'SHELL', meaning: SHELLS.join(', ') }],
  options: [],
  examples: [
    { line: 'source <(weir completion bash)', shows: 'completion in this bash' },
    {
      line: 'weir completion fish > ~/.config/fish/completions/weir.fish',
      shows: 'completion in every fish',
    },
  ],
  run: async (context) => {
    const shell = SHELLS.find((name) => name === context.positionals[0]);
    if (shell === undefined) {
      throw new WeirError(
        'query',
        'cli.bad-argument',
        `there is no completion for ${context.positionals[0] ?? ''}; there is for ${SHELLS.join(', ')}`,
      );
    }
    context.stdout.write(completionScript(shell, await context.loadCommands()));
    return EXIT.fine;
  },
};
export default command;
