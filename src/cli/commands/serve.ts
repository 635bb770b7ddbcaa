import { AWS_OPTIONS } from '../aws-serving.ts';
import type { Command } from '../command.ts';
import { SERVE_OPTIONS, serveFlags } from '../serve-options.ts';
import { serveUntilInterrupted } from '../serving.ts';

const command: Command = {
  name: 'serve',
  summary: 'The console and its API, and the AWS-compatible endpoint',
  about:
    'Listens on 127.0.0.1 unless told otherwise; any other address needs WEIR_TOKEN, a secret of yours that requests carry.\n' +
    'The AWS endpoint takes any key on 127.0.0.1; elsewhere it needs WEIR_AWS_KEYS=ID:SECRET,…, keys that requests are signed with.\n' +
    'Prints one line with the address of each when it is ready.',
  positionals: [],
  options: [...SERVE_OPTIONS, ...AWS_OPTIONS],
  examples: [
    { line: 'weir serve', shows: 'the console on http://127.0.0.1:4700' },
    {
      line: 'weir serve --network network.yaml --buckets ./buckets --pcap trace.pcap',
      shows: 'flow logs behind the EC2 API on http://127.0.0.1:4701, delivered into folders',
    },
    { line: 'WEIR_TOKEN=… weir serve --host 0.0.0.0 --port 8080', shows: 'for others, with a token' },
  ],
  run: async (context) => {
    const { resolveConfig } = await import('../../app/index.ts');
    return serveUntilInterrupted(context, resolveConfig({ flags: serveFlags(context) }));
  },
};
export default command;
