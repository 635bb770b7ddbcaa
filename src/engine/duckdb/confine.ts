import { StatementType } from '@duckdb/node-api';
import { sqlString, WeirError } from '../../base/index.ts';
import { unboundedCall } from './bounded-calls.ts';
import type { DuckDbSession } from './session.ts';
import type { SqlNode } from './sql-node.ts';

/** Table functions that make rows out of their arguments alone. Every other one is refused. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'unnest',
  'range',
  'generate_series',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
]);

/**
 * Scalar functions that look outside the statement or change something; that run SQL of their own; that crash the engine
 * on nested input (JSON) or cannot be interrupted (edit distances).
 */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  'getenv',
  'current_setting',
  'getvariable',
  'write_log',
  'sleep_ms',
  'pg_sleep',
  'nextval',
  'currval',
  'set_config',
  'query',
  'query_table',
  'which_secret',
  'add_parquet_key',
  'setseed',
  'pg_get_viewdef',
  'pg_get_constraintdef',
  'pg_get_expr',
  'get_block_size',
  'map_to_pg_oid',
  'json_serialize_plan',
  'json_deserialize_sql',
  'json_structure',
  'json_group_structure',
  'json_transform',
  'json_transform_strict',
  'from_json',
  'from_json_strict',
  'json_merge_patch',
  'get_type',
  'make_type',
  'levenshtein',
  'editdist3',
  'damerau_levenshtein',
]);

/** What follows FROM in a statement we accept; a kind of the engine that is not listed is refused. */
const TABLE_REFERENCES: ReadonlySet<string> = new Set([
  'EMPTY',
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'PIVOT',
  'SHOW_REF',
]);

/** `SHOW` without a table in our own catalogue: names only. */
const SHOW_NAMES: ReadonlySet<string> = new Set(['', '"tables"', '__show_tables_expanded']);

/** Longer ones can keep the engine planning, which no interrupt reaches, for minutes. Long lists belong in a set. */
const MOST_SQL = 200_000;

const EXPLAIN = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*EXPLAIN(?:\s+ANALYZE)?(?=\s|\()/i;

/**
 * Throws unless the text is one statement that only reads, and reads only the named views. Gives the views that it
 * reads, lower case; `makeViews` is called with them once the walk is over, since the last check of an EXPLAIN binds.
 *
 * Accepted: SELECT, WITH, VALUES, FROM, DESCRIBE, SHOW TABLES, SUMMARIZE, and EXPLAIN of these. The judge is the
 * engine's own parser: its tree of the very text that will run is walked, so quoting, comments and nesting cannot
 * hide anything. This is the first of two walls; the second is an engine started with `confineTo`.
 *
 * Errors (kind `query`): `engine.sql-syntax` with `position`, `engine.sql-not-read-only`, `engine.sql-forbidden`
 * with `what`, `engine.sql-unknown-table` with `table` and `known`.
 */
export async function assertReadOnlySql(
  session: DuckDbSession,
  sql: string,
  views: ReadonlySet<string>,
  makeViews: (used: ReadonlySet<string>) => Promise<void> = async () => {},
): Promise<ReadonlySet<string>> {
  if (sql.length > MOST_SQL)
    throw forbidden(`a statement of more than ${MOST_SQL} characters`, sql.slice(0, 4000));
  if (sql.includes('\0')) {
    throw new WeirError('query', 'engine.sql-syntax', 'the SQL does not parse: it holds a NUL character', {
      details: { sql, position: sql.indexOf('\0') },
    });
  }
  const body = sql.replace(EXPLAIN, ' ');
  const parsed = await parseTree(session, body);
  if (parsed.error) throw parseProblem(parsed, sql, body);
  if (parsed.statements.length !== 1) {
    throw new WeirError(
      'query',
      'engine.sql-not-read-only',
      `expected one statement, found ${parsed.statements.length}`,
      {
        details: { sql },
      },
    );
  }
  const used = new Set<string>();
  const known = new Set([...views].map((name) => name.toLowerCase()));
  walk(parsed.statements[0], { sql, views: known, names: new Set(), used });
  await makeViews(used);
  if (body !== sql) await assertExplains(session, sql);
  return used;
}

async function parseTree(session: DuckDbSession, sql: string): Promise<SerializedSql> {
  const [row] = await session.rows(`SELECT json_serialize_sql(${sqlString(sql)}) AS tree`);
  return JSON.parse(String(row?.['tree'])) as SerializedSql;
}

/** The tree was of the text without its EXPLAIN; the engine has to agree that the whole is an EXPLAIN. */
async function assertExplains(session: DuckDbSession, sql: string): Promise<void> {
  if ((await session.statementTypes(sql)).join() === String(StatementType.EXPLAIN)) return;
  throw new WeirError('query', 'engine.sql-not-read-only', 'this is not one EXPLAIN of one query', {
    details: { sql },
  });
}

type SerializedSql =
  | { readonly error: false; readonly statements: readonly unknown[] }
  | {
      readonly error: true;
      readonly error_type: string;
      readonly error_message: string;
      readonly position?: string;
    };

/** `body` is what was parsed: the end of `sql`. */
function parseProblem(parsed: Extract<SerializedSql, { error: true }>, sql: string, body: string): WeirError {
  if (parsed.error_type === 'not implemented') {
    return new WeirError(
      'query',
      'engine.sql-not-read-only',
      'only statements that read are run here: SELECT, WITH, VALUES, DESCRIBE, SHOW TABLES, SUMMARIZE, EXPLAIN',
      { details: { sql } },
    );
  }
  const inBody = parsed.position === undefined ? undefined : Number(parsed.position);
  const position = inBody === undefined ? undefined : Math.max(0, inBody + sql.length - body.length);
  return new WeirError('query', 'engine.sql-syntax', `the SQL does not parse: ${parsed.error_message}`, {
    details: { sql, ...(position === undefined ? {} : { position }) },
  });
}

/** What a walk knows where it stands. */
interface Place {
  readonly sql: string;
  readonly views: ReadonlySet<string>;
  /** WITH names in scope, lower case; they hide views. */
  readonly names: ReadonlySet<string>;
  /** Views that were read, for all places of one walk. */
  readonly used: Set<string>;
}

function walk(value: unknown, place: Place): void {
  if (Array.isArray(value)) {
    for (const entry of value) walk(entry, place);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as SqlNode;
  checkNode(node, place);
  const inner = { ...place, names: withNames(node, place) };
  for (const [key, entry] of Object.entries(node)) {
    // A table function makes its rows one by one; only what it is called with is looked at like any other call.
    const isMaker = node['type'] === 'TABLE_FUNCTION' && key === 'function';
    if (isMaker) walk((entry as SqlNode)['children'], inner);
    else if (key !== 'cte_map') walk(entry, inner);
  }
}

/** Each WITH entry sees those before it, and itself only when it is recursive; the body sees them all. */
function withNames(node: SqlNode, place: Place): ReadonlySet<string> {
  const entries = (node['cte_map'] as { readonly map?: readonly SqlNode[] } | undefined)?.map ?? [];
  if (entries.length === 0) return place.names;
  const names = new Set(place.names);
  for (const entry of entries) {
    const name = String(entry['key']).toLowerCase();
    const query = ((entry['value'] as SqlNode)['query'] as SqlNode)['node'] as SqlNode;
    const isRecursive = query['type'] === 'RECURSIVE_CTE_NODE';
    walk(entry['value'], { ...place, names: new Set(isRecursive ? [...names, name] : names) });
    names.add(name);
  }
  return names;
}

function checkNode(node: SqlNode, place: Place): void {
  const { type } = node;
  const { sql } = place;
  const from = node['from_table'] as SqlNode | null | undefined;
  if (from !== null && from !== undefined && !TABLE_REFERENCES.has(String(from['type']))) {
    throw forbidden(`FROM with ${String(from['type']).toLowerCase()}`, sql);
  }
  if (type === 'BASE_TABLE') checkTable(node, place);
  if (type === 'SHOW_REF' && node['query'] === null && !SHOW_NAMES.has(String(node['table_name']))) {
    throw forbidden(`SHOW ${String(node['table_name']).replaceAll('"', '')}`, sql);
  }
  if (type === 'TABLE_FUNCTION') {
    const name = functionName(node['function'] as SqlNode);
    if (!TABLE_FUNCTIONS.has(name)) throw forbidden(`the table function ${name}`, sql);
  }
  if (node['class'] === 'FUNCTION') {
    const name = functionName(node);
    if (REFUSED_FUNCTIONS.has(name)) throw forbidden(`the function ${name}`, sql);
    const unbounded = unboundedCall(name, node);
    if (unbounded !== null) throw forbidden(unbounded, sql);
  }
}

function checkTable(node: SqlNode, { sql, views, names, used }: Place): void {
  const table = String(node['table_name']);
  const lower = table.toLowerCase();
  const schema = String(node['schema_name']).toLowerCase();
  if (node['catalog_name'] === '' && schema === '' && names.has(lower)) return;
  if (node['catalog_name'] === '' && (schema === '' || schema === 'main') && views.has(lower)) {
    used.add(lower);
    return;
  }
  const known = [...views].sort();
  throw new WeirError(
    'query',
    'engine.sql-unknown-table',
    `there is no table ${JSON.stringify(table)} here; there are ${known.join(', ')}`,
    { details: { sql, table, known } },
  );
}

function functionName(node: SqlNode): string {
  return String(node['function_name']).toLowerCase();
}

function forbidden(what: string, sql: string): WeirError {
  return new WeirError(
    'query',
    'engine.sql-forbidden',
    `${what} is not allowed: SQL here reads the tables of the lake, and no files, settings or network`,
    { details: { sql, what } },
  );
}
