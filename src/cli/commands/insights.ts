import { readFileSync } from 'node:fs';
import { answerPlan } from '../answer-plan.ts';
import { EXPLAIN_OPTIONS, TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { timeChoice, withLake } from '../lake-command.ts';

const command: Command = {
  name: 'insights',
  summary: 'A CloudWatch Logs Insights query',
  about:
    "The language of CloudWatch Logs Insights with AWS's discovered names (srcAddr, dstPort, @timestamp, @message); AWS's\n" +
    'sample queries for VPC Flow Logs run unchanged: docs/reference/insights.md. What cannot work here is refused at its\n' +
    'place, with the reason.',
  positionals: [{ name: 'QUERY', meaning: 'The query, in quotes; - reads it from standard input' }],
  options: [
    { name: 'table', value: 'NAME=FILE', meaning: 'A CSV file for the lookup command', many: true },
    ...EXPLAIN_OPTIONS,
    ...TIME_OPTIONS,
  ],
  examples: [
    {
      line: "weir insights 'stats sum(bytes) as total by srcAddr, dstAddr | sort total desc | limit 10'",
      shows: 'the pairs of addresses that moved the most',
    },
    {
      line: 'weir insights \'filter action = "REJECT" | stats count(*) by bin(1h)\' --last 7d',
      shows: 'refused records hour by hour, with bars',
    },
  ],
  run: async (context) => {
    const { planInsights, readTables } = await import('../../app/index.ts');
    const given = context.positionals[0] ?? '';
    const { plan, warnings, reach } = planInsights({
      query: given === '-' ? readFileSync(0, 'utf8') : given,
      range: timeChoice(context),
      nowSeconds: context.nowSeconds,
      tables: readTables(context.values('table')),
    });
    for (const warning of warnings) context.note(warning);
    return withLake(context, (lake) => answerPlan(context, lake, plan), reach);
  },
};
export default command;
