import { type SqlSession, sqlIdentifier, sqlString } from '../../base/index.ts';
import { TABLES, type Table } from '../../record/index.ts';
import { ATHENA_VIEWS, athenaViewSql } from './athena-views.ts';
import type { LakeFiles, LakeTableFiles } from './lake-files.ts';

/** A column of a view, with what SQL tools show beside it. */
export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

const PARALLEL_DOWNLOADS = 8;

/** The last second of the year 9999. */
const LAST_SECOND = 253_402_300_799;

const TIMES: readonly ViewColumn[] = [
  { name: 'start_time', type: 'TIMESTAMPTZ', comment: 'start as a timestamp' },
  { name: 'end_time', type: 'TIMESTAMPTZ', comment: '"end" as a timestamp, inclusive' },
];

/** Names of all views, in the order of the tables; the views of AWS's samples last. */
export const VIEW_NAMES: readonly string[] = [
  ...TABLES.map((table) => table.name),
  ...ATHENA_VIEWS.map((view) => view.name),
];

/** The columns that a table's view always has: the table's own, then the times of records as timestamps. */
export function viewColumns(table: Table): readonly ViewColumn[] {
  return hasRecordTimes(table) ? [...table.columns, ...TIMES] : table.columns;
}

/**
 * Creates or replaces one view per table of the lake, and the views that AWS's sample SQL names; gives their names. A view has all
 * columns of its table, typed, whether or not a file holds them (NULL then), and after them the unknown fields of the
 * lake.
 *
 * `only` limits the work to the named views, for a query that needs one of them. Views of the `session` hide those of the
 * engine and go with it. Cost: nothing per file for a lake on
 * disk; for a lake on S3 the download of the files of these tables.
 *
 * Errors: those of `lake.localPath`. A file that cannot be opened shows when a query needs it (`engine.failed`).
 */
export async function createLakeViews(
  session: SqlSession,
  lake: LakeFiles,
  only: ReadonlySet<string> = new Set(VIEW_NAMES),
  scope: 'engine' | 'session' = 'engine',
): Promise<readonly string[]> {
  const view = scope === 'session' ? 'CREATE OR REPLACE TEMP VIEW' : 'CREATE OR REPLACE VIEW';
  const athena = ATHENA_VIEWS.filter((view) => only.has(view.name));
  const tables = new Set([...only, ...athena.map((view) => view.over)]);
  for (const table of TABLES) if (tables.has(table.name)) await createTableView(session, table, lake, view);
  for (const entry of athena) {
    await session.run(`${view} ${sqlIdentifier(entry.name)} AS ${athenaViewSql(entry)}`);
  }
  return [...tables, ...athena.map((entry) => entry.name)];
}

/**
 * Writes the comments of the catalogue onto the views and their columns, for tools that show them. Apart from
 * `createLakeViews` because each comment makes the engine look at the view again.
 */
export async function commentLakeViews(session: SqlSession): Promise<void> {
  for (const table of TABLES) {
    const view = sqlIdentifier(table.name);
    await session.run(`COMMENT ON VIEW ${view} IS ${sqlString(table.comment)}`);
    for (const { name, comment } of viewColumns(table)) {
      await session.run(`COMMENT ON COLUMN ${view}.${sqlIdentifier(name)} IS ${sqlString(comment)}`);
    }
  }
}

async function createTableView(
  session: SqlSession,
  table: Table,
  lake: LakeFiles,
  view: string,
): Promise<void> {
  const stored = lake.tables[table.name];
  const create = `${view} ${sqlIdentifier(table.name)} AS `;
  if (stored === undefined || stored.files.length === 0) {
    await session.run(create + emptyViewSql(table));
    return;
  }
  const paths: string[] = [];
  for (let from = 0; from < stored.files.length; from += PARALLEL_DOWNLOADS) {
    const batch = stored.files.slice(from, from + PARALLEL_DOWNLOADS);
    paths.push(...(await Promise.all(batch.map((file) => lake.localPath(file.path)))));
  }
  await session.run(create + tableViewSql(table, stored, paths));
}

/** Files and columns meet by field id, so a file that lacks a column gives NULL, and no footer is opened until asked. */
function tableViewSql(table: Table, stored: LakeTableFiles, paths: readonly string[]): string {
  const schema = stored.columns.map(
    ({ name, type, fieldId }) =>
      `${fieldId}: {name: ${sqlString(name)}, type: '${type}', default_value: NULL}`,
  );
  const here = new Set(stored.columns.map((column) => column.name));
  const known = new Set(table.columns.map((column) => column.name));
  const columns = [
    ...table.columns.map((column) =>
      here.has(column.name) ? sqlIdentifier(column.name) : absentColumn(column),
    ),
    ...(hasRecordTimes(table) ? [timeColumn('start'), timeColumn('end')] : []),
    ...stored.columns.filter(({ name }) => !known.has(name)).map(({ name }) => sqlIdentifier(name)),
  ];
  const list = paths.map(sqlString).join(', ');
  return `SELECT ${columns.join(', ')} FROM read_parquet([${list}], schema = MAP {${schema.join(', ')}})`;
}

/** Seconds that no calendar has, which broken clocks write, become NULL rather than an error. */
function timeColumn(name: 'start' | 'end'): string {
  return `CASE WHEN "${name}" BETWEEN 0 AND ${LAST_SECOND} THEN to_timestamp("${name}") END AS ${name}_time`;
}

function emptyViewSql(table: Table): string {
  const columns = viewColumns(table).map(absentColumn);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

function absentColumn(column: ViewColumn): string {
  return `CAST(NULL AS ${column.type}) AS ${sqlIdentifier(column.name)}`;
}

function hasRecordTimes(table: Table): boolean {
  const names = new Set(table.columns.map((column) => column.name));
  return names.has('start') && names.has('end');
}
