import { answerPlan } from '../answer-plan.ts';
import { EXPLAIN_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { withLake } from '../lake-command.ts';

const command: Command = {
  name: 'ask',
  summary: 'A question in plain English',
  about:
    'Read by rules alone, offline: the same words always ask the same. On standard error stands what each part was read\n' +
    'as, and which words played no part; a question that could mean two things, or names what is not known here, is\n' +
    'refused at its place. What was read can be said again with weir find. Days and times of day are\n' +
    'UTC, those of --zone, or of a zone named in the question.',
  positionals: [{ name: 'QUESTION', meaning: 'The question, in quotes' }],
  options: [
    ...EXPLAIN_OPTIONS,
    { name: 'zone', value: 'ZONE', meaning: 'Time zone of days and clocks, such as Europe/Berlin or +02:00' },
  ],
  examples: [
    {
      line: 'weir ask "top 10 sources of rejected traffic to 10.0.3.7 yesterday by bytes"',
      shows: 'those sources, and what the others come to',
    },
    {
      line: 'weir ask "did anything talk to 203.0.113.9 in the last 90 days"',
      shows: 'when it was first and last seen',
    },
  ],
  run: async (context) => {
    const { planAsk } = await import('../../app/index.ts');
    const { plan, parts, reach, warnings } = planAsk(
      context.positionals[0] ?? '',
      context.nowSeconds,
      context.value('zone'),
    );
    context.note(parts.map(({ kind, text }) => `${kind.padEnd(10)} ${text}`).join('\n'));
    for (const warning of warnings) context.note(warning);
    return withLake(context, (lake) => answerPlan(context, lake, plan), reach);
  },
};
export default command;
