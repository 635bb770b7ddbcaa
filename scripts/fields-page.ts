import { FIELDS, type Field } from '../src/record/index.ts';
import { code, markdownTable } from './markdown-table.ts';

const KINDS = [
  {
    title: 'Fields of VPC flow logs, and those that transit gateways share',
    wanted: (field: Field) => field.kinds.includes('vpc'),
  },
  {
    title: 'Fields of transit gateway flow logs only',
    wanted: (field: Field) => !field.kinds.includes('vpc'),
  },
];

/** The reference page of fields, from the catalogue that parser, writer, lake and SQL comments use. */
export function fieldsPage(): string {
  const sections = KINDS.map(({ title, wanted }) => {
    const rows = FIELDS.filter(wanted).map((field) => [
      code(field.name),
      code(field.sql),
      String(field.version),
      field.kinds.join(', '),
      field.type + (field.unit === null ? '' : `, ${field.unit}`),
      field.meaning,
      field.nullWhen,
      code(field.example),
    ]);
    const header = ['Field', 'SQL', 'Version', 'Records', 'Type', 'Meaning', '`-` (NULL) when', 'Example'];
    return `## ${title}\n\n${markdownTable(header, rows)}`;
  });
  const misleading = FIELDS.filter((field) => field.misleads !== '').map(
    (field) => `- ${code(field.name)}: ${field.misleads}`,
  );
  return `<!-- Generated from src/record/fields.ts by npm run generate; edits here are lost. -->

# Fields

${FIELDS.length} fields in all. \`weir fields\` prints this table, \`weir fields NAME\` one field. In TypeScript and JSON
names are in camel case (\`pktSrcAddr\`). Fields that the catalogue does not know are kept as text under their own name.

${sections.join('\n\n')}

## How fields mislead

${misleading.join('\n')}
`;
}
