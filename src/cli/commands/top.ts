import { WeirError } from '../../base/index.ts';
import { writeExplanation } from '../answer-plan.ts';
import { TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { countOption, withLake } from '../lake-command.ts';
import { writeRows } from '../output.ts';
import { topTable } from '../top-table.ts';

const MEASURES = ['bytes', 'packets', 'flows', 'rejects'] as const;

const command: Command = {
  name: 'top',
  summary: 'The largest groups by any field',
  about:
    'FIELDS is one field or several with commas: any field of the records in any spelling (srcaddr, pkt-srcaddr, interface_id),\n' +
    'direction, remote_scope, ip_version, svc_port, or hour and day; src, dst, port, eni, proto are short for what they say.\n' +
    'What did not make the list is in the row "other", and everything in "total". Sums are over records with traffic and\n' +
    'count a packet once for each interface that saw it.',
  positionals: [{ name: 'FIELDS', meaning: 'What to group by, such as srcaddr or dstport,protocol' }],
  options: [
    { name: 'by', value: 'MEASURE', meaning: 'Rank by bytes (default), packets, flows or rejects' },
    { name: 'limit', short: 'n', value: 'N', meaning: 'Rows (default 20)' },
    {
      name: 'where',
      value: 'FILTER',
      meaning: 'Which records count, such as "action = REJECT and net 10/8"',
    },
    {
      name: 'set',
      value: 'NAME=FILE',
      meaning: 'What @NAME in the filter means: one member to a line',
      many: true,
    },
    { name: 'explain', meaning: 'Say which table answers and why, and show the SQL; runs nothing' },
    ...TIME_OPTIONS,
  ],
  examples: [
    { line: 'weir top srcaddr', shows: 'the addresses that sent the most' },
    {
      line: 'weir top dstport,protocol --by flows --where "action = REJECT" --last 24h',
      shows: 'the ports that were refused most often in the last day',
    },
  ],
  run: (context) =>
    withLake(context, async ({ read, format, range }) => {
      const { planTop, readSets, runTop } = await import('../../app/index.ts');
      const by = context.value('by') ?? 'bytes';
      const measure = MEASURES.find((name) => name === by);
      if (measure === undefined) {
        throw new WeirError(
          'query',
          'cli.bad-option',
          `--by "${by}" is no measure; use ${MEASURES.join(', ')}`,
        );
      }
      const limit = countOption(context, 'limit', 1, 1_000_000);
      const where = context.value('where');
      const sets = readSets(context.values('set'));
      const question = {
        fields: context.positionals[0] ?? '',
        by: measure,
        range,
        filterOptions: { nowSeconds: context.nowSeconds, set: (name: string) => sets.get(name) },
        ...(limit === undefined ? {} : { limit }),
        ...(where === undefined ? {} : { where }),
      };
      if (context.has('explain')) {
        return writeExplanation(context, format, (await planTop(read.analyze, question)).explanation);
      }
      const answer = await runTop(read.analyze, question);
      writeRows(context.stdout, format, topTable(answer, format));
      return 0;
    }),
};
export default command;
