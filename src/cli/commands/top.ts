import { WeirError } from '../../base/index.ts';
import { answerPlan, writeExplanation } from '../answer-plan.ts';
import { COMPARE_OPTION, EXPLAIN_OPTIONS, TIME_OPTIONS } from '../arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { compareOption } from '../compare-option.ts';
import { countOption, timeChoice, withLake } from '../lake-command.ts';
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
    COMPARE_OPTION,
    ...EXPLAIN_OPTIONS,
    ...TIME_OPTIONS,
  ],
  examples: [
    { line: 'weir top srcaddr', shows: 'the addresses that sent the most' },
    {
      line: 'weir top dstport,protocol --by flows --where "action = REJECT" --last 24h',
      shows: 'the ports that were refused most often in the last day',
    },
  ],
  run: async (context) => {
    // Held against an earlier time, or in the SQL of Trino, it is the question that find asks.
    if (context.value('compare') !== undefined || context.value('dialect') !== undefined)
      return asFind(context);
    return withLake(context, async ({ read, format, range }) => {
      const { planTop, readSets, runTop } = await import('../../app/index.ts');
      const measure = measureOption(context);
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
    });
  },
};
export default command;

async function asFind(context: CommandContext): Promise<number> {
  const { planFind, readSets } = await import('../../app/index.ts');
  const measure = measureOption(context);
  const { plan, warnings, reach } = planFind({
    filter: context.value('where') ?? '',
    nowSeconds: context.nowSeconds,
    sets: readSets(context.values('set')),
    limit: countOption(context, 'limit', 1, 1_000_000) ?? 20,
    by: context.positionals[0] ?? '',
    measures: [measure, ...MEASURES.filter((name) => name !== measure)].join(','),
    ...compareOption(context, timeChoice(context)),
  });
  for (const warning of warnings) context.note(warning);
  return withLake(context, (lake) => answerPlan(context, lake, plan), reach);
}

function measureOption(context: CommandContext): (typeof MEASURES)[number] {
  const by = context.value('by') ?? 'bytes';
  const measure = MEASURES.find((name) => name === by);
  if (measure !== undefined) return measure;
  throw new WeirError('query', 'cli.bad-option', `--by "${by}" is no measure; use ${MEASURES.join(', ')}`);
}
