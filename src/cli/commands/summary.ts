import { TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { countOption, withLake } from '../lake-command.ts';
import { formatSummary } from '../summary-text.ts';

const command: Command = {
  name: 'summary',
  summary: 'The first look: who talked, how much, what was rejected',
  about:
    'Volume, accepted and rejected traffic over time, top addresses, ports, protocols, IP versions, directions, rejected\n' +
    'sources, coverage and ledger. Sums count a packet once for each interface that saw it; "conversations" counts it once.',
  positionals: [],
  options: [
    { name: 'limit', short: 'n', value: 'N', meaning: 'Rows of each list (default 10)' },
    ...TIME_OPTIONS,
  ],
  examples: [
    { line: 'weir summary', shows: 'everything in the lake at a glance' },
    { line: 'weir summary --last 24h -o json', shows: 'the last day, as one JSON object' },
  ],
  run: (context) =>
    withLake(context, async ({ read, format, range }) => {
      const { runSummary, summaryJson } = await import('../../app/index.ts');
      const limit = countOption(context, 'limit', 1, 1000);
      const summary = await runSummary(read.analyze, {
        range,
        ...(limit === undefined ? {} : { limit }),
      });
      if (format === 'table') {
        const width = context.stdout.columns ?? 100;
        context.stdout.write(formatSummary(summary, { width, lake: read.uri }));
      } else context.stdout.write(`${JSON.stringify(summaryJson(summary))}\n`);
      return EXIT.fine;
    }),
};
export default command;
