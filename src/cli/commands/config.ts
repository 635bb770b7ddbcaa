import { WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { chosenFormat, writeRows } from '../output.ts';

const command: Command = {
  name: 'config',
  summary: 'Show the configuration and where it comes from',
  about:
    'Order: defaults, weir.config.json in this directory (else ~/.config/weir/config.json), WEIR_* variables, options.\n' +
    'Credentials are no settings: they come from the AWS provider chain and are never printed.',
  positionals: [{ name: 'show', meaning: 'The only thing there is to do' }],
  options: [],
  examples: [
    { line: 'weir config show', shows: 'every setting, its value and its origin' },
    { line: 'weir config show --lake s3://bucket/lake -o json', shows: 'what an option changes' },
  ],
  run: async (context) => {
    if (context.positionals[0] !== 'show') {
      throw new WeirError(
        'query',
        'cli.bad-argument',
        `weir config ${context.positionals[0] ?? ''} is nothing; use weir config show`,
      );
    }
    const { resolveConfig } = await import('../../app/index.ts');
    const config = resolveConfig({ flags: context.flags });
    writeRows(context.stdout, chosenFormat(context, config.output.format), {
      columns: [
        { name: 'setting' },
        { name: 'value' },
        { name: 'from' },
        { name: 'env' },
        { name: 'meaning' },
      ],
      rows: config.origins.map(({ path, text, from, setting }) => [
        path,
        text ?? `(${setting.whenUnset ?? 'not set'})`,
        from,
        setting.env,
        setting.meaning,
      ]),
    });
    return 0;
  },
};
export default command;
