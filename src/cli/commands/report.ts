import { WeirError } from '../../base/index.ts';
import { TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { decoded } from '../decoded.ts';
import { countOption, withLake } from '../lake-command.ts';
import { chosenFormat, writeRows } from '../output.ts';

const command: Command = {
  name: 'report',
  summary: 'Named reports: the sixteen of the Athena integration, and more',
  about:
    "Without a name: the list of reports. A name is AWS's (VpcFlowLogsTopTalkers) or the short one (top-talkers).",
  positionals: [
    { name: 'NAME', meaning: 'The report', optional: true },
    {
      name: 'PARAMETER=VALUE',
      meaning: 'Values the report asks for, such as ip=10.0.1.14',
      optional: true,
      many: true,
    },
  ],
  options: [
    { name: 'limit', short: 'n', value: 'N', meaning: "Rows (default: the report's own)" },
    { name: 'explain', meaning: 'Also show the SQL, on standard error' },
    ...TIME_OPTIONS,
  ],
  examples: [
    { line: 'weir report top-talkers', shows: 'the 50 addresses that sent the most' },
    { line: 'weir report from ip=203.0.113.7 --last 24h', shows: 'what this address sent in the last day' },
  ],
  run: async (context) => {
    const [name, ...assignments] = context.positionals;
    if (name === undefined) return listReports(context);
    const parameters = Object.fromEntries(assignments.map(assignment));
    return withLake(context, async ({ read, format, range }) => {
      const { runReport } = await import('../../app/index.ts');
      const limit = countOption(context, 'limit', 1, 1_000_000);
      const answer = await runReport(read.analyze, {
        name,
        range,
        parameters,
        ...(limit === undefined ? {} : { limit }),
      });
      if (context.has('explain')) context.note(answer.sql);
      const { report, frame } = answer;
      const columns = frame.columns.map((column) => ({
        name: column.name,
        unit: report.columns.find((entry) => entry.name === column.name)?.unit ?? null,
      }));
      const rows =
        format === 'table'
          ? frame.rows.map((row) => row.map((value, index) => decoded(columns[index]?.name ?? '', value)))
          : frame.rows;
      if (format === 'table') context.stdout.write(`${report.name}: ${report.purpose}\n\n`);
      writeRows(context.stdout, format, { columns, rows });
      for (const note of answer.notes) context.note(note);
      if (frame.truncated) context.note(`only the first ${frame.rows.length} rows are shown; -n shows more`);
      return 0;
    });
  },
};
export default command;

async function listReports(context: Parameters<Command['run']>[0]): Promise<number> {
  const { REPORTS, resolveConfig } = await import('../../app/index.ts');
  const format = chosenFormat(context, resolveConfig({ flags: context.flags }).output.format);
  writeRows(context.stdout, format, {
    columns: [{ name: 'name' }, { name: 'alias' }, { name: 'parameters' }, { name: 'purpose' }],
    rows: REPORTS.map((report) => [
      report.name,
      report.alias,
      report.parameters.map((parameter) => parameter.name).join(' '),
      report.purpose,
    ]),
  });
  return 0;
}

function assignment(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new WeirError('query', 'cli.bad-argument', `"${text}" is no parameter; write ip=${text}`);
}
