/**
 * Every file of the tree that is written by a program, and the program. Anything listed here is never edited by hand:
 * `npm run generate` writes it, `npm run check` says when it is no longer what its source says.
 */

import { commandsPage } from './commands-page.ts';
import { fieldsPage } from './fields-page.ts';
import { httpApiPage } from './http-api-page.ts';
import { lakeTablesPage } from './lake-tables-page.ts';
import { networkSchemaFile } from './network-schema-file.ts';
import { packetDropsPage } from './packet-drops-page.ts';
import { filterLanguagePage, insightsPage } from './query-pages.ts';
import { reportsPage } from './reports-page.ts';
import { scenariosPage } from './scenarios-page.ts';
import { sqlFunctionsPage } from './sql-functions-page.ts';

/** One generated file: where it stands, and what it should hold now. */
export interface GeneratedFile {
  /** Path from the repository root, with forward slashes. */
  readonly path: string;
  /** The whole content, ending in a newline; the same for the same sources (no dates, no machine names). */
  readonly render: () => string | Promise<string>;
}

/** All of them, in the order they are written. */
export const GENERATED: readonly GeneratedFile[] = [
  { path: 'docs/reference/fields.md', render: fieldsPage },
  { path: 'docs/reference/lake-tables.md', render: lakeTablesPage },
  { path: 'docs/reference/commands.md', render: commandsPage },
  { path: 'docs/reference/http-api.md', render: httpApiPage },
  { path: 'docs/reference/reports.md', render: reportsPage },
  { path: 'docs/reference/sql-functions.md', render: sqlFunctionsPage },
  { path: 'docs/reference/packet-drops.md', render: packetDropsPage },
  { path: 'docs/reference/network-schema.json', render: networkSchemaFile },
  { path: 'docs/reference/filter-language.md', render: filterLanguagePage },
  { path: 'docs/reference/insights.md', render: insightsPage },
  { path: 'docs/reference/scenarios.md', render: scenariosPage },
];
