import type { InterfaceCoverage } from '../../app/index.ts';
import { formatIso, WeirError } from '../../base/index.ts';
import { TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { withLake } from '../lake-command.ts';
import { writeRows } from '../output.ts';
import { coverageStrip } from '../strips.ts';

const STATES = ['covered', 'idle', 'skipped', 'unknown'] as const;
const STRIP_WIDTH = 48;

const command: Command = {
  name: 'coverage',
  summary: 'When was each interface watched, idle, or lost',
  about:
    'Per interface and minute: covered (records with traffic), idle (NODATA, or a pause between two windows no longer than the\n' +
    'aggregation interval), skipped (SKIPDATA: records were lost), unknown (nothing says that anybody looked). Exit code 1\n' +
    'when a minute of the range is skipped or unknown, so that a script can ask: were we blind?',
  positionals: [],
  options: [
    ...TIME_OPTIONS,
    { name: 'interface', short: 'i', value: 'ID', meaning: 'Only this interface' },
    {
      name: 'interval',
      value: '60|600',
      meaning: 'Aggregation interval of the flow logs (default: told from their windows)',
    },
    { name: 'gaps', meaning: 'List the skipped and unknown stretches only' },
  ],
  examples: [
    {
      line: 'weir coverage --since 2026-01-31T02:00Z --until 2026-01-31T02:40Z',
      shows: 'were we blind between 02:00 and 02:40? Exit code 1 means yes',
    },
    { line: 'weir coverage -i eni-1235b8ca123456789 --gaps', shows: 'when nobody watched this interface' },
  ],
  run: (context) =>
    withLake(context, async ({ read, format, range }) => {
      const { runCoverage } = await import('../../app/index.ts');
      const interval = context.value('interval');
      if (interval !== undefined && interval !== '60' && interval !== '600') {
        throw new WeirError(
          'query',
          'cli.bad-option',
          `--interval "${interval}" is no aggregation interval; use 60 or 600`,
        );
      }
      const interfaceId = context.value('interface');
      const answer = await runCoverage(read.analyze, {
        range,
        ...(interval === undefined ? {} : { intervalSeconds: interval === '60' ? 60 : 600 }),
        ...(interfaceId === undefined ? {} : { interfaceId }),
      });
      const isBlind = (state: string): boolean => state === 'skipped' || state === 'unknown';
      if (format === 'table' && !context.has('gaps')) {
        writeRows(context.stdout, format, {
          columns: [
            { name: 'interface' },
            ...STATES.map((name) => ({ name, align: 'right' as const })),
            { name: 'interval', align: 'right' as const },
            { name: `${formatIso(answer.startSeconds)} to ${formatIso(answer.endSeconds)}` },
          ],
          rows: answer.interfaces.map((entry) => [
            entry.interfaceId,
            ...STATES.map((state) => `${entry.minutes[state]} min`),
            `${entry.intervalSeconds} s`,
            coverageStrip(entry.intervals, answer, STRIP_WIDTH),
          ]),
        });
        context.stdout.write(
          '\n# covered  . idle  ! skipped  ? unknown   (a gap shows even when it is shorter than a column)\n',
        );
      } else {
        const list = answer.interfaces.flatMap((entry) =>
          intervalRows(entry, context.has('gaps') ? isBlind : () => true),
        );
        writeRows(context.stdout, format, {
          columns: ['interface_id', 'start', 'end', 'minutes', 'state'].map((name) => ({ name })),
          rows: list,
        });
      }
      const { minutes } = answer;
      if (answer.interfaces.length === 0) context.note('no interface has a record within a day of this time');
      else if (answer.isBlind) {
        const blind = answer.interfaces.filter(
          (entry) => entry.minutes.skipped + entry.minutes.unknown > 0,
        ).length;
        context.note(
          `blind: ${minutes.skipped} skipped and ${minutes.unknown} unknown minutes on ${blind} of ${answer.interfaces.length} interfaces`,
        );
      } else context.note(`not blind: every minute of ${answer.interfaces.length} interfaces was watched`);
      return answer.isBlind ? EXIT.found : EXIT.fine;
    }),
};
export default command;

function intervalRows(
  entry: InterfaceCoverage,
  wanted: (state: string) => boolean,
): readonly (readonly unknown[])[] {
  return entry.intervals
    .filter(({ state }) => wanted(state))
    .map(({ startSeconds, endSeconds, state }) => [
      entry.interfaceId,
      formatIso(startSeconds),
      formatIso(endSeconds),
      (endSeconds - startSeconds) / 60,
      state,
    ]);
}
