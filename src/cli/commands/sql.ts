import { readFileSync } from 'node:fs';
import { TIME_OPTIONS } from '../arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { countOption, withLake } from '../lake-command.ts';
import { writeRows } from '../output.ts';

/** Rows of a table on a terminal; programs get all. */
const TABLE_ROWS = 1000;

/** The engine is in a loop that hears no interrupt. An orderly exit would wait for its threads, so the process is killed. */
function leave({ note }: Pick<CommandContext, 'note'>): void {
  note('weir: the query did not end when its time was up, so weir ends');
  process.kill(process.pid, 'SIGKILL');
}

const command: Command = {
  name: 'sql',
  summary: 'Read-only SQL on the lake',
  about:
    'One statement that reads: SELECT, WITH, VALUES, DESCRIBE, SHOW TABLES, SUMMARIZE, EXPLAIN. Tables: flows, tgw_flows, ip_day,\n' +
    "ip_month, eni_5m, svc_1h, coverage, ledger, malformed, and vpc_flow_logs as AWS's Athena samples know it. Columns have\n" +
    "AWS's Athena names. DuckDB's functions, and Trino's under their names. Files, network and settings are out of reach.\n" +
    'Time options choose which days are opened; they do not filter rows.',
  positionals: [{ name: 'SQL', meaning: 'The statement, in quotes; - reads it from standard input' }],
  options: [
    {
      name: 'max-rows',
      value: 'N',
      meaning: `Rows at most; 0 for all (default: ${TABLE_ROWS} in a table, else all)`,
    },
    { name: 'explain', meaning: 'Show how the engine would run it' },
    ...TIME_OPTIONS,
  ],
  examples: [
    {
      line: 'weir sql "SELECT dstport, sum(bytes) AS bytes FROM flows GROUP BY 1 ORDER BY 2 DESC LIMIT 5"',
      shows: 'the ports that moved the most bytes',
    },
    { line: 'weir sql "DESCRIBE flows" -o json', shows: 'the columns of the records, as JSON' },
  ],
  run: (context) =>
    withLake(context, async ({ read, format }) => {
      const given = context.positionals[0] ?? '';
      const text = given === '-' ? readFileSync(0, 'utf8') : given;
      const sql = context.has('explain') ? `EXPLAIN ${text}` : text;
      const asked = countOption(context, 'max-rows', 0, 1e9) ?? (format === 'table' ? TABLE_ROWS : 0);
      const frame = await read.session.ask(sql, {
        ...read.analyze.limits,
        onStuck: () => leave(context),
        ...(asked === 0 ? {} : { maxRows: asked }),
      });
      if (context.has('explain') && format === 'table') {
        for (const [, plan] of frame.rows) context.stdout.write(`${typeof plan === 'string' ? plan : ''}\n`);
        return 0;
      }
      writeRows(context.stdout, format, frame);
      if (frame.truncated) context.note(`only the first ${asked} rows are shown; --max-rows 0 shows all`);
      return 0;
    }),
};
export default command;
