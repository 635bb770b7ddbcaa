import { parseDurationSeconds, WeirError } from '../../base/index.ts';
import { answerPlan } from '../answer-plan.ts';
import { COMPARE_OPTION, EXPLAIN_OPTIONS, TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { compareOption } from '../compare-option.ts';
import { countOption, timeChoice, withLake } from '../lake-command.ts';

/** What a table of records shows unless `--columns` says otherwise. */
const SHOWN = [
  'start',
  'interface_id',
  'srcaddr',
  'srcport',
  'dstaddr',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'action',
  'log_status',
];

const command: Command = {
  name: 'find',
  summary: 'Records by a filter, or groups of them',
  about:
    'The filter language takes fields in any spelling, ip, net and port for either side, CIDR blocks of both families,\n' +
    'service and protocol names, sizes, flags, lists and @sets: docs/reference/filter-language.md. Records come newest\n' +
    'first. With --by, --sum or --every they are grouped instead, and the rest is the row "other".',
  positionals: [{ name: 'FILTER', meaning: 'Which records; an empty text means all', optional: true }],
  options: [
    {
      name: 'by',
      value: 'FIELDS',
      meaning: 'Group by fields, with commas: srcaddr or dstport,protocol; also hour, day',
    },
    {
      name: 'sum',
      value: 'MEASURES',
      meaning: 'What to compute, the first ranks (default bytes,packets,flows)',
    },
    { name: 'every', value: 'TIME', meaning: 'Slices of time, such as 5m or 1h' },
    { name: 'limit', short: 'n', value: 'N', meaning: 'Records, or groups before "other" (default 20)' },
    { name: 'columns', value: 'FIELDS', meaning: 'Fields of records, with commas' },
    { name: 'set', value: 'NAME=FILE', meaning: 'What @NAME means: one member to a line', many: true },
    { name: 'tgw', meaning: 'Transit gateway records' },
    COMPARE_OPTION,
    ...EXPLAIN_OPTIONS,
    ...TIME_OPTIONS,
  ],
  examples: [
    {
      line: "weir find 'dstport = 22 and srcaddr in 10.0.0.0/8 and action = REJECT' --last 24h",
      shows: 'the newest records of refused SSH from inside',
    },
    {
      line: "weir find 'ip 203.0.113.9' --by dstport --sum bytes,flows -n 5",
      shows: 'what this address talked about, on either side',
    },
    {
      line: "weir find 'rejected' --by svc_port --every 1h",
      shows: 'refusals by service, hour by hour, as bars',
    },
    {
      line: "weir find 'egress' --by srcaddr --sum bytes --last 1d --compare 7d",
      shows: 'who sends more than on the same day a week ago',
    },
  ],
  run: async (context) => {
    const { planFind, readSets } = await import('../../app/index.ts');
    const [by, measures, columns] = ['by', 'sum', 'columns'].map((name) => context.value(name));
    const everySeconds = everyOption(context.value('every'));
    const limit = countOption(context, 'limit', 1, 1_000_000) ?? 20;
    const compared = compareOption(context, timeChoice(context));
    const { plan, warnings, reach } = planFind({
      filter: context.positionals[0] ?? '',
      nowSeconds: context.nowSeconds,
      sets: readSets(context.values('set')),
      limit,
      isTgw: context.has('tgw'),
      ...compared,
      ...(by === undefined ? {} : { by }),
      ...(measures === undefined ? {} : { measures }),
      ...(columns === undefined ? {} : { columns }),
      ...(everySeconds === undefined ? {} : { everySeconds }),
    });
    const isRecords = plan.measures.length === 0;
    if (isRecords && compared.compareShiftSeconds !== undefined)
      throw new WeirError('query', 'cli.bad-option', '--compare compares sums: add --by, --sum or --every');
    for (const warning of warnings) context.note(warning);
    return withLake(
      context,
      (lake) =>
        answerPlan(context, lake, plan, {
          seriesInstead: compared.compareShiftSeconds === undefined,
          ...(isRecords ? { limit, ...(columns === undefined ? { shown: SHOWN } : {}) } : {}),
        }),
      reach,
    );
  },
};
export default command;

function everyOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDurationSeconds(text);
  if (seconds !== null && Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new WeirError('query', 'cli.bad-option', `--every "${text}" is no width of time; use 5m, 1h, 1d`);
}
