import { REPORTS, type Report } from '../src/analyze/index.ts';
import { code, markdownTable } from './markdown-table.ts';

/** The reference page of reports, from the table that runs them. */
export function reportsPage(): string {
  const list = markdownTable(
    ['Report', 'Name', 'Answers', 'Needs'],
    REPORTS.map((report) => [
      code(report.alias),
      report.name,
      report.purpose,
      report.needs.map(code).join(', '),
    ]),
  );
  return `<!-- Generated from src/analyze/reports by npm run generate; edits here are lost. -->

# Reports

\`weir report NAME [PARAMETER=VALUE…] [--last TIME] [-n ROWS]\`. The names that begin with VpcFlowLogs are those of AWS's
Athena integration; the SQL is ours. In it \`t\` stands for the records that count in sums (log_status OK) in the time range, and
\`all_t\` for all records of the range. \`:limit\` and parameters are bound, never pasted. Sums count a packet once for each
interface that saw it.

${list}

${REPORTS.map(section).join('\n\n')}
`;
}

function section(report: Report): string {
  const parameters = report.parameters.map(
    (parameter) => `- ${code(parameter.name)}: ${parameter.meaning}, such as ${code(parameter.example)}`,
  );
  const columns = markdownTable(
    ['Column', 'Unit', 'Meaning'],
    report.columns.map((column) => [code(column.name), column.unit ?? '', column.meaning]),
  );
  const sql = report.sql.replaceAll(/\n {4,}/g, '\n  ');
  return [
    `## ${report.alias}`,
    `${report.purpose}. ${report.limit} rows unless \`-n\` says otherwise.`,
    ...(parameters.length === 0 ? [] : [parameters.join('\n')]),
    columns,
    `\`\`\`sql\n${sql}\n\`\`\``,
  ].join('\n\n');
}
