import { formatBytes, WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { countOption, withLake } from '../lake-command.ts';
import { writeRows } from '../output.ts';

const STATUSES = ['ok', 'truncated', 'duplicate', 'refused'];
const TABLE_COLUMNS = [
  'uri',
  'status',
  'lines',
  'ok',
  'nodata',
  'skipdata',
  'malformed',
  'bytesRead',
  'reason',
];

const command: Command = {
  name: 'ledger',
  summary: 'What every object and every line became',
  about:
    'One row per source object: lines = ok + nodata + skipdata + malformed. With --malformed, the lines that are no records,\n' +
    'word for word, with object, line number and reason.',
  positionals: [],
  options: [
    { name: 'malformed', meaning: 'The malformed lines instead of the objects' },
    { name: 'uri', value: 'TEXT', meaning: 'Only objects whose address contains this' },
    { name: 'status', value: 'STATUS', meaning: `Only objects of this status: ${STATUSES.join(', ')}` },
    { name: 'limit', short: 'n', value: 'N', meaning: 'Rows at most' },
  ],
  examples: [
    { line: 'weir ledger', shows: 'every object and what its lines became' },
    { line: 'weir ledger --malformed -o csv', shows: 'all lines that could not be read, for a spreadsheet' },
  ],
  run: (context) =>
    withLake(context, async ({ read, format }) => {
      const { runLedger, runLedgerTotals, runMalformed } = await import('../../app/index.ts');
      const [uri, status] = [context.value('uri'), context.value('status')];
      if (status !== undefined && !STATUSES.includes(status)) {
        throw new WeirError(
          'query',
          'cli.bad-option',
          `--status "${status}" is none of ${STATUSES.join(', ')}`,
        );
      }
      const limit = countOption(context, 'limit', 1, 1_000_000_000);
      const question = {
        ...(uri === undefined ? {} : { uri }),
        ...(status === undefined ? {} : { status }),
        ...(limit === undefined ? {} : { limit }),
      };
      const isMalformed = context.has('malformed');
      const frame = await (isMalformed ? runMalformed : runLedger)(read.analyze, question);
      if (format !== 'table' || isMalformed) writeRows(context.stdout, format, frame);
      else {
        const at = TABLE_COLUMNS.map((name) => frame.columns.findIndex((column) => column.name === name));
        writeRows(context.stdout, format, {
          columns: TABLE_COLUMNS.map((name) => ({ name, unit: name === 'bytesRead' ? 'bytes' : null })),
          rows: frame.rows.map((row) => at.map((index) => row[index] ?? null)),
        });
        const totals = await runLedgerTotals(read.analyze, question);
        context.stdout.write(
          `\n${totals.objects} objects, ${formatBytes(Number(totals.bytesRead))}: ${totals.lines} lines = ${totals.ok} ok + ` +
            `${totals.nodata} nodata + ${totals.skipdata} skipdata + ${totals.malformed} malformed\n`,
        );
      }
      if (frame.truncated) context.note(`only the first ${frame.rows.length} rows are shown`);
      return EXIT.fine;
    }),
};
export default command;
