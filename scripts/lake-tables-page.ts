import { viewColumns } from '../src/engine/index.ts';
import { TABLES } from '../src/record/index.ts';
import { code, markdownTable } from './markdown-table.ts';

/** The reference page of tables, from the schema that the lake writes and the views that SQL reads. */
export function lakeTablesPage(): string {
  const overview = markdownTable(
    ['Table', 'One row is', 'Partition', 'Sorted by'],
    TABLES.map((table) => [
      code(table.name),
      table.comment,
      code(table.partition),
      table.sort.map(code).join(', '),
    ]),
  );
  const tables = TABLES.map((table) => {
    const merge = new Map(table.columns.map((column) => [column.name, column.merge]));
    const rows = viewColumns(table).map(({ name, type, comment }) => {
      const rule = merge.get(name);
      return [code(name), type, rule === undefined ? 'view' : rule === 'key' ? '' : rule, comment];
    });
    return `## ${table.name}\n\n${table.comment}.\n\n${markdownTable(['Column', 'Type', 'Merged by', 'Meaning'], rows)}`;
  });
  return `<!-- Generated from src/record/tables.ts by npm run generate; edits here are lost. -->

# Tables of the lake

Every table is a Delta table of its own under the lake's directory, and a view of the same name in \`weir sql\`. Columns
have AWS's Athena names; \`"end"\` needs its quotes. Times are UTC. NULL is what AWS writes as \`-\`. Columns marked *view* are made
by the view and are in no file; rows of rollups with equal keys merge by the rule given.

The views \`vpc_flow_logs\` and \`test_table_vpclogs\` are \`flows\` under the names of AWS's Athena samples: \`date\` is the
day as a DATE and \`day\` is text, \`2026/01/31\`, as AWS's partitions have them.

${overview}

${tables.join('\n\n')}
`;
}
