import { type SqlSession, sqlIdentifier, sqlString } from '../../base/index.ts';
import { TABLES, type Table, type TableColumn } from '../../record/index.ts';
import { ATHENA_VIEWS, athenaViewSql } from './athena-views.ts';
import type { LakeFiles, LakeTableFiles } from './lake-files.ts';

/** A column of a view, with what SQL tools show beside it. */
export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

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
 * Creates or replaces one view per table of the lake, and the views that AWS's sample SQL names. A view has all
 * columns of its table, typed, whether or not a file holds them (NULL then), and after them the unknown fields of the
 * lake. Filters on the partition column open only the files they need.
 *
 * `only` limits the work to the named views, for a query that needs one of them. Cost: one look at the footer of each
 * file of these tables; the footers stay in memory for the queries.
 *
 * Errors: `engine.failed` when a file of the list cannot be opened.
 */
export async function createLakeViews(
  session: SqlSession,
  lake: LakeFiles,
  only: ReadonlySet<string> = new Set(VIEW_NAMES),
): Promise<void> {
  const athena = ATHENA_VIEWS.filter((view) => only.has(view.name));
  const tables = new Set([...only, ...athena.map((view) => view.over)]);
  for (const table of TABLES)
    if (tables.has(table.name)) await createTableView(session, table, lake[table.name]);
  for (const view of athena) {
    await session.run(`CREATE OR REPLACE VIEW ${sqlIdentifier(view.name)} AS ${athenaViewSql(view)}`);
  }
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
  stored: LakeTableFiles | undefined,
): Promise<void> {
  const create = `CREATE OR REPLACE VIEW ${sqlIdentifier(table.name)} AS `;
  if (stored === undefined || stored.files.length === 0) {
    await session.run(create + emptyViewSql(table));
    return;
  }
  const source = parquetSource(table, stored);
  const logged = stored.columns.map((column) => column.name);
  try {
    await session.run(create + tableViewSql(table, source, logged));
  } catch {
    // The log's schema can name a column that no file of today has (retention took the last one): ask the files.
    const described = await session.rows(`DESCRIBE SELECT * FROM ${source}`);
    const present = described.map((row) => String(row['column_name']));
    await session.run(create + tableViewSql(table, source, present));
  }
}

/** `union_by_name` because columns are added over the life of a lake; the partition column comes from the path. */
function parquetSource(table: Table, stored: LakeTableFiles): string {
  const paths = stored.files.map((file) => sqlString(file.path)).join(', ');
  const partition = sqlIdentifier(table.partition);
  return `read_parquet([${paths}], union_by_name = true, hive_partitioning = true, hive_types = {${partition}: DATE})`;
}

function tableViewSql(table: Table, source: string, present: readonly string[]): string {
  const here = new Set([...present, table.partition]);
  const known = new Set(table.columns.map((column) => column.name));
  const extra = present.filter((name) => !known.has(name));
  const columns = [
    ...table.columns.map((column) => (here.has(column.name) ? presentColumn(column) : absentColumn(column))),
    ...(hasRecordTimes(table)
      ? ['to_timestamp("start") AS start_time', 'to_timestamp("end") AS end_time']
      : []),
    ...extra.map(sqlIdentifier),
  ];
  return `SELECT ${columns.join(', ')} FROM ${source}`;
}

function emptyViewSql(table: Table): string {
  const columns = viewColumns(table).map(absentColumn);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

/** The cast vanishes in the plan when the file already has the type, which it does unless it is from an older Weir. */
function presentColumn(column: TableColumn): string {
  const name = sqlIdentifier(column.name);
  return `CAST(${name} AS ${column.type}) AS ${name}`;
}

function absentColumn(column: ViewColumn): string {
  return `CAST(NULL AS ${column.type}) AS ${sqlIdentifier(column.name)}`;
}

function hasRecordTimes(table: Table): boolean {
  const names = new Set(table.columns.map((column) => column.name));
  return names.has('start') && names.has('end');
}
