import type { Command } from '../command.ts';
import { SERVE_OPTIONS, serveFlags } from '../serve-options.ts';
import { serveUntilInterrupted } from '../serving.ts';

const command: Command = {
  name: 'serve',
  summary: 'The console and its API',
  about:
    'Listens on 127.0.0.1 unless told otherwise; any other address needs WEIR_TOKEN, a secret of yours that requests carry.\n' +
    'Prints one line with the address when it is ready.',
  positionals: [],
  options: SERVE_OPTIONS,
  examples: [
    { line: 'weir serve', shows: 'the console on http://127.0.0.1:4700' },
    { line: 'WEIR_TOKEN=… weir serve --host 0.0.0.0 --port 8080', shows: 'for others, with a token' },
  ],
  run: async (context) => {
    const { resolveConfig } = await import('../../app/index.ts');
    return serveUntilInterrupted(context, resolveConfig({ flags: serveFlags(context) }));
  },
};
export default command;
