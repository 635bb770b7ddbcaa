import { SQL_MACROS } from '../src/engine/index.ts';
import { code, markdownTable } from './markdown-table.ts';

const FAMILIES = [
  ['address', 'Addresses'],
  ['time', 'Times'],
  ['text', 'Text'],
  ['aggregate', 'Aggregates'],
  ['collection', 'Lists and maps'],
  ['logic', 'Logic'],
] as const;

/** The reference page of the functions that Weir adds to the engine. */
export function sqlFunctionsPage(): string {
  const sections = FAMILIES.map(([family, title]) => {
    const rows = SQL_MACROS.filter((macro) => macro.family === family).map((macro) => [
      macro.forms.map((form) => code(`${macro.name}(${form.parameters})`)).join(' '),
      macro.comment,
    ]);
    return `## ${title}\n\n${markdownTable(['Function', 'Gives'], rows)}`;
  });
  return `<!-- Generated from src/engine/views/trino-macros.ts by npm run generate; edits here are lost. -->

# SQL functions

\`weir sql\` has DuckDB's functions, Trino's (and so Athena's) where DuckDB lacks them or means something else, and functions for
addresses. \`IPADDRESS\` is a name for text, so \`CAST(srcaddr AS IPADDRESS)\` runs. Functions that reach files, network,
settings or the environment are refused.

${sections.join('\n\n')}

## Not the same as in Trino

- \`cardinality\` takes maps only; use \`len\` for lists.
- \`if\` needs its third argument; use \`CASE\`.
- \`date_parse\` is missing; use \`strptime\`.
- Missing strings are NULL, where AWS's text tables hold \`-\`.
`;
}
