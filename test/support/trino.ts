/**
 * A real Trino of one node with our tables in its Delta Lake connector, told of them as docs/how-to/use-trino-or-athena.md
 * says. scripts/install-test-servers.sh puts it under node_modules/.cache. In a suite:
 *
 *   describe.skipIf(!canUseTrino())('Trino agrees (needs trino)', () => {
 *     let trino: Trino;
 *     beforeAll(async () => { trino = await startTrino({ directory }); }, 120_000);
 *     afterAll(() => trino.stop());
 *     it('…', async () => { await trino.register('net', 'local:///lake'); await trino.rows('SELECT … FROM net.flows'); });
 *   });
 */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type SqlParameter, sqlString } from '../../src/base/index.ts';
import { TABLES, type TableName } from '../../src/record/index.ts';
import type { S3Endpoint } from './servers/index.ts';
import { createServerHome, freePort } from './servers/process.ts';

const HOME = resolve(import.meta.dirname, '../../node_modules/.cache/test-servers/trino');

/** May a suite use it? True when it is installed, and when `REQUIRE_ENGINES` names trino: then its absence is a failure. */
export function canUseTrino(): boolean {
  const required = (process.env['REQUIRE_ENGINES'] ?? '').split(',').map((name) => name.trim());
  return required.includes('trino') || isExecutable(join(HOME, 'java'));
}

/** An answer: names and Trino's types of the columns, rows of JSON values as Trino sends them. */
export interface TrinoAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A running Trino. */
export interface Trino {
  /** Runs one statement in catalog `lake`. Values of `?` go by EXECUTE IMMEDIATE. Throws with Trino's message. */
  query(sql: string, parameters?: readonly SqlParameter[]): Promise<TrinoAnswer>;
  /** The same as objects by column name. */
  rows(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly Record<string, unknown>[]>;
  /** Makes `schema` and registers these tables (by default all of a lake) that lie below `location`; names without one now mean it. */
  register(schema: string, location: string, tables?: readonly TableName[]): Promise<void>;
  stop(): Promise<void>;
}

/** What Trino may open. */
export interface TrinoOptions {
  /** `local:///x` is `x` in this directory. Trino keeps its own notes on schemas in `trino-meta` beside. */
  readonly directory: string;
  /** `s3://` addresses go here. */
  readonly s3?: S3Endpoint;
}

/** Starts one on loopback: about ten seconds on two idle cores, at most 2 GB of heap. */
export async function startTrino(options: TrinoOptions): Promise<Trino> {
  const home = createServerHome('trino');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeConfiguration(home.dir, port, options);
  home.start('trino', join(HOME, 'java'), [
    '-Xmx2G',
    '-XX:ReservedCodeCacheSize=256M',
    '-XX:+UseG1GC',
    // A server of a minute earns nothing from the slow compiler.
    '-XX:TieredStopAtLevel=1',
    '-Djdk.attach.allowAttachSelf=true',
    '--sun-misc-unsafe-memory-access=allow',
    `-Dconfig=${join(home.dir, 'etc/config.properties')}`,
    `-Dlog.levels-file=${join(home.dir, 'etc/log.properties')}`,
    '-cp',
    join(HOME, 'server/lib/*'),
    'io.trino.server.TrinoServer',
  ]);
  await home.ready(() => isStarted(url), 280_000);
  const schemas = new Set<string>();
  let current = 'net';
  const query: Trino['query'] = (sql, parameters = []) =>
    ask(url, current, parameters.length === 0 ? sql : executeImmediate(sql, parameters));
  return {
    query,
    async rows(sql, parameters) {
      const { columns, rows } = await query(sql, parameters);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
    },
    async register(schema, location, tables = TABLES.map(({ name }) => name)) {
      if (!schemas.has(schema))
        await query(`CREATE SCHEMA lake."${schema}" WITH (location = 'local:///trino-schemas/${schema}')`);
      schemas.add(schema);
      current = schema;
      for (const table of tables)
        await query(`CALL lake.system.register_table('${schema}', '${table}', '${location}/${table}')`);
    },
    stop: () => home.stop(),
  };
}

/** A statement with `?` and its values as one that any client can send: no header, no prepared name. */
export function executeImmediate(sql: string, parameters: readonly SqlParameter[]): string {
  return `EXECUTE IMMEDIATE ${sqlString(sql)} USING ${parameters.map(literal).join(', ')}`;
}

function literal(value: SqlParameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return sqlString(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  // A number with a point is a DECIMAL in Trino's SQL; one with an exponent is a DOUBLE.
  return typeof value === 'number' && !Number.isInteger(value) ? value.toExponential() : String(value);
}

function writeConfiguration(home: string, port: number, { directory, s3 }: TrinoOptions): void {
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(home, 'etc', name), `${lines.join('\n')}\n`);
  mkdirSync(join(home, 'etc/catalog'), { recursive: true });
  mkdirSync(join(directory, 'trino-meta'), { recursive: true });
  write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    'node.environment=test',
    'node.bind-ip=127.0.0.1',
    'node.internal-address=127.0.0.1',
    `plugin.dir=${join(HOME, 'server/plugin')}`,
    `catalog.config-dir=${join(home, 'etc/catalog')}`,
    `http-server.http.port=${port}`,
    `discovery.uri=http://127.0.0.1:${port}`,
    'query.max-memory-per-node=1GB',
    'task.concurrency=2',
    'log.enable-console=true',
  ]);
  write('log.properties', ['io.trino=WARN', 'io.airlift=WARN', 'Bootstrap=WARN']);
  write('catalog/lake.properties', [
    'connector.name=delta_lake',
    'hive.metastore=file',
    'hive.metastore.catalog.dir=local:///trino-meta',
    'delta.register-table-procedure.enabled=true',
    // Tests change a table and ask again at once.
    'delta.metadata.cache-ttl=0s',
    'fs.native-local.enabled=true',
    `local.location=${directory}`,
    ...(s3 === undefined
      ? []
      : [
          'fs.native-s3.enabled=true',
          `s3.endpoint=${s3.endpoint}`,
          `s3.region=${s3.region}`,
          's3.path-style-access=true',
          `s3.aws-access-key=${s3.accessKeyId}`,
          `s3.aws-secret-key=${s3.secretAccessKey}`,
        ]),
  ]);
}

async function isStarted(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { starting?: boolean }).starting === false;
  } catch {
    return false;
  }
}

interface Page {
  readonly columns?: TrinoAnswer['columns'];
  readonly data?: TrinoAnswer['rows'];
  readonly nextUri?: string;
  readonly error?: { readonly message: string; readonly errorName: string } | undefined;
}

async function ask(url: string, schema: string, sql: string): Promise<TrinoAnswer> {
  const headers = {
    'X-Trino-User': 'weir',
    'X-Trino-Catalog': 'lake',
    'X-Trino-Schema': schema,
    'X-Trino-Time-Zone': 'UTC',
  };
  for (let attempt = 0; ; attempt++) {
    const { columns, rows, error } = await pages(url, headers, sql);
    if (error === undefined) return { columns, rows };
    // A server that has just started does not yet know itself as a worker.
    const isEarly = error.errorName === 'NO_NODES_AVAILABLE' && attempt < 100;
    if (!isEarly) throw new Error(`Trino: ${error.errorName}: ${error.message}\n${sql}`);
    await wait(100);
  }
}

async function pages(
  url: string,
  headers: Readonly<Record<string, string>>,
  sql: string,
): Promise<TrinoAnswer & Pick<Page, 'error'>> {
  let page = await send(`${url}/v1/statement`, { method: 'POST', body: sql, headers });
  const rows: (readonly unknown[])[] = [];
  let columns: TrinoAnswer['columns'] = [];
  for (;;) {
    columns = page.columns ?? columns;
    rows.push(...(page.data ?? []));
    if (page.error !== undefined || page.nextUri === undefined) return { columns, rows, error: page.error };
    page = await send(page.nextUri, { headers });
  }
}

async function send(url: string, init: RequestInit): Promise<Page> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.ok) return (await response.json()) as Page;
    const text = await response.text();
    // The protocol's way to say: ask again soon.
    if (![502, 503, 504].includes(response.status)) throw new Error(`Trino: ${response.status} ${text}`);
    await wait(50);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
